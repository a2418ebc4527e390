"""NumPy's elementwise functions and reductions on arrays of index expressions: one row each."""

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Expr, Integer, Number

from symbackprop.claims.numpy.arrays import TABLE, IndexArray, combine, lifted
from symbackprop.claims.numpy.constants import exact
from symbackprop.claims.numpy.indexing import row
from symbackprop.claims.numpy.scalars import divided, negation, raised
from symbackprop.claims.numpy.trace import NotLifted
from symbackprop.functions import apply
from symbackprop.terms import Delta, Less, LessEqual, Maximum, Minimum, NotEqual, Where


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
    "arcsin": _odd("asin"),
    "arccos": lambda x: apply("acos", x),
    "arctan": _odd("atan"),
    "arcsinh": _odd("asinh"),
    "arccosh": lambda x: apply("acosh", x),
    "arctanh": _odd("atanh"),
    "floor": lambda x: apply("floor", x),
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


def angle(y: Expr, x: Expr) -> Expr:
    """atan(y/x), and π or -π more left of the axis."""
    return ONE_ARGUMENT["arctan"](y / x) + Less(x, 0) * (2 * LessEqual(0, y) - 1) * sympy.pi


def extremum(f: Callable[[Expr, Expr], Expr]) -> Callable[[Expr, Expr], Expr]:
    """A maximum or minimum with a number first: its derivative is then [x > 0], as people write it, at ties too."""
    return lambda a, b: f(b, a) if isinstance(b, Number) and not isinstance(a, Number) else f(a, b)


TWO_ARGUMENTS: dict[str, Callable[[Expr, Expr], Expr]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": divided,
    "true_divide": divided,
    "power": raised,
    "float_power": raised,
    "maximum": extremum(Maximum),
    "minimum": extremum(Minimum),
    "fmax": extremum(Maximum),
    "fmin": extremum(Minimum),
    "arctan2": angle,
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


_PLAIN: dict[str, Callable[..., Expr]] = {**ONE_ARGUMENT, **TWO_ARGUMENTS}
TABLE.update({name: _entrywise(f) for name, f in _PLAIN.items()})
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
        result = combine(extremum(Maximum), result, low)
    return combine(extremum(Minimum), result, high) if high is not None else result


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
