"""The order in which people write terms and factors; both printers (text and LaTeX) follow it.

SymPy keeps sums and products in an order of its own. A person writes ``a - y`` and not ``-y + a``, a sum before its
bias, what scales before what is scaled, and the factors of a gradient in the order of the gradient's indices.
"""

from collections.abc import Callable, Sequence

from sympy import Add, Expr, Integer, Mul, Number, Pow, Rational, S, Symbol

from symbackprop.functions import row_of
from symbackprop.indices import Binder, Index
from symbackprop.terms import Bracket, Entry

_NOWHERE = 10_000


def ordered_terms(expr: Expr, left_indices: Sequence[Index] = ()) -> list[tuple[int, Expr]]:
    """The terms of a sum with their signs: the positive ones first, a number last where it need not lead.

    >>> a, y = Entry("a"), Entry("y")
    >>> ordered_terms(a - y), ordered_terms(1 - a**2)
    ([(1, a), (-1, y)], [(1, 1), (-1, a**2)])
    """
    signed = [_signed(t) for t in Add.make_args(expr)]
    has_leader = any(sign > 0 and not isinstance(term, Number) for sign, term in signed)

    def key(signed_term: tuple[int, Expr]) -> tuple:
        sign, term = signed_term
        return (has_leader and isinstance(term, Number), sign < 0, *_term_key(term, left_indices))

    return sorted(signed, key=key)


def _signed(term: Expr) -> tuple[int, Expr]:
    coefficient, _ = term.as_coeff_Mul()
    negative = coefficient.is_negative
    return (-1, -term) if negative else (1, term)


def _term_key(term: Expr, left: Sequence[Index]) -> tuple:
    factors = Mul.make_args(term)
    coefficient, rest = term.as_coeff_Mul()
    has_sum = any(isinstance(f, Binder) for f in factors)
    return (not term.atoms(Symbol, Entry), not has_sum, _position(term, left), coefficient != 1, str(rest))


def _position(expr: Expr, left: Sequence[Index]) -> int:
    """Where the first of the left indices that the expression has stands on the left."""
    own = expr.atoms(Index)
    return next((k for k, i in enumerate(left) if i in own), _NOWHERE)


def ordered_factors(
    term: Expr, left_indices: Sequence[Index] = (), is_adjoint: Callable[[str], bool] = lambda name: False
) -> tuple[Rational, list[Expr], list[Expr]]:
    """The number, the factors above and those below the line: ``2*(p - t)/N`` is (2, [p - t], [N]).

    The term is their product exactly: ``coefficient * Mul(*above) / Mul(*below)``. An infinite factor stands above.

    >>> n, i, j = (Index(c, Symbol(c.upper())) for c in "nij")
    >>> ordered_factors(Entry("dz", n, j) * Entry("x", n, i) / Symbol("N"), (i, j))
    (1, [x[n, i], dz[n, j]], [N])
    """
    coefficient: Rational = S.One
    above: list[Expr] = []
    below: list[Expr] = []
    for factor in Mul.make_args(term):
        if isinstance(factor, Rational):
            coefficient = factor
        elif isinstance(factor, Pow) and isinstance(factor.exp, Rational) and factor.exp.is_negative:
            below.append(Pow(factor.base, -factor.exp))
        else:
            above.append(factor)

    def key(factor: Expr) -> tuple:
        return _factor_key(factor, left_indices, is_adjoint)

    return coefficient, sorted(above, key=key), sorted(below, key=key)


def _factor_key(factor: Expr, left: Sequence[Index], is_adjoint: Callable[[str], bool]) -> tuple:
    base = factor.base if isinstance(factor, Pow) else factor
    adjoint = isinstance(base, Entry) and is_adjoint(base.name)
    # What has no index at all scales: numbers, then sizes, then scalar tensors.
    scale = 0 if isinstance(base, Number) else 1 if not base.atoms(Entry, Index) else 2
    if scale == 2 and (base.atoms(Index) or isinstance(base, Binder | Add)):
        scale = 3
    return (scale, _position(factor, left), not adjoint, _kind(base), str(factor))


def _kind(base: Expr) -> int:
    """Entries, then functions, sums in brackets, logarithms, sums over indices, conditions."""
    if isinstance(base, Entry | Symbol | Integer):
        return 0
    row = row_of(base)
    if row is not None:
        return 3 if row.name == "log" else 1
    later = {Add: 2, Binder: 4, Bracket: 5}
    return next((rank for cls, rank in later.items() if isinstance(base, cls)), 1)
