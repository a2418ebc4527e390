"""What a training did, for the sheet: its update rule, clipping and schedule, as a sentence and equations each."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from symbackprop.latex import derivative, symbols
from symbackprop.training.schedules import Schedule

if TYPE_CHECKING:
    from symbackprop.training.trainer import Trainer

Part = tuple[str, tuple[tuple[str, str], ...]]  # (text, (left, right) of each assignment)


def method_of(trainer: "Trainer", schedule: Schedule | None) -> tuple[Part, ...]:
    """The parts of the method as they are at the start of a training."""
    optimizer = trainer.optimizer
    (left, _), *others = optimizer.equations
    first = left, derivative(symbols.tensor(trainer.cost), "w")
    changing = schedule.changes if schedule is not None else ()
    values = {n: v for n, v in optimizer.values.items() if n not in changing}
    counted = ", $t$ counting the steps from 1" if "t" in optimizer.reads else ""
    text = f"Every step updates each parameter $w$ by {optimizer.kind}{_with(values)}{counted}:"
    parts: list[Part] = [(text, (first, *trainer.clipping.equations, *others))]
    if schedule is not None:
        text = f"The learning rate follows {schedule.kind}{_with(schedule.values)}{schedule.remark}:"
        parts.append((text, schedule.equations))
    return tuple(parts)


def _with(values: Mapping[str, float]) -> str:
    shown = ", ".join(f"${symbols.size(name)} = {_decimal(value)}$" for name, value in values.items())
    return f" with {shown}" if shown else ""


def _decimal(value: float) -> str:
    r"""A number as a person writes it.

    >>> _decimal(0.001), _decimal(1e-08), _decimal(0.004)
    ('0.001', '10^{-8}', '0.004')
    """
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        return f"{value:.6g}"
    mantissa, _, power = f"{value:.5e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    shown = f"10^{{{int(power)}}}"
    return shown if mantissa == "1" else rf"{mantissa} \cdot {shown}"
