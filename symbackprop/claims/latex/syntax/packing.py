"""Vectors that pack symbols with a life of their own: ``\\theta = (w, b)`` in a document that goes on with w and b.

Whether such a vector is made of its entries, or they of it, is not said: where formulas use the entries, and a
derivative is taken by the vector, neither is guessed. A vector that nothing else mentions is no part of the formulas,
and ``\\theta = [\\theta_0, \\theta_1, \\dots]`` says no more than how its entries are called.
"""

from collections.abc import Iterator, Sequence

from symbackprop.claims.latex.syntax.tree import (
    Derivative,
    Letter,
    Matrix,
    Node,
    Relation,
    Script,
    Special,
    children,
    same,
    walk,
)

_EQUAL = ("=", ":=")


def packs(node: Node | None) -> tuple[Letter, tuple[Node, ...]] | None:
    """The name of a vector and the symbols among its entries; None for any other formula."""
    if not isinstance(node, Relation) or node.signs[0] not in _EQUAL or not isinstance(node.items[0], Letter):
        return None
    right = node.items[1]
    while isinstance(right, Script) and not right.below and right.above is not None and right.above.transposed:
        right = right.base
    if not isinstance(right, Matrix):
        return None
    entries = tuple(e for row in right.rows for e in row if isinstance(e, Letter | Script))
    return node.items[0], entries


def unclear(node: Node | None, nodes: Sequence[Node | None]) -> bool:
    """Whether a derivative is taken by a vector while formulas use the symbols that it packs."""
    packed = packs(node)
    if packed is None:
        return False
    name, entries = packed
    others = [n for n in nodes if n is not None and n is not node]
    by = [b for n in others for d in walk(n) if isinstance(d, Derivative) for b in d.by]
    if not any(isinstance(x, Letter) and x.name == name.name for b in by for x in walk(b)):
        return False
    forward = [n for n in others if isinstance(n, Relation) and not any(isinstance(x, Derivative) for x in walk(n))]
    used = [x for n in forward for item in n.items[1:] for x in _symbols(item)]
    return any(same(e, x) for e in entries for x in used)


def unused(node: Node | None, nodes: Sequence[Node | None]) -> bool:
    """Whether a formula only packs symbols into a vector that no other formula mentions, or that has no end."""
    packed = packs(node)
    if packed is None or not isinstance(node, Relation) or len(node.items) > 2:
        return False
    name = packed[0].name
    if _calls_entries(name, node.items[1]):
        return True
    others = [n for n in nodes if n is not None and n is not node]
    return not any(isinstance(x, Letter) and x.name == name for n in others for x in walk(n))


def _calls_entries(name: str, right: Node) -> bool:
    """Whether a list has entries of that name and then dots, with nothing after them."""
    listed = [e for row in right.rows for e in row] if isinstance(right, Matrix) else []
    if len(listed) < 2 or not isinstance(listed[-1], Special) or listed[-1].name != "dots":
        return False
    return all(isinstance(e, Script) and isinstance(e.base, Letter) and e.base.name == name for e in listed[:-1])


def _symbols(node: Node) -> Iterator[Node]:
    """Letters with their subscripts, powers left off."""
    if isinstance(node, Script) and isinstance(node.base, Letter):
        yield Script(node.at, node.base, node.below) if node.below else node.base
        return
    if isinstance(node, Letter):
        yield node
    for child in children(node):
        yield from _symbols(child)
