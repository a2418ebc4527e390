"""The plain reading of a formula: loops over every index, bounds checked, in any number type. The judge of everything
else.

Each expression becomes nested Python closures once; then every entry is computed where it is first asked for and
kept, so that a recurrence needs no reading rules of its own. Nothing here is vectorised over indices or clever: what
the generated code computes must agree with it.
"""

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Integer

from symbackprop.closures import Closure, Closures, Environment
from symbackprop.equations import Equation, Formula, solve_sizes
from symbackprop.errors import DataError
from symbackprop.indices import Index
from symbackprop.number_types import FLOAT, Numbers
from symbackprop.schedule import Recurrence, schedule
from symbackprop.terms import Entry, Flat, is_affine


def evaluate(
    formula: Formula,
    arrays: Mapping[str, Any],
    sizes: Mapping[str, int] | None = None,
    numbers: Numbers = FLOAT,
    only: Iterable[str] | None = None,
) -> dict[str, Any]:
    """Every defined tensor (or ``only`` those named) as an array of ``numbers``; scalars as one number.

    ``arrays`` gives every declared tensor, ``sizes`` by name those that no array fixes. Raises ``DataError`` where an
    array is missing or does not fit, or where an index leaves its axis.

    >>> import symbackprop as sb
    >>> float(evaluate(sb.formula("input x[N]" + chr(10) + "C = sum(n, x[n]**2)/N"), {"x": [1.0, 3.0]})["C"])
    5.0
    """
    evaluation = Evaluation(formula, arrays, sizes or {}, numbers)
    names = list(only) if only is not None else list(formula.defining)
    evaluation.run(names)
    return {name: evaluation.array(name) for name in names}


