"""Making arrays and moving their axes: zeros, array, concatenate, stack, transpose, reshape."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sympy import Add, Expr, Integer

from symbackprop.claims.numpy.arrays import TABLE, IndexArray, lifted
from symbackprop.claims.numpy.axes import BadShape, Shape, axis_index, moved, normal_axis, show
from symbackprop.claims.numpy.indexing import as_size, row, settled
from symbackprop.claims.numpy.trace import NotLifted
from symbackprop.terms import Delta, Less, LessEqual, Where

MOST_ENTRIES = 64  # of an array given as numbers


def shape_of(value: Any) -> Shape:
    """A shape as a person gives it: a size or several."""
    if isinstance(value, tuple | list):
        return tuple(as_size(n) for n in value)
    return (as_size(value),)


@row("full")
def full(shape: Any, fill_value: Any, dtype: Any = None) -> IndexArray:
    return IndexArray(lifted(fill_value).expr, shape_of(shape))


TABLE["zeros"] = lambda shape, dtype=None, **_: full(shape, 0)
TABLE["ones"] = lambda shape, dtype=None, **_: full(shape, 1)
TABLE["empty"] = TABLE["zeros"]


@row("full_like")
def full_like(a: Any, fill_value: Any, dtype: Any = None, **_: Any) -> IndexArray:
    return IndexArray(lifted(fill_value).expr, lifted(a).sizes)


TABLE["zeros_like"] = lambda a, dtype=None, **_: full_like(a, 0)
TABLE["ones_like"] = lambda a, dtype=None, **_: full_like(a, 1)
TABLE["empty_like"] = TABLE["zeros_like"]


@row("eye")
def eye(N: Any, M: Any = None, k: int = 0, dtype: Any = None, **_: Any) -> IndexArray:
    shape = (as_size(N), as_size(N if M is None else M))
    i, j = axis_index(shape, 0), axis_index(shape, 1)
    return IndexArray(Delta(i + k, j), shape)


TABLE["identity"] = lambda n, dtype=None: eye(n)


@row("arange")
def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> IndexArray:
    if step != 1:
        return array(np.arange(start, stop, step))
    first = Integer(0) if stop is None else as_size(start)
    shape = (as_size(start if stop is None else stop) - first,)
    return IndexArray(first + axis_index(shape, 0), shape)


TABLE["range"] = arange


@row("array")
def array(value: Any, dtype: Any = None, copy: Any = None, **_: Any) -> IndexArray:
    """Numbers, or nested lists of arrays."""
    if isinstance(value, IndexArray):
        return value.copy()
    if isinstance(value, range) and value.step == 1 and value.start == 0 and len(value) > 1:
        return arange(len(value))
    if isinstance(value, np.ndarray | list | tuple | range):
        if isinstance(value, np.ndarray) and not value.ndim:
            return lifted(value.item())
        if np.size(np.array(0) if isinstance(value, list | tuple) else value) > MOST_ENTRIES:
            raise NotLifted(f"an array of more than {MOST_ENTRIES} given numbers")
        if (
            isinstance(value, np.ndarray)
            and value.size > 1
            and value.dtype != object
            and np.all(value == value.flat[0])
        ):
            return full(value.shape, value.flat[0])
        return stack([array(x) if isinstance(x, list | tuple | np.ndarray) else lifted(x) for x in value])
    return lifted(value)


TABLE["asarray"] = TABLE["copy"] = array


@row("stack")
def stack(arrays: Sequence[Any], axis: int = 0, **_: Any) -> IndexArray:
    parts = [lifted(a) for a in arrays]
    if not parts:
        raise NotLifted("an empty list as an array")
    if any(p.sizes != parts[0].sizes for p in parts):
        raise BadShape("a list of arrays of different shapes")
    if len(parts) > MOST_ENTRIES:
        raise NotLifted(f"a list of more than {MOST_ENTRIES} values")
    k = normal_axis(axis, parts[0].ndim + 1)
    old = parts[0].sizes
    shape = (*old[:k], Integer(len(parts)), *old[k:])
    places = [m if m < k else m + 1 for m in range(len(old))]
    at = axis_index(shape, k)
    terms = [Delta(at, m) * moved(p.expr, old, shape, places) for m, p in enumerate(parts)]
    return IndexArray(Add(*terms), shape, 1 + sum(p.weight for p in parts))


TABLE["vstack"] = TABLE["row_stack"] = lambda arrays, **_: concatenate([two_axes(lifted(a)) for a in arrays])
TABLE["column_stack"] = lambda arrays: concatenate(
    [a.reshape(-1, 1) if a.ndim == 1 else a for a in map(lifted, arrays)], axis=1
)
TABLE["hstack"] = lambda arrays, **_: concatenate(arrays, axis=0 if lifted(arrays[0]).ndim == 1 else 1)


def two_axes(a: IndexArray) -> IndexArray:
    return a if a.ndim > 1 else a[None, :]


@row("concatenate")
def concatenate(arrays: Sequence[Any], axis: int | None = 0, **_: Any) -> IndexArray:
    parts = [lifted(a) for a in arrays]
    if axis is None:
        parts, axis = [TABLE["ravel"](p) for p in parts], 0
    k = normal_axis(axis, parts[0].ndim)
    for p in parts:
        if p.ndim != parts[0].ndim or any(p.sizes[m] != parts[0].sizes[m] for m in range(p.ndim) if m != k):
            raise BadShape(f"concatenated shapes {', '.join(show(p.sizes) for p in parts)}")
    length = Add(*(p.sizes[k] for p in parts))
    shape = (*parts[0].sizes[:k], length, *parts[0].sizes[k + 1 :])
    at = axis_index(shape, k)
    start: Expr = Integer(0)
    terms = []
    for p in parts:
        i = axis_index(p.sizes, k)
        inside = settled(LessEqual(start, at) * Less(at, start + p.sizes[k]))
        terms.append(Where(inside, p.expr.xreplace({i: at - start}) if i != 0 else p.expr, 0))
        start += p.sizes[k]
    return IndexArray(Add(*terms), shape, 3 + sum(p.weight for p in parts))


@row("append")
def append(arr: Any, values: Any, axis: int | None = None) -> IndexArray:
    return concatenate([arr, values], axis)
