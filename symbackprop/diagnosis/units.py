"""Units that learn nothing: dead ones pass no gradient on any of the data, saturated ones hardly any on most of them.

A unit of a dense layer is an entry of its output, one of a convolution a channel with all its places: what shares its
weights is one unit. The slopes f'(z) are the derived ones, at the data's own z.
"""

import math
from dataclasses import dataclass

import numpy as np

from symbackprop.diagnosis.jacobians import Point
from symbackprop.diagnosis.linear import degree
from symbackprop.diagnosis.slopes import function_of, numbers_of, slopes_of, steepest
from symbackprop.equations import Equation
from symbackprop.indices import Index
from symbackprop.terms import Entry

FLAT = 0.01  # a slope below this part of the steepest is flat
MOSTLY = 0.95  # a unit whose slope is flat on more than this part of the data is saturated


@dataclass(frozen=True)
class Activation:
    """An activation at the data: ``function`` in x, how many ``units`` it acts on, those that are dead or saturated."""

    tensor: str
    function: str
    units: int
    dead: tuple[int, ...]
    saturated: tuple[int, ...]


def activation(point: Point, equation: Equation, order: tuple[str, ...]) -> Activation | None:
    """The function that the equation applies to each entry, and which units it stops; None where it is none."""
    read = sorted(equation.reads & set(order))
    if len(read) != 1 or degree(equation.rhs, read[0]) <= 1:
        return None
    fixed = {n: a for n, a in point.arrays.items() if n in equation.reads and point.role(n) in ("param", "const")}
    function = function_of(equation, read[0], numbers_of(equation, fixed))
    if function is None or not equation.slots or equation.slots[0].size != point.batch:
        return None
    with np.errstate(all="ignore"):
        slopes = np.abs(slopes_of(function, point.arrays[read[0]]))
    top = steepest(function) or float(slopes.max(initial=0.0))
    by_unit = _by_unit(slopes, unit_axes(point, equation))
    alive = by_unit.any(axis=0)
    flat = (by_unit < FLAT * top).mean(axis=0) > MOSTLY
    dead, saturated = _where(np.logical_not(alive)), _where(np.logical_and(alive, flat))
    return Activation(equation.name, function, by_unit.shape[1], dead, saturated)


def unit_axes(point: Point, equation: Equation) -> list[int]:
    """The axes that weights have too, behind the batch; all of them where no weights come before."""
    here, rank = equation, len(equation.slots)
    while True:
        weights = [n for n in here.reads if point.role(n) == "param"]
        if weights and len(here.slots) == rank:
            theirs = {i for e in here.rhs.atoms(Entry) if e.name in weights for s in e.slots for i in s.atoms(Index)}
            axes = [k for k, s in enumerate(here.slots) if k and s.atoms(Index) & theirs]
            return axes or list(range(1, rank))
        before = [n for n in here.reads if n in point.formula.defining and n != here.name]
        same = [n for n in before if len(point.formula.defining[n].slots) == rank]
        if len(same) != 1:
            return list(range(1, rank))
        here = point.formula.defining[same[0]]


def _by_unit(slopes: np.ndarray, axes: list[int]) -> np.ndarray:
    """(data, units)."""
    rest = [k for k in range(slopes.ndim) if k not in axes]
    shape = [math.prod(slopes.shape[k] for k in part) for part in (rest, axes)]
    return slopes.transpose(rest + axes).reshape(shape)


def _where(flags: np.ndarray) -> tuple[int, ...]:
    return tuple(int(k) for k in np.flatnonzero(flags))
