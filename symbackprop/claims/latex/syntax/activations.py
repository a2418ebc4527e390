"""The activation of a layer, ``g^{[l]}(z^{[l]})`` and ``\\sigma^l(z^l)``: a function with the number of its layer.

A letter of functions that only ever stands before brackets is no layer of its own, and what stands above it is a label,
in brackets or not. Where it stands without one too, as in ``\\delta^l = \\dots \\odot g'(z^l)``, one function is meant
for all layers, and the labels say no more than those of its argument.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Group,
    Letter,
    Node,
    Product,
    Relation,
    Script,
    Sum,
    Superscript,
    mapped,
    walk,
)

FUNCTIONS = frozenset(("f", "g", "h", "phi", "varphi", "psi", "sigma", "varsigma"))
_COUNTS_LAYERS = frozenset(("l", "L", "ell"))


def with_activations(found: Sequence[Statement]) -> tuple[list[Statement], set[str]]:
    """The statements with the labels of activations in brackets, or without them; the letters of those that keep one.

    >>> from symbackprop.claims.latex.syntax.statements import statements
    >>> from symbackprop.claims.latex.syntax.writing import latex_of
    >>> from symbackprop.claims.latex.text.displays import displays
    >>> found = statements(displays("$$a^l = g^l(z^l)$$ $$b^l = f^l(z^l) + f'(z^l)$$"), {})
    >>> [latex_of(s.node) for s in with_activations(found)[0]], with_activations(found)[1]
    (['a^{l} = g^{[l]} (z^{l})', "b^{l} = f (z^{l}) + f' (z^{l})"], {'g'})
    """
    nodes = [s.node for s in found if s.node is not None]
    heads = [h for n in nodes for h in _heads(n)]
    bases = {id(_base(h)) for h in heads}
    formulas = [x for x in nodes if not isinstance(x, Letter | Script)]  # and no letter that a sentence names
    alone = {n.name for x in formulas for n in walk(x) if isinstance(n, Letter) and id(n) not in bases}
    above = {n for h in heads if _layer(h) is not None and (n := _name(h)) is not None} - alone
    bare = {n for h in heads if _layer(h) is None and (n := _name(h)) is not None}
    given = {n for x in nodes for h in _defined(x) if (n := _name(h)) is not None}
    labelled, same_for_all = above - bare, (above & bare) - given
    if not labelled and not same_for_all:
        return list(found), set()

    def change(node: Any) -> Any:
        if isinstance(node, Script) and (layer := _layer(node)) is not None and isinstance(node.base, Letter):
            primes = node.primes + (node.above.primes if node.above is not None else 0)
            if node.base.name in same_for_all:
                return Script(node.at, node.base, node.below, None, primes) if primes or node.below else node.base
            if node.base.name in labelled:
                return replace(node, above=Superscript(label=layer, bracket=_bracket(node)), primes=primes)
        return mapped(node, change)

    return [s if s.node is None else replace(s, node=change(s.node)) for s in found], labelled


def _heads(node: Node) -> Iterator[Node]:
    """What stands directly before brackets with one thing in them."""
    for n in walk(node):
        if isinstance(n, Product):
            for (_, a), (op, b) in pairwise(n.factors):
                inside = b.base if isinstance(b, Script) and not b.below else b
                if op == "" and isinstance(inside, Group) and inside.kind in ("(", "[") and len(inside.items) == 1:
                    yield a


def _defined(node: Node) -> Iterator[Node]:
    """f of ``f(x) = ...``, and not of ``f'(x) = ...``."""
    if isinstance(node, Relation) and isinstance(node.items[0], Product):
        yield from (h for h in _heads(node.items[0]) if not isinstance(h, Script) or not h.primes)


def _base(node: Node) -> Node:
    return node.base if isinstance(node, Script) else node


def _name(node: Node) -> str | None:
    base = _base(node)
    return base.name if isinstance(base, Letter) and base.name in FUNCTIONS else None


def _layer(node: Node) -> Node | None:
    """The number of the layer above a letter."""
    above = node.above if isinstance(node, Script) else None
    if above is None or above.transposed or above.inverse or above.layer is not None:
        return None
    if above.label is not None:
        return above.label
    first = above.power.terms[0][1] if isinstance(above.power, Sum) and len(above.power.terms) == 2 else above.power
    return above.power if isinstance(first, Letter) and first.name in _COUNTS_LAYERS else None


def _bracket(node: Script) -> str:
    """The author's own, or those that layers carry."""
    return (node.above.bracket if node.above is not None else "") or "["
