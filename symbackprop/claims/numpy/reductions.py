"""NumPy's reductions: sums, means, maxima, cumulative sums, norms."""

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Expr, Integer

from symbackprop.claims.numpy.arrays import TABLE, IndexArray, combine, lifted
from symbackprop.claims.numpy.axes import Shape, axis_index, normal_axes
from symbackprop.claims.numpy.indexing import row
from symbackprop.claims.numpy.trace import NotLifted
from symbackprop.indices import ArgMax, Index, MaxOver, Total, fresh
from symbackprop.terms import Entry, LessEqual


def reduced(a: IndexArray, axis: Any, keepdims: bool, f: Callable[[Expr, Index], Expr]) -> IndexArray:
    """The axes reduced by a binder, the last one first."""
    axes = normal_axes(axis, a.ndim)
    expr = a.expr
    for k in reversed(axes):
        i = axis_index(a.sizes, k)
        if isinstance(i, Index):
            expr = f(expr, i)
    return without(IndexArray(expr, _ones(a.sizes, axes), a.weight + 2), axes, keepdims)


def _ones(sizes: Shape, axes: tuple[int, ...]) -> Shape:
    return tuple(Integer(1) if k in axes else n for k, n in enumerate(sizes))


def without(a: IndexArray, axes: tuple[int, ...], keepdims: bool) -> IndexArray:
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


def summed(body: Expr, i: Index) -> Expr:
    return i.size * body if i not in body.free_symbols else Total(forwards(body, i), i)


@row("sum")
def total(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> IndexArray:
    return reduced(lifted(a), axis, keepdims, summed)


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
