"""Environments inside a formula: cases and matrices, by rows and cells."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from symbackprop.claims.latex.syntax.patterns import entries
from symbackprop.claims.latex.syntax.tree import Apply, Cases, Matrix, Node, Product
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import CASES, MATRICES

if TYPE_CHECKING:
    from symbackprop.claims.latex.syntax.parser import Parser

# Words before a condition, or in place of one, that say nothing more than the branch itself does.
_CONNECTING = frozenset(
    (
        "if",
        "for",
        "when",
        "si",
        "wenn",
        "pour",
        "für",
        "если",
        "se",
        "otherwise",
        "else",
        "caso contrário",
        "",
        "senão",
        "where",
        "quando",
        "para",
        "else if",
        "elseif",
        "elsewhere",
        "sonst",
        "sinon",
        "altrimenti",
        "иначе",
        "falls",
        "in all other cases",
        "in other cases",
        "in any other case",
    )
)
_AND = frozenset(("and", "e", "und", "et", "\\land", "\\wedge"))
_LINES = (("\\leftarrow", "\\rightarrow"), ("\\longleftarrow", "\\longrightarrow"))
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
        rows = tuple(tuple(p.sub(_without_lines(cell)).formula() for cell in row) for row in _cells(p))
        matrix = entries(rows) or Matrix(t.at, rows)
        return Apply(t.at, "det", matrix) if plain == "vmatrix" else matrix
    raise p.error(f"\\begin{{{name}}} inside a formula", t.at)


def _without_lines(cell: list[Token]) -> list[Token]:
    """``\\leftarrow w_1^\\top \\rightarrow``: what is drawn as far as the edges of a matrix is a row of it."""
    drawn = len(cell) > 2 and (cell[0].text, cell[-1].text) in _LINES
    return cell[1:-1] if drawn else cell


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


def braced_cases(p: "Parser", t: Token) -> Node | None:
    """``\\{`` before an array that nothing closes: cases; None, and nothing is taken, where it is something else."""
    start = p.k
    if p.peek() == "\\begin":
        p.k += 1
        name = p.raw_name()
        if name in ("array", "matrix"):
            if name == "array" and p.peek() == "{":
                p.skip_group()
            rows = _cells(p)
            if p.peek() not in ("\\}", "\\rbrace"):
                return Cases(t.at, tuple(_branch(p, row) for row in rows))
    p.k = start
    return None


def _branch(p: "Parser", row: list[list[Token]]) -> tuple[Node, Node | None]:
    """A value and its condition, None for "otherwise". Raises ``ReadError`` where the condition is only words."""
    value = _trimmed(row[0])
    condition = _without_braces_of_words([t for cell in row[1:] for t in cell])
    if not condition:  # "value, if condition" without an alignment mark
        split = next((k for k, t in enumerate(value) if t.kind == "text" or t.text == ","), len(value))
        value, condition = value[:split], value[split:]
    parts = _conjuncts(p, _trimmed(condition))
    conditions = [p.sub(part).formula() for part in parts if part]
    if not conditions:
        return p.sub(_trimmed(value)).formula(), None
    both = Product(conditions[0].at, tuple(("cdot" if k else "", c) for k, c in enumerate(conditions)))
    return p.sub(_trimmed(value)).formula(), conditions[0] if len(conditions) == 1 else both


def _without_braces_of_words(given: list[Token]) -> list[Token]:
    """``{\\mbox{if}}`` as the words alone."""
    wrapped = {k for k, t in enumerate(given) if t.kind == "text" and given[k - 1 : k] and given[k + 1 : k + 2]
               and (given[k - 1].text, given[k + 1].text) == ("{", "}")}  # fmt: skip
    return [t for k, t in enumerate(given) if k + 1 not in wrapped and k - 1 not in wrapped]


def _conjuncts(p: "Parser", condition: Sequence[Token]) -> list[list[Token]]:
    """The conditions that are joined by "and". Raises ``ReadError`` for words that say something else."""
    parts: list[list[Token]] = [[]]
    for t in condition:
        word = t.text.partition(":")[2].strip().lower().strip(" ,.:") if t.kind == "text" else ""
        if (t.kind == "text" and word in _AND) or t.text in _AND:
            parts.append([])
        elif t.kind == "text" and word not in _CONNECTING:
            raise p.error(f"a condition in words: {t.text.partition(':')[2]}", t.at)
        elif t.kind != "text":
            parts[-1].append(t)
    return [_trimmed(part) for part in parts]


def _trimmed(given: Sequence[Token]) -> list[Token]:
    """Without spaces, and without the comma, full stop or semicolon at its ends."""
    found = list(given)
    while found and found[-1].text in (",", ".", ";", *_SPACES):
        found.pop()
    while found and found[0].text in (",", *_SPACES):
        found.pop(0)
    return [t for t in found if t.text not in _SPACES]
