"""Norms: of vectors, and Frobenius' of matrices."""

from typing import TYPE_CHECKING

from sympy import Pow, Rational

from symbackprop.claims.latex.meaning.functions_of import applied
from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.meaning.superscripts import raised
from symbackprop.claims.latex.meaning.values import Value, scalar
from symbackprop.claims.latex.syntax.scripts import refusal, text_of
from symbackprop.claims.latex.syntax.tree import (
    Group,
    Script,
    Special,
)
from symbackprop.indices import MaxOver, fresh, totals

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def norm(el: "Elaborator", node: Script, local: Local) -> Value:
    assert isinstance(node.base, Group)
    v = el.value(node.base.items[0], local)
    kind = text_of(node.below[0]) if node.below else "2"
    if kind == "1":
        axes = tuple(fresh(i) for i in v.axes)
        body = applied("abs", v.expr.xreplace(dict(zip(v.axes, axes, strict=True))))
        return raised(el, scalar(totals(body, *axes)), node.above, node, local)
    if node.below and isinstance(node.below[0], Special) and node.below[0].name == "infinity" and v.rank == 1:
        (i,) = axes = tuple(fresh(i) for i in v.axes)
        body = applied("abs", v.expr.xreplace(dict(zip(v.axes, axes, strict=True))))
        return raised(el, scalar(MaxOver(body, i)), node.above, node, local)
    if kind not in ("2", "F") or (v.rank == 2 and kind == "2" and node.below):
        raise refusal(f"the norm {kind}", node)
    return raised(el, scalar(Pow(el.algebra.squares(v), Rational(1, 2))), node.above, node, local)
