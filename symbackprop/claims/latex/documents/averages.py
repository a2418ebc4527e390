"""Along what the softmax of a matrix goes, where words do not say so: ``\\mathrm{softmax}(S) V`` is an average.

Such a product averages the rows of V only if the weights in each row sum to 1; ``V \\mathrm{softmax}(S)`` averages the
columns of V if those in each column do.
"""

from collections.abc import Sequence
from itertools import pairwise

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Apply, Derivative, Group, Letter, Node, Product, Relation, walk

_NAMES = ("softmax", "text softmax", "Softmax")


def averages_of_rows(found: Sequence[Statement]) -> bool | None:
    """Whether every softmax that multiplies a matrix is on its left; None where none does, or on both sides."""
    stated = [s.node for s in found if isinstance(s.node, Relation) and not _is_derivative(s.node.items[0])]
    named = {n.items[0].name for n in stated if isinstance(n.items[0], Letter) and any(map(_is_softmax, n.items[1:]))}
    sides = {left for node in stated for n in walk(node) if isinstance(n, Product) for left in _sides(n, named)}
    return sides.pop() if len(sides) == 1 else None


def _sides(product: Product, named: set[str]) -> list[bool]:
    """For each matrix beside a softmax, whether that is on the left of it."""
    factors = [(op, f, _is_softmax(f) or (isinstance(f, Letter) and f.name in named)) for op, f in product.factors]
    result = []
    for (_, a, one), (op, b, other) in pairwise(factors):
        matrix = b if one else a
        if op in ("", "cdot") and one != other and isinstance(matrix, Letter) and matrix.name[-1:].isupper():
            result.append(one)
    return result


def _is_softmax(node: Node) -> bool:
    if isinstance(node, Product) and len(node.factors) == 2 and isinstance(node.factors[1][1], Group):
        head = node.factors[0][1]
        return isinstance(head, Letter) and head.name in _NAMES
    return isinstance(node, Apply) and node.name == "softmax"


def _is_derivative(left: Node) -> bool:
    """Whether a left side is a derivative, as a fraction or as ``dX``."""
    head = left.factors[0][1] if isinstance(left, Product) else left
    return isinstance(head, Derivative) or (head is not left and isinstance(head, Letter) and head.name == "d")
