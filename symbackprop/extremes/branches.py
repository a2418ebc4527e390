"""A function of one variable in pieces without kinks: where its choices turn, and what it is between.

Every choice (``where``, ``maximum``, ``relu``, ``abs`` and the like) turns where a gap between two expressions is
zero. Those places are rational or the function is refused: of a polynomial the rational roots if they are all its
real ones, of another gap a simple root if the gap is certainly monotone. The same is done for what must not be zero,
or is defined for positive numbers alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import Expr, Poly, Pow, Rational, S, Symbol

from symbackprop.errors import NotSupported
from symbackprop.functions import row_of
from symbackprop.proof.enclosure import enclosure, number
from symbackprop.proof.one_variable import sign_on
from symbackprop.proof.question import nodes
from symbackprop.terms import Bracket, Delta, Less, LessEqual, Maximum, Minimum, NotEqual

_SWITCHES: dict[str, Callable[[Expr, bool], Any]] = {  # of a function with a kink at 0: what it is on either side
    "relu": lambda x, positive: x if positive else S.Zero,
    "abs": lambda x, positive: x if positive else -x,
    "sign": lambda x, positive: S.One if positive else S.NegativeOne,
    "step": lambda x, positive: S.One if positive else S.Zero,
}
SIMPLE = tuple(dict.fromkeys(Rational(p, q) for q in (1, 2, 3) for p in (0, 1, -1, 2, -2, 3, -3, 4, -4)))
_MOST_PIECES = 64
IsZero = Callable[[Expr], bool]


@dataclass(frozen=True)
class Piece:
    """``expr`` is the function between ``low`` and ``high``, None where there is no end; ``poles`` tells at which ends
    it is not defined."""

    low: Rational | None
    high: Rational | None
    expr: Expr
    poles: tuple[bool, bool] = (False, False)


def pieces(f: Expr, t: Symbol, is_zero: IsZero, deadline: float) -> list[Piece]:
    """The pieces from left to right, those left out where the function is not defined. Raises ``NotSupported``."""
    todo, found = [Piece(None, None, f)], []
    while todo:
        piece = todo.pop()
        switch = _innermost_switch(piece.expr)
        if switch is not None:
            todo += reversed(list(_turned(piece, switch, t, is_zero, deadline)))
        else:
            found += _defined(piece, t, is_zero, deadline)
        if len(todo) + len(found) > _MOST_PIECES:
            raise NotSupported("a function of too many pieces")
    return found


def _innermost_switch(f: Expr) -> Any:
    """A choice whose parts hold no choice."""
    for node in nodes(f):
        if _is_switch(node) and not any(_is_switch(n) for a in node.args for n in nodes(a)):
            return node
    return None


def _is_switch(node: Any) -> bool:
    if isinstance(node, Bracket | Maximum | Minimum):
        return True
    row = row_of(node)
    if row is not None and (row.kinks or row.period) and row.name not in _SWITCHES:
        raise NotSupported(f"{row.name} has kinks or poles without end")
    return row is not None and row.name in _SWITCHES


def _turned(piece: Piece, switch: Any, t: Symbol, is_zero: IsZero, deadline: float) -> Iterator[Piece]:
    gap = switch.args[0] - switch.args[1] if len(switch.args) == 2 else switch.args[0]
    if is_zero(gap):
        yield Piece(piece.low, piece.high, piece.expr.xreplace({switch: _where_equal(switch)}))
        return
    for low, high in _between(piece, _roots(gap, t, piece, is_zero, deadline)):
        positive = _sign(gap, t, low, high) > 0
        yield Piece(low, high, piece.expr.xreplace({switch: _taken(switch, positive)}))


def _where_equal(switch: Any) -> Any:
    if isinstance(switch, LessEqual | Delta):
        return S.One
    if isinstance(switch, Maximum | Minimum):
        return switch.args[0]
    return S.Zero


def _taken(switch: Any, positive: bool) -> Any:
    if isinstance(switch, Less | LessEqual):
        return S.Zero if positive else S.One
    if isinstance(switch, NotEqual | Delta):
        return S.One if isinstance(switch, NotEqual) else S.Zero
    if isinstance(switch, Maximum | Minimum):
        return switch.args[0 if positive == isinstance(switch, Maximum) else 1]
    row = row_of(switch)
    assert row is not None
    return _SWITCHES[row.name](switch.args[0], positive)


def _between(piece: Piece, roots: list[Rational]) -> Iterator[tuple[Any, Any]]:
    inside = sorted(r for r in roots if _is_inside(r, piece))
    yield from zip([piece.low, *inside], [*inside, piece.high], strict=True)


def _is_inside(x: Rational, piece: Piece) -> bool:
    return (piece.low is None or x > piece.low) and (piece.high is None or x < piece.high)


def _sign(gap: Expr, t: Symbol, low: Any, high: Any) -> int:
    """The sign of a gap that has no zero in between."""
    for k in (1, 3, 7, 20):
        if low is None:
            x = high - Rational(k, 3) if high is not None else Rational(k, 3)
        else:
            x = low + (Rational(k, 3) if high is None else (high - low) * Rational(k, 3 * k + 1))
        value = enclosure(gap, t, number(Rational(x)))
        if value > 0 or value < 0:
            return 1 if value > 0 else -1
    raise NotSupported("the sign of a condition is not certain")


def _roots(gap: Expr, t: Symbol, piece: Piece, is_zero: IsZero, deadline: float) -> list[Rational]:
    """All zeros of a gap inside a piece. Raises ``NotSupported`` where they are not certain, or not rational."""
    if gap.is_polynomial(t) and all(c.is_rational for c in Poly(gap, t).all_coeffs()):
        polynomial = Poly(gap, t)
        rational = list(polynomial.ground_roots()) if polynomial.degree() > 0 else []
        if polynomial.degree() > 0 and len(set(rational)) < len(set(polynomial.sqf_part().real_roots())):
            raise NotSupported(f"where {gap} is zero is not a fraction")
        return rational
    if _has_sign(gap, t, piece, is_zero, deadline):
        return []
    roots = [c for c in SIMPLE if _is_inside(c, piece) and is_zero(gap.xreplace({t: c}))]
    if len(roots) == 1 and _has_sign(gap.diff(t), t, piece, is_zero, deadline):
        return roots
    raise NotSupported(f"where {gap} is zero is not certain")


def _has_sign(f: Expr, t: Symbol, piece: Piece, is_zero: IsZero, deadline: float) -> bool:
    low, high = (None if e is None else Fraction(int(e.p), int(e.q)) for e in (piece.low, piece.high))
    return any(sign_on(s * f, t, low, high, is_zero, deadline).sign == 1 for s in (1, -1))  # type: ignore[arg-type]


# -- where it is defined


def _defined(piece: Piece, t: Symbol, is_zero: IsZero, deadline: float) -> list[Piece]:
    """The piece cut where a denominator or what stands under a root or a logarithm is zero."""
    cuts: list[Rational] = []
    for needed, _ in _needs(piece.expr, t):
        cuts += _roots(needed, t, piece, is_zero, deadline)
    found = []
    for low, high in _between(piece, list(dict.fromkeys(cuts))):
        if all(not must_be_positive or _sign(n, t, low, high) > 0 for n, must_be_positive in _needs(piece.expr, t)):
            poles = (_is_pole(piece.expr, t, low, is_zero), _is_pole(piece.expr, t, high, is_zero))
            found.append(Piece(low, high, piece.expr, poles))
    return found


def _is_pole(f: Expr, t: Symbol, end: Rational | None, is_zero: IsZero) -> bool:
    return end is not None and any(is_zero(n.xreplace({t: end})) for n, _ in _needs(f, t))


def _needs(f: Expr, t: Symbol) -> list[tuple[Expr, bool]]:
    """What must not be zero, and whether it must be positive."""
    found: dict[Expr, bool] = {}
    for node in nodes(f):
        if isinstance(node, Pow) and t in node.base.free_symbols and not (node.exp.is_integer and node.exp.is_positive):
            found[node.base] = not node.exp.is_integer or found.get(node.base, False)
        row = row_of(node)
        if row is not None and row.domain != r"\mathbb{R}" and t in node.free_symbols:
            if row.name != "log":
                raise NotSupported(f"where {row.name} is defined is not known here")
            found[node.args[0]] = True
    return list(found.items())