class Evaluation(Closures):
    """One point: arrays, sizes and the entries computed so far."""

    def __init__(self, formula: Formula, arrays: Mapping[str, Any], sizes: Mapping[str, int], numbers: Numbers) -> None:
        self.formula, self.numbers = formula, numbers
        self.arrays = {name: np.asarray(a) for name, a in arrays.items()}
        for t in formula.declared:
            if t.name not in arrays:
                raise DataError(
                    f"no array for {t.name}; the formula declares {', '.join(x.name for x in formula.declared)}"
                )
        shapes = {t.name: self.arrays[t.name].shape[: len(t.shape)] for t in formula.declared}
        self.sizes = solve_sizes(formula, shapes, sizes)
        self._rule = {s: Integer(v) for s, v in self.sizes.items()}
        self._memo: dict[str, dict[tuple[int, ...], Any]] = {name: {} for name in formula.defining}
        self._rhs: dict[int, Closure] = {}
        self._lengths = {t.name: tuple(self.size(n) for n in t.lengths) for t in formula.tensors.values()}

    def move(self, arrays: Mapping[str, Any]) -> None:
        """Go to another point of the same sizes; the closures are kept."""
        self.arrays.update({name: np.asarray(a) for name, a in arrays.items()})
        self._memo = {name: {} for name in self._memo}

    def size(self, expr: Expr) -> int:
        """A size as a number. Raises ``DataError`` where nothing fixes it."""
        value = expr.xreplace(self._rule)
        if value.args:
            value = value.doit()
        if not isinstance(value, Integer):
            unknown = ", ".join(sorted(str(s) for s in value.free_symbols))
            raise DataError(f"the size {expr} is not fixed by any array: give {unknown} by name")
        return int(value)

    def run(self, names: Iterable[str]) -> None:
        """Compute the named tensors, blocks in order, so that no chain of requests grows deep."""
        needed = self._needed(names)
        for block in schedule(self.formula):
            if isinstance(block, Recurrence):
                members = [e for e in block.equations if e.name in needed]
                steps = range(self.size(block.steps)) if members else range(0)
                for t in steps if block.direction > 0 else reversed(steps):
                    for e in members:
                        k = block.axis[e.name]
                        spans = [(t,) if a == k else range(n) for a, n in enumerate(self._lengths[e.name])]
                        self._fill(e, spans)
            elif block.equation.name in needed:
                e = block.equation
                self._fill(e, [range(n) for n in self._lengths[e.name]])

    def _needed(self, names: Iterable[str]) -> set[str]:
        needed: set[str] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            if name in self.formula.defining and name not in needed:
                needed.add(name)
                for e in (self.formula.defining[name], *self.formula.boundaries.get(name, ())):
                    todo += e.reads
        return needed

    def _fill(self, e: Equation, spans: list[Any]) -> None:
        for where in _product(spans):
            self.entry(e.name, where)

    def array(self, name: str) -> Any:
        shape = self._lengths[name]
        if not shape:
            return self.entry(name, ())
        values = [self.entry(name, where) for where in _product([range(n) for n in shape])]
        is_plain = all(isinstance(v, float | int) for v in values)
        array = np.empty(len(values), dtype=float if is_plain else object)
        array[:] = values
        return array.reshape(shape)

    def entry(self, name: str, where: tuple[int, ...]) -> Any:
        """One entry of a defined tensor, computed where it is not known yet."""
        memo = self._memo[name]
        if where not in memo:
            memo[where] = None  # asked for again while None: a circle
            memo[where] = self._compute(name, where)
        value = memo[where]
        if value is None:
            raise DataError(f"{name}{list(where)} depends on itself")
        return value

    def _compute(self, name: str, where: tuple[int, ...]) -> Any:
        inside = all(0 <= w < n for w, n in zip(where, self._lengths[name], strict=True))
        equation = self.formula.defining[name] if inside else self._boundary(name, where)
        if equation is None:
            raise DataError(f"{name}{list(where)} is outside of {name}'s shape {self._lengths[name]}")
        env: Environment = {}
        for slot, w in zip(equation.slots, where, strict=True):
            if isinstance(slot, Index):
                env[slot] = w
            elif isinstance(slot, Flat):
                for part in reversed(slot.args):
                    w, env[part] = divmod(w, self.size(part.size))
        return self.number(self._closure(equation)(env))

    def _boundary(self, name: str, where: tuple[int, ...]) -> Equation | None:
        """The boundary that gives an entry beyond the ends of a recurrence, or None."""
        for b in self.formula.boundaries.get(name, ()):
            fixed = [(k, self.size(s)) for k, s in enumerate(b.slots) if not isinstance(s, Index | Flat)]
            if all(where[k] == v for k, v in fixed):
                return b
        return None

    def _closure(self, equation: Equation) -> Closure:
        if id(equation) not in self._rhs:
            self._rhs[id(equation)] = self.closure(equation.rhs)
        return self._rhs[id(equation)]

    def entry_closure(self, expr: Entry) -> Closure:
        name = expr.name
        slots = [self.closure(s) for s in expr.slots]
        affine = [is_affine(s) for s in expr.slots]
        lengths = self._lengths[name]
        is_defined = name in self._memo
        bounded = name in self.formula.boundaries
        is_label = self.formula.tensors[name].role == "label"

        whole = self.numbers.whole

        def read(env: Environment) -> Any:
            where = tuple(whole(s(env)) for s in slots)
            outside = [k for k, (w, n) in enumerate(zip(where, lengths, strict=True)) if not 0 <= w < n]
            if outside and not (bounded and self._boundary(name, where)):
                if all(affine[k] for k in outside):
                    return 0
                raise DataError(f"{expr}: {name}{list(where)} is outside of {name}'s shape {lengths}")
            if is_defined:
                return self.entry(name, where)
            value = self.arrays[name][where]  # looked up here: ``move`` puts other arrays in place
            return int(value) if is_label else value

        return read


def _product(spans: list[Any]) -> Iterable[tuple[int, ...]]:
    return itertools.product(*spans)
