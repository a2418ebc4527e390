"""Reading and writing parts of an array: slices, numbers, new axes, index arrays, masks.

A slice shifts the index; writing a part is a choice between the new value and the old, by where the index stands.
Nothing is shared between arrays: NumPy's views become values, so writing through a view is refused where it shows.
"""

from typing import Any

import numpy as np
from sympy import Expr, Integer, Mul

from symbackprop.claims.numpy.arrays import TABLE, IndexArray, lifted
from symbackprop.claims.numpy.axes import BadShape, Shape, axis_index, broadcast, indices, moved, show
from symbackprop.claims.numpy.trace import NotLifted, current
from symbackprop.indices import Index
from symbackprop.ranges import decide
from symbackprop.terms import Bracket, Delta, Entry, Less, LessEqual, Where


def row(name: str) -> Any:
    """Registers a function under NumPy's name for it."""

    def register(f: Any) -> Any:
        TABLE[name] = f
        return f

    return register


def as_size(value: Any) -> Expr:
    """A size or a position as an expression of sizes."""
    if isinstance(value, IndexArray):
        if value.ndim or value.expr.atoms(Entry):
            raise NotLifted("a size or a position that depends on the data")
        return value.expr
    return Integer(int(value))


class _Pick:
    """What one part of a key does to one axis: ``index`` at new axes; ``guard`` on the old index when writing."""

    def __init__(self, length: Expr | None, start: Expr, step: int) -> None:
        self.length, self.start, self.step = length, start, step


