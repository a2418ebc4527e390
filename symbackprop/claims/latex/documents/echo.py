"""Index notation of what was read, as text for people."""

from sympy import Expr

from symbackprop.equations import Equation
from symbackprop.errors import SymbackpropError
from symbackprop.indices import Index
from symbackprop.notation.printer import Printer


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
        return f"{printer.expr(left.xreplace(rule), 2)} {sign} {printer.expr(right.xreplace(rule), 2)}"
    except (SymbackpropError, AssertionError, AttributeError):
        return None
