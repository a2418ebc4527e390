"""A question about two expressions, and what balls say of it at one exact rational point.

A point counts only where all assumptions hold, both sides are finite and no comparison is undecided or decided by a tie
that a small step undoes: that would be a kink.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from sympy import Expr, Integer

from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.errors import DataError, NotSupported, SymbackpropError
from symbackprop.evaluation import Evaluation
from symbackprop.functions import row_of
from symbackprop.indices import Index
from symbackprop.number_types import KinkCrossed
from symbackprop.proof.atoms import OutOfTime
from symbackprop.proof.context import Context
from symbackprop.proof.kinks import Counting, filled, nudged
from symbackprop.proof.points import draw, has_room
from symbackprop.sampling import small_sizes
from symbackprop.terms import Bracket, Where

CLAIMED, TRUE = "claimed~", "true~"
_PRECISIONS = (128, 512, 2048)
_TRIED = 3  # choices of sizes to pick one from
_KINKS_LOOKED_AT = 6
_KINK_SECONDS = 0.2
_ENOUGH = 60  # bits that two balls must share before they count as equal


# Whether two balls certainly break a relation.
_FAILS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda x, y: not x.overlaps(y),
    "<=": lambda x, y: bool(x > y),
    ">=": lambda x, y: bool(x < y),
    "<": lambda x, y: bool(x >= y),
    ">": lambda x, y: bool(x <= y),
}


@dataclass
class Point:
    """Both sides at one admissible point. ``entry`` is where they differ, None where they agree to ``bits``."""

    sizes: dict[str, int]
    arrays: dict[str, np.ndarray]
    entry: tuple[int, ...] | None
    claimed: Any
    true: Any
    bits: float
    ties: int = 0


@dataclass
class Question:
    """Two expressions over free indices as equations of one formula, and the relation that is claimed of them."""

    a: Expr
    b: Expr
    context: Context
    indices: Sequence[Index]
    formula: Formula = field(init=False)
    deadline: float | None = None
    relation: str = "="
    differs_at_kink: bool = False  # found so far
    reason: str | None = None  # why no point can be evaluated, where that is known

    def __post_init__(self) -> None:
        base = self.context.closed((self.a, self.b))
        shape = tuple(i.size for i in self.indices)
        extra = {n: Tensor(n, "defined", shape) for n in (CLAIMED, TRUE)}
        sides = (Equation(CLAIMED, self.indices, self.a), Equation(TRUE, self.indices, self.b))
        self.formula = Formula({**base.tensors, **extra}, (*base.equations, *sides), base.names)
        self.facts = self.context.facts(self.formula)

    def inputs_used(self) -> set[str]:
        """The declared tensors that either side depends on."""
        found: set[str] = set()
        todo = [CLAIMED, TRUE]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                equations = [*self.formula.boundaries.get(name, ())]
                equations += [self.formula.defining[name]] if name in self.formula.defining else []
                todo += [r for e in equations for r in e.reads]
        return found

    def sizes(self, seed: int) -> dict[str, int]:
        """Small sizes; of several the ones that take least to evaluate."""
        candidates = [small_sizes(self.formula, k) for k in range(_TRIED * seed, _TRIED * (seed + 1))]
        candidates = [c for c in candidates if self._makes_sense(c)] or candidates
        return min(candidates, key=lambda sizes: _work(self.formula, (self.a, self.b), sizes))

    def _makes_sense(self, sizes: dict[str, int]) -> bool:
        """Whether every axis has an entry: a window is not longer than what it slides over; and matrices can exist."""
        numbers = {s: Integer(sizes[s.name]) for s in self.formula.sizes}
        lengths = {n for t in self.formula.tensors.values() for n in t.lengths} | {i.size for i in self.indices}
        if not all(n.xreplace(numbers).is_positive is not False for n in lengths):
            return False
        return has_room(self.formula, self.facts, numbers)

    def at(self, sizes: dict[str, int], seed: int, mood: int, simple: bool = False) -> Point | None:
        """Both sides at one random point; None where it is not admissible."""
        if not self._makes_sense(sizes):
            return None
        return self.compare(sizes, draw(self.formula, self.facts, sizes, seed, mood, simple))

    def compare(self, sizes: dict[str, int], arrays: dict[str, np.ndarray]) -> Point | None:
        for precision in _PRECISIONS:
            try:
                point = self._at_precision(sizes, arrays, precision)
            except NotSupported as e:
                self.reason = str(e)
                return None
            except (KinkCrossed, DataError, ZeroDivisionError, ValueError):
                continue
            if point is not None and point.entry is not None and point.ties and not self._off_kinks(point, precision):
                return None
            if point is None or point.entry is not None or point.bits >= _ENOUGH:
                return point
        return None

    def _off_kinks(self, point: Point, precision: int) -> bool:
        """Whether a step in a general direction leaves the ties as they are, and the sides still differ."""
        if self.relation != "=" and not self._jumps:
            return True  # values that are continuous: a kink is as good a point as any
        arrays = nudged(self.formula, self.facts, point.arrays, seed=1)
        try:
            after = self._at_precision(point.sizes, arrays, precision)
        except (SymbackpropError, ZeroDivisionError, ValueError):
            return False
        if after is None:
            return False
        self.differs_at_kink = self.differs_at_kink or after.entry is None
        return after.entry == point.entry and after.ties == point.ties

    @cached_property
    def _jumps(self) -> bool:
        return any(isinstance(x, Bracket | Where) or _is_jump(x) for e in self.formula.equations for x in nodes(e.rhs))

    def look_at_kinks(self) -> bool:
        """Whether the sides are known to differ at a kink; likely ones, where inputs are 0 or equal, are looked at."""
        self.deadline = time.process_time() + _KINK_SECONDS
        sizes = self.sizes(0) if self._jumps else {}
        numbers = {s: Integer(v) for s in self.formula.sizes for v in [sizes.get(s.name, 1)]}
        for zero in ("", *sorted(self.inputs_used()))[:_KINKS_LOOKED_AT] if self._jumps else ():
            values = {t: Fraction(int(t.name != zero)) for t in self.formula.declared}
            found = {t.name: filled(t, self.facts, numbers, v) for t, v in values.items()}
            arrays = {name: a for name, a in found.items() if a is not None}
            if self.differs_at_kink or len(arrays) < len(found):
                break
            try:
                self.compare(sizes, arrays)
            except (SymbackpropError, OutOfTime):
                break
        return self.differs_at_kink

    def _at_precision(self, sizes: dict[str, int], arrays: dict[str, np.ndarray], precision: int) -> Point | None:
        import flint

        before, flint.ctx.prec = flint.ctx.prec, precision
        try:
            balls = {n: _balls(a) for n, a in arrays.items()}
            counting = Counting()
            evaluation = _Timed(self.formula, balls, sizes, counting.numbers)
            evaluation.deadline = self.deadline
            shape = [evaluation.size(i.size) for i in self.indices]
            bits = float(precision)
            for where in np.ndindex(*shape):
                x, y = (flint.arb(evaluation.entry(n, where)) for n in (CLAIMED, TRUE))
                if not (x - y).is_finite():
                    return None
                if _FAILS[self.relation](x, y):
                    return Point(sizes, arrays, where, x, y, 0.0, counting.ties)
                bits = min(bits, _shared_bits(x, y)) if x.overlaps(y) else bits
            return Point(sizes, arrays, None, None, None, bits, counting.ties)
        finally:
            flint.ctx.prec = before


def nodes(expr: Expr) -> Iterator[Any]:
    """An expression and all its parts."""
    todo = [expr]
    while todo:
        node = todo.pop()
        yield node
        todo += node.args


def _is_jump(expr: Any) -> bool:
    row = row_of(expr)
    return row is not None and row.name in ("sign", "step", "floor")


def _shared_bits(x: Any, y: Any) -> float:
    """How many bits two overlapping balls are known to share."""
    import math

    radius = float(x.rad()) + float(y.rad())
    scale = max(abs(float(x.mid())), abs(float(y.mid())), 1e-9)
    return 4096.0 if radius == 0 else math.log2(scale / radius)


def _work(formula: Formula, sides: Iterable[Expr], sizes: dict[str, int]) -> int:
    """How many entries all tensors have, and how often the innermost term of a side is visited, roughly."""
    numbers = {s: Integer(sizes[s.name]) for s in formula.sizes}
    loops = sum(prod(i.size.xreplace(numbers).doit() for i in x.atoms(Index)) for x in sides)
    return int(loops + sum(prod(n.xreplace(numbers).doit() for n in t.lengths) for t in formula.tensors.values()))


class _Timed(Evaluation):
    """An evaluation that gives up at a deadline."""

    deadline: float | None = None

    def _compute(self, name: str, where: tuple[int, ...]) -> Any:
        if self.deadline is not None and time.process_time() > self.deadline:
            raise OutOfTime("out of time")
        return super()._compute(name, where)


def _balls(array: np.ndarray) -> np.ndarray:
    import flint

    if array.dtype != object:
        return array
    result = np.empty(array.shape, dtype=object)
    for where in np.ndindex(*array.shape):
        x: Any = array[where]
        result[where] = flint.arb(flint.fmpq(x.numerator, x.denominator))
    return result
