"""Where generated text goes, and the locals that it names: scratch, views made once, views of the current step."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from sympy import Expr

from symbackprop.codegen.nodes import Node
from symbackprop.codegen.values import Value, aligned, shape, transposed
from symbackprop.indices import Index

COPY = "«copy»"  # begins a line that an earlier one with the same text makes needless
_CALL = re.compile(r"([\w.]+)\((.*)\)")
_ARRAY = re.compile("«[tx]:([^»]*)»")
_LOCAL = re.compile("«[vn]:[^»]*»")


@dataclass(frozen=True)
class Setup:
    """A local that is made once: ``scratch`` is shared between equations, ``own`` and ``copy`` are this one's.

    What ``holds`` the same may be shared between equations that want the same of it.
    """

    kind: str
    local: int
    code: str
    holds: str = ""


class Lines:
    """Collects the text of the equations that are computed together (one, or those of a recurrence)."""

    def __init__(self, loop: Mapping[Index, str], beside: "Lines | None" = None) -> None:
        """``beside`` collects another equation of the same loop: what is made once, and views of a step, are shared."""
        self.loop = loop
        self.setup: list[Setup] = beside.setup if beside else []
        self.before: list[str] = []
        self.lines: list[str] = []
        self.guarded = self.guarded_before = False
        self.order: tuple[Index, ...] = ()  # of the left side: scratch is laid out likewise where there is a choice
        self._made: dict[Node, Value] = {}
        self._kept: dict[str, str] = beside._kept if beside else {}
        self._texts: dict[str, str] = beside._texts if beside else {}  # what a local view was made as
        self._known: dict[Expr, Value] = beside._known if beside else {}  # what was computed ahead of the loop
        self._steps: dict[str, str] = beside._steps if beside else {}  # views of the current step
        self._numbers: Iterator[int] = beside._numbers if beside else count(1)

    def _define(self, kind: str, text: str, holds: str = "") -> str:
        number = next(self._numbers)
        self.setup.append(Setup(kind, number, text, holds))
        return f"«v:{number}»"

    def kept(self, text: str) -> str:
        """A local for something made once; the same text is the same local."""
        if text not in self._kept:
            self._kept[text] = self._define("view", text)
            self._texts[self._kept[text]] = text
        return self._kept[text]

    def viewed(self, text: str, lasting: bool) -> str:
        """A view that is made once: at set-up where its memory lasts, else ahead of the loop that reads it."""
        if not text.endswith(")") or "«l:" in text:
            return text
        array, _, shape_ = text.partition(".reshape(")
        earlier = self._texts.get(array, "")
        if ".reshape(" in earlier:  # a view of a view is a view of the array
            text = f"{earlier.partition('.reshape(')[0]}.reshape({shape_}"
        if lasting:
            return self.kept(text)
        if not self.loop:
            return text
        return (
            self.current(text)
            if array.startswith("«n:") and array.endswith("_now»")
            else self._named(text, self.before, "view")
        )

    def current(self, text: str) -> str:
        """The current step of an array, under a name of its own."""
        return self._named(text, self.lines, "now") if self.loop else text

    def _named(self, text: str, lines: list[str], suffix: str) -> str:
        if text not in self._steps:
            array = _ARRAY.search(_LOCAL.sub(lambda m: self._texts.get(m[0], m[0]), text))
            name = self._steps[text] = f"«n:{next(self._numbers)} {array[1] if array else 'view'}_{suffix}»"
            self._texts[name] = text
            lines.append(f"{name} = {text}")
        return self._steps[text]

    def own(self, text: str, holds: str = "") -> str:
        """A buffer that no other equation writes, but with the same entries."""
        return self._define("own", text, holds)

    def copied(self, v: Value, order: tuple[Index, ...]) -> Value:
        """A copy with its axes in this order; one that stays right for the rest of the step is made but once."""
        text = transposed(v, order)
        if not v.settled:
            copy = self.scratch(order)
            self.lines.append(f"np.copyto({copy.code}, {text})")
            return copy
        name = self._define("copy", f"np.empty({shape(order)}, dtype)", text)
        self.lines.append(f"{COPY}np.copyto({name}, {text})")
        return Value(name, order, contiguous=True, lasting=True, settled=True)

    def scratch(self, axes: tuple[Index, ...], dtype: str = "dtype") -> Value:
        name = self._define("scratch", f"np.empty({shape(axes)}, {dtype})")
        return Value(name, axes, contiguous=True, fresh=True, lasting=True, integer=dtype != "dtype")

    def emit(self, node: Node, out: Value | None = None, is_root: bool = False) -> Value:
        """The value of a node; it is ``out`` where it could be left there."""
        raise NotImplementedError

    def _target(self, axes: tuple[Index, ...], out: Value | None, operands: list[Value]) -> Value:
        if out is not None:
            return out
        for v in operands:
            if v.fresh and set(v.axes) == set(axes) and not v.integer:
                return v
        return self.scratch(axes)

    def apply(self, function: str, operands: list[Value], axes: tuple[Index, ...], out: Value | None) -> Value:
        """One call that writes its result: into ``out``, an operand that is done with, or scratch."""
        target = self._target(axes, out, operands)
        args = ", ".join(aligned(v, target.axes) for v in operands)
        if "{x}" in function:
            call = _CALL.fullmatch(function.format(x=args))
            assert call, f"the NumPy body {function!r} is not one call"
            self.lines.append(f"{call[1]}({call[2]}, out={target.code})")
        else:
            self.lines.append(f"{function}({args}, out={target.code})")
        return target

    def reducible(self, value: Value, order: tuple[Index, ...], over: tuple[Index, ...]) -> tuple[str, str]:
        """Text and axes for a reduction that leaves its result in this order."""
        if tuple(i for i in value.axes if i not in over) == order:
            found = [value.axes.index(i) for i in over]
            return value.code, str(found[0]) if len(found) == 1 else str(tuple(sorted(found)))
        last = tuple(range(-len(over), 0))
        return transposed(value, (*order, *over)), str(last[0]) if len(last) == 1 else str(last)

    def reduce(self, function: str, value: Value, over: tuple[Index, ...], out: Value | None) -> Value:
        axes = tuple(i for i in value.axes if i not in over)
        target = out if out is not None else self.scratch(axes)
        text, axis = self.reducible(value, target.axes, over)
        self.lines.append(f"{function}({text}, axis={axis if axes else None}, out={target.code})")
        return target
