"""A diagnosis as a terminal shows it: a row and a bar for each layer, what was found in words, the cures as tried."""

import math
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from symbackprop.diagnosis.verdicts import FINDINGS

if TYPE_CHECKING:
    from symbackprop.diagnosis.report import Diagnosis, LayerReport

_BAR, _WIDTH = 24, 120
_MOST_UNITS = 12
_LONGEST = 20
HEADER = ("layer", "activation", "gradient", "arrives", "bound", "of bound", "dead", "saturated", "finding")


def text_of(d: "Diagnosis") -> str:
    """The whole report."""
    blocks = [_head(d), "\n".join(_layers(d)), "\n".join([*_wrapped(d), *no_bound_lines(d), *d.notes])]
    if d.trials:
        blocks.append("\n".join(_cures(d)))
    return "\n\n".join(b for b in blocks if b)


def _head(d: "Diagnosis") -> str:
    begins = f"; the bound begins at {d.head}" if d.head is not None else ""
    return (
        f"{d.samples} samples, seed {d.seed}; loss {short(d.loss)}{begins}\n"
        "gradient: norm of the gradient by the layer's weights; arrives: norm of the adjoint of its output, "
        "the largest of\nall samples; bound: what that cannot exceed, ‖W‖ and sup |f'| of all later layers multiplied"
    )


def _layers(d: "Diagnosis") -> Iterable[str]:
    rows = [
        (x.place, cut(x.activation or "-"), short(x.gradient), short(x.arrives), _bound(x.bound), _ratio(x.ratio),
         _part(x.dead, x.units), _part(x.saturated, x.units), x.verdict)
        for x in d.layers
    ]  # fmt: skip
    bars = ["measured ■, bound |, logarithmic", *_bars(d.layers)]
    lines = table((HEADER, *rows), right=range(2, 8))
    width = max(map(len, lines))
    return (f"{line.ljust(width)}  {bar}".rstrip() for line, bar in zip(lines, bars, strict=True))


def table(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Rows with their columns one below the other; those named in ``right`` flush right.

    >>> table([("a", "b"), ("long", "1")], right=[1])
    ['a     b', 'long  1']
    """
    numeric = set(right)
    widths = [max(len(r[k]) for r in rows) for k in range(len(rows[0]))]
    return [
        "  ".join(
            c.rjust(w) if k in numeric else c.ljust(w) for k, (c, w) in enumerate(zip(r, widths, strict=True))
        ).rstrip()
        for r in rows
    ]


def _bars(layers: Sequence["LayerReport"]) -> list[str]:
    """One bar a layer, from the smallest number of all to the largest."""
    known = [v for x in layers for v in (x.arrives, x.bound) if v is not None and 0 < v < math.inf]
    if not known:
        return ["" for _ in layers]
    low, high = math.log10(min(known)), math.log10(max(known))

    def place(value: float | None) -> int | None:
        if value is None or not 0 < value < math.inf:
            return None
        return 1 + round((math.log10(value) - low) / (high - low) * (_BAR - 1)) if high > low else 1

    return [_bar(place(x.arrives), place(x.bound)) for x in layers]


def _bar(measured: int | None, bound: int | None) -> str:
    """The measured number as a bar, the bound as a stroke behind it."""
    bar = "■" * (measured or 0)
    return bar if bound is None else bar.ljust(bound) + "|"


def found_lines(d: "Diagnosis") -> list[str]:
    """Each finding, where it is and what it means, then the units by name."""
    lines = []
    for finding in d.findings:
        where = ", ".join(x.place for x in d.layers if finding in x.verdicts)
        lines.append(f"{finding}: layer{'s' if ',' in where else ''} {where}: {FINDINGS[finding]}")
    for what in ("dead", "saturated"):
        units = [f"layer {x.place}: {_units(getattr(x, what))}" for x in d.layers if getattr(x, what)]
        lines += [f"{what} units, counted from 0: {'; '.join(units)}"] if units else []
    return lines or ["every layer is healthy"]


def _wrapped(d: "Diagnosis") -> list[str]:
    return [line for text in found_lines(d) for line in wrap(text, _WIDTH, subsequent_indent="    ")]


def no_bound_lines(d: "Diagnosis") -> list[str]:
    """Why there is no bound, each reason once."""
    reasons: dict[str, list[str]] = {}
    for x in d.layers:
        if x.bound is None:
            reasons.setdefault(x.no_bound, []).append(x.place)
    return [f"no bound for layer {', '.join(places)}: {reason}" for reason, places in reasons.items()]


def _units(units: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, units[:_MOST_UNITS]))
    return shown + (f", ... ({len(units)} in all)" if len(units) > _MOST_UNITS else "")


def _cures(d: "Diagnosis") -> Iterable[str]:
    header = ("cure", "against", "gradient first", "last", "farthest", "dead", "saturated", "loss", "after", "result")
    rows = [
        (t.name, ", ".join(t.against), short(t.gradients[0]), short(t.gradients[-1]), short(t.relative),
         f"{t.dead:.0%}", f"{t.saturated:.0%}", short(t.loss_before), short(t.loss_after), t.outcome)
        for t in d.trials if t.gradients
    ]  # fmt: skip
    steps = d.trials[0].steps
    yield f"cures, tried ({steps} steps each; farthest: the norm that arrives where it differs most, over the last one)"
    yield from table((header, *rows), right=range(2, 9))
    yield from (f"{t.name}: {t.change}" for t in d.trials if t.change)
    yield from (f"{t.name}, against {', '.join(t.against)}: not tried: {t.reason}" for t in d.trials if t.reason)


def short(value: float) -> str:
    """A number in three digits.

    >>> short(0.00001234), short(1.25), short(float("nan"))
    ('1.23e-05', '1.25', 'nan')
    """
    return f"{value:.3g}"


def _bound(value: float | None) -> str:
    return "none" if value is None else short(value)


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2g}"


def _part(units: tuple[int, ...], of: int) -> str:
    return f"{len(units)}/{of}" if of else "-"


def cut(text: str) -> str:
    """A function's formula, shortened where it is long."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
