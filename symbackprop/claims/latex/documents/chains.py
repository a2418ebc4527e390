"""The links of a chain that say something of values: what it is a member of and how an operator writes it left out."""

from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Product, Relation, Script, same

_NAMED_OPERATORS = ("ast", "*", "star", "circledast")


def links_of(node: Relation) -> tuple[list[Node], list[str], list[int]]:
    """Items, signs and places of ``A = B \\in R^q`` and of ``(X \\ast K)_{ij} = Y_{ij} = ...`` as A = B and Y = ..."""
    items, signs, places = list(node.items), list(node.signs), list(node.places)
    if "in" in signs:
        k = signs.index("in")
        items, signs, places = items[: k + 1], signs[:k], places[:k]
    if signs[:2] == ["=", "="] and _is_named_by_operator(items[0], items[1]):
        del items[0], signs[0], places[0]
    return items, signs, places


def _is_named_by_operator(head: Node, symbol: Node) -> bool:
    """Whether an entry of ``X \\ast K`` is how operators write the entry of the symbol, for which a formula follows."""
    if not isinstance(head, Script) or not isinstance(symbol, Script) or head.above is not None:
        return False
    inside = head.base.items if isinstance(head.base, Group) and head.base.kind in ("(", "[") else ()
    if len(inside) != 1 or not isinstance(inside[0], Product) or len(inside[0].factors) != 2:
        return False
    written = inside[0].factors[1][0] in _NAMED_OPERATORS and isinstance(symbol.base, Letter)
    mine = flattened(head.below)
    return written and bool(mine) and same(mine, flattened(symbol.below))
