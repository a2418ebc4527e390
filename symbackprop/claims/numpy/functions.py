"""NumPy's elementwise functions and reductions on arrays of index expressions: one row each."""

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Expr, Integer

from symbackprop.claims.numpy.arrays import TABLE, IndexArray, combine, divided, lifted, negation, raised
from symbackprop.claims.numpy.axes import Shape, axis_index, indices, moved, normal_axes
from symbackprop.claims.numpy.constants import exact
from symbackprop.claims.numpy.indexing import row
from symbackprop.claims.numpy.trace import NotLifted
from symbackprop.functions import apply
from symbackprop.indices import ArgMax, Index, MaxOver, Total, fresh
from symbackprop.terms import Delta, Entry, Less, LessEqual, Maximum, Minimum, NotEqual, Where


def _exp(x: Expr) -> Expr:
    return Integer(1) if x == 0 else apply("exp", x)


def _log(x: Expr) -> Expr:
    return Integer(0) if x == 1 else apply("log", x)


def _odd(name: str) -> Callable[[Expr], Expr]:
    return lambda x: Integer(0) if x == 0 else apply(name, x)


def _sinh(x: Expr) -> Expr:
    return (_exp(x) - _exp(-x)) / 2


def _cosh(x: Expr) -> Expr:
    return (_exp(x) + _exp(-x)) / 2


ONE_ARGUMENT: dict[str, Callable[[Expr], Expr]] = {
    "exp": _exp,
    "expm1": lambda x: _exp(x) - 1,
    "exp2": lambda x: _exp(x * _log(Integer(2))),
    "log": _log,
    "log1p": lambda x: _log(1 + x),
    "log2": lambda x: _log(x) / _log(Integer(2)),
    "log10": lambda x: _log(x) / _log(Integer(10)),
    "sqrt": sympy.sqrt,
    "square": lambda x: x**2,
    "reciprocal": lambda x: divided(Integer(1), x),
    "negative": lambda x: -x,
    "positive": lambda x: x,
    "sin": _odd("sin"),
    "cos": lambda x: Integer(1) if x == 0 else apply("cos", x),
    "tan": lambda x: apply("sin", x) / apply("cos", x),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _odd("tanh"),
    "erf": _odd("erf"),
    "expit": lambda x: apply("sigmoid", x),
    "abs": _odd("abs"),
    "absolute": _odd("abs"),
    "fabs": _odd("abs"),
    "sign": _odd("sign"),
    "conj": lambda x: x,
    "real": lambda x: x,
    "ascontiguousarray": lambda x: x,
    "nan_to_num": lambda x: x,
}

TWO_ARGUMENTS: dict[str, Callable[[Expr, Expr], Expr]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": divided,
    "true_divide": divided,
    "power": raised,
    "float_power": raised,
    "maximum": Maximum,
    "minimum": Minimum,
    "fmax": Maximum,
    "fmin": Minimum,
    "hypot": lambda a, b: sympy.sqrt(a**2 + b**2),
    "logaddexp": lambda a, b: _log(_exp(a) + _exp(b)),
    "heaviside": lambda x, h: Less(0, x) + h * Delta(x, 0),
}

TRUTHS: dict[str, Callable[[Expr, Expr], Expr]] = {
    "less": Less,
    "less_equal": LessEqual,
    "greater": lambda a, b: Less(b, a),
    "greater_equal": lambda a, b: LessEqual(b, a),
    "equal": Delta,
    "not_equal": NotEqual,
    "logical_and": lambda a, b: a * b,
    "logical_or": lambda a, b: a + b - a * b,
    "bitwise_and": lambda a, b: a * b,
    "bitwise_or": lambda a, b: a + b - a * b,
}


def _entrywise(f: Callable[..., Expr], is_truth: bool = False) -> Callable[..., IndexArray]:
    def function(*operands: Any, out: Any = None, where: Any = True, dtype: Any = None, **_: Any) -> IndexArray:
        if where is not True:
            raise NotLifted("the argument where= of an elementwise function")
        result = combine(f, *operands, is_truth=is_truth)
        if out is None:
            return result
        return out._become(result)

    return function


