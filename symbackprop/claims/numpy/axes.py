"""Axes of an array of index expressions: where an index stands says its name.

The axis k places from the right has the index ``_LETTERS[k]`` of the axis's size; an axis of length 1 has none, its
index is the constant 0. Arrays of the same shape therefore share their indices, and NumPy's broadcasting needs no
renaming at all.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sympy import Expr, Integer

from symbackprop.claims.numpy.trace import NotLifted, size_one
from symbackprop.indices import Index

Shape = tuple[Expr, ...]
_LETTERS = "jinmlkpq"


class BadShape(NotLifted):
    """Shapes that NumPy itself would refuse."""


@lru_cache(maxsize=4096)
def _index(place: int, size: Expr) -> Index:
    if place >= len(_LETTERS):
        raise NotLifted(f"an array of more than {len(_LETTERS)} axes")
    return Index(_LETTERS[place], size)


def axis_index(shape: Sequence[Expr], axis: int) -> Expr:
    """The index of an axis, 0 where the axis has one entry only.

    >>> axis_index((Integer(1), Integer(3)), 1).size, axis_index((Integer(1), Integer(3)), 0)
    (3, 0)
    """
    size = shape[axis]
    return Integer(0) if size_one(size) else _index(len(shape) - 1 - axis, size)


def indices(shape: Sequence[Expr]) -> tuple[Index, ...]:
    """The indices of all axes longer than one, in order."""
    return tuple(i for k in range(len(shape)) if isinstance(i := axis_index(shape, k), Index))


def broadcast(*shapes: Shape) -> Shape:
    """The common shape. Raises ``BadShape``.

    >>> broadcast((Integer(2), Integer(3)), (Integer(1),))
    (2, 3)
    """
    result: list[Expr] = []
    for place in range(1, max((len(s) for s in shapes), default=0) + 1):
        sizes = {s[-place] for s in shapes if len(s) >= place} - {Integer(1)}
        if len(sizes) > 1:
            shown = ", ".join(show(s) for s in shapes)
            raise BadShape(f"operands of shapes {shown} cannot be broadcast together")
        result.append(sizes.pop() if sizes else Integer(1))
    return tuple(reversed(result))


def show(shape: Shape) -> str:
    """A shape as Python writes it."""
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def normal_axis(axis: int, ndim: int) -> int:
    """An axis counted from the front. Raises ``BadShape``."""
    if not -ndim <= axis < ndim:
        raise BadShape(f"axis {axis} of an array with {ndim} axes")
    return axis % ndim


def normal_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """NumPy's ``axis`` argument as axes counted from the front; None means all."""
    if axis is None:
        return tuple(range(ndim))
    return tuple(sorted(normal_axis(int(a), ndim) for a in (axis if isinstance(axis, tuple | list) else (axis,))))


def moved(expr: Expr, old: Shape, new: Shape, places: Sequence[int]) -> Expr:
    """The expression of an array whose axis k of the old shape stands at ``places[k]`` of the new one."""
    rule = {}
    for k, place in enumerate(places):
        i = axis_index(old, k)
        if isinstance(i, Index) and (j := axis_index(new, place)) != i:
            rule[i] = j
    return expr.xreplace(rule) if rule else expr
