"""The logistic function: its derivative through its own value, never above 1/4."""

from derivations._activation import activation_sheet
from derivations._pieces import section
from symbackprop.sheet.blocks import Equations, Paragraph, Row, Section
from symbackprop.sheet.sheet import Sheet

TITLE = "The logistic function's derivative is at most 1/4"
COVERS = ("S12",)
SHOWS = "f' = f (1 - f), between 0 and 1/4, 1/4 exactly at 0: proved, plotted, and confirmed on a grid"


def sheet() -> Sheet:
    """The bound's sheet, with the derivative worked out from the definition."""
    return activation_sheet("sigmoid", TITLE, (-6, -2, -1, 0, 1, 2, 6), [_by_hand()])


def _by_hand() -> Section:
    rows = (
        Row(r"\sigma'(x)", "=", r"\frac{e^{-x}}{(1 + e^{-x})^{2}}", "quotient rule"),
        Row("", "=", r"\frac{1}{1 + e^{-x}} \cdot \frac{(1 + e^{-x}) - 1}{1 + e^{-x}}", "take the fraction apart"),
        Row("", "=", r"\sigma(x) \, (1 - \sigma(x))", "the definition, twice"),
    )
    text = (
        "A program that has the value has the derivative for one multiplication. A quarter is little: a gradient that "
        "passes ten such neurons is multiplied by at most $4^{-10} < 10^{-6}$, the weights aside."
    )
    return section("The derivative through the value", Equations(rows), Paragraph(text))