TABLE.update({name: _entrywise(f) for name, f in {**ONE_ARGUMENT, **TWO_ARGUMENTS}.items()})
TABLE.update({name: _entrywise(f, is_truth=True) for name, f in TRUTHS.items()})
TABLE["logical_not"] = TABLE["invert"] = lambda a: IndexArray(negation(lifted(a).expr), lifted(a).sizes, is_truth=True)


@row("where")
def where(condition: Any, a: Any = None, b: Any = None) -> IndexArray:
    if a is None or b is None:
        raise NotLifted("np.where with a condition alone")
    return combine(Where, condition, a, b)


@row("clip")
def clip(a: Any, a_min: Any = None, a_max: Any = None, **bounds: Any) -> IndexArray:
    low, high = bounds.get("min", a_min), bounds.get("max", a_max)
    result = lifted(a)
    if low is not None:
        result = combine(Maximum, result, low)
    return combine(Minimum, result, high) if high is not None else result


# Reductions -------------------------------------------------------------------------------------------------


def reduced(a: IndexArray, axis: Any, keepdims: bool, f: Callable[[Expr, Index], Expr]) -> IndexArray:
    """The axes reduced by a binder, the last one first."""
    axes = normal_axes(axis, a.ndim)
    expr = a.expr
    for k in reversed(axes):
        i = axis_index(a.sizes, k)
        if isinstance(i, Index):
            expr = f(expr, i)
    return _without(IndexArray(expr, _ones(a.sizes, axes), a.weight + 2), axes, keepdims)


def _ones(sizes: Shape, axes: tuple[int, ...]) -> Shape:
    return tuple(Integer(1) if k in axes else n for k, n in enumerate(sizes))


def _without(a: IndexArray, axes: tuple[int, ...], keepdims: bool) -> IndexArray:
    """The array without axes of length 1."""
    if keepdims:
        return a
    left = [k for k in range(a.ndim) if k not in axes]
    shape = tuple(a.sizes[k] for k in left)
    old = tuple(a.sizes[k] for k in left)
    rule = {}
    for place, k in enumerate(left):
        i, j = axis_index(a.sizes, k), axis_index(old, place)
        if i != j:
            rule[i] = j
    return IndexArray(a.expr.xreplace(rule) if rule else a.expr, shape, a.weight)


def _sum(body: Expr, i: Index) -> Expr:
    return i.size * body if i not in body.free_symbols else Total(forwards(body, i), i)


