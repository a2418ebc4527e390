"""Displays to statements: rows, cells, several formulas in one display, chains that go on over rows and displays.

A statement keeps, for each row that it came from, the label: each link of a chain takes the label of its row, or of
its display where only one label stands there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from symbackprop.claims.latex.syntax.added_to import added_to, together
from symbackprop.claims.latex.syntax.components import with_single_entries, with_vectors
from symbackprop.claims.latex.syntax.delta_names import with_delta_names
from symbackprop.claims.latex.syntax.packing import unclear, unused
from symbackprop.claims.latex.syntax.parser import Parser
from symbackprop.claims.latex.syntax.steps_above import with_steps_below
from symbackprop.claims.latex.syntax.tree import Group, Node, Relation
from symbackprop.claims.latex.text.acronyms import with_acronyms
from symbackprop.claims.latex.text.applied_words import with_applied_words
from symbackprop.claims.latex.text.asides import cut
from symbackprop.claims.latex.text.dialects import in_plain_latex, with_split_functions, with_sums_by_letter
from symbackprop.claims.latex.text.digits import with_digits_below
from symbackprop.claims.latex.text.displays import Display
from symbackprop.claims.latex.text.divergences import with_divergences
from symbackprop.claims.latex.text.faces import told_apart
from symbackprop.claims.latex.text.inner_products import with_inner_products
from symbackprop.claims.latex.text.last_layers import with_last_layers
from symbackprop.claims.latex.text.layer_numbers import with_layer_numbers
from symbackprop.claims.latex.text.lost_spaces import without_lost_spaces
from symbackprop.claims.latex.text.names import with_names
from symbackprop.claims.latex.text.numpy_names import with_numpy_names
from symbackprop.claims.latex.text.pieces import JOINING, depths, outer, pieces, without_braces_of_scripts
from symbackprop.claims.latex.text.primes import with_primed_symbols
from symbackprop.claims.latex.text.probabilities import with_probabilities
from symbackprop.claims.latex.text.tokens import Macro, Token, expanded, tokens
from symbackprop.claims.latex.text.vocabulary import RELATIONS
from symbackprop.claims.latex.text.word_labels import with_word_labels
from symbackprop.errors import ReadError, located

_WRAPPERS = (
    "aligned",
    "split",
    "gathered",
    "alignedat",
    "align",
    "align*",
    "equation",
    "equation*",
    "multlined",
    "aligned*",
    "alignat",
    "alignat*",
)
_ROWS_OF_THEIR_OWN = ("align", "flalign", "gather", "eqnarray", "alignat")


@dataclass
class Row:
    at: int
    label: str | None


@dataclass
class Statement:
    """Tokens of one formula or chain, its rows, and what stood before it."""

    tokens: list[Token]
    rows: list[Row]
    inline: bool
    before: str
    display: int  # number of the display it came from
    node: Node | None = None
    error: ReadError | None = None
    aside: bool = False  # a remark beside a row: nothing goes on from it
    conditions: list["Statement"] = field(default_factory=list)

    @property
    def at(self) -> int:
        return self.tokens[0].at

    def label_at(self, at: int) -> str | None:
        """The label of the row in which an offset is."""
        found = None
        for row in self.rows:
            if row.at <= at:
                found = row.label
        return found

    def parse(self) -> None:
        """Make the tree, or keep the error with its place."""
        end = self.tokens[-1].at + len(self.tokens[-1].text)
        try:
            self.node = _declaration_in(Parser(self.tokens, end).formula())
        except ReadError as e:
            self.error = e
        except RecursionError:
            self.error = ReadError("nested too deep")


def _declaration_in(node: Node) -> Node:
    """``(W \\in \\mathbb{R}^{m \\times n})`` after an equation declares as it does without the brackets."""
    inside = node.items[0] if isinstance(node, Group) and node.kind == "(" and len(node.items) == 1 else node
    return inside if isinstance(inside, Relation) and inside.signs == ("in",) else node


def statements(found: Sequence[Display], table: Mapping[str, Macro]) -> list[Statement]:
    """All formulas of a document, in order, parsed."""
    result: list[Statement] = []
    lexed = [_lexed(display, table) for display in found]
    spelled = with_sums_by_letter(with_split_functions([x if isinstance(x, list) else [] for x in lexed]))
    written = with_inner_products(with_primed_symbols(with_digits_below(with_probabilities(spelled))))
    # What a name is, and what a font tells apart, is a matter of the document.
    named = with_word_labels(with_layer_numbers(with_last_layers(told_apart(with_names(with_acronyms(written))))))
    for number, (display, read, given) in enumerate(zip(found, lexed, named, strict=True)):
        if isinstance(read, ReadError):
            broken = Statement([Token("sign", "?", display.at)], [Row(display.at, None)], display.inline, "", number)
            broken.error = read
            result.append(broken)
        else:
            _collect(given, display, number, result)
    for s in result:
        if s.error is None:
            s.parse()
    _add_up(result)
    nodes = with_vectors(with_steps_below(with_delta_names(result)))
    for s, node in zip(result, nodes, strict=True):
        if unclear(node, nodes):
            s.error = located(ReadError("made of its entries, or they of it? write the formulas in one of them"), s.at)
    return [
        replace(s, node=single)
        for s, node in zip(result, nodes, strict=True)
        if not unused(node, nodes)
        for single in with_single_entries(node)
    ]


def _add_up(found: list[Statement]) -> None:
    """What ``+=`` adds to, with the equation before it."""
    for k, s in enumerate(found):
        if s.error is None or (added := added_to(s.tokens)) is None:
            continue
        s.node, s.error = added, None
        for earlier in reversed(found[:k]):
            if (both := together(earlier.node, added)) is not None:
                earlier.node, s.node = both
                break


def _lexed(display: Display, table: Mapping[str, Macro]) -> list[Token] | ReadError:
    """The tokens of a display with macros put in, or why there are none."""
    try:
        given = without_lost_spaces(in_plain_latex(expanded(tokens(display.text, display.at), table)))
        if _is_described(given):
            return []
        applied = with_applied_words(with_divergences(given))
        return without_braces_of_scripts(with_numpy_names(applied))
    except ReadError as e:
        return e


def _collect(given: list[Token], display: Display, number: int, result: list[Statement]) -> None:
    rows = _rows(_without_wrappers(given))
    labels = [_label(r) for r in rows]
    named = [name for name in labels if name is not None]
    own = display.environment in _ROWS_OF_THEIR_OWN and len(named) > 1
    shared = named[0] if named and not own else None
    for tokens_of_row, label in zip(rows, labels, strict=True):
        body = [t for t in tokens_of_row if t.kind != "text" or t.text.split(":")[0] not in ("label", "tag")]
        if not body:
            continue
        row = Row(body[0].at, label if own else shared)
        body, remark = cut(body)
        for k, piece in enumerate(pieces(body, display.environment)):
            before = next((s for s in reversed(result) if not s.aside), None)
            before = before if before is not None and not before.inline and not display.inline else None
            if k == 0 and before is not None and _goes_on(piece, before, number):
                if len(piece) > 1 and before.tokens[-1].text == piece[0].text == "=":
                    piece = piece[1:]  # at the end of one row and again at the start of the next
                before.tokens += piece
                before.rows.append(row)
            else:
                result.append(Statement(piece, [row], display.inline, display.before, number))
        for piece in pieces(remark, display.environment):
            result.append(Statement(piece, [row], display.inline, display.before, number, aside=True))


def _is_described(piece: list[Token]) -> bool:
    """``w : \\text{weight}``: a symbol and what it is called."""
    colon = next((k for k, t in enumerate(piece) if t.text == ":"), 0)
    return 0 < colon < len(piece) - 1 and all(t.kind == "text" for t in piece[colon + 1 :])


def _goes_on(piece: list[Token], before: Statement, number: int) -> bool:
    """Whether a row goes on from the one before."""
    first = piece[0].text
    if first in RELATIONS and first not in (":",):
        return True
    if before.display != number:
        return False
    last = before.tokens[-1].text
    has_relation = any(t.text in RELATIONS for t in outer(piece))
    if last in JOINING or last in RELATIONS:
        return True
    return not has_relation and (first in JOINING or first in ("(", "[", "\\{") or first == "\\frac")


def _label(row: list[Token]) -> str | None:
    for t in row:
        if t.kind == "text" and t.text.startswith("label:"):
            return t.text.partition(":")[2].strip()
    return None


def _without_wrappers(given: list[Token]) -> list[Token]:
    result: list[Token] = []
    k = 0
    while k < len(given):
        if given[k].text in ("\\begin", "\\end"):
            name, after = _environment_name(given, k)
            if name in _WRAPPERS:
                k = after
                if k < len(given) and given[k].text == "[" and k + 2 < len(given) and given[k + 2].text == "]":
                    k += 3
                if name.strip("*") in ("alignedat", "alignat") and k < len(given) and given[k].text == "{":
                    k += 3
                continue
        result.append(given[k])
        k += 1
    return result


def _environment_name(given: list[Token], k: int) -> tuple[str, int]:
    name, k = "", k + 2
    while k < len(given) and given[k].text != "}":
        name += given[k].text
        k += 1
    return name, k + 1


def _rows(given: list[Token]) -> list[list[Token]]:
    rows: list[list[Token]] = [[]]
    nesting = depths(given, False)
    k = 0
    while k < len(given):
        if given[k].text == "\\\\" and nesting[k] == 0:
            rows.append([])
            if k + 1 < len(given) and given[k + 1].text == "[" and _is_length(given[k + 2 : k + 6]):
                while given[k].text != "]":
                    k += 1
        else:
            rows[-1].append(given[k])
        k += 1
    return [r for r in rows if r]


def _is_length(given: Sequence[Token]) -> bool:
    kinds = [t.kind for t in given]
    texts = [t.text for t in given]
    start = 1 if texts[:1] == ["-"] else 0
    return kinds[start : start + 3] == ["number", "letter", "letter"] and "]" in texts
