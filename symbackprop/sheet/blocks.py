"""What a sheet is made of: frozen data that says nothing about a format.

Text is plain text with mathematics between dollar signs (``\\$`` is a dollar); mathematics is LaTeX of the subset that
all formats read. Everything that wants to be in a sheet, the worked derivations included, is put together from these
blocks, and a renderer knows these blocks and nothing else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Row:
    """One line of a display: ``left relation right``, why it holds, and its number where it has one.

    An empty left side goes on from the line before. ``mark``, one of "proved", "refuted", "agrees" and "unread", is
    a verdict, shown in the margin.
    """

    left: str
    relation: str
    right: str
    note: str = ""
    number: int | None = None
    mark: str = ""


@dataclass(frozen=True)
class Equations:
    """Lines aligned at their relations."""

    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Table:
    """Cells are text; ``caption`` is optional. Columns named in ``numeric`` are flush right."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True)
class Series:
    """A line of a plot; a point that is not finite interrupts it."""

    label: str
    points: tuple[tuple[float, float], ...]
    style: str = "line"  # "line", "dashed" (a bound, an asymptote) or "dots"


@dataclass(frozen=True)
class Plot:
    caption: str
    series: tuple[Series, ...]
    x_label: str = ""
    y_label: str = ""
    log_y: bool = False


@dataclass(frozen=True)
class Listing:
    """Program text, shown as it is."""

    code: str
    caption: str = ""


@dataclass(frozen=True)
class Items:
    """Several short texts, one below the other."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A theorem, lemma or proof with what it holds; ``kind`` is its heading."""

    kind: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Section:
    title: str
    blocks: tuple["Block", ...]
    level: int = 1


Block = Paragraph | Equations | Table | Plot | Listing | Items | Statement


@dataclass(frozen=True)
class Document:
    """``references``: the name of a tensor -> the number of the equation that computes it, as in ``(7)``."""

    title: str
    sections: tuple[Section, ...]
    subtitle: str = ""
    references: Mapping[str, str] = field(default_factory=dict)


_MATH = re.compile(r"(?<!\\)\$((?:[^$\\]|\\.)*)\$", re.DOTALL)


def spans(text: str) -> list[tuple[bool, str]]:
    r"""The text in pieces: (is mathematics, content).

    >>> spans("the gradient by $W_{ij}$, \\$5")
    [(False, 'the gradient by '), (True, 'W_{ij}'), (False, ', $5')]
    """
    pieces: list[tuple[bool, str]] = []
    for k, piece in enumerate(_MATH.split(text)):
        if piece:
            pieces.append((k % 2 == 1, piece if k % 2 else piece.replace(r"\$", "$")))
    return pieces
