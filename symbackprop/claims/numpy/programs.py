"""The programs that are judged: functions of Python, and functions that are interpreted from their syntax tree.

A function of Python runs under a stand-in for NumPy with its globals exchanged (``facade``); an interpreted one looks
every library up anew, so it only has to be told what stands for it. Whatever else judging asks of a program (where it
begins, the numbers in it, the place of an error) is asked here.
"""

import linecache
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from types import CodeType
from typing import Any

StandIn = Callable[[Any], Any]  # a module, or a function of one, to what stands for it; itself where nothing does


class Interpreted(ABC):
    """A function that is read as a syntax tree: called, it is interpreted with the libraries as they are."""

    __name__: str
    line: int

    @abstractmethod
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

    @abstractmethod
    def under(self, stand_in: StandIn) -> Callable[..., Any]:
        """The same function with stand-ins for the libraries."""

    @abstractmethod
    def numbers(self) -> Iterator[Any]:
        """The numbers written in it."""


def first_line(program: Any) -> int:
    """The line that the program begins in; 1 where that is not known."""
    code = getattr(program, "__code__", None)
    return code.co_firstlineno if code else program.line if isinstance(program, Interpreted) else 1


def numbers(program: Any) -> Iterator[Any]:
    """The constants of the program.

    >>> list(numbers(lambda x: x / 5))
    [5]
    """
    if isinstance(program, Interpreted):
        yield from program.numbers()
    todo = [getattr(program, "__code__", None)]
    while todo:
        code = todo.pop()
        for c in code.co_consts if isinstance(code, CodeType) else ():
            if isinstance(c, CodeType):
                todo.append(c)
            else:
                yield from (c if isinstance(c, tuple) else () if c is None else (c,))


def mark(error: BaseException, line: int, text: str) -> None:
    """Remember where in interpreted code an error was; the innermost place stays."""
    if not hasattr(error, "interpreted_at"):
        error.interpreted_at = (line, text)  # type: ignore[attr-defined]


def place(error: BaseException, programs: Sequence[Any]) -> str:
    """Where in the person's code an error was: "line 7, `z = np.fft.fft(x)`: "; empty where that is not known."""
    found = getattr(error, "interpreted_at", None) or _frame(error, programs)
    if found is None:
        return ""
    line, text = found
    return f"line {line}{f', `{text}`' if text else ''}: "


def _frame(error: BaseException, programs: Sequence[Any]) -> tuple[Any, str] | None:
    files = {f.__code__.co_filename for f in programs if hasattr(f, "__code__")}
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in files]
    if not frames:
        return None
    return frames[-1].lineno, linecache.getline(frames[-1].filename, frames[-1].lineno or 0).strip()
