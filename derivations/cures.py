"""Cures for gradients that vanish or explode: initialisation, batch norm, and clipping, which cures explosion only."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

import symbackprop as sb
from derivations._pieces import section, text_number, worked_sheet
from symbackprop.diagnosis.page import gradients_plot, number
from symbackprop.diagnosis.report import Diagnosis, Trial
from symbackprop.layers import Layer
from symbackprop.sheet.blocks import Block, Equations, Paragraph, Row, Section, Table
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet
from symbackprop.training.clipping import Clipping

TITLE = "Cures for vanishing and exploding gradients"
COVERS = ("S19",)
SHOWS = (
    "deep nets, badly started, with Xavier's and He's weights, batch norm and clipping: norms by layer and losses; "
    "batch norm's gradient derived; clipping changes nothing where gradients vanish"
)

# One layer with batch norm, and a cost behind it.
NORMED = """
input x[N,D]
param W[D,H], g[H], b[H]
target y[N,H]
z[n,j] = sum(i, x[n,i]*W[i,j])
m[j] = mean(n, z[n,j])
v[j] = mean(n, (z[n,j] - m[j])**2)
u[n,j] = g[j]*(z[n,j] - m[j])/sqrt(v[j] + 1/100000) + b[j]
a[n,j] = tanh(u[n,j])
C = sum(n, j, (a[n,j] - y[n,j])**2)/N
"""

LAYERS, WIDTH, SAMPLES, SEED, RATE, STEPS, CLIP = 10, 16, 64, 0, 0.1, 100, 1.0
TOO_SMALL, TOO_LARGE = 0.35, 2.2  # times the deviation that keeps the size of the signal
SCALES = (0.1, 1.0, 10.0)


def network(activation: Callable[[], Layer], normed: bool = False) -> sb.Sequential:
    """``LAYERS`` layers of one width, and one output."""
    parts: list[object] = []
    for _ in range(LAYERS):
        norm = [sb.BatchNorm1d(WIDTH)] if normed else []
        parts += [sb.Linear(WIDTH, WIDTH, bias=False), *norm, activation()]
    return sb.Sequential(*parts, sb.Linear(WIDTH, 1, bias=False), loss=sb.MSELoss())


def weights(net: sb.Sequential, deviation: float) -> dict[str, np.ndarray]:
    """Normal weights of that deviation over the root of the width; the last layer's of deviation 1."""
    random = np.random.default_rng(SEED)
    shapes = {k: a.shape for k, a in net.trainer().parameters.items() if a.ndim > 1}
    drawn = {k: random.normal(size=s) * deviation / np.sqrt(WIDTH) for k, s in shapes.items()}
    last = next(reversed(drawn))
    return {**drawn, last: drawn[last] / deviation}


def data() -> tuple[np.ndarray, np.ndarray]:
    """Inputs, and a smooth function of them."""
    X = np.random.default_rng(SEED + 1).normal(size=(SAMPLES, WIDTH))
    return X, np.sin(X[:, :1])


@cache
def vanishing() -> Diagnosis:
    """tanh with weights that are too small, and what is tried."""
    net = network(sb.Tanh)
    return sb.diagnose(net, *data(), parameters=weights(net, TOO_SMALL), steps=STEPS, lr=RATE)


@cache
def exploding() -> Diagnosis:
    """ReLU with weights that are too large, and what is tried."""
    net = network(sb.ReLU)
    return sb.diagnose(net, *data(), parameters=weights(net, TOO_LARGE * np.sqrt(2)), steps=STEPS, lr=RATE)


def trial(report: Diagnosis, name: str) -> Trial:
    """What was tried under that name."""
    return next(t for t in report.trials if t.name == name)


