"""Labels y_i and the one-hot matrix Y of them: words say that Y is one-hot, and no formula says of which labels.

They are those of the small letter, one for each row. Where no such labels are read, or a formula has Y on its own, Y is
what that makes of it.
"""

from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.meaning.scope import Scope
from symbackprop.equations import Equation
from symbackprop.indices import Index
from symbackprop.terms import Delta, Entry


def enter_one_hot_rows(document: Document, scope: Scope) -> list[str]:
    """Enter every such matrix in a scope; a note for each."""
    notes = []
    for letter in sorted({p.letter for p in document.said if p.kind == "one_hot"}):
        labels = scope.symbols.get((letter.lower(), "", ""))
        key = (letter, "", "")
        if labels is None or labels.role != "label" or labels.classes is None or len(labels.shape) != 1:
            continue
        if not letter.isupper() or key in scope.symbols or key in scope.aliases:
            continue
        symbol = scope.add(key, shape=(*labels.shape, labels.classes), role="defined")
        i, k = Index("i", labels.shape[0]), Index("k", labels.classes)
        scope.equations = {
            symbol.name: Equation(symbol.name, (i, k), Delta(k, Entry(labels.name, i))),
            **scope.equations,
        }
        notes.append(f"{symbol.name} is one-hot: row i of it is 1 at {labels.name}_i, and 0 elsewhere")
    return notes
