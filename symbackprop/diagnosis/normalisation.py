"""Batch and layer normalisation, recognised by their equations.

These are m = mean x, v = mean (x - m)², y = w (x - m)/√(v + ε) + b.

With n entries to a mean and s = √(v + ε), the Jacobian of (x - m)/s is (P - (x - m)(x - m)ᵀ/(n s²))/s, where P takes
away the mean. It is symmetric; its eigenvalues are 0, 1/s, and ε/s³ along x - m, none above 1/s. Hence an adjoint gets
at most max |w|/s times as long: the paths through m and v are in that bound already.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Expr, Integer, Pow, Rational, Symbol

from symbackprop.diagnosis.jacobians import ROUNDING, Edge, Point
from symbackprop.diagnosis.linear import mentions
from symbackprop.diagnosis.local import Local
from symbackprop.equations import Equation
from symbackprop.indices import Index, Total
from symbackprop.terms import Entry, Flat


@dataclass(frozen=True)
class Normalised:
    """``input`` normalised to ``output``; ``inside`` are mean and variance, and the deviation where it has a name."""

    input: str
    output: str
    inside: frozenset[str]
    edge: Edge


def normalisations(point: Point, relevant: set[str]) -> Iterator[Normalised]:
    """Every normalisation whose mean, variance and deviation serve nothing else."""
    for y in point.formula.defining.values():
        opened, deviations = _opened(point, y)
        found = _parts(point, opened)
        if found is None or not {y.name, *found, *deviations} <= relevant:
            continue
        x, m, v = found
        inside = frozenset({m, v, *deviations})
        readers = {e.name for n in inside for e in point.formula.consumers[n]} & relevant
        if not readers <= inside | {y.name}:
            continue
        ones = np.ones(point.arrays[y.name].shape)
        slopes = Local(point.formula, y, x).pull_back(point.arrays, ones, point.sizes)
        largest = float(np.abs(slopes).max(initial=0.0))
        if np.isfinite(largest):
            mixes = y.slots[0] not in point.formula.defining[m].slots
            yield Normalised(x, y.name, inside, Edge(largest * ROUNDING, "|w|/s", mixes))


def _opened(point: Point, y: Equation) -> tuple[Equation, list[str]]:
    """The equation with the roots that it reads by name written out, and their names."""
    defining = point.formula.defining
    rule, names = {}, []
    for e in sorted(y.rhs.atoms(Entry), key=str):
        root = defining.get(e.name)
        if root is not None and isinstance(root.rhs, Pow) and root.rhs.exp == Rational(1, 2) and e.slots:
            rule[e] = root.rhs.xreplace(dict(zip(root.slots, e.slots, strict=True)))
            names.append(e.name)
    return (Equation(y.name, y.slots, y.rhs.xreplace(rule)), names) if rule else (y, [])


def _parts(point: Point, y: Equation) -> tuple[str, str, str] | None:
    """(x, mean, variance) where y is a normalised x."""
    defining = point.formula.defining
    for v in sorted(y.reads & defining.keys()):
        for m in sorted(defining[v].reads & y.reads & defining.keys()):
            xs = sorted(defining[m].reads)
            if len(xs) == 1 and xs[0] in y.reads and defining[v].reads == {m, xs[0]}:
                if _is_normalised(point, y, xs[0], m, v):
                    return xs[0], m, v
    return None


def _is_normalised(point: Point, y: Equation, x: str, m: str, v: str) -> bool:
    defining = point.formula.defining
    return (
        _is_mean(defining[m], x)
        and _is_variance(defining[v], defining[m])
        and {e for e in y.rhs.atoms(Entry) if e.name in (x, m, v)} == _expected(defining[m], y, m, v)
        and _is_quotient(point, y, x, m, v)
    )


def _is_mean(mean: Equation, x: str) -> bool:
    """A sum over entries of x, over their number; each entry of x is in one mean."""
    found = mean.rhs.atoms(Entry)
    if len(found) != 1:
        return False
    (entry,) = found
    flat = _flat(entry)
    if not all(isinstance(i, Index) for i in flat) or len(set(flat)) < len(flat):
        return False
    free = [i for i in flat if not i.level]
    return len(free) < len(flat) and set(free) == set(mean.indices) and mean.rhs == _averaged(entry, entry)


def _is_variance(variance: Equation, mean: Equation) -> bool:
    """The mean of (x - m)², over the same entries of x."""
    if len(variance.slots) != len(mean.slots) or len(variance.indices) != len(mean.indices):
        return False
    (entry,) = mean.rhs.atoms(Entry)
    here = entry.xreplace(dict(zip(mean.indices, variance.indices, strict=True)))
    return variance.rhs == _averaged((here - Entry(mean.name, *variance.slots)) ** 2, here)


def _flat(entry: Entry) -> list[Any]:
    """The indices of an entry, those of grouped slots included."""
    return [a for s in entry.slots for a in (s.args if isinstance(s, Flat) else (s,))]


def _averaged(body: Expr, entry: Entry) -> Expr:
    """The mean of the body over the bound indices of the entry, nested as they are numbered."""
    count: Expr = Integer(1)
    for i in sorted((i for i in _flat(entry) if i.level), key=lambda i: i.level):
        body, count = Expr.__new__(Total, body, i), count * i.size
    return body / count


def _expected(mean: Equation, y: Equation, m: str, v: str) -> set[Entry]:
    """What y reads of x, and of the mean and the variance of the group in which that entry of x is."""
    (inside,) = mean.rhs.atoms(Entry)
    x = Entry(inside.name, *y.slots)
    if len(_flat(inside)) != len(_flat(x)):
        return set()
    here = dict(zip(_flat(inside), _flat(x), strict=True))
    group = [s.xreplace(here) for s in mean.slots]
    return {x, Entry(m, *group), Entry(v, *group)}


def _is_quotient(point: Point, y: Equation, x: str, m: str, v: str) -> bool:
    """w (x - m) (v + ε)^(-1/2) + b, w and b free of all three."""
    symbols = {n: Symbol(f"~{n}") for n in (x, m, v)}
    read = [e for e in y.rhs.atoms(Entry) if e.name in symbols]
    if len(read) != 3 or any(isinstance(a, Total) and any(mentions(a, n) for n in symbols) for a in y.rhs.atoms(Total)):
        return False
    expr = y.rhs.xreplace({e: symbols[e.name] for e in read})
    if expr.xreplace({symbols[m]: symbols[x]}).has(*symbols.values()):
        return False
    slope = expr.diff(symbols[x])
    roots = [p for p in slope.atoms(Pow) if p.has(symbols[v])]
    if len(roots) != 1 or roots[0].exp != Rational(-1, 2) or slope.has(symbols[x], symbols[m]):
        return False
    epsilon = roots[0].base - symbols[v]
    others = {e.name for e in slope.atoms(Entry)}
    fixed = all(point.role(n) in ("param", "const") for n in others)
    return bool(fixed and epsilon.is_number and epsilon >= 0 and not (slope / roots[0]).has(symbols[v]))
