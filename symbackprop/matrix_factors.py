"""Which factors of a product vary along which axis: what tells a matrix from a column, a row and a scalar."""

from sympy import Expr, Integer, Pow, Rational, S, Symbol

from symbackprop.indices import Index
from symbackprop.terms import Entry

Axis = Index | None


def depends(expr: Expr, axis: Axis) -> bool:
    """Whether an expression varies along the axis; nothing varies along none."""
    return axis is not None and axis in expr.free_symbols


def split(factors: list[Expr], row: Axis, column: Axis) -> tuple[list[Expr], list[Expr]]:
    """What scales, and what varies along an axis."""
    if row is None and column is None:
        # A scalar equation: what is more than a name or a number stands behind the fraction.
        varying = [f for f in factors if not isinstance(f, Entry | Symbol)]
    else:
        varying = [f for f in factors if depends(f, row) or depends(f, column)]
    return [f for f in factors if f not in varying], varying


def by_axes(factors: list[Expr], row: Axis, column: Axis) -> tuple[list[Expr], list[Expr], list[Expr]]:
    """Factors of both axes, of the row alone, of the column alone."""
    full = [f for f in factors if depends(f, row) and depends(f, column)]
    rows = [f for f in factors if depends(f, row) and f not in full]
    return full, rows, [f for f in factors if f not in full and f not in rows]


def ratio(value: Expr) -> tuple[Expr, Expr]:
    """A number as numerator and denominator."""
    return (Integer(value.p), Integer(value.q)) if isinstance(value, Rational) else (value, S.One)


def is_square(expr: Expr) -> bool:
    """Whether an expression is the square of something."""
    return isinstance(expr, Pow) and expr.args[1] == 2
