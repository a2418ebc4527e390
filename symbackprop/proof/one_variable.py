"""Bounds of functions of one real number: its domain in intervals, each with an enclosure, and both tails.

Where zero is attained no enclosure can tell. There, at a simple fraction, the derivatives decide: the first that is
not zero is of even order and positive in a neighbourhood, which is left out of the search.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import Expr, Rational, Symbol

from symbackprop.errors import NotSupported
from symbackprop.functions import row_of
from symbackprop.proof.enclosure import enclosure, number
from symbackprop.proof.question import nodes
from symbackprop.proof.tails import ends
from symbackprop.terms import Bracket, Maximum, Minimum, Where

_STARTS = (32, 1024)
_MOST_INTERVALS = 6000
_TOUCHES = tuple(dict.fromkeys(Rational(p, q) for q in (1, 2, 3) for p in (0, 1, -1, 2, -2, 3, -3, 4, -4)))
_HIGHEST_ORDER = 6


@dataclass(frozen=True)
class Found:
    """``sign``: 1 or 0 as certified, None where open; ``below``: a fraction where the value is certainly negative."""

    sign: int | None
    below: Fraction | None = None


def sign_on(
    f: Expr, t: Symbol, low: int | None, high: int | None, is_zero: Callable[[Expr], bool], deadline: float
) -> Found:
    """Whether f is positive (1) or not negative (0) for all t between low and high, where None is infinite."""
    try:
        below = _below(f, t, low, high)
        if below is not None:
            return Found(None, below)
        holes = _touches(f, t, low, high, is_zero) if _is_smooth(f) else []
        inside = _between(f, t, low, high, holes, deadline)
    except (NotSupported, ZeroDivisionError, ValueError):
        return Found(None)
    if inside.sign is None:
        return inside
    return Found(0) if holes else Found(1)


def _below(f: Expr, t: Symbol, low: int | None, high: int | None) -> Fraction | None:
    """A number far out, near to zero or simple where f is negative."""
    scales = [Fraction(2) ** k for k in range(-40, 41)]
    for x in (*scales, *(-s for s in scales), *(1 - s for s in scales), *(1 + s for s in scales)):
        if (low is None or x > low) and (high is None or x < high) and enclosure(f, t, _ball(x)) < 0:
            return x
    return None


def _is_smooth(f: Expr) -> bool:
    rough = [x for x in f.atoms(Bracket, Where, Maximum, Minimum)]
    return not rough and all((row := row_of(x)) is None or row.analytic for x in nodes(f))


def _touches(
    f: Expr, t: Symbol, low: int | None, high: int | None, is_zero: Callable[[Expr], bool]
) -> list[tuple[Fraction, Fraction]]:
    """Neighbourhoods of points where f is zero in which it is not negative."""
    found = []
    for at in _TOUCHES:
        if (low is not None and at <= low) or (high is not None and at >= high):
            continue
        if not enclosure(f, t, number(at)).contains(0) or not is_zero(f.xreplace({t: at})):
            continue
        g = f
        for order in range(1, _HIGHEST_ORDER + 1):
            g = g.diff(t)
            if not is_zero(g.xreplace({t: at})):
                width = _width(g, t, at, low, high) if order % 2 == 0 else None
                if width is None:
                    raise NotSupported(f"the value is zero at {at}")
                middle = Fraction(int(at.p), int(at.q))
                found.append((middle - width, middle + width))
                break
        else:
            raise NotSupported(f"very flat at {at}")
    return found


def _width(g: Expr, t: Symbol, at: Rational, low: int | None, high: int | None) -> Fraction | None:
    for k in range(1, 11):
        width = Fraction(1, 2**k)
        ball = number(at - Rational(1, 2**k)).union(number(at + Rational(1, 2**k)))
        fits = (low is None or at - Rational(1, 2**k) > low) and (high is None or at + Rational(1, 2**k) < high)
        if fits and enclosure(g, t, ball) > 0:
            return width
    return None


def _between(
    f: Expr,
    t: Symbol,
    low: int | None,
    high: int | None,
    holes: Sequence[tuple[Fraction, Fraction]],
    deadline: float,
) -> Found:
    start = next((s for s in _STARTS if all(tail.sign(f) == 1 for tail in ends(low, high, s, t))), None)
    edge = Fraction(1, start or _STARTS[0])
    first = Fraction(-(start or _STARTS[0])) if low is None else low + edge
    last = Fraction(start or _STARTS[0]) if high is None else high - edge
    slope = f.diff(t) if _is_smooth(f) else None
    todo = _without(first, last, sorted(holes))
    open_ones = start is None
    for count in range(_MOST_INTERVALS):
        if not todo:
            return Found(None if open_ones else 1)
        if time.process_time() > deadline:
            break
        a, b = todo.pop()
        middle = (a + b) / 2
        values, centre = _values(f, slope, t, a, b)
        if values > 0:
            continue
        if centre < 0:
            return Found(None, middle)
        if (b - a) < Fraction(1, 2**24) or (open_ones and count > _MOST_INTERVALS // 4):
            break
        todo = [(a, middle), (middle, b), *todo] if count % 2 else [*todo, (a, middle), (middle, b)]
    return Found(None)


def _without(first: Fraction, last: Fraction, holes: Sequence[tuple[Fraction, Fraction]]) -> list:
    found = []
    for a, b in holes:
        if a > first:
            found.append((first, a))
        first = max(first, b)
    return [*found, (first, last)] if first < last else found


def _values(f: Expr, slope: Expr | None, t: Symbol, a: Fraction, b: Fraction) -> tuple[Any, Any]:
    """An enclosure over an interval, by the mean value theorem where that is tighter; the value in the middle."""
    ball = _ball(a).union(_ball(b))
    middle = _ball((a + b) / 2)
    values, centre = enclosure(f, t, ball), enclosure(f, t, middle)
    if slope is not None and not values > 0:
        nearby = centre + enclosure(slope, t, ball) * (ball - middle)
        if nearby.is_finite() and (not values.is_finite() or nearby.rad() < values.rad()):
            values = nearby
    return values, centre


def _ball(x: Fraction) -> Any:
    return number(Rational(x.numerator, x.denominator))
