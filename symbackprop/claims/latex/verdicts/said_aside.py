"""Definitions in a line of text that nothing rests on: f and g of the quotient rule, "$f = e^{z_k}$, $f' = e^{z_k}$".

Where such a one cannot be read, what displays define and claim is as well known as before.
"""

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Letter, Node, Relation, Script, same, walk


def is_said_aside(document: Document, claim: Pending, s: Statement) -> bool:
    """Whether a definition in a line of text is of a letter with a prime that only lines of text have, and no claim."""
    left = s.node.items[0] if s.inline and isinstance(s.node, Relation) else None
    if not isinstance(left, Letter) or any(_has(x, left.name) for x in (claim.left, claim.right)):
        return False
    stated = [c.statement for c in document.claims] + [d["statement"] for d in document.definitions]
    if any(_has(x.node, left.name) for x in stated if not x.inline and x.node is not None):
        return False
    nodes = (n for x in stated if x.node is not None for n in walk(x.node))
    return any(isinstance(n, Script) and n.primes > 0 and same(n.base, left) for n in nodes)


def _has(node: Node, name: str) -> bool:
    """Whether a tree has a letter, small or capital."""
    return any(isinstance(n, Letter) and n.name.lower() == name.lower() for n in walk(node))
