"""``[1 - y s]_+`` and ``(x)_+``: the positive part, ``\\max(0, x)``.

A letter alone with a plus below, ``x_+``, is not read: it may be a name.
"""

from fractions import Fraction
from typing import TYPE_CHECKING

from symbackprop.claims.latex.syntax.tree import Apply, Group, Node, Number, Relation, Script, Superscript

if TYPE_CHECKING:
    from symbackprop.claims.latex.syntax.parser import Parser


def plus_length(p: "Parser", node: Node) -> int:
    """How many tokens ``_+`` or ``_{+}`` takes that stands after brackets; 0 for none."""
    bracketed = isinstance(node, Group) and len(node.items) == 1 and not isinstance(node.items[0], Relation)
    if not bracketed or p.peek() != "_":
        return 0
    if p.peek(1) == "+":
        return 2
    return 4 if (p.peek(1), p.peek(2), p.peek(3)) == ("{", "+", "}") else 0


def positive_part(node: Group, above: Superscript | None) -> Apply:
    """The positive part of what stands in brackets, and its power where something stands above."""
    parts = Group(node.at, "(", (Number(node.at, Fraction(0)), node.items[0]))
    return Apply(node.at, "max", parts if above is None else Script(node.at, parts, (), above))
