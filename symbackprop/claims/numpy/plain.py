"""The person's functions run by plain NumPy: at random points, against numerical differentiation.

It is the guard of every lifted term (``agrees_with``) and the last resort where nothing could be lifted.
"""

import random
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Integer

from symbackprop.claims.numpy.lift import call
from symbackprop.claims.numpy.problem import Problem
from symbackprop.claims.numpy.reading import gradients
from symbackprop.equations import Formula, Tensor
from symbackprop.errors import NotSupported
from symbackprop.proof.context import Context
from symbackprop.proof.points import MOODS, draw

_STEP, _SMALL_STEP = 2.0**-11, 2.0**-16
_TOLERANCE = 1e-6
_KINK = 0.03  # a relative gap between one-sided derivatives that no curvature makes over one step
_CERTAIN = 1e-3  # a relative difference that no rounding makes


class CodeFailed(Exception):
    """The person's code raised; ``place`` is "forward" or "backward"."""

    def __init__(self, place: str, error: Exception) -> None:
        what = "is not read" if isinstance(error, NotSupported) else f"raises {type(error).__name__}"
        super().__init__(f"the {place} function {what}: {error}")
        self.place, self.error = place, error


@dataclass(frozen=True)
class PlainPoint:
    """Inputs as floats, outputs, claimed gradients and numerical ones with an estimate of their error."""

    exact: Mapping[str, Any]
    arrays: Mapping[str, Any]
    outputs: tuple[Any, ...]
    claimed: Mapping[str, Any]
    numerical: Mapping[str, Any]
    errors: Mapping[str, float]

    def differs(self, name: str) -> tuple[int, ...] | None:
        """The entry where claim and numerical gradient surely differ, None where there is none."""
        c, t = np.asarray(self.claimed[name], dtype=float), self.numerical[name]
        if c.shape != t.shape:
            return None
        scale = max(1.0, float(np.abs(t).max(initial=0)))
        bound = max(_TOLERANCE * scale, 100 * self.errors[name])
        gap = np.abs(c - t)
        if not np.all(np.isfinite(gap)):
            return None
        where = np.unravel_index(int(np.argmax(gap)), gap.shape) if gap.size else ()
        surely = max(bound, _CERTAIN * scale)
        return tuple(int(k) for k in where) if gap.size and gap[where] > surely else None

    def gap(self, name: str, entry: tuple[int, ...]) -> float:
        """Claimed less numerical, at one entry."""
        return float(np.asarray(self.claimed[name], dtype=float)[entry] - self.numerical[name][entry])

    def is_close(self, name: str) -> bool:
        c, t = np.asarray(self.claimed[name], dtype=float), self.numerical[name]
        scale = max(1.0, float(np.abs(t).max(initial=0)))
        return c.shape == t.shape and bool(np.all(np.abs(c - t) <= max(_TOLERANCE * scale, 10 * self.errors[name])))


def concrete_sizes(problem: Problem, seed: int) -> dict[str, int]:
    """Small sizes for names, distinct where possible."""
    names = problem.size_names
    order = np.random.default_rng(seed).permutation(len(names))
    return {n: 2 + int(k) % 4 for n, k in zip(names, order, strict=True)}


def points(
    problem: Problem, wrt: Sequence[str] | None, labels: Mapping[str, Any], seed: int = 0, wanted: int = 2
) -> list[PlainPoint]:
    """Random points (at integer sizes) where both functions are finite. Raises ``CodeFailed``."""
    found = []
    for k in range(3 * wanted):
        for mood in range(MOODS):
            point = _point(problem, wrt, labels, 1000 * seed + k, mood)
            if point is not None:
                found.append(point)
                break
        if len(found) == wanted or (k >= wanted and not found):
            break
    return found


def near(
    problem: Problem, wrt: Sequence[str] | None, labels: Mapping[str, Any], values: Mapping[str, Any]
) -> list[PlainPoint]:
    """Points around a given one (at integer sizes): is what was found there true beside it too, or only at a kink?"""
    found = []
    for seed in range(4):
        fixed = {*labels, *(a.tensor for a in problem.assumptions)}
        given = {n: a if n in fixed else _apart(a, random.Random(seed)) for n, a in values.items()}
        point = _point(problem, wrt, labels, seed, 0, given, _SMALL_STEP)
        if point is not None:
            found.append(point)
    return found


