"""What stands above a value: a power, a transposition, an inverse."""

from typing import TYPE_CHECKING

from sympy import Integer, Pow

from symbackprop.claims.latex.meaning.powers import power
from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.meaning.values import Mismatch, Value
from symbackprop.claims.latex.syntax.parser import located
from symbackprop.claims.latex.syntax.scripts import refusal
from symbackprop.claims.latex.syntax.tree import (
    Node,
    Number,
    Root,
    Superscript,
)
from symbackprop.indices import fresh
from symbackprop.matrix_terms import Inverse

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator

_HIGHEST = 6


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
            return _product_power(el, v, above.power, node)
        exponent = el.number(above.power, local)
        v = v.map(lambda e: power(e, exponent, node))
    return v


def _product_power(el: "Elaborator", v: Value, exponent: Node, node: Node) -> Value:
    """A A for A² where it stands in a product of matrices or in a trace; elsewhere it could be meant entry by entry."""
    times = exponent.value if isinstance(exponent, Number) else None
    if node not in el.factors or times is None or times.denominator != 1 or not 2 <= times <= _HIGHEST:
        raise refusal("a power of a square matrix: elementwise or a product?", node)
    el.used_power = True
    if el.options.entrywise_powers:
        return v.map(lambda e: power(e, Integer(int(times)), node))
    result = v
    for _ in range(int(times) - 1):
        axes = tuple(fresh(i) for i in v.axes)
        again = Value(axes, v.expr.xreplace(dict(zip(v.axes, axes, strict=True))))
        result = el.algebra.product(result, again)
    return result


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
    return el.value(node.inside, local).map(lambda e: power(e, 1 / degree, node))
