"""What stands above a value: a power, a transposition, an inverse."""

from typing import TYPE_CHECKING

from sympy import Integer, Pow

from symbackprop.claims.latex.parser import located
from symbackprop.claims.latex.scope import Local
from symbackprop.claims.latex.scripts import refusal
from symbackprop.claims.latex.tree import (
    Node,
    Root,
    Superscript,
)
from symbackprop.claims.latex.values import Mismatch, Value
from symbackprop.indices import fresh
from symbackprop.matrix_terms import Inverse

if TYPE_CHECKING:
    from symbackprop.claims.latex.elaborate import Elaborator


def raised(el: "Elaborator", v: Value, above: Superscript | None, node: Node, local: Local) -> Value:
    if above is None:
        return v
    if above.label is not None:
        raise refusal("a label on something that has none elsewhere", node)
    if above.inverse:
        v = inverse(el, v, node)
    if above.transposed:
        v = el.algebra.transposed(v)
    if above.power is not None:
        if v.rank == 2 and el.algebra.size(v.axes[0].size) == el.algebra.size(v.axes[1].size):
            raise refusal("a power of a square matrix: elementwise or a product?", node)
        exponent = el.number(above.power, local)
        v = v.map(lambda e: Pow(e, exponent))
    return v


def inverse(el: "Elaborator", v: Value, node: Node) -> Value:
    if v.rank < 2:
        return v.map(lambda e: Pow(e, -1))
    if v.rank != 2 or not el.algebra.same(v.axes[0].size, v.axes[1].size):
        raise located(Mismatch(f"the inverse of {el.algebra.shown(v)}"), node.at)
    v = el.algebra.settled(v)
    i, j = (fresh(a) for a in v.axes)
    return Value((i, j), Inverse(v.expr, v.axes[0], v.axes[1], i, j))


def root_value(el: "Elaborator", node: Root, local: Local) -> Value:
    """A root, entry by entry."""
    degree = Integer(2) if node.degree is None else el.number(node.degree, local)
    return el.value(node.inside, local).map(lambda e: Pow(e, 1 / degree))
