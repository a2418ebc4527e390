"""One plot as an SVG file that stands alone: its colours and its legend inside, no style of a page needed."""

from symbackprop.sheet.blocks import Plot
from symbackprop.sheet.html import plain
from symbackprop.sheet.plotting import draw
from symbackprop.sheet.templating import Filters, render

_LEGEND_LINE = 18
_COLOURS = ("#1f4e79", "#b5482a", "#3b7d4f", "#7a5195")


def to_svg(plot: Plot) -> str:
    """The plot as SVG.

    >>> from symbackprop.sheet.blocks import Series
    >>> text = to_svg(Plot("A line.", (Series("y", ((0.0, 1.0), (1.0, 2.0))),)))
    >>> text.startswith("<svg xmlns") and ">y</text>" in text
    True
    """
    drawing = draw(plot)
    height = drawing.height + _LEGEND_LINE * len(drawing.curves) + 8
    return render(
        "plot.svg.jinja", _FILTERS, autoescape=True, b=plot, d=drawing, height=height, line=_LEGEND_LINE,
        colours=_COLOURS,
    )  # fmt: skip


_FILTERS: Filters = {"plain": plain}
