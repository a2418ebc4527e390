"""Index notation of what was read, as text for people."""

from sympy import Expr, Integer

from symbackprop.equations import Equation
from symbackprop.errors import SymbackpropError
from symbackprop.indices import Index
from symbackprop.notation.printer import Printer
from symbackprop.terms import Delta

_MOST_WRITTEN = 4


def text_of_equation(equation: Equation) -> str:
    """An equation in the text notation."""
    try:
        return Printer({}, None).equation(equation)
    except (SymbackpropError, AssertionError, AttributeError):
        return ""  # an inverse or a determinant: the notation has no word for it


def text_of_sides(left: Expr, right: Expr, sign: str = "=") -> str | None:
    """Two sides of a relation, the index letters of the document kept; None for what the notation cannot write."""
    try:
        printer = Printer({}, None)
        free = sorted({i for x in (left, right) for i in x.atoms(Index) if not i.level}, key=str)
        rule = printer._begin((left, right), tuple(free))
        sides = [_side(printer, x.xreplace(rule)) for x in (left, right)]
        return f"{sides[0]} {sign} {sides[1]}"
    except (SymbackpropError, AssertionError, AttributeError):
        return None


def _side(printer: Printer, side: Expr) -> str:
    """One side; a short column that was written out is a list of its entries."""
    written = {
        i for d in side.atoms(Delta) for i in d.args if isinstance(i, Index) and not i.level and i.size.is_Integer
    }
    if len(written) != 1 or (i := written.pop()).size > _MOST_WRITTEN:
        return printer.expr(side, 2)
    return f"[{', '.join(printer.expr(side.xreplace({i: Integer(k)}), 0) for k in range(int(i.size)))}]"
