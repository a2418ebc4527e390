"""A document as Markdown with the mathematics that GitHub shows (KaTeX's and MathJax's common part)."""

import re

from symbackprop.sheet.blocks import Document, Equations, Row, spans
from symbackprop.sheet.layout import fit
from symbackprop.sheet.marks import MARKS
from symbackprop.sheet.templating import Filters, kind, render

_LINE = 52.0


def to_markdown(document: Document, fragment: bool = False) -> str:
    """The whole file; a fragment has no title."""
    written = render("sheet.md.jinja", _FILTERS, document=document, fragment=fragment)
    return re.sub(r"\n{3,}", "\n\n", written).strip() + "\n"


def text(plain: str) -> str:
    r"""Text with mathematics: what Markdown or HTML would read is escaped; GitHub reads ``$`...`$`` as it stands.

    >>> text("a_b <i> $x_i$")
    'a\\_b &lt;i> $`x_i`$'
    """
    return "".join(f"$`{piece}`$" if is_math else _escape(piece) for is_math, piece in spans(plain))


def _escape(plain: str) -> str:
    return re.sub(r"([\\`*_{}\[\]|#$])", r"\\\1", plain).replace("&", "&amp;").replace("<", "&lt;")


def rows(display: Equations) -> str:
    """The lines of an ``aligned``, numbers and remarks as columns."""
    return " \\\\\n".join(map(_line, fit(display, _LINE)))


def _line(row: Row) -> str:
    line = f"{row.left} &{row.relation} {row.right}"
    if row.note and not row.right:
        line += r"\quad " + _note(row.note)
    elif row.note or row.number is not None or row.mark:
        line += " && " + _note(row.note)
    if row.mark:
        return line + r" \qquad " + MARKS[row.mark].tex
    return line + (rf" \qquad ({row.number})" if row.number is not None else "")


def _note(note: str) -> str:
    return "".join(piece if is_math else rf"\text{{{_in_text(piece)}}}" for is_math, piece in spans(note))


def _in_text(plain: str) -> str:
    return re.sub(r"[\\{}$&#%_^~<>]", " ", plain)


_FILTERS: Filters = {"text": text, "rows": rows, "kind": kind}
