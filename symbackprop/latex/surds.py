r"""Roots of numbers as a hand writes them: 1/√2 for √2/2, and 1/√(2π) for √2/(2√π)."""

from collections.abc import Sequence
from math import isqrt

from sympy import Expr, Integer, Pow, Rational, S, pi

_LARGEST = 10**6  # numbers that are looked at for square factors


def surds(coefficient: Expr, above: Sequence[Expr], below: Sequence[Expr]) -> tuple[Expr, list[Expr], list[Expr]]:
    """The same product with its roots of numbers drawn together: one at most.

    >>> from sympy import sqrt
    >>> surds(Rational(1, 2), [sqrt(2)], [])
    (1, [], [sqrt(2)])
    >>> surds(Rational(1, 2), [sqrt(2)], [sqrt(pi)])[2][0].args
    (2*pi, 1/2)
    """
    unchanged = coefficient, list(above), list(below)
    roots = [f for f in above if _is_root(f)], [f for f in below if _is_root(f)]
    if not any(roots) or not coefficient.is_Rational or not coefficient:
        return unchanged
    square = coefficient**2
    for f in roots[0]:
        square *= f.args[0]
    for f in roots[1]:
        square /= f.args[0]
    number, rest = square.as_coeff_Mul()
    if rest not in (S.One, pi, 1 / pi) or max(number.p, number.q) > _LARGEST:
        return unchanged
    (a, b), (c, d) = _square_part(int(number.p)), _square_part(int(number.q))
    sign = 1 if coefficient > 0 else -1
    top, bottom = _root(b, rest == pi), _root(d, rest == 1 / pi)
    if top and bottom:
        top, bottom = (Pow(top[0].args[0] / bottom[0].args[0], Rational(1, 2), evaluate=False),), ()
    return (
        Rational(sign * a, c),
        [*top, *(f for f in above if f not in roots[0])],
        [*bottom, *(f for f in below if f not in roots[1])],
    )


def _is_root(factor: Expr) -> bool:
    return isinstance(factor, Pow) and factor.args[1] == Rational(1, 2) and _is_plain(factor.args[0])


def _is_plain(base: Expr) -> bool:
    number, rest = base.as_coeff_Mul()
    return number.is_Rational and number > 0 and rest in (S.One, pi)


def _square_part(n: int) -> tuple[int, int]:
    """(a, b) with n = a²b for the largest a."""
    a = next(a for a in range(isqrt(n), 0, -1) if n % (a * a) == 0)
    return a, n // (a * a)


def _root(n: int, with_pi: bool) -> tuple[Expr, ...]:
    base = Integer(n) * (pi if with_pi else S.One)
    return () if base == 1 else (Pow(base, Rational(1, 2), evaluate=False),)
