"""Small sizes and random points to try a formula at.

Distinct indices get distinct sizes, so that a transposed or swapped axis cannot go unnoticed; labels repeat; values
have mixed signs. Where a formula is not defined for negative values (a logarithm, a root) positive ones are tried.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Expr, Integer, Symbol

from symbackprop.equations import Formula, Tensor
from symbackprop.errors import DataError
from symbackprop.indices import Index
from symbackprop.schedule import Recurrence, schedule

_LARGEST = 6


def small_sizes(formula: Formula, seed: int = 0, given: Mapping[str, int] | None = None) -> dict[str, int]:
    """Small sizes, as distinct as they can be, for which every axis and every range has at least one entry.

    >>> import symbackprop as sb
    >>> sorted(small_sizes(sb.formula("input x[N,D]" + chr(10) + "C = sum(n, d, x[n,d])")).values())
    [2, 3]
    """
    random = np.random.default_rng(seed)
    symbols = list(formula.sizes)
    fixed = dict(given or {})
    lengths = _lengths(formula)
    steps = {b.steps for b in schedule(formula) if isinstance(b, Recurrence)}
    for attempt in range(400):
        span = max(4, min(_LARGEST, 2 + len(symbols))) + attempt // 100
        pool = [2 + k % (span - 1) for k in range(len(symbols))]
        if len(symbols) > 1:
            random.shuffle(pool)
        sizes = {s: Integer(fixed.get(s.name, n)) for s, n in zip(symbols, pool, strict=True)}
        if attempt >= 50:  # strides and kernels may have to be small beside their input
            sizes = {s: Integer(fixed.get(s.name, random.integers(1, span + 3))) for s in symbols}
        for s in symbols:  # two steps do not tell a recurrence from its first step
            if s in steps and sizes[s] < 3 and s.name not in fixed:
                sizes[s] = Integer(max(3, 1 + max(sizes.values())))
        if all(_value(n, sizes) >= 1 for n in lengths):
            return {s.name: int(n) for s, n in sizes.items()}
    raise DataError("no small sizes make every axis at least 1 long; give sizes=")


def _lengths(formula: Formula) -> set[Expr]:
    found = {n for t in formula.tensors.values() for n in t.lengths}
    for e in formula.equations:
        if e.renaming is None:
            found |= {i.size for i in e.rhs.atoms(Index)}
    return found


def _value(expr: Expr, sizes: Mapping[Symbol, Integer]) -> int:
    value = expr.xreplace(dict(sizes))
    return int(value.doit() if value.args else value)


def draw(formula: Formula, sizes: Mapping[str, int], seed: int = 0, positive: bool = False) -> dict[str, np.ndarray]:
    """An array for every declared tensor."""
    random = np.random.default_rng(seed)
    numbers = {s: Integer(sizes[s.name]) for s in formula.sizes}
    return {t.name: _draw_one(t, numbers, random, positive) for t in formula.declared}


def _draw_one(t: Tensor, sizes: Mapping[Symbol, Integer], random: np.random.Generator, positive: bool) -> Any:
    shape = tuple(_value(n, sizes) for n in t.lengths)
    if t.role == "label":
        assert t.classes is not None
        return random.integers(0, _value(t.classes, sizes), shape)
    if t.role == "mask":
        return (random.random(shape) < 0.6).astype(float)
    values = random.normal(size=shape)
    if t.role == "const":
        return np.asarray(0.3 + 0.4 * random.random(shape) if t.positive else values)
    return np.asarray(np.abs(values) + 0.1 if positive else values)
