"""XOR: no single neuron computes it, and two hidden units are enough."""

from functools import cache

import numpy as np

import symbackprop as sb
from derivations._pieces import checked, number, section, text_number
from symbackprop.sheet.blocks import Equations, Paragraph, Plot, Row, Section, Series, Statement, Table
from symbackprop.sheet.build import build
from symbackprop.sheet.sheet import Sheet
from symbackprop.training.history import History
from symbackprop.training.trainer import Trainer

TITLE = "XOR: one neuron cannot, two hidden units can"
COVERS = ("S27",)
SHOWS = "why no perceptron computes XOR, logistic regression stuck at log 2, and a 2-2-1 net trained to all four right"
PICTURE = "The plane of the inputs."

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([0.0, 1.0, 1.0, 0.0])
RATE, MOMENTUM, EPOCHS, SEED, SEEDS = 0.5, 0.9, 400, 1, 10
_MARGIN, _SHOWN = 0.3, 200


def network() -> sb.Sequential:
    """2-2-1, tanh inside, the logistic function in the cost."""
    return sb.Sequential(sb.Linear(2, 2), sb.Tanh(), sb.Linear(2, 1), loss=sb.BCEWithLogitsLoss(), title=TITLE)


def neuron() -> sb.Sequential:
    """One neuron on two inputs: logistic regression."""
    return sb.Sequential(sb.Linear(2, 1), loss=sb.BCEWithLogitsLoss())


@cache
def train(seed: int = SEED) -> tuple[Trainer, History]:
    """The 2-2-1 net after gradient descent with momentum from that seed's weights."""
    trainer = network().trainer(sb.SGD(lr=RATE, momentum=MOMENTUM), seed=seed)
    return trainer, trainer.fit(X, Y[:, None], EPOCHS, progress=False)


@cache
def train_neuron() -> tuple[Trainer, History]:
    """The single neuron, trained likewise."""
    trainer = neuron().trainer(sb.SGD(lr=RATE, momentum=MOMENTUM), seed=SEED)
    return trainer, trainer.fit(X, Y[:, None], EPOCHS, progress=False)


def solved(trainer: Trainer) -> bool:
    """Whether all four are right."""
    return bool((trainer.predict(X) == Y).all())


def hidden(trainer: Trainer) -> np.ndarray:
    """The hidden units' outputs for the four inputs."""
    return np.tanh(X @ trainer.parameters["0.weight"].T + trainer.parameters["0.bias"])


def sheet() -> Sheet:
    """The net's sheet, the proof that one neuron is too few, and the training of both."""
    derivation = network().derive()
    trainer, history = train()
    if not solved(trainer):
        raise AssertionError("the trained net does not compute XOR")
    return build(
        derivation,
        check=checked(derivation),
        history=history,
        title=TITLE,
        extra=[_impossible(), _stuck(), _solved(trainer), _pictures(trainer), _seeds()],
    )


def _impossible() -> Section:
    claim = Paragraph(
        r"No weights $w_1$, $w_2$ and bias $b$ make $w_1 x_1 + w_2 x_2 + b$ positive for the inputs $(0, 1)$ and $(1, "
        r"0)$ and not for $(0, 0)$ and $(1, 1)$. So no single neuron with a threshold computes XOR."
    )
    proof = Equations((
        Row(r"(w_2 + b) + (w_1 + b)", ">", "0", "what $(0, 1)$ and $(1, 0)$ ask for, added"),
        Row(r"b + (w_1 + w_2 + b)", r"\le", "0", "what $(0, 0)$ and $(1, 1)$ ask for, added"),
        Row(r"w_1 + w_2 + 2b", ">", r"0 \ge w_1 + w_2 + 2b", "the left sides are the same: a contradiction"),
    ))  # fmt: skip
    picture = "In the plane: no line has two opposite corners of a square on one side and the other two on the other."
    return section(
        "One neuron cannot", Statement("Theorem", (claim,)), Statement("Proof", (proof,)), Paragraph(picture)
    )  # fmt: skip


