"""Slices as programs write them, ``x[0:H]`` and ``x_t[H{:}2H]``, behind a symbol.

A colon between brackets that stand directly behind a symbol makes a slice; what stands beside it are the two places.
"""

from typing import TYPE_CHECKING

from symbackprop.claims.latex.syntax.tree import Letter, Node, Script, Slice
from symbackprop.claims.latex.text.pieces import depths

if TYPE_CHECKING:
    from symbackprop.claims.latex.syntax.parser import Parser

_COLONS = (":", "\\colon")


def sliced(p: "Parser", node: Node) -> Node:
    """The symbol with the slice that stands behind it, or alone.

    >>> from symbackprop.claims.latex.syntax.parser import Parser
    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> [sliced(Parser(tokens(t), len(t)), Letter(0, "x")).end for t in ("[0{:}H]", "[1:]")]
    [Letter(at=5, name='H'), None]
    """
    if p.peek() != "[" or not isinstance(node, Letter | Script):
        return node
    rest = p.tokens[p.k :]
    end = next((k for k, depth in enumerate(depths(rest, True)) if k and depth == 0), 0)
    inside = [t for t in rest[1:end] if t.text not in ("{", "}")]
    colons = [k for k, t in enumerate(inside) if t.text in _COLONS]
    if rest[end].text != "]" or len(colons) != 1 or any(t.text in ("(", ",", "[") for t in inside):
        return node
    p.k += end + 1
    parts = (inside[: colons[0]], inside[colons[0] + 1 :])
    first, last = (p.sub(part).formula() if part else None for part in parts)
    return Slice(node.at, node, first, last)
