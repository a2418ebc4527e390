"""One equation from tree to SymPy, in two passes.

The first pass (``Reading``) decides what binds each index and notes every bare use; then ``ranges`` says how far the
indices run; the second pass builds the terms. In between lies the whole formula, since a range may come from another equation.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sympy import Expr, Symbol, oo, pi

from symbackprop.equations import Equation, Tensor
from symbackprop.functions import FUNCTIONS
from symbackprop.indices import ArgMax, Index, MaxOver, size, totals
from symbackprop.notation import arithmetic
from symbackprop.notation.messages import Refusal, nearest
from symbackprop.notation.names import CHOOSERS, REDUCERS, RESERVED, Names, fold
from symbackprop.notation.ranges import Axis, Ranges, Runner, Use
from symbackprop.notation.syntax import (
    Call,
    Compare,
    Defined,
    Group,
    Name,
    Negative,
    Node,
    Place,
    Power,
    Product,
    Read,
    Sum,
)
from symbackprop.terms import Entry, Flat, Maximum, Minimum, Where

Scope = Mapping[str, Runner]
_CHOOSE: dict[str, Callable[..., Any]] = {"maximum": Maximum, "minimum": Minimum, "where": Where}


class Reading:
    """The first pass over one equation: ``left`` are its free indices, ``bound`` what each reducing call binds."""

    def __init__(self, statement: Defined, names: Names, ranges: Ranges) -> None:
        self.statement, self.names, self.ranges = statement, names, ranges
        self.boundary = names.is_boundary(statement)
        self.left: dict[str, Runner] = {}
        self.bound: dict[int, tuple[Runner, ...]] = {}
        self.slot_reads: set[int] = set()
        self._read_left()
        self._walk(statement.right, self.left, False)

    # -- the left side

    def _read_left(self) -> None:
        s = self.statement
        for k, slot in enumerate(s.slots):
            grouped = isinstance(slot, Group)
            for m, part in enumerate(slot.parts if isinstance(slot, Group) else (slot,)):
                if not isinstance(part, Name):
                    if grouped or isinstance(part, Group) or not _only_sizes(part, self.names):
                        raise Refusal("left_slot", part.at)
                elif grouped or self.names.kind(part.name) != "size":
                    runner = self._runner(part)
                    if part.name in self.left:
                        raise Refusal("left_twice", part.at, name=part.name)
                    self.left[part.name] = runner
                    axis = Axis(s.name, k, m if grouped else None)
                    if self.boundary:
                        self.ranges.uses.append(Use(runner, axis, part.at))
                    else:
                        self.ranges.lefts.append((axis, runner))
        if self.boundary:
            self._check_slots(s.name, s.slots, s.at)

    def _runner(self, node: Node) -> Runner:
        """A new index, of the declared range if there is one."""
        assert isinstance(node, Name)
        kind = self.names.kind(node.name)
        if node.name in RESERVED:
            raise Refusal("reserved", node.at, name=node.name, kind="index")
        if kind in ("tensor", "size"):
            where = self.names.kinds[node.name][1]
            raise Refusal("clash", node.at, name=node.name, kind="index", other_kind=kind, other=where)
        bound = self.names.bounds.get(node.name)
        return Runner(node.name, node.at, bound, "as declared" if bound is not None else "")

    # -- the right side

    def _walk(self, node: Node, scope: Scope, infinite: bool) -> None:
        match node:
            case Name():
                self._name(node, scope, infinite)
            case Read():
                self._entry(node, scope)
            case Call():
                self._call(node, scope, infinite)
            case Negative():
                self._walk(node.of, scope, infinite)
            case Power():
                self._walk(node.base, scope, infinite)
                self._walk(node.exponent, scope, infinite)
            case Compare():
                self._walk(node.left, scope, infinite)
                self._walk(node.right, scope, infinite)
            case Sum():
                for _, term in node.terms:
                    self._walk(term, scope, infinite)
            case Product():
                for _, factor in node.factors:
                    self._walk(factor, scope, infinite)
            case Group():
                raise Refusal("not_here", node.at, what="a group", hint="a group stands in a slot: W[(0,j),i]")

    def _name(self, node: Name, scope: Scope, infinite: bool) -> None:
        name = node.name
        if name in scope or name == "pi" or self.names.kind(name) == "size":
            return
        if name == "inf":
            if not infinite:
                raise Refusal("infinite", node.at)
        elif self.names.kind(name) == "index" or (
            not self.names.kind(name) and name in _slot_names(self.statement.right)
        ):
            raise Refusal("free", node.at, name=name, left=self._left_with(name))
        else:
            self.names.find_tensor(name, node.at)
            self._check_slots(name, (), node.at)

    def _left_with(self, name: str) -> str:
        slots = [s.name if isinstance(s, Name) else "..." for s in self.statement.slots]
        return f"{self.statement.name}[{','.join([*slots, name])}]"

    def _entry(self, node: Read, scope: Scope) -> None:
        self.names.find_tensor(node.name, node.at)
        self._check_slots(node.name, node.slots, node.at)
        base = self.names.base_of(node.name)
        for k, slot in enumerate(node.slots):
            if isinstance(slot, Group):
                for m, part in enumerate(slot.parts):
                    self._slot(part, Axis(base, k, m), scope)
            else:
                self._slot(slot, Axis(base, k), scope)

    def _slot(self, slot: Node, axis: Axis, scope: Scope) -> None:
        if isinstance(slot, Name) and slot.name in scope:
            self.ranges.uses.append(Use(scope[slot.name], axis, slot.at))
        elif isinstance(slot, Name) and slot.name not in self.names.kinds and slot.name not in RESERVED:
            raise Refusal("free", slot.at, name=slot.name, left=self._left_with(slot.name))
        else:
            self._walk(slot, scope, False)

    def _check_slots(self, name: str, slots: tuple[Node, ...], at: Place) -> None:
        if name not in self.names.groups:
            hint = f"write the equation of {name}"
            if all(isinstance(s, Name) for s in slots):
                sizes = [s.name for s in slots if isinstance(s, Name) and self.names.kind(s.name) == "size"]
                hint = f"{', '.join(sizes)} names a size, so it cannot be an index too"
            raise Refusal("only_boundary", at, name=name, hint=hint)
        groups = self.names.groups[name]
        if len(slots) != len(groups):
            raise Refusal("slots", at, name=name, wanted=len(groups), given=len(slots), shape=self.names.shown(name))
        for slot, parts in zip(slots, groups, strict=True):
            if isinstance(slot, Group) and len(slot.parts) != parts:
                wanted = f"a group of {parts}" if parts else "no group"
                raise Refusal("group", slot.at, name=name, wanted=wanted, shape=self.names.shown(name))

    def _call(self, node: Call, scope: Scope, infinite: bool) -> None:
        name, args = node.name, node.args
        if name in REDUCERS:
            indices = args[:-1]
            if not indices or not all(isinstance(a, Name) for a in indices) or (name == "argmax" and len(indices) > 1):
                usage = f"{name}(j, ...)" + ("; of two numbers: maximum(a, b)" if name == "max" else "")
                raise Refusal("reducer", node.at, name=name, usage=usage)
            inner = dict(scope)
            runners = []
            for a in indices:
                runner = self._runner(a)
                if runner.name in inner:
                    raise Refusal("shadow", a.at, name=runner.name)
                inner[runner.name] = runner
                runners.append(runner)
            self.bound[id(node)] = tuple(runners)
            self._walk(args[-1], inner, infinite or name in ("max", "argmax"))
            return
        wanted = CHOOSERS.get(name, 1)
        if name not in CHOOSERS and name not in FUNCTIONS:
            hint = nearest(name, (*FUNCTIONS, *REDUCERS, *CHOOSERS)) or "functions: " + ", ".join(FUNCTIONS)
            if self.names.kind(name) == "tensor":
                hint = f"an entry of a tensor is written {name}[...]"
            raise Refusal("no_function", node.at, name=name, hint=hint)
        if len(args) != wanted:
            usage = "where(condition, a, b)" if name == "where" else f"{name}({', '.join('ab'[:wanted])})"
            plural = "one argument" if wanted == 1 else f"{wanted} arguments"
            raise Refusal("arguments", node.at, name=name, wanted=plural, usage=usage)
        for a in args:
            self._walk(a, scope, infinite or name in CHOOSERS)

    # -- the second pass

    def build(self, tensors: Mapping[str, Tensor]) -> Equation:
        """The equation, once all ranges are known."""
        return _Builder(self, tensors).equation()


def _only_sizes(node: Node, names: Names) -> bool:
    try:
        return bool(names.size_expression(node).is_integer)
    except Refusal:
        return False


def _slot_names(node: Any) -> set[str]:
    """Names that stand anywhere inside of slots: these were meant as indices."""
    found: set[str] = set()
    stack = [(node, False)]
    while stack:
        n, inside = stack.pop()
        if isinstance(n, Name):
            if inside:
                found.add(n.name)
        elif isinstance(n, Node):
            for attribute in type(n).__slots__:
                stack += [(c, inside or attribute == "slots") for c in _children(getattr(n, attribute))]
    return found


def _children(value: Any) -> list[Any]:
    if isinstance(value, Node):
        return [value]
    return [c for v in value for c in _children(v)] if isinstance(value, tuple) else []


class _Builder:
    """The second pass over one equation."""

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
        stand_ins = {}
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
