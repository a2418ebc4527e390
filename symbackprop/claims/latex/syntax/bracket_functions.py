"""``h_1 = a[z_1]``: a letter that stands nowhere but before square brackets is a function, as some textbooks write it.

Brackets around one symbol, somewhere in the document, show that no product is meant. So is a letter that stands nowhere
but before round ones, ``h = a(z)``, where a slope shows it: ``a'(z)``, ``\\frac{\\partial a(z)}{\\partial z}``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
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
    walk,
)


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
    heads = {id(_letter(head)) for head, _ in pairs}
    alone = {n.name for x in nodes for n in walk(x) if isinstance(n, Letter) and id(n) not in heads}
    sloped = {_letter(head).name for head, _ in pairs if isinstance(head, Script)} | _differentiated(nodes)
    sloped -= _stated(nodes)
    shown = ((head, g) for head, g in pairs if isinstance(g.items[0], Letter | Script))
    names = {_letter(head).name for head, g in shown if g.kind == "[" or _letter(head).name in sloped} - alone
    if not names:
        return list(found)

    def change(node: Any) -> Any:
        if not isinstance(node, Product):
            return mapped(node, change)
        factors: list[tuple[str, Node]] = []
        for op, x in node.factors:
            head = factors[-1][1] if factors else None
            inside = _inside(op, x) if isinstance(head, Letter) and head.name in names else None
            if isinstance(head, Letter) and inside is not None:
                factors[-1] = (factors[-1][0], Apply(head.at, f"unknown:{head.name}", change(inside.items[0])))
            else:
                factors.append((op, change(x)))
        return factors[0][1] if len(factors) == 1 else replace(node, factors=tuple(factors))

    return [s if s.node is None else replace(s, node=change(s.node)) for s in found]


def _pairs(node: Node) -> Iterator[tuple[Letter | Script, Group]]:
    """Letters, plain or with a prime, each with the brackets that follow it without a sign."""
    for n in walk(node):
        for (_, head), (op, x) in pairwise(n.factors) if isinstance(n, Product) else ():
            inside = _inside(op, x)
            if inside is not None and isinstance(head, Letter | Script) and len(_letter(head).name) == 1:
                yield head, inside


def _letter(head: Node) -> Letter:
    """a of ``a`` and of ``a'``; a letter without a name for all else."""
    primed = isinstance(head, Script) and head.primes > 0 and not head.below and head.above is None
    base = head.base if primed and isinstance(head, Script) else head
    return base if isinstance(base, Letter) else Letter(head.at, "")


def _differentiated(nodes: Sequence[Node]) -> set[str]:
    """a of ``\\frac{\\partial a(z)}{\\partial z}``."""
    tops = (n.of for x in nodes for n in walk(x) if isinstance(n, Derivative) and isinstance(n.of, Product))
    return {
        _letter(of.factors[0][1]).name for of in tops if len(of.factors) == 2 and _inside(*of.factors[1]) is not None
    }


def _stated(nodes: Sequence[Node]) -> set[str]:
    """a of ``a(z) = \\max(0, z)`` and of ``h = a(z) = \\max(0, z)``: what follows says which function it is."""
    items = (x for n in nodes if isinstance(n, Relation) for x in n.items[:-1])
    heads = (x.factors[0][1] for x in items if isinstance(x, Product) and len(x.factors) == 2)
    return {head.name for head in heads if isinstance(head, Letter)}


def _inside(op: str, node: Node) -> Group | None:
    """The brackets, with one thing in them, that follow without a sign."""
    brackets = op == "" and isinstance(node, Group) and node.kind in ("[", "(") and len(node.items) == 1
    return node if brackets and isinstance(node, Group) else None