@row("sum")
def total(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> IndexArray:
    return reduced(lifted(a), axis, keepdims, _sum)


TABLE["add.reduce"] = lambda a, axis=0, keepdims=False, **_: total(a, axis, keepdims=keepdims)
TABLE["nansum"] = total


@row("mean")
def mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> IndexArray:
    array = lifted(a)
    return total(array, axis, keepdims=keepdims) / _count(array, axis)


TABLE["average"] = mean


def _count(array: IndexArray, axis: Any) -> IndexArray:
    count: Expr = Integer(1)
    for k in normal_axes(axis, array.ndim):
        count *= array.sizes[k]
    return IndexArray(count, ())


@row("var")
def var(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False
) -> IndexArray:
    array = lifted(a)
    centred = array - mean(array, axis, keepdims=True)
    return total(centred**2, axis, keepdims=keepdims) / (_count(array, axis) - ddof)


@row("std")
def std(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: bool = False
) -> IndexArray:
    return combine(sympy.sqrt, var(a, axis, ddof=ddof, keepdims=keepdims))


@row("max")
def largest(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **_: Any) -> IndexArray:
    return reduced(lifted(a), axis, keepdims, MaxOver)


@row("min")
def smallest(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **_: Any) -> IndexArray:
    return reduced(lifted(a), axis, keepdims, lambda body, i: -MaxOver(-body, i))


TABLE["amax"], TABLE["amin"] = largest, smallest
TABLE["maximum.reduce"] = lambda a, axis=0, keepdims=False, **_: largest(a, axis, keepdims=keepdims)


@row("argmax")
def argmax(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False) -> IndexArray:
    array = lifted(a)
    if axis is None and array.ndim != 1:
        raise NotLifted("argmax over several axes at once")
    return reduced(array, axis, keepdims, ArgMax)


@row("argmin")
def argmin(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False) -> IndexArray:
    return argmax(-lifted(a), axis, keepdims=keepdims)


@row("any")
def any_of(a: Any, axis: Any = None, **_: Any) -> IndexArray:
    result = reduced(lifted(a), axis, False, MaxOver)
    return IndexArray(result.expr, result.sizes, result.weight, is_truth=True)


@row("all")
def all_of(a: Any, axis: Any = None, **_: Any) -> IndexArray:
    result = reduced(~lifted(a), axis, False, MaxOver)
    return IndexArray(1 - result.expr, result.sizes, result.weight, is_truth=True)


@row("prod")
def product(a: Any, axis: Any = None, keepdims: bool = False, **_: Any) -> IndexArray:
    def unrolled(body: Expr, i: Index) -> Expr:
        if not isinstance(i.size, Integer):
            raise NotLifted(f"a product over an axis of size {i.size}")
        return sympy.Mul(*(body.xreplace({i: Integer(k)}) for k in range(int(i.size))))

    return reduced(lifted(a), axis, keepdims, unrolled)


@row("cumsum")
def cumsum(a: Any, axis: Any = None, **_: Any) -> IndexArray:
    array = lifted(a)
    if axis is None and array.ndim != 1:
        array = TABLE["ravel"](array)
    (k,) = normal_axes(0 if axis is None else axis, array.ndim)
    i = axis_index(array.sizes, k)
    if not isinstance(i, Index):
        return array
    earlier = fresh(i)
    body = LessEqual(earlier, i) * array.expr.xreplace({i: earlier})
    return IndexArray(Total(forwards(body, earlier), earlier), array.sizes, array.weight + 3)


def forwards(body: Expr, i: Index) -> Expr:
    """A summand that reads its arrays backwards in i, with i counted from the other end.

    >>> from symbackprop.terms import Entry
    >>> i = Index("i", Integer(5))
    >>> forwards(Entry("x", 4 - i), i)
    x[i]
    """
    slots = [s for e in body.atoms(Entry) for s in e.slots if i in s.free_symbols]
    if slots and all(s.is_Add and s.coeff(i) == -1 for s in slots):
        return body.xreplace({i: i.size - 1 - i})
    return body


@row("norm")
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> IndexArray:
    array = lifted(x)
    if ord not in (None, 2, 1, "fro") or (ord == 2 and axis is None and array.ndim > 1):
        raise NotLifted(f"the norm of order {ord}")
    if ord == 1:
        if axis is None and array.ndim > 1:
            raise NotLifted("the matrix norm of order 1")
        return total(abs(array), axis, keepdims=keepdims)
    return combine(sympy.sqrt, total(array**2, axis, keepdims=keepdims))


TABLE["linalg.norm"] = norm


@row("astype")
def astype(a: IndexArray, dtype: Any = None, **_: Any) -> IndexArray:
    """Whole numbers only of what is 0 or 1; the rest is exact already."""
    if dtype in (int, "int", "int32", "int64") and not (a.is_truth or a.expr.is_integer):
        raise NotLifted("rounding to whole numbers")
    is_truth = dtype in (bool, "bool")
    if is_truth and not a.is_truth:
        return a != 0
    return IndexArray(a.expr, a.sizes, a.weight, is_truth)


@row("number")
def number(x: Any = 0.0) -> Any:
    """``float(x)``, ``np.float64(x)``: the exact value."""
    return x if isinstance(x, IndexArray) else IndexArray(exact(x), ())


__all__ = ["moved", "reduced", "total"]
