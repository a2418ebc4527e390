"""Whether a polynomial is zero: cases of its free brackets, then free denominators multiplied out."""

from symbackprop.proof.atoms import Atom, Idx, Number, Poly, Workspace
from symbackprop.proof.contraction import solved
from symbackprop.proof.polynomial import add, normal, scale
from symbackprop.proof.scalar import with_indicator
from symbackprop.proof.sums import substitute

_MOST_DENOMINATORS = 24


def vanishes(w: Workspace, p: Poly) -> bool:
    """Whether the polynomial is certainly zero."""
    if not p:
        return True
    case = _free_delta(p)
    if case is not None:
        g, i, other = case
        holds = substitute(w, with_indicator(w, p, g, 1), {i: other})
        return vanishes(w, holds) and vanishes(w, with_indicator(w, p, g, 0))
    for _ in range(_MOST_DENOMINATORS):
        denominator = _denominator(p)
        if denominator is None:
            break
        p = _times(w, p, *denominator)
    return not p


def _free_delta(p: Poly) -> tuple[Atom, Idx, Poly] | None:
    """A delta that is a factor of a term, with the index that it replaces and by what."""
    deltas = {a for t in p for a, _ in t if a.kind == "delta"}
    for a in sorted(deltas, key=lambda a: a.uid):
        for i, other in solved(a):
            return a, i, other
    return None


def _denominator(p: Poly) -> tuple[Atom, Number] | None:
    lowest: dict[Atom, Number] = {}
    for t in p:
        for a, e in t:
            if (a.kind == "poly" or _is_wave(a)) and e < lowest.get(a, 0):
                lowest[a] = e
    if not lowest:
        return None
    a = min(lowest, key=lambda a: (-a.level, 0 if _is_wave(a) else len(a.args[0]), a.uid))
    return a, -lowest[a]


def _is_wave(a: Atom) -> bool:
    return a.kind == "function" and a.args[0] in ("sin", "cos")


def _times(w: Workspace, p: Poly, a: Atom, e: Number) -> Poly:
    parts = []
    for t, c in p.items():
        factors = dict(t)
        factors[a] = factors.get(a, 0) + e
        parts.append(scale(normal(w, factors), c))
    return add(*parts)
