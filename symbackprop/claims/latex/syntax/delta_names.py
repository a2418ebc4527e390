"""``\\delta h_t``, as people name the derivative of the loss by ``h_t`` in words or by a formula.

Without such words δ before a symbol is a small change of it, or a factor. So it is read as a derivative only where the
document says so of one of them, and writes δ in no other way: never alone, never with scripts of its own, never before
the loss.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from symbackprop.claims.latex.syntax.tree import (
    Derivative,
    Letter,
    Node,
    Product,
    Relation,
    Script,
    Superscript,
    mapped,
    same,
    walk,
)

if TYPE_CHECKING:
    from symbackprop.claims.latex.syntax.statements import Statement

_SLOPE = r"(?:gradients?|derivatives?|sensitivity|gradientes?|derivadas?|Gradient|Ableitung|dérivée|梯度|导数)"
_SAID_AFTER = re.compile(rf"^[^.!?]*?\b(?:be|denotes?|is|are|for|sea|seja|es|é|sei|ist)\b[^.!?]*?{_SLOPE}", re.I)
_SAID_BEFORE = re.compile(rf"{_SLOPE}[^.!?,;]*$", re.I)
_AT = re.compile(rf"{_SLOPE}\s+(?:at|of|by|with respect to|w\.r\.t\.?|em|en|a|nach|an)\s*$", re.I)
_LETTER = "delta"


def with_delta_names(found: Sequence["Statement"]) -> list[Node | None]:
    """The trees of a document, δ before a symbol as the derivative that it names, where the document says so."""
    nodes = [s.node for s in found]
    pairs = [p for node in nodes if node is not None for p in _pairs(node)]
    if not pairs or not _is_said(found) or _is_otherwise(nodes, pairs):
        return nodes
    meant = _meant(found)
    return [None if node is None else _rewritten(node, meant) for node in nodes]


def _pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    """Each δ with the symbol right behind it."""
    for n in walk(node):
        if isinstance(n, Product):
            for (_, a), (op, b) in pairwise(n.factors):
                if op == "" and _is_delta(a) and _base(b) is not None:
                    yield a, b


def _is_delta(node: Node) -> bool:
    return isinstance(node, Letter) and node.name == _LETTER


def _base(node: Node) -> str | None:
    """The letter of a symbol."""
    base = node.base if isinstance(node, Script) and not node.primes else node
    return base.name if isinstance(base, Letter) and base.name != _LETTER else None


def _is_otherwise(nodes: Sequence[Node | None], pairs: Sequence[tuple[Node, Node]]) -> bool:
    """Whether δ stands in another way too, or before what is differentiated and nothing is differentiated by."""
    heads = {id(a) for a, _ in pairs}
    every = [n for node in nodes if node is not None for n in walk(node)]
    if any(_is_delta(n) and id(n) not in heads for n in every):
        return True
    taken = [n for n in every if isinstance(n, Derivative)]
    costs = {_base(n.of) for n in taken if n.of is not None} - {_base(x) for n in taken for x in n.by}
    return bool(costs & {_base(b) for _, b in pairs})


def _is_said(found: Sequence["Statement"]) -> bool:
    for k, s in enumerate(found):
        if isinstance(s.node, Product) and s.inline and len(s.node.factors) == 2 and any(_pairs(s.node)):
            after = found[k + 1].before if k + 1 < len(found) else ""
            if _SAID_BEFORE.search(s.before) or _SAID_AFTER.search(after):
                return True
        if isinstance(s.node, Relation) and s.node.signs[0] in ("=", ":=") and _is_defined(s.node):
            return True
    return False


def _is_defined(node: Relation) -> bool:
    """``\\delta h = \\frac{\\partial L}{\\partial h}``."""
    left, right = node.items[:2]
    if not isinstance(left, Product) or len(left.factors) != 2 or not isinstance(right, Derivative):
        return False
    return any(len(right.by) == 1 and same(b, right.by[0]) for _, b in _pairs(left))


def _meant(found: Sequence["Statement"]) -> dict[str, str]:
    """H by h, where words say that ``\\delta h_t`` is the gradient at ``H_t``."""
    result: dict[str, str] = {}
    for s, after in pairwise(found):
        if not (s.inline and after.inline and isinstance(s.node, Product) and len(s.node.factors) == 2):
            continue
        for _, b in _pairs(s.node):
            other, mine = _base(after.node) if after.node is not None else None, _base(b)
            if mine is not None and other is not None and _AT.search(after.before):
                result[mine] = other
    return result


def _rewritten(node: Any, meant: dict[str, str]) -> Any:
    """The tree with each δ and its symbol as one derivative."""
    if isinstance(node, Product):
        node = _joined(node, meant)
    return node if isinstance(node, Derivative) else mapped(node, lambda x: _rewritten(x, meant))


def _joined(node: Product, meant: dict[str, str]) -> Node:
    factors: list[tuple[str, Node]] = []
    for op, factor in node.factors:
        if op == "" and factors and _is_delta(factors[-1][1]) and _base(factor) is not None:
            factors[-1] = (factors[-1][0], _derivative(factors[-1][1], factor, meant))
        else:
            factors.append((op, factor))
    return replace(node, factors=tuple(factors)) if len(factors) > 1 else factors[0][1]


def _derivative(delta: Node, symbol: Node, meant: dict[str, str]) -> Node:
    """``\\delta h_t^T`` is the transpose of the derivative by h_t."""
    above = symbol.above if isinstance(symbol, Script) else None
    if isinstance(symbol, Script):
        base = Letter(symbol.base.at, meant.get(str(_base(symbol)), str(_base(symbol))))
        plain = None if above is None else replace(above, transposed=False)
        symbol = replace(symbol, base=base, above=None if plain == Superscript() else plain)
    elif isinstance(symbol, Letter):
        symbol = replace(symbol, name=meant.get(symbol.name, symbol.name))
    found = Derivative(delta.at, "d", None, (symbol,))
    turned = above is not None and above.transposed
    return Script(delta.at, found, (), Superscript(transposed=True)) if turned else found
