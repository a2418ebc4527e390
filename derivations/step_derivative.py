"""The step function: slope 0 wherever it has one, so that no gradient passes, and why nothing is trained with it."""

import numpy as np

import symbackprop as sb
from derivations._activation import activation_sheet, slopes
from derivations._pieces import section, text_number
from symbackprop.layers import Layer
from symbackprop.sheet.blocks import Items, Paragraph, Section, Table
from symbackprop.sheet.sheet import Sheet
from symbackprop.training.trainer import Trainer

TITLE = "The derivative of the step function"
COVERS = ("S14",)
SHOWS = (
    "0 on both sides, none at the jump; a net of steps has no gradient to its weights, the same net of σ has and learns"
)

_X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
_Y = np.array([0.0, 1.0, 1.0, 0.0])[:, None]  # exclusive or
_STEPS, _RATE, _SEED = 2000, 0.5, 0


def sheet() -> Sheet:
    """The derivative's sheet, the quotients at the jump, and what training makes of a net of steps."""
    return activation_sheet("step", TITLE, (-3, -1, -0.01, 0.01, 1, 3), [_jump(), _untrained()])


def one_sided() -> list[tuple[float, float, float]]:
    """(h, quotient from the left, quotient from the right) at 0 for falling h."""
    found = []
    for h in (1.0, 0.1, 0.01, 0.001):
        below, origin, above = slopes("step", np.array([-h, 0.0, h]))[0]
        found.append((h, float(origin - below) / h, float(above - origin) / h))
    return found


def train(inside: Layer) -> tuple[Trainer, float, float]:
    """A net for the exclusive or, its hidden units of that kind: (trainer, norm of the first gradient, last loss)."""
    net = sb.Sequential(sb.Linear(2, 3), inside, sb.Linear(3, 1), loss=sb.BCEWithLogitsLoss())
    trainer = net.trainer(sb.SGD(lr=_RATE), seed=_SEED)
    norm = float(np.linalg.norm(trainer.gradients(_X, _Y)["0.weight"]))
    return trainer, norm, trainer.fit(_X, _Y, _STEPS, progress=False).loss[-1]


def _jump() -> Section:
    rows = tuple(tuple(text_number(v) for v in row) for row in one_sided())
    header = ("$h$", "from the left, $(f(0) - f(-h))/h$", "from the right, $(f(h) - f(0))/h$")
    return section(
        "At the jump",
        Paragraph("From the right the quotient grows beyond every bound: there is no derivative at 0."),
        Table(header, rows, numeric=(0, 1, 2)),
    )


def _untrained() -> Section:
    kinds = (("step", sb.Step()), (r"$\sigma$", sb.Sigmoid()))
    rows = []
    for name, inside in kinds:
        trainer, norm, loss = train(inside)
        fresh = sb.Sequential(sb.Linear(2, 3), inside, sb.Linear(3, 1), loss=sb.BCEWithLogitsLoss()).trainer(seed=_SEED)
        moved = float(np.abs(trainer.parameters["0.weight"] - fresh.parameters["0.weight"]).max())
        rows.append((name, text_number(norm), text_number(moved), text_number(loss)))
        if inside.kind == "Step" and (norm or moved):
            raise AssertionError("a gradient passes through a step")
    texts = (
        "Every path from the cost to the weights below a step has the factor 0: their gradient is 0, whatever the "
        "data, and gradient descent leaves them where they were drawn. Only what is above the last step learns.",
        "This is why perceptrons of several layers waited for smooth activations. Rounded weights are trained today by "
        "taking another derivative in the step's place, which is a choice and no derivative.",
    )
    header = ("Hidden units", "norm of the first gradient", "largest move of a first weight", "cost at the end")
    text = f"The exclusive or, learned by a 2-3-1 net from the same start, {_STEPS} steps with learning rate {_RATE:g}:"
    return section(
        "Nothing is learned below it", Paragraph(text), Table(header, tuple(rows), numeric=(1, 2, 3)), Items(texts)
    )
