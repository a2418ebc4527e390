"""What NumPy does to two numbers, on expressions."""

import sympy
from sympy import Add, Expr, Number

from symbackprop.claims.numpy.trace import NotLifted
from symbackprop.functions import apply, row_of
from symbackprop.indices import Index
from symbackprop.terms import Entry, FloorDiv, Less, LessEqual


def negation(condition: Expr) -> Expr:
    """1 - condition, as a bracket where it is one."""
    if isinstance(condition, Less):
        return LessEqual(condition.args[1], condition.args[0])
    if isinstance(condition, LessEqual):
        return Less(condition.args[1], condition.args[0])
    return 1 - condition


def divided(a: Expr, b: Expr) -> Expr:
    """The quotient; ``1/(1 + exp(-x))`` is read as the logistic function. Raises ``NotLifted`` for a division by 0."""
    if b == 0:
        raise NotLifted("a division by zero")
    if isinstance(b, Add) and len(b.args) == 2 and b.args[0] == 1:
        row = row_of(b.args[1])
        if row is not None and row.name == "exp":
            return a * apply("sigmoid", -b.args[1].args[0])
    return a / b


def raised(a: Expr, b: Expr) -> Expr:
    """The power; where the exponent is no number, through exp and log."""
    if isinstance(b, sympy.Rational):
        return a**b
    if b.atoms(Entry, Index) or not isinstance(a, Number):
        return apply("exp", b * apply("log", a))
    return a**b


def sympy_floor(a: Expr, b: Expr) -> Expr:
    """The quotient of whole numbers, rounded down."""
    if a.atoms(Entry) or b.atoms(Entry):
        raise NotLifted("// of values that depend on the data")
    return FloorDiv(a, b)
