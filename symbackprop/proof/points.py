"""Admissible points for a question: small sizes, exact rational values that respect the assumptions.

Values have mixed signs, labels repeat, matrices are not symmetric unless that is assumed. ``mood`` says how values
are drawn: 0 mixed signs, 1 positive, 2 inside (0, 1): where a logarithm or a root is not defined, the next is tried.
"""

import random
from collections.abc import Mapping
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
from sympy import Expr, Integer, Symbol

from symbackprop.elimination import inverse
from symbackprop.equations import Formula, Tensor
from symbackprop.errors import NotSupported
from symbackprop.proof.facts import Facts

MOODS = 3
_MOST_ENTRIES = 100_000


def draw(
    formula: Formula, facts: Facts, sizes: Mapping[str, int], seed: int, mood: int = 0, simple: bool = False
) -> dict[str, np.ndarray]:
    """An array of fractions (whole numbers for labels) for every declared tensor. ``simple``: small numbers."""
    rng = random.Random(seed)
    numbers = {s: Integer(sizes[s.name]) for s in formula.sizes}
    return {t.name: _one(t, facts, numbers, rng, mood, simple) for t in formula.declared}


def shape_of(t: Tensor, sizes: Mapping[Symbol, Integer]) -> tuple[int, ...]:
    """The lengths of a tensor's axes as numbers. Raises ``NotSupported`` where they are too many to draw."""
    shape = tuple(_value(n, sizes) for n in t.lengths)
    if prod(shape) > _MOST_ENTRIES:
        raise NotSupported(f"{t.name} has {prod(shape)} entries: too many to try numbers on")
    return shape


def _value(expr: Any, sizes: Mapping[Symbol, Integer]) -> int:
    value = expr.xreplace(dict(sizes)) if isinstance(expr, Expr) else Integer(expr)
    return int(value.doit() if value.args else value)


def _one(t: Tensor, facts: Facts, sizes: Mapping, rng: random.Random, mood: int, simple: bool) -> np.ndarray:
    shape = shape_of(t, sizes)
    if t.role == "label":
        assert t.classes is not None
        return _labels(shape, _value(t.classes, sizes), rng)
    if t.name in facts.one_hot:
        return _one_hot(shape, rng)
    if t.name in facts.binary or t.role == "mask":
        return _filled(shape, lambda: Fraction(rng.randint(0, 1)))
    if t.name in facts.signs:
        return _filled(shape, lambda: Fraction(rng.choice((-1, 1))))
    if t.name in facts.orthogonal | facts.orthonormal_rows:
        return _orthonormal(shape, rng)
    if t.name in facts.sums:
        return _with_sum(shape, _number(facts.sums[t.name], sizes), t.name in facts.positive, rng)
    if t.name in facts.norms:
        return _with_norm(shape, _number(facts.norms[t.name], sizes), rng)
    array = _filled(shape, _drawer(t, facts, rng, mood, simple))
    return _shaped(array, t.name, facts)


def _number(value: Any, sizes: Mapping) -> Fraction:
    if isinstance(value, int | Fraction):
        return Fraction(value)
    number = value.xreplace(dict(sizes))
    return Fraction(int(number.p), int(number.q))


def _drawer(t: Tensor, facts: Facts, rng: random.Random, mood: int, simple: bool) -> Any:
    if t.name in facts.unit or (mood == 2 and t.role != "const"):
        return lambda: Fraction(rng.randint(1, 3), 4) if simple else Fraction(rng.randint(1, 30), 31)
    is_positive = mood == 1 or t.name in facts.positive

    def number() -> Fraction:
        if simple:
            value = Fraction(rng.choice((1, 2, 3)), rng.choice((1, 1, 2)))
        else:
            value = Fraction(rng.randint(1, 39), rng.choice((8, 11, 16)))
        return value if is_positive or rng.random() < 0.5 else -value

    return number


def _filled(shape: tuple[int, ...], number: Any) -> np.ndarray:
    array = np.empty(shape, dtype=object)
    for where in np.ndindex(*shape):
        array[where] = number()
    return array


def _labels(shape: tuple[int, ...], classes: int, rng: random.Random) -> np.ndarray:
    array = np.zeros(shape, dtype=int)
    places = list(np.ndindex(*shape))
    for where in places:
        array[where] = rng.randrange(classes)
    if len(places) > 1:
        array[places[1]] = array[places[0]]  # one repeats
    return array


def _one_hot(shape: tuple[int, ...], rng: random.Random) -> np.ndarray:
    array = _filled(shape, lambda: Fraction(0))
    for where in np.ndindex(*shape[:-1]):
        array[(*where, rng.randrange(shape[-1]))] = Fraction(1)
    return array


def _with_sum(shape: tuple[int, ...], value: Fraction, is_positive: bool, rng: random.Random) -> np.ndarray:
    array = _filled(shape, lambda: Fraction(rng.randint(1, 9) * (1 if is_positive or rng.random() < 0.6 else -1)))
    for where in np.ndindex(*shape[:-1]):
        if is_positive:
            array[where] = array[where] * (value / sum(array[where]))
        else:
            array[(*where, 0)] += value - sum(array[where])
    return array


def _with_norm(shape: tuple[int, ...], value: Fraction, rng: random.Random) -> np.ndarray:
    """Rational points of a sphere, by stereographic projection."""
    array = _filled(shape, lambda: Fraction(rng.randint(1, 9) * rng.choice((-1, 1)), 4))
    for where in np.ndindex(*shape[:-1]):
        row = list(array[where]) if shape else []
        t = sum(x * x for x in row[:-1])
        for k, x in enumerate(row[:-1]):
            array[(*where, k)] = 2 * x * value / (t + 1)
        array[(*where, len(row) - 1)] = (t - 1) * value / (t + 1)
    return array


def has_room(formula: Formula, facts: Facts, sizes: Mapping[Symbol, Integer]) -> bool:
    """Whether orthonormal columns are no more than rows, and orthonormal rows no more than columns."""
    for names, long, short in ((facts.orthogonal, 0, 1), (facts.orthonormal_rows, 1, 0)):
        for name in names & formula.tensors.keys():
            shape = shape_of(formula.tensors[name], sizes)
            if len(shape) != 2 or shape[long] < shape[short]:
                return False
    return True


def _orthonormal(shape: tuple[int, ...], rng: random.Random) -> np.ndarray:
    """As many rows and columns of Cayley's (1 - S)(1 + S)^-1 of a skew S as are wanted."""
    n = max(shape)
    skew = [[Fraction(0)] * n for _ in range(n)]
    for i in range(n):
        for j in range(i):
            skew[i][j] = Fraction(rng.randint(1, 5) * rng.choice((-1, 1)), 2)
            skew[j][i] = -skew[i][j]
    plus = inverse([[int(i == j) + skew[i][j] for j in range(n)] for i in range(n)])
    result = np.empty(shape, dtype=object)
    for i, j in np.ndindex(*shape):
        result[i, j] = sum((int(i == k) - skew[i][k]) * plus[k][j] for k in range(n))
    return result


def _shaped(array: np.ndarray, name: str, facts: Facts) -> np.ndarray:
    """Symmetric, antisymmetric or positive definite where that is assumed."""
    if name in facts.definite:
        square = array.dot(array.T)
        for k in range(len(square)):
            square[k, k] += 1
        return square
    if name in facts.symmetric:
        return (array + array.T) / 2
    return (array - array.T) / 2 if name in facts.antisymmetric else array
