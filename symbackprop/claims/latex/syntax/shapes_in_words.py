"""Shapes that words give: "where $h$ is a ($N$, $H$) matrix", "$W$ is of shape H x C", "$y$ has shape $(N, C)$".

Such a phrase declares a symbol that nothing else declares. Its sizes are numbers or single letters that stand for
nothing else in the document; where two phrases say different things of one symbol, neither is read. So does a list of
dimensions, ``W : D \\times M``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Relation,
    Script,
    Superscript,
    walk,
)

_SIZE = r"([A-Za-z]|[1-9]\d{0,3})"
_PAIR = rf"\(?\s*{_SIZE}\s*(?:,|x|×|by|\\times)\s*{_SIZE}\s*\)?"
_IS = r"\s*,?\s*(?:is|are|be|being)\s+(?:an?|the)\s+"
_OF_SIZE = r"(?:shape|size|dimensions?|dimensionality)\s*(?:of\s|:|=)?\s*"
_IN_BRACKETS = (
    r"\s*\(\s*(?:of\s+|de\s+|di\s+|der\s+)?(?:size|shape|dimensions?|taille|forme|Größe|Form|Dimension|tamaño|dimensión"
    r"|forma|tamanho|dimensão|dimensione|размера?|размерности|размерность|形状|大小|크기)\s*(?:of\s|:|=)?\s*"
)
_PHRASES = tuple(
    re.compile(p)
    for p in (
        rf"{_IS}{_PAIR}[\s-]*(?:dimensional\s+)?(?:weight\s+|column\s+|row\s+|real\s+)?(?:matrix|vector|array)\b",
        rf"{_IS}(?:weight\s+|column\s+|row\s+|real\s+)?(?:matrix|vector|array)\s+(?:of|with)\s+(?:the\s+)?{_OF_SIZE}{_PAIR}",
        rf"\s*,?\s*(?:which\s+)?(?:has|have|is\s+of|with)\s+(?:the\s+|a\s+)?{_OF_SIZE}{_PAIR}",
        rf"{_IN_BRACKETS}{_PAIR}\s*\)",
        rf"{_IN_BRACKETS}{_SIZE}\s*\)",
        rf"{_IS}{_SIZE}\s*-\s*dimensional\s+(?:column\s+)?vector\b",
        rf"{_IS}(?:column\s+)?vector\s+of\s+(?:length|size|dimension)\s+{_SIZE}(?![\w^_\\({{])",
    )
)
_REACH = 160  # characters of one phrase


def with_shapes(found: Sequence[Statement]) -> list[Statement]:
    """The statements; a symbol of which words say the shape is its declaration."""
    found = _with_listed(found)
    said = {k: shape for k, s in enumerate(found) if s.inline and (shape := _said_of(found, k)) is not None}
    if not said:
        return list(found)
    declared, symbols = _declared(found), _symbols(found)
    of_name: dict[str, set[tuple[str, ...]]] = {}
    for k, shape in said.items():
        of_name.setdefault(repr(_name(found[k].node)), set()).add(shape)
    result = list(found)
    for k, shape in said.items():
        name = _name(found[k].node)
        is_one = len(of_name[repr(name)]) == 1 and name not in declared
        if is_one and not any(n in symbols for n in shape):
            result[k] = replace(found[k], node=_declaration(found[k], shape))
    return result


def _with_listed(found: Sequence[Statement]) -> Sequence[Statement]:
    """The statements; ``W : D \\times M`` and ``z, a : D \\times 1`` are declarations."""
    if not any(isinstance(s.node, Relation) and s.node.signs == (":",) for s in found):
        return found
    symbols = _symbols(found)
    return [replace(s, node=_listed(s.node, symbols)) for s in found]


def _listed(node: Node | None, symbols: set[str]) -> Node | None:
    """The declaration that a symbol with a colon and its sizes is; the formula itself where it is none."""
    if not isinstance(node, Relation) or node.signs != (":",):
        return node
    left, right = node.items
    if not isinstance(right, Product):
        return node
    parts = left.items if isinstance(left, Group) and left.kind == "list" else (left,)
    sizes = [n for _, n in right.factors]
    if not all(_name(n) for n in parts) or {op for op, _ in right.factors[1:]} != {"times"}:
        return node
    names = {n.name for n in sizes if isinstance(n, Letter)}
    if not all(isinstance(n, Letter | Number) for n in sizes) or names & symbols:
        return node
    space = Script(right.at, Letter(right.at, "mathbb R"), (), Superscript(power=right))
    return Relation(node.at, (left, space), ("in",), node.places)


def _said_of(found: Sequence[Statement], k: int) -> tuple[str, ...] | None:
    """The shape that the words after a symbol give it, as it is written."""
    if _name(found[k].node) is None:
        return None
    text = "".join(_following(found, k))
    match = next((m for p in _PHRASES if (m := p.match(text))), None)
    return None if match is None else match.groups()


def _following(found: Sequence[Statement], k: int) -> Iterator[str]:
    length = 0
    for s in found[k + 1 :]:
        if s.display == found[k].display:
            return  # one formula of several
        words = s.before + " ".join(t.text for t in s.tokens) if s.inline else s.before
        yield words
        length += len(words)
        if length > _REACH or not s.inline:
            return


def _name(node: Node | None) -> tuple[str, ...] | None:
    """W, or W_1, W_h and W^{(1)}: the symbol that a formula is; None for any other."""
    if isinstance(node, Letter):
        return (node.name,)
    if isinstance(node, Script) and isinstance(node.base, Letter) and not node.below and not node.primes:
        above = node.above or Superscript()
        plain = above == Superscript(label=above.label, bracket=above.bracket)
        return (node.base.name, f"^{above.label.value}") if plain and isinstance(above.label, Number) else None
    if isinstance(node, Script) and isinstance(node.base, Letter) and len(node.below) == 1:
        below = node.below[0]
        if node.above is None and not node.primes and isinstance(below, Letter | Number):
            return node.base.name, below.name if isinstance(below, Letter) else str(below.value)
    return None


def _declared(found: Sequence[Statement]) -> set[tuple[str, ...] | None]:
    """What formulas declare."""
    names: set[tuple[str, ...] | None] = set()
    for s in found:
        if isinstance(s.node, Relation) and "in" in s.node.signs:
            left = s.node.items[0]
            parts = left.items if isinstance(left, Group) else (left,)
            names |= {_name(x) for x in parts}
    return names


def _symbols(found: Sequence[Statement]) -> set[str]:
    """Letters that something is said of: they have scripts, stand on a left side or are differentiated, as no size."""
    names: set[str] = set()
    for s in found:
        if isinstance(s.node, Relation):
            if s.node.signs[0] != "in" or len(s.node.signs) > 1:
                names |= {x.name for x in (s.node.items[0],) if isinstance(x, Letter)}
            domain = s.node.signs[0] == "in"
            for n in walk(s.node.items[0] if domain else s.node):
                names |= {n.base.name} if isinstance(n, Script) and isinstance(n.base, Letter) else set()
                inside = n.argument if isinstance(n, Apply) else None
                names |= {inside.name} if isinstance(inside, Letter) else set()
    return names


def _declaration(s: Statement, shape: tuple[str, ...]) -> Relation:
    at = s.at
    sizes: list[Node] = [Number(at, Fraction(int(n))) if n.isdigit() else Letter(at, n) for n in shape]
    power = Product(at, (("", sizes[0]), *(("times", n) for n in sizes[1:]))) if len(sizes) > 1 else sizes[0]
    space = Script(at, Letter(at, "mathbb R"), (), Superscript(power=power))
    assert s.node is not None
    return Relation(at, (s.node, space), ("in",), (at,))
