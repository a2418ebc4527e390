"""``$X \\in \\mathbb{R}^{m \\times n}$ with rows $x_i^\\top$``: the small letter with an index is a row of the matrix.

Words have to say so of the same letter, large and small, in one sentence, or that it is a column. Then ``x_i`` is the
row i of X, or of its transpose, and ``x_{ij}`` its entry; so are examples by a label, ``x^{(i)}`` and ``x^{(i)}_j``.
A small letter without an index stays what it is, any input of the net.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from symbackprop.claims.latex.syntax.scripts import flattened, without_face
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Relation, Script, Superscript, mapped

_ROWS = r"rows?|fil[ae]s?|linhas?|zeilen?|lignes?|righ[ae]|rij(?:en)?"
_COLUMNS = r"columns?|columnas?|colunas?|spalten?|colonn[ae]s?|colonne|kolom(?:men)?"
_ANNOUNCED = re.compile(rf"\b(?:(?P<row>{_ROWS})|{_COLUMNS})\b[^\W\d]?[\w\s\-']{{0,30}}$", re.I)
_SENTENCE = re.compile(r"[.;!?](?:\s|$)")


def with_rows_in_words(found: Sequence[Statement]) -> list[Statement]:
    """The statements, rows as such of their matrices."""
    wholes = dict(said for k in range(len(found)) if (said := _said(found, k)) is not None)
    if not wholes:
        return list(found)
    return [s if s.node is None or _declares(s.node) else replace(s, node=_as_row(s.node, wholes)) for s in found]


def _said(found: Sequence[Statement], k: int) -> tuple[str, Node] | None:
    """The small letter, and what it is a row of, where a formula is the row or column that words before it announce."""
    s = found[k]
    row = s.node
    if isinstance(row, Group) and row.kind == "list":  # x_1^T, ..., x_m^T
        row = row.items[0]
    parts = _parts(row) if s.inline and isinstance(row, Script) else None
    if parts is None or len(parts[1]) != 1:
        return None
    named = k > 0 and isinstance(found[k - 1].node, Letter)  # the rows of $X$ are $x_i$
    announced = _ANNOUNCED.search(s.before) or (named and _ANNOUNCED.search(found[k - 1].before + s.before))
    if not announced:
        return None
    small = parts[0].name
    for before, after in zip(reversed(found[:k]), reversed(found[1 : k + 1]), strict=True):
        matrix = before.node
        if isinstance(matrix, Relation) and _declares(matrix):
            matrix = matrix.items[0]
        if _SENTENCE.search(after.before):
            return None
        if isinstance(matrix, Letter) and matrix.name != small and _is_of(matrix.name, small):
            turned = Group(matrix.at, "(", (Script(matrix.at, matrix, (), Superscript(transposed=True)),))
            return small, matrix if announced["row"] else turned
        if not before.inline:
            return None
    return None


def _is_of(matrix: str, small: str) -> bool:
    return without_face(matrix).lower() == without_face(small)


def _declares(node: Node) -> bool:
    return isinstance(node, Relation) and node.signs == ("in",)


def _parts(node: Script) -> tuple[Letter, tuple[Node, ...]] | None:
    """A letter with an index, or with the label of an example: the letter, and all that counts."""
    if not isinstance(node.base, Letter) or node.primes:
        return None
    label = (node.above.label,) if node.above is not None and node.above.label is not None else ()
    slots = (*label, *flattened(node.below))
    return (node.base, slots) if slots and len(label) <= 1 else None


def _as_row(node: Node, wholes: dict[str, Node]) -> Node:
    if not isinstance(node, Script):
        return mapped(node, lambda n: _as_row(n, wholes))
    parts = _parts(node)
    if parts is None or parts[0].name not in wholes:
        return mapped(node, lambda n: _as_row(n, wholes))
    above = replace(node.above, label=None, bracket="") if node.above is not None else None
    return replace(node, base=wholes[parts[0].name], below=parts[1], above=None if above == Superscript() else above)
