"""Enclosures: what values an expression of one variable has while the variable runs over a ball.

A comparison that the ball does not decide gives the hull of both outcomes, so that kinks and jumps need no care.
"""

from collections.abc import Callable
from typing import Any

from sympy import Add, Expr, Mul, Pow, Rational, Symbol, pi

from symbackprop.errors import NotSupported
from symbackprop.functions import FUNCTIONS, row_of
from symbackprop.number_types import KinkCrossed, arb_numbers
from symbackprop.terms import Bracket, Less, LessEqual, Maximum, Minimum, Where


def enclosure(expr: Expr, t: Symbol, x: Any) -> Any:
    """A ball with all values at points of the ball ``x``. Raises ``NotSupported`` for terms of several entries."""
    from flint import arb

    if expr == t:
        return x
    if isinstance(expr, Rational):
        return number(expr)
    if expr == pi:
        return arb.pi()
    if isinstance(expr, Pow):
        return _power(expr, t, x)
    parts = [enclosure(a, t, x) for a in expr.args]
    if isinstance(expr, Add):
        return sum(parts[1:], parts[0])
    if isinstance(expr, Mul):
        product = parts[0]
        for p in parts[1:]:
            product = product * p
        return product
    if isinstance(expr, Bracket):
        return _bracket(expr, *parts)
    if isinstance(expr, Where):
        holds, a, b = parts
        return a if holds == 1 else b if holds == 0 else a.union(b)
    if isinstance(expr, Maximum | Minimum):
        a, b = parts
        return a.max(b) if isinstance(expr, Maximum) else a.min(b)
    return applied(known_function(expr), parts[0])


def number(q: Rational) -> Any:
    from flint import arb, fmpq

    return arb(fmpq(int(q.p), int(q.q)))


def known_function(expr: Expr) -> str:
    """The name of the table's function at the root. Raises ``NotSupported`` for all else."""
    row = row_of(expr)
    if row is None or FUNCTIONS.get(row.name) is not row:
        raise NotSupported(f"no enclosure of {type(expr).__name__}")
    return row.name


def applied(name: str, x: Any) -> Any:
    """A function of the table on a ball."""
    if name in _HULLS:
        return _HULLS[name](x)
    try:
        return FUNCTIONS[name].value(arb_numbers(), x)
    except KinkCrossed as e:
        raise NotSupported(str(e)) from e


def between(low: Any, high: Any) -> Any:
    """The ball from one number to another."""
    from flint import arb

    return arb(low).union(arb(high))


def _sign(x: Any) -> Any:
    return between(1 if x > 0 else -1, -1 if x < 0 else 1)


def _step(x: Any) -> Any:
    return between(int(bool(x > 0)), int(not x <= 0))


_HULLS: dict[str, Callable[[Any], Any]] = {
    "relu": lambda x: x.max(0 * x),
    "abs": lambda x: abs(x),
    "sign": _sign,
    "step": _step,
    "softplus": lambda x: (1 + x.exp()).log(),
    "asinh": lambda x: x.asinh(),
    "sigmoid": lambda x: between(*(1 / (1 + (-e).exp()) for e in (x.lower(), x.upper()))) if x.is_finite() else x,
    "floor": lambda x: between(x.lower().floor(), x.upper().floor()),
}


def _power(expr: Pow, t: Symbol, x: Any) -> Any:
    base, q = enclosure(expr.base, t, x), expr.exp
    if not isinstance(q, Rational):
        return (enclosure(q, t, x) * base.log()).exp()
    if q.q == 1 and q.p % 2 == 0:
        base = abs(base)
    if q.q == 1:
        raised = _whole_power(base, abs(int(q.p)))
        return raised if q.p > 0 else 1 / raised
    return base.sqrt() ** int(q.p) if q.q == 2 and q.p > 0 else base ** number(q)


def _whole_power(base: Any, n: int) -> Any:
    """By products: arb's power of a ball around zero is not a number."""
    result = number(Rational(1))
    while n:
        result = result * base if n & 1 else result
        base, n = base * base if n > 1 else base, n >> 1
    return result


def _bracket(expr: Bracket, a: Any, b: Any) -> Any:
    if isinstance(expr, Less):
        return between(int(bool(a < b)), int(not a >= b))
    if isinstance(expr, LessEqual):
        return between(int(bool(a <= b)), int(not a > b))
    return between(0, 1)
