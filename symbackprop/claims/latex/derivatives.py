"""The truth that claims are compared with: total derivatives of forward tensors, in named intermediates.

``total(expr, entry)`` is the sum over all paths: what the expression says itself of the entry, and, through each named
tensor that it reads, that tensor's own total derivative. Each pair of tensors is worked out once.
"""

from collections.abc import Mapping

from sympy import Expr, S

from symbackprop.differentiation import apply_laws
from symbackprop.equations import Equation
from symbackprop.errors import NotSupported
from symbackprop.indices import Index, fresh, totals
from symbackprop.rules import Context
from symbackprop.terms import Entry


class Derivatives:
    """Derivatives in a forward pass given by its equations."""

    def __init__(self, equations: Mapping[str, Equation]) -> None:
        self.equations = equations
        self._reach: dict[str, frozenset[str]] = {}
        self._memo: dict[tuple[str, str], tuple[tuple, tuple, Expr]] = {}

    def reach(self, name: str) -> frozenset[str]:
        """Everything that a tensor depends on, itself included."""
        if name not in self._reach:
            self._reach[name] = frozenset((name,))  # a circle ends here
            equation = self.equations.get(name)
            found = {name}
            if equation is not None:
                for read in equation.reads:
                    found |= self.reach(read)
            self._reach[name] = frozenset(found)
        return self._reach[name]

    def total(self, expr: Expr, by: Entry) -> Expr:
        """The total derivative of an expression over named tensors by one entry."""
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

    def partial(self, expr: Expr, by: Entry) -> Expr:
        """The partial derivative in the tensor's own defining equation, its other symbols held fixed."""
        if isinstance(expr, Entry) and expr.name in self.equations:
            equation = self.equations[expr.name]
            expr = equation.rhs.xreplace(dict(zip(equation.slots, expr.slots, strict=True)))
        return expr.diff(by)

    def partial_differs(self, name: str, by: str) -> bool:
        """Whether the two readings of ∂name/∂by can differ: it stands in the equation and comes by other paths."""
        equation = self.equations.get(name)
        if equation is None or by not in equation.reads:
            return False
        return any(r != by and r in self.equations and by in self.reach(r) for r in equation.reads)

    def _of_entry(self, entry: Entry, by: Entry) -> Expr:
        if by.name not in self.reach(entry.name):
            return S.Zero
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

    def _slots(self, by: Entry) -> tuple:
        equation = self.equations.get(by.name)
        if equation is not None:
            return equation.indices
        if not all(isinstance(s, Index) for s in by.slots):
            raise NotSupported(f"a derivative by {by}")
        return by.slots


def simplified(expr: Expr) -> Expr:
    """The expression after the laws of derivations: deltas contracted, sums pulled apart."""
    steps = apply_laws(expr, Context({}))
    return steps[-1].after if steps else expr
