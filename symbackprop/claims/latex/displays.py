"""Where the mathematics of a document is: displays and inline formulas, with the words before them.

One pass over the text; prose, comments and code are skipped. Everything between ``$``, ``$$``, ``\\(``, ``\\[`` and the
display environments is kept with its offset, so that every place that is reported is a place in the file.
"""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass

from symbackprop.claims.latex.tokens import LONGEST
from symbackprop.errors import ReadError

ENVIRONMENTS = (
    "equation", "align", "flalign", "gather", "multline", "displaymath", "eqnarray", "alignat", "math", "dmath",
)  # fmt: skip
_OPENING = re.compile(
    r"(?P<skip>\\\\|\\\$|\\%)"
    r"|(?P<comment>%[^\n]*)"
    r"|(?P<code>```.*?```|~~~.*?~~~|`[^`\n$]*`"
    r"|\\begin\{(?P<literal>verbatim|lstlisting|minted|comment|tikzpicture)\*?\}.*?\\end\{(?P=literal)\*?\})"
    r"|(?P<double>\$\$)|(?P<single>\$)|(?P<paren>\\\()|(?P<bracket>\\\[)"
    rf"|\\begin\{{(?P<env>{'|'.join(ENVIRONMENTS)})(?P<star>\*?)\}}",
    re.S,
)
_CLOSING = {"double": r"\$\$", "single": r"(?<!\\)\$", "paren": r"\\\)", "bracket": r"\\\]"}


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
    while (match := _OPENING.search(text, position)) is not None:
        position = match.end()
        kind = match.lastgroup
        if kind in ("skip", "code", "literal") or (kind == "comment" and is_tex):
            continue
        if kind == "comment":
            position = match.start() + 1
            continue
        opened = match["env"] is not None
        name = match["env"] if opened else {"double": "$$", "bracket": "["}.get(kind or "", "inline")
        closing = rf"\\end\{{{match['env']}\*?\}}" if opened else _CLOSING[str(kind)]
        end = re.compile(closing).search(text, position)
        if end is None or (name == "inline" and re.search(r"\n\s*\n", text[position : end.start()])):
            continue
        found.append(Display(str(name), text[position : end.start()], position, text[since : match.start()]))
        position = since = end.end()
    return found


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
