"""The sheet of one activation function: derivative, bound with its proof, and the bound confirmed in numbers."""

from collections.abc import Sequence

import numpy as np

import symbackprop as sb
from derivations._pieces import number, section, text_number, worked_sheet
from symbackprop.functions import FUNCTIONS
from symbackprop.sheet.blocks import Equations, Paragraph, Row, Section, Table
from symbackprop.sheet.sheet import Sheet

GRID = 200_001
REACH = 10.0
_STEP = 1e-5


def derivation(name: str) -> sb.Derivation:
    """y = f(x) for a function of the table, derived."""
    return sb.derive(sb.formula(f"input x[N]\ny[n] = {name}(x[n])"))


def slopes(name: str, xs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The function and its derivative at many points, by the generated code."""
    y, gradients = derivation(name).compile()(x=xs, dy=np.ones_like(xs))
    return y.copy(), gradients["x"].copy()


def activation_sheet(name: str, title: str, at: Sequence[float], extra: Sequence[Section] = ()) -> Sheet:
    """Theorem, proof of the bound and plot from the table of functions, then numbers at the points ``at``."""
    d = derivation(name)
    return worked_sheet(d, title, extra=[_at_points(name, at), _on_a_grid(name), *extra])


def _symbol(name: str) -> str:
    return FUNCTIONS[name].latex.format(x="x").replace(r"\left(", "(").replace(r"\right)", ")")


def _at_points(name: str, at: Sequence[float]) -> Section:
    xs = np.array(at, dtype=float)
    y, slope = slopes(name, xs)
    quotient = (slopes(name, xs + _STEP)[0] - slopes(name, xs - _STEP)[0]) / (2 * _STEP)
    rows = tuple(tuple(text_number(v, 6) for v in row) for row in zip(xs, y, slope, quotient, strict=True))
    header = ("$x$", "value", "derivative", "difference quotient")
    text = f"The last column is $(f(x + h) - f(x - h))/(2h)$ for $f(x) = {_symbol(name)}$ and $h = 10^{{-5}}$."
    return section("In numbers", Table(header, rows, numeric=(0, 1, 2, 3)), Paragraph(text))


def _on_a_grid(name: str) -> Section:
    xs = np.linspace(-REACH, REACH, GRID)
    xs = xs[~np.isin(xs, FUNCTIONS[name].kinks)]
    _, slope = slopes(name, xs)
    top, where = slope.max(), xs[slope == slope.max()]
    bound = FUNCTIONS[name].derivative_bound
    assert bound is not None
    if not (slope.min() >= float(bound.low) and top <= float(bound.high)):
        raise AssertionError(f"the derivative of {name} leaves its bounds")
    attained = f"at $x = {number(where[0])}$ alone" if len(where) == 1 else f"at {len(where)} of them"
    smallest = f"{slope.min():.2g}".replace("e-0", "e-").partition("e-")
    low = rf"{smallest[0]} \cdot 10^{{-{smallest[2]}}}" if smallest[1] else smallest[0]
    rows = (
        Row(r"\max", "=", number(top, 12), f"attained {attained}"),
        Row(r"\min", "=", low, "below zero nowhere"),
    )
    text = (
        f"The proof stands by itself; as a test of the program that uses the derivative, its values at {len(xs)} "
        f"points evenly spaced from ${-REACH:g}$ to ${REACH:g}$ were looked at:"
    )
    return section("The bound on a grid", Paragraph(text), Equations(rows))
