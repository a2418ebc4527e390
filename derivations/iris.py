"""Iris: a net with ten ReLU units and a softmax, trained by gradient descent with the derived gradients."""

from dataclasses import dataclass
from functools import cache

import numpy as np

import symbackprop as sb
from derivations._pieces import checked, section, text_number
from symbackprop.data import Scaling, Table, load_iris, stratified_split
from symbackprop.sheet import blocks
from symbackprop.sheet.blocks import Paragraph, Section
from symbackprop.sheet.build import build
from symbackprop.sheet.sheet import Sheet
from symbackprop.training.checking import check_trained
from symbackprop.training.history import History
from symbackprop.training.trainer import Trainer

TITLE = "Iris: a ReLU net with a softmax, trained"
COVERS = ("S4",)
SHOWS = "4-10-3, its gradients derived and checked, gradient descent on Iris: loss, gradient norms, flowers told apart"

EPOCHS, RATE, HELD_OUT, CHECKED_ROWS = 200, 0.2, 1 / 3, 12
SEED, SEEDS = 0, 5


@dataclass(frozen=True)
class Trained:
    """A training: the trainer, what happened, and the rows that it did not see, standardised."""

    trainer: Trainer
    history: History
    iris: Table
    X: np.ndarray
    y: np.ndarray


def network() -> sb.Sequential:
    """4-10-3 with ReLU; the softmax is in the cross-entropy."""
    return sb.Sequential(sb.Linear(4, 10), sb.ReLU(), sb.Linear(10, 3), loss=sb.CrossEntropyLoss(), title=TITLE)


@cache
def train(seed: int = SEED) -> Trained:
    """Gradient descent on two thirds of the flowers: every step on all of them, no momentum."""
    iris = load_iris()
    rows, held = stratified_split(iris.y, HELD_OUT, seed)
    scaling = Scaling.of(iris.X[rows])
    X, X_held = scaling.apply(iris.X[rows]), scaling.apply(iris.X[held])
    trainer = network().trainer(sb.SGD(lr=RATE), seed=seed)
    history = trainer.fit(X, iris.y[rows], EPOCHS, validation_data=(X_held, iris.y[held]), progress=False)
    return Trained(trainer, history, iris, X_held, iris.y[held])


def confusion(trained: Trained) -> np.ndarray:
    """counts[true, predicted] on the flowers held out."""
    counts = np.zeros((3, 3), dtype=int)
    np.add.at(counts, (trained.y, trained.trainer.predict(trained.X)), 1)
    return counts


def accuracy(trained: Trained) -> float:
    """The part of the flowers held out that is recognised."""
    return float(np.mean(trained.trainer.predict(trained.X) == trained.y))


def sheet() -> Sheet:
    """The network's sheet with the training's curves, and what the trained net does."""
    derivation, trained = network().derive(), train()
    return build(
        derivation, check=checked(derivation), history=trained.history, title=TITLE, extra=[_outcome(trained)]
    )  # fmt: skip


def _outcome(trained: Trained) -> Section:
    counts, classes = confusion(trained), trained.iris.classes
    rows = tuple(
        (name, *(str(n) for n in line), f"{line[k]} of {line.sum()}")
        for k, (name, line) in enumerate(zip(classes, counts, strict=True))
    )
    report = check_trained(trained.trainer, trained.X[:CHECKED_ROWS], trained.y[:CHECKED_ROWS])
    if not report.passed:
        raise AssertionError(f"a gradient of the trained net is wrong\n{report}")
    right, total = int(np.trace(counts)), int(counts.sum())
    setting = (
        "Fisher's 150 flowers, four measurements each, of three species. Two thirds of each species are trained on, "
        f"and the measurements standardised with the mean and deviation of these alone. {EPOCHS} steps of gradient "
        rf"descent, each on all of them, with learning rate ${RATE:g}$; the net starts from random weights (seed "
        rf"{SEED})."
    )
    history = trained.history
    losses = (
        f"The training loss fell from {text_number(history.loss[0])} to {text_number(history.loss[-1])} "
        rf"(equal odds for three species would be $\log 3 = 1.0986$). Of the {total} flowers held out {right} were "
        "recognised:"
    )
    worst = max(r.max_relative_error for r in report.rows)
    after = (
        f"In the trained net the gradients were compared once more, on {CHECKED_ROWS} of the flowers held out, with "
        f"numerical differentiation: they differ by at most $10^{{{int(np.ceil(np.log10(max(worst, 1e-16))))}}}$ of "
        "their norm. The curves are at the end."
    )
    mean = np.mean([accuracy(train(seed)) for seed in range(SEEDS)])
    seeds = (
        f"A third of 150 flowers is a small test: with the seeds 0 to {SEEDS - 1} for the split and the weights, "
        f"{mean:.3f} of them were recognised on average."
    )
    header = ("Species", *(f"taken for {c}" for c in classes), "right")
    return section(
        "Trained on Iris",
        Paragraph(setting),
        Paragraph(losses),
        blocks.Table(header, rows, numeric=(1, 2, 3, 4)),
        Paragraph(seeds),
        Paragraph(after),
    )