@cache
def clipped_descents() -> tuple[float, float, float]:
    """(norm of all gradients at the start, loss after the steps without and with clipping), where they vanish."""
    net = network(sb.Tanh)
    ends = []
    for clip in (None, CLIP):
        made = net.trainer(sb.SGD(lr=RATE), clip_norm=clip)
        for key, values in weights(net, TOO_SMALL).items():
            made.parameters[key][...] = values
        gradients = made.gradients(*data())
        same = Clipping(norm=CLIP)(gradients)
        if any(not np.array_equal(same[k], g) for k, g in gradients.items()):
            raise AssertionError("clipping changes a gradient that is short enough")
        for _ in range(STEPS):
            made.step(*data())
        ends.append(made.loss_and_gradients(*data())[0])
    total = float(np.sqrt(sum(np.sum(g**2) for g in gradients.values())))
    return total, ends[0], ends[1]


def sheet() -> Sheet:
    """Batch norm's derivation, and both ills with every cure."""
    d = sb.derive(sb.formula(NORMED), wrt=["W", "g", "b"])
    extra = [_indifference(), _vanishing(), _exploding(), _clipping()]
    return worked_sheet(d, TITLE, [_cures(Context(d))], extra)


def _cures(context: Context) -> Section:
    d = context.derivation
    rows = [context.row(d.adjoint_of(name)) for name in ("m", "v", "z")]
    start = Equations((
        Row(r"E z^2", "=", r"\text{fan\_in} \cdot \sigma^2 \cdot E a^2", "weights of deviation $\\sigma$"),
        Row(r"\sigma^2", "=", r"\frac{2}{\text{fan\_in} + \text{fan\_out}}", "Xavier: both ways, where $f'$ is near 1"),
        Row(r"\sigma^2", "=", r"\frac{2}{\text{fan\_in}}", "He: ReLU lets half of it through"),
    ))  # fmt: skip
    clip = Equations((
        Row("g", r"\leftarrow", r"\min\left(1, \frac{c}{\lVert g \rVert}\right) g", "never longer than $c$"),
    ))  # fmt: skip
    return section(
        "Three cures",
        Paragraph(
            "What reaches the first of $M$ layers is a product of $M$ factors. Initialisation chooses weights with "
            "which the factors are near 1 at the start:"
        ),
        start,
        Paragraph(
            "Batch norm divides by the deviation $\\sqrt{v}$ of each unit's input over the batch. It is part of the "
            "forward equations, so that its gradient is derived like any other; $z$ reaches the cost also by way of "
            "the mean and the variance:"
        ),
        Equations(tuple(rows)),
        Paragraph("Clipping bounds the length of all gradients together, and leaves their direction:"),
        clip,
    )  # fmt: skip


def _indifference() -> Section:
    rows, seen = [], []
    for scale in SCALES:
        found = [_at_first_activation(network(sb.Tanh, normed), scale) for normed in (False, True)]
        rows.append((f"{scale:g}", *map(number, found)))
        seen.append(found)
    plain, normed = np.array(seen).T
    if not np.allclose(normed, normed[0], rtol=0.05) or not plain[0] < 1e-6 < 1e3 < plain[-1]:
        raise AssertionError(f"batch norm depends on the scale of the weights: {rows}")
    text = (
        "If all weights of a layer are multiplied by $c$, so are $z$ and $\\sqrt{v}$, and $u$ stays as it is (but for "
        "the small number under the root). On the way back the adjoint of $z$ is divided by $\\sqrt{v}$ and multiplied "
        "by the weights: $c$ cancels there, too. A deep net with batch norm does not care how large its weights are. "
        f"{LAYERS} layers of tanh, weights of deviation $c/\\sqrt{{{WIDTH}}}$, the adjoint of the first activation "
        "over that of the output:"
    )
    header = ("$c$", "Plain", "With batch norm")
    return section("What batch norm does not see", Paragraph(text), Table(header, tuple(rows), numeric=(0, 1, 2)))


def _at_first_activation(net: sb.Sequential, scale: float) -> float:
    """The norm that arrives there over the one at the output."""
    report = sb.diagnose(net, *data(), parameters=weights(net, scale), cures=False)
    return next(layer.relative for layer in report.layers if layer.activation)


