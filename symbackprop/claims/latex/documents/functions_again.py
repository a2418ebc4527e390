"""A function that the document gives again by another formula: "g(z) = tanh(z)" after "g(z) = 1/(1 + e^{-z})".

As with a symbol, a new example begins there: what was made of the first function is over, and later lines speak of the
second. The same function in another form is a claim, and so is a law, which has the function on its right side too;
σ and the like are one function by custom, and stay it.
"""

from collections.abc import Callable
from typing import Any

from symbackprop.claims.latex.documents.again import compared, forget
from symbackprop.claims.latex.documents.document import Document, Pending, Redefined
from symbackprop.claims.latex.meaning.pairs import CONVENTIONAL
from symbackprop.claims.latex.meaning.scope import Symbol
from symbackprop.claims.latex.syntax.tree import Letter, Node, Relation, walk

_OTHERS_UNREAD = "a definition before it could not be read"  # which says nothing of two functions that differ


def begins_other_function(document: Document, claim: Pending, name: str, judge: Callable[..., Any]) -> bool:
    """Whether a second formula of a function differs from the first; if so the scope goes on without the first."""
    known = document.scope.functions[name]
    if known.at < 0 or name in CONVENTIONAL or _mentions(claim.right, name):
        return False
    found = compared(document, claim, judge)
    doubted = found.verdict == "unread" and _OTHERS_UNREAD in (found.reason or "")
    if found.verdict != "refuted" and not doubted:
        return False
    document.redefined.append(Redefined(name, claim.at, known.at, found))
    users = _users(document, name)
    for c in document.claims:
        if c.scope is document.scope:
            c.cost = claim.cost
    document.scope = document.scope.copy()
    document.scope.first_claim, document.scope.begun_at = None, claim.statement.at
    del document.scope.functions[name]
    for symbol in users:
        if symbol.key in document.scope.symbols:
            forget(document, symbol, claim.cost)
    return True


def _users(document: Document, name: str) -> list[Symbol]:
    """The symbols that are defined with a function, those of layers with it among them."""
    scope = document.scope
    nodes = {d["at"]: d["statement"].node for d in document.definitions}
    places = {at for at, node in nodes.items() if isinstance(node, Relation) and _mentions(node, name)}
    layers = {base for base, f in scope.families.items() if f.node is not None and _mentions(f.node, name)}
    symbols = [s for s in scope.symbols.values() if s.name in scope.equations]
    return [s for s in symbols if scope.defined_at.get(s.name) in places or s.key[0] in layers]


def _mentions(node: Node, name: str) -> bool:
    return any(isinstance(n, Letter) and n.name == name.partition("_")[0] for n in walk(node))
