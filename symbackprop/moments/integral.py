"""Certified integrals against the normal density, of one piece of a function between its kinks.

The middle is integrated by ``acb.integral`` (Petras' algorithm in python-flint: Gauss-Legendre sums with an error
bound from the integrand's values on ellipses around the real line). Beyond ``REACH`` the tail is proved to stay below
exp(t²/4), whose integral against the density is known.
"""

from collections.abc import Callable
from typing import Any

from sympy import Add, Expr, Mul, Pow, Rational, Symbol, pi

from symbackprop.errors import NotSupported
from symbackprop.extremes.branches import Piece
from symbackprop.function_rows import CLASSES
from symbackprop.proof.enclosure import known_function, number
from symbackprop.proof.tails import ends

REACH = 24
_WEIGHT = CLASSES["exp"]


def normal_integral(piece: Piece, t: Symbol) -> Any:
    """A ball around ∫ f φ over the piece, φ the standard normal density.

    Raises ``NotSupported`` where the function has a pole at an end or grows as fast as exp(t²/4).
    """
    from flint import acb, arb

    if any(piece.poles):
        raise NotSupported("it has a pole, and its mean may be infinite")
    low, high = (min(max(e, -REACH), REACH) for e in (_or(piece.low, -REACH), _or(piece.high, REACH)))

    def integrand(z: Any, analytic: bool) -> Any:
        return _at(piece.expr, t, z, analytic) * (-z * z / 2).exp()

    middle = acb.integral(integrand, acb(number(Rational(low))), acb(number(Rational(high)))).real
    if not middle.is_finite():
        raise NotSupported("its integral was not enclosed")
    return middle / (2 * arb.pi()).sqrt() + _tails(piece, t)


def _or(end: Rational | None, far: int) -> Rational:
    return Rational(far) if end is None else end


def _tails(piece: Piece, t: Symbol) -> Any:
    """A ball around zero with what lies beyond the reach."""
    from flint import arb

    far = arb(0)
    for tail, end in zip(ends(piece.low, piece.high, REACH, t), (piece.low, piece.high), strict=True):
        if end is not None and abs(end) <= REACH:
            continue
        room = _WEIGHT(t**2 / 4)
        if not (tail.sign(room - piece.expr) == 1 and tail.sign(room + piece.expr) == 1):
            raise NotSupported("how fast it grows is not certain")
        # ∫ exp(t²/4) φ from R on is √2 (1 - Φ(R/√2)) = erfc(R/2)/√2.
        far += (arb(REACH) / 2).erfc() / arb(2).sqrt()
    return arb(0, far.upper())


def _at(f: Expr, t: Symbol, z: Any, analytic: bool) -> Any:
    """The value on a complex ball; not finite where ``analytic`` is asked for and not certain."""
    if f == t:
        return z
    if isinstance(f, Rational):
        return z * 0 + number(f)
    if f == pi:
        return z * 0 + type(number(Rational(1))).pi()
    if isinstance(f, Pow):
        return _power(f, t, z, analytic)
    parts = [_at(a, t, z, analytic) for a in f.args]
    if isinstance(f, Add | Mul):
        value = parts[0]
        for p in parts[1:]:
            value = value + p if isinstance(f, Add) else value * p
        return value
    name = known_function(f)
    if name not in _COMPLEX:
        raise NotSupported(f"no integral of {name}")
    return _COMPLEX[name](parts[0], analytic)


def _power(f: Expr, t: Symbol, z: Any, analytic: bool) -> Any:
    base, q = _at(f.base, t, z, analytic), f.exp
    if not isinstance(q, Rational):
        raise NotSupported("no integral of a power with a variable exponent")
    if q.q == 1:
        return base ** int(q.p)
    return (base.log(analytic=analytic) * number(q)).exp()


def _atan(z: Any, analytic: bool) -> Any:
    """Its cuts run along the imaginary axis from ±i outwards."""
    from flint import acb, arb

    cut = bool(z.real.contains(arb(0))) and not abs(z.imag) < 1
    return acb(arb.nan()) if analytic and cut else z.atan()


_COMPLEX: dict[str, Callable[[Any, bool], Any]] = {
    "identity": lambda z, _: z,
    "exp": lambda z, _: z.exp(),
    "log": lambda z, analytic: z.log(analytic=analytic),
    "sqrt": lambda z, analytic: z.sqrt(analytic=analytic),
    "sin": lambda z, _: z.sin(),
    "cos": lambda z, _: z.cos(),
    "sinh": lambda z, _: z.sinh(),
    "cosh": lambda z, _: z.cosh(),
    "tanh": lambda z, _: z.tanh(),
    "erf": lambda z, _: z.erf(),
    "atan": _atan,
    "sigmoid": lambda z, _: 1 / (1 + (-z).exp()),
    "softplus": lambda z, analytic: (1 + z.exp()).log(analytic=analytic),
}
