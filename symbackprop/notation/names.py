"""Who is what: one namespace for tensors, sizes, indices and functions, filled from the declarations and left sides.

A name that stands in a shape, a bound of an index or a number of classes is a size without any declaration.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sympy import Expr

from symbackprop.equations import Slot, Tensor
from symbackprop.functions import FUNCTIONS
from symbackprop.indices import size
from symbackprop.notation import arithmetic
from symbackprop.notation.messages import Refusal, nearest
from symbackprop.notation.syntax import (
    Declared,
    Defined,
    Group,
    Name,
    Negative,
    Node,
    Number,
    Place,
    Power,
    Product,
    Statement,
    Sum,
)

REDUCERS = ("sum", "mean", "max", "argmax")
CHOOSERS = {"maximum": 2, "minimum": 2, "where": 3}
CONSTANTS = ("pi", "inf")
RESERVED = frozenset((*REDUCERS, *CHOOSERS, *CONSTANTS, *FUNCTIONS))


class Names:
    """The namespace of one formula: ``bounds`` of declared indices, ``groups``: parts of each slot (0: no group)."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.kinds: dict[str, tuple[str, Place]] = {}
        self.tensors: dict[str, Tensor] = {}
        self.bounds: dict[str, Expr] = {}
        self.groups: dict[str, tuple[int, ...]] = {}
        self.implied: dict[str, str] = {}  # adjoints that are read but neither declared nor defined, and their base
        self.fixed: set[tuple[str, int]] = set()  # tensor and slot of each boundary
        declared = [s for s in statements if isinstance(s, Declared)]
        for d in declared:
            self.register(d.name, {"size": "size", "index": "index"}.get(d.role, "tensor"), d.at)
        for d in declared:
            if d.role == "index":
                assert d.bound is not None
                self.bounds[d.name] = self.length(d.bound)
            elif d.role != "size":
                self._declare_tensor(d)
        for s in statements:
            if isinstance(s, Defined) and not self.is_boundary(s):
                self.register(s.name, "tensor", s.at)
                self.groups[s.name] = tuple(len(t.parts) if isinstance(t, Group) else 0 for t in s.slots)
            elif isinstance(s, Defined):
                self.fixed |= {(s.name, k) for k, slot in enumerate(s.slots) if self._is_fixed(slot)}

    def _declare_tensor(self, d: Declared) -> None:
        shape = tuple(self._slot(s) for s in d.slots)
        classes = self.length(d.bound) if d.role == "label" and d.bound is not None else None
        self.tensors[d.name] = Tensor(d.name, d.role, shape, classes, d.role == "const" and d.bound is not None)
        self.groups[d.name] = tuple(len(s) if isinstance(s, tuple) else 0 for s in shape)

    def register(self, name: str, kind: str, at: Place) -> None:
        if name in RESERVED:
            raise Refusal("reserved", at, name=name, kind=kind)
        if name in self.kinds:
            other, where = self.kinds[name]
            key = "twice" if kind == other else "clash"
            raise Refusal(key, at, name=name, kind=kind, other_kind=other, other=where)
        self.kinds[name] = (kind, at)

    def kind(self, name: str) -> str:
        return self.kinds[name][0] if name in self.kinds else ""

    def is_boundary(self, equation: Defined) -> bool:
        """Whether some slot on the left is neither an index nor a group."""
        return any(map(self._is_fixed, equation.slots))

    def _is_fixed(self, slot: Node) -> bool:
        return self.kind(slot.name) == "size" if isinstance(slot, Name) else not isinstance(slot, Group)

    def find_tensor(self, name: str, at: Place) -> str:
        """The tensor whose shape this one has: itself, or for an adjoint that nobody defines, its base."""
        if self.kind(name) == "tensor":
            return name
        if name not in self.kinds and name[0] == "d" and self.kind(name[1:]) == "tensor":
            self.implied[name] = name[1:]
            self.kinds[name] = ("tensor", at)
            self.groups[name] = self.groups[name[1:]]
            return name
        if name in RESERVED:
            raise Refusal("function_bare", at, name=name)
        if name in self.kinds:
            other, where = self.kinds[name]
            raise Refusal("clash", at, name=name, kind="tensor", other_kind=other, other=where)
        raise Refusal("unknown", at, name=name, near=nearest(name, self.kinds))

    def has_boundary(self, name: str, slot: int) -> bool:
        """Whether some equation fixes the tensor's value outside of that axis."""
        return (name, slot) in self.fixed

    def shown(self, name: str) -> str:
        """The declaration of a tensor as a person reads it, ``W[(4, H), D]``."""
        if name not in self.tensors:
            return f"defined in line {self.kinds[name][1].line}"
        slots = [f"({', '.join(map(str, s))})" if isinstance(s, tuple) else str(s) for s in self.tensors[name].shape]
        return f"{name}[{', '.join(slots)}]" if slots else f"{name}, a scalar"

    def base_of(self, name: str) -> str:
        return self.implied.get(name, name)

    # -- sizes

    def _slot(self, node: Node) -> Slot:
        return tuple(self.length(p) for p in node.parts) if isinstance(node, Group) else self.length(node)

    def length(self, node: Node) -> Expr:
        """A positive size: a number, a name, or an expression of them."""
        found = self.size_expression(node, implied=True)
        if not found.is_integer:
            raise Refusal("integer", node.at, what="a size", hint="sizes are divided by //")
        if found.is_nonpositive:
            raise Refusal("positive", node.at, size=found)
        return found

    def size_expression(self, node: Node, implied: bool = False) -> Expr:
        """An expression of sizes; names that are new become sizes where ``implied``."""

        def leaf(n: Node) -> Expr:
            if isinstance(n, Name) and n.name not in RESERVED:
                if implied and n.name not in self.kinds:
                    self.register(n.name, "size", n.at)
                if self.kind(n.name) == "size":
                    return size(n.name)
                if n.name in self.kinds:
                    other, where = self.kinds[n.name]
                    raise Refusal("clash", n.at, name=n.name, kind="size", other_kind=other, other=where)
            raise Refusal("not_here", n.at, what="this", hint="sizes are made of numbers, names and + - * // **")

        return fold(node, leaf)


def fold(node: Node, leaf: Any) -> Expr:
    """The arithmetic of a tree; ``leaf`` reads names, entries, calls, groups and comparisons."""
    match node:
        case Number():
            return arithmetic.number(node.value.numerator, node.value.denominator)
        case Negative():
            return -fold(node.of, leaf)
        case Sum():
            return arithmetic.add([(op, fold(t, leaf)) for op, t in node.terms], node.at)
        case Product():
            return arithmetic.multiply([(op, fold(f, leaf)) for op, f in _signs_apart(node)], node.at)
        case Power():
            return arithmetic.power(fold(node.base, leaf), fold(node.exponent, leaf), node.at)
    return leaf(node)


def _signs_apart(node: Product) -> list[tuple[str, Node]]:
    """``-(a - b)/N`` is one product with the factor -1: SymPy would distribute a sign that stands at a sum alone."""
    (op, first), *others = node.factors
    if not isinstance(first, Negative):
        return list(node.factors)
    return [(op, Number(first.at, Fraction(-1))), ("*", first.of), *others]
