"""Judging by numbers alone, where the code could not be read: plain NumPy against numerical differentiation."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symbackprop.claims.numpy.plain import PlainPoint, points
from symbackprop.claims.numpy.problem import Problem
from symbackprop.proof.judge import Verdict
from symbackprop.proof.refute import Counterexample

_POINTS = 10


def judge_numerically(
    problem: Problem, wrt: Sequence[str] | None, labels: Mapping[str, Any], sizes: Mapping[str, int], name: str
) -> Verdict:
    """``refuted`` where the difference is far above every error, ``agrees`` where there is none, else ``unread``."""
    found = points(problem.at(sizes), wrt, labels, seed=1, wanted=_POINTS)
    for p in found:
        entry = p.differs(name)
        if entry is not None:
            note = "judged in floating point: the difference is far above the error of numerical differentiation"
            return Verdict("refuted", counterexample(p, sizes, name, entry), notes=(note,))
    close = [p for p in found if p.is_close(name)]
    if len(close) < len(found) or not found:
        return Verdict("unread", notes=("numerical differentiation cannot decide here",))
    digits = min(_digits(p, name) for p in close)
    return Verdict("agrees", evidence={"points": len(close), "digits": digits})


def _digits(p: PlainPoint, name: str) -> int:
    scale = max(1.0, float(np.abs(p.numerical[name]).max(initial=0)))
    gap = float(np.abs(np.asarray(p.claimed[name]) - p.numerical[name]).max(initial=0)) / scale
    return min(12, int(-math.log10(gap))) if gap > 0 else 12


def counterexample(p: PlainPoint, sizes: Mapping[str, int], name: str, entry: tuple[int, ...]) -> Counterexample:
    """A point of floats as data that prints; the inputs are exact fractions."""
    claimed, true = np.asarray(p.claimed[name])[entry], p.numerical[name][entry]
    values = {n: _nested(a) for n, a in p.exact.items()}
    return Counterexample(dict(sizes), values, entry, f"{float(claimed):.8g}", f"{float(true):.8g}")


def _nested(array: Any) -> Any:
    return [_nested(a) for a in array] if np.ndim(array) else str(array[()] if isinstance(array, np.ndarray) else array)


def as_array(nested: Any, is_label: bool) -> Any:
    """The values of a counterexample as an array of fractions again."""
    strings = np.array(nested, dtype=object)
    array = np.empty(strings.shape, dtype=int if is_label else object)
    for where in np.ndindex(*strings.shape):
        array[where] = int(strings[where]) if is_label else Fraction(str(strings[where]))
    return array
