"""What a block of definitions says before any of it is entered: which statement defines what."""

from dataclasses import dataclass

from sympy import Expr

from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.documents.targets import target_of
from symbackprop.claims.latex.meaning.scope import Key
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Derivative, Node, Relation, walk

END: Key = ("", "", "")  # a derivative on the left side: the block of definitions is over


@dataclass
class Waiting:
    """A definition that may wait for others: what it defines, its right side, the ranges of its indices."""

    statement: Statement
    key: Key
    slots: tuple[str, ...]
    letter: str | None
    right: Node
    ranges: dict[str, Expr]


def target_in_block(document: Document, s: Statement) -> tuple[Key, bool] | None:
    """What a statement seems to define, before anything is known, and whether it does so for every layer."""
    if not isinstance(s.node, Relation) or s.node.signs[0] not in ("=", ":="):
        return None
    left = s.node.items[0]
    if any(isinstance(n, Derivative) for n in walk(left)):
        return END, False
    target = target_of(document.elaborator(), left)
    return None if target is None else (target[0], target[2] is not None)
