"""What binds each index of an equation, and where it is used: the first of two passes over the tree.

Every bare use of an index is noted for ``ranges``, which says how far it runs; then ``elaborate`` builds the terms. In
between lies the whole formula, since a range may come from another equation.
"""

from collections.abc import Mapping
from typing import Any

from symbackprop.functions import FUNCTIONS
from symbackprop.notation.messages import Refusal, nearest
from symbackprop.notation.names import CHOOSERS, REDUCERS, RESERVED, Names
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

Scope = Mapping[str, Runner]


class Reading:
    """The first pass over one equation: ``left`` are its free indices, ``bound`` what each reducing call binds."""

    def __init__(self, statement: Defined, names: Names, ranges: Ranges) -> None:
        self.statement, self.names, self.ranges = statement, names, ranges
        self.boundary = names.is_boundary(statement)
        self.left: dict[str, Runner] = {}
        self.bound: dict[int, tuple[Runner, ...]] = {}
        self.affine: list[tuple[Node, Axis, Scope]] = []  # slots that are more than one name
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
            self.affine.append((slot, axis, scope))
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
