"""Adjoints of maxima over windows: Σ_m [i - s·m + p = argmax_r f(m, r)] g_m, a sum that puts values where maxima lie.

Comparing every place i with every window m would cost L²/s; each window has but R places to put its value in. They are
gone through in order, and of equal entries the first takes the value: what it takes is taken from the rest. Where
windows do not overlap, each place is written once; else it is added to.
"""

from dataclasses import dataclass

from sympy import Expr, Integer

from symbackprop.codegen.nodes import Node
from symbackprop.codegen.reading import Reading, outside, within
from symbackprop.codegen.sizes import code
from symbackprop.codegen.slots import Affine
from symbackprop.codegen.values import Value, aligned, indexed, listed, shape
from symbackprop.indices import Index


@dataclass(frozen=True)
class Windows:
    """Window ``m`` has the places stride·m + r + offset of the axis that ``place`` runs over."""

    place: Index
    m: Index
    r: Index
    stride: Expr
    offset: Expr

    @property
    def slot(self) -> Affine:
        return Affine(((self.m, self.stride), (self.r, Integer(1))), self.offset)

    @property
    def apart(self) -> bool:
        return bool((self.stride - self.r.size).is_nonnegative)

    def opened(self, axes: tuple[Index, ...]) -> tuple[Index, ...]:
        """The axes with the windows, and the places in one, for the axis that is put into."""
        k = axes.index(self.place)
        return (*axes[:k], self.m, self.r, *axes[k + 1 :])


class Selection(Reading):
    """The part of the emitter that writes sums over windows in which a maximum was taken."""

    def contract(self, factors: list[Value], bound: frozenset[Index], out: Value | None) -> Value:
        """The sum of a product of values."""
        raise NotImplementedError

    def selected(self, node: Node, out: Value | None) -> Value | None:
        """The value of a contraction of that form; None where it has another."""
        factor, found = next(((f, w) for f in node.args if (w := _windows(f, node))), (None, None))
        if factor is None or found is None or self.loop:
            return None
        _, place, largest = factor.args
        entries, maxima = self.emit(place.args[0]), self.emit(largest)
        values = [self.emit(f) for f in node.args if f is not factor]
        summed = frozenset(node.data - {found.m})
        value = self.contract(values, summed, None) if values else Value("1", ())
        target = out if out is not None and out.lasting else self.scratch(node.axes)
        result, view = self.zeros((found,), target)
        self._distribute(found, (entries, maxima, value), view)
        return result

    def zeros(self, windows: tuple[Windows, ...], target: Value) -> tuple[Value, Value]:
        """Zeros as the result and as windows; windows that may leave the axis have an array with zeros around."""
        by_place = {w.place: w for w in windows}
        lengths, marks, starts, steps = [], [], [], []
        for i in target.axes:
            w, length = by_place.get(i), code(i.size)
            before, after = outside(w.slot, i.size) if w else ("0", "0")
            lengths.append(" + ".join(t for t in (before, length, after) if t != "0"))
            marks.append(within(length, before, after))
            offset = w.offset if w else Integer(0)
            starts.append(code(offset + int(before)) if before.isdigit() else f"{code(offset)} + {before}")
            steps.append(dict(w.slot.terms) if w else {i: Integer(1)})
        result, array = target, target.code
        if any(m != ":" for m in marks):
            array = self.own(f"np.zeros({listed(lengths)}, dtype)")
            result = Value(self.kept(indexed(array, marks)), target.axes, lasting=True)
        self.lines.append(f"{array}.fill(0)")
        opened = target.axes
        for w in windows:
            opened = w.opened(opened)
        by_index = listed(listed(code(s.get(i, Integer(0))) for s in steps) for i in opened)
        return result, Value(self.kept(f"windows({array}, {listed(starts)}, {shape(opened)}, {by_index})"), opened)

    def _distribute(self, found: Windows, values: tuple[Value, Value, Value], view: Value) -> None:
        """Place by place: what has the maximum takes all that is left."""
        entries, maxima, value = values
        axes = tuple(i for i in view.axes if i != found.r)
        rest, chosen = self.scratch(axes), self.scratch(axes)
        k = "«l:place»"  # no index of a recurrence: there are none around
        mine, theirs = (indexed(v.code, [k if i == found.r else ":" for i in v.axes]) for v in (view, entries))
        entry = aligned(Value(theirs, tuple(i for i in entries.axes if i != found.r)), axes)
        self.lines += [
            f"np.copyto({rest.code}, {aligned(value, axes)})",
            f"for {k} in range({code(found.r.size)}):",
            f"    np.equal({entry}, {aligned(maxima, axes)}, out={chosen.code})",
        ]
        if found.apart:
            self.lines.append(f"    np.multiply({chosen.code}, {rest.code}, out={mine})")
            self.lines.append(f"    np.subtract({rest.code}, {mine}, out={rest.code})")
        else:
            self.lines.append(f"    np.multiply({chosen.code}, {rest.code}, out={chosen.code})")
            self.lines.append(f"    np.subtract({rest.code}, {chosen.code}, out={rest.code})")
            self.lines.append(f"    np.add({mine}, {chosen.code}, out={mine})")


def _windows(factor: Node, node: Node) -> Windows | None:
    """The windows of a factor [i - s·m + p = argmax_r f(m, r)] in which m is summed and i is not."""
    if factor.op != "match" or node.args.count(factor) > 1 or factor.args[1].op != "argmax":
        return None
    place, terms = factor.args[1], factor.data.terms
    kept = [(i, c) for i, c in terms if i in node.axes]
    summed = [(i, c) for i, c in terms if i in node.data]
    if len(kept) != 1 or len(summed) != 1 or len(terms) != 2 or kept[0][1] != 1:
        return None
    (i, _), (m, c) = kept[0], summed[0]
    others = [place, *(f for f in node.args if f is not factor)]
    if not (-c).is_positive or any(i in f.axes for f in others) or set(place.axes) & node.data != {m}:
        return None
    return Windows(i, m, place.data, -c, -factor.data.offset)
