"""One equation from tree to SymPy terms, once it is known what binds each index and how far it runs."""

from collections.abc import Callable, Mapping
from typing import Any

from sympy import Expr, Symbol, oo, pi

from symbackprop.equations import Equation, Tensor
from symbackprop.indices import ArgMax, Index, MaxOver, size, totals
from symbackprop.notation import arithmetic
from symbackprop.notation.binding import Reading
from symbackprop.notation.messages import Refusal
from symbackprop.notation.names import CHOOSERS, REDUCERS, fold
from symbackprop.notation.ranges import Axis
from symbackprop.notation.syntax import Call, Compare, Group, Name, Node, Read, Sum
from symbackprop.terms import Entry, Flat, Maximum, Minimum, Where

_CHOOSE: dict[str, Callable[..., Any]] = {"maximum": Maximum, "minimum": Minimum, "where": Where}


def build(reading: Reading, tensors: Mapping[str, Tensor]) -> Equation:
    """The equation that was read."""
    return _Builder(reading, tensors).equation()


class _Builder:
    """Walks the tree of one equation; ``scope`` has the indices under their names."""

    def __init__(self, reading: Reading, tensors: Mapping[str, Tensor]) -> None:
        self.reading, self.names, self.tensors = reading, reading.names, tensors

    def equation(self) -> Equation:
        s = self.reading.statement
        scope = {name: Index(name, runner.size) for name, runner in self.reading.left.items()}
        slots = [
            Flat(*(scope[p.name] for p in slot.parts if isinstance(p, Name)))
            if isinstance(slot, Group)
            else scope[slot.name]
            if isinstance(slot, Name) and slot.name in scope
            else self.names.size_expression(slot)
            for slot in s.slots
        ]
        return Equation(s.name, slots, self.expr(s.right, scope))

    def expr(self, node: Node, scope: Mapping[str, Index]) -> Expr:
        def leaf(n: Node) -> Expr:
            match n:
                case Name():
                    return self._name(n.name, scope)
                case Read():
                    return self._entry(n, scope)
                case Call():
                    return self._call(n, scope)
                case Compare():
                    return arithmetic.COMPARISONS[n.op](self.expr(n.left, scope), self.expr(n.right, scope))
            raise AssertionError(n)

        return fold(node, leaf)

    def _name(self, name: str, scope: Mapping[str, Index]) -> Expr:
        if name in scope:
            return scope[name]
        if self.names.kind(name) == "size":
            return size(name)
        return {"pi": pi, "inf": oo}.get(name) or Entry(name)

    def _call(self, node: Call, scope: Mapping[str, Index]) -> Expr:
        if node.name in REDUCERS:
            indices = [Index(r.name, r.size) for r in self.reading.bound[id(node)]]
            body = self.expr(node.args[-1], {**scope, **{i.name: i for i in indices}})
            return _reduce(node, body, indices)
        args = [self.expr(a, scope) for a in node.args]
        if node.name in CHOOSERS:
            return arithmetic.checked(_CHOOSE[node.name](*args), node.at)
        return arithmetic.function(node.name, args[0], node.at)

    # -- entries

    def _entry(self, node: Read, scope: Mapping[str, Index]) -> Expr:
        slots = []
        for k, slot in enumerate(node.slots):
            if isinstance(slot, Group):
                parts = [self._slot(node, p, Axis(node.name, k, m), scope) for m, p in enumerate(slot.parts)]
                slots.append(Flat(*parts))
            else:
                slots.append(self._slot(node, slot, Axis(node.name, k), scope))
        return Entry(node.name, *slots)

    def _slot(self, node: Read, slot: Node, axis: Axis, scope: Mapping[str, Index]) -> Expr:
        found = self.expr(slot, scope)
        self._check_integer(slot, found)
        length = self.reading.ranges.length(axis._replace(tensor=self.names.base_of(axis.tensor)))
        if length is None:
            return found
        if isinstance(found, Entry) and (label := self.tensors.get(found.name)) and label.classes is not None:
            if not arithmetic.not_less(length, label.classes):
                shape = self.names.shown(node.name)
                raise Refusal(
                    "label_range", slot.at, label=found, one=label.classes, name=node.name, two=length, shape=shape
                )
        if not found.free_symbols - length.free_symbols and not self.reading.names.has_boundary(node.name, axis.slot):
            if found.is_negative or (not isinstance(slot, Sum) and arithmetic.not_less(found, length)):
                shape = self.names.shown(node.name)
                raise Refusal("outside", slot.at, slot=found, name=node.name, size=length, shape=shape)
        return found

    def _check_integer(self, slot: Node, found: Expr) -> None:
        stand_ins: dict[Expr, Symbol] = {}
        for e in found.atoms(Entry):
            if (t := self.tensors.get(e.name)) is not None and t.role not in ("label", "defined"):
                if not found.has(ArgMax):
                    raise Refusal("not_label", slot.at, name=e.name, role=t.role)
            stand_ins[e] = Symbol(f"~{len(stand_ins)}", integer=True)
        if found.is_integer or found.xreplace(stand_ins).is_integer:
            return
        raise Refusal("integer", slot.at, what="an index", hint="integer division is //")


def _reduce(node: Call, body: Expr, indices: list[Index]) -> Expr:
    if node.name == "argmax":
        return ArgMax(body, indices[0])
    if node.name == "max":
        for i in reversed(indices):
            body = MaxOver(body, i)
        return body
    total = totals(body, *indices)
    if node.name == "mean":
        for i in indices:
            total /= i.size
    return arithmetic.checked(total, node.at)
