"""One hidden layer comes as near as one likes to a continuous function on an interval: three, with their errors."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

import symbackprop as sb
from derivations._pieces import checked, section, text_number
from symbackprop.sheet.blocks import Paragraph, Plot, Section, Series, Table
from symbackprop.sheet.build import build
from symbackprop.sheet.sheet import Sheet
from symbackprop.training.trainer import Trainer

TITLE = "One hidden layer approximates x squared, 1/x and the sine"
COVERS = ("S29",)
SHOWS = (
    "x² on [-1, 1], 1/x on [1, 100] and sin x on [1, 2π] by 16 hidden units each: plots, and the largest error anywhere"
)
PICTURE = r"$\sin x$ and the net."

UNITS, POINTS, RATE, ROUNDS, STEPS, SEED = 16, 200, 0.02, 6, 1000, 1
_ALLOWED = 0.03
_FINE = 5001


@dataclass(frozen=True)
class Target:
    """A function on an interval; ``scaled`` brings the interval near to where tanh bends."""

    name: str
    f: Callable[[np.ndarray], np.ndarray]
    low: float
    high: float
    scaled: Callable[[np.ndarray], np.ndarray]
    shown: str
    spacing: Callable[..., np.ndarray] = np.linspace

    def points(self, count: int) -> np.ndarray:
        return self.spacing(self.low, self.high, count)[:, None]


TARGETS = (
    Target("$x^2$", lambda x: x**2, -1.0, 1.0, lambda x: 2 * x, "2x"),
    Target("$1/x$", lambda x: 1 / x, 1.0, 100.0, lambda x: (x - 1) / 4, r"\tfrac14 (x - 1)", np.geomspace),
    Target(r"$\sin x$", np.sin, 1.0, 2 * np.pi, lambda x: x - 3.6, "x - 3.6"),
)


def network() -> sb.Sequential:
    """One hidden layer of tanh."""
    return sb.Sequential(sb.Linear(1, UNITS), sb.Tanh(), sb.Linear(UNITS, 1), loss=sb.MSELoss(), title=TITLE)


@cache
def train(k: int) -> Trainer:
    """The net for the k-th function, after Adam with a rate that is halved in each round."""
    target = TARGETS[k]
    trainer = network().trainer(sb.Adam(lr=RATE), seed=SEED)
    x = target.points(POINTS)
    for _ in range(ROUNDS):
        trainer.fit(target.scaled(x), target.f(x), STEPS, progress=False)
        trainer.optimizer.lr *= 0.5
    return trainer


def largest_error(k: int) -> float:
    """On a grid far finer than the points of the training."""
    target = TARGETS[k]
    x = target.points(_FINE)
    return float(np.abs(train(k).predict(target.scaled(x)) - target.f(x)).max())


def sheet() -> Sheet:
    """The net's sheet, and what it makes of each function."""
    derivation = network().derive()
    errors = [largest_error(k) for k in range(len(TARGETS))]
    if max(errors) > _ALLOWED:
        raise AssertionError(f"the errors are {errors}")
    return build(derivation, check=checked(derivation), title=TITLE, extra=[_errors(errors), _pictures()])


def _errors(errors: list[float]) -> Section:
    rows = tuple(
        (t.name, f"$[{text_number(t.low)}, {text_number(t.high)}]$", f"${t.shown}$", text_number(e))
        for t, e in zip(TARGETS, errors, strict=True)
    )
    text = (
        "For every continuous function on an interval and every error above zero there are hidden units enough. "
        f"Here are {UNITS} for each of three functions, trained on {POINTS} points ({ROUNDS} rounds of {STEPS} steps "
        f"of Adam, the rate {RATE:g} halved after each); what goes into the net is shown, so that the interval lies "
        f"where tanh bends. The error is the largest on {_FINE} points:"
    )
    header = ("Function", "interval", "input of the net", "largest error")
    return section("Three functions", Paragraph(text), Table(header, rows, numeric=(3,)))


def _pictures() -> Section:
    plots = []
    for k, t in enumerate(TARGETS):
        x = t.points(120)
        shown = np.log10(x) if t.spacing is np.geomspace else x
        label = r"$\log_{10} x$" if t.spacing is np.geomspace else "$x$"
        curves = [(t.name, t.f(x), "line"), ("net", train(k).predict(t.scaled(x)), "dashed")]
        series = tuple(
            Series(name, tuple((float(a), float(b)) for a, b in zip(shown[:, 0], y[:, 0], strict=True)), style)
            for name, y, style in curves
        )
        plots.append(Plot(f"{t.name} and the net.", series, label))
    return section("How near they come", *plots)
