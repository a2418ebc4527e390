"""``\\hat y = h_\\theta(x) = \\theta^\\top x``: two definitions in one chain, that of h first."""

from collections.abc import Sequence
from dataclasses import replace

from symbackprop.claims.latex.syntax.example_labels import label_of
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Product, Relation, Script, same

_EQUAL = {"=", ":="}


def with_chains_in_two(found: Sequence[Statement]) -> list[Statement]:
    """The statements, such chains as what h is, and that y is that; those of an h that an equation defines stay."""
    heads = (s.node.items[0] for s in found if isinstance(s.node, Relation) and s.node.signs[0] in _EQUAL)
    defined = [f for head in heads if (f := _function(head)) is not None]
    return [part for s in found for part in _in_two(s, defined)]


def _in_two(s: Statement, defined: Sequence[Script]) -> list[Statement]:
    node = s.node
    if not isinstance(node, Relation) or len(node.items) < 3 or not set(node.signs) <= _EQUAL:
        return [s]
    name, value = node.items[:2]
    f = _function(value)
    if not isinstance(name, Letter) or f is None or any(same(f, g) for g in defined):
        return [s]
    rest = Relation(value.at, node.items[1:], node.signs[1:], node.places[1:])
    return [replace(s, node=rest), replace(s, node=Relation(node.at, (name, value), node.signs[:1], node.places[:1]))]


def _function(node: Node) -> Script | None:
    """h_θ of ``h_\\theta(x)``."""
    if not isinstance(node, Product) or len(node.factors) != 2 or node.factors[1][0]:
        return None
    f, group = (x for _, x in node.factors)
    return f if isinstance(f, Script) and argument_of(group) is not None else None


def argument_of(group: Node) -> str | None:
    """x of ``(x)``, ``(x^{(i)})`` and ``(x_i)``."""
    if not isinstance(group, Group) or group.kind != "(" or len(group.items) != 1:
        return None
    x = group.items[0]
    base = x.base if isinstance(x, Script) else x
    return base.name if isinstance(base, Letter) and label_of(x, base.name) is not None else None
