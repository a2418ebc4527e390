"""A document as LaTeX for pdflatex."""

import math
import re
from collections.abc import Iterator

from symbackprop.latex.symbols import escape
from symbackprop.sheet.blocks import Document, Equations, Row, Series, spans
from symbackprop.sheet.layout import fit, free_width
from symbackprop.sheet.marks import MARKS
from symbackprop.sheet.templating import Filters, kind, render
from symbackprop.sheet.width import width

_LINE = 43.0  # em on a line of the template's page
_LAST = r" \interdisplaylinepenalty=10000"  # behind a display \postdisplaypenalty decides alone whether a page may end
_LONGEST_RUN = 9  # lines that one page must hold together
_COLOURS = ("accent", "second", "third", "fourth")


def to_tex(document: Document, fragment: bool = False) -> str:
    r"""The whole file, or as a fragment the sections alone, for ``\input``; it names the packages that it needs."""
    return render("sheet.tex.jinja", _FILTERS, document=document, fragment=fragment)


def text(plain: str) -> str:
    r"""Text with mathematics: everything else is escaped.

    >>> text("50% of $x_i$")
    '50\\% of $x_i$'
    """
    return "".join(f"${piece}$" if is_math else escape(piece) for is_math, piece in spans(plain))


def rows(display: Equations) -> str:
    """The lines of an ``align``."""
    lines = fit(display, _LINE)
    room = free_width(lines, _LINE)
    ends = [r" \\*" if held else r" \\" for held in _held(lines)]
    return "\n".join(_line(row, room) + end for row, end in zip(lines, [*ends, _LAST], strict=True))


def _held(lines: tuple[Row, ...]) -> Iterator[bool]:
    """For each line but the last whether the page must not end behind it: where the next goes on with its formula."""
    run = 0
    for after in lines[1:]:
        goes_on = not after.left and not after.relation
        run = run + 1 if goes_on and run < _LONGEST_RUN else 0
        yield run > 0


def _line(row: Row, room: float) -> str:
    right = row.right
    if width(right) > room:  # nowhere to break: smaller is better than beyond the margin
        right = rf"\resizebox{{{room:.1f}em}}{{!}}{{$\displaystyle {right}$}}"
    line = f"{row.left} &{row.relation} {right}"
    if row.note and not row.right:
        line += rf"\quad \sheetnote{{{text(row.note)}}}"
    elif row.note:
        line += rf" && \sheetnote{{{text(row.note)}}}"
    if row.mark:
        return line + rf" \tag*{{\textcolor{{{MARKS[row.mark].colour}}}{{${MARKS[row.mark].tex}$}}}}"
    return line + (rf" \tag{{{row.number}}}" if row.number is not None else r" \notag")


def points(series: Series) -> str:
    """Coordinates for pgfplots; a gap where a point is not finite."""
    return " ".join(f"({x:.6g},{y:.6g})" if math.isfinite(y) else "(nan,nan)" for x, y in series.points)


def strut(cells: tuple[str, ...]) -> str:
    """What keeps a table's row with display formulas as high as they are."""
    if any(r"\displaystyle" in c for c in cells):
        return r"\rule[-11pt]{0pt}{29pt}"
    return r"\rule[-7pt]{0pt}{20pt}" if any(r"\frac" in c for c in cells) else ""


def bare(content: str) -> str:
    """The text alone, for the outline and the properties of the PDF."""
    words = "".join(re.sub(r"[^A-Za-z0-9 ]", "", piece) if is_math else piece for is_math, piece in spans(content))
    return escape(words)


def code(line: str) -> str:
    """A line of a program, its blanks kept."""
    return escape(line).replace(" ", "~").replace("--", "{-}{-}")


def _colour(k: int) -> str:
    return _COLOURS[k % len(_COLOURS)]


_FILTERS: Filters = {
    "text": text,
    "bare": bare,
    "code": code,
    "rows": rows,
    "kind": kind,
    "points": points,
    "colour": _colour,
    "strut": strut,
}
