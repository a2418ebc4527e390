"""From the graph of one equation to lines of NumPy that write into buffers.

Three places receive text: ``setup`` (run once, when sizes are known: scratch, constants, views of lasting memory),
``before`` (each step, ahead of the loop of a recurrence) and ``lines`` (each step, or each time step).

An operand that nobody reads again is overwritten in place; otherwise the result goes to scratch, which equations share,
since it is dead when its equation is done. The left side's own buffer is handed down as ``out`` to the first operand of
its size, so ``z = x @ W; z += b`` needs no scratch at all.
"""

from collections.abc import Callable
from dataclasses import replace

from symbackprop.codegen.contraction import Contraction
from symbackprop.codegen.lines import Setup
from symbackprop.codegen.nodes import BRACKETS, Node
from symbackprop.codegen.scatter import Scatter
from symbackprop.codegen.sizes import code
from symbackprop.codegen.spreading import Spreading
from symbackprop.codegen.values import Value, aligned, indexed
from symbackprop.indices import Index


class Emitter(Contraction, Spreading, Scatter):
    """Emits the equations that are computed together (one, or those of a recurrence)."""

    def equation(self, root: Node, target: Value) -> None:
        """Lines that leave the value of the root in the target."""
        if root.op == "cases":
            self._cases(root, target)
            return
        value = self.emit(root, target, is_root=True)
        if root.constant and not self.loop and target.lasting:
            self.setup.append(Setup("do", 0, f"np.copyto({target.code}, {aligned(value, target.axes)})"))
        elif value is not target:
            self.lines.append(f"np.copyto({target.code}, {aligned(value, target.axes)})")

    def _cases(self, root: Node, target: Value) -> None:
        """Each term into its own place; zero where no term is."""
        q, places = root.data
        if q.size != len(places):
            self.lines.append(f"{target.code}.fill(0)")
        axes = tuple(i for i in target.axes if i != q)
        for place, node in zip(places, root.args, strict=True):
            marks = [code(place) if i == q else ":" for i in target.axes]
            contiguous = target.contiguous and target.axes[0] == q
            part = Value(self.current(indexed(target.code, marks)), axes, contiguous)
            value = self.emit(node, part)
            if value is not part:
                self.lines.append(f"np.copyto({part.code}, {aligned(value, axes)})")

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

    def _known_ahead(self, node: Node, out: Value | None) -> Value:
        """The current step of what is computed for all steps ahead of the loop."""
        root, expression = node.data
        if expression not in self._known:
            whole = Emitter({}, self)
            whole.order = (*self.loop, *self.order)
            axes = tuple(i for i in whole.order if i in root.axes)
            target = self.scratch(axes + tuple(i for i in root.axes if i not in axes))
            whole.equation(root, target)
            self.before += whole.lines
            self.guarded_before |= whole.guarded
            self._known[expression] = target
        return replace(self.step_of(self._known[expression]), fresh=False)

    def _match(self, node: Node, out: Value | None) -> Value:
        return self.apply("np.equal", self.operands(node.args[:2], out), node.axes, out)

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

    def _scalar(self, node: Node, out: Value | None) -> Value:
        return Value(node.data, ())

    def _contract(self, node: Node, out: Value | None) -> Value:
        put = self.scattered(node, out) or self.selected(node, out) or self.spread(node, out)
        if put is not None:
            return put
        values = [self.emit(n) for n in node.args]
        return self.contract(values, node.data, out)

    def _read(self, node: Node, out: Value | None) -> Value:
        return self.read(node, out)


_EMIT: dict[str, Callable[[Emitter, Node, Value | None], Value]] = {
    "map": Emitter._map,
    "match": Emitter._match,
    "known": Emitter._known_ahead,
    "add": Emitter._add,
    "product": Emitter._product,
    "where": Emitter._where,
    "max": Emitter._max,
    "argmax": Emitter._argmax,
    "scalar": Emitter._scalar,
    "contract": Emitter._contract,
    "read": Emitter._read,
}
