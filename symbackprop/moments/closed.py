r"""Closed forms of E f(z), z standard normal.

They exist for sums of $z^k e^{\alpha z + \beta z^2} \operatorname{erf}(\gamma z)^m$.

Without erf the integral over any interval closes by completing the square and integrating by parts; with erf over the
whole line, for $m \le 2$ and $\alpha = 0$, where parts lower $k$ and $m$ (Stein's identity) until
$E\, \operatorname{erf}(\gamma z)^2 = \frac{2}{\pi} \arcsin \frac{2\gamma^2}{1 + 2\gamma^2}$ is left. All else has no
closed form here, and ``None`` says so. Exact pieces as in ``extremes.branches``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sympy
from sympy import Expr, Poly, Rational, S, Symbol

from symbackprop.errors import NotSupported
from symbackprop.extremes.branches import Piece
from symbackprop.extremes.reading import is_zero
from symbackprop.to_sympy import to_sympy

_HIGHEST = 12  # power of the variable


@dataclass(frozen=True)
class _Term:
    """c · t^k · exp(αt + βt²) · erf(γt)^m."""

    c: Expr
    k: int
    alpha: Expr
    beta: Expr
    gamma: Expr
    m: int


def closed_mean(pieces: Sequence[Piece], t: Symbol) -> Expr | None:
    """E f(z) for a function in pieces, exactly; ``None`` where it does not close.

    >>> from sympy.abc import t
    >>> closed_mean([Piece(None, S.Zero, S.Zero), Piece(S.Zero, None, t**2)], t)
    1/2
    """
    for parts in (pieces, _mirrored(pieces, t)):
        try:
            return _mean(parts, t)
        except NotSupported:
            continue
    return None


def _mirrored(pieces: Sequence[Piece], t: Symbol) -> list[Piece]:
    """(f(t) + f(-t))/2, which has the same mean, where it is certain to be a constant on every piece; else nothing.

    So the mean of an odd function is 0, and that of the logistic function 1/2.
    """
    other_side = {(_turned(p.high), _turned(p.low)): p.expr.xreplace({t: -t}) for p in pieces}
    found = []
    for p in pieces:
        if (p.low, p.high) not in other_side:
            return []
        even = (p.expr + other_side[p.low, p.high]) / 2
        constant = even.xreplace({t: next((e for e in (p.low, p.high) if e is not None), S.Zero)})
        if not is_zero(even - constant):
            return []
        found.append(replace(p, expr=constant))
    return found


def _turned(end: Rational | None) -> Rational | None:
    return None if end is None else -end


def _mean(pieces: Sequence[Piece], t: Symbol) -> Expr:
    if not pieces:
        raise NotSupported("no closed form")
    total: Expr = S.Zero
    for piece in pieces:
        plain = to_sympy(piece.expr, {}).replace(_is_wave, lambda e: e.rewrite(sympy.exp))
        for x in sympy.expand(plain).as_ordered_terms() if plain != 0 else ():
            total += _value(_term(x, t), piece)
    return sympy.expand(total)


def _is_wave(e: Expr) -> bool:
    return isinstance(e, sympy.sin | sympy.cos)


def _term(x: Expr, t: Symbol) -> _Term:
    """Raises ``NotSupported`` for a factor of another kind."""
    c, rest = x.as_independent(t, as_Add=False)
    k, exponent, gamma, m = 0, S.Zero, S.Zero, 0
    for factor in sympy.Mul.make_args(rest):
        base, power = factor.as_base_exp() if not isinstance(factor, sympy.exp) else (factor, S.One)
        if base == t and power.is_Integer and 0 <= power <= _HIGHEST:
            k += int(power)
        elif isinstance(base, sympy.exp):
            exponent += base.exp * power
        elif isinstance(base, sympy.erf) and power in (1, 2) and not m and (base.args[0] / t).is_number:
            gamma, m = base.args[0] / t, int(power)
        elif factor != 1:
            raise NotSupported("no closed form")
    beta, alpha, constant = _square(exponent, t)
    return _Term(c * sympy.exp(constant), k, alpha, beta, gamma, m)


def _square(exponent: Expr, t: Symbol) -> tuple[Expr, Expr, Expr]:
    exponent = sympy.expand(exponent)
    if not exponent.is_polynomial(t) or Poly(exponent, t).degree() > 2:
        raise NotSupported("no closed form")
    return exponent.coeff(t, 2), exponent.coeff(t, 1), exponent.coeff(t, 0)


def _value(term: _Term, piece: Piece) -> Expr:
    s = 1 - 2 * term.beta
    if s.is_positive and not any(piece.poles):
        if term.m == 0:
            return term.c * _power_moment(term.k, term.alpha, s, piece.low, piece.high)
        if piece.low is None and piece.high is None and term.alpha == 0:
            return term.c * _erf_moment(term.k, term.m, term.gamma, s)
    raise NotSupported("no closed form")


def _power_moment(k: int, alpha: Expr, s: Expr, low: Rational | None, high: Rational | None) -> Expr:
    """∫ t^k exp(αt - s t²/2)/√(2π) from low to high: s I_k = α I_{k-1} + (k-1) I_{k-2} - [t^(k-1) e^...]/√(2π)."""

    def cumulative(end: Rational | None, at_infinity: int) -> Expr:
        if end is None:
            return S(at_infinity)
        return sympy.erf((s * end - alpha) / sympy.sqrt(2 * s))

    def boundary(j: int) -> Expr:
        ends = [S.Zero if e is None else e**j * sympy.exp(alpha * e - s * e**2 / 2) for e in (low, high)]
        return (ends[1] - ends[0]) / sympy.sqrt(2 * sympy.pi)

    area = (cumulative(high, 1) - cumulative(low, -1)) / 2
    found = [sympy.exp(alpha**2 / (2 * s)) * area / sympy.sqrt(s)]
    for j in range(1, k + 1):
        lower = (j - 1) * found[j - 2] if j > 1 else S.Zero
        found.append((alpha * found[j - 1] + lower - boundary(j - 1)) / s)
    return found[k]


def _erf_moment(k: int, m: int, gamma: Expr, s: Expr) -> Expr:
    """∫ t^k erf(γt)^m exp(-s t²/2)/√(2π) over the line."""
    if (k + m) % 2:
        return S.Zero
    if m == 0:
        return _power_moment(k, S.Zero, s, None, None)
    if k == 0:  # m = 2
        ratio = 2 * gamma**2 / s
        return 2 / sympy.pi * sympy.asin(ratio / (1 + ratio)) / sympy.sqrt(s)
    lower = (k - 1) * _erf_moment(k - 2, m, gamma, s) if k > 1 else S.Zero
    through = m * 2 * gamma / sympy.sqrt(sympy.pi) * _erf_moment(k - 1, m - 1, gamma, s + 2 * gamma**2)
    return (lower + through) / s
