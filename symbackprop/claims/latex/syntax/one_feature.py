"""``h_\\theta(x) = \\theta_0 + \\theta_1 x``: x is one number there, and so it is in all that is said of that function.

Documents go on from it to ``x_j^{(i)}`` and ``\\theta^\\top x`` of many features, or show the matrix of all examples
with dots in it. That is another model: it is not read, and the one that is defined keeps its meaning.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from symbackprop.claims.latex.syntax.example_labels import label_of
from symbackprop.claims.latex.syntax.patterns import is_dots
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Letter, Matrix, Node, Number, Product, Relation, Script, Sum, walk
from symbackprop.errors import ReadError, located


def with_one_feature(
    found: Sequence[Statement], value: str, argument: str, parameters: Collection[str]
) -> list[Statement]:
    """The statements, those of many features unread where the first definition of the value is of one."""
    first = next((s.node for s in found if _defines(s.node, value)), None)
    if first is None or not any(_is_line(n, argument, parameters) for n in walk(first)):
        return list(found)
    if any(_is_of_many(n, argument, parameters) for n in walk(first)):
        return list(found)
    result = list[Statement]()
    for s in found:
        many = s.node is not None and any(_is_of_many(n, argument, parameters) for n in walk(s.node))
        if not many:
            result.append(s)
        elif isinstance(s.node, Relation):
            error = ReadError(f"{argument} is one number where {value} is defined, and not here")
            result.append(replace(s, node=None, error=located(error, s.at)))
    return result


def _defines(node: Node | None, value: str) -> bool:
    if not isinstance(node, Relation) or node.signs[0] not in ("=", ":="):
        return False
    return label_of(node.items[0], value) is not None


def _is_line(node: Node, argument: str, parameters: Collection[str]) -> bool:
    """``\\theta_0 + \\theta_1 x``, each with the sign that it has."""
    if not isinstance(node, Sum) or len(node.terms) != 2:
        return False
    bias, slope = (term for _, term in node.terms)
    if not isinstance(slope, Product):
        bias, slope = slope, bias
    if not isinstance(slope, Product) or len(slope.factors) != 2 or slope.factors[1][0] not in ("", "cdot"):
        return False
    numbered = [x for x in (bias, *(f for _, f in slope.factors)) if _is_numbered(x, parameters)]
    return len(numbered) == 2 and any(label_of(f, argument) is not None for _, f in slope.factors)


def _is_numbered(node: Node, parameters: Collection[str]) -> bool:
    """``\\theta_0``."""
    if not isinstance(node, Script) or not isinstance(node.base, Letter) or node.above is not None:
        return False
    return node.base.name in parameters and len(node.below) == 1 and isinstance(node.below[0], Number)


def _is_of_many(node: Node, argument: str, parameters: Collection[str]) -> bool:
    """An entry of the argument, a counted parameter, ``\\theta^\\top x``, or a matrix with dots that holds examples."""
    if isinstance(node, Matrix):
        inside = list(walk(node))
        return any(is_dots(n) for n in inside) and any(isinstance(n, Letter) and n.name == argument for n in inside)
    if isinstance(node, Product):
        return any(
            _is_row(a, parameters) and label_of(b, argument) is not None for (_, a), (_, b) in pairwise(node.factors)
        )
    if not isinstance(node, Script) or not isinstance(node.base, Letter) or not node.below:
        return False
    counted = isinstance(node.below[0], Letter) and node.base.name in parameters
    return counted or node.base.name == argument


def _is_row(node: Node, parameters: Collection[str]) -> bool:
    if not isinstance(node, Script) or not isinstance(node.base, Letter) or node.base.name not in parameters:
        return False
    return node.above is not None and node.above.transposed
