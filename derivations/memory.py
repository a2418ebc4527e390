"""Memory: an LSTM says at the end what it was told at the beginning; a net without a cycle cannot."""

from functools import cache

import numpy as np

import symbackprop as sb
from derivations._pieces import checked, section, text_number
from symbackprop.sheet.blocks import Paragraph, Plot, Section, Series, Table
from symbackprop.sheet.build import build
from symbackprop.sheet.sheet import Sheet
from symbackprop.training.history import History
from symbackprop.training.trainer import Trainer

TITLE = "A net with a cycle remembers"
COVERS = ("S30",)
SHOWS = "an LSTM's gradients through time; it recalls a bit after 12 and 48 steps of noise, a net without state guesses"

UNITS, STEPS, EXAMPLES, EPOCHS, RATE, SEED = 6, 12, 256, 300, 0.02, 0
_LONGER = (12, 24, 48)


def sequences(examples: int, steps: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A bit as -1 or 1 in the first step, marked as such, then noise; and the bit."""
    random = np.random.default_rng(seed)
    bit = random.integers(0, 2, examples)
    X = np.stack([random.normal(size=(examples, steps)) / 2, np.zeros((examples, steps))], axis=2)
    X[:, 0] = np.stack([2.0 * bit - 1, np.ones(examples)], axis=1)
    return X, bit * 1.0


def network() -> sb.Sequential:
    """An LSTM, its last state, one output."""
    return sb.Sequential(
        sb.LSTM(2, UNITS), sb.Last(), sb.Linear(UNITS, 1), loss=sb.BCEWithLogitsLoss(), title=TITLE
    )  # fmt: skip


def without_state() -> sb.Sequential:
    """A net that sees what the LSTM sees last, and nothing of before."""
    return sb.Sequential(sb.Last(), sb.Linear(2, 8), sb.Tanh(), sb.Linear(8, 1), loss=sb.BCEWithLogitsLoss())


@cache
def train() -> tuple[Trainer, History]:
    """The LSTM, its forget gates open at first, after Adam."""
    trainer = network().trainer(sb.Adam(lr=RATE), seed=SEED)
    trainer.parameters["0.bias_ih_l0"][UNITS : 2 * UNITS] = 2.0
    X, y = sequences(EXAMPLES, STEPS, SEED)
    return trainer, trainer.fit(X, y[:, None], EPOCHS, progress=False)


@cache
def train_without_state() -> Trainer:
    """The other net, trained likewise."""
    trainer = without_state().trainer(sb.Adam(lr=RATE), seed=SEED)
    X, y = sequences(EXAMPLES, STEPS, SEED)
    trainer.fit(X, y[:, None], EPOCHS, progress=False)
    return trainer


def accuracy(trainer: Trainer, steps: int) -> float:
    """On new sequences of that length."""
    X, y = sequences(1000, steps, SEED + steps)
    return float((trainer.predict(X) == y).mean())


def sheet() -> Sheet:
    """The LSTM's sheet, how far it remembers, and what it carries from step to step."""
    derivation = network().derive()
    trainer, history = train()
    if min(accuracy(trainer, n) for n in _LONGER) < 0.98:
        raise AssertionError("the LSTM does not remember")
    if accuracy(train_without_state(), STEPS) > 0.6:
        raise AssertionError("a net without state remembers")
    return build(derivation, check=checked(derivation), history=history, title=TITLE, extra=[_recall(), _carried()])


def _recall() -> Section:
    trainer, history = train()
    rows = tuple(
        (str(n), f"{100 * accuracy(trainer, n):.1f} %", f"{100 * accuracy(train_without_state(), n):.1f} %")
        for n in _LONGER
    )
    text = (
        f"The first step of each sequence says a bit, the others are noise; asked is the bit, after the last step. "
        f"Trained on {EXAMPLES} sequences of {STEPS} steps ({EPOCHS} steps of Adam with learning rate ${RATE:g}$; the "
        f"cost fell from {text_number(history.loss[0])} to {text_number(history.loss[-1])}), the LSTM answers for new "
        "sequences, and for longer ones than it was ever shown. A net without a cycle sees the last step alone, which "
        "is noise: whatever its weights, it is right half of the time."
    )
    return section(
        "What it remembers", Paragraph(text), Table(("Steps", "LSTM", "net without state"), rows, numeric=(1, 2))
    )


def _carried() -> Section:
    trainer, _ = train()
    curves = []
    for bit, style in ((0, "dashed"), (1, "line")):
        X, y = sequences(64, STEPS, SEED)
        one = X[y == bit][:1]
        margins = [
            float(np.log(p / (1 - p))) for k in range(1, STEPS + 1) for p in [trainer.predict_proba(one[:, :k])[0, 0]]
        ]
        curves.append(Series(f"told {bit}", tuple((k + 1.0, m) for k, m in enumerate(margins)), style))
    text = (
        r"A cell $s_t = f_t s_{t-1} + i_t g_t$ whose gate $f_t$ is near 1 passes on what it holds, and its adjoint "
        r"$\partial C/\partial s_{t-1} = f_t \, \partial C/\partial s_t + \dots$ with it: neither fades while the gate "
        "is open. If the net is asked after each step, it answers the same bit all along:"
    )
    return section(
        "What it carries along",
        Paragraph(text),
        Plot("The logit of the answer, asked after each step.", tuple(curves), "step", "logit"),
    )
