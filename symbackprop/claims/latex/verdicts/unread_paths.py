"""Paths that go through a definition which could not be read: a derivative along them is not known to be right.

An unread definition leaves its symbol an input. What the forward pass says without it may lack a path, so neither a
proof nor a refutation of a derivative that such a path would change rests on the document.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.derivatives import Derivatives
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Family, Local, Scope, Symbol
from symbackprop.claims.latex.meaning.values import Algebra
from symbackprop.claims.latex.syntax.scripts import text_of
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Derivative, Letter, Node, Number, Product, Relation, Script, walk
from symbackprop.claims.latex.text.vocabulary import COSTS
from symbackprop.errors import SymbackpropError


def unread_path(document: Document, claim: Pending) -> str | None:
    """The symbol whose unread definition stands between what a claim differentiates and what it differentiates by."""
    unread = [d for d in document.definitions if d["verdict"] == "unread"]
    taken = [n for side in (claim.left, claim.right) for n in walk(side) if isinstance(n, Derivative)]
    if not unread:
        return None
    scope = claim.scope.copy()
    if (cost := _unread_cost(scope, claim, unread)) is not None or not taken:
        return cost
    el = Elaborator(scope, Algebra())
    el.claiming = True  # layers that nothing declares are made
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


def _unread_cost(scope: Scope, claim: Pending, unread: list[dict[str, Any]]) -> str | None:
    """A cost whose formula could not be read, and has in it what a claim differentiates that cost by.

    It is any function of what the forward pass ends in, but ``C = ... + \\lambda \\sum_l \\|W^{(l)}\\|^2`` is one of
    the weights too. dW is of the cost that stands before it, whatever that is called.
    """
    roots: list[Node] = [claim.left, claim.right]
    for n in (n for root in tuple(roots) for n in walk(root) if isinstance(n, Letter)):
        roots += [alias.node for key, alias in scope.aliases.items() if key[0] == n.name]
    taken = [pair for root in roots for n in walk(root) for pair in differentiated(n)]
    ends = _ends(scope)
    for d in unread:
        name, letters = _sides_in_letters(d["statement"])
        before = d["at"] < claim.at
        given = (name, "", "") in scope.symbols and scope.symbols[name, "", ""].name in scope.defined_at
        names: set[str | None] = {name} if before or not given else set()  # else the claim is of the one before
        names |= {None} if before and name in COSTS else set()
        if any(of in names and by in letters - ends for of, by in taken):
            return name
    return None


def differentiated(node: Node) -> Iterator[tuple[str | None, str]]:
    """The letters of what is differentiated and of what by; None for the cost of dW."""
    if isinstance(node, Derivative):
        of = None if node.of is None else next((n.name for n in walk(node.of) if isinstance(n, Letter)), "")
        yield from ((of, x.name) for n in node.by for x in walk(_base(n)) if isinstance(x, Letter))
    if isinstance(node, Product):
        for (_, d), (op, by) in pairwise(node.factors):
            if op == "" and isinstance(d, Letter) and d.name == "d" and isinstance(x := _base(by), Letter):
                yield None, x.name


def _base(node: Node) -> Node:
    """W of W^{(l)}_{ij}."""
    return _base(node.base) if isinstance(node, Script) else node


def _sides_in_letters(s: Statement) -> tuple[str, set[str]]:
    """The first letter of an equation, and the letters of its right side."""
    texts = [t.text.lstrip("\\") if t.kind == "letter" or t.text[:1] == "\\" else t.text for t in s.tokens]
    k = next((k for k, x in enumerate(texts) if x in ("=", ":=", "equiv", "coloneqq")), len(texts))
    return next((x for x in texts[:k] if x.isalpha()), ""), set(texts[k + 1 :])


def _ends(scope: Scope) -> set[str]:
    """The letters of what the forward pass ends in, or each layer: nothing else of the same layer reads them."""
    inner = {b for f in scope.families.values() if f.node is not None for b in _read_beside(f)}
    read = {r for e in scope.equations.values() for r in e.reads}
    ends = {s.key[0] for s in scope.symbols.values() if s.name in scope.equations and s.name not in read}
    return (ends - scope.families.keys()) | {b for b, f in scope.families.items() if f.node is not None} - inner


def _read_beside(family: Family) -> Iterator[str]:
    """The letters that a layer's definition reads of the same layer."""
    for n in walk(family.node) if family.node is not None else ():
        if isinstance(n, Script) and isinstance(n.base, Letter) and n.above is not None:
            label = n.above.label or n.above.power
            if isinstance(label, Letter) and label.name == family.letter:
                yield n.base.name


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
