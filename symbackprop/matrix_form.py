"""Matrix form of an equation: read off where tensors have two axes at most, declined everywhere else.

``_Reader.read`` asks for one expression as a matrix over (row, column), two indices or ``None``. A sum over an index
becomes a product by putting every factor with the row on its left and every factor with the column on its right;
factors of one index alone become diagonal matrices, outer products or ones. What has no such reading (three axes,
affine slots, indices as numbers) gives ``None``: the index form is always there, a matrix form must never be a guess.
"""

from collections.abc import Mapping

from sympy import Add, Expr, Mul, Pow, S, Symbol
from sympy import Number as SymNumber

from symbackprop import matrix as m
from symbackprop.equations import Equation, Tensor
from symbackprop.functions import row_of
from symbackprop.indices import Index, Total
from symbackprop.latex import Style, expression
from symbackprop.matrix_factors import Axis, by_axes, depends, is_square, ratio, split
from symbackprop.ordering import ordered_factors, ordered_terms
from symbackprop.terms import Bracket, Delta, Entry, Less, LessEqual, Maximum, Minimum, NotEqual

_SIGNS: dict[type, tuple[str, str]] = {
    Less: ("<", ">"),
    LessEqual: (r"\le", r"\ge"),
    NotEqual: (r"\ne", r"\ne"),
    Delta: ("=", "="),
}


class _NoMatrix(Exception):
    """Raised inside this module where an expression has no matrix reading."""


def matrix_form(equation: Equation, tensors: Mapping[str, Tensor], style: Style | None = None) -> str | None:
    r"""The equation in matrix form as LaTeX, ``None`` where it has none.

    >>> from symbackprop.indices import size
    >>> n, i, j = (Index(k, size(k.upper())) for k in "nij")
    >>> rhs = Total(Entry("x", n, i) * Entry("W", i, j), i) + Entry("b", j)
    >>> matrix_form(Equation("z", (n, j), rhs), {})
    'z = x W + \\mathbf{1}_{N} \\, b^{\\top}'
    """
    style = style or Style()
    if any(len(t.shape) > 2 for name in (equation.name, *equation.reads) if (t := tensors.get(name))):
        return None
    tree = matrix_tree(equation, style)
    if tree is None:
        return None
    return f"{style.entry(equation.name)} = {tree.show(style.entry)}"


def matrix_tree(equation: Equation, style: Style | None = None) -> m.Matrix | None:
    """The right side as a tree of matrix operations, ``None`` where there is no such reading."""
    slots = equation.slots
    if len(slots) > 2 or len(set(slots)) < len(slots) or not all(isinstance(s, Index) for s in slots):
        return None
    row, column = (*slots, None, None)[:2]
    try:
        return _Reader(style or Style()).read(equation.rhs, row, column)
    except _NoMatrix:
        return None