def _pick(part: Any, size: Expr) -> _Pick:
    if isinstance(part, slice):
        step = 1 if part.step is None else int(part.step)
        if step < 0:
            if part.start is not None or part.stop is not None or step != -1:
                raise NotLifted("a slice with a negative step other than [::-1]")
            return _Pick(size, size - 1, -1)
        start = _bound(part.start, size, Integer(0))
        stop = _bound(part.stop, size, size)
        span = stop - start
        if span.is_nonpositive:
            raise NotLifted("an empty slice")
        if step == 1:
            return _Pick(span, start, 1)
        if not isinstance(span, Integer):
            raise NotLifted("a stepped slice of an axis whose size is a name")
        return _Pick(Integer(-(-int(span) // step)), start, step)
    at = as_size(part)
    if at.is_negative:
        at = size + at
    outside = (at - size).is_nonnegative or at.is_negative
    if outside:
        raise BadShape(f"position {part} of an axis of length {size}")
    return _Pick(None, at, 1)


def _bound(value: Any, size: Expr, default: Expr) -> Expr:
    if value is None:
        return default
    bound = as_size(value)
    if bound.is_negative:
        bound = size + bound
    if isinstance(bound, Integer) and isinstance(size, Integer):
        return Integer(max(0, min(int(bound), int(size))))
    return bound


def key_parts(key: Any, ndim: int) -> list[Any]:
    """A key as one part an axis (and None for new axes)."""
    parts = list(key) if isinstance(key, tuple) else [key]
    given = sum(_consumed(p) for p in parts if p is not Ellipsis)
    at = next((k for k, p in enumerate(parts) if p is Ellipsis), len(parts))
    if given > ndim:
        raise BadShape(f"{given} indices for an array with {ndim} axes")
    return [*parts[:at], *[slice(None)] * (ndim - given), *parts[at + 1 :]]


def _consumed(part: Any) -> int:
    if part is None:
        return 0
    return part.ndim if _is_mask(part) else 1


def _is_mask(part: Any) -> bool:
    return (isinstance(part, IndexArray) and part.is_truth and part.ndim > 0) or (
        isinstance(part, np.ndarray) and part.dtype == bool
    )


def _is_fancy(part: Any) -> bool:
    return isinstance(part, list | range | np.ndarray) or (
        isinstance(part, IndexArray) and (part.ndim > 0 or bool(part.expr.atoms(Entry)))
    )


def places(x: Any, size: Expr) -> IndexArray:
    """An array of positions; an input that is used so is a label with as many classes as the axis is long."""
    array = lifted(x)
    if isinstance(array.expr, Entry):
        trace = current()
        if array.expr.name in trace.inputs:
            known = trace.labels.setdefault(array.expr.name, size)
            if known != size:
                raise NotLifted(f"{array.expr.name} indexes axes of lengths {known} and {size}")
    elif not array.expr.is_integer:
        raise NotLifted("positions that are computed from the data")
    return array


@row("getitem")
def getitem(a: IndexArray, key: Any) -> IndexArray:
    """``a[key]``."""
    if _is_mask(key) and lifted(key).sizes == a.sizes:
        chosen = a.like(a.expr)
        chosen.mask = lifted(key)
        return chosen
    parts = key_parts(key, a.ndim)
    if any(_is_fancy(p) for p in parts):
        return _gather(a, parts)
    shape: list[Expr] = []
    rule: list[tuple[int, int | None, _Pick]] = []
    axis = 0
    for part in parts:
        if part is None:
            shape.append(Integer(1))
            continue
        pick = _pick(part, a.sizes[axis])
        if pick.length is not None:
            rule.append((axis, len(shape), pick))
            shape.append(pick.length)
        else:
            rule.append((axis, None, pick))
        axis += 1
    return _read(a, tuple(shape), rule)


def _read(a: IndexArray, shape: Shape, rule: list[tuple[int, int | None, _Pick]]) -> IndexArray:
    replaced = {}
    for axis, place, pick in rule:
        i = axis_index(a.sizes, axis)
        if isinstance(i, Index):
            replaced[i] = pick.start + pick.step * (axis_index(shape, place) if place is not None else 0)
    return IndexArray(settled(a.expr.xreplace({k: v for k, v in replaced.items() if k != v})), shape, a.weight)


def settled(expr: Expr) -> Expr:
    """Brackets of indices that the ranges decide, decided."""
    brackets = {b: decide(b, current().labels) for b in expr.atoms(Bracket)} if expr.has(Bracket) else {}
    changed = {b: v for b, v in brackets.items() if b != v}
    return expr.xreplace(changed) if changed else expr


def _gather(a: IndexArray, parts: list[Any]) -> IndexArray:
    """``a`` at arrays of positions: the positions broadcast together and stand where the first of them stood."""
    if any(_is_mask(p) for p in parts):
        raise NotLifted("the entries chosen by a mask as an array")
    kept = [p for p in parts if p is not None]
    fancy = {k: places(p, a.sizes[k]) for k, p in enumerate(kept) if _is_fancy(p) or not isinstance(p, slice)}
    chosen = broadcast(*(f.sizes for f in fancy.values()))
    shape: list[Expr] = []
    rule: list[tuple[int, int | None, _Pick]] = []
    start = None
    axis = 0
    for part in parts:
        if part is None:
            shape.append(Integer(1))
        elif axis in fancy:
            if start is None:
                start = len(shape)
                shape += chosen
            axis += 1
        else:
            pick = _pick(part, a.sizes[axis])
            assert pick.length is not None
            rule.append((axis, len(shape), pick))
            shape.append(pick.length)
            axis += 1
    assert start is not None
    result = tuple(shape)
    replaced = {}
    for k, f in fancy.items():
        offset = start + len(chosen) - f.ndim
        at = moved(f.expr, f.sizes, result, [offset + m for m in range(f.ndim)])
        replaced[axis_index(a.sizes, k)] = at + a.sizes[k] if at.is_negative else at
    for k, place, pick in rule:
        replaced[axis_index(a.sizes, k)] = pick.start + pick.step * axis_index(result, place or 0)
    replaced = {k: v for k, v in replaced.items() if isinstance(k, Index) and k != v}
    weight = a.weight + sum(f.weight for f in fancy.values())
    return IndexArray(settled(a.expr.xreplace(replaced)), result, weight)


@row("setitem")
def setitem(a: IndexArray, key: Any, value: Any) -> IndexArray:
    """``a`` after ``a[key] = value``."""
    new = lifted(value)
    if _is_mask(key):
        mask = lifted(key)
        if new.mask is None and indices(new.sizes):
            raise NotLifted("values assigned through a mask")
        if mask.sizes != a.sizes[: mask.ndim]:
            raise BadShape(f"a mask of shape {show(mask.sizes)} on shape {show(a.sizes)}")
        where = moved(mask.expr, mask.sizes, a.sizes, range(mask.ndim))
        return IndexArray(Where(where, new.expr, a.expr), a.sizes, a.weight + new.weight + mask.weight)
    parts = key_parts(key, a.ndim)
    guards: list[Expr] = []
    shape: list[Expr] = []
    back: dict[int, Expr] = {}  # axis of the value -> its index, in the array's own indices
    axis = 0
    for part in parts:
        if part is None:
            raise NotLifted("a new axis on the left of an assignment")
        i = axis_index(a.sizes, axis)
        if _is_fancy(part):
            at = _along(part, a, axis, parts)
            if at is None:
                back[len(shape)] = i
                shape.append(a.sizes[axis])
            else:
                guards.append(Delta(i, at))
        else:
            pick = _pick(part, a.sizes[axis])
            guards += _guards(i, pick, a.sizes[axis])
            if pick.length is not None:
                back[len(shape)] = (i - pick.start) * pick.step
                shape.append(pick.length)
        axis += 1
    return _written(a, new, tuple(shape), back, guards)


def _written(a: IndexArray, new: IndexArray, shape: Shape, back: dict[int, Expr], guards: list[Expr]) -> IndexArray:
    if broadcast(shape, new.sizes) != shape:
        raise BadShape(f"a value of shape {show(new.sizes)} assigned to shape {show(shape)}")
    rule = {}
    for k in range(new.ndim):
        i = axis_index(new.sizes, k)
        if isinstance(i, Index):
            rule[i] = back[len(shape) - new.ndim + k]
    inner = new.expr.xreplace({k: v for k, v in rule.items() if k != v})
    condition = settled(Mul(*guards))
    return IndexArray(settled(Where(condition, inner, a.expr)), a.sizes, a.weight + new.weight + len(guards))


def _guards(i: Expr, pick: _Pick, size: Expr) -> list[Expr]:
    if not isinstance(i, Index):
        return []
    if pick.length is None:
        return [Delta(i, pick.start)]
    if pick.step == -1:
        return []
    if pick.step != 1:
        raise NotLifted("an assignment to a stepped slice")
    return [LessEqual(pick.start, i), Less(i, pick.start + pick.length)]


def _along(part: Any, a: IndexArray, axis: int, parts: list[Any]) -> Expr | None:
    """The position that an index array has for the row at hand; None where it runs over the whole axis itself.

    ``P[np.arange(N), t] = v``: one of the arrays must run over its axis, it ties the others to that axis.
    """
    runs = [k for k, p in enumerate(parts) if _is_fancy(p) and _is_range(lifted(p), a.sizes[k])]
    if not runs:
        raise NotLifted("an assignment through an index array whose positions may repeat: use np.add.at")
    if axis == runs[0]:
        return None
    at = places(part, a.sizes[axis])
    if at.ndim != 1:
        raise NotLifted("an assignment through an index array of two axes")
    return moved(at.expr, at.sizes, a.sizes, [runs[0]])


def _is_range(array: IndexArray, size: Expr) -> bool:
    return array.ndim == 1 and array.sizes[0] == size and array.expr == axis_index(array.sizes, 0)
