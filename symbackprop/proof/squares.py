"""Squares in inequalities: sums that are squares, and differences with roots that squaring makes simpler.

What is known of the sign of a term comes in as a function: it is the business of ``nonnegative``, which asks here.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from symbackprop.proof.atoms import ONE, Atom, Idx, Number, Poly, Term, Workspace, freeze
from symbackprop.proof.polynomial import add, monomial, multiply, normal
from symbackprop.proof.polynomial_sign import half_of
from symbackprop.proof.powers import minus
from symbackprop.proof.sums import total

IsNotNegative = Callable[[Term], bool]
_MOST_SQUARED = 4  # terms


def is_gram(w: Workspace, term: Term, bound: Sequence[Idx], is_not_negative: IsNotNegative) -> bool:
    """Whether the sum of a term over these indices is Σ_k (Σ_i f(k,i))² for one or two of them as k."""
    return any(_is_gram(w, term, bound, k, is_not_negative) for n in (1, 2) for k in combinations(bound, n))


def _is_gram(
    w: Workspace, term: Term, bound: Sequence[Idx], shared: tuple[Idx, ...], is_not_negative: IsNotNegative
) -> bool:
    """Without k the factors must fall apart into pairs that are alike."""
    inner = set(bound) - set(shared)
    groups: list[tuple[dict[Atom, Number], set[Idx]]] = []
    for a, e in term:
        own = set(a.free) & inner
        if not own:
            if not is_not_negative(((a, e),)):
                return False
            continue
        part: dict[Atom, Number] = {a: e}
        for g in [g for g in groups if g[1] & own]:
            part |= g[0]
            own |= g[1]
            groups.remove(g)
        groups.append((part, own))
    summed = [freeze(total(w, normal(w, part), sorted(own, key=lambda i: i.uid))) for part, own in groups]
    return bool(summed) and all(summed.count(s) % 2 == 0 for s in summed)


def differences_of_squares(w: Workspace, p: Poly, is_not_negative: IsNotNegative) -> Iterator[Poly]:
    """For p = u - v with u not negative and a root somewhere, u² - v²: where that is, so is p, as u >= |v| then.

    What is certainly not negative goes into u: first its roots alone, then all of it.
    """
    if len(p) > _MOST_SQUARED or not any(map(_has_root, p)):
        return
    certain = {t: c for t, c in p.items() if c > 0 and is_not_negative(t)}
    for u in ({t: c for t, c in certain.items() if _has_root(t)}, certain):
        v = {t: -c for t, c in p.items() if t not in u}
        if u and v:
            yield minus(multiply(w, u, u), multiply(w, v, v))


def _has_root(t: Term) -> bool:
    return any(isinstance(e, Fraction) for _, e in t)


def around_a_product(w: Workspace, p: Poly) -> Iterator[tuple[Poly, Poly]]:
    """For p = d (A² + B²) - c A B with a number d, (2d - c, 2d + c): where neither is negative, p is not either.

    For 4 p is (2d + c)(A - B)² + (2d - c)(A + B)².
    """
    halves = [(half, x) for t, x in p.items() if x > 0 and (half := half_of(t)) is not None]
    for (a, d), (b, other) in combinations(halves, 2):
        if d != other:
            continue
        product = _divided(w, p, a, b)
        if product is not None:
            c = {t: -x for t, x in product.items()}
            yield minus({ONE: 2 * d}, c), add({ONE: 2 * d}, c)


def _divided(w: Workspace, p: Poly, a: Term, b: Term) -> Poly | None:
    """What stands at A B in p, all terms but A² and B² having it as a factor."""
    below: dict[Atom, Number] = {}
    for atom, e in (*a, *b):
        below[atom] = below.get(atom, 0) - e
    squares = {_squared(a), _squared(b)}
    rest = {t: x for t, x in p.items() if t not in squares}
    found: Poly = {}
    for t, x in rest.items():
        factors = dict(t)
        if any(factors.get(atom, 0) + e < 0 for atom, e in below.items() if e < 0):
            return None
        for atom, e in below.items():
            factors[atom] = factors.get(atom, 0) + e
        found = add(found, {monomial(factors): x})
    return found or None


def _squared(t: Term) -> Term:
    return tuple((a, 2 * e) for a, e in t)
