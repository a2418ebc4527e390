"""Errors that a user can act on: what was written, where, and what would fit.

Every error that the package raises on purpose derives from ``SymbackpropError``; the command line prints those in one
short block and lets all others through as what they are: a fault of ours.
"""


class SymbackpropError(Exception):
    """Anything the package refuses on purpose."""


class ReadError(SymbackpropError, ValueError):
    """Text that cannot be read, with the place: ``line`` and ``column`` count from 1.

    ``at`` is the offset in the document, where only that is known yet.

    >>> print(ReadError("unknown name 'v'", "a\\nb = v + 1", line=2, column=5, hint="declare it: param v"))
    line 2, column 5: unknown name 'v'
        b = v + 1
            ^
    declare it: param v
    """

    def __init__(self, message: str, text: str = "", line: int = 0, column: int = 0, hint: str = "") -> None:
        self.message, self.line, self.column, self.hint = message, line, column, hint
        self.at: int | None = None
        self.source = text.split("\n")[line - 1] if text and 0 < line <= text.count("\n") + 1 else ""
        super().__init__(self._render())

    def _render(self) -> str:
        lines = [f"line {self.line}, column {self.column}: {self.message}" if self.line else self.message]
        if self.source:
            shown, caret = _window(self.source, self.column)
            lines += ["    " + shown, "    " + " " * (caret - 1) + "^"]
        if self.hint:
            lines.append(self.hint)
        return "\n".join(lines)


def _window(source: str, column: int, width: int = 100) -> tuple[str, int]:
    """The part of a long line around the column, and the column in that part."""
    start = max(0, min(column - width // 2, len(source) - width))
    # A tab would move the caret away from what it points at.
    return source[start : start + width].replace("\t", " "), column - start


def located(error: ReadError, at: int) -> ReadError:
    """The same error, which now knows its offset; the document's reader turns it into line and column."""
    error.at = at
    return error


class ShapeError(ReadError):
    """Shapes, ranges or free indices that do not fit together."""


class NotSupported(SymbackpropError, NotImplementedError):
    """Understood, but outside of what the engine does; the message names the case."""


class DataError(SymbackpropError, ValueError):
    """Arrays, files or arguments that do not fit; the message names both sides."""
