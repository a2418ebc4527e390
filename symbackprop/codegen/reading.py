"""Entries as arrays: the tensor itself, slices of it, windows that slide over it, places looked up.

A window that may leave its axis slides over a copy with zeros around it. Where the windows lie is settled at set-up:
each step copies the tensor into the middle of that buffer and reads a view with fitting strides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sympy import Add, Expr, Integer

from symbackprop.codegen.constants import Constants
from symbackprop.codegen.lines import COPY
from symbackprop.codegen.nodes import Node
from symbackprop.codegen.sizes import code
from symbackprop.codegen.slots import Affine, Bare, Gather, Place, Read
from symbackprop.codegen.values import Value, aligned, indexed, is_range, listed, shape
from symbackprop.indices import Index
from symbackprop.terms import FloorDiv


@dataclass(frozen=True)
class Source:
    """An array and what is asked of each of its axes."""

    code: str
    slots: tuple[Any, ...]
    lengths: tuple[Expr, ...]
    contiguous: bool
    lasting: bool
    timed: int = -1  # the axis with boundary steps, counted in the buffer that holds them
    integer: bool = False
    turned: bool = False

    def placed(self) -> "Source":
        """The same as its copies lie."""
        if not self.turned or not isinstance(self.slots[0], Bare):
            return self
        last = ", ".join(map(str, (*range(1, len(self.slots)), 0)))
        slots, lengths = (*self.slots[1:], self.slots[0]), (*self.lengths[1:], self.lengths[0])
        return replace(self, code=f"{self.code}.transpose({last})", slots=slots, lengths=lengths, turned=False)


class Reading(Constants):
    """The part of the emitter that writes reads."""

    def read(self, node: Node, out: Value | None = None) -> Value:
        """The array of an entry over the node's axes; ``out`` may take what is looked up."""
        source = _source(node.data[0], self.loop)
        source = self._at_step(replace(source, code=self.viewed(source.code, source.lasting)))
        if any(isinstance(s, Gather) for s in source.slots):
            return self._gathered(node, source, out)
        marks = _slices(source)
        if marks is None:
            return self.step_of(self._windows(source))
        axes = tuple(i for s in source.slots for i in indices_of(s))
        contiguous = source.contiguous and _leaves_contiguous(marks)
        lasting = source.lasting and all(m == ":" for m in marks)
        value = Value(indexed(source.code, marks), axes, contiguous, False, lasting, source.integer, not self.loop)
        return self.step_of(value)

    def _at_step(self, source: Source) -> Source:
        """The source with its time axis settled at the current step."""
        marks, kept = [], []
        for k, slot in enumerate(source.slots):
            indices = indices_of(slot)
            timed = k == source.timed and outside(_as_affine(slot), source.lengths[k]) == ("0", "0")
            settled = bool(indices) and all(i in self.loop for i in indices) and (isinstance(slot, Bare) or timed)
            if settled:
                window = _as_affine(slot)
                marks.append(code(sum((c * i for i, c in window.terms), window.offset), self.loop))
            else:
                marks.append(":")
                kept.append(k)
        if len(kept) == len(marks):
            return source
        return replace(
            source,
            code=self.current(indexed(source.code, marks)),
            slots=tuple(source.slots[k] for k in kept),
            lengths=tuple(source.lengths[k] for k in kept),
            contiguous=source.contiguous and _leaves_contiguous(marks),
            lasting=False,
            timed=-1,
        )

    def step_of(self, value: Value) -> Value:
        """The current step of a value that still has a time axis."""
        if not any(i in self.loop for i in value.axes):
            return value
        marks = [self.loop.get(i, ":") for i in value.axes]
        axes = tuple(i for i in value.axes if i not in self.loop)
        contiguous = value.contiguous and _leaves_contiguous(marks)
        return Value(self.current(indexed(value.code, marks)), axes, contiguous, integer=value.integer)

    def _windows(self, source: Source) -> Value:
        """A strided view of the array with zeros around it."""
        source = source.placed()
        starts, steps, pads = [], [], []
        # The order is that of sizes, not of indices: so the windows of a product are those of its gradient.
        by_slot = [sorted(indices_of(s), key=lambda i: code(i.size)) for s in source.slots]
        axes = tuple(dict.fromkeys(i for indices in by_slot for i in indices))
        for slot, n in zip(source.slots, source.lengths, strict=True):
            window = _as_affine(slot)
            pads.append(outside(window, n))
            before = pads[-1][0]
            start = window.offset + int(before) if before.isdigit() else None
            starts.append(code(start) if start is not None else f"{code(window.offset)} + {before}")
            steps.append(dict(window.terms))
        inside = all(p == ("0", "0") for p in pads)
        array = source.code if inside and source.lasting else self._padded(source, pads)
        by_index = listed(listed(code(s.get(i, Integer(0))) for s in steps) for i in axes)
        view = self.kept(f"windows({array}, {listed(starts)}, {shape(axes)}, {by_index})")
        return Value(view, axes, lasting=True, integer=source.integer, settled=not self.loop)

    def _padded(self, source: Source, pads: list[tuple[str, str]]) -> str:
        lengths = [code(n) for n in source.lengths]
        total = [" + ".join(t for t in (a, n, b) if t != "0") for n, (a, b) in zip(lengths, pads, strict=True)]
        dtype = "np.intp" if source.integer else "dtype"
        holds = "" if self.loop else f"{source.code} at {listed(a for a, _ in pads)}"
        array = self.own(f"np.zeros({listed(total)}, {dtype})", holds)
        marks = [within(n, *around) for n, around in zip(lengths, pads, strict=True)]
        middle = self.kept(indexed(array, marks)) if any(m != ":" for m in marks) else array
        place = (
            self.before if self.loop and any(set(indices_of(s)) & set(self.loop) for s in source.slots) else self.lines
        )
        place.append(f"{COPY if holds else ''}np.copyto({middle}, {source.code})")
        return array

    def _gathered(self, node: Node, source: Source, out: Value | None) -> Value:
        positions = iter([self.positions(a) for a in node.args])
        found = [next(positions) if isinstance(s, Gather) else s for s in source.slots]
        looked_up = [k for k, s in enumerate(source.slots) if isinstance(s, Gather)]
        others = [s for s in source.slots if not isinstance(s, Gather)]
        guarded = [k for k in looked_up if source.slots[k].guarded] + [
            k for k, s in enumerate(source.slots) if isinstance(s, Affine)
        ]
        bare = [s.index for s in others if isinstance(s, Bare)]
        if len(looked_up) == 1 and not guarded and len(bare) == len(others) == len(set(bare)):
            (k,) = looked_up
            at = found[k]
            if not set(at.axes) & set(bare) and not source.integer:
                axes = tuple(bare[:k]) + at.axes + tuple(bare[k:])
                target = out if out is not None and out.axes == axes else self.scratch(axes)
                self.lines.append(f"np.take({source.code}, {at.code}, axis={k}, out={target.code})")
                return target
        return self._looked_up(node.axes, source, found)

    def _looked_up(self, axes: tuple[Index, ...], source: Source, found: list[Any]) -> Value:
        """Every slot as an array of places; those outside of an affine slot's axis read zero."""
        places, inside = [], []
        for slot, at, n in zip(source.slots, found, source.lengths, strict=True):
            if isinstance(slot, Place):
                places.append(str(slot.at))
                continue
            text = aligned(at, axes) if isinstance(slot, Gather) else self._places(_as_affine(slot), axes)
            if isinstance(slot, Affine) or (isinstance(slot, Gather) and slot.guarded):
                inside.append(f"(0 <= {text}) & ({text} < {code(n)})")
                text = f"np.clip({text}, 0, {code(n)} - 1)"
            places.append(text)
        target = self.scratch(axes, "np.intp" if source.integer else "dtype")
        # Where no slot spans the axes alone, NumPy broadcasts the places against one another.
        self.lines.append(f"np.copyto({target.code}, {source.code}[{', '.join(places)}])")
        if inside:
            self.lines.append(f"np.multiply({target.code}, {' & '.join(inside)}, out={target.code})")
        return target

    def _places(self, window: Affine, axes: tuple[Index, ...]) -> str:
        terms = [code(window.offset, self.loop)] if window.offset != 0 or not window.terms else []
        for i, c in window.terms:
            if i in self.loop:
                terms.append(f"({code(c)})*{self.loop[i]}")
            else:
                steps = self.kept(f"({code(c)})*np.arange({code(i.size)})")
                terms.append(aligned(Value(steps, (i,)), axes))
        return terms[0] if len(terms) == 1 else f"({' + '.join(terms)})"

    def positions(self, node: Node) -> Value:
        """A node's value as integers."""
        if node.constant and node.op != "scalar":
            return self.constant_positions(node)
        if node.op == "scalar":
            return Value(f"np.intp({node.data})", ())
        value = self.emit(node)
        return (
            value
            if value.integer
            else replace(value, code=f"{value.code}.astype(np.intp)", integer=True, lasting=False)
        )


