"""Sums of several indices written as one, symmetric in indices of the same size.

So ``Σ_j a_j² Σ_k b_k² - (Σ_j a_j b_j)²`` becomes ``Σ_jk ½(a_j² b_k² + a_k² b_j²) - a_j b_j a_k b_k``, whose terms are
squares: Cauchy's inequality, by Lagrange's identity. Renaming the indices of a sum changes nothing, and neither does
the mean over all ways to do so; what it buys is that terms which belong together get the same names.
"""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations, product

from sympy import Expr, default_sort_key

from symbackprop.proof.atoms import Atom, Idx, Number, Poly, Term, Workspace, constant
from symbackprop.proof.polynomial import add, multiply, normal, scale
from symbackprop.proof.powers import power
from symbackprop.proof.sizes import size_poly
from symbackprop.proof.sums import opened, renamed

_MOST_INDICES = 4
_MOST_WAYS = 24


def in_one_sum(w: Workspace, p: Poly) -> Poly | None:
    """The body of p as one sum; None where its terms are not all sums over indices of the same sizes."""
    opened_terms = [(*_opened(w, t), c) for t, c in p.items()]
    sizes: Counter[Expr] = Counter()
    for _, bound, _ in opened_terms:
        sizes |= Counter(i.size for i in bound)
    if not 1 <= sum(sizes.values()) <= _MOST_INDICES:
        return None
    found = [(_with_all(w, body, bound, sizes), c) for body, bound, c in opened_terms]
    ways = list(_ways(w, sizes))
    if len(ways) > _MOST_WAYS:
        return None
    whole: Poly = {}
    for under, c in found:
        if under is None:
            return None
        body, bound = under
        for way in ways:
            w.tick(len(whole))
            whole = add(whole, scale(renamed(w, body, _named(bound, way)), Fraction(c) / len(ways)))
    return {t: c.numerator if isinstance(c, Fraction) and c.denominator == 1 else c for t, c in whole.items()}


def _opened(w: Workspace, term: Term) -> tuple[Poly, list[Idx]]:
    """A product with all its sums opened, and their indices."""
    rest: dict[Atom, Number] = {}
    sums: list[Atom] = []
    bound: list[Idx] = []
    for a, e in term:
        if a.kind == "sum" and isinstance(e, int) and e > 0:
            sums += [a] * e
        else:
            rest[a] = e
    body = normal(w, rest) if rest else constant(1)
    for a in sums:
        inner, own = opened(w, a)
        body, bound = multiply(w, body, inner), bound + own
    return body, bound


def _with_all(w: Workspace, body: Poly, bound: list[Idx], sizes: Counter[Expr]) -> tuple[Poly, list[Idx]] | None:
    """The body under sums of all these sizes: a factor N is a sum of N ones. None where there is no such factor."""
    for size, missing in (sizes - Counter(i.size for i in bound)).items():
        for _ in range(missing):
            body = multiply(w, body, power(w, size_poly(w, size), -1))
            bound = [*bound, w.fresh(w.index("~one", size))]
    below = any(e < 0 and (a.kind == "size" or (a.kind == "poly" and not a.free)) for t in body for a, e in t)
    return None if below else (body, bound)


def _ways(w: Workspace, sizes: Counter[Expr]) -> Iterator[dict[Expr, tuple[Idx, ...]]]:
    """Every order of the common indices of each size."""
    ordered = sorted(sizes, key=default_sort_key)
    names = {s: [w.index(f"~common{k}", s) for k in range(sizes[s])] for s in ordered}
    for way in product(*(permutations(names[s]) for s in ordered)):
        yield dict(zip(ordered, way, strict=True))


def _named(bound: list[Idx], way: dict[Expr, tuple[Idx, ...]]) -> dict[Idx, Idx]:
    left = {s: list(names) for s, names in way.items()}
    return {i: left[i.size].pop(0) for i in bound}
