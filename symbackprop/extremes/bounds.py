"""``bounds``: the certified range of a function of one variable and of its derivative, and where the ends are attained.

A function is cut into pieces without kinks (``branches``); on each the zeros of its slope are isolated
(``critical``), so that it is monotone between them, and its range is that of its values there, at kinks, and of its
limits at the ends. Values are balls (python-flint's ``arb``); an exact value is named only where it is proved equal,
or where a limit's ball leaves room for no other simple number.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from math import ceil
from typing import Any

import sympy
from sympy import Expr, Rational, S

from symbackprop.errors import NotSupported
from symbackprop.extremes.branches import Piece, pieces
from symbackprop.extremes.critical import ball, critical_points
from symbackprop.extremes.reading import T, is_zero, one_variable
from symbackprop.extremes.shown import shown
from symbackprop.functions import Elementwise
from symbackprop.proof.enclosure import enclosure
from symbackprop.proof.tails import ends
from symbackprop.to_sympy import to_sympy

_PRECISION = 192
_FAR = 1024
_LONGEST = 30  # characters of an exact number that is still shown as such


@dataclass(frozen=True)
class End:
    """One end of a range: ``value`` as a ball (None: without bound), ``exact`` where it is known, ``at`` where it is
    attained or approached, in words, ``attained`` whether it is."""

    value: Any
    exact: Expr | None
    at: str
    attained: bool

    def __str__(self) -> str:
        return shown(self.value, self.exact)

    def __float__(self) -> float:
        return float(self.value) if self.value is not None else float("nan")


@dataclass(frozen=True)
class Extent:
    """A range from ``low`` to ``high``; an infinite end has the value None."""

    low: End
    high: End

    def __str__(self) -> str:
        low = "-inf" if self.low.value is None else str(self.low)
        high = "inf" if self.high.value is None else str(self.high)
        brackets = ("[" if self.low.attained else "(", "]" if self.high.attained else ")")
        return f"{brackets[0]}{low}, {high}{brackets[1]}"


@dataclass(frozen=True)
class Bounds:
    """``range`` of a function, ``derivative`` the range of its derivative (where it has one)."""

    text: str
    range: Extent
    derivative: Extent

    def __str__(self) -> str:
        lines = [self.text]
        for name, extent in (("f ", self.range), ("f'", self.derivative)):
            lines.append(f"  {name} in {extent}")
            for word, end in (("least", extent.low), ("most", extent.high)):
                if end.value is not None:
                    place = end.at if end.at == "everywhere" else f"at {end.at}"
                    lines.append(f"     {word} {end} {place if end.attained else f'not attained, as {end.at}'}")
        return "\n".join(lines)

    __repr__ = __str__


def bounds(function: Any, seconds: float = 20.0) -> Bounds:
    """The certified range of a function of one variable and of its derivative.

    ``function`` is a formula in one letter, the name of a function of the table, or an activation layer. Raises
    ``ReadError`` for what is no such function and ``NotSupported`` where a range is not certain.

    >>> print(bounds("sigmoid(x)").derivative)
    (0, 1/4]
    >>> b = bounds("x*(1 + erf(x/sqrt(2)))/2"); print(b.derivative.high, "at", b.derivative.high.at)
    1.12890414518... at sqrt(2) = 1.41421356237...
    """
    return bounds_of(*one_variable(function), seconds)


def bounds_of(text: str, f: Expr, seconds: float = 20.0) -> Bounds:
    """The ranges of an expression in ``reading.T``; ``text`` is what the report calls it."""
    import flint

    deadline = time.process_time() + seconds
    before, flint.ctx.prec = flint.ctx.prec, _PRECISION
    try:
        return Bounds(text, *_extents(f, deadline))
    finally:
        flint.ctx.prec = before


# -- the range


@dataclass(frozen=True)
class _Value:
    ball: Any  # an arb; plus or minus infinity as an arb, too
    exact: Expr | None
    at: str
    attained: bool


def _extents(f: Expr, deadline: float) -> tuple[Extent, Extent]:
    """The ranges of f and of its derivative."""
    found = _one_period(pieces(f, T, is_zero, deadline), f)
    if not found:
        raise NotSupported("it is defined nowhere")
    values = [v for p in found for v in _values(p, lambda e: f.xreplace({T: e}), deadline)]
    slopes = [replace(p, expr=p.expr.diff(T)) for p in found]
    return _extent(values), _extent([v for p in slopes for v in _values(p, _slope_at(found, slopes), deadline)])


def _slope_at(found: list[Piece], slopes: list[Piece]) -> Callable[[Rational], Expr | None]:
    """The derivative where two pieces meet, None where there is a kink or a jump."""

    def at(end: Rational) -> Expr | None:
        for k, (p, q) in enumerate(pairwise(found)):
            if p.high == end == q.low and not p.poles[1] and not q.poles[0]:
                left, right = (x.expr.xreplace({T: end}) for x in slopes[k : k + 2])
                joined = is_zero(p.expr.xreplace({T: end}) - q.expr.xreplace({T: end}))
                return left if joined and is_zero(left - right) else None
        return None

    return at


def _extent(values: list["_Value"]) -> Extent:
    return Extent(_end(values, -1), _end(values, 1))


def _one_period(found: list[Piece], f: Expr) -> list[Piece]:
    """Of a function of sines and cosines alone, an interval longer than its period."""
    waves = {n for n in f.atoms(Elementwise) if n.row.name in ("sin", "cos")}
    slopes = [n.args[0].diff(T) for n in waves if n.has(T)]
    if len(found) != 1 or not slopes or f.xreplace({n: S.One for n in waves}).has(T):
        return found
    if not all(s.is_Rational for s in slopes):
        return found
    shortest = reduce(sympy.gcd, map(abs, slopes))
    return [Piece(S.Zero, Rational(ceil(7 / shortest)), found[0].expr)]


def _values(piece: Piece, there: Callable[[Rational], Expr | None], deadline: float) -> Iterator["_Value"]:
    """What a piece may contribute to the ends of the range."""
    if not piece.expr.has(T):
        yield _Value(ball(piece.expr), _named(ball(piece.expr), piece.expr), _interval(piece), True)
        return
    for side in (0, 1):
        yield _at_end(piece, side, there)
    for c in critical_points(piece.expr.diff(T), T, piece, is_zero, deadline):
        value = enclosure(piece.expr, T, c.at)
        exact = None if c.exact is None else piece.expr.xreplace({T: c.exact})
        yield _Value(value, None if exact is None else _named(value, exact), shown(c.at, c.exact), True)


def _interval(piece: Piece) -> str:
    if piece.low is None and piece.high is None:
        return "everywhere"
    return (
        f"x < {piece.high}" if piece.low is None else f"x > {piece.low}" + (f", x < {piece.high}" if piece.high else "")
    )


def _at_end(piece: Piece, side: int, there: Callable[[Rational], Expr | None]) -> _Value:
    """The limit at an end; it is attained where ``there`` has the same value at the end itself."""
    end = (piece.low, piece.high)[side]
    if end is None or piece.poles[side]:
        tail = ends(piece.low, piece.high, _FAR, T)[side]
        value = tail.limit(piece.expr)
        exact = _simple(value) if value.is_finite() else None
    else:
        limit = piece.expr.xreplace({T: end})
        value = enclosure(limit, T, None)
        exact = _named(value, limit)
    if end is None:
        return _Value(value, exact, "x -> -inf" if side == 0 else "x -> inf", False)
    own = there(end) if value.is_finite() else None
    attained = own is not None and not own.has(S.ComplexInfinity, S.NaN) and is_zero(own - _or(exact, piece.expr, end))
    return _Value(value, exact, str(end) if attained else f"x -> {end}", attained)


def _or(exact: Expr | None, expr: Expr, end: Rational) -> Expr:
    return expr.xreplace({T: end}) if exact is None else exact


def _end(found: list[_Value], sign: int) -> End:
    """The largest (or, for -1, the least) of the values; of equal ones an attained one."""
    best = found[0]
    for v in found[1:]:
        if v.ball * sign > best.ball * sign or (v.ball.overlaps(best.ball) and v.attained and not best.attained):
            best = v
    if not best.ball.is_finite():
        return End(None, None, best.at, False)
    return End(best.ball, best.exact, best.at, best.attained)


# -- names of numbers


def _named(value: Any, exact: Expr) -> Expr | None:
    """The number in the simplest form that is proved equal to the expression; else the expression, if it is short."""
    guess = _simple(value)
    if guess is not None and is_zero(exact - guess):
        return guess
    plain = to_sympy(exact, {})
    return plain if len(str(plain)) <= _LONGEST else None


def _simple(value: Any) -> Expr | None:
    """The one fraction with a small denominator in a narrow ball."""
    if not value.rad() < 1e-25:
        return None
    for unit in (S.One, sympy.pi):
        guess = Rational(float((value / ball(unit)).mid())).limit_denominator(1000) * unit
        if (value - ball(guess)).contains(0):
            return guess
    return None
