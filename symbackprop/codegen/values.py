"""Arrays in the generated code: the text that names one, the indices of its axes, and how views of it are written."""

from collections.abc import Iterable
from dataclasses import dataclass

from symbackprop.codegen.sizes import MARK, code
from symbackprop.indices import Index


@dataclass(frozen=True, eq=False)
class Value:
    """``fresh``: scratch that nothing else will read. ``lasting``: memory that stays, so views of it may be kept.

    ``settled``: a tensor's entries, which are the same for the rest of the step.
    """

    code: str
    axes: tuple[Index, ...]
    contiguous: bool = False
    fresh: bool = False
    lasting: bool = False
    integer: bool = False
    settled: bool = False


def shape(axes: Iterable[Index]) -> str:
    """The shape of an array over these axes, as the text of a tuple."""
    return listed(code(i.size) for i in axes)


def listed(texts: Iterable[str]) -> str:
    items = list(texts)
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def product(axes: tuple[Index, ...]) -> str:
    """The number of entries over these axes, as text."""
    texts = [code(i.size) if i.size.is_Atom else f"({code(i.size)})" for i in axes]
    return "*".join(texts) if len(texts) > 1 else code(axes[0].size)


def transposed(value: Value, order: tuple[Index, ...]) -> str:
    """The text of the value with its axes in this order."""
    if value.axes == order:
        return value.code
    if value.axes == order[::-1]:
        return f"{value.code}.T"
    return f"{value.code}.transpose({', '.join(str(value.axes.index(i)) for i in order)})"


def aligned(value: Value, axes: tuple[Index, ...]) -> str:
    """The text of the value ready to broadcast over these axes."""
    if not value.axes:
        return value.code
    text = transposed(value, tuple(i for i in axes if i in value.axes))
    first = min(axes.index(i) for i in value.axes)
    marks = [":" if i in value.axes else "None" for i in axes[first:]]
    return indexed(text, marks)


def is_range(mark: str) -> bool:
    """Whether a mark between brackets keeps the axis.

    >>> is_range("0:«s:T»"), is_range("«s:T»")
    (True, False)
    """
    return ":" in MARK.sub("", mark)


def indexed(text: str, marks: list[str]) -> str:
    """Indexing with these marks; whole axes at the end are left out. No axis left: still an array, not a number.

    >>> indexed("x", [":", "None"]), indexed("x", ["0", ":"]), indexed("x", [":", ":"]), indexed("x", ["0"])
    ('x[:, None]', 'x[0]', 'x', 'x[0, ...]')
    """
    if marks and not any(is_range(m) or m == "None" for m in marks):
        marks = [*marks, "..."]
    while marks and marks[-1] == ":":
        marks = marks[:-1]
    return f"{text}[{', '.join(marks)}]" if marks else text
