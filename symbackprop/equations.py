"""Equations in index notation and the formula that they make: the one currency of the package.

A forward layer is a few named equations, so is a gradient, so is a line of a hand derivation. An equation may be a
renamed copy of a *base* (``Equation.renamed``): a network of a thousand layers holds a thousand such copies of one
base, whose derivative and code are made once. The renamed expression is built only when somebody looks at it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sympy import Expr, Integer, Symbol

from symbackprop.errors import DataError
from symbackprop.indices import Index
from symbackprop.terms import Entry, Flat

ROLES = ("input", "param", "target", "mask", "label", "const")
DIFFERENTIABLE = ("input", "param")

Slot = Any  # a size, or a tuple of sizes for a grouped slot


@dataclass(frozen=True)
class Tensor:
    """A declared or defined tensor. ``classes`` is K for ``label t[N] < K``; ``positive`` for ``const eps > 0``."""

    name: str
    role: str
    shape: tuple[Slot, ...] = ()
    classes: Expr | None = None
    positive: bool = False

    @property
    def lengths(self) -> tuple[Expr, ...]:
        """One length an axis: a grouped slot is one axis."""
        return tuple(length(s) for s in self.shape)

    def entry(self, tag: str = "~p") -> Entry:
        """A general entry with indices of its own, ``x[p0, p1]``; grouped slots get one index a part."""
        return Entry(self.name, *(_slot_index(s, f"{tag}{k}") for k, s in enumerate(self.shape)))


def _slot_index(slot: Slot, name: str) -> Expr:
    if isinstance(slot, tuple):
        return Flat(*(Index(f"{name}.{m}", s) for m, s in enumerate(slot)))
    return Index(name, slot)


def length(slot: Slot) -> Expr:
    """The length of an axis: a grouped slot's is the product of its parts."""
    if not isinstance(slot, tuple):
        return slot
    product: Expr = Integer(1)
    for part in slot:
        product *= part
    return product


class Renaming:
    """Other names for tensors and other sizes; compared by identity, one for each copy of a layer.

    ``formula`` is the one that the renamed equations come from, where they come from one.
    """

    def __init__(
        self,
        tensors: Mapping[str, str],
        sizes: Mapping[Symbol, Any] | None = None,
        formula: "Formula | None" = None,
    ) -> None:
        self.tensors, self.formula = dict(tensors), formula
        self.sizes = {k: Integer(v) if isinstance(v, int) else v for k, v in (sizes or {}).items()}

    def name(self, name: str) -> str:
        return self.tensors.get(name, name)

    def expr(self, expr: Expr) -> Expr:
        rule: dict = {Symbol(a): Symbol(b) for a, b in self.tensors.items() if a != b} | self.sizes
        if self.sizes:
            for i in expr.atoms(Index):
                if not i.level:
                    rule[i] = Index(i.name, i.size.xreplace(self.sizes))
        return expr.xreplace(rule)

    def shape(self, shape: tuple[Slot, ...]) -> tuple[Slot, ...]:
        return tuple(
            tuple(p.xreplace(self.sizes) for p in s) if isinstance(s, tuple) else s.xreplace(self.sizes) for s in shape
        )


class Equation:
    """``name[slots] = rhs``.

    ``slots`` are indices, grouped indices (``Flat``), or, in a boundary of a recurrence, a number or a size.

    >>> i = Index("i", Symbol("N"))
    >>> Equation("y", (i,), Entry("x", i)**2)
    y[i] = x[i]**2
    """

    def __init__(self, name: str, slots: Iterable[Any], rhs: Expr) -> None:
        self.name, self.slots, self._rhs = name, tuple(slots), rhs
        self.base: Equation = self
        self.renaming: Renaming | None = None

    def renamed(self, renaming: Renaming) -> "Equation":
        """The same equation in other names; ``base`` still is the one that it was made from."""
        copy = Equation.__new__(Equation)
        copy.base, copy.renaming = self, renaming
        copy.name = renaming.name(self.name)
        copy._rhs = None  # built by rhs when asked for
        return copy

    def __getattr__(self, attribute: str) -> Any:
        if attribute == "slots" and self.renaming is not None:
            self.slots = tuple(self.renaming.expr(s) for s in self.base.slots)
            return self.slots
        raise AttributeError(attribute)

    @property
    def rhs(self) -> Expr:
        if self._rhs is None:
            assert self.renaming is not None
            self._rhs = self.renaming.expr(self.base.rhs)
        return self._rhs

    @property
    def left(self) -> Entry:
        return Entry(self.name, *self.slots)

    @cached_property
    def indices(self) -> tuple[Index, ...]:
        """The free indices of the left side, those inside grouped slots included, in order."""
        flat: list[Index] = []
        for s in self.slots:
            flat += [a for a in (s.args if isinstance(s, Flat) else (s,)) if isinstance(a, Index)]
        return tuple(flat)

    @property
    def shape(self) -> tuple[Slot, ...]:
        return tuple(tuple(a.size for a in s.args) if isinstance(s, Flat) else s.size for s in self.slots)

    @cached_property
    def is_boundary(self) -> bool:
        """Whether the left side fixes a slot, as ``h[-1, j] = h0[j]`` does."""
        base_slots = self.base.slots if self.renaming is not None else self.slots
        return not all(isinstance(s, Index | Flat) for s in base_slots)

    @cached_property
    def reads(self) -> frozenset[str]:
        """The names of the tensors on the right side."""
        if self.renaming is not None:
            return frozenset(self.renaming.name(n) for n in self.base.reads)
        return frozenset(e.name for e in self.rhs.atoms(Entry))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Equation) and self.left == other.left and self.rhs == other.rhs

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"{self.left} = {self.rhs}"


