"""A plot as the numbers of an SVG drawing: axes, ticks and paths in its own coordinates."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from symbackprop.sheet.blocks import Plot, Series

WIDTH, HEIGHT = 560, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 14, 12, 40


@dataclass(frozen=True)
class Curve:
    """A path for ``d``, or dots; ``label`` is text."""

    label: str
    path: str
    dots: tuple[tuple[str, str], ...]
    style: str


@dataclass(frozen=True)
class Drawing:
    """Ticks are (position, label)."""

    curves: tuple[Curve, ...]
    x_ticks: tuple[tuple[str, str], ...]
    y_ticks: tuple[tuple[str, str], ...]
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    top: float = _TOP
    bottom: float = HEIGHT - _BOTTOM
    width: float = WIDTH
    height: float = HEIGHT


def draw(plot: Plot) -> Drawing:
    """The drawing of a plot; points that are not finite (or not positive on a logarithmic axis) interrupt a line."""
    lift = math.log10 if plot.log_y else float
    shown = [_Lifted(s, lift, plot.log_y) for s in plot.series]
    xs = [x for s in shown for x, y in s.points if y is not None]
    ys = [y for s in shown for x, y in s.points if y is not None]
    x_low, x_high = _range(xs, 0)
    y_low, y_high = _range(ys, 0.06)

    def at_x(x: float) -> float:
        return _LEFT + (x - x_low) / (x_high - x_low) * (WIDTH - _LEFT - _RIGHT)

    def at_y(y: float) -> float:
        return HEIGHT - _BOTTOM - (y - y_low) / (y_high - y_low) * (HEIGHT - _TOP - _BOTTOM)

    return Drawing(
        tuple(_curve(s, at_x, at_y) for s in shown),
        tuple((f"{at_x(t):.1f}", _number(t)) for t in ticks(x_low, x_high)),
        tuple((f"{at_y(t):.1f}", _number(10**t if plot.log_y else t)) for t in ticks(y_low, y_high, plot.log_y)),
    )


class _Lifted:
    """A series on the axis that is drawn; None for a gap."""

    def __init__(self, series: Series, lift: Callable[[float], float], log: bool) -> None:
        self.label, self.style = series.label, series.style
        self.points = [(x, lift(y) if math.isfinite(y) and (y > 0 or not log) else None) for x, y in series.points]


def _curve(series: _Lifted, at_x: Callable[[float], float], at_y: Callable[[float], float]) -> Curve:
    path, pen_up, dots = [], True, []
    for x, y in series.points:
        if y is None:
            pen_up = True
            continue
        path.append(f"{'M' if pen_up else 'L'}{at_x(x):.1f} {at_y(y):.1f}")
        dots.append((f"{at_x(x):.1f}", f"{at_y(y):.1f}"))
        pen_up = False
    is_dots = series.style == "dots"
    return Curve(series.label, "" if is_dots else " ".join(path), tuple(dots) if is_dots else (), series.style)


def _range(values: list[float], margin: float) -> tuple[float, float]:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return low - margin * (high - low), high + margin * (high - low)


def ticks(low: float, high: float, whole: bool = False) -> list[float]:
    """Four to seven round numbers in a range.

    >>> ticks(-6, 6), ticks(0, 1)
    ([-6, -4, -2, 0, 2, 4, 6], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    """
    rough = (high - low) / 6
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    step = max(1, round(step)) if whole or step >= 1 else step
    first = math.ceil(low / step - 1e-9)
    count = math.floor(high / step + 1e-9) - first + 1
    return [round((first + k) * step, 10) for k in range(count)]


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")
