"""A diagnosis as a sheet: the table, the norms beside their bound, what was found, and the cures as tried."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from symbackprop.diagnosis.text import cut, found_lines, no_bound_lines
from symbackprop.diagnosis.verdicts import FINDINGS
from symbackprop.latex import symbols
from symbackprop.sheet.blocks import Block, Items, Paragraph, Plot, Section, Series, Table
from symbackprop.sheet.sheet import Sheet

if TYPE_CHECKING:
    from symbackprop.diagnosis.report import Diagnosis, LayerReport, Trial

TITLE = "How the gradients pass through the network"


def page(d: "Diagnosis") -> Sheet:
    """The sheet of a diagnosis."""
    sections = [Section("Layer by layer", tuple(_layers(d))), Section("What was found", (_found(d), *_units(d)))]
    if d.trials:
        sections.append(Section("Cures, tried", tuple(_cures(d))))
    return Sheet(TITLE, tuple(sections), f"{d.samples} samples, seed {d.seed}, loss {plain_number(d.loss)}")


def norms_plot(layers: Iterable["LayerReport"], caption: str) -> Plot:
    """What arrives at each layer and by its weights, and the bound, on a logarithmic axis."""
    numbered = list(enumerate(layers, start=1))
    series = (
        Series("adjoint that arrives", tuple((float(k), x.arrives) for k, x in numbered)),
        Series("its bound", tuple((float(k), _or_nan(x.bound)) for k, x in numbered), "dashed"),
        Series("gradient by the weights", tuple((float(k), x.gradient) for k, x in numbered)),
    )
    shown = tuple(s for s in series if any(_drawn(y) for _, y in s.points))
    return Plot(caption, shown, "layer", "norm", log_y=True)


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _drawn(value: float) -> bool:
    return math.isfinite(value) and value > 0


def _layers(d: "Diagnosis") -> list[Block]:
    text = (
        r"The adjoint of a layer's output $a$ is $\partial C/\partial a$; its norm is the Euclidean one, for each "
        r"sample, and the largest of them is shown. It is at most the one at the last layer's output times "
        r"$\lVert W \rVert_2$ and $\sup |f'|$ of every later layer; where ways through the "
        r"network meet, their bounds add up."
    )
    begins = f" The bound begins at {d.head}, with the measured {number(d.start)}." if d.head is not None else ""
    header = ("No.", "Layer", "Gradient by weights", "Arrives", "Bound", "Of bound", "Finding")
    rows = tuple(
        (str(k), x.place, number(x.gradient), number(x.arrives), "none" if x.bound is None else number(x.bound),
         "" if x.ratio is None else number(x.ratio), x.verdict)
        for k, x in enumerate(d.layers, start=1)
    )  # fmt: skip
    plot = norms_plot(d.layers, "Norms by layer, first to last, and the bound.")
    blocks: list[Block] = [Paragraph(text + begins), Table(header, rows, numeric=(2, 3, 4, 5)), plot]
    factors = [f"{x.place}: {_factors(x)}" for x in d.layers if x.factors]
    if factors:
        blocks += [Paragraph("What each layer multiplies the bound by, on the way back:"), Items(tuple(factors))]
    return blocks


def _units(d: "Diagnosis") -> list[Block]:
    """The activations with their units, where there are any."""
    rows = tuple(
        (x.place, cut(x.activation), str(x.units), str(len(x.dead)), str(len(x.saturated))) for x in d.layers if x.units
    )
    header = ("Layer", "Activation", "Units", "Dead", "Saturated")
    return [Table(header, rows, numeric=(2, 3, 4))] if rows else []


def _factors(layer: "LayerReport") -> str:
    return ", ".join(f"{_named(name)} is {number(value)}" for name, value in layer.factors)


def _named(factor: str) -> str:
    r"""The factor's name as mathematics, where it has one.

    >>> _named("|f'|"), _named("W1"), _named("windows")
    ("$\\sup |f'|$", '$\\lVert W^{(1)} \\rVert_2$', 'windows')
    """
    if factor in ("|f'|", "|w|/s"):
        return {"|f'|": r"$\sup |f'|$", "|w|/s": r"$\max |w|/s$"}[factor]
    return rf"$\lVert {symbols.tensor(factor)} \rVert_2$" if factor.isidentifier() and factor != "windows" else factor


def _found(d: "Diagnosis") -> Block:
    return Items((*found_lines(d), *no_bound_lines(d), *d.notes))


def _cures(d: "Diagnosis") -> list[Block]:
    tried = [t for t in d.trials if t.gradients]
    text = (
        f"Each network with its cure was measured anew and then trained for {tried[0].steps} steps from the same seed, "
        "on the same data. “Farthest” is the norm of the adjoint where it differs most from that at the last layer's "
        "output, over that one."
    )
    header = ("Cure", "Against", "Farthest", "Dead", "Saturated", "Loss", "Afterwards", "Result")
    rows = tuple(
        (t.name, ", ".join(t.against), number(t.relative), f"{t.dead:.0%}", f"{t.saturated:.0%}", number(t.loss_before),
         number(t.loss_after), t.outcome)
        for t in tried
    )  # fmt: skip
    words = tuple(f"{t.name}: {t.change or 'not tried, ' + t.reason}" for t in d.trials if t.change or t.reason)
    meaning = Paragraph("Cured means that what it is against is no longer found: " + "; ".join(_meanings(d)) + ".")
    return [Paragraph(text), Table(header, rows, numeric=(2, 3, 4, 5, 6)), gradients_plot(tried), Items(words), meaning]


def _meanings(d: "Diagnosis") -> list[str]:
    return [f"{f}, {FINDINGS[f]}" for f in d.findings]


def gradients_plot(trials: Iterable["Trial"]) -> Plot:
    """The norm of the gradient by each layer's weights, with every cure."""
    series = tuple(
        Series(
            t.name, tuple((float(k), g) for k, g in enumerate(t.gradients, start=1)), "line" if t.against else "dashed"
        )
        for t in trials
        if any(map(_drawn, t.gradients))
    )
    return Plot("Gradients by the layers' weights, without and with each cure.", series, "layer", "norm", log_y=True)


def plain_number(value: float) -> str:
    """Three digits as text."""
    return f"{value:.3g}"


def number(value: float) -> str:
    r"""Three digits, as mantissa and power of ten where it is very small or large.

    >>> number(1.23456e-7), number(0.25), number(float("inf"))
    ('$1.23 \\cdot 10^{-7}$', '$0.25$', 'infinite')
    """
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinite"
    mantissa, _, exponent = f"{value:.3g}".partition("e")
    return rf"${mantissa} \cdot 10^{{{int(exponent)}}}$" if exponent else f"${mantissa}$"
