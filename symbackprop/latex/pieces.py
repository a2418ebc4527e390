"""Small pieces of LaTeX: derivatives, parentheses, numbers, factors side by side; and how entries are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from itertools import pairwise

import sympy
from sympy import Expr, Rational, Symbol

from symbackprop.latex import symbols


@dataclass(frozen=True)
class Style:
    """What the printer knows beside the expression.

    ``names``: what the author called the indices over a size; ``adjoints``: the name of an adjoint -> its tensor;
    ``cost``: the symbol of what is differentiated; ``differentiated``: the tensor that it stands for, where its name is
    another (an output that is no scalar: the cost is some function of it); ``letters``: letters for composed lengths
    of axes and for long numbers.
    """

    names: Mapping[Expr, tuple[str, ...]] = field(default_factory=dict)
    adjoints: Mapping[str, str] = field(default_factory=dict)
    cost: str = "C"
    differentiated: str = ""
    letters: Mapping[Expr, Symbol] = field(default_factory=dict)

    def entry(self, name: str, slots: str = "") -> str:
        """One entry of a tensor, an adjoint shown as a derivative; without slots the whole tensor."""
        if name in self.adjoints:
            return derivative(symbols.tensor(self.cost), self.entry(self.adjoints[name], slots))
        return symbols.tensor(name, slots)


def derivative(of: str, by: str) -> str:
    r"""The partial derivative, as a fraction.

    >>> derivative("C", "z_{nj}")
    '\\frac{\\partial C}{\\partial z_{nj}}'
    """
    return rf"\frac{{\partial {of}}}{{\partial {by}}}"


def is_tall(latex: str) -> bool:
    """Whether parentheses around it should grow."""
    return any(mark in latex for mark in (r"\frac", r"\sum", r"\max_", r"\begin", r"\sqrt"))


def parentheses(latex: str) -> str:
    r"""In parentheses as tall as needed.

    >>> parentheses("x + 1"), parentheses(r"\frac{x}{2}")
    ('(x + 1)', '\\left(\\frac{x}{2}\\right)')
    """
    return rf"\left({latex}\right)" if is_tall(latex) else f"({latex})"


def number(value: Expr) -> str:
    r"""A rational number: a fraction where that is short, else a decimal where it has an end.

    >>> number(Rational(1, 2)), number(Rational(44715, 1000000)), number(Rational(-3))
    ('\\frac{1}{2}', '0.044715', '-3')
    """
    if not value.is_Rational:
        return sympy.latex(value)
    if value.q == 1:
        return str(value)
    if is_decimal(value):
        digits = len(str(value.p)) + int(value.q).bit_length()  # all of them: it stands for the number itself
        with localcontext(prec=digits):
            return format(Decimal(int(value.p)) / Decimal(int(value.q)), "f")
    return ("-" if value < 0 else "") + rf"\frac{{{abs(value.p)}}}{{{value.q}}}"


def is_decimal(value: Rational) -> bool:
    q = int(value.q)
    for p in (2, 5):
        while q % p == 0:
            q //= p
    return q == 1 and value.q > 20


def juxtapose(factors: list[str]) -> str:
    r"""Factors side by side; a thin space where they would run into one another, a dot between numbers.

    >>> juxtapose(["2", "x_{n}"]), juxtapose(["2", "3"]), juxtapose(["x_{n}", "(1 - x_{n})"])
    ('2 x_{n}', '2 \\cdot 3', 'x_{n} \\, (1 - x_{n})')
    """
    latex = factors[0]
    for previous, factor in pairwise(factors):
        if factor[0].isdigit() or (previous[-1].isdigit() and factor.startswith(r"\frac{1")):
            latex += r" \cdot "
        elif factor.startswith(("(", "[", r"\left", r"\frac")) or (
            previous.startswith((r"\frac", r"\log")) and not factor.startswith(r"\sum")
        ):
            latex += r" \, "
        else:
            latex += " "
        latex += factor
    return latex
