"""The dying ReLU: a unit that is off on all data has no gradient and stays off; a leak brings it back."""

from dataclasses import dataclass
from functools import cache

import numpy as np

import symbackprop as sb
from derivations._pieces import section, text_number, worked_sheet
from symbackprop.diagnosis.page import number
from symbackprop.sheet.blocks import Equations, Paragraph, Plot, Row, Section, Series, Statement, Table
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet
from symbackprop.training.trainer import Trainer

TITLE = "The dying ReLU"
COVERS = ("S18",)
SHOWS = (
    "a unit below zero on all data: its gradient is zero, 1000 steps leave its weights as they are to the last digit; "
    "one step that is too long kills it, LeakyReLU and ELU bring it back"
)

FORMULA = """
input x[N,D]
param W[D,H], b[H], v[H], c
target y[N]
z[n,j] = sum(i, x[n,i]*W[i,j]) + b[j]
a[n,j] = relu(z[n,j])
p[n] = sum(j, a[n,j]*v[j]) + c
C = sum(n, (p[n] - y[n])**2)/N
"""

SAMPLES, UNITS, SEED, RATE, STEPS, BIAS = 64, 4, 0, 0.1, 1000, -1.5
TOO_LONG, OTHER_SEED = 1.0, 4
ACTIVATIONS = {
    "ReLU": sb.ReLU,
    "LeakyReLU(0.01)": sb.LeakyReLU,
    "LeakyReLU(0.1)": lambda: sb.LeakyReLU(0.1),
    "ELU": sb.ELU,
}


def data() -> tuple[np.ndarray, np.ndarray]:
    """Points of a square, and a plane above them."""
    X = np.random.default_rng(SEED).uniform(-1, 1, (SAMPLES, 2))
    return X, 2 * X[:, :1] + 1


def trainer(activation: str, bias: float | None = None, rate: float = RATE, seed: int = SEED) -> Trainer:
    """One hidden layer; all its biases set, if one is given."""
    net = sb.Sequential(sb.Linear(2, UNITS), ACTIVATIONS[activation](), sb.Linear(UNITS, 1), loss=sb.MSELoss())
    made = net.trainer(sb.SGD(lr=rate), seed=seed)
    if bias is not None:
        made.parameters["0.bias"][...] = bias
    return made


def on(made: Trainer) -> np.ndarray:
    """For each unit the part of the data on which its input is positive."""
    X, _ = data()
    return ((X @ made.parameters["0.weight"].T + made.parameters["0.bias"]) > 0).mean(axis=0)


@dataclass(frozen=True)
class Life:
    """A layer of dead units through the training: how many are on for some of the data, and the loss, step by step."""

    alive: tuple[int, ...]
    losses: tuple[float, ...]
    trainer: Trainer

    @property
    def back(self) -> int | None:
        """The first step after which a unit is on; None if none ever is."""
        return next((k for k, count in enumerate(self.alive) if count), None)


@cache
def life(activation: str) -> Life:
    """The training from units that are all below zero."""
    made = trainer(activation, BIAS)
    alive, losses = [int((on(made) > 0).sum())], []
    for _ in range(STEPS):
        losses.append(made.step(*data()))
        alive.append(int((on(made) > 0).sum()))
    return Life(tuple(alive), tuple(losses), made)


@cache
def killed() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The parts of the data on which each unit is on, before and after one step that is too long, downwards."""
    made, (X, y) = trainer("ReLU", rate=TOO_LONG, seed=OTHER_SEED), data()
    before = tuple(on(made).tolist())
    made.step(X, -y)
    return before, tuple(on(made).tolist())


def sheet() -> Sheet:
    """The layer's derivation, the zero in it, how a unit dies, that it stays, and what brings it back."""
    d = sb.derive(sb.formula(FORMULA), wrt=["W", "b", "v", "c"])
    return worked_sheet(d, TITLE, [_why(Context(d))], [_death(), _stays(), _returns()])


