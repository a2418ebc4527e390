"""ReLU: a derivative of 0 or 1 by the sign, none at the origin, and what programs take there."""

import numpy as np

from derivations._activation import activation_sheet, slopes
from derivations._pieces import section, text_number
from symbackprop.sheet.blocks import Items, Paragraph, Section, Table
from symbackprop.sheet.sheet import Sheet

TITLE = "The derivative of ReLU"
COVERS = ("S15",)
SHOWS = "0 below zero, 1 above, undefined at 0: one-sided quotients, and the convention that is taken there"


def sheet() -> Sheet:
    """The derivative's sheet with what happens at the kink."""
    return activation_sheet("relu", TITLE, (-3, -1, -0.01, 0.01, 1, 3), [_kink()])


def one_sided() -> list[tuple[float, float, float]]:
    """(h, quotient from the left, quotient from the right) at 0 for falling h."""
    found = []
    for h in (1.0, 0.1, 0.01, 0.001):
        below, origin, above = slopes("relu", np.array([-h, 0.0, h]))[0]
        found.append((h, float(origin - below) / h, float(above - origin) / h))
    return found


def _kink() -> Section:
    rows = tuple(tuple(text_number(v) for v in row) for row in one_sided())
    header = ("$h$", "from the left, $(f(0) - f(-h))/h$", "from the right, $(f(h) - f(0))/h$")
    taken = float(slopes("relu", np.zeros(1))[1][0])
    texts = (
        f"Programs need some number: here it is {taken:g}, that is, the derivative is $[x > 0]$. Every value from 0 to "
        "1 would do: all of them are slopes of lines that touch the graph from below.",
        "It hardly matters which. An input is exactly 0 only on a set of measure zero of weights and data, and the "
        "check draws its points away from it.",
        "The derivative is 1 for as many layers as you like: unlike that of $\\sigma$ it does not shrink a gradient. "
        "Where it is 0 nothing passes.",
    )
    return section(
        "At the origin",
        Paragraph("The quotients from the two sides do not come together, however small $h$ is:"),
        Table(header, rows, numeric=(0, 1, 2)),
        Items(texts),
    )
