"""The sign of a polynomial with rational coefficients: of one variable by Sturm's theorem, of several by squares.

Factors of even multiplicity do not change the sign, so that a bound that is attained is proved exactly:
``1/4 - E/(1+E)² = (1-E)²/(4(1+E)²)``.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from symbackprop.proof.atoms import Atom, Number, Poly, Term, Workspace
from symbackprop.proof.polynomial import monomial

_HIGHEST_DEGREE = 60
_LARGEST_FORM = 12


def sign_between(coefficients: Mapping[int, Number], low: int | None, high: int | None) -> int | None:
    """1 where the polynomial is positive between low and high (None: infinite), 0 where it is not negative, or None.

    >>> sign_between({0: 1, 1: -2, 2: 1}, 0, None), sign_between({0: 1, 1: 1}, 0, None), sign_between({1: 1}, -1, 1)
    (0, 1, None)
    """
    import flint

    if max(coefficients) > _HIGHEST_DEGREE or low not in (None, 0) or high not in (None, 1):
        return None
    dense = [Fraction(coefficients.get(k, 0)) for k in range(max(coefficients) + 1)]
    f = flint.fmpq_poly([flint.fmpq(x.numerator, x.denominator) for x in dense])
    touches = False
    for factor, times in f.factor()[1]:
        if _roots_between(factor, low, high):
            if times % 2:
                return None
            touches = True
    at = next(x for x in _samples(low, high) if f(x) != 0)
    return None if f(at) < 0 else 0 if touches else 1


def _samples(low: int | None, high: int | None) -> list[Any]:
    import flint

    inside = [flint.fmpq(k, 97) for k in range(1, 97)]
    return inside if high == 1 else [x + (0 if low == 0 else -1) for x in inside]


def _roots_between(f: Any, low: int | None, high: int | None) -> int:
    """How many real roots an irreducible polynomial has strictly between."""
    if f.degree() < 1:
        return 0
    if f.degree() == 1:
        root = -f[0] / f[1]
        return int((low is None or root > low) and (high is None or root < high))
    chain = [f, f.derivative()]
    while chain[-1].degree() > 0:
        chain.append(-(chain[-2] % chain[-1]))
    return _variations(chain, low, -1) - _variations(chain, high, 1)


def _variations(chain: Sequence[Any], at: int | None, side: int) -> int:
    values = [p(at) if at is not None else p[p.degree()] * (side if p.degree() % 2 else 1) for p in chain]
    signs = [v > 0 for v in values if v != 0]
    return sum(a != b for a, b in pairwise(signs))


def is_sum_of_squares(w: Workspace, p: Poly) -> bool:
    """Whether a polynomial is a positive semidefinite form in the monomials whose squares it has."""
    basis = [half for t, c in p.items() if c > 0 and (half := half_of(t)) is not None]
    if not basis or len(basis) > _LARGEST_FORM:
        return False
    places: dict[Term, tuple[int, int]] = {}
    for i, s in enumerate(basis):
        for j in range(i, len(basis)):
            places.setdefault(_product(s, basis[j]), (i, j))
    if any(t not in places for t in p):
        return False
    form = [[Fraction(0)] * len(basis) for _ in basis]
    for t, c in p.items():
        i, j = places[t]
        form[i][j] += Fraction(c) / (1 if i == j else 2)
        if i != j:
            form[j][i] += Fraction(c) / 2
    return _is_semidefinite(form)


def half_of(t: Term) -> Term | None:
    """The monomial whose square it is."""
    if all(isinstance(e, int) and e % 2 == 0 for _, e in t):
        return tuple((a, int(e) // 2) for a, e in t)
    return None


def _product(s: Term, t: Term) -> Term:
    factors: dict[Atom, Number] = dict(s)
    for a, e in t:
        factors[a] = factors.get(a, 0) + e
    return monomial(factors)


def _is_semidefinite(form: list[list[Fraction]]) -> bool:
    """By completing the square, variable after variable."""
    n = len(form)
    for k in range(n):
        pivot = form[k][k]
        if pivot < 0 or (pivot == 0 and any(form[k][j] for j in range(k + 1, n))):
            return False
        for i in range(k + 1, n) if pivot else ():
            for j in range(k + 1, n):
                form[i][j] -= form[i][k] * form[k][j] / pivot
    return True
