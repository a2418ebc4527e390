"""``\\nabla J(w, b)``: the derivatives by each of several arguments, one below the other."""

from typing import TYPE_CHECKING

from symbackprop.claims.latex.meaning.derivative_symbols import derivative_value
from symbackprop.claims.latex.meaning.explicit import matrix_value
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.meaning.values import Value
from symbackprop.claims.latex.syntax.tree import Derivative, Group, Matrix, Node, Product

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def gradient_value(el: "Elaborator", node: Derivative, local: Local) -> Value:
    """The value of a derivative symbol, or of the gradient by several arguments."""
    column = _stacked(el, node, local)
    return derivative_value(el, node, local) if column is None else column


def _stacked(el: "Elaborator", node: Derivative, local: Local) -> Value | None:
    """The column of the derivatives by the arguments; None where they are not several, or are no symbols.

    The arguments are those that stand there, or else those with which the function was defined.
    """
    if node.kind != "nabla" or node.by or node.order != 1 or node.of is None:
        return None
    of, arguments = node.of, tuple[Node, ...]()
    if isinstance(of, Product) and len(of.factors) == 2 and isinstance(group := of.factors[1][1], Group):
        of, arguments = of.factors[0][1], group.items
    found = find(el, of, local)
    if found is None or not isinstance(found.what, Symbol) or found.what.shape:
        return None
    arguments = arguments or el.scope.arguments.get(found.what.name, ())
    if len(arguments) < 2 or any(find(el, a, local) is None for a in arguments):
        return None
    rows: tuple[tuple[Node, ...], ...] = tuple((Derivative(node.at, "partial", of, (a,)),) for a in arguments)
    return matrix_value(el, Matrix(node.at, rows), local)
