"""Where letters stand in the tokens of a formula, before anything is parsed: their font, their subscript, their depth.

What a name is has to be known for a whole document before its first formula is read, so this looks at tokens alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symbackprop.claims.latex.text.cursor import DEEPEST
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import ACCENTS, LETTERS

BOLD = "mathbf"
FACES = {
    **dict.fromkeys(("\\mathbf", "\\boldsymbol", "\\bm", "\\pmb", "\\symbf", "\\vec", "\\overrightarrow"), BOLD),
    **dict.fromkeys(("\\mathcal", "\\mathscr"), "mathcal"),
    "\\mathfrak": "mathfrak",
    **dict.fromkeys(("\\mathrm", "\\mathsf", "\\mathtt", "\\mathit"), "mathrm"),
}
_LONGEST_GROUP = 300  # tokens: a font, an accent or a script is not laid over more
# Commands whose first group is no mathematics.
_SKIPPED = frozenset(
    ("\\begin", "\\end", "\\color", "\\textcolor", "\\colorbox", "\\operatorname", "\\mathbb", "\\mathds")
)


@dataclass(frozen=True)
class Occurrence:
    """One letter: the place of its token, its font, accent and subscript, "" for none; ``script``: "_", "^" or ""."""

    k: int
    letter: str
    face: str
    accent: str
    below: str
    script: str


def closing(given: Sequence[Token], opening: int) -> int:
    """The place of the brace that closes the one at ``opening``; the last that is looked at where none does."""
    depth = 0
    last = min(len(given), opening + _LONGEST_GROUP) - 1
    for k in range(opening, last + 1):
        depth += (given[k].text == "{") - (given[k].text == "}")
        if depth == 0:
            return k
    return last


def extent(given: Sequence[Token], k: int) -> int:
    """The place after the group, or the one token, that stands at k."""
    while k < len(given) and (given[k].text in FACES or given[k].text in ACCENTS):
        k += 1
    return closing(given, k) + 1 if k < len(given) and given[k].text == "{" else k + 1


def is_word(given: Sequence[Token], k: int) -> bool:
    """Whether the group at k is a word: two letters or more, and nothing but letters and digits."""
    if k >= len(given) or given[k].text != "{":
        return False
    inside = given[k + 1 : closing(given, k)]
    return sum(t.kind == "letter" for t in inside) > 1 and all(t.kind in ("letter", "number") for t in inside)


def occurrences(given: Sequence[Token]) -> Iterator[Occurrence]:
    """All letters of a formula in order."""
    yield from _within(given, 0, len(given), "", "", "", 0)


def _within(
    given: Sequence[Token], k: int, end: int, face: str, accent: str, script: str, depth: int
) -> Iterator[Occurrence]:
    while k < end and depth <= DEEPEST:  # what is nested deeper is refused when it is parsed
        t = given[k]
        if t.text in _SKIPPED:
            k = extent(given, k + 1)
            if t.text == "\\begin" and given[k - 2].text == "y" and k < end and given[k].text == "{":
                k = extent(given, k)  # the columns of an array
            continue
        if t.text in ("_", "^"):
            after = min(extent(given, k + 1), end)
            # A power of e and what is differentiated by are mathematics, no scripts.
            exponent = t.text == "^" and given[k - 1].text == "e"
            is_variable = t.text == "_" and given[k - 1].text in ("\\nabla", "\\partial")
            within = script if script == "_" or exponent or is_variable else t.text
            yield from _within(given, k + 1, after, face, "", within, depth + 1)
            k = after
            continue
        if t.text in FACES or t.text in ACCENTS:
            after = min(extent(given, k + 1), end)
            if is_word(given, k + 1):
                k = after
                continue
            inner = (FACES.get(t.text, face), ACCENTS.get(t.text, accent))
            yield from _within(given, k + 1, after, *inner, script, depth + 1)
            k = after
            continue
        if t.kind == "letter" or (t.kind == "cmd" and t.text in LETTERS):
            yield Occurrence(k, t.text.lstrip("\\"), face, accent, _below(given, k + 1), script)
        k += 1


def _below(given: Sequence[Token], k: int) -> str:
    """The subscript that follows, as text; what closes or stands above in between is passed over."""
    while k < len(given) and given[k].text in ("}", "^", "'"):
        k = extent(given, k + 1) if given[k].text == "^" else k + 1
    if k < len(given) and given[k].text == "_":
        return "".join(t.text for t in given[k + 1 : extent(given, k + 1)] if t.text not in "{}")
    return ""