class _Reader:
    def __init__(self, style: Style) -> None:
        self.style = style

    def is_adjoint(self, name: str) -> bool:
        return name in self.style.adjoints

    # One expression over (row, column) -------------------------------------------------------------------------------

    def read(self, expr: Expr, row: Axis, column: Axis) -> m.Matrix:
        """The matrix whose entry (row, column) is the expression; numbers stay numbers."""
        if isinstance(expr, Add):
            return self._sum(expr, row, column)
        has_row, has_column = depends(expr, row), depends(expr, column)
        if not has_row and not has_column and (row or column):
            return self._scalar_as(expr, row, column)
        if row is not None and not has_row:
            column_vector = self.read(expr, column, None)
            return m.MatMul((self._ones(row), m.Transpose(column_vector)))
        if column is not None and not has_column:
            return m.MatMul((self.read(expr, row, None), m.Transpose(self._ones(column))))
        return self._node(expr, row, column)

    def _scalar_as(self, expr: Expr, row: Axis, column: Axis) -> m.Matrix:
        """A scalar at every entry: a plain number says so itself, anything else multiplies ones."""
        scalar = self.read(expr, None, None)
        if isinstance(scalar, m.Number):
            return scalar
        if row is None or column is None:
            return m.Scaled(scalar, None, 1, self._ones(row or column))
        return m.Scaled(scalar, None, 1, m.MatMul((self._ones(row), m.Transpose(self._ones(column)))))

    def _node(self, expr: Expr, row: Axis, column: Axis) -> m.Matrix:
        if isinstance(expr, Entry):
            return self._entry(expr, row, column)
        if isinstance(expr, Total):
            return self._total(expr, row, column)
        if isinstance(expr, Mul):
            return self._product(expr, row, column)
        if isinstance(expr, Pow):
            return self._power(expr, row, column)
        if isinstance(expr, Delta) and row is not None and set(expr.args) == {row, column}:
            return m.Identity(row.size, self._size(row.size))
        if isinstance(expr, Delta) and column is not None and column in expr.args:
            (labels,) = (a for a in expr.args if a != column)
            if isinstance(labels, Entry) and labels.slots == (row,):
                return m.OneHot(labels.name, column.size)
        if isinstance(expr, Bracket | Maximum | Minimum) and len(expr.args) == 2:
            return self._two(expr, row, column)
        if isinstance(expr, Index):
            raise _NoMatrix
        if isinstance(expr, SymNumber | Symbol) or expr.is_number:
            shown = self._size(expr)
            return m.Number(expr, shown, m.SUM if shown.startswith("-") else m.POWER)
        row_in_table = row_of(expr)
        if row_in_table is None:
            raise _NoMatrix
        return m.Applied((self.read(expr.args[0], row, column),), row_in_table.name, row_in_table.latex)

    def _size(self, expr: Expr) -> str:
        return expression(expr, self.style)

    def _ones(self, axis: Axis) -> m.Ones:
        assert axis is not None
        return m.Ones(axis.size, self._size(axis.size))

    def _entry(self, expr: Entry, row: Axis, column: Axis) -> m.Matrix:
        wanted = tuple(a for a in (row, column) if a is not None)
        if expr.slots == wanted:
            return m.Named(expr.name)
        if len(wanted) == 2 and expr.slots == wanted[::-1]:
            return m.Transpose(m.Named(expr.name))
        raise _NoMatrix

    def _sum(self, expr: Expr, row: Axis, column: Axis) -> m.Matrix:
        terms: list[m.Matrix] = []
        for sign, term in ordered_terms(expr, tuple(a for a in (row, column) if a is not None)):
            read = self.read(term, row, column)
            terms.append(_negative(read) if sign < 0 else read)
        if all(isinstance(t, m.Number) for t in terms) and (row or column):
            raise _NoMatrix
        return m.Added(tuple(terms))

    # Functions -------------------------------------------------------------------------------------------------------

    def _power(self, expr: Expr, row: Axis, column: Axis) -> m.Matrix:
        base, exponent = expr.args
        if not exponent.is_Rational:
            raise _NoMatrix
        if exponent < 0:
            return self._product(expr, row, column)
        shown = f"{exponent.p}/{exponent.q}" if exponent.q != 1 else str(exponent)
        return m.Power(self.read(base, row, column), exponent, shown, row is None and column is None)

    def _two(self, expr: Expr, row: Axis, column: Axis) -> m.Matrix:
        a, b = expr.args
        if isinstance(expr, Maximum | Minimum):
            word = "max" if isinstance(expr, Maximum) else "min"
            both = (self.read(a, row, column), self.read(b, row, column))
            return m.Applied(both, word, rf"\{word}({{x}}, {{y}})")
        if any(e.has(Index) and not e.has(Entry) for e in (a, b)):
            raise _NoMatrix
        plain, flipped = _SIGNS[type(expr)]
        swap = a.is_number and not b.is_number
        sign, sides = (flipped, (b, a)) if swap else (plain, (a, b))
        return m.Applied(tuple(self.read(e, row, column) for e in sides), sign, f"[{{x}} {sign} {{y}}]")

    # Products --------------------------------------------------------------------------------------------------------

    def _product(self, expr: Expr, row: Axis, column: Axis) -> m.Matrix:
        left = tuple(a for a in (row, column) if a is not None)
        coefficient, above, below = ordered_factors(expr, left, self.is_adjoint)
        return self._assemble(coefficient, list(above), list(below), row, column)

    def _assemble(self, coefficient: Expr, above: list[Expr], below: list[Expr], row: Axis, column: Axis) -> m.Matrix:
        scalars, core = split(above, row, column)
        scalars_below, core_below = split(below, row, column)
        if row is None and column is None:
            scalars_below, core_below = below, []
        body = self._core(core, core_below, row, column) if core or core_below else None
        sign = -1 if coefficient < 0 else 1
        top, bottom = ratio(abs(coefficient))
        over = self._scalar_product(top, scalars)
        under = self._scalar_product(bottom, scalars_below)
        if body is not None and sign > 0 and over is None and under is None:
            return body
        return m.Scaled(over, under, sign, body)

    def _scalar_product(self, coefficient: Expr, factors: list[Expr]) -> m.Matrix | None:
        read = [self.read(f, None, None) for f in factors]
        if coefficient != 1:
            shown = self._size(coefficient)
            read.insert(0, m.Number(coefficient, shown))
        return None if not read else read[0] if len(read) == 1 else m.MatMul(tuple(read))

    def _core(self, above: list[Expr], below: list[Expr], row: Axis, column: Axis) -> m.Matrix:
        """The factors that vary: over one axis an entrywise product, over two also diagonals and outer products."""
        if row is None or column is None:
            return self._entrywise(above, below, row, column)
        full, rows, columns = by_axes(above, row, column)
        full_below, rows_below, columns_below = by_axes(below, row, column)
        if not full and not full_below:
            return m.MatMul(
                (
                    self._entrywise(rows, rows_below, row, None),
                    m.Transpose(self._entrywise(columns, columns_below, column, None)),
                )
            )
        body = self._entrywise(full, full_below, row, column)
        before = self._diagonal(rows, rows_below, row)
        after = self._diagonal(columns, columns_below, column)
        pieces = (*before, body, *after)
        return body if len(pieces) == 1 else m.MatMul(pieces)

    def _diagonal(self, above: list[Expr], below: list[Expr], axis: Axis) -> list[m.Matrix]:
        if not above and below:
            return [m.Diagonal(self._entrywise(below, [], axis, None), inverse=True)]
        return [m.Diagonal(self._entrywise(above, below, axis, None))] if above else []

    def _entrywise(self, above: list[Expr], below: list[Expr], row: Axis, column: Axis) -> m.Matrix:
        top = [self.read(f, row, column) for f in above]
        bottom = [self.read(f, row, column) for f in below]
        joined = _joined(top) if top else (self._ones(row) if column is None and row else m.Number(S.One, "1"))
        return m.Quotient(joined, _joined(bottom)) if bottom else joined

    # Sums over an index ----------------------------------------------------------------------------------------------

    def _total(self, expr: Total, row: Axis, column: Axis) -> m.Matrix:
        body, i = expr.open()
        if row is None and column is None:
            return self._full_sum(body, i)
        coefficient, above, below = ordered_factors(body, (i,), self.is_adjoint)
        constant = [f for f in above if not depends(f, i)]
        if constant or coefficient != 1:
            raise _NoMatrix  # the engine factors sums; what it left inside has no plain reading
        left = [f for f in above if depends(f, row)]
        right = [f for f in above if depends(f, column)]
        if set(left) & set(right) or any(depends(f, row) or depends(f, column) for f in below):
            raise _NoMatrix
        alone = [f for f in above if f not in left and f not in right]
        return self._contract(left, alone, list(below), right, row, i, column)

    def _contract(
        self,
        left: list[Expr],
        alone: list[Expr],
        below: list[Expr],
        right: list[Expr],
        row: Axis,
        i: Index,
        column: Axis,
    ) -> m.Matrix:
        """Sum over i of left[row, i] * alone[i] / below[i] * right[i, column]."""
        if row is not None and not left:
            raise _NoMatrix
        weights = self._entrywise(alone, below, i, None) if alone or below else None
        pieces: list[m.Matrix] = [self._entrywise(left, [], row, i)] if left else []
        if column is None:
            return m.MatMul((*pieces, weights or self._ones(i)))
        if weights is not None:
            pieces.append(m.Diagonal(weights) if left else m.Transpose(weights))
        if not right:
            raise _NoMatrix
        return m.MatMul((*pieces, self._entrywise(right, [], i, column)))

    def _full_sum(self, body: Expr, i: Index) -> m.Matrix:
        """A scalar: the sum over one index, or over two, of everything below it."""
        if isinstance(body, Total):
            inner, j = body.open()
            if is_square(inner) and not isinstance(inner.args[0], m.Number):
                return m.SquaredNorm(self._full(inner.args[0], i, j), True)
            over = self._full(inner, i, j)
            return m.MatMul((m.Transpose(self._ones(i)), over, self._ones(j)))
        if is_square(body):
            return m.SquaredNorm(self._full(body.args[0], i, None), False)
        coefficient, above, below = ordered_factors(body, (i,), self.is_adjoint)
        if coefficient != 1 or not all(depends(f, i) for f in (*above, *below)):
            raise _NoMatrix
        if len(above) == 2 and not below:
            a, b = (self.read(f, i, None) for f in above)
            return m.MatMul((m.Transpose(a), b))
        return m.MatMul((m.Transpose(self._ones(i)), self._entrywise(list(above), list(below), i, None)))

    def _full(self, expr: Expr, row: Axis, column: Axis) -> m.Matrix:
        read = self.read(expr, row, column)
        if isinstance(read, m.Number):
            raise _NoMatrix
        return read


def _negative(matrix: m.Matrix) -> m.Matrix:
    return m.Scaled(None, None, -1, matrix)


def _joined(factors: list[m.Matrix]) -> m.Matrix:
    return factors[0] if len(factors) == 1 else m.Hadamard(tuple(factors))
