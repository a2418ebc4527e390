"""A claim that names nothing defined stands for itself: shapes that earlier uses of its letters gave do not bind it.

``x^\\top A x`` in one line makes an undeclared A square; ``\\operatorname{tr}(A X)`` in another may have another A.
"""

from dataclasses import replace

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.meaning.values import unknown_size
from symbackprop.claims.latex.syntax.tree import Letter, Script, walk


def with_own_shapes(document: Document, claim: Pending) -> Pending | None:
    """The claim with the sizes of its undeclared letters left open; None if it has none or rests on definitions."""
    scope = claim.scope.copy()
    el = Elaborator(scope, document.algebra)
    el.claiming = True  # layers that nothing declares are made
    open_letters = []
    for n in (*walk(claim.left), *walk(claim.right)):
        found = find(el, n, Local()) if isinstance(n, Letter | Script) else None
        if found is None:
            continue
        if not isinstance(found.what, Symbol) or found.what.name in scope.equations or found.what.step is not None:
            return None
        if found.what.how == "by use" and found.what.shape and found.what not in document.given:
            open_letters.append(found.what)
    for symbol in open_letters:
        shape = tuple(unknown_size() for _ in symbol.shape)
        scope.symbols[symbol.key] = replace(symbol, shape=shape, how="by claim", guessed=True)
    return replace(claim, scope=scope) if open_letters else None
