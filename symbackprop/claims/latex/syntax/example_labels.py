"""The label of an example at a letter: ``x^{(i)}`` and ``x_i``; trees with such labels put on and taken off."""

from typing import Any

from symbackprop.claims.latex.syntax.tree import Letter, Node, Number, Script, Superscript, mapped, same

Label = tuple[str, Node | None]  # "" for none, "(" for one above, "_" for one below


def label_of(node: Node, base: str) -> Label | None:
    """The label of a letter: ``x``, ``x^{(i)}`` or ``x_i``; None for anything else."""
    if isinstance(node, Letter):
        return ("", None) if node.name == base else None
    if not isinstance(node, Script) or not isinstance(node.base, Letter) or node.base.name != base or node.primes:
        return None
    above = node.above
    if above is None:
        single = len(node.below) == 1 and isinstance(node.below[0], Letter)
        return ("_", node.below[0]) if single else None
    if (
        node.below
        or above != Superscript(label=above.label, bracket="(")
        or not isinstance(above.label, Letter | Number)
    ):
        return None
    return "(", above.label


def labelled(at: int, name: str, label: Label) -> Node:
    """A letter with a label."""
    letter, (kind, node) = Letter(at, name), label
    if node is None:
        return letter
    return Script(at, letter, (node,)) if kind == "_" else Script(at, letter, (), Superscript(label=node, bracket="("))


def without_label(node: Any, letter: Letter) -> Any:
    """A tree in which no letter has that label above."""
    if isinstance(node, Script) and isinstance(node.base, Letter):
        label = label_of(node, node.base.name)
        if label is not None and label[0] == "(" and same(label[1], letter):
            return node.base
    return mapped(node, lambda x: without_label(x, letter))
