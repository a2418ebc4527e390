"""From the graph of one equation to lines of NumPy that write into buffers.

Three places receive text: ``setup`` (run once, when sizes are known: scratch, constants, views of lasting memory),
``before`` (each step, ahead of the loop of a recurrence) and ``lines`` (each step, or each time step).

An operand that nobody reads again is overwritten in place; otherwise the result goes to scratch, which equations share,
since it is dead when its equation is done. The left side's own buffer is handed down as ``out`` to the first operand of
its size, so ``z = x @ W; z += b`` needs no scratch at all.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from symbackprop.codegen.constants import Constants
from symbackprop.codegen.contraction import Contraction
from symbackprop.codegen.nodes import BRACKETS, Node
from symbackprop.codegen.reading import Reading
from symbackprop.codegen.values import Value, aligned, shape, transposed
from symbackprop.indices import Index

_CALL = re.compile(r"([\w.]+)\((.*)\)")
_ARRAY = re.compile("«[tx]:([^»]*)»")
_LOCAL = re.compile("«[vn]:[^»]*»")


@dataclass(frozen=True)
class Setup:
    """A local that is made once: ``scratch`` is shared between equations, ``kept`` belongs to this one."""

    kind: str
    local: int
    code: str


class Emitter(Contraction, Reading, Constants):
    """Emits the equations that are computed together (one, or those of a recurrence)."""

    def __init__(self, loop: Mapping[Index, str], count: int = 0, steps: dict[str, str] | None = None) -> None:
        self.loop = loop
        self.setup: list[Setup] = []
        self.before: list[str] = []
        self.lines: list[str] = []
        self.guarded = False
        self._made: dict[Node, Value] = {}
        self._kept: dict[str, str] = {}
        self._texts: dict[str, str] = {}  # what a local view was made as
        self._steps = {} if steps is None else steps  # views of the current step: the equations of a loop share them
        self.count = count

    # -- locals ------------------------------------------------------------------------------------------------------

    def local(self) -> str:
        self.count += 1
        return f"«v:{self.count}»"

    def _define(self, kind: str, text: str) -> str:
        name = self.local()
        self.setup.append(Setup(kind, self.count, text))
        return name

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
        return self._named(text, self.before, "view") if self.loop else text

    def current(self, text: str) -> str:
        """The current step of an array, under a name of its own."""
        return self._named(text, self.lines, "now") if self.loop else text

    def _named(self, text: str, lines: list[str], suffix: str) -> str:
        if text not in self._steps:
            self.count += 1
            array = _ARRAY.search(_LOCAL.sub(lambda m: self._texts.get(m[0], m[0]), text))
            name = self._steps[text] = f"«n:{self.count} {array[1] if array else 'view'}_{suffix}»"
            self._texts[name] = text
            lines.append(f"{name} = {text}")
        return self._steps[text]

    def own(self, text: str) -> str:
        """A buffer that no other equation writes."""
        return self._define("own", text)

    def scratch(self, axes: tuple[Index, ...], dtype: str = "dtype") -> Value:
        name = self._define("scratch", f"np.empty({shape(axes)}, {dtype})")
        return Value(name, axes, contiguous=True, fresh=True, lasting=True, integer=dtype != "dtype")

    # -- nodes -------------------------------------------------------------------------------------------------------

    def equation(self, root: Node, target: Value) -> None:
        """Lines that leave the value of the root in the target."""
        value = self.emit(root, target, is_root=True)
        if root.constant and not self.loop and target.lasting:
            self.setup.append(Setup("do", 0, f"np.copyto({target.code}, {aligned(value, target.axes)})"))
        elif value is not target:
            self.lines.append(f"np.copyto({target.code}, {aligned(value, target.axes)})")

    def emit(self, node: Node, out: Value | None = None, is_root: bool = False) -> Value:
        """The value of a node; it is ``out`` where it could be left there."""
        if node in self._made:
            return self._made[node]
        shared = node.uses > 1
        if out is not None and ((shared and not is_root) or set(node.axes) != set(out.axes)):
            out = None
        value = self.constant(node) if node.constant else _EMIT[node.op](self, node, out)
        if shared and value is not out:
            value = self._made[node] = replace(value, fresh=False)
        return value

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

    def operands(self, nodes: tuple[Node, ...], out: Value | None) -> list[Value]:
        """The operands' values; one that is computed and of full size is left in ``out``."""
        found: dict[Node, Value] = {}
        heir = self._heir(nodes, out)
        if heir is not None:
            found[heir] = self.emit(heir, out)
        for n in nodes:
            if n not in found:
                found[n] = self.emit(n)
        return [found[n] for n in nodes]

    def _heir(self, nodes: tuple[Node, ...], out: Value | None) -> Node | None:
        if out is None:
            return None
        fit = [n for n in nodes if set(n.axes) == set(out.axes) and n.uses == 1 and n.op != "read" and not n.constant]
        return next((n for n in fit if n.op == "contract"), fit[0] if fit else None)

    def _map(self, node: Node, out: Value | None) -> Value:
        return self.apply(node.data, self.operands(node.args, out), node.axes, out)

    def _add(self, node: Node, out: Value | None) -> Value:
        values = self.operands(node.args, out)
        terms = list(zip(values, node.data, strict=True))
        # Small terms are added up before they are broadcast, and what lies in its place already leads its size.
        terms.sort(key=lambda t: (t[0] is not out, not t[0].fresh, -len(t[0].axes)))
        total, sign = terms[0]
        for v, s in terms[1:]:
            axes = total.axes if set(v.axes) <= set(total.axes) else node.axes
            if sign > 0:
                total = self._pair("np.add" if s > 0 else "np.subtract", total, v, axes, out)
            elif s > 0:
                total, sign = self._pair("np.subtract", v, total, axes, out), 1
            else:
                total = self._pair("np.add", total, v, axes, out)
        return total if sign > 0 else self.apply("np.negative", [total], total.axes, self._fitting(total.axes, out))

    def _fitting(self, axes: tuple[Index, ...], out: Value | None) -> Value | None:
        return out if out is not None and set(out.axes) == set(axes) else None

    def _pair(self, function: str, a: Value, b: Value, axes: tuple[Index, ...], out: Value | None) -> Value:
        return self.apply(function, [a, b], axes, self._fitting(axes, out))

    def _product(self, node: Node, out: Value | None) -> Value:
        above, scaled = node.data
        # A divisor must not be left in out: the numerator is written there first.
        up = self.operands(node.args[:above], out)
        down = self.operands(node.args[above:], None)
        scalar = down.pop() if scaled else None
        up.sort(key=lambda v: (v is not out, not v.fresh, -len(v.axes)))
        if up:
            total, up = up[0], up[1:]
        else:
            first = down.pop(0)
            total = self.apply(
                "np.divide", [scalar or Value("1", ()), first], first.axes, self._fitting(first.axes, out)
            )
            scalar = None
        for function, vs in (("np.multiply", [*up, *([scalar] if scalar else [])]), ("np.divide", down)):
            for v in vs:
                if v.code == "-1":
                    total = self.apply("np.negative", [total], total.axes, self._fitting(total.axes, out))
                    continue
                axes = total.axes if set(v.axes) <= set(total.axes) else node.axes
                total = self._pair(function, total, v, axes, out)
        return total

    def _where(self, node: Node, out: Value | None) -> Value:
        self.guarded = True
        condition, a, b = node.args
        chosen = self.emit(a)
        mask = self._mask(condition)
        target = out or self.scratch(node.axes)
        other = self.emit(b, target)
        if other is not target:
            self.lines.append(f"np.copyto({target.code}, {aligned(other, target.axes)})")
        where = aligned(mask, target.axes)
        self.lines.append(f"np.copyto({target.code}, {aligned(chosen, target.axes)}, where={where})")
        return target

    def _mask(self, node: Node) -> Value:
        if node.constant or node.op != "map" or node.data not in BRACKETS:
            value = self.emit(node)
            return replace(value, code=f"({value.code} != 0)" if not node.axes else f"np.not_equal({value.code}, 0)")
        return self.apply(node.data, self.operands(node.args, None), node.axes, self.scratch(node.axes, "np.bool_"))

    def _max(self, node: Node, out: Value | None) -> Value:
        value = self.emit(node.args[0])
        return self.reduce("np.maximum.reduce", value, (node.data,), out)

    def _argmax(self, node: Node, out: Value | None) -> Value:
        value = self.emit(node.args[0])
        target = out if out is not None and out.integer else self.scratch(node.axes, "np.intp")
        text, axis = self.reducible(value, target.axes, (node.data,))
        self.lines.append(f"{text}.argmax(axis={axis}, out={target.code})")
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

    def _scalar(self, node: Node, out: Value | None) -> Value:
        return Value(node.data, ())

    def _contract(self, node: Node, out: Value | None) -> Value:
        values = [self.emit(n) for n in node.args]
        return self.contract(values, node.data, out)

    def _read(self, node: Node, out: Value | None) -> Value:
        return self.read(node)


_EMIT: dict[str, Callable[[Emitter, Node, Value | None], Value]] = {
    "map": Emitter._map,
    "add": Emitter._add,
    "product": Emitter._product,
    "where": Emitter._where,
    "max": Emitter._max,
    "argmax": Emitter._argmax,
    "scalar": Emitter._scalar,
    "contract": Emitter._contract,
    "read": Emitter._read,
}
