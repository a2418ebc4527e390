"""The truth that claims are compared with: total derivatives of forward tensors, in named intermediates.

``total(expr, entry)`` is the sum over all paths: what the expression says itself of the entry, and, through each named
tensor that it reads, that tensor's own total derivative. Each pair of tensors is worked out once.

Through a recurrence there are as many paths as steps. The derivative of a scalar by one of its tensors is then the
adjoint of the formula, which is a recurrence too and enters the equations under a name of its own; the derivative of a
later step by an earlier one, a fixed number of steps apart, is unrolled; that of a step by what has no steps is a
recurrence of its own (``sensitivities``). Of others no closed form is known here.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from sympy import Expr, S

from symbackprop.claims.latex.meaning.forward import formula_of
from symbackprop.claims.latex.meaning.scope import Scope
from symbackprop.claims.latex.meaning.sensitivities import by_parameter
from symbackprop.claims.latex.meaning.values import Algebra
from symbackprop.differentiation import apply_laws, derive
from symbackprop.equations import Equation
from symbackprop.errors import NotSupported
from symbackprop.indices import Index, fresh, totals
from symbackprop.rules import Context
from symbackprop.terms import Entry


class Derivatives:
    """Derivatives in a forward pass given by its equations."""

    def __init__(self, scope: Scope, algebra: Algebra) -> None:
        self.scope, self.algebra, self.equations = scope, algebra, scope.equations
        self.adjoints: dict[tuple[str, str], Equation] = {}
        self.sensitivities: set[str] = set()  # names of the derivatives of sequences that are recurrences
        self._reach: dict[str, frozenset[str]] = {}
        self._memo: dict[tuple[str, str], tuple[tuple, tuple, Expr]] = {}
        self._known: dict[tuple, Any] = {}

    def share(self, known: dict[tuple, Any]) -> None:
        """Take over, and add to, what others found for the same equations. Layers would change them."""
        self._known = known
        if not self.scope.families and not self.recurrent:
            equations = tuple(self.equations.values())  # kept with what is known of them, so that no id is used again
            _, self._memo = known.setdefault(_ids(equations), (equations, self._memo))

    def reach(self, name: str) -> frozenset[str]:
        """Everything that a tensor depends on, itself included."""
        if name not in self._reach:
            found: set[str] = set()
            todo = [name]
            while todo:  # a search, since recurrences go in circles
                n = todo.pop()
                if n not in found:
                    found.add(n)
                    todo += self.equations[n].reads if n in self.equations else ()
                    todo += (r for edge in self.scope.boundaries.get(n, ()) for r in edge.reads)  # h_0
            self._reach[name] = frozenset(found)
        return self._reach[name]

    def total(self, expr: Expr, by: Entry) -> Expr:
        """The total derivative of an expression over named tensors by one entry."""
        if self._through_time({e.name for e in expr.atoms(Entry)}, by.name) and not _is_whole(expr):
            return self._by_steps(expr, by)
        if isinstance(expr, Entry) and expr.name != by.name:
            return self._of_entry(expr, by)
        result = expr.diff(by)
        for name in sorted({e.name for e in expr.atoms(Entry)}):
            if name != by.name and name in self.equations and by.name in self.reach(name):
                equation = self.equations[name]
                entry = Entry(name, *(fresh(i) for i in equation.indices))
                local = expr.diff(entry)
                if local is not S.Zero:
                    result += totals(local * self._of_entry(entry, by), *entry.slots)
        return result

    @cached_property
    def recurrent(self) -> frozenset[str]:
        """The names whose own definition leads back to them."""
        return frozenset(n for n, e in self.equations.items() if any(n in self.reach(r) for r in e.reads))

    def is_through_time(self, name: str, by: str) -> bool:
        """Whether some path from a tensor to another goes through a recurrence."""
        return self._through_time((name,), by)

    def _has_no_steps(self, by: Entry) -> bool:
        """Whether a tensor is no sequence, and nothing that steps lead to."""
        known = next((s for s in self.scope.symbols.values() if s.name == by.name), None)
        return known is not None and known.step is None and not self.reach(by.name) & self.recurrent

    def _through_time(self, names: Iterable[str], by: str) -> bool:
        return any(by in self.reach(r) for n in names for r in self.reach(n) & self.recurrent)

    def _adjoint(self, entry: Entry, by: Entry) -> Expr:
        """The derivative of a scalar, as an entry of the adjoint that ``derive`` makes; of one step as it is."""
        if entry.slots and self._has_no_steps(by):
            return by_parameter(self, entry, by)
        if entry.slots or any(e.name == entry.name for e in self.adjoints.values()):
            raise NotSupported(f"the derivative of {entry.name} by {by.name} through all steps")
        key = (entry.name, by.name)
        if key not in self.adjoints:
            before = tuple(self.equations.values())
            asked = (*_ids(before), *key)
            if asked not in self._known:
                formula = formula_of(self.scope, self.algebra, (entry,))
                self._known[asked] = before, derive(formula, (by.name,), (entry.name,))
            derivation = self._known[asked][1]
            for adjoint in derivation.adjoints.values():
                self.equations[adjoint.equation.name] = adjoint.equation
                self.scope.boundaries[adjoint.equation.name] = adjoint.boundaries
            self.adjoints[key] = derivation.adjoints[by.name].equation
        return Entry(self.adjoints[key].name, *by.slots)

    def _by_steps(self, expr: Expr, by: Entry, now: Expr | None = None) -> Expr:
        """The derivative by an entry a fixed number of steps before; with ``now``, other steps are held fixed."""
        result = expr.diff(by)
        for name, step in sorted({(e.name, e.slots[0]) for e in expr.atoms(Entry) if e.slots}, key=str):
            equation = self.equations.get(name)
            if equation is None or by.name not in self.reach(name) or not isinstance(equation.slots[0], Index):
                continue
            gap = self._gap(step, by)
            held = now is not None and step != now
            if held or (gap is not None and (gap < 0 or (gap == 0 and name == by.name))):
                continue
            if gap is None and now is None and self._has_no_steps(by):
                return by_parameter(self, expr, by)
            if gap is None and now is None:
                raise NotSupported(f"the derivative of {name} by {by.name} through any number of steps")
            entry = Entry(name, step, *(fresh(i) for i in equation.indices[1:]))
            local = expr.diff(entry)
            if local is not S.Zero:
                rhs = equation.rhs.xreplace(dict(zip(equation.indices, entry.slots, strict=True)))
                result += totals(local * self._by_steps(rhs, by, now), *entry.slots[1:])
        return simplified(result)

    def _gap(self, step: Expr, by: Entry) -> int | None:
        gap = step - by.slots[0] if by.slots else S.NaN
        return int(gap) if gap.is_Integer else None

    def partial(self, expr: Expr, by: Entry) -> Expr:
        """The partial derivative in the tensor's own defining equation, its other symbols held fixed.

        Through time it is the immediate one: of this step alone, the steps before held fixed.
        """
        if isinstance(expr, Entry) and self._through_time({expr.name}, by.name) and expr.slots:
            return self._by_steps(expr, by, expr.slots[0])
        if isinstance(expr, Entry) and expr.name in self.equations:
            equation = self.equations[expr.name]
            expr = equation.rhs.xreplace(dict(zip(equation.slots, expr.slots, strict=True)))
        return expr.diff(by)

    def partial_differs(self, name: str, by: str) -> bool:
        """Whether the two readings of ∂name/∂by can differ: it stands in the equation and comes by other paths."""
        if name in self.recurrent and by in self.reach(name):
            return True
        equation = self.equations.get(name)
        if equation is None or by not in equation.reads:
            return False
        return any(r != by and r in self.equations and by in self.reach(r) for r in equation.reads)

    def _of_entry(self, entry: Entry, by: Entry) -> Expr:
        if by.name not in self.reach(entry.name):
            return S.Zero
        if self._through_time({entry.name}, by.name):
            return self._adjoint(entry, by)
        key = (entry.name, by.name)
        if key not in self._memo:
            equation = self.equations[entry.name]
            if not all(isinstance(s, Index) for s in equation.slots):
                raise NotSupported(f"a derivative of {entry.name}")
            mine = tuple(fresh(i) for i in equation.indices)
            theirs = tuple(fresh(s) if isinstance(s, Index) else s for s in self._slots(by))
            self._memo[key] = (mine, theirs, S.Zero)
            rhs = equation.rhs.xreplace(dict(zip(equation.indices, mine, strict=True)))
            self._memo[key] = (mine, theirs, simplified(self.total(rhs, Entry(by.name, *theirs))))
        mine, theirs, expr = self._memo[key]
        rule = {**dict(zip(mine, entry.slots, strict=True)), **dict(zip(theirs, by.slots, strict=True))}
        return expr.xreplace(rule)

    def axes_of(self, by: Entry) -> tuple[Index, ...]:
        """Fresh indices for the axes of a tensor."""
        return tuple(fresh(s) for s in self._slots(by) if isinstance(s, Index))

    def _slots(self, by: Entry) -> tuple:
        equation = self.equations.get(by.name)
        if equation is not None:
            return equation.indices
        if all(isinstance(s, Index) for s in by.slots):
            return by.slots
        shape = next(s.shape for s in self.scope.symbols.values() if s.name == by.name)  # x_1: by x_k, then k = 1
        return tuple(Index("~", self.algebra.size(n)) for n in shape)


def _ids(equations: tuple[Equation, ...]) -> tuple:
    return tuple(map(id, equations))


def simplified(expr: Expr) -> Expr:
    """The expression after the laws of derivations: deltas contracted, sums pulled apart."""
    steps = apply_laws(expr, Context({}))
    return steps[-1].after if steps else expr


def _is_whole(expr: Expr) -> bool:
    """Whether an expression is a scalar without a step of its own: its derivatives are adjoints."""
    return not any(isinstance(i, Index) and not i.level for e in expr.atoms(Entry) for i in e.free_symbols)
