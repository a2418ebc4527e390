"""Refutation: two expressions evaluated in ball arithmetic at exact rational points until the balls separate.

What is found is then shrunk: the smallest sizes and the simplest fractions that still separate the sides.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Expr

from symbackprop.errors import SymbackpropError
from symbackprop.indices import Index
from symbackprop.proof.atoms import OutOfTime
from symbackprop.proof.context import Context
from symbackprop.proof.points import MOODS
from symbackprop.proof.question import Point, Question

_MORE_SIZES = 6
_FEW = 3  # digits in which a reader sees at once that two numbers differ
_DIGITS = (8, 12, 18, 27, 40)  # as many as tell the sides apart are shown


@dataclass(frozen=True)
class Counterexample:
    """A point where the claim fails: sizes, exact values, the entry (0-based), both sides' values."""

    sizes: dict[str, int]
    values: dict[str, Any]
    entry: tuple[int, ...]
    claimed: str
    true: str


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
            if deadline is not None and time.process_time() > deadline:
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
    limit = min(deadline or float("inf"), time.process_time() + 0.3)
    question.deadline = limit
    for name in sorted(point.sizes):
        for smaller in range(1, point.sizes[name]):
            found = _differing(question, {**point.sizes, name: smaller}, limit)
            if found is not None:
                point = found
                break
    return _differing(question, point.sizes, limit) or point


def _differing(question: Question, sizes: dict[str, int], limit: float) -> Point | None:
    """A point of these sizes where the sides differ, if possible in their first digits."""
    best: Point | None = None
    for attempt in range(4):
        if time.process_time() > limit:
            return best
        try:
            found = question.at(sizes, attempt, attempt % MOODS, simple=True)
        except (SymbackpropError, OutOfTime):  # out of time, or sizes that make no sense for this formula
            return best
        if found is not None and found.entry is not None:
            best = best or found
            if _digits(found) <= _FEW:
                return found
    return best


def _digits(point: Point) -> int:
    """How many digits tell the two sides apart."""
    told = (n for n in (_FEW, *_DIGITS) if _decimal(point.claimed, n) != _decimal(point.true, n))
    return next(told, _DIGITS[-1])


def shown(point: Point, question: Question) -> Counterexample:
    """A point as data that prints."""
    used = question.inputs_used()
    values = {n: _nested(a) for n, a in point.arrays.items() if n in used}
    assert point.entry is not None
    digits = max(_DIGITS[0], _digits(point))
    return Counterexample(
        dict(point.sizes), values, point.entry, _decimal(point.claimed, digits), _decimal(point.true, digits)
    )


def _nested(array: np.ndarray) -> Any:
    if array.ndim == 0:
        return str(array[()])
    return [_nested(np.asarray(a, dtype=array.dtype)) for a in array]


def _decimal(ball: Any, digits: int) -> str:
    whole = int(ball.unique_fmpz()) if ball.is_exact() and ball.is_integer() else None
    if whole is not None and whole.bit_length() < 200:
        return str(whole)
    if ball.contains(0):  # as near to it as could be enclosed
        return "0"
    text = ball.mid().str(digits, radius=False)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


__all__ = ["Counterexample", "Point", "Question", "refute", "search", "shown", "shrink"]
