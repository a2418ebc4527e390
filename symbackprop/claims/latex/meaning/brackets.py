"""Brackets and conditions."""

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from sympy import Expr

from symbackprop.claims.latex.meaning.blocks import stack_value
from symbackprop.claims.latex.meaning.functions_of import applied
from symbackprop.claims.latex.meaning.labels import is_label, number_of
from symbackprop.claims.latex.meaning.norms import norm
from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.meaning.values import Value, scalar
from symbackprop.claims.latex.syntax.scripts import refusal
from symbackprop.claims.latex.syntax.tree import (
    Group,
    Letter,
    Node,
    Relation,
    Script,
    Special,
    is_stack,
)
from symbackprop.indices import fresh, totals
from symbackprop.terms import Delta, Entry, Less, LessEqual, NotEqual

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


_COMPARISONS: dict[str, Callable[[Expr, Expr], Expr]] = {
    "=": Delta,
    "!=": NotEqual,
    "<": Less,
    "<=": LessEqual,
    ">": lambda a, b: Less(b, a),
    ">=": lambda a, b: LessEqual(b, a),
}


_FACES = {"|": "abs", "floor": "floor"}


def group_value(el: "Elaborator", node: Group, local: Local) -> Value:
    if len(node.items) != 1:
        if node.kind == "angle" and len(node.items) == 2:
            a, b = el.algebra.aligned(*(el.value(i, local) for i in node.items))
            axes = tuple(fresh(i) for i in a.axes)
            return scalar(totals((a.expr * b.expr).xreplace(dict(zip(a.axes, axes, strict=True))), *axes))
        if is_stack(node):
            return stack_value(el, node, local)
        raise refusal("several things in brackets", node)
    (item,) = node.items
    if node.kind == "norm":
        return norm(el, Script(node.at, node), local)
    if node.kind == "|" and isinstance(item, Letter) and item.name in el.scope.sets.values():
        return scalar(number_of(item.name))
    if node.kind in _FACES:
        return el.value(item, local).map(lambda e: applied(_FACES[node.kind], e))
    if node.kind in ("interval", "angle"):
        raise refusal("these brackets", node)
    return el.value(item, local)


def condition_value(el: "Elaborator", node: Relation, local: Local) -> Value:
    """Iverson's bracket, entry by entry."""
    if any(sign not in _COMPARISONS for sign in node.signs):
        raise refusal("this condition", node)
    values = [_compared(el, item, local) for item in node.items]
    links = [_link(el, sign, a, b) for sign, (a, b) in zip(node.signs, pairwise(values), strict=True)]
    result = links[0]
    for link in links[1:]:  # -1 < x < 1
        result = el.algebra.hadamard(result, link)
    return result


def _compared(el: "Elaborator", item: Node, local: Local) -> Value:
    if isinstance(item, Letter) and item.name not in local.indices and is_label(el, item.name):
        return scalar(Entry(el.scope.symbols[(item.name, "", "")].name) + 1)
    return el.value(item, local)


def _link(el: "Elaborator", sign: str, a: Value, b: Value) -> Value:
    if a.rank and b.rank:
        a, b = el.algebra.aligned(a, b)
    one = a if a.rank else b
    return Value(one.axes, _COMPARISONS[sign](a.expr, b.expr), one.row)


def special_value(el: "Elaborator", node: Special, local: Local) -> Value:
    if node.name == "ones":
        return el.algebra.ones()
    if node.name == "dots":
        raise refusal("dots: the pattern is not plain here", node)
    raise refusal(f"{node.name} is not read here", node)
