"""Polynomials as combinations of known ones with factors that are not negative.

Monomials count as independent coordinates. Subsets of the facts are tried, smallest first, each by exact elimination:
facts are few.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from symbackprop.proof.atoms import ONE, Poly, Workspace

_MOST_USED = 4
_MOST_TRIED = 3000


@dataclass(frozen=True, eq=False)
class Fact:
    """The polynomial is not negative; positive where ``strict``."""

    poly: Poly
    strict: bool


def combined(w: Workspace, p: Poly, facts: Sequence[Fact]) -> int | None:
    """1 or 0 where p is a combination of facts, with one that is strict or without; None where none was found."""
    facts = [*facts, Fact({ONE: 1}, True)]
    tried = 0
    best: int | None = None
    for count in range(1, _MOST_USED + 1):
        for chosen in combinations(facts, count):
            tried += 1
            if tried > _MOST_TRIED:
                return best
            w.tick()
            factors = _solved(p, [f.poly for f in chosen])
            if factors is not None and all(c >= 0 for c in factors):
                if any(c and f.strict for c, f in zip(factors, chosen, strict=True)):
                    return 1
                best = 0
    return best


def _solved(p: Poly, parts: Sequence[Poly]) -> list[Fraction] | None:
    """Factors with ``p = Σ factor*part``; None where there are none, or where they are not unique."""
    terms = list(dict.fromkeys(t for q in (p, *parts) for t in q))
    if any(t in p and not any(t in q for q in parts) for t in terms):
        return None
    rows = [[Fraction(q.get(t, 0)) for q in parts] + [Fraction(p.get(t, 0))] for t in terms]
    n = len(parts)
    for k in range(n):
        pivot = next((r for r in range(k, len(rows)) if rows[r][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for r in range(len(rows)):
            if r != k and rows[r][k]:
                rows[r] = [x - rows[r][k] * y for x, y in zip(rows[r], rows[k], strict=True)]
    return None if any(row[n] for row in rows[n:]) else [rows[k][n] for k in range(n)]
