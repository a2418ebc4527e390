"""Environments inside a formula: cases and matrices, by rows and cells."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from symbackprop.claims.latex.patterns import entries
from symbackprop.claims.latex.tokens import Token
from symbackprop.claims.latex.tree import Apply, Cases, Matrix, Node
from symbackprop.claims.latex.vocabulary import CASES, MATRICES

if TYPE_CHECKING:
    from symbackprop.claims.latex.parser import Parser

# Words before a condition, or in place of one, that say nothing more than the branch itself does.
_CONNECTING = frozenset(
    ("if", "for", "when", "se", "otherwise", "else", "caso contrário", "", "senão", "where", "quando", "para")
)
_SPACES = ("\\quad", "\\qquad")


def environment(p: "Parser", t: Token) -> Node:
    """The rest of an environment after its \\begin. Raises ``ReadError`` where it is neither cases nor a matrix."""
    name = p.raw_name()
    plain = name.rstrip("*")
    if plain in CASES:
        return Cases(t.at, tuple(_branch(p, row) for row in _cells(p)))
    if plain in MATRICES:
        if name == "array" and p.peek() == "{":
            p.skip_group()
        rows = tuple(tuple(p.sub(cell).formula() for cell in row) for row in _cells(p))
        matrix = entries(rows) or Matrix(t.at, rows)
        return Apply(t.at, "det", matrix) if plain == "vmatrix" else matrix
    raise p.error(f"\\begin{{{name}}} inside a formula", t.at)


def _cells(p: "Parser") -> list[list[list[Token]]]:
    """The tokens of each cell in each row, up to the \\end that belongs here, which is taken."""
    rows: list[list[list[Token]]] = [[[]]]
    depth = 0
    while True:
        t = p.take()
        if t.text == "\\end" and depth == 0:
            p.raw_name()
            break
        depth += (t.text in ("{", "\\begin")) - (t.text in ("}", "\\end"))
        if t.text == "\\\\" and depth == 0:
            rows.append([[]])
        elif t.text == "&" and depth == 0:
            rows[-1].append([])
        else:
            rows[-1][-1].append(t)
    return [row for row in rows if any(row)]


def _branch(p: "Parser", row: list[list[Token]]) -> tuple[Node, Node | None]:
    """A value and its condition, None for "otherwise". Raises ``ReadError`` where the condition is only words."""
    value = _trimmed(row[0])
    condition = [t for cell in row[1:] for t in cell]
    if not condition:  # "value, if condition" without an alignment mark
        split = next((k for k, t in enumerate(value) if t.kind == "text" or t.text == ","), len(value))
        value, condition = value[:split], value[split:]
    condition = _trimmed(condition)
    words = [t for t in condition if t.kind == "text" and not _connects(t)]
    condition = [t for t in condition if t.kind != "text"]
    if words and not condition:
        raise p.error(f"a condition in words: {words[0].text.partition(':')[2]}", words[0].at)
    return p.sub(_trimmed(value)).formula(), p.sub(condition).formula() if condition else None


def _connects(t: Token) -> bool:
    return t.text.partition(":")[2].strip().lower().strip(" ,.:") in _CONNECTING


def _trimmed(given: Sequence[Token]) -> list[Token]:
    """Without spaces, and without the comma, full stop or semicolon at its ends."""
    found = list(given)
    while found and found[-1].text in (",", ".", ";", *_SPACES):
        found.pop()
    while found and found[0].text in (",", *_SPACES):
        found.pop(0)
    return [t for t in found if t.text not in _SPACES]
