"""Subscripts and labels one by one and as text."""

from symbackprop.claims.latex.syntax.tree import (
    Group,
    Letter,
    Node,
    Number,
    Product,
    Script,
    Sum,
    Superscript,
    Words,
)
from symbackprop.errors import ReadError, located


def refusal(message: str, node: Node) -> ReadError:
    return located(ReadError(message), node.at)


def flattened(below: tuple[Node, ...]) -> tuple[Node, ...]:
    """Subscripts one by one: ``ij`` and ``i,j`` alike, ``2_j`` as an entry of what has the number 2; ``i+1`` is one."""
    result: list[Node] = []
    for node in below:
        if isinstance(node, Product) and all(op == "" for op, _ in node.factors):
            result += [f for _, f in node.factors]
        elif isinstance(node, Group) and node.kind == "list":
            result += node.items
        elif isinstance(node, Script) and isinstance(node.base, Number) and node.above is None and not node.primes:
            result += [node.base, *flattened(node.below)]
        else:
            result.append(node)
    return tuple(result)


def text_of(node: Node) -> str:
    """A subscript or a label as text that compares."""
    match node:
        case Letter():
            return node.name
        case Words():
            return node.text
        case Number():
            return str(node.value)
        case Product():
            return "".join(text_of(f) for _, f in node.factors)
        case Sum():
            return "".join(("-" if s < 0 else "+" if k else "") + text_of(t) for k, (s, t) in enumerate(node.terms))
        case Group():
            return ",".join(text_of(i) for i in node.items)
        case Script():
            return text_of(node.base) + "".join(text_of(b) for b in node.below)
    return "?"


def shown(node: Node) -> str:
    """A symbol with its scripts, for messages."""
    if isinstance(node, Script):
        below = "_" + ",".join(text_of(b) for b in node.below) if node.below else ""
        above = ""
        over = (node.above.label or node.above.power) if node.above is not None else None
        if over is not None:
            above = "^" + text_of(over)
        return text_of(node.base) + below + above
    return text_of(node)


def key_parts(node: Node) -> tuple[str, tuple[Node, ...], Superscript | None] | None:
    """What names a symbol: base, what stands below, what stands above; None for what is no name."""
    if isinstance(node, Letter):
        return node.name, (), None
    if isinstance(node, Words):
        return node.text.replace(" ", "_"), (), None
    if isinstance(node, Script) and isinstance(node.base, Letter | Words) and not node.primes:
        name = node.base.name if isinstance(node.base, Letter) else node.base.text
        return name, node.below, node.above
    return None


def names_extremum(below: tuple[Node, ...]) -> bool:
    """Whether a subscript is the word max or min, as of ``z_{max}``."""
    return len(below) == 1 and isinstance(below[0], Words) and below[0].text in ("max", "min")


_VECTOR_FACES = ("mathbf ", "boldsymbol ", "bm ", "vec ")


def without_face(base: str) -> str:
    """The name of a letter without the bold type or the arrow of a vector.

    >>> without_face("mathbf x"), without_face("hat y")
    ('x', 'hat y')
    """
    for face in _VECTOR_FACES:
        base = base.replace(face, "")
    return base
