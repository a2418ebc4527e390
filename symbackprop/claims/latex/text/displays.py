"""Where the mathematics of a document is: displays and inline formulas, with the words before them.

One pass over the text; prose, comments and code are skipped. Everything between ``$``, ``$$``, ``\\(``, ``\\[`` and the
display environments is kept with its offset, so that every place that is reported is a place in the file.
"""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass

from symbackprop.claims.latex.text.tokens import LONGEST
from symbackprop.errors import ReadError

ENVIRONMENTS = (
    "equation", "align", "flalign", "gather", "multline", "displaymath", "eqnarray", "alignat", "math", "dmath",
)  # fmt: skip
_OPENING = re.compile(
    r"(?P<fence>(?:```|~~~)[ \t]*math\b)|(?P<escaped>\\\\\[)|(?P<escapedparen>\\\\\()"
    r"|(?P<skip>\\\\|\\\$|\\%)"
    r"|(?P<comment>%[^\n]*)"
    r"|(?P<code>```.*?```|~~~.*?~~~|`[^`\n$]*`"
    r"|\\begin\{(?P<literal>verbatim|lstlisting|minted|comment|tikzpicture)\*?\}.*?\\end\{(?P=literal)\*?\})"
    r"|(?P<double>\$\$)|(?P<ticked>\$`)|(?P<single>\$)|(?P<paren>\\\()|(?P<bracket>\\\[)"
    rf"|\\begin\{{(?P<env>{'|'.join(ENVIRONMENTS)})(?P<star>\*?)\}}",
    re.S,
)
_CLOSING = {
    "double": r"\$\$", "single": r"(?<!\\)\$", "paren": r"\\\)", "bracket": r"\\\]",
    "fence": r"```|~~~", "ticked": r"`\$", "escaped": r"\\\\\]", "escapedparen": r"\\\\\)",
}  # fmt: skip
_DISPLAYED = {"double": "$$", "bracket": "[", "fence": "$$", "escaped": "["}
# What Markdown and HTML write for the characters of mathematics, with what they stand for.
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&nbsp;": " ", "&le;": "≤", "&ge;": "≥", "&#39;": "'"}
_ENTITY = re.compile("|".join(_ENTITIES))
_NO_BLANK = ("single", "paren", "ticked", "escaped", "escapedparen")
_BLANK = re.compile(r"\n\s*\n")
_TEX = re.compile(r"\\(?:documentclass|begin\{document\}|(?:sub)*section\b)")
_QUOTED = re.compile(r"[ \t]*(?:>[ \t]?)+")
_ESCAPED = re.compile(r"\\\\\\\\|\\(?:[_*'#^<>~-])")


@dataclass(frozen=True)
class Display:
    """One piece of mathematics: ``environment`` is "inline", "$$", "[" or an environment's name."""

    environment: str
    text: str
    at: int
    before: str = ""  # the words since the last formula

    @property
    def inline(self) -> bool:
        return self.environment == "inline"


class Places:
    """Lines and columns, from 1, of offsets in a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(m.end() for m in re.finditer(r"\n", text))]

    def of(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1


def displays(text: str) -> list[Display]:
    """The mathematics of a document, in order. Raises ``ReadError`` for a text that is too long.

    >>> [(d.environment, d.text) for d in displays("Let $x > 0$ and \\\\[ y = x^2 \\\\]")]
    [('inline', 'x > 0'), ('[', ' y = x^2 ')]
    """
    if len(text) > LONGEST:
        raise ReadError(f"a document of {len(text)} characters; at most {LONGEST} are read")
    found: list[Display] = []
    start, is_tex = _body(text)
    position = since = start
    unclosed: set[str] = set()  # what nothing closes any more
    if _TEX.search(text) is not None:
        unclosed |= {_CLOSING["escaped"], _CLOSING["escapedparen"]}  # \\\\[2pt] breaks a line
    while (match := _OPENING.search(text, position)) is not None:
        position = match.end()
        kind = str(match.lastgroup) if match["env"] is None else "env"
        if kind in ("skip", "code", "literal") or (kind == "comment" and is_tex):
            continue
        if kind == "comment":
            position = match.start() + 1
            continue
        name = match["env"] or _DISPLAYED.get(kind, "inline")
        closing = rf"\\end\{{{match['env']}\*?\}}" if kind == "env" else _CLOSING[kind]
        if closing in unclosed:
            continue
        blank = _BLANK.search(text, position) if kind in _NO_BLANK else None
        end = re.compile(closing).search(text, position, blank.start() if blank is not None else len(text))
        if end is None:
            unclosed |= {closing} if blank is None else set()
            continue
        body = _as_tex(text[position : end.start()], kind, text[text.rfind("\n", 0, match.start()) + 1 : match.start()])
        found.append(Display(name, body, position, text[since : match.start()]))
        position = since = end.end()
    return found


def _as_tex(body: str, kind: str, line: str) -> str:
    """What Markdown escapes, quotes or writes as entities as TeX has it, character for character at its place."""
    if _QUOTED.fullmatch(line):  # the line on which it opens is quoted: all are
        body = re.sub(r"(?m)^" + _QUOTED.pattern, lambda m: " " * len(m[0]), body)
    if kind in ("escaped", "escapedparen"):
        body = _ESCAPED.sub(lambda m: ("\\\\" if m[0] == "\\" * 4 else m[0][1:]).rjust(len(m[0])), body)
    return _ENTITY.sub(lambda m: _ENTITIES[m[0]].ljust(len(m[0])), body)


def _body(text: str) -> tuple[int, bool]:
    begin = re.search(r"\\begin\{document\}", text)
    is_tex = begin is not None or re.search(r"\\documentclass|\\section|\\begin\{|(?m:^\s*%)", text) is not None
    return (begin.end() if begin else 0), is_tex


def notebook_text(source: str) -> tuple[str, list[tuple[int, int]]]:
    """The Markdown of a notebook as one text, with (first line, cell number) for each cell. Raises ``ReadError``."""
    try:
        cells = json.loads(source)["cells"]
        parts, starts, line = [], [], 1
        for number, cell in enumerate(cells, 1):
            if cell.get("cell_type") != "markdown":
                continue
            body = cell["source"] if isinstance(cell["source"], str) else "".join(map(str, cell["source"]))
            starts.append((line, number))
            parts.append(body)
            line += body.count("\n") + 2
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        raise ReadError(f"no notebook: {e}") from e
    return "\n\n".join(parts), starts
