"""Where a document comes from: a text, a file, the Markdown cells of a notebook; and what its places are called.

A place is reported as a person finds it: line and column, in a notebook those of the cell, with the cell's number.
A task is a document too, or a formula in the text notation.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from symbackprop.claims.latex.text.displays import Places, notebook_text
from symbackprop.equations import Formula
from symbackprop.errors import DataError, ReadError
from symbackprop.notation import formula

LARGEST = 1_000_000  # bytes
_FORMULAS = (".txt", ".sbp")


@dataclass(frozen=True)
class Source:
    """A document's text; ``cells`` are (first line, number) of the cells of a notebook."""

    text: str
    file: str | None = None
    cells: Sequence[tuple[int, int]] = ()

    @cached_property
    def _places(self) -> Places:
        return Places(self.text)

    def cell(self, at: int) -> int | None:
        """The number of the notebook's cell at an offset."""
        return self._cell(self._places.of(at)[0])[1]

    def of(self, at: int) -> tuple[int, int]:
        """Line and column from 1, in the cell of a notebook."""
        line, column = self._places.of(at)
        return line - self._cell(line)[0] + 1, column

    def name(self, at: int) -> str:
        """What a formula without a label is called: its line, ``cell:line`` in a notebook.

        >>> Source("a\\nb").name(2), Source("a\\n\\nb", cells=[(1, 2), (3, 5)]).name(3)
        ('2', '5:1')
        """
        number = self.cell(at)
        line = self.of(at)[0]
        return str(line) if number is None else f"{number}:{line}"

    def message(self, error: ReadError, at: int) -> str:
        """An error with its place, the line and a caret."""
        line, column = self._places.of(at)
        first, number = self._cell(line)
        lines = self.text.split("\n")[first - 1 :]
        shown = str(ReadError(error.message, "\n".join(lines), line - first + 1, column))
        return shown if number is None else f"cell {number}, {shown}"

    def _cell(self, line: int) -> tuple[int, int | None]:
        """First line and number of the cell of a line."""
        k = bisect_right(self.cells, line, key=lambda c: c[0])
        return self.cells[k - 1] if k else (1, None)


def is_text(given: object) -> bool:
    """Whether a string is the document itself: it has a newline, ``$`` or a backslash."""
    return isinstance(given, str) and any(c in given for c in "\n$\\")


def source_of(given: str | Path) -> Source:
    """The source that a path or text names. Raises ``DataError`` where there is no such file."""
    return Source(str(given)) if is_text(given) else source_of_file(given)


def source_of_file(name: str | Path) -> Source:
    """A ``.tex``, ``.md`` or ``.ipynb`` file. Raises ``DataError`` where there is none that can be read."""
    path = Path(name)
    text = _read(path)
    if path.suffix == ".ipynb":
        text, cells = notebook_text(text)
        return Source(text, str(path), tuple(cells))
    return Source(text, str(path))


def task_of(given: "str | Path | Formula") -> Source | Formula:
    """The task: a document, or a formula. Raises ``DataError`` for no such file, ``ReadError`` for no such formula."""
    if isinstance(given, Formula):
        return given
    if is_text(given):
        is_formula = not any(c in str(given) for c in "$\\")
        return formula(str(given)) if is_formula else Source(str(given))
    if Path(given).suffix in _FORMULAS:
        return formula(_read(Path(given)))
    return source_of_file(given)


def _read(path: Path) -> str:
    if not path.is_file():
        raise DataError(f"no file {str(path)!r}")
    if path.stat().st_size > LARGEST:
        raise DataError(f"{path} has {path.stat().st_size} bytes; at most {LARGEST} are read")
    return path.read_text(encoding="utf-8-sig", errors="replace")
