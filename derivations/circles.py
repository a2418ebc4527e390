"""Concentric circles: no line divides them, four hidden units enclose the inner one."""

from functools import cache

import numpy as np

import symbackprop as sb
from derivations._pieces import checked, section, text_number
from symbackprop.sheet.blocks import Paragraph, Plot, Section, Series, Table
from symbackprop.sheet.build import build
from symbackprop.sheet.sheet import Sheet
from symbackprop.training.history import History
from symbackprop.training.trainer import Trainer

TITLE = "Two circles, one within the other: four hidden units tell them apart"
COVERS = ("S28",)
SHOWS = "2-4-1 trained on two noisy circles: the border that four units draw, at least 98 % of new points told right"

RADII, NOISE, POINTS = (1.0, 2.0), 0.12, 200
RATE, MOMENTUM, EPOCHS, SEED = 0.3, 0.9, 1000, 2
_RAYS = 180


def circles(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points of both circles in turn, and which is in the inner one."""
    random = np.random.default_rng(seed)
    inner = np.arange(POINTS) % 2 == 0
    angle = random.uniform(0, 2 * np.pi, POINTS)
    radius = np.where(inner, *RADII) + random.normal(size=POINTS) * NOISE
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), inner * 1.0


def network() -> sb.Sequential:
    """Four hidden units and one output."""
    return sb.Sequential(sb.Linear(2, 4), sb.Tanh(), sb.Linear(4, 1), loss=sb.BCEWithLogitsLoss(), title=TITLE)


@cache
def train() -> tuple[Trainer, History]:
    """The net after gradient descent with momentum on all points."""
    X, y = circles(SEED)
    trainer = network().trainer(sb.SGD(lr=RATE, momentum=MOMENTUM), seed=SEED)
    return trainer, trainer.fit(X, y[:, None], EPOCHS, progress=False)


def accuracies() -> tuple[float, float]:
    """(on the points of the training, on as many new ones)."""
    trainer, _ = train()
    seen, new = (float((trainer.predict(X) == y).mean()) for X, y in (circles(SEED), circles(SEED + 1)))
    return seen, new


def border(trainer: Trainer) -> tuple[tuple[float, float], ...]:
    """Where p = 1/2 on rays from the middle, by bisection between the middle and far out."""
    angles = np.linspace(0, 2 * np.pi, _RAYS + 1)
    rays = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    low, high = np.zeros(len(rays)), np.full(len(rays), 3.0)
    for _ in range(40):
        middle = (low + high) / 2
        inside = trainer.predict_proba(rays * middle[:, None])[:, 0] > 0.5
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return tuple((float(a), float(b)) for a, b in rays * low[:, None])


def sheet() -> Sheet:
    """The net's sheet, its training, and the plane as it sees it."""
    derivation = network().derive()
    trainer, history = train()
    seen, new = accuracies()
    if min(seen, new) < 0.98:
        raise AssertionError(f"the circles are told apart to {seen:.3f} and {new:.3f} only")
    return build(derivation, check=checked(derivation), history=history, title=TITLE,
                 extra=[_what_it_found(trainer, history, seen, new), _picture(trainer)])  # fmt: skip


def _what_it_found(trainer: Trainer, history: History, seen: float, new: float) -> Section:
    w, b, v = (trainer.parameters[k] for k in ("0.weight", "0.bias", "2.weight"))
    rows = tuple((str(k), *(text_number(x) for x in (*w[k], b[k], v[0, k]))) for k in range(len(w)))
    text = (
        f"{POINTS} points, half of them on a circle of radius {RADII[0]:g}, half on one of radius {RADII[1]:g}, each "
        f"off by chance (standard deviation {NOISE:g}); {EPOCHS} steps with learning rate ${RATE:g}$ and momentum "
        f"${MOMENTUM:g}$. The cost fell from {text_number(history.loss[0])} to {text_number(history.loss[-1])}; "
        f"{100 * seen:.1f} % of these points and {100 * new:.1f} % of {POINTS} new ones are told right."
    )
    header = ("Unit", "$w_1$", "$w_2$", "$b$", "weight in the output")
    return section("What training found", Paragraph(text), Table(header, rows, numeric=(1, 2, 3, 4)))


def _picture(trainer: Trainer) -> Section:
    X, y = circles(SEED)
    dots = tuple(
        Series(name, tuple((float(a), float(b)) for a, b in X[y == label]), "dots")
        for name, label in (("outer circle", 0.0), ("inner circle", 1.0))
    )
    text = (
        "No line has one circle on each side. Each hidden unit draws a line of its own, smoothed by tanh; the output "
        "adds up on how many sides a point is inside, and its border closes around the inner circle:"
    )
    curve = Series("$p = 1/2$", border(trainer))
    return section(
        "How it does it", Paragraph(text), Plot("The plane of the inputs.", (*dots, curve), "$x_1$", "$x_2$")
    )