def _source(read: Read, loop: Mapping[Index, str]) -> Source:
    """The array that holds the entry's tensor, its boundary steps included where they are asked for."""
    layout, slots, lengths = read.layout, list(read.slots), list(read.lengths)
    text, contiguous, timed = f"«t:{layout.name}»", layout.contiguous, -1
    if layout.extended:
        timed = read.starts[layout.axis]
        slot = slots[timed]
        if not isinstance(slot, Bare) or slot.index in loop:
            text, contiguous = f"«x:{layout.name}»", True
            window = _as_affine(slot)
            slots[timed] = Affine(window.terms, window.offset + layout.before)
            lengths[timed] = lengths[timed] + layout.before + layout.after
    if read.split:
        text = f"{text}.reshape({', '.join(map(code, lengths))})"
    return Source(text, tuple(slots), tuple(lengths), contiguous, layout.defined, timed, layout.integer, layout.turned)


def indices_of(slot: Any) -> tuple[Index, ...]:
    if isinstance(slot, Bare):
        return (slot.index,)
    return tuple(i for i, _ in slot.terms) if isinstance(slot, Affine) else ()


def _as_affine(slot: Any) -> Affine:
    if isinstance(slot, Bare):
        return Affine(((slot.index, Integer(1)),), Integer(0))
    return Affine((), Integer(slot.at)) if isinstance(slot, Place) else slot