def _stuck() -> Section:
    trainer, history = train_neuron()
    weights = ", ".join(text_number(v) for p in trainer.parameters.values() for v in p.reshape(-1))
    excess = Series(
        r"$C - \log 2$", tuple((k + 1.0, loss - float(np.log(2))) for k, loss in enumerate(history.loss[:_SHOWN]))
    )
    why = (
        Row(r"\frac{\partial C}{\partial w}", "=", r"\frac{1}{4} \sum_{n} (p_n - y_n) \, x_n"),
        Row("", "=", r"\frac{1}{4} \left( \tfrac{1}{2} \tbinom{0}{0} - \tfrac{1}{2} \tbinom{0}{1} - \tfrac{1}{2} "
            r"\tbinom{1}{0} + \tfrac{1}{2} \tbinom{1}{1} \right) = 0",
            r"at $w = 0$, $b = 0$, where every $p_n = \tfrac12$"),
        Row(r"\frac{\partial C}{\partial b}", "=",
            r"\frac{1}{4} \left( \tfrac{1}{2} - \tfrac{1}{2} - \tfrac{1}{2} + \tfrac{1}{2} \right) = 0"),
        Row("C(0)", "=", rf"\log 2 = {number(np.log(2))}", "every $p_n$ is one half"),
    )  # fmt: skip
    text = (
        "Trained all the same, a neuron with the cost above goes where its gradient vanishes. The cost is convex in "
        "$w$ and $b$, so a point without gradient is its least value: no training does better than $\\log 2$, and "
        "there the neuron says one half to everything."
    )
    found = f"What training found for $w_1$, $w_2$, $b$: {weights}; the cost is {text_number(history.loss[-1])}."
    return section(
        "What training makes of one neuron",
        Paragraph(text),
        Equations(why),
        Paragraph(found),
        Plot("The cost of the single neuron goes to log 2.", (excess,), "epoch", r"$C - \log 2$", log_y=True),
    )


def _solved(trainer: Trainer) -> Section:
    probabilities, units = trainer.predict_proba(X)[:, 0], hidden(trainer)
    rows = tuple(
        (f"{x[0]:g}, {x[1]:g}", f"{y:g}", text_number(h[0]), text_number(h[1]), text_number(p), f"{p > 0.5:d}")
        for x, y, h, p in zip(X, Y, units, probabilities, strict=True)
    )
    header = ("Input", "XOR", "hidden 0", "hidden 1", "$p$", "says")
    text = (
        rf"Trained from random weights (seed {SEED}) with learning rate ${RATE:g}$ and momentum ${MOMENTUM:g}$, "
        f"{EPOCHS} steps on all four:"
    )
    return section("Two hidden units can", Paragraph(text), Table(header, rows, numeric=(1, 2, 3, 4, 5)))


def line(weights: np.ndarray, bias: float, low: float, high: float) -> tuple[tuple[float, float], ...]:
    """The part of the line weights · x + bias = 0 that lies within a square."""
    (a, b), ends = weights, []
    for edge in (low, high):
        if b:
            ends.append((edge, -(bias + a * edge) / b))
        if a:
            ends.append((-(bias + b * edge) / a, edge))
    inside = sorted((float(x), float(y)) for x, y in ends if low - 1e-9 <= min(x, y) and max(x, y) <= high + 1e-9)
    return (inside[0], inside[-1]) if inside else ()


def _dots(points: np.ndarray) -> tuple[Series, ...]:
    return tuple(
        Series(f"XOR is {label:g}", tuple((float(a), float(b)) for a, b in points[label == Y]), "dots")
        for label in (0.0, 1.0)
    )


def _pictures(trainer: Trainer) -> Section:
    p = trainer.parameters
    low, high = -_MARGIN, 1 + _MARGIN
    lines = tuple(
        Series(f"hidden {k} is 0", line(p["0.weight"][k], float(p["0.bias"][k]), low, high), "dashed") for k in range(2)
    )
    border = Series("$p = 1/2$", line(p["2.weight"][0], float(p["2.bias"][0]), -1 - _MARGIN, 1 + _MARGIN), "dashed")
    return section(
        "How they do it",
        Paragraph(
            "Each hidden unit draws a line through the plane of the inputs. Between the two lines lie two opposite "
            "corners, outside of them the other two. In the plane of the hidden units one line is then enough:"
        ),
        Plot("The plane of the inputs.", (*_dots(X), *lines), "$x_1$", "$x_2$"),
        Plot("The plane of the hidden units.", (*_dots(hidden(trainer)), border), "hidden 0", "hidden 1"),
    )


def _seeds() -> Section:
    right = [seed for seed in range(SEEDS) if solved(train(seed)[0])]
    least = min(train(seed)[1].loss[-1] for seed in range(SEEDS) if seed not in right)
    text = (
        f"Of the seeds 0 to {SEEDS - 1}, {len(right)} end with all four right. The others come to rest where the "
        f"gradient vanishes and the cost does not, at {text_number(least)} or more: gradient descent finds a minimum, "
        "and not always the least one. The gradients are right in both cases; the start decides."
    )
    return section("Not from every start", Paragraph(text))