def _point(
    problem: Problem,
    wrt: Any,
    labels: Mapping[str, Any],
    seed: int,
    mood: int,
    given: Mapping[str, Any] | None = None,
    step: float = _STEP,
) -> PlainPoint | None:
    exact = {**_draw(problem, problem.shapes, labels, seed, mood), **(given or {})}
    arrays = {n: _floats(a) for n, a in exact.items()}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outputs = _outputs(problem, arrays)
        if problem.upstream:
            shapes = {n: tuple(map(Integer, np.shape(y))) for n, y in zip(problem.upstream, outputs, strict=False)}
            exact = {**_draw(problem, shapes, {}, seed + 7, 0), **exact}
            arrays |= {n: _floats(exact[n]) for n in shapes}
        try:
            value = call(problem.backward, [arrays[n].copy() for n in problem.upstream], _copies(problem, arrays))
        except Exception as error:
            raise CodeFailed("backward", error) from error
        claimed = gradients(problem, value, wrt, labels)
        if not _finite(outputs) or not _finite(list(claimed.values())):
            return None
        numerical, errors = {}, {}
        for name in claimed:
            if name not in labels:
                try:
                    numerical[name], errors[name] = differentiated(problem, arrays, name, step)
                except AtKink:
                    return None
    if not _finite(list(numerical.values())):
        return None
    return PlainPoint(exact, arrays, outputs, claimed, numerical, errors)


def _draw(problem: Problem, shapes: Mapping, labels: Mapping[str, Any], seed: int, mood: int) -> dict[str, Any]:
    tensors = {
        n: Tensor(n, "label" if n in labels else "input", s, Integer(int(labels[n])) if n in labels else None)
        for n, s in shapes.items()
    }
    formula = Formula(tensors, ())
    arrays = draw(formula, Context(formula, problem.assumptions).facts(formula), {}, seed, mood)
    bound = {a.tensor for a in problem.assumptions}
    rng = random.Random(seed)
    return {n: a if n in bound or n in labels else _apart(a, rng) for n, a in arrays.items()}


def _apart(array: Any, rng: random.Random) -> Any:
    """Small fractions moved a little: entries that happen to be equal would be a kink of a maximum."""
    moved = array.copy()
    for where in np.ndindex(*array.shape):
        moved[where] = array[where] * (1 + Fraction(rng.randint(1, 99), 4999))
    return moved


def _floats(a: Any) -> Any:
    return np.array(a, dtype=float) if a.dtype == object else np.array(a)


def _copies(problem: Problem, arrays: Mapping[str, Any]) -> dict[str, Any]:
    return {n: (arrays[n].copy() if np.ndim(arrays[n]) else arrays[n][()]) for n in problem.shapes}


def _outputs(problem: Problem, arrays: Mapping[str, Any]) -> tuple[Any, ...]:
    try:
        result = call(problem.forward, (), _copies(problem, arrays))
    except Exception as error:
        raise CodeFailed("forward", error) from error
    return result if isinstance(result, tuple) else (result,)


def _finite(values: Sequence[Any]) -> bool:
    return all(bool(np.all(np.isfinite(np.asarray(v, dtype=float)))) for v in values if v is not None)


def cost(problem: Problem, arrays: Mapping[str, Any]) -> float:
    """The scalar, or the outputs weighed with the upstream gradients."""
    outputs = _outputs(problem, arrays)
    if not problem.upstream:
        return float(np.asarray(outputs[0]).reshape(()))
    return float(sum(np.sum(arrays[n] * y) for n, y in zip(problem.upstream, outputs, strict=True)))


class AtKink(Exception):
    """The two one-sided derivatives differ: nothing can be said at this point."""


def differentiated(problem: Problem, arrays: Mapping[str, Any], name: str, step: float = _STEP) -> tuple[Any, float]:
    """Central differences, extrapolated once, and how far the two steps are apart. Raises ``AtKink``."""
    base = arrays[name]
    result = np.empty(base.shape)
    worst, here = 0.0, cost(problem, arrays)
    for where in np.ndindex(*base.shape):
        wide, narrow = (_difference(problem, arrays, name, where, h, here) for h in (step, step / 2))
        result[where] = (4 * narrow - wide) / 3
        worst = max(worst, abs(narrow - wide) * 1e-2)
    return result, worst


def _difference(
    problem: Problem, arrays: Mapping[str, Any], name: str, where: tuple[int, ...], h: float, here: float
) -> float:
    values = []
    for sign in (1, -1):
        moved = arrays[name].copy()
        moved[where] += sign * h
        values.append(cost(problem, {**arrays, name: moved}))
    right, left = (values[0] - here) / h, (here - values[1]) / h
    if abs(right - left) > _KINK * max(1.0, abs(right), abs(left)):
        raise AtKink
    return (right + left) / 2
