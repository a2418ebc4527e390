"""Brackets, conditions and cases."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sympy import Expr

from symbackprop.claims.latex.functions_of import applied
from symbackprop.claims.latex.labels import is_label
from symbackprop.claims.latex.norms import norm
from symbackprop.claims.latex.scope import Local
from symbackprop.claims.latex.scripts import refusal
from symbackprop.claims.latex.tree import (
    Cases,
    Group,
    Letter,
    Relation,
    Script,
    Special,
)
from symbackprop.claims.latex.values import Value, scalar
from symbackprop.indices import fresh, totals
from symbackprop.terms import Delta, Entry, Less, LessEqual, NotEqual, Where

if TYPE_CHECKING:
    from symbackprop.claims.latex.elaborate import Elaborator


_COMPARISONS: dict[str, Callable[[Expr, Expr], Expr]] = {
    "=": Delta,
    "!=": NotEqual,
    "<": Less,
    "<=": LessEqual,
    ">": lambda a, b: Less(b, a),
    ">=": lambda a, b: LessEqual(b, a),
}


def group_value(el: "Elaborator", node: Group, local: Local) -> Value:
    if len(node.items) != 1:
        if node.kind == "angle" and len(node.items) == 2:
            a, b = el.algebra.aligned(*(el.value(i, local) for i in node.items))
            axes = tuple(fresh(i) for i in a.axes)
            return scalar(totals((a.expr * b.expr).xreplace(dict(zip(a.axes, axes, strict=True))), *axes))
        raise refusal("several things in brackets", node)
    (item,) = node.items
    if node.kind == "norm":
        return norm(el, Script(node.at, node), local)
    if node.kind == "|":
        return el.value(item, local).map(lambda e: applied("abs", e))
    if node.kind in ("floor", "interval", "angle"):
        raise refusal("these brackets", node)
    return el.value(item, local)


def condition_value(el: "Elaborator", node: Relation, local: Local) -> Value:
    """Iverson's bracket, entry by entry."""
    if len(node.signs) != 1 or node.signs[0] not in _COMPARISONS:
        raise refusal("this condition", node)
    values = []
    for item in node.items:
        if isinstance(item, Letter) and is_label(el, item.name):
            values.append(scalar(Entry(el.scope.symbols[(item.name, "", "")].name) + 1))
        else:
            values.append(el.value(item, local))
    a, b = values
    if a.rank and b.rank:
        a, b = el.algebra.aligned(a, b)
    one = a if a.rank else b
    return Value(one.axes, _COMPARISONS[node.signs[0]](a.expr, b.expr), one.row)


def cases_value(el: "Elaborator", node: Cases, local: Local) -> Value:
    if len(node.branches) != 2 or node.branches[0][1] is None:
        raise refusal("cases of other than two branches", node)
    (first, condition), (second, other) = node.branches
    assert condition is not None
    holds = el.value(condition, local)
    if other is not None:
        excluded = el.value(other, local)
        if holds.rank or excluded.rank or not _complementary(holds.expr, excluded.expr):
            raise refusal("cases whose conditions do not exclude one another", node)
    a, b = el.value(first, local), el.value(second, local)
    if holds.rank or a.rank or b.rank:
        raise refusal("cases of vectors: write them entry by entry", node)
    return scalar(Where(holds.expr, a.expr, b.expr))


def special_value(el: "Elaborator", node: Special, local: Local) -> Value:
    if node.name == "ones":
        return el.algebra.ones()
    if node.name == "dots":
        raise refusal("dots: the pattern is not plain here", node)
    raise refusal(f"{node.name} is not read here", node)


def _complementary(a: Expr, b: Expr) -> bool:
    if (isinstance(a, Delta) and isinstance(b, NotEqual)) or (isinstance(a, NotEqual) and isinstance(b, Delta)):
        return set(a.args) == set(b.args)
    if isinstance(a, Less | LessEqual) and isinstance(b, Less | LessEqual):
        return a.args == b.args[::-1]  # at the seam the two may both hold or both fail: a kink
    return False
