"""The words of a document between its formulas, as plain text: markup dropped, nothing of it passed on."""

import re
from dataclasses import dataclass

_DROPPED = re.compile(
    r"(?m:(?<!\\)%.*$)"
    r"|\\begin\{(verbatim|lstlisting|minted|comment|tikzpicture)\*?\}.*?\\end\{\1\*?\}"
    r"|\\(?:documentclass|usepackage|label|ref|eqref|cite|begin|end|bibliography\w*|include\w*|input|vspace|hspace)"
    r"\*?\s*(?:\[[^\]]*\])?\s*(?:\{[^{}]*\})?"
    r"|(?m:^.*\\(?:(?:re|provide)?newcommand|def|DeclareMathOperator)\b.*$)",
    re.DOTALL,
)
_HEADING = re.compile(r"\\(?:part|chapter|(?:sub)*section|paragraph|title)\*?\s*\{([^{}]*)\}|(?m:^#{1,6}[ \t]+(.+)$)")
_COMMAND = re.compile(r"\\[A-Za-z]+\*?(?:\[[^\]]*\])?|\\(.)", re.DOTALL)
_LONGEST = 4000  # characters of one passage that are shown


@dataclass(frozen=True)
class Passage:
    """Words under a heading; ``heading`` is None where the section before goes on."""

    heading: str | None
    text: str


def passages(words: str) -> list[Passage]:
    r"""The passages of a piece of prose.

    >>> passages(r"so far. \section{Loss} Let \emph{all} of % a note")
    [Passage(heading=None, text='so far.'), Passage(heading='Loss', text='Let all of')]
    """
    pieces = _HEADING.split(_DROPPED.sub(" ", words))
    found = [Passage(None, plain(pieces[0]))]
    for k in range(1, len(pieces), 3):
        found.append(Passage(plain(pieces[k] or pieces[k + 1] or ""), plain(pieces[k + 2])))
    return [p for p in found if p.heading is not None or p.text]


def plain(words: str) -> str:
    """Words on one line without commands, braces and signs that no font has; dollars escaped for the blocks."""
    bare = re.sub(r"[{}]", "", _COMMAND.sub(lambda m: m[1] or "", words)).replace("~", " ")
    return shown(" ".join(bare.split())[:_LONGEST])


def shown(text: str) -> str:
    r"""Any text as the blocks of a sheet take it: no mathematics in it, no control characters.

    >>> shown("cost $5\x00")
    'cost \\$5'
    """
    printable = "".join(c if c.isprintable() or c == "\n" else " " if c == "\t" else "" for c in text)
    return printable.replace("\\", "∖").replace("$", r"\$")
