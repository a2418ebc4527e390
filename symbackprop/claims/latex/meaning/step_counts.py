"""How many steps a letter counts, as a document says it."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Number, Relation, Script, Special, walk


def lengths(found: Sequence[Statement], letters: Collection[str]) -> dict[str, Node]:
    """How far each letter counts, as the document says it: under a sum, or as ``t = 1, \\dots, T``."""
    result: dict[str, Node] = {}
    for s in found:
        for n in walk(s.node) if s.node is not None else ():
            for letter, last in _said(n):
                if letter in letters:
                    result.setdefault(letter, last)
    return result


def last_steps(found: Sequence[Statement], sequences: Mapping[str, str]) -> dict[str, Node]:
    """T by t, where nothing but ``h_T``, or ``h^{(T)}``, has that letter, and t counts the steps of h."""
    nodes = [n for s in found if s.node is not None for n in walk(s.node)]
    ends: dict[int, Letter] = {}
    for n in nodes:
        step = sequences.get(n.base.name) if isinstance(n, Script) and isinstance(n.base, Letter) else None
        if step is not None and isinstance(n, Script):
            for x in (*n.below[:1], n.above.label if n.above is not None else None):
                if isinstance(x, Letter) and x.name.isupper() and x.name.lower() == step:
                    ends[id(x)] = x
    elsewhere = {n.name for n in nodes if isinstance(n, Letter) and id(n) not in ends}
    return {x.name.lower(): x for x in ends.values() if x.name not in elsewhere}


def _said(node: Node) -> Iterator[tuple[str, Node]]:
    below, above = getattr(node, "below", None), getattr(node, "above", None)
    if isinstance(below, Relation) and isinstance(above, Node) and isinstance(below.items[0], Letter):
        yield below.items[0].name, above
    if isinstance(node, Relation) and isinstance(node.items[0], Letter) and node.signs[0] in ("=", "in"):
        last = node.items[-1]
        if isinstance(last, Group) and any(isinstance(i, Special) and i.name == "dots" for i in last.items):
            if isinstance(last.items[0], Number) and not isinstance(last.items[-1], Special):
                yield node.items[0].name, last.items[-1]
