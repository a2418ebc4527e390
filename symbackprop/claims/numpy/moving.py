"""Moving the axes and the entries of arrays: transpose, reshape, flip, repeat, pad, split."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise, product
from math import prod
from typing import Any

import numpy as np
from sympy import Add, Expr, Integer, Mul

from symbackprop.claims.numpy.arrays import TABLE, IndexArray, lifted
from symbackprop.claims.numpy.axes import BadShape, Shape, axis_index, moved, normal_axes, normal_axis, show
from symbackprop.claims.numpy.building import MOST_ENTRIES, arange, concatenate, full, two_axes
from symbackprop.claims.numpy.indexing import as_size, row
from symbackprop.claims.numpy.reductions import without
from symbackprop.claims.numpy.trace import NotLifted, size_one
from symbackprop.indices import Index
from symbackprop.terms import Delta, LessEqual


@row("split")
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[IndexArray]:
    a = lifted(ary)
    k = normal_axis(axis, a.ndim)
    if isinstance(indices_or_sections, int):
        part = a.sizes[k] / indices_or_sections
        if not part.is_integer and isinstance(part, Integer | type(part)) and part.is_number:
            raise BadShape(f"an axis of length {a.sizes[k]} in {indices_or_sections} equal parts")
        bounds = [m * part for m in range(indices_or_sections + 1)]
    else:
        bounds = [Integer(0), *(as_size(n) for n in indices_or_sections), a.sizes[k]]
    cut = [slice(None)] * k
    return [a[(*cut, slice(IndexArray(m, ()), IndexArray(n, ())))] for m, n in pairwise(bounds)]


TABLE["array_split"] = split


@row("transpose")
def transpose(a: Any, *axes: Any) -> IndexArray:
    array_ = lifted(a)
    order = axes[0] if len(axes) == 1 and isinstance(axes[0], tuple | list) else axes
    if not order or order == (None,):
        order = tuple(reversed(range(array_.ndim)))
    order = [normal_axis(int(k), array_.ndim) for k in order]
    shape = tuple(array_.sizes[k] for k in order)
    return IndexArray(
        moved(array_.expr, array_.sizes, shape, [order.index(k) for k in range(array_.ndim)]), shape, array_.weight
    )


@row("swapaxes")
def swapaxes(a: Any, axis1: int, axis2: int) -> IndexArray:
    order = list(range(lifted(a).ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return transpose(a, order)


@row("moveaxis")
def moveaxis(a: Any, source: int, destination: int) -> IndexArray:
    n = lifted(a).ndim
    order = [k for k in range(n) if k != source % n]
    order.insert(destination % n, source % n)
    return transpose(a, order)


@row("expand_dims")
def expand_dims(a: Any, axis: Any) -> IndexArray:
    array_ = lifted(a)
    axes = axis if isinstance(axis, tuple | list) else (axis,)
    n = array_.ndim + len(axes)
    where = {k % n for k in axes}
    return array_[tuple(None if k in where else slice(None) for k in range(n))]


@row("squeeze")
def squeeze(a: Any, axis: Any = None) -> IndexArray:
    array_ = lifted(a)
    axes = normal_axes(axis, array_.ndim)
    return without(array_, tuple(k for k in axes if size_one(array_.sizes[k])), False)


@row("broadcast_to")
def broadcast_to(array: Any, shape: Any, **_: Any) -> IndexArray:
    return lifted(array) + full(shape, 0)


@row("reshape")
def reshape(a: Any, *shape: Any, order: str = "C", **_: Any) -> IndexArray:
    """Axes of length 1 come and go, others keep their places; few entries are merged and split one by one."""
    array_ = lifted(a)
    wanted = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
    sizes = [Integer(-1) if _is_minus_one(n) else as_size(n) for n in wanted]
    whole = Mul(*array_.sizes)
    if Integer(-1) in sizes:
        rest = Mul(*(n for n in sizes if n != -1))
        sizes[sizes.index(Integer(-1))] = whole / rest
    if Mul(*sizes) != whole:
        raise BadShape(f"shape {show(array_.sizes)} reshaped to {show(tuple(sizes))}")
    return _in_runs(array_, tuple(sizes))


def _in_runs(a: IndexArray, target: Shape) -> IndexArray:
    """Where one axis becomes one axis its index moves; where several do, the entries are written down."""
    moves: dict[Expr, Expr] = {}
    tables: list[list[tuple[dict[Expr, Expr], list[Expr]]]] = []
    for old, new in _runs(a.sizes, target):
        if len(old) == len(new) == 1:
            moves[axis_index(a.sizes, old[0])] = axis_index(target, new[0])
        else:
            tables.append(_table([(a.sizes, k) for k in old], [(target, k) for k in new]))
    if prod(map(len, tables)) > MOST_ENTRIES:
        raise NotLifted(f"reshape of {show(a.sizes)} to {show(target)}")
    terms = []
    for rows in product(*tables):
        rule = dict(chain(moves.items(), *(source.items() for source, _ in rows)))
        terms.append(Mul(*(d for _, deltas in rows for d in deltas), a.expr.xreplace(rule)))
    return IndexArray(Add(*terms), target, 1 + len(terms) * a.weight if tables else a.weight)


def _runs(old: Shape, new: Shape) -> Iterator[tuple[list[int], list[int]]]:
    """The shortest runs of axes with as many entries on both sides; raises where sizes with names do not match up.

    Axes of length 1 have no index and are left out.
    """
    ours, theirs = ([k for k, n in enumerate(s) if not size_one(n)] for s in (old, new))
    while ours or theirs:
        ends = product(range(1, len(ours) + 1), range(1, len(theirs) + 1))
        a, b = next((e for e in sorted(ends, key=sum) if _as_many(old, ours[: e[0]], new, theirs[: e[1]])), (0, 0))
        if not a:
            raise NotLifted(f"reshape of {show(old)} to {show(new)}")
        yield ours[:a], theirs[:b]
        ours, theirs = ours[a:], theirs[b:]


def _as_many(old: Shape, some: Sequence[int], new: Shape, others: Sequence[int]) -> bool:
    return Mul(*(old[k] for k in some)) == Mul(*(new[k] for k in others))


def _table(
    old: Sequence[tuple[Shape, int]], new: Sequence[tuple[Shape, int]]
) -> list[tuple[dict[Expr, Expr], list[Expr]]]:
    """For every entry of a run: the old indices as numbers, and that the new ones are theirs."""
    sizes = [[shape[k] for shape, k in side] for side in (old, new)]
    if not all(isinstance(n, Integer) for side in sizes for n in side) or Mul(*sizes[0]) > MOST_ENTRIES:
        raise NotLifted(f"reshape of {show(old[0][0])} to {show(new[0][0])}")
    sources, places = (np.ndindex(*map(int, side)) for side in sizes)
    return [
        (
            {axis_index(*axis): Integer(m) for axis, m in zip(old, source, strict=True)},
            [Delta(axis_index(*axis), m) for axis, m in zip(new, place, strict=True)],
        )
        for source, place in zip(sources, places, strict=True)
    ]


def _is_minus_one(n: Any) -> bool:
    return isinstance(n, int | np.integer) and n == -1


@row("ravel")
def ravel(a: Any, order: str = "C") -> IndexArray:
    return reshape(a, -1)


TABLE["flatten"] = ravel
TABLE["atleast_1d"] = lambda a: lifted(a) if lifted(a).ndim else lifted(a)[None]
TABLE["atleast_2d"] = lambda a: two_axes(TABLE["atleast_1d"](a))


@row("flip")
def flip(m: Any, axis: Any = None) -> IndexArray:
    a = lifted(m)
    axes = normal_axes(axis, a.ndim)
    return a[tuple(slice(None, None, -1) if k in axes else slice(None) for k in range(a.ndim))]


TABLE["flipud"] = lambda m: flip(m, 0)
TABLE["fliplr"] = lambda m: flip(m, 1)


@row("tile")
def tile(A: Any, reps: Any) -> IndexArray:
    a, times = lifted(A), reps if isinstance(reps, tuple | list) else (reps,)
    if any(not size_one(n) and as_size(r) != 1 for n, r in zip(reversed(a.sizes), reversed(times), strict=False)):
        raise NotLifted("np.tile of an axis longer than one")
    sizes = (*(Integer(1),) * (len(times) - a.ndim), *a.sizes)
    wide = (*(Integer(1),) * (len(sizes) - len(times)), *(as_size(r) for r in times))
    return a + full(tuple(IndexArray(n * r, ()) for n, r in zip(sizes, wide, strict=True)), 0)


@row("repeat")
def repeat(a: Any, repeats: Any, axis: Any = None) -> IndexArray:
    array_ = lifted(a)
    k = normal_axis(0 if axis is None else axis, array_.ndim)
    if not size_one(array_.sizes[k]):
        raise NotLifted("np.repeat of an axis longer than one")
    shape = tuple(repeats if m == k else IndexArray(n, ()) for m, n in enumerate(array_.sizes))
    return array_ + full(shape, 0)


@row("pad")
def pad(array: Any, pad_width: Any, mode: str = "constant", **options: Any) -> IndexArray:
    a = lifted(array)
    if mode != "constant" or options.get("constant_values", 0) != 0:
        raise NotLifted("padding with other values than zero")
    widths = [pad_width] * a.ndim if isinstance(pad_width, int) else list(pad_width)
    if widths and isinstance(widths[0], int):
        widths = [tuple(widths)] * a.ndim
    for k, width in enumerate(widths):
        for m, n in enumerate((width, width) if isinstance(width, int) else width):
            if n:
                zeros = full(tuple(n if q == k else IndexArray(s, ()) for q, s in enumerate(a.sizes)), 0)
                a = concatenate([a, zeros] if m else [zeros, a], axis=k)
    return a


@row("roll")
def roll(a: Any, shift: int, axis: Any = None) -> IndexArray:
    array_ = lifted(a)
    if axis is None and array_.ndim != 1:
        raise NotLifted("np.roll over all axes")
    k = normal_axis(0 if axis is None else axis, array_.ndim)
    before = (slice(None),) * k
    return concatenate([array_[(*before, slice(-shift, None))], array_[(*before, slice(None, -shift))]], axis=k)


@row("sliding_window_view")
def sliding_window_view(x: Any, window_shape: Any, axis: Any = None, **_: Any) -> IndexArray:
    a = lifted(x)
    windows = window_shape if isinstance(window_shape, tuple | list) else (window_shape,)
    axes = list(range(a.ndim)) if axis is None else [normal_axis(k, a.ndim) for k in np.atleast_1d(axis).tolist()]
    if len(axes) != len(windows):
        raise BadShape(f"{len(windows)} windows along {len(axes)} axes")
    sizes = list(a.sizes)
    for k, n in zip(axes, map(as_size, windows), strict=True):
        sizes[k] = sizes[k] - n + 1
        if sizes[k].is_nonpositive:
            raise BadShape(f"a window of {n} along an axis of {a.sizes[k]}")
    shape = (*sizes, *map(as_size, windows))
    places = [axis_index(shape, k) for k in range(a.ndim)]
    for m, k in enumerate(axes, a.ndim):
        places[k] = places[k] + axis_index(shape, m)
    olds = [axis_index(a.sizes, k) for k in range(a.ndim)]
    rule = {old: place for old, place in zip(olds, places, strict=True) if isinstance(old, Index)}
    return IndexArray(a.expr.xreplace(rule), shape, a.weight)


def _triangle(m: Any, keep: Any) -> IndexArray:
    a = lifted(m)
    return a * IndexArray(keep(axis_index(a.sizes, a.ndim - 2), axis_index(a.sizes, a.ndim - 1)), a.sizes)


TABLE["tril"] = lambda m, k=0: _triangle(m, lambda i, j: LessEqual(j, i + k))
TABLE["triu"] = lambda m, k=0: _triangle(m, lambda i, j: LessEqual(i + k, j))
TABLE["tri"] = lambda N, M=None, k=0, dtype=None: TABLE["tril"](full((N, N if M is None else M), 1), k)


@row("take_along_axis")
def take_along_axis(arr: Any, indices: Any, axis: int) -> IndexArray:
    a, chosen = lifted(arr), lifted(indices)
    k = normal_axis(axis, a.ndim)
    key: list[Any] = []
    for m in range(a.ndim):
        line = arange(IndexArray(chosen.sizes[m], ()))
        shape = tuple(IndexArray(chosen.sizes[m], ()) if q == m else 1 for q in range(a.ndim))
        key.append(chosen if m == k else line.reshape(shape))
    return a[tuple(key)]


@row("take")
def take(a: Any, indices: Any, axis: Any = None) -> IndexArray:
    array_ = lifted(a)
    k = normal_axis(0 if axis is None else axis, array_.ndim)
    return array_[(*(slice(None),) * k, indices)]
