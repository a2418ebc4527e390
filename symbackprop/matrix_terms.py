"""Inverse and determinant of a matrix given by its general entry; they know their derivative.

A matrix is a body with two bound indices, row and column. ``d inv(M) = -inv(M) dM inv(M)`` and
``d det(M) = det(M) tr(inv(M) dM)``.
"""

from typing import Any

from sympy import Expr

from symbackprop.indices import Index, Total, _Raw, fresh


class MatrixTerm(Expr):
    """What binds the row and the column index of a matrix: arguments body, row, column and free slots."""

    is_commutative = True

    def __new__(cls, body: Any, row: Index, column: Index, *slots: Any) -> Any:
        level = max((a.level for a in body.atoms(Index) if a not in (row, column)), default=0)
        bound = Index(f"#{level + 1}", row.size), Index(f"#{level + 2}", column.size)
        if (row, column) != bound:
            middle = fresh(row), fresh(column)
            body = body.xreplace(dict(zip((row, column), middle, strict=True)))
            body = body.xreplace(dict(zip(middle, bound, strict=True)))
        return Expr.__new__(cls, body, *bound, *slots)

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def slots(self) -> tuple:
        return self.args[3:]

    @property
    def size(self) -> Expr:
        return self.args[1].size

    @property
    def free_symbols(self) -> set:
        inner = self.body.free_symbols - set(self.args[1:3])
        return inner.union(self.size.free_symbols, *(s.free_symbols for s in self.slots))

    def open(self) -> tuple[Expr, Index, Index]:
        """The body with its row and column under fresh names."""
        row, column = fresh(self.args[1]), fresh(self.args[2])
        return self.body.xreplace({self.args[1]: row, self.args[2]: column}), row, column

    def _xreplace(self, rule: dict) -> tuple[Any, bool]:
        if self in rule:
            return rule[self], True
        if isinstance(rule, _Raw):  # a renaming that captures nothing: levels stay as they are
            pairs = [a._xreplace(rule) for a in (self.body, *self.slots)]
            if not any(changed for _, changed in pairs):
                return self, False
            new, *rest = (a for a, _ in pairs)
            return Expr.__new__(type(self), new, *self.args[1:3], *rest), True
        body, row, column = self.open()
        new, changed = body._xreplace(rule)
        slots = [s._xreplace(rule) for s in self.slots]
        size, resized = self.size._xreplace(rule)
        if not (changed or resized or any(c for _, c in slots)):
            return self, False
        if resized:
            new = new.xreplace({row: Index(row.name, size), column: Index(column.name, size)})
            row, column = Index(row.name, size), Index(column.name, size)
        return self.func(new, row, column, *(s for s, _ in slots)), True

    def _eval_subs(self, old: Any, new: Any) -> Any:
        return self.xreplace({old: new})

    def _sympystr(self, printer: Any) -> str:
        # SymPy's printers look for their own classes by name, and would take this for a matrix of theirs.
        slots = "".join(f"[{printer._print(s)}]" for s in self.slots)
        return f"{type(self).__name__}({printer._print(self.body)}){slots}"


class Inverse(MatrixTerm):
    """One entry of an inverse: ``Inverse(body, row, column, i, j)``.

    >>> from symbackprop.indices import size
    >>> from symbackprop.terms import Entry
    >>> N = size("N"); i, j, k, l = (Index(c, N) for c in "ijkl")
    >>> Inverse(Entry("A", i, j), i, j, k, l) == Inverse(Entry("A", j, i), j, i, k, l)
    True
    """

    def _eval_derivative(self, s: Any) -> Expr:
        body, row, column = self.open()
        i, j = self.slots
        left = Inverse(self.body, *self.args[1:3], i, row)
        right = Inverse(self.body, *self.args[1:3], column, j)
        return -Total(Total(left * body.diff(s) * right, column), row)


class Determinant(MatrixTerm):
    """The determinant: ``Determinant(body, row, column)``."""

    def _eval_derivative(self, s: Any) -> Expr:
        body, row, column = self.open()
        inverse = Inverse(self.body, *self.args[1:3], column, row)
        return self * Total(Total(inverse * body.diff(s), column), row)
