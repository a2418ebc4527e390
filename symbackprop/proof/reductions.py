"""Inequalities that come down to simpler ones: each function gives a polynomial whose sign is enough, or ``None``.

Where the polynomial is not negative (positive), so is the one that it was made from.
"""

from symbackprop.proof.atoms import Atom, Idx, Poly, Term, Workspace, constant, free_of, single, thaw
from symbackprop.proof.polynomial import add, monomial, multiply, scale
from symbackprop.proof.powers import minus, positive_atom
from symbackprop.proof.scalar import exponential
from symbackprop.proof.sums import renamed, total


def entry_for_maximum(w: Workspace, p: Poly) -> Poly | None:
    """u - max_k f(k) is not negative where no u - f(k) is."""
    for t, c in p.items():
        if c < 0 and len(t) == 1 and t[0][1] == 1 and t[0][0].kind == "max":
            a = t[0][0]
            (bound,) = a.args[0]
            k = w.index("~any", bound.size)
            if k in free_of(tuple(p)):
                return None
            body = renamed(w, thaw(a.args[1]), {bound: k})
            return add({s: x for s, x in p.items() if s != t}, scale(body, c))
    return None


def compared_exponents(w: Workspace, p: Poly) -> Poly | None:
    """e^u - e^v has the sign of u - v."""
    if len(p) != 2 or sum(p.values()) != 0:
        return None
    (v, _), (u, _) = sorted(p.items(), key=lambda item: item[1])
    if not all(a.kind == "exp" for a, _ in (*u, *v)):
        return None
    return minus(_exponent(u), _exponent(v))


def _exponent(t: Term) -> Poly:
    return add(*({a.args[0]: e} for a, e in t))


def by_gibbs(w: Workspace, p: Poly) -> Poly | None:
    """Σ_i u_i log r_i is at least Σ_i u_i (1 - 1/r_i) for u_i >= 0, as log r >= 1 - 1/r.

    A term beside the sum is under it, too, where the u_i sum to 1.
    """
    found = _in_one_index(w, p)
    if found is None or not any(a.kind == "log" for t in found[1] for a, _ in t):
        return None
    index, body, beside = found
    for weight in _weights(w, body):
        if beside and not _sums_to_one(w, weight):
            continue
        ratio = {monomial({a: e for a, e in t if a is not weight}): c for t, c in body.items()}
        ratio = add(ratio, beside)
        if all(_is_log(t) and isinstance(c, int) for t, c in ratio.items()):
            inverse = exponential(w, scale(ratio, -1))
            return total(w, multiply(w, single(weight), minus(constant(1), inverse)), [index])
    return None


def _in_one_index(w: Workspace, p: Poly) -> tuple[Idx, Poly, Poly] | None:
    """Its index, the body of the sums over one index, and the terms beside them."""
    index: Idx | None = None
    body: Poly = {}
    beside: Poly = {}
    for t, c in p.items():
        if len(t) != 1 or t[0][1] != 1 or t[0][0].kind != "sum" or len(t[0][0].args[0]) != 1:
            beside[t] = c
            continue
        (bound,) = t[0][0].args[0]
        index = index or w.index("~gibbs", bound.size)
        if bound.size != index.size:
            return None
        body = add(body, scale(renamed(w, {t[0][0].args[1]: 1}, {bound: index}), c))
    return None if index is None else (index, body, beside)


def _weights(w: Workspace, body: Poly) -> list[Atom]:
    """The entries, certainly positive, that every term has once."""
    first, *rest = body
    return [
        a for a, e in first if a.kind == "entry" and e == 1 and positive_atom(w, a) and all((a, 1) in t for t in rest)
    ]


def _sums_to_one(w: Workspace, a: Atom) -> bool:
    """Whether the entries of its tensor sum to 1 along the last axis."""
    return (w.facts.sums or {}).get(a.args[0]) == 1 and bool(a.args[1])


def _is_log(t: Term) -> bool:
    return len(t) == 1 and t[0][0].kind == "log" and t[0][1] == 1
