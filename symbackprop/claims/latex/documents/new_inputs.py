"""Letters of examples that are over: where a definition does not fit what they were, they are other inputs now.

An input that nothing declares has the shape that its uses gave it. Where the example of those uses is over, or begins
with the definition that does not fit, the letter may mean something else; what rests on the old one is over then.
"""

from collections.abc import Callable

from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.documents.inference import symbols_of
from symbackprop.claims.latex.meaning.derivatives import Derivatives
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Key, Local, Scope, Symbol
from symbackprop.claims.latex.syntax.tree import Node
from symbackprop.errors import NotSupported, ReadError


def with_new_inputs(document: Document, right: Node, at: int, define: Callable[[], None]) -> bool:
    """Whether a definition, of a right side in the statement at a place, is entered with other inputs."""
    scope = document.scope
    el = document.elaborator()
    over = scope.left_over if scope.begun_at != at else _inputs_by_use(scope)
    free = over - {a.tensor for a in document.assumptions}
    left: dict[Key, Symbol] = {}
    for n in symbols_of(right) if free else ():
        try:
            found = find(el, n, Local())
        except ReadError:
            return False
        if found is not None and isinstance(found.what, Symbol) and found.what.name in free:
            left[found.what.key] = found.what
    if not left:
        return False
    cost = document.cost()
    document.scope = begun = scope.copy()  # claims that were made are of what the letters were
    for key in left:
        del begun.symbols[key]
    try:
        define()
    except (ReadError, NotSupported):
        document.scope = scope
        return False
    for c in document.claims:
        if c.scope is scope:
            c.cost = cost
    _end(begun, {s.name for s in left.values()}, Derivatives(begun, document.algebra), scope)
    return True


def _inputs_by_use(scope: Scope) -> set[str]:
    return {s.name for s in scope.symbols.values() if s.how == "by use" and s.name not in scope.equations}


def _end(scope: Scope, inputs: set[str], derivatives: Derivatives, old: Scope) -> None:
    """What rests on inputs whose letters mean others now is stale."""
    over = {n for n in scope.equations if inputs & derivatives.reach(n)}
    for key, symbol in list(scope.symbols.items()):
        if symbol.name in over:
            del scope.symbols[key]
            scope.stale[key], scope.ended[key] = symbol.name, old
    for name in over:
        del scope.equations[name]
