"""``h_1 = a[z_1]``: a letter that stands nowhere but before square brackets is a function, as some textbooks write it.

Brackets around one symbol, somewhere in the document, show that no product is meant.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Apply, Group, Letter, Node, Product, Script, mapped, walk


def with_bracket_functions(found: Sequence[Statement]) -> list[Statement]:
    """The statements, such letters applied.

    >>> from symbackprop.claims.latex.syntax.statements import statements
    >>> from symbackprop.claims.latex.text.displays import displays
    >>> read = with_bracket_functions(statements(displays("$$h = a[z]$$ $$g = b[z]$$ $$b = 2$$"), {}))
    >>> [type(s.node.items[1]).__name__ for s in read[:2]]
    ['Apply', 'Product']
    """
    nodes = [s.node for s in found if s.node is not None]
    pairs = [pair for n in nodes for pair in _pairs(n)]
    heads = {id(head) for head, _ in pairs}
    alone = {n.name for x in nodes for n in walk(x) if isinstance(n, Letter) and id(n) not in heads}
    names = {head.name for head, inside in pairs if isinstance(inside, Letter | Script)} - alone
    if not names:
        return list(found)

    def change(node: Any) -> Any:
        if not isinstance(node, Product):
            return mapped(node, change)
        factors: list[tuple[str, Node]] = []
        for op, x in node.factors:
            head = factors[-1][1] if factors else None
            if isinstance(head, Letter) and head.name in names and (inside := _inside(op, x)) is not None:
                factors[-1] = (factors[-1][0], Apply(head.at, f"unknown:{head.name}", change(inside)))
            else:
                factors.append((op, change(x)))
        return factors[0][1] if len(factors) == 1 else replace(node, factors=tuple(factors))

    return [s if s.node is None else replace(s, node=change(s.node)) for s in found]


def _pairs(node: Node) -> Iterator[tuple[Letter, Node]]:
    for n in walk(node):
        for (_, head), (op, x) in pairwise(n.factors) if isinstance(n, Product) else ():
            inside = _inside(op, x)
            if isinstance(head, Letter) and len(head.name) == 1 and inside is not None:
                yield head, inside


def _inside(op: str, node: Node) -> Node | None:
    """What stands alone in square brackets that follow without a sign."""
    square = op == "" and isinstance(node, Group) and node.kind == "[" and len(node.items) == 1
    return node.items[0] if square and isinstance(node, Group) else None
