"""Roots of numbers in LaTeX: drawn together, and of the same value."""

import pytest
from sympy import Mul, Rational, pi, sqrt

from symbackprop.latex import latex
from symbackprop.latex.surds import surds
from symbackprop.ordering import ordered_factors
from symbackprop.terms import Entry

x = Entry("x")
ROWS = [
    (x / sqrt(2), r"\frac{x}{\sqrt{2}}"),
    (x / sqrt(2 * pi), r"\frac{x}{\sqrt{2 \pi}}"),
    (-sqrt(2 / pi) * x, r"-\sqrt{\frac{2}{\pi}} x"),
    (3 * sqrt(2) / 2 * x, r"\frac{3 x}{\sqrt{2}}"),
    (sqrt(3) * x, r"\sqrt{3} x"),
    (sqrt(12) * x, r"2 \sqrt{3} x"),
    (sqrt(pi) * x / 2, r"\frac{1}{2} \, \sqrt{\pi} x"),
    (x / 2, r"\frac{x}{2}"),
]


@pytest.mark.parametrize(("expr", "shown"), ROWS, ids=str)
def test_roots_are_drawn_together(expr, shown):
    assert latex(expr) == shown


@pytest.mark.parametrize("number", [a * sqrt(b) / sqrt(c) for a in (1, -3, Rational(5, 6)) for b in (2, 12, 3 * pi)
                                    for c in (1, 2, 7, pi, 18 * pi)], ids=str)  # fmt: skip
def test_the_value_stays(number):
    coefficient, above, below = surds(*ordered_factors(number * x))
    again = coefficient * Mul(*above) / Mul(*below) / x
    assert abs(again.evalf(30) - number.evalf(30)) < 1e-25
