"""Assignments with an arrow: a step of the forward pass where nothing has the name yet, else an update that defines
nothing."""

from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.documents.targets import mentions_derivative, target_of
from symbackprop.claims.latex.syntax.scripts import key_parts
from symbackprop.claims.latex.syntax.tree import Apply, Letter, Node, Product, Relation, Script, walk


def as_definition(document: Document, node: Relation) -> Relation | None:
    """The equation that ``\\\\mu \\\\leftarrow \\\\frac1m \\\\sum_i x_i`` is, or None where it is an update."""
    if node.signs[0] != "<-":
        return None
    el = document.elaborator()
    left, right = node.items[:2]
    target = target_of(el, left)
    if target is None or target[2] is not None or mentions_derivative(el, right):
        return None
    key = target[0]
    scope = el.scope
    known = scope.symbols.get(key)
    read = {r for e in scope.equations.values() for r in e.reads}
    if key in scope.aliases or (known is not None and (known.name in read or known.name in scope.equations)):
        return None
    if known is not None and (known.how != "declared" or known in document.given):
        return None
    if not _computes(right) or _mentions(left, right):
        return None
    return Relation(node.at, (left, right), ("=",), node.places[:1])


def _computes(right: Node) -> bool:
    """Whether a right side is worked out of something: a start value is not, nor what a step of descent takes."""
    bare = isinstance(right, Letter) or (
        isinstance(right, Script) and (right.above is None or right.above.power is None)
    )
    if bare or not any(isinstance(n, Letter) for n in walk(right)):
        return False
    for n in walk(right):
        if isinstance(n, Product):
            for (_, a), (op, b) in zip(n.factors, n.factors[1:], strict=False):
                if op == "" and isinstance(a, Letter) and a.name == "d" and isinstance(b, Letter | Script):
                    return False
        if isinstance(n, Script) and n.primes and not isinstance(n.base, Apply):
            return False
    return True


def _mentions(left: Node, right: Node) -> bool:
    parts = key_parts(left)
    return parts is None or any(isinstance(n, Letter) and n.name == parts[0] for n in walk(right))
