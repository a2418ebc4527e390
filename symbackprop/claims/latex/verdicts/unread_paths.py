"""Paths that go through a definition which could not be read: a derivative along them is not known to be right.

An unread definition leaves its symbol an input. What the forward pass says without it may lack a path, so neither a
proof nor a refutation of a derivative that such a path would change rests on the document.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.derivatives import Derivatives
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local, Scope, Symbol
from symbackprop.claims.latex.meaning.values import Algebra
from symbackprop.claims.latex.syntax.scripts import text_of
from symbackprop.claims.latex.syntax.tree import Derivative, Letter, Node, Number, Relation, Script, walk
from symbackprop.errors import SymbackpropError


def unread_path(document: Document, claim: Pending) -> str | None:
    """The symbol whose unread definition stands between what a claim differentiates and what it differentiates by."""
    unread = [d for d in document.definitions if d["verdict"] == "unread"]
    taken = [n for side in (claim.left, claim.right) for n in walk(side) if isinstance(n, Derivative)]
    if not unread or not taken:
        return None
    scope = claim.scope.copy()
    el = Elaborator(scope, Algebra())
    reach = Derivatives(scope, el.algebra).reach
    for name, below in _open_ends(scope, unread):
        beyond = {n for b in below for n in reach(b)}
        for node in taken:
            above = _named(el, node.of)
            if above is not None and name not in reach(above):
                continue
            by = (_named(el, n) for n in node.by)
            if any(b in beyond and b != name for b in by):
                return name
    return None


def _open_ends(scope: Scope, unread: list[dict[str, Any]]) -> Iterator[tuple[str, set[str]]]:
    """The symbols that an unread definition leaves inputs and that others read, with what its right side names."""
    bases: Mapping[str, set[str]] = {
        base: {s.name for key, s in scope.symbols.items() if key[0] == base} for base in scope.bases()
    }
    read = {r for e in scope.equations.values() for r in e.reads}
    for d in unread:
        letters = [t.text.lstrip("\\") for t in d["statement"].tokens if t.kind == "letter" or t.text[:1] == "\\"]
        below = {n for x in letters[1:] for n in bases.get(x, ())}
        layer = _layer_of(d["statement"].node)
        others = {s.name for key, s in scope.symbols.items() if layer is not None and key[2] != layer}
        for name in bases.get(letters[0], set()) - others if letters else ():
            if name in read and name not in scope.equations:
                yield name, below


def _layer_of(node: Node | None) -> str | None:
    """2 of ``W^{[2]} = ...``, which says nothing of another layer's W."""
    left = node.items[0] if isinstance(node, Relation) else None
    above = left.above if isinstance(left, Script) else None
    return text_of(above.label) if above is not None and isinstance(above.label, Number) else None


def _named(el: Elaborator, node: Node | None) -> str | None:
    if not isinstance(node, Letter | Script):
        return None
    try:
        found = find(el, node, Local())
    except SymbackpropError:
        return None
    return found.what.name if found is not None and isinstance(found.what, Symbol) else None
