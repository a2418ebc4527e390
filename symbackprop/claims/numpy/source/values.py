"""Which values interpreted code may hold, and how large they may get."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from symbackprop.claims.numpy.arrays import IndexArray
from symbackprop.claims.numpy.cells import Cell, Cells
from symbackprop.claims.numpy.source.limits import BITS, CELLS, ENTRIES, ITEMS, ROUNDS, Budget, Unread, measured
from symbackprop.claims.numpy.trace import NotLifted

SYMBOLIC = (IndexArray, Cell, Cells)
ARRAYS = (np.ndarray, np.generic, IndexArray, Cell)
_NUMBER_KINDS = "biuf"
_ITERATORS: tuple[type, ...] = (
    zip, enumerate, reversed, type(reversed([])), type(reversed(range(0))), type({}.items()), type({}.keys()),
    type({}.values()),
)  # fmt: skip
_SMALL: tuple[type, ...] = (bool, float, type(None), type(Ellipsis), slice, np.dtype, *_ITERATORS)


@dataclass(frozen=True)
class Unknown:
    """What a name stands for that has no reading; using it says so."""

    why: str


@dataclass(frozen=True)
class Text:
    """A formatted string, of which nothing is known: it can be printed."""


@dataclass(frozen=True, eq=False)
class LibraryFunction:
    """A function from the lists: ``target`` is it, or what stands for it; ``of`` is whose method it is."""

    name: str
    target: Any
    of: tuple[Any, ...] = ()


@dataclass(eq=False)
class Closure:
    """A function of the file. ``run`` takes its arguments by name."""

    name: str
    signature: inspect.Signature
    run: Callable[[dict[str, Any]], Any]
    budget: Callable[[], Budget]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        budget = self.budget()
        if budget.calls <= 0:
            raise Unread("functions that call one another too deep")
        budget.calls -= 1
        try:
            return self.run(dict(bound.arguments))
        finally:
            budget.calls += 1


def checked(value: Any) -> Any:
    """The value of an operation, if it is of a kind and size that code may hold. Raises ``Unread``."""
    if isinstance(value, int):
        _short(value)
    elif isinstance(value, np.ndarray | np.generic):
        _plain(value)
    elif isinstance(value, IndexArray | Cell):
        _symbolic(value)
    elif isinstance(value, str):
        if len(value) > ITEMS:
            raise Unread("a text of that length")
    elif isinstance(value, range):
        if max(abs(value.start), abs(value.stop)) > ENTRIES:
            raise Unread("a range of that length")
    elif isinstance(value, list | tuple):
        measured(value)
        for x in value:
            checked(x)
    elif isinstance(value, dict):
        measured(value)
    elif not isinstance(value, (*_SMALL, LibraryFunction, Closure)):
        raise Unread(f"a value of type {type(value).__name__}")
    return value


def _short(value: int) -> None:
    if value.bit_length() > BITS:
        raise Unread(f"a whole number of more than {BITS} bits")


def _plain(value: Any) -> None:
    if not isinstance(value, Cells) and value.dtype.kind not in _NUMBER_KINDS:
        raise Unread(f"an array of type {value.dtype}")
    if value.size > (CELLS if isinstance(value, Cells) else ENTRIES):
        raise Unread(f"an array of {value.size} entries")


def _symbolic(value: Any) -> None:
    expr = value.expr
    if expr.is_Rational and max(int(expr.p).bit_length(), int(expr.q).bit_length()) > BITS:
        raise Unread(f"a number of more than {BITS} bits")
    if entries(value) > ENTRIES:
        raise Unread(f"an array of more than {ENTRIES} entries")


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of an array or number; an axis whose size is a name counts as one entry."""
    if isinstance(value, IndexArray):
        return tuple(int(n) if n.is_Integer else 1 for n in value.sizes)
    if isinstance(value, list | tuple):
        return (measured(value),)
    return np.shape(value) if isinstance(value, np.ndarray) else ()


def entries(value: Any) -> int:
    """How many numbers there are in it, axes whose size is a name left out."""
    count = 1
    for n in shape_of(value):
        count *= n
    return count


def iterable(value: Any) -> Any:
    """The value, if its entries can be gone through one by one. Raises ``Unread``."""
    if isinstance(value, SYMBOLIC) and max((0, *shape_of(value)[:1])) > ROUNDS:
        raise Unread("so many entries, one by one")
    return value


def held(value: Any) -> int:
    """How many numbers there are in lists of arrays."""
    if not isinstance(value, list | tuple):
        return entries(value)
    measured(value)
    return sum(map(held, value))


def whole(value: Any) -> int:
    """A number as a size; 1 for what is not known. Raises ``NotLifted``.

    >>> whole(3), whole(np.int64(4))
    (3, 4)
    """
    if isinstance(value, IndexArray | Cell):
        return int(value.expr) if value.expr.is_Integer else 1
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating) or value is None:
        return 1  # NumPy itself refuses it
    raise NotLifted(f"{type(value).__name__} as a size")
