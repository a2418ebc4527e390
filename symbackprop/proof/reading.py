"""From the one currency (SymPy expressions of entries, sums and brackets) to the normal form.

Names that the context defines are unfolded down to inputs, each definition read once. An affine slot reads zero
outside its axis, which is written out as a bracket; a name kept (a recurrence, a cut point) stays a name.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sympy import Add, Expr, Mul, Pow, Rational, Symbol, oo, pi

from symbackprop.equations import Equation
from symbackprop.functions import row_of
from symbackprop.indices import ArgMax, Index, MaxOver, Total, is_literal
from symbackprop.matrix_terms import Determinant, Inverse
from symbackprop.proof.atoms import (
    Atom,
    Frozen,
    Idx,
    Poly,
    Undecided,
    Workspace,
    bare_index,
    constant,
    freeze,
    index_value,
    rebuilds,
    single,
    thaw,
)
from symbackprop.proof.extremes import at_largest, largest, position_of_largest
from symbackprop.proof.matrices import determinant, inverse
from symbackprop.proof.polynomial import add, delta, multiply, scale
from symbackprop.proof.powers import minus, power
from symbackprop.proof.reindexing import reindexed
from symbackprop.proof.scalar import INFINITE, exponential, function, logarithm, positive
from symbackprop.proof.sizes import delta_of_slots, exact, floor_quotient, integer_positive, size_poly
from symbackprop.proof.sums import substitute, substituted_slot, total
from symbackprop.terms import (
    Bracket,
    Delta,
    Entry,
    Flat,
    FloorDiv,
    Less,
    LessEqual,
    Maximum,
    Minimum,
    NotEqual,
    Where,
    is_affine,
)


class Reader:
    """Reads expressions into one workspace; ``unfold`` has the definitions that are put in for names.

    ``entrywise``: sums over indices whose sizes are numbers are written out. ``windows``: sums over windows are written
    by the index of choice; ``moved`` tells whether there were any.
    """

    def __init__(
        self,
        w: Workspace,
        unfold: Mapping[str, Equation],
        bounded: Mapping[str, tuple[Equation, ...]] | None = None,
        entrywise: bool = False,
        windows: bool = True,
    ) -> None:
        self.windows, self.moved = windows and not entrywise, False
        self.w, self.unfold, self.bounded, self.entrywise = w, unfold, bounded or {}, entrywise
        self._definitions: dict[str, tuple[tuple, Poly]] = {}
        self._memo: dict[Expr, Poly] = {}

    def read(self, expr: Expr) -> Poly:
        """The normal form of an expression. Raises ``Undecided`` for what it does not know."""
        if expr not in self._memo:
            self.w.tick()
            self._memo[expr] = self._read(expr)
        return self._memo[expr]

    def index(self, i: Index) -> Idx:
        return self.w.index(i.name, i.size)

    def _read(self, expr: Expr) -> Poly:
        w = self.w
        if isinstance(expr, Rational):
            return constant(exact(expr))
        if isinstance(expr, Index):
            return index_value(w, self.index(expr))
        if isinstance(expr, Entry):
            return self._entry(expr)
        if isinstance(expr, Add):
            return add(*(self.read(a) for a in expr.args))
        if isinstance(expr, Mul):
            return self._product(expr.args)
        if isinstance(expr, Pow):
            return self._power(expr)
        if isinstance(expr, Total):
            same = reindexed(expr, w.facts.lengths, self.bounded) if self.windows else expr
            self.moved = self.moved or same != expr
            if not isinstance(same, Total):
                return self.read(same)
            body, i = same.open()
            if self.entrywise and is_literal(i.size):
                return add(*self.entries_of(self.read(body), [i]))
            return total(w, self.read(body), [self.index(i)])
        if isinstance(expr, Bracket):
            return self._bracket(expr)
        row = row_of(expr)
        if row is not None:
            return function(w, row.name, self.read(expr.args[0]))
        return self._other(expr)

    def entries_of(self, p: Poly, indices: Sequence[Index]) -> Iterator[Poly]:
        """The polynomial at each value of the indices, whose sizes are numbers."""
        for where in itertools.product(*(range(int(i.size)) for i in indices)):
            rule = {self.index(i): constant(v) for i, v in zip(indices, where, strict=True)}
            yield substitute(self.w, p, rule)

    def _product(self, factors: Any) -> Poly:
        result = constant(1)
        for a in factors:
            result = multiply(self.w, result, self.read(a))
        return result

    def _power(self, expr: Pow) -> Poly:
        base = self.read(expr.base)
        if isinstance(expr.exp, Rational):
            return power(self.w, base, exact(expr.exp))
        return exponential(self.w, multiply(self.w, self.read(expr.exp), logarithm(self.w, base)))

    def _other(self, expr: Expr) -> Poly:
        w = self.w
        if isinstance(expr, Where):
            holds, a, b = map(self.read, expr.args)
            return add(multiply(w, holds, a), multiply(w, minus(constant(1), holds), b))
        if isinstance(expr, Maximum | Minimum):
            a, b = map(self.read, expr.args)
            gap = minus(a, b) if isinstance(expr, Maximum) else minus(b, a)
            return add(b, multiply(w, positive(w, gap), minus(a, b)))
        if isinstance(expr, MaxOver | ArgMax):
            body, i = expr.open()
            reduce = largest if isinstance(expr, MaxOver) else position_of_largest
            return reduce(w, self.read(body), self.index(i))
        if expr in (oo, -oo):
            return scale(single(w.atom(INFINITE)), 1 if expr == oo else -1)
        if expr == pi:
            return single(w.atom("pi"))
        if isinstance(expr, Flat):
            return self._flat(expr)
        if isinstance(expr, FloorDiv):
            return floor_quotient(w, *map(self.read, expr.args))
        if isinstance(expr, Inverse | Determinant):
            return self._matrix(expr)
        if isinstance(expr, Symbol):
            return size_poly(w, expr)
        raise Undecided(f"a term that is not read: {type(expr).__name__}")

    def _matrix(self, expr: Inverse | Determinant) -> Poly:
        body, i, j = expr.open()
        matrix, row, column = self.read(body), self.index(i), self.index(j)
        if isinstance(expr, Determinant):
            return determinant(self.w, matrix, row, column)
        return inverse(self.w, matrix, row, column, *(freeze(self.read(s)) for s in expr.slots))

    def _flat(self, expr: Flat) -> Poly:
        parts = tuple(freeze(self.read(a)) for a in expr.args)
        sizes = tuple(a.size if isinstance(a, Index) else None for a in expr.args)
        return single(self.w.atom("flat", parts, tuple(map(str, sizes[1:]))))

    def _bracket(self, expr: Bracket) -> Poly:
        w = self.w
        a, b = map(self.read, expr.args)
        if isinstance(expr, Delta | NotEqual):
            same = at_largest(w, minus(a, b)) or at_largest(w, minus(b, a)) or delta_of_slots(w, freeze(a), freeze(b))
            return same if isinstance(expr, Delta) else minus(constant(1), same)
        assert isinstance(expr, Less | LessEqual)
        if self._is_whole(a) and self._is_whole(b):
            gap = minus(b, a)
            return integer_positive(w, gap if isinstance(expr, Less) else add(gap, constant(1)))
        if isinstance(expr, Less):
            return positive(w, minus(b, a))
        return minus(constant(1), positive(w, minus(a, b)))

    def _is_whole(self, p: Poly) -> bool:
        return all(
            isinstance(c, int) and all(isinstance(e, int) and e > 0 and self._whole_atom(a) for a, e in t)
            for t, c in p.items()
        )

    def _whole_atom(self, a: Atom) -> bool:
        if a.kind == "entry":
            return a.args[0] in self.w.facts.classes
        return a.kind in ("index", "size", "floor", "argmax", "delta", "integer_positive")

    def _entry(self, expr: Entry) -> Poly:
        w, name = self.w, expr.name
        slots = [freeze(self.read(s)) for s in expr.slots]
        lengths = w.facts.lengths.get(name)
        guard = constant(1)
        for k, (slot, written) in enumerate(zip(slots, expr.slots, strict=True)):
            if is_affine(written) or (name in self.bounded and not isinstance(written, Index | Flat)):
                if lengths is None:
                    raise Undecided(f"the shape of {name} is not known")
                guard = multiply(w, guard, inside(w, slot, size_poly(w, lengths[k])))
        if name in self.unfold and not self._leaves_the_step(name, slots):
            value = self._defined(name, expr, slots)
        else:
            value = entry(w, name, tuple(slots))
        return add(multiply(w, guard, value), self._beyond(name, slots))

    def _leaves_the_step(self, name: str, slots: list[Frozen]) -> bool:
        """Whether an entry of a recurrence is not at a plain index of the step: only those are unfolded, once."""
        equation = self.unfold[name]
        if isinstance(equation.rhs, Entry) and equation.rhs.slots == equation.slots:
            return False  # another name for a recurrence: good at every step
        fixed = {k for e in self.bounded.get(name, ()) for k, s in enumerate(e.slots) if _fixed(s)}
        return any(bare_index(slots[k]) is None for k in fixed)

    def _beyond(self, name: str, slots: list[Frozen]) -> Poly:
        """What the boundaries of a recurrence give where a slot is the one that they fix."""
        w, found = self.w, []
        for equation in self.bounded.get(name, ()):
            where, rule = constant(1), {}
            for mine, slot in zip(equation.slots, slots, strict=True):
                if isinstance(mine, Index):
                    rule[self.index(mine)] = thaw(slot)
                elif not isinstance(mine, Flat):
                    where = multiply(w, where, delta(w, slot, freeze(self.read(mine))))
            # A plain index never leaves its axis, where boundaries lie.
            if where and not all(bare_index(s) for s, m in zip(slots, equation.slots, strict=True) if _fixed(m)):
                found.append(multiply(w, where, substitute(w, self.read(equation.rhs), rule)))
        return add(*found)

    def _defined(self, name: str, expr: Entry, slots: list[Frozen]) -> Poly:
        if name not in self._definitions:
            equation = self.unfold[name]
            self._definitions[name] = (equation.slots, self.read(equation.rhs))
        own, body = self._definitions[name]
        rule: dict[Idx, Poly] = {}
        for mine, slot, written in zip(own, slots, expr.slots, strict=True):
            if isinstance(mine, Index):
                rule[self.index(mine)] = thaw(slot)
            elif isinstance(written, Flat) and len(written.args) == len(mine.args):
                rule |= {self.index(m): self.read(x) for m, x in zip(mine.args, written.args, strict=True)}
            else:
                rule |= self._unflattened(mine, thaw(slot))
        return substitute(self.w, body, rule)

    def _unflattened(self, parts: Flat, value: Poly) -> dict[Idx, Poly]:
        rule: dict[Idx, Poly] = {}
        for part in reversed(parts.args[1:]):
            size = size_poly(self.w, part.size)
            outer = floor_quotient(self.w, value, size)
            rule[self.index(part)] = minus(value, multiply(self.w, outer, size))
            value = outer
        return rule | {self.index(parts.args[0]): value}


def _fixed(slot: Expr) -> bool:
    return not isinstance(slot, Index | Flat)


def inside(w: Workspace, slot: Frozen, length: Poly) -> Poly:
    """[0 <= slot < length]."""
    value = thaw(slot)
    return multiply(w, integer_positive(w, add(value, constant(1))), integer_positive(w, minus(length, value)))


def entry(w: Workspace, name: str, slots: tuple[Frozen, ...]) -> Poly:
    """An entry of an input; the slots of a symmetric matrix in one order."""
    symmetric = len(slots) == 2 and name in w.facts.symmetric
    if symmetric:
        slots = tuple(sorted(slots, key=_slot_key))
    elif len(slots) == 2 and name in w.facts.antisymmetric:
        ordered = tuple(sorted(slots, key=_slot_key))
        if slots[0] == slots[1]:
            return {}
        return scale(single(w.atom("entry", name, ordered, False)), 1 if ordered == slots else -1)
    return single(w.atom("entry", name, slots, symmetric))


def _slot_key(slot: Frozen) -> list:
    return sorted((tuple((a.uid, Fraction(e)) for a, e in t), Fraction(c)) for t, c in slot)


@rebuilds("entry")
def _entry_again(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    return entry(w, a.args[0], tuple(substituted_slot(w, s, rule) for s in a.args[1]))


@rebuilds("flat")
def _flat_again(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    return single(w.atom("flat", tuple(substituted_slot(w, s, rule) for s in a.args[0]), a.args[1]))
