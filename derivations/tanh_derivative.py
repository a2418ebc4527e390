"""The hyperbolic tangent: its derivative through its own value, 1 at the origin and below 1 elsewhere."""

from derivations._activation import activation_sheet
from derivations._pieces import section
from symbackprop.sheet.blocks import Equations, Paragraph, Row, Section
from symbackprop.sheet.sheet import Sheet

TITLE = "The derivative of tanh is at most 1"
COVERS = ("S13",)
SHOWS = (
    "f' = 1 - tanh², between 0 and 1, 1 exactly at 0 and below it elsewhere: proved, plotted, and confirmed on a grid"
)


def sheet() -> Sheet:
    """The bound's sheet, with the derivative worked out from the definition."""
    return activation_sheet("tanh", TITLE, (-4, -2, -1, -0.1, 0, 0.1, 1, 2, 4), [_by_hand()])


def _by_hand() -> Section:
    rows = (
        Row(r"\tanh x", "=", r"\frac{s}{c}, \quad s = \frac{e^{x} - e^{-x}}{2}, \; c = \frac{e^{x} + e^{-x}}{2}"),
        Row(r"\tanh' x", "=", r"\frac{s' c - s \, c'}{c^{2}}", "quotient rule"),
        Row("", "=", r"\frac{c^{2} - s^{2}}{c^{2}}", "$s' = c$, $c' = s$"),
        Row("", "=", r"1 - \tanh^{2} x", "divide"),
    )
    logistic = Equations((
        Row(r"\tanh x", "=", r"2 \, \sigma(2x) - 1", "both definitions"),
        Row(r"\tanh' x", "=", r"4 \, \sigma'(2x) \le 4 \cdot \tfrac{1}{4} = 1", "chain rule"),
    ))  # fmt: skip
    text = "It is the logistic function stretched; so its bound follows from that one's once more:"
    return section("The derivative through the value", Equations(rows), Paragraph(text), logistic)