@dataclass(frozen=True)
class Formula:
    """Declared tensors and the equations over them, in the order in which they were written.

    ``names`` holds what a person called the index over a size, for the printers.
    """

    tensors: Mapping[str, Tensor]
    equations: tuple[Equation, ...]
    names: Mapping[Expr, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""
    title: str = ""

    @property
    def declared(self) -> tuple[Tensor, ...]:
        return tuple(t for t in self.tensors.values() if t.role != "defined")

    @cached_property
    def defining(self) -> dict[str, Equation]:
        """The equation of each defined tensor, boundaries aside."""
        return {e.name: e for e in self.equations if not e.is_boundary}

    @cached_property
    def boundaries(self) -> dict[str, tuple[Equation, ...]]:
        found: dict[str, tuple[Equation, ...]] = {}
        for e in self.equations:
            if e.is_boundary:
                found[e.name] = (*found.get(e.name, ()), e)
        return found

    @cached_property
    def consumers(self) -> dict[str, tuple[Equation, ...]]:
        """For each tensor the equations that read it, in order."""
        found: dict[str, list[Equation]] = {name: [] for name in self.tensors}
        for e in self.equations:
            for name in e.reads:
                found.setdefault(name, []).append(e)
        return {name: tuple(es) for name, es in found.items()}

    @property
    def output(self) -> Tensor:
        """What the last equation defines."""
        return self.tensors[next(e for e in reversed(self.equations) if not e.is_boundary).name]

    @cached_property
    def sizes(self) -> tuple[Symbol, ...]:
        """All size symbols, in order of first appearance."""
        seen: dict[Symbol, None] = {}
        for t in self.tensors.values():
            for part in (*t.lengths, *(() if t.classes is None else (t.classes,))):
                seen.update(dict.fromkeys(sorted(part.free_symbols, key=str)))
        for e in self.equations:
            base = e.base if e.renaming is None else e
            if e.renaming is None:
                symbols = base.rhs.free_symbols | {s for i in base.rhs.atoms(Index) for s in i.size.free_symbols}
                tensors = {x.tensor for x in base.rhs.atoms(Entry)}
                named = (s for s in symbols if not isinstance(s, Index | Entry) and s not in tensors)
                seen.update(dict.fromkeys(sorted(named, key=str)))
        return tuple(seen)

    def tensors_by_role(self, *roles: str) -> tuple[Tensor, ...]:
        return tuple(t for t in self.tensors.values() if t.role in roles)


def solve_sizes(formula: Formula, shapes: Mapping[str, tuple[int, ...]], given: Mapping[str, int]) -> dict[Symbol, int]:
    """The number that each size stands for, from the shapes of arrays and the sizes given by name.

    Raises ``DataError`` that names the tensor, what it should be and what it is.

    >>> import symbackprop as sb
    >>> f = sb.formula("input x[N,4*H]; y[n,k] = x[n,k]".replace("; ", chr(10)))
    >>> {str(k): v for k, v in solve_sizes(f, {"x": (3, 8)}, {}).items()}
    {'N': 3, 'H': 2}
    """
    known: dict[Symbol, int] = {s: int(given[s.name]) for s in formula.sizes if s.name in given}
    pending = [
        (name, axis, wanted, int(got))
        for name, shape in shapes.items()
        for axis, (wanted, got) in enumerate(zip(_lengths_for(formula, name, shape), shape, strict=True))
    ]
    while pending:
        left = [p for p in pending if not _settle(p, known, shapes)]
        if len(left) == len(pending):
            break  # what is left has two unknowns or more: another array or a given size must fix them
        pending = left
    return known


def _lengths_for(formula: Formula, name: str, shape: tuple[int, ...]) -> tuple[Expr, ...]:
    tensor = formula.tensors.get(name)
    if tensor is None:
        raise DataError(f"no tensor {name!r} in the formula; it has {', '.join(t.name for t in formula.declared)}")
    if len(shape) != len(tensor.shape):
        raise DataError(f"{name} has {len(tensor.shape)} axes {_shown(tensor)}, but the array has shape {shape}")
    return tensor.lengths


def _shown(tensor: Tensor) -> str:
    return "(" + ", ".join(str(n) for n in tensor.lengths) + ")"


def _settle(pending: tuple[str, int, Expr, int], known: dict[Symbol, int], shapes: Mapping[str, tuple]) -> bool:
    """Whether this axis is decided: it fixed the one unknown in it, or was checked."""
    name, axis, wanted, got = pending
    expr = wanted.xreplace({k: Integer(v) for k, v in known.items()})
    unknown = sorted(expr.free_symbols, key=str)
    if len(unknown) > 1:
        return False
    if unknown:
        (symbol,) = unknown
        slope = (expr - expr.xreplace({symbol: Integer(0)})).xreplace({symbol: Integer(1)})
        offset = expr.xreplace({symbol: Integer(0)})
        if not slope.is_Integer or not offset.is_Integer or expr != slope * symbol + offset:
            return False
        value, rest = divmod(got - int(offset), int(slope))
        if rest or value < 1:
            raise DataError(f"{name} has shape {shapes[name]}: axis {axis} should be {wanted}, which is never {got}")
        known[symbol] = value
        return True
    if int(expr) != got:
        sizes = ", ".join(f"{s} = {known[s]}" for s in sorted(wanted.free_symbols, key=str)) or f"fixed at {wanted}"
        raise DataError(f"{name} has shape {shapes[name]}: axis {axis} is {got}, but {wanted} is {int(expr)} ({sizes})")
    return True
