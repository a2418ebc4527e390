"""Sums in which a factor is read at i - s·m + p, with i kept and m summed: adjoints of convolutions with a stride.

Such a factor, read as it stands, would be a matrix of all places by all windows, nearly all of it zeros. Here each
window's products with the whole factor are computed, and added to the places where they belong.
"""

from dataclasses import replace
from typing import Any

from sympy import Integer

from symbackprop.codegen.nodes import Node
from symbackprop.codegen.selection import Selection, Windows
from symbackprop.codegen.sizes import code
from symbackprop.codegen.slots import Affine, Bare, Read
from symbackprop.codegen.values import Value, aligned, indexed
from symbackprop.indices import Index


class Spreading(Selection):
    """The part of the emitter that writes such sums."""

    def spread(self, node: Node, out: Value | None) -> Value | None:
        """The value of a contraction of that form; None where it has another."""
        factor, windows = next(((f, found) for f in node.args if (found := _windows(f, node))), (None, ()))
        if factor is None or self.loop:
            return None
        read = factor.data[0]
        by_place = {w.place: w for w in windows}
        slots = tuple(Bare(by_place[_place(s, node)].r) if isinstance(s, Affine) else s for s in read.slots)
        whole: Read = replace(read, slots=slots)
        opened = Node("read", (), whole.axes, (whole, ()), False)
        values = [self.emit(opened if f is factor else f) for f in node.args]
        products = self.contract(values, frozenset(node.data - {w.m for w in windows}), None)
        target = out if out is not None and out.lasting else self.scratch(node.axes)
        result, view = self.zeros(windows, target)
        places = {w.r: f"«l:place{k or ''}»" for k, w in enumerate(windows)}
        axes = tuple(i for i in view.axes if i not in places)
        mine, theirs = (indexed(v.code, [places.get(i, ":") for i in v.axes]) for v in (view, products))
        added = aligned(Value(theirs, tuple(i for i in products.axes if i not in places)), axes)
        for depth, w in enumerate(windows):
            self.lines.append(f"{'    ' * depth}for {places[w.r]} in range({code(w.r.size)}):")
        self.lines.append(f"{'    ' * len(windows)}np.add({mine}, {added}, out={mine})")
        return result


def _place(slot: Affine, node: Node) -> Index:
    return next(i for i, _ in slot.terms if i in node.axes)


def _windows(factor: Node, node: Node) -> tuple[Windows, ...]:
    """The windows of a factor all of whose sliding slots are i - s·m + p with s > 1 somewhere; none for another."""
    if factor.op != "read" or factor.args or node.args.count(factor) > 1 or factor.uses > 1:
        return ()
    read = factor.data[0]
    if read.layout.extended:  # beyond its edge there may be more than zeros
        return ()
    others = {i for f in node.args if f is not factor for i in f.axes}
    found: list[Windows] = []
    for k, (slot, length) in enumerate(zip(read.slots, read.lengths, strict=True)):
        if not isinstance(slot, Affine):
            continue
        kept: list[tuple[Index, Any]] = [t for t in slot.terms if t[0] in node.axes and t[0] not in others]
        summed = [t for t in slot.terms if t[0] in node.data]
        if len(slot.terms) != 2 or len(kept) != 1 or len(summed) != 1 or kept[0][1] != 1:
            return ()
        (i, _), (m, c) = kept[0], summed[0]
        if not (-c).is_positive:
            return ()
        found.append(Windows(i, m, Index(f"%place{k}", length), -c, -slot.offset))
    named = [
        i for s in read.slots for i in ([s.index] if isinstance(s, Bare) else [j for j, _ in getattr(s, "terms", ())])
    ]
    strided = any(w.stride != Integer(1) for w in found)
    return tuple(found) if strided and len(named) == len(set(named)) else ()
