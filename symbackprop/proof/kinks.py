"""Whether a point lies on a kink: a comparison decided by a tie, which a small step in a general direction undoes.

Ties that a step leaves are no kinks: after a ReLU, zeros are equal to zero on an open set. A point with ties counts
only if the same ties are there after a step, and the claim fails there too.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Integer, Symbol

from symbackprop.equations import Formula, Tensor
from symbackprop.number_types import Numbers, arb_numbers
from symbackprop.proof.facts import Facts
from symbackprop.proof.points import shape_of

_SMALL = 4096


@dataclass
class Counting:
    """Ball arithmetic that counts the ties among the comparisons it was asked for."""

    ties: int = 0
    numbers: Numbers = field(init=False)

    def __post_init__(self) -> None:
        plain = arb_numbers()

        def less(a: Any, b: Any) -> bool:
            if isinstance(a, int) and isinstance(b, int):  # indices, sizes and labels
                return a < b
            found = plain.less(a, b)
            self.ties += not found and not a > b
            return found

        def floor(x: Any) -> Any:
            below = plain.floor(x)
            self.ties += bool(below == x)
            return below

        self.numbers = replace(plain, less=less, floor=floor)


def nudged(formula: Formula, facts: Facts, arrays: Mapping[str, np.ndarray], seed: int) -> dict[str, np.ndarray]:
    """The point after a small step in a random direction that keeps to the assumptions."""
    rng = random.Random(seed)
    return {t.name: _nudged(t, facts, arrays[t.name], rng) for t in formula.declared}


def _nudged(t: Tensor, facts: Facts, array: np.ndarray, rng: random.Random) -> np.ndarray:
    if t.role in ("label", "mask") or t.name in facts.one_hot | facts.binary | facts.signs:
        return array
    if t.name in facts.norms or t.name in facts.orthogonal | facts.orthonormal_rows:
        return _turned(array, rng)
    step = np.empty(array.shape, dtype=object)
    for where in np.ndindex(*array.shape):
        step[where] = Fraction(rng.randint(1, 9973), 9973 * _SMALL)
    if t.name in facts.sums and array.shape:
        step[..., -1] -= step.sum(axis=-1) if array.shape[-1] else 0
        step = step * min([abs(Fraction(x)) for x in array.flat], default=0)
    elif t.name in facts.symmetric | facts.definite:
        step = step + step.T
    elif t.name in facts.antisymmetric:
        step = step - step.T
    return np.asarray(array + step, dtype=object)  # NumPy makes a number of what has no axes


def _turned(array: np.ndarray, rng: random.Random) -> np.ndarray:
    """Rotated a little in each plane of two neighbouring coordinates of the last axis."""
    result = array.copy()
    for k in range(array.shape[-1] - 1 if array.shape else 0):
        s = Fraction(rng.randint(1, 9973), 9973 * _SMALL)
        cosine, sine = (1 - s * s) / (1 + s * s), 2 * s / (1 + s * s)
        a, b = result[..., k].copy(), result[..., k + 1].copy()
        result[..., k], result[..., k + 1] = cosine * a - sine * b, sine * a + cosine * b
    return result


def filled(t: Tensor, facts: Facts, sizes: Mapping[Symbol, Integer], value: Fraction) -> np.ndarray | None:
    """A tensor whose entries are all one number, as near to the value as its signs allow; None where it is not free."""
    fixed: tuple[Any, ...] = (
        facts.one_hot, facts.binary, facts.signs, facts.antisymmetric, facts.orthogonal, facts.orthonormal_rows,
        facts.definite, facts.sums, facts.norms,
    )  # fmt: skip
    if t.role in ("label", "mask") or any(t.name in kind for kind in fixed):
        return None
    if t.name in facts.unit:
        value = value if 0 < value < 1 else Fraction(1, 2)
    elif t.name in facts.positive:
        value = value if value > 0 else Fraction(1)
    array = np.empty(shape_of(t, sizes), dtype=object)
    array.fill(value)
    return array
