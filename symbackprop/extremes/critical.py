"""Where the derivative of a smooth function is zero: every zero, each alone in an interval, certified.

An interval where the enclosure of g excludes zero has none; one where the enclosure of g' does has at most one, and
signs at its ends tell. Zeros that are known exactly (roots of a polynomial factor, simple fractions) are taken out with
a neighbourhood in which a higher derivative shows that there is no other: no enclosure could see the zero of x² alone.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy
from sympy import Expr, Poly, Rational, Symbol

from symbackprop.errors import NotSupported
from symbackprop.extremes.branches import SIMPLE, IsZero, Piece
from symbackprop.function_rows import CLASSES, row_of
from symbackprop.proof.enclosure import enclosure, number
from symbackprop.proof.tails import ends

_STARTS = (32, 1024)
_ANGLES = tuple(Rational(k, 12) * sympy.pi for k in range(1, 49))
_HIGHEST_ORDER = 8
_MOST_INTERVALS = 20_000
_HALVINGS = 100


@dataclass(frozen=True)
class Critical:
    """A zero of the derivative: ``at`` as a ball, and exactly where that is known."""

    at: Any
    exact: Expr | None


def critical_points(g: Expr, t: Symbol, piece: Piece, is_zero: IsZero, deadline: float) -> list[Critical]:
    """All zeros of g inside a piece on which it is smooth. Raises ``NotSupported`` where they are not certain."""
    g, *others = _forms(g, t)
    low, high = (None if e is None else _fraction(e) for e in (piece.low, piece.high))
    start = _start((g, *others), t, piece)
    first = Fraction(-start) if low is None else low + (Fraction(1, start) if piece.poles[0] else 0)
    last = Fraction(start) if high is None else high - (Fraction(1, start) if piece.poles[1] else 0)
    known = [(c, r) for c in _candidates(g, t, is_zero) if (r := _alone(g, t, c, first, last, is_zero)) is not None]
    inside = [Critical(ball(c), c) for c, _ in known if bool(ball(c) > _ball(first)) and bool(ball(c) < _ball(last))]
    return inside + _isolated(g, t, _without(first, last, sorted(r for _, r in known)), others, deadline)


def _forms(g: Expr, t: Symbol) -> tuple[Expr, ...]:
    """g, and functions with the same zeros: the product of those factors that may be zero, written in two ways.

    Far out the other factors are too small for a sign to be seen beside them, and of ``σ(u)`` and ``1 - σ(-u)``, which
    stand for tanh as well, one cancels at either end.
    """
    sigmoid = CLASSES["sigmoid"]
    plain = g.replace(CLASSES["tanh"], lambda u: 2 * sigmoid(2 * u) - 1)
    turned = plain.replace(sigmoid, lambda u: 1 - sigmoid(-u))
    return (g, *dict.fromkeys(_that_vanishes(f, t) for f in (plain, turned)))


def _that_vanishes(g: Expr, t: Symbol) -> Expr:
    factors = sympy.Mul.make_args(sympy.factor(g))
    bases = [f.base if isinstance(f, sympy.Pow) and f.exp.is_integer else f for f in factors]
    return sympy.Mul(*(b for b in bases if b.has(t) and not _is_never_zero(b)))


def _start(forms: Sequence[Expr], t: Symbol, piece: Piece) -> int:
    """From where on there is no zero towards ends that are infinite or poles."""
    for start in _STARTS:
        left, right = ends(piece.low, piece.high, start, t)
        tails = [left] * (piece.low is None or piece.poles[0]) + [right] * (piece.high is None or piece.poles[1])
        if all(any(tail.sign(f) in (1, -1) for f in forms) for tail in tails):
            return start
    raise NotSupported("what becomes of its slope far out is not certain")


def _is_never_zero(f: Expr) -> bool:
    """The exponential, the logistic function, and that less 1."""
    row, above = row_of(f), row_of(f + 1)
    return (row is not None and row.name in ("exp", "sigmoid")) or (above is not None and above.name == "sigmoid")


def _candidates(g: Expr, t: Symbol, is_zero: IsZero) -> list[Expr]:
    """Places where g is exactly zero: roots of its polynomial factors, and simple fractions."""
    found: dict[Expr, None] = {}
    for factor in sympy.Mul.make_args(sympy.factor(g)):
        base = factor.base if isinstance(factor, sympy.Pow) else factor
        if base.is_polynomial(t) and t in base.free_symbols:
            found |= dict.fromkeys(r for r in sympy.roots(Poly(base, t)) if r.is_real)
    return [*found, *(c for c in SIMPLE + _ANGLES if c not in found and is_zero(g.xreplace({t: c})))]


def _alone(
    g: Expr, t: Symbol, at: Expr, first: Fraction, last: Fraction, is_zero: IsZero
) -> tuple[Fraction, Fraction] | None:
    """A neighbourhood of a zero in which there is no other; None for one that is outside."""
    centre = ball(at)
    if centre < _ball(first) or centre > _ball(last):
        return None
    slope = g
    for _ in range(_HIGHEST_ORDER):
        slope = slope.diff(t)
        if not is_zero(slope.xreplace({t: at})):
            break
    middle = Fraction(int(sympy.floor(at * 2**60)), 2**60)
    for k in range(1, 30):
        a, b = middle - Fraction(1, 2**k), middle + Fraction(1, 2**k)
        values = enclosure(slope, t, _ball(a).union(_ball(b)))
        if values > 0 or values < 0:
            return max(a, first), min(b, last)
    raise NotSupported(f"its slope is very flat at {at}")


def _isolated(
    g: Expr, t: Symbol, intervals: Sequence[tuple[Fraction, Fraction]], others: Sequence[Expr], deadline: float
) -> list[Critical]:
    """The zeros of g in the intervals; ``others`` have the same zeros."""
    slope = g.diff(t)
    found: list[Critical] = []
    todo = list(intervals)
    for _ in range(_MOST_INTERVALS):
        if not todo:
            return found
        if time.process_time() > deadline:
            break
        a, b = todo.pop()
        here = _ball(a).union(_ball(b))
        if any((values := enclosure(f, t, here)) > 0 or values < 0 for f in (g, *others)):
            continue
        rises = enclosure(slope, t, here)
        signs = [_sign_at(g, t, x) for x in (a, b)]
        if (rises > 0 or rises < 0) and all(signs):
            found += [Critical(_bisected(g, t, a, b, signs[0]), None)] if signs[0] != signs[1] else []
            continue
        split = a + (b - a) * Fraction(4871, 10_000)  # not where a zero is likely to be
        todo += [(a, split), (split, b)]
    raise NotSupported("where its slope is zero was not found in time")


def _sign_at(g: Expr, t: Symbol, x: Fraction) -> int:
    value = enclosure(g, t, _ball(x))
    return 1 if value > 0 else -1 if value < 0 else 0


def _bisected(g: Expr, t: Symbol, a: Fraction, b: Fraction, sign: int) -> Any:
    for _ in range(_HALVINGS):
        middle = (a + b) / 2
        here = _sign_at(g, t, middle)
        if not here:
            break
        a, b = (middle, b) if here == sign else (a, middle)
    return _ball(a).union(_ball(b))


def _without(
    first: Fraction, last: Fraction, holes: Sequence[tuple[Fraction, Fraction]]
) -> list[tuple[Fraction, Fraction]]:
    found = []
    for a, b in holes:
        if a > first:
            found.append((first, a))
        first = max(first, b)
    return [*found, (first, last)] if first < last else found


def ball(x: Expr) -> Any:
    """A constant of the table's functions, roots and pi as a ball."""
    return enclosure(x, Symbol("t"), None)


def _ball(x: Fraction) -> Any:
    return number(Rational(x.numerator, x.denominator))


def _fraction(x: Rational) -> Fraction:
    return Fraction(int(x.p), int(x.q))
