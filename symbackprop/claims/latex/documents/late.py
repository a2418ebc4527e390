"""Declarations under a later heading than the first use of their letter: another example may begin with them.

``z = wx + b`` of numbers, and three headings further down "an input $x \\in \\mathbb{R}^2$" of a net with layers. A
declaration holds for the whole document unless more of it conforms where such ones hold from their place on.
"""

import re
from collections.abc import Sequence

from symbackprop.claims.latex.documents.again import forget
from symbackprop.claims.latex.documents.conventions import gives_number
from symbackprop.claims.latex.documents.declare import declare
from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.meaning.scope import Symbol
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Relation, walk
from symbackprop.errors import ReadError

_HEADING = re.compile(r"(?m)^\s*#{1,6}\s|\\(?:sub)*section\b|\\chapter\b")


def late_declarations(found: Sequence[Statement]) -> set[int]:
    """The offsets of the declarations of letters that some equation under an earlier heading has."""
    used: set[str] = set()
    here: set[str] = set()
    late: set[int] = set()
    for s in found:
        if _HEADING.search(s.before):
            used, here = used | here, set()
        if not isinstance(s.node, Relation):
            continue
        if s.node.signs == ("in",) and all(isinstance(n, Letter) for n in _declared(s.node)):
            if {n.name for n in _declared(s.node) if isinstance(n, Letter)} & used:
                late.add(s.at)
        elif s.node.signs[0] in ("=", ":="):
            here |= {n.name for n in walk(s.node) if isinstance(n, Letter)}
    return late


def _declared(node: Relation) -> tuple[Node, ...]:
    left = node.items[0]
    return left.items if isinstance(left, Group) and left.kind == "list" else (left,)


def is_late_number(document: Document, s: Statement, node: Relation) -> bool:
    """Whether a size gets a number that claims before were not about: they hold for any, what follows for that one."""
    size = node.items[0]
    if not gives_number(node) or not isinstance(size, Letter) or size.name not in document.sizes:
        return False
    reason = ReadError(f"{size.name} is any number of terms above, and this one from here on")
    document.note_definition(s, "unread", "", reason)
    return True


def declare_late(document: Document, node: Relation, cost: Symbol | None) -> None:
    """Enter a declaration where it stands; what an earlier example made of its letters is over."""
    for n in _declared(node):
        key = (n.name, "", "") if isinstance(n, Letter) else ("", "", "")
        known = document.scope.symbols.get(key)
        if known is not None and known not in document.given and known.how == "by use":
            forget(document, known, cost)
            document.scope.symbols.pop(key, None)
    declare(document.elaborator(), node, document.assumptions)