def _table(report: Diagnosis, names: Sequence[str]) -> list[Block]:
    """The norms by layer of some trials, and their losses."""
    tried = [trial(report, n) for n in names]
    shown = (*range(0, LAYERS, 3), LAYERS)
    rows = tuple((f"layer {k + 1}", *(number(t.gradients[k]) for t in tried)) for k in shown)
    losses = (
        ("loss before", *(number(t.loss_before) for t in tried)),
        (f"loss after {STEPS} steps", *(number(t.loss_after) for t in tried)),
        ("finding", *(", ".join(t.findings) or "healthy" for t in tried)),
    )
    header = ("", *(t.name.replace(" initialisation", "").replace("matched", "He's kind") for t in tried))
    numeric = tuple(range(1, len(header)))
    caption = "Norms of the gradient by the layers' weights."
    return [Table(header, rows + losses, caption, numeric), gradients_plot(tried)]


def _vanishing() -> Section:
    report = vanishing()
    names = ("as it is", "Xavier initialisation", "matched initialisation", "batch norm")
    as_is, *cures = (trial(report, n) for n in names)
    if "vanishing" not in as_is.findings or any(t.result != "cured" for t in cures):
        raise AssertionError(f"{[(t.name, t.result, t.findings) for t in report.trials]}")
    if any(t.loss_after >= as_is.loss_after for t in cures):
        raise AssertionError("a cure does not help the training")
    text = (
        f"{LAYERS} layers of tanh with {WIDTH} units; the weights have {text_number(TOO_SMALL)} times the deviation "
        f"$1/\\sqrt{{{WIDTH}}}$. {SAMPLES} samples, {STEPS} steps of gradient descent with rate {text_number(RATE)}. "
        "The gradient fades towards the first layers, and the training hardly begins; with each of the cures it does:"
    )
    return section("Cured: vanishing", Paragraph(text), *_table(report, names))


def _exploding() -> Section:
    report = exploding()
    names = ("as it is", "Xavier initialisation", "matched initialisation", "batch norm", "gradient clipping")
    as_is, *cures = (trial(report, n) for n in names)
    if "exploding" not in as_is.findings or as_is.loss_after < as_is.loss_before:
        raise AssertionError(f"no explosion: {as_is}")
    if any("exploding" in t.findings for t in cures[:-1]) or any(not t.loss_after < t.loss_before for t in cures):
        raise AssertionError(f"{[(t.name, t.result, t.findings, t.loss_after) for t in report.trials]}")
    text = (
        f"The same with ReLU, and weights of {text_number(TOO_LARGE)} times He's deviation. As it is, the training "
        "ends in numbers that are none. Initialisation and batch norm take the growth away; clipping leaves it as it "
        "is, but the step that is made of it has the length of one that does not explode:"
    )
    return section("Cured: exploding", Paragraph(text), *_table(report, names))


def _clipping() -> Section:
    total, plain, clipped = clipped_descents()
    if plain != clipped:
        raise AssertionError("clipping changes a training whose gradients vanish")
    report = vanishing()
    rows = (
        ("norm of all gradients at the start", number(total), number(total)),
        ("norm by the first layer's weights", number(trial(report, "as it is").gradients[0]),
         number(trial(report, "as it is").gradients[0])),
        (f"loss after {STEPS} steps", repr(plain), repr(clipped)),
    )  # fmt: skip
    text = (
        "Clipping only ever makes a gradient shorter. Where gradients vanish, all of them together are shorter than "
        f"the bound {CLIP:g} from the beginning: the factor is 1, and the net above with weights that are too small "
        "trains to the same loss, digit by digit, with it and without it."
    )
    return section(
        "Clipping is no cure for vanishing", Paragraph(text), Table(("", "plain", "clipped"), rows, numeric=(1, 2))
    )
