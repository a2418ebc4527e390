"""Values by cases: the first condition that holds counts, and what is left over is "otherwise".

Without an "otherwise" the conditions have to exclude one another and to leave nothing out, but for the seams where one
ends and the next begins: there the two may both hold or both fail, which is a kink.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from sympy import Expr, Rational
from sympy import Number as Constant

from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.meaning.values import Value
from symbackprop.claims.latex.syntax.scripts import refusal
from symbackprop.claims.latex.syntax.tree import Cases
from symbackprop.terms import Delta, Less, LessEqual, NotEqual, Where

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator

_MOST = 12


def cases_value(el: "Elaborator", node: Cases, local: Local) -> Value:
    """Nested choices, entry by entry between vectors.

    Raises ``ReadError`` for conditions that overlap or leave something out.
    """
    *others, (_, final) = node.branches
    if not others or len(node.branches) > _MOST or any(c is None for _, c in others):
        raise refusal("cases: each but the last needs a condition", node)
    values = [el.value(v, local) for v, _ in node.branches]
    conditions = [el.value(c, local) for _, c in node.branches if c is not None]
    parts = _entrywise(el, [*values, *conditions])
    values, holds = parts[: len(values)], [c.expr for c in parts[len(values) :]]
    if final is not None and not _exclusive(holds):
        raise refusal("cases whose conditions do not exclude one another, or leave something out", node)
    result = values[-1].expr
    for condition, value in zip(reversed(holds[: len(others)]), reversed(values[:-1]), strict=True):
        result = Where(condition, value.expr, result)
    shape = next((v for v in parts if v.rank and not v.loose), max(parts, key=lambda v: v.rank))
    return replace(shape, expr=result)


def _entrywise(el: "Elaborator", parts: list[Value]) -> list[Value]:
    """All parts on the same axes; numbers and conditions on numbers hold for every entry. Raises ``Mismatch``."""
    first = next((v for v in parts if v.rank), None)
    if first is None:
        return parts
    for v in parts:
        if v.rank:
            el.algebra.aligned(first, v)  # sizes that are open are found before anything is put on them
    first = el.algebra.settled(first)
    return [el.algebra.aligned(first, v)[1] if v.rank else v for v in parts]


def _exclusive(conditions: Sequence[Expr]) -> bool:
    """Whether one and only one holds, seams aside."""
    if len(conditions) == 2 and _complementary(*conditions):
        return True
    brackets = [b for c in conditions for b in (c.args if c.is_Mul else (c,))]
    compared: set[Expr] = set()
    bounds: set[Fraction] = set()
    for b in brackets:
        if not isinstance(b, Less | LessEqual | Delta):
            return False
        numbers = [a for a in b.args if isinstance(a, Constant)]
        if len(numbers) != 1 or not numbers[0].is_Rational:
            return False
        bounds.add(Fraction(int(numbers[0].p), int(numbers[0].q)))
        compared |= {a for a in b.args if a is not numbers[0]}
    return len(compared) == 1 and all(_held(conditions, compared.copy().pop(), p) == 1 for p in _between(bounds))


def _held(conditions: Sequence[Expr], compared: Expr, point: Fraction) -> int:
    """How many conditions hold where what they compare has a value; -1 where that cannot be said."""
    at = [_at(c, compared, point) for c in conditions]
    return -1 if any(x is None for x in at) else sum(x == 1 for x in at)


def _at(condition: Expr, compared: Expr, point: Fraction) -> Expr | None:
    number = Rational(point.numerator, point.denominator)
    parts = condition.args if condition.is_Mul else (condition,)
    held = [type(b)(*(number if a == compared else a for a in b.args)) for b in parts]
    result: Expr = Rational(1)
    for h in held:
        result = result * h
    return result if isinstance(result, Constant) else None


def _between(bounds: set[Fraction]) -> list[Fraction]:
    """A point of each open interval between bounds, and beyond them."""
    ordered = sorted(bounds)
    return [ordered[0] - 1, *((a + b) / 2 for a, b in pairwise(ordered)), ordered[-1] + 1]


def _complementary(a: Expr, b: Expr) -> bool:
    if (isinstance(a, Delta) and isinstance(b, NotEqual)) or (isinstance(a, NotEqual) and isinstance(b, Delta)):
        return set(a.args) == set(b.args)
    if isinstance(a, Less | LessEqual) and isinstance(b, Less | LessEqual):
        return bool(a.args == b.args[::-1])  # at the seam the two may both hold or both fail: a kink
    return False
