r"""``\frac{\partial L}{\partial O} \frac{\partial (A V)}{\partial A}``: what a symbol is stands for it in a chain.

Where ``O = A V`` is the only definition of O, and the chain is a product of derivatives, its factors meet in O by name.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Derivative,
    Group,
    Letter,
    Node,
    Product,
    Relation,
    Script,
    mapped,
    same,
    walk,
)


def with_named_numerators(found: Sequence[Statement]) -> list[Statement]:
    """The statements, numerators of such chains under the names that they have."""
    named = _defined_once(found)
    if not named:
        return list(found)
    return [s if s.node is None else replace(s, node=_named(s.node, named)) for s in found]


def _defined_once(found: Sequence[Statement]) -> list[tuple[Node, Node]]:
    """Symbols with a product or a function that defines them, where nothing else does."""
    pairs: list[tuple[Node, Node]] = []
    lefts: list[Node] = []
    for s in found:
        for node in s.node.items if isinstance(s.node, Group) and s.node.kind == "list" else (s.node,):
            if isinstance(node, Relation) and node.signs[0] in ("=", ":="):
                lefts.append(node.items[0])
                if isinstance(node.items[0], Letter | Script) and isinstance(node.items[1], Product | Apply):
                    pairs.append((node.items[0], node.items[1]))
    return [
        (left, right) for left, right in pairs
        if sum(same(left, x) for x in lefts) == 1 and not any(isinstance(n, Derivative) for n in walk(right))
    ]  # fmt: skip


def _named(tree: Any, named: list[tuple[Node, Node]]) -> Any:
    if isinstance(tree, Product) and sum(isinstance(f, Derivative) for _, f in tree.factors) > 1:
        factors = tuple((op, _numerator(f, named)) for op, f in tree.factors)
        tree = replace(tree, factors=factors)
    return mapped(tree, lambda n: _named(n, named))


def _numerator(node: Node, named: list[tuple[Node, Node]]) -> Node:
    if not isinstance(node, Derivative) or node.of is None:
        return node
    of = node.of.items[0] if isinstance(node.of, Group) and len(node.of.items) == 1 else node.of
    left = next((left for left, right in named if same(right, of)), None)
    return node if left is None else replace(node, of=left)
