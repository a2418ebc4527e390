"""Refutation: two expressions evaluated in ball arithmetic at exact rational points until the balls separate.

A point counts only where all assumptions hold, no comparison is undecided (that would be a kink) and both sides are
finite. What is found is then shrunk: the smallest sizes and the simplest fractions that still separate the sides.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
from sympy import Expr, Integer

from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.errors import DataError, NotSupported, SymbackpropError
from symbackprop.evaluation import Evaluation
from symbackprop.indices import Index
from symbackprop.number_types import KinkCrossed, arb_numbers
from symbackprop.proof.atoms import OutOfTime
from symbackprop.proof.context import Context
from symbackprop.proof.points import MOODS, draw
from symbackprop.sampling import small_sizes

CLAIMED, TRUE = "claimed~", "true~"
_PRECISIONS = (128, 512, 2048)
_TRIED = 3  # choices of sizes to pick one from
_MORE_SIZES = 6
_ENOUGH = 60  # bits that two balls must share before they count as equal


# Whether two balls certainly break a relation.
_FAILS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda x, y: not x.overlaps(y),
    "<=": lambda x, y: bool(x > y),
    ">=": lambda x, y: bool(x < y),
    "<": lambda x, y: bool(x >= y),
    ">": lambda x, y: bool(x <= y),
}


@dataclass(frozen=True)
class Counterexample:
    """A point where the claim fails: sizes, exact values, the entry (0-based), both sides' values."""

    sizes: dict[str, int]
    values: dict[str, Any]
    entry: tuple[int, ...]
    claimed: str
    true: str


@dataclass
class Point:
    """Both sides at one admissible point. ``entry`` is where they differ, None where they agree to ``bits``."""

    sizes: dict[str, int]
    arrays: dict[str, np.ndarray]
    entry: tuple[int, ...] | None
    claimed: Any
    true: Any
    bits: float


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
        return min(candidates, key=lambda sizes: _work(self.formula, (self.a, self.b), sizes))

    def at(self, sizes: dict[str, int], seed: int, mood: int, simple: bool = False) -> Point | None:
        """Both sides at one random point; None where it is not admissible."""
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
            if point is None or point.entry is not None or point.bits >= _ENOUGH:
                return point
        return None

    def _at_precision(self, sizes: dict[str, int], arrays: dict[str, np.ndarray], precision: int) -> Point | None:
        import flint

        before, flint.ctx.prec = flint.ctx.prec, precision
        try:
            balls = {n: _balls(a) for n, a in arrays.items()}
            evaluation = _Timed(self.formula, balls, sizes, arb_numbers())
            evaluation.deadline = self.deadline
            shape = [evaluation.size(i.size) for i in self.indices]
            bits = float(precision)
            for where in np.ndindex(*shape):
                x, y = (flint.arb(evaluation.entry(n, where)) for n in (CLAIMED, TRUE))
                if not (x - y).is_finite():
                    return None
                if _FAILS[self.relation](x, y):
                    return Point(sizes, arrays, where, x, y, 0.0)
                bits = min(bits, _shared_bits(x, y)) if x.overlaps(y) else bits
            return Point(sizes, arrays, None, None, None, bits)
        finally:
            flint.ctx.prec = before


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
        if self.deadline is not None and time.monotonic() > self.deadline:
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


def refute(
    a: Expr, b: Expr, context: Context, indices: Sequence[Index], seeds: int = 6, deadline: float | None = None
) -> Counterexample | None:
    """A point where the sides differ, shrunk; None where none was found.

    >>> from symbackprop.indices import Index, size
    >>> from symbackprop.terms import Entry
    >>> i = Index("i", size("N"))
    >>> refute(Entry("x", i)**2, Entry("x", i), Context(), [i]).entry
    (0,)
    """
    question = Question(a, b, context, tuple(indices))
    point, _ = search(question, seeds, deadline)
    return None if point is None else shown(shrink(question, point, deadline), question)


def search(question: Question, seeds: int, deadline: float | None = None) -> tuple[Point | None, list[Point]]:
    """The first point where the sides differ, and the points where they agree."""
    question.deadline = deadline
    agreeing: list[Point] = []
    mood = 0
    for seed in range(seeds + _MORE_SIZES):  # some sizes may admit no point, as a wide XᵀX has no inverse
        if len(agreeing) >= seeds:
            break
        sizes = question.sizes(seed)
        for attempt in range(2 * MOODS):
            if deadline is not None and time.monotonic() > deadline:
                return None, agreeing
            try:
                point = question.at(sizes, 101 * seed + attempt, (mood + attempt) % MOODS)
            except OutOfTime:
                return None, agreeing
            if point is not None:
                mood = (mood + attempt) % MOODS
                break
        else:
            continue
        if point.entry is not None:
            return point, agreeing
        agreeing.append(point)
    return None, agreeing


def shrink(question: Question, point: Point, deadline: float | None = None) -> Point:
    """A smaller and simpler point where the sides still differ."""
    limit = min(deadline or float("inf"), time.monotonic() + 0.3)
    question.deadline = limit
    for name in sorted(point.sizes):
        for smaller in range(1, point.sizes[name]):
            found = _differing(question, {**point.sizes, name: smaller}, limit)
            if found is not None:
                point = found
                break
    return _differing(question, point.sizes, limit) or point


def _differing(question: Question, sizes: dict[str, int], limit: float) -> Point | None:
    for attempt in range(4):
        if time.monotonic() > limit:
            return None
        try:
            found = question.at(sizes, attempt, attempt % MOODS, simple=True)
        except (SymbackpropError, OutOfTime):  # out of time, or sizes that make no sense for this formula
            return None
        if found is not None and found.entry is not None:
            return found
    return None


def shown(point: Point, question: Question) -> Counterexample:
    """A point as data that prints."""
    used = question.inputs_used()
    values = {n: _nested(a) for n, a in point.arrays.items() if n in used}
    assert point.entry is not None
    return Counterexample(dict(point.sizes), values, point.entry, _decimal(point.claimed), _decimal(point.true))


def _nested(array: np.ndarray) -> Any:
    if array.ndim == 0:
        return str(array[()])
    return [_nested(np.asarray(a, dtype=array.dtype)) for a in array]


def _decimal(ball: Any) -> str:
    if ball.is_exact() and ball.is_integer():
        return str(int(ball.unique_fmpz()))
    text = ball.mid().str(8, radius=False)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