def _why(context: Context) -> Section:
    d = context.derivation
    rows = [context.row(d.adjoint_of(name)) for name in ("z", "W", "b")]
    proof = Equations((
        Row(r"[z_{nj} > 0]", "=", "0 \\text{ for every } n", "the unit is off on all data"),
        Row(r"\frac{\partial C}{\partial z_{nj}}", "=", "0 \\text{ for every } n", "the bracket is a factor"),
        Row(r"\frac{\partial C}{\partial W_{ij}}", "=", "0, \\quad \\frac{\\partial C}{\\partial b_j} = 0",
            "sums of nothing but zeros"),
    ))  # fmt: skip
    return section(
        "Why",
        Paragraph("Derived below, for a layer $a = \\mathrm{ReLU}(xW + b)$ and whatever comes behind it:"),
        Equations(tuple(rows)),
        Statement("Claim", (Paragraph(
            "A unit $j$ with $z_{nj} \\le 0$ on all data has no gradient: gradient descent leaves its weights and its "
            "bias as they are, so that it is off on all data in the next step, too, and for ever."),)),
        Statement("Proof", (proof,)),
        Paragraph(
            "That the step is 0 is no approximation: no learning rate and no momentum that begins at rest moves such "
            "a unit. Only a change of its inputs could, and the first layer's inputs are the data."
        ),
    )  # fmt: skip


def _death() -> Section:
    before, after = killed()
    if not min(before) > 0 or not after.count(0.0) >= 1:
        raise AssertionError("the step kills no unit")
    rows = tuple((str(j), f"{b:.0%}", f"{a:.0%}") for j, (b, a) in enumerate(zip(before, after, strict=True)))
    text = (
        f"{UNITS} units, {SAMPLES} points of a square, weights as they are drawn: every unit is on for some of them. "
        f"Then one step of gradient descent towards a plane below zero, with learning rate {text_number(TOO_LONG)}, "
        f"which is too long: {after.count(0.0)} of them are off on all data."
    )
    return section(
        "How a unit dies", Paragraph(text), Table(("Unit", "On before", "On after"), rows, numeric=(0, 1, 2))
    )


def _stays() -> Section:
    start, dead = trainer("ReLU", BIAS), life("ReLU")
    gradients = start.gradients(*data())
    hidden = ("0.weight", "0.bias")
    if any(gradients[k].any() for k in hidden):
        raise AssertionError("a dead unit has a gradient")
    if any(not np.array_equal(start.parameters[k], dead.trainer.parameters[k]) for k in hidden):
        raise AssertionError("a dead unit has moved")
    report = sb.diagnose(start, *data(), cures=False)
    if report[0].dead != tuple(range(UNITS)):
        raise AssertionError(f"the units {report[0].dead} are dead")
    variance = float(np.var(data()[1]))
    if not np.isclose(dead.losses[-1], variance, rtol=1e-9):
        raise AssertionError("the output is not the mean")
    before, after = (m.parameters["0.weight"] for m in (start, dead.trainer))
    rows = tuple((str(j), repr(float(before[j, 0])), repr(float(after[j, 0]))) for j in range(UNITS))
    text = (
        f"Now all biases are set to ${BIAS:g}$, so that the input of every unit is negative on the whole square. The "
        f"report finds {len(report[0].dead)} of {UNITS} units dead. Their gradients are 0, not merely small: after "
        f"{STEPS} steps with learning rate {text_number(RATE)} all their numbers are what they were, to the last "
        "digit. Only the bias of the output has learnt; it is the mean of the targets now, and the loss, at first "
        f"{text_number(dead.losses[0])}, stands at their variance {text_number(variance)}."
    )
    header = ("Unit", "$w_1$ before", "$w_1$ after")
    return section("It stays dead", Paragraph(text), Table(header, rows, numeric=(1, 2)))


def _returns() -> Section:
    rows, curves = [], []
    for name in ACTIVATIONS:
        found = life(name)
        if (found.back is None) != (name == "ReLU"):
            raise AssertionError(f"with {name} the first unit comes back at {found.back}")
        gradient = float(np.linalg.norm(trainer(name, BIAS).gradients(*data())["0.weight"]))
        again = "never" if found.back is None else str(found.back)
        rows.append((name, number(gradient), again, f"{found.alive[-1]} of {UNITS}", number(found.losses[-1])))
        curves.append(Series(name, tuple((float(k), v) for k, v in enumerate(found.losses) if k % 5 == 0)))
    text = (
        "The cure is a slope below zero that is not 0: $0.01$ or $0.1$ in a leaky ReLU, $e^z$ in ELU. So much of the "
        "adjoint passes, the units are moved until one is on for some of the data, and from there on it learns like "
        "any other. The same start, rate and number of steps:"
    )
    header = ("Activation", "First gradient", "A unit on after step", "On at the end", "Last loss")
    plot = Plot("The loss, from a layer of dead units.", tuple(curves), "step", "loss", log_y=True)
    return section("Leaks bring it back", Paragraph(text), Table(header, tuple(rows), numeric=(1, 2, 3, 4)), plot)