def _leaves_contiguous(marks: list[str]) -> bool:
    """Whether indexing with these marks leaves a contiguous array contiguous: places first, then at most one range."""
    cut = next((k for k, m in enumerate(marks) if is_range(m)), len(marks))
    return all(m == ":" for m in marks[cut + 1 :])


def _slices(source: Source) -> list[str] | None:
    """Slices that give the entry, where each axis is whole, at one place, or a range that is surely inside."""
    indices = [i for s in source.slots for i in indices_of(s)]
    if len(indices) != len(set(indices)):
        return None
    marks = []
    for slot, n in zip(source.slots, source.lengths, strict=True):
        if isinstance(slot, Bare):
            marks.append(":")
        elif isinstance(slot, Place):
            marks.append(str(slot.at))
        elif len(slot.terms) == 1 and slot.terms[0][1] == 1 and outside(slot, n) == ("0", "0"):
            marks.append(f"{code(slot.offset)}:{code(slot.offset + slot.terms[0][0].size)}")
        elif not slot.terms and outside(slot, n) == ("0", "0"):
            marks.append(code(slot.offset))
        else:
            return None
    return marks


def within(length: str, before: str, after: str) -> str:
    if before == "0":
        return ":" if after == "0" else f":{length}"
    return f"{before}:{before} + {length}"


def outside(window: Affine, length: Expr) -> tuple[str, str]:
    """How many zeros the window needs before the axis and after it; "0" where all sizes have it inside."""
    low, high = [window.offset], [window.offset + 1 - length]
    open_low, open_high = [], []
    for i, c in window.terms:
        reach = c * (i.size - 1)
        if c.is_nonnegative:
            high.append(reach)
        elif c.is_nonpositive:
            low.append(reach)
        else:
            open_low.append(f"min(0, {code(reach)})")
            open_high.append(f"max(0, {code(reach)})")
    first, last = Add(*low).expand(), Add(*high).expand()
    before, after = (
        f"max(0, -({' + '.join([code(first), *open_low])}))",
        f"max(0, {' + '.join([code(last), *open_high])})",
    )
    if not open_low and (first.is_nonnegative or first.is_Integer):
        before = str(max(0, -int(first))) if first.is_Integer else "0"
    if not open_high and (last.is_Integer or _at_most(last).is_nonpositive):
        after = str(max(0, int(last))) if last.is_Integer else "0"
    return before, after


def _at_most(e: Expr) -> Expr:
    """What an expression does not exceed: divisions that are rounded down, exact.

    >>> from symbackprop.indices import size
    >>> _at_most(2 * FloorDiv(size("L") - 2, 2) + 2 - size("L"))
    0
    """
    terms = []
    for term in Add.make_args(e):
        number, rest = term.as_coeff_Mul()
        divides = isinstance(rest, FloorDiv) and number.is_positive and rest.args[1].is_positive
        terms.append(number * rest.args[0] / rest.args[1] if divides else term)
    return Add(*terms).expand()
