"""What a row of the table of functions is, and how a function is applied.

A row gives the derivative as a hand writes it (in terms of the output ``y`` where that is shorter), LaTeX, a NumPy
body, the value in any number type (``value(o, x)``: ``o`` is a ``number_types.Numbers`` and has exp, log, sin, cos,
tanh, erf, atan, floor, sqrt, pi), where it is defined, its kinks with the convention taken there, and its bounds with
their proof.

Every function, exp included, is a class of ours. SymPy's own would rewrite behind our back (``exp(a)*exp(b)`` becomes
``exp(a + b)``, and a softmax is no longer to be recognised), ``Max(0, z)`` differentiates to Heaviside and
``1/(1 + exp(-z))`` to a form that nobody writes. ``to_sympy`` names SymPy's counterpart, for export.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Function


class Elementwise(Function):
    """A scalar function of the table; SymPy's chain rule asks ``fdiff`` for its derivative."""

    nargs = 1
    row: "Scalar"

    def fdiff(self, argindex: int = 1) -> Expr:
        return self.row.derivative(self.args[0], self)


@dataclass(frozen=True)
class Bound:
    """low <= f <= high, strict where not attained; ``at`` says where it is; ``proof`` has a (LaTeX, reason) a line."""

    low: Any
    high: Any
    low_attained: bool
    high_attained: bool
    at: str = ""
    proof: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Scalar:
    """One row: see the module's docstring. ``latex`` and ``numpy`` are templates around ``{x}``."""

    name: str
    latex: str
    derivative: Callable[[Expr, Expr], Any]
    derivative_latex: str
    numpy: str
    value: Callable[[Any, Any], Any]
    to_sympy: Callable[[Expr], Any] | None = None
    formula: str = ""  # the definition in LaTeX, where the name alone does not say it
    domain: str = r"\mathbb{R}"
    defined: Callable[[float], bool] = lambda x: True
    kinks: tuple[float, ...] = ()
    period: float = 0.0  # the kinks recur with this period, where it is not zero
    convention: str = ""  # what is taken as the derivative at a kink
    analytic: bool = True  # the complex step applies
    value_bound: Bound | None = None
    derivative_bound: Bound | None = None
    cls: Any = None  # SymPy's node for the function, made from the row

    def has_kink_at(self, x: float) -> bool:
        """Whether the function has no derivative at x, though it is defined there."""
        return any(x == k or (self.period and not (x - k) % self.period) for k in self.kinks)


CLASSES: dict[str, Any] = {}  # SymPy's nodes by name, one for each row that has one


def table_of(rows: Iterable[Scalar]) -> dict[str, Scalar]:
    """The rows by name, each with SymPy's node made for it."""
    found = {row.name: row for row in rows}
    for row in found.values():
        if row.name not in ("identity", "sqrt"):  # the one is its argument, the other a power
            CLASSES[row.name] = type(row.name, (Elementwise,), {"row": row})
            object.__setattr__(row, "cls", CLASSES[row.name])
    return found


def apply(name: str, x: Any) -> Expr:
    """The function of that name applied to an expression.

    >>> import symbackprop.functions
    >>> apply("sqrt", sympy.Symbol("z")), apply("identity", sympy.Symbol("z")), apply("tanh", sympy.Symbol("z"))
    (sqrt(z), z, tanh(z))
    """
    if name == "identity":
        return x
    return sympy.sqrt(x) if name == "sqrt" else CLASSES[name](x)


def row_of(expr: Any) -> Scalar | None:
    """The row of the function at the root of an expression, or None.

    >>> import symbackprop.functions
    >>> row_of(apply("sigmoid", sympy.Symbol("z"))).name
    'sigmoid'
    """
    if isinstance(expr, sympy.log):  # SymPy's chain rule makes one of a power whose exponent varies
        return CLASSES["log"].row
    return expr.row if isinstance(expr, Elementwise) else None
