"""What was measured: the table of checks, and the curves of a training."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from symbackprop.latex import symbols
from symbackprop.sheet.blocks import Block, Equations, Items, Paragraph, Plot, Row, Section, Series, Table
from symbackprop.sheet.context import Context

if TYPE_CHECKING:
    from symbackprop.checking import CheckReport


def check_section(context: Context, report: "CheckReport") -> Section:
    """Every gradient against numerical differentiation."""
    rows = tuple(
        (
            context.tensor(r.tensor),
            " × ".join(map(str, r.shape)) or "scalar",
            str(r.entries),
            f"${_scientific(r.max_relative_error)}$",
            r.method,
            "passed" if r.passed else "FAILED",
        )
        for r in report.rows
    )
    header = ("Gradient by", "Shape", "Entries", "Max. relative error", "Method", "Result")
    sizes = ", ".join(f"${symbols.size(k)} = {v}$" for k, v in report.sizes.items())
    text = (
        "Every entry of every gradient above was compared with numerical differentiation of the forward equations"
        + (f" at {sizes}" if sizes else "")
        + f", on random numbers drawn with seed {report.seed}. An error is relative to the norm of its gradient; "
        f"one above ${_scientific(report.tolerance)}$ fails."
    )
    notes: list[Block] = [Items(tuple(report.notes))] if report.notes else []
    return Section("Check", (Paragraph(text), Table(header, rows, numeric=(2, 3)), *notes))


def _scientific(value: float) -> str:
    r"""A number as mantissa and power of ten.

    >>> _scientific(3.2e-11), _scientific(0.0), _scientific(1e-6)
    ('3.2 \\cdot 10^{-11}', '0', '10^{-6}')
    """
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1.0" else rf"{mantissa} \cdot {power}"


def training_section(history: Any) -> Section:
    """The update rule and the schedule, the loss and the norm of each layer's gradient, epoch by epoch.

    ``history`` has ``loss`` (and may have ``validation_loss``), one number an epoch, and may have ``gradient_norms``: a
    list of numbers for each parameter; and ``method``: texts with their assignments, (left, right) in LaTeX.
    """
    plots: list[Block] = []
    for text, rows in _get(history, "method") or ():
        plots += [Paragraph(text), Equations(tuple(Row(left, r"\leftarrow", right) for left, right in rows))]
    losses = [("training loss", _get(history, "loss")), ("validation loss", _get(history, "validation_loss"))]
    curves = tuple(_curve(label, values) for label, values in losses if values)
    if curves:
        plots.append(Plot("Loss, epoch by epoch.", curves, "epoch", "loss", log_y=_positive(curves)))
    norms: Mapping[str, Sequence[float]] = _get(history, "gradient_norms") or {}
    lines = tuple(_curve(f"${symbols.tensor(name)}$", values) for name, values in norms.items() if values)
    if lines:
        plots.append(Plot("Norm of the gradient by each parameter.", lines, "epoch", "norm", log_y=_positive(lines)))
    return Section("Training", tuple(plots))


def _get(history: Any, name: str) -> Any:
    return history.get(name) if isinstance(history, Mapping) else getattr(history, name, None)


def _curve(label: str, values: Sequence[float]) -> Series:
    """At most 400 points: more are not seen."""
    step = max(1, len(values) // 400)
    return Series(label, tuple((float(k + 1), float(v)) for k, v in enumerate(values) if k % step == 0))


def _positive(curves: Sequence[Series]) -> bool:
    return all(y > 0 for s in curves for _, y in s.points)
