"""LaTeX of equations and expressions: names in ``symbols``, small pieces in ``pieces``, expressions in ``printer``."""

from collections.abc import Mapping
from typing import Any

from sympy import Expr

from symbackprop.equations import Equation
from symbackprop.latex.pieces import Style, derivative
from symbackprop.latex.printer import equation, expression

__all__ = ["Style", "derivative", "equation", "expression", "latex"]


def latex(
    thing: Equation | Any,
    names: Mapping[Expr, tuple[str, ...]] | None = None,
    adjoints: Mapping[str, str] | None = None,
    cost: str = "C",
) -> str:
    r"""An equation, or any expression of the package, in LaTeX.

    >>> from symbackprop.indices import Index, Total, size
    >>> from symbackprop.terms import Entry
    >>> n, i, j = (Index(k, size(k.upper())) for k in "nij")
    >>> latex(Equation("z1", (n, j), Total(Entry("x", n, i) * Entry("W1", i, j), i) + Entry("b1", j)))
    'z^{(1)}_{nj} = \\sum_{i} x_{ni} W^{(1)}_{ij} + b^{(1)}_{j}'
    """
    style = Style(names or {}, adjoints or {}, cost)
    if isinstance(thing, Equation):
        return " = ".join(equation(thing, style))
    return expression(thing, style)
