"""Pictures for the list of derivations: a plot as an SVG file that stands alone.

A file shown by Markdown has no style of its own around it and may stand on a white or a dark page: everything, the
paper included, is in the picture. Coordinates of plots are those of the sheets.
"""

import html
import math
import re
from collections.abc import Mapping

from symbackprop.sheet.blocks import Plot, spans
from symbackprop.sheet.plotting import Drawing, draw

PAPER, TINT, INK, SOFT, LINE = "#ffffff", "#eef3f8", "#1c1e21", "#4c535c", "#d9dde2"
COLOURS = ("#1f4e79", "#b5482a", "#3b7d4f", "#7a5195")
_FONT = "font-family='Helvetica, Arial, sans-serif' font-size='15'"
_CHARACTER = 8.2  # about the width of one at that size
_ROW = 22

# LaTeX that stands in labels, in letters that every font has.
_LETTERS = {
    r"\alpha": "α", r"\lambda": "λ", r"\mu": "μ", r"\sigma": "σ", r"\pi": "π", r"\partial": "∂", r"\cdot": "·",
    r"\times": "×", r"\le": "≤", r"\ge": "≥", r"\|": "‖", r"\lVert": "‖", r"\rVert": "‖", r"\infty": "∞", r"\,": " ",
    r"\;": " ", r"\left": "", r"\right": "", r"\nabla": "∇", r"\tfrac": r"\frac", r"\to": "→", r"\gamma": "γ",
    r"\beta": "β", r"\rho": "ρ", r"\approx": "≈", r"\%": "%",
}  # fmt: skip
RAISED = dict(zip("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ", strict=True))
LOWERED = dict(zip("0123456789+-()tuijkmnx", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₜᵤᵢⱼₖₘₙₓ", strict=True))


def plain(content: str) -> str:
    r"""A text with mathematics in letters alone.

    >>> plain(r"rate $\alpha = 0.1$"), plain(r"$W^{(1)}$, $P_{tu}$"), plain(r"the bound $\frac{1}{4}$")
    ('rate α = 0.1', 'W⁽¹⁾, Pₜᵤ', 'the bound 1/4')
    """
    return "".join(_letters(piece) if is_math else piece for is_math, piece in spans(content))


def _letters(latex: str) -> str:
    for word in sorted(_LETTERS, key=len, reverse=True):
        latex = re.sub(re.escape(word) + ("(?![a-zA-Z])" if word[-1].isalpha() else ""), _LETTERS[word], latex)
    latex = re.sub(r"\\(?:mathrm|text|operatorname|mathbf)\{([^{}]*)\}", r"\1", latex)
    latex = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", latex)
    latex = re.sub(r"\\([a-zA-Z]+)", r"\1", latex)
    for mark, table in (("^", RAISED), ("_", LOWERED)):
        for found in reversed(list(re.finditer(re.escape(mark) + r"(?:\{([^{}]*)\}|(\w))", latex))):
            latex = latex[: found.start()] + moved(found[1] or found[2], table) + latex[found.end() :]
    return latex.replace("{", "").replace("}", "").replace("-", "−")


def moved(letters: str, table: Mapping[str, str]) -> str:
    """Each letter as the table has it raised or lowered."""
    return "".join(table.get(c, c) for c in letters)


def text(x: float, y: float, content: str, anchor: str = "middle", fill: str = SOFT, more: str = "") -> str:
    """A text at a place."""
    return f"<text x='{x:g}' y='{y:g}' text-anchor='{anchor}' fill='{fill}' {more}>{html.escape(content)}</text>"


def file(width: float, height: float, title: str, parts: list[str]) -> str:
    """The whole picture."""
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:g} {height:g}' {_FONT} role='img'>"
    paper = f"<rect width='{width:g}' height='{height:g}' rx='8' fill='{PAPER}'/>"
    return "\n".join([head, f"<title>{html.escape(title)}</title>", paper, *parts, "</svg>"]) + "\n"


# Plots -----------------------------------------------------------------------------------------------------------


def plot_picture(plot: Plot) -> str:
    """The plot with its labels; the caption is the picture's title."""
    d = draw(plot)
    legend, rows = _legend(d)
    parts = [*_axes(plot, d), *_curves(d), *legend]
    return file(d.width, d.height + 8 + _ROW * rows, plain(plot.caption), parts)


def _axes(plot: Plot, d: Drawing) -> list[str]:
    parts = []
    for at, label in d.x_ticks:
        parts.append(f"<line x1='{at}' x2='{at}' y1='{d.top:g}' y2='{d.bottom:g}' stroke='{LINE}'/>")
        parts.append(text(float(at), d.bottom + 17, label))
    for at, label in d.y_ticks:
        parts.append(f"<line x1='{d.left:g}' x2='{d.right:g}' y1='{at}' y2='{at}' stroke='{LINE}'/>")
        shown = _power(label) if plot.log_y else label
        parts.append(text(d.left - 6, float(at) + 5, shown, "end"))
    parts.append(text((d.left + d.right) / 2, d.bottom + 36, plain(plot.x_label), fill=INK))
    middle = (d.top + d.bottom) / 2
    parts.append(text(0, 0, plain(plot.y_label), fill=INK, more=f"transform='translate(11 {middle:g}) rotate(-90)'"))
    return parts


def _power(label: str) -> str:
    """A tick of a logarithmic axis, as a power where that is shorter.

    >>> _power("0.0001"), _power("1e+06"), _power("0.1")
    ('10⁻⁴', '10⁶', '0.1')
    """
    exponent = round(math.log10(float(label.replace("−", "-"))))
    return label if abs(exponent) < 2 else "10" + moved(str(exponent), RAISED)


def _curves(d: Drawing) -> list[str]:
    parts = []
    for k, curve in enumerate(d.curves):
        colour = COLOURS[k % len(COLOURS)]
        dash = " stroke-dasharray='7 5'" if curve.style == "dashed" else ""
        if curve.path:
            parts.append(f"<path d='{curve.path}' fill='none' stroke='{colour}' stroke-width='2.2'{dash}/>")
        parts += [f"<circle cx='{x}' cy='{y}' r='3.4' fill='{colour}'/>" for x, y in curve.dots]
    return parts


def _legend(d: Drawing) -> tuple[list[str], int]:
    """(the labels below the plot, in how many rows)."""
    parts: list[str] = []
    x, row = d.left, 0
    for k, curve in enumerate(d.curves):
        if not curve.label:
            continue
        label = plain(curve.label)
        width = 34 + _CHARACTER * len(label) + 16
        if x > d.left and x + width > d.width:
            x, row = d.left, row + 1
        y, colour = d.height + 12 + _ROW * row, COLOURS[k % len(COLOURS)]
        dash = " stroke-dasharray='7 5'" if curve.style == "dashed" else ""
        sample = f"<path d='M{x:g} {y - 5:g}h26' stroke='{colour}' stroke-width='2.6'{dash}/>"
        dot = f"<circle cx='{x + 13:g}' cy='{y - 5:g}' r='3.8' fill='{colour}'/>"
        parts += [dot if curve.style == "dots" else sample, text(x + 33, y, label, "start", INK)]
        x += width
    return parts, row + 1 if parts else 0
