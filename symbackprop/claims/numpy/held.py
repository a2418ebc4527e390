"""Forgotten paths: the gradient in which one use of a value is held constant.

A term of the chain rule that a person leaves out is a use that they took for a constant: the variance in a batch norm,
a state on its way past a gate, a weight that is used twice. So each use on the way to the cost is held in turn, and
the gradient derived anew is compared with the claimed one; two uses where one does not do.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from sympy import Expr, Integer

from symbackprop.claims.numpy.arrays import IndexArray
from symbackprop.claims.numpy.guard import single_entry
from symbackprop.claims.numpy.lift import input_array
from symbackprop.claims.numpy.plain import PlainPoint
from symbackprop.claims.numpy.reading import Reading
from symbackprop.differentiation import derive
from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.substitution import map_entries
from symbackprop.terms import Entry

_MOST_USES = 40
_TOLERANCE = 1e-6
_HELD = "~"  # no name in a person's code has it


@dataclass(frozen=True)
class Use:
    """The entry that an equation reads at one place, counted in the order of ``map_entries``."""

    equation: str
    place: int
    tensor: str


@dataclass(frozen=True)
class Without:
    """A gradient with some uses held: the expression and the formula that its names stand for."""

    uses: tuple[Use, ...]
    gradient: Expr
    program: Formula


class Holding:
    """The uses on the way from one input to the cost."""

    def __init__(self, reading: Reading, name: str) -> None:
        self.reading, self.name = reading, name
        whole = reading.trace.formula()
        self.forward = [e for n, e in whole.defining.items() if n in reading.forward]
        self.cost = Equation(reading.trace.free_name("cost"), (), reading.cost)
        self.tensors = {n: t for n, t in whole.tensors.items() if t.role != "defined" or n in reading.forward}
        self.rest = [e for n, e in whole.defining.items() if n not in reading.forward]

    def uses(self) -> list[Use]:
        """Where what depends on the input is read, the last equations first."""
        depends, found = {self.name}, []
        for e in (*self.forward, self.cost):
            read = _entries(e.rhs)
            if any(x.name in depends for x in read):
                depends.add(e.name)
            found += [Use(e.name, k, x.name) for k, x in enumerate(read) if x.name in depends]
        return found[::-1][:_MOST_USES]

    def without(self, *uses: Use) -> Without:
        """The gradient with these uses held."""
        tensors = {**self.tensors, self.cost.name: Tensor(self.cost.name, "defined")}
        for u in uses:
            tensors[u.tensor + _HELD] = Tensor(u.tensor + _HELD, "input", self.tensors[u.tensor].shape)
        equations = [self._held(e, [u for u in uses if u.equation == e.name]) for e in (*self.forward, self.cost)]
        derivation = derive(Formula(tensors, tuple(equations)), (self.name,))
        program = derivation.program
        released = [Equation(e.name, e.slots, map_entries(e.rhs, _released)) for e in program.equations]
        whole = {n: t for n, t in program.tensors.items() if not n.endswith(_HELD)}
        whole |= {e.name: Tensor(e.name, "defined", e.shape) for e in self.rest}
        gradient: Expr = Integer(0)
        if self.name in derivation.adjoints:
            general = input_array(self.name, self.reading.trace.inputs[self.name]).expr
            gradient = Entry(derivation.adjoints[self.name].equation.name, *general.slots)
        return Without(uses, gradient, Formula(whole, (*released, *self.rest)))

    @staticmethod
    def _held(e: Equation, uses: Sequence[Use]) -> Equation:
        places, count = {u.place for u in uses}, -1

        def hold(x: Entry) -> Expr:
            nonlocal count
            count += 1
            return Entry(x.name + _HELD, *x.slots) if count in places else x

        return Equation(e.name, e.slots, map_entries(e.rhs, hold)) if uses else e

    def candidates(self, points: Sequence[PlainPoint], sizes: dict[str, int], limit: float) -> Iterator[Without]:
        """Gradients with one use held, then two, that have the claimed values where the claim is wrong."""
        known: list[tuple[Use, list[float]]] = []
        gaps = [_worst(p, self.name) for p in points]
        wanted = [float(np.asarray(p.claimed[self.name])[w]) for p, w in zip(points, gaps, strict=True)]
        true = [float(p.numerical[self.name][w]) for p, w in zip(points, gaps, strict=True)]
        for use in self.uses():
            if time.process_time() > limit:
                return
            held = self.without(use)
            values = self._values(held, points, gaps, sizes)
            if _near(values, wanted):
                yield held
            known.append((use, values))
        for (u, a), (v, b) in combinations(known, 2):
            if u.tensor + u.equation != v.tensor + v.equation or u.place != v.place:
                together = [x + y - t for x, y, t in zip(a, b, true, strict=True)]
                if _near(together, wanted) and not _near(a, true) and not _near(b, true):
                    if time.process_time() > limit:
                        return
                    yield self.without(u, v)

    def _values(
        self, held: Without, points: Sequence[PlainPoint], where: Sequence[tuple[int, ...]], sizes: dict[str, int]
    ) -> list[float]:
        array = IndexArray(held.gradient, self.reading.trace.inputs[self.name])
        return [single_entry(array, held.program, p, sizes, w) for p, w in zip(points, where, strict=True)]


def _entries(expr: Expr) -> list[Entry]:
    found: list[Entry] = []

    def note(x: Entry) -> Expr:
        found.append(x)
        return x

    map_entries(expr, note)
    return found


def _released(x: Entry) -> Expr:
    return Entry(x.name.removesuffix(_HELD), *x.slots)


def _worst(p: PlainPoint, name: str) -> tuple[int, ...]:
    gap = np.abs(np.asarray(p.claimed[name], dtype=float) - p.numerical[name])
    return tuple(int(k) for k in np.unravel_index(int(np.argmax(gap)), gap.shape))


def _near(a: Sequence[float], b: Sequence[float]) -> bool:
    return all(abs(x - y) <= _TOLERANCE * max(1e-3, abs(y)) for x, y in zip(a, b, strict=True))
