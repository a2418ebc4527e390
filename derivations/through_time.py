"""Backpropagation through time: a recurrent net's gradients for any number of steps, and for three in numbers."""

from dataclasses import replace
from functools import cache

import numpy as np

import symbackprop as sb
from derivations._pieces import checked, given_numbers, matrix, number, section, text_number, values, worked_sheet
from symbackprop.sheet.blocks import Equations, Paragraph, Plot, Row, Section, Series, Table
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet
from symbackprop.sheet.training import check_section, training_section
from symbackprop.training.history import History
from symbackprop.training.trainer import Trainer

TITLE = "Backpropagation through time"
COVERS = ("S5", "S24")
SHOWS = (
    "a recurrent net's gradients for any T: a recurrence that runs back, weights' gradients as sums over time; three "
    "steps in numbers, the same unrolled, and a net that learns to compare bits two steps apart"
)

FORMULA = """
input  x[T,D], h0[H]
param  W[H,D], U[H,H], V[K,H]
target y[T,K]
z[t,j] = sum(d, W[j,d]*x[t,d]) + sum(k, U[j,k]*h[t-1,k])
h[t,j] = tanh(z[t,j])
h[-1,j] = h0[j]
o[t,k] = sum(j, V[k,j]*h[t,j])
C = sum(t, k, (o[t,k] - y[t,k])**2)/2
"""
UNROLLED = """
input  x[3,D], h0[H]
param  W[H,D], U[H,H], V[K,H]
target y[3,K]
p[j] = tanh(sum(d, W[j,d]*x[0,d]) + sum(k, U[j,k]*h0[k]))
q[j] = tanh(sum(d, W[j,d]*x[1,d]) + sum(k, U[j,k]*p[k]))
r[j] = tanh(sum(d, W[j,d]*x[2,d]) + sum(k, U[j,k]*q[k]))
a[k] = sum(j, V[k,j]*p[j])
b[k] = sum(j, V[k,j]*q[j])
c[k] = sum(j, V[k,j]*r[j])
C = sum(k, (a[k] - y[0,k])**2 + (b[k] - y[1,k])**2 + (c[k] - y[2,k])**2)/2
"""
POINT = {
    "x": [[1.0], [0.5], [-1.0]],
    "h0": [0.0, 0.0],
    "W": [[0.5], [-1.0]],
    "U": [[0.8, -0.2], [0.4, 0.6]],
    "V": [[1.0, 2.0]],
    "y": [[0.0], [-1.0], [1.0]],
}

UNITS, STEPS, EXAMPLES, EPOCHS, BATCH, RATE, SEED, LAG = 6, 10, 128, 120, 32, 0.02, 0, 2
LONGER, NEW = 40, 500
_FADING, _SIZES = 24, (0.5, 0.9, 1.1)


def derivation() -> sb.Derivation:
    """The net for any number of steps."""
    return sb.derive(sb.formula(FORMULA))


def terms(at: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What each step adds to the gradients by the weights: (T, ...) for each of them."""
    before = np.vstack([at["h0"][None], at["h"][:-1]])
    return {
        "W": np.einsum("tj,td->tjd", at["dz"], at["x"]),
        "U": np.einsum("tj,tk->tjk", at["dz"], before),
        "V": np.einsum("tk,tj->tkj", at["do"], at["h"]),
    }


def network() -> sb.Sequential:
    """A recurrent layer, and one output at each step."""
    return sb.Sequential(sb.RNN(1, UNITS), sb.Linear(UNITS, 1), loss=sb.BCEWithLogitsLoss())


def sequences(examples: int, steps: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Random bits as -1 and 1; asked at each step: is this bit another one than that of two steps before?"""
    bits = np.random.default_rng(seed).integers(0, 2, (examples, steps))
    earlier = np.hstack([np.zeros((examples, LAG), int), bits[:, :-LAG]])
    return 2.0 * bits[:, :, None] - 1, (bits != earlier)[:, :, None] * 1.0


@cache
def train() -> tuple[Trainer, History]:
    """The recurrent net after Adam."""
    trainer = network().trainer(sb.Adam(lr=RATE), seed=SEED)
    return trainer, trainer.fit(*sequences(EXAMPLES, STEPS, SEED), EPOCHS, BATCH, progress=False)


def accuracy(steps: int) -> float:
    """The part of the answers that are right, in new sequences, from the first step on that has one to compare."""
    X, y = sequences(NEW, steps, SEED + steps)
    return float((train()[0].predict(X).reshape(y.shape) == y)[:, LAG:].mean())


def sheet() -> Sheet:
    """The net's sheet, three steps in numbers, fading gradients, and a task."""
    d = derivation()
    if min(accuracy(STEPS), accuracy(LONGER)) < 0.99:
        raise AssertionError("the net does not compare bits two steps apart")
    sheet = worked_sheet(d, TITLE, [_idea()], [_numbers(d), _sums(d), _fading(d), _task()])
    method = {"method": train()[1].method, "loss": train()[1].loss}
    return replace(sheet, sections=(*sheet.sections, replace(training_section(method), title="Training of the net")))


def _idea() -> Section:
    texts = (
        "A recurrent net applies the same weights at each step, to what it reads and to its own state of the step "
        "before. Forwards the state runs from the first step to the last; backwards its gradient runs from the last "
        "to the first. Each state reaches the cost along two ways, through its own output and through the next state, "
        "so the total derivative has two terms; a weight is read at each step, so its gradient is a sum over time.",
        "All of it is derived below for any number $T$ of steps.",
    )
    return section("The same weights at each step", *map(Paragraph, texts))


def _numbers(d: sb.Derivation) -> Section:
    context, at = Context(d), values(d, POINT)
    steps = range(len(at["h"]))
    forwards = tuple(
        (str(t), *(text_number(v) for v in (*at["x"][t], *at["h"][t], *at["o"][t], *at["y"][t]))) for t in steps
    )
    through_o = at["do"] @ at["V"]
    through_z = np.vstack([at["dz"][1:] @ at["U"], np.zeros(2)])
    if not np.allclose(through_o + through_z, at["dh"], rtol=1e-12):
        raise AssertionError("the two ways do not add up")
    backwards = tuple(
        (str(t), *(_pair(v) for v in (through_o[t], through_z[t], at["dh"][t], at["dz"][t]))) for t in reversed(steps)
    )
    names = [rf"$\partial C / \partial {n}_t$" for n in "hz"]
    return section(
        "Three steps in numbers",
        given_numbers(context, ["W", "U", "V"], at),
        Paragraph(f"Two units, the first state 0; $C = {number(at['C'])}$. Forwards, from top to bottom:"),
        Table(("$t$", "$x_t$", "$h_{t0}$", "$h_{t1}$", "$o_t$", "$y_t$"), forwards, numeric=(0, 1, 2, 3, 4, 5)),
        Paragraph("Backwards, from the last step to the first; nothing comes from beyond the last:"),
        Table(("$t$", "through $o_t$", "through $z_{t+1}$", names[0], names[1]), backwards),
    )  # fmt: skip


def _pair(vector: np.ndarray) -> str:
    return "(" + ", ".join(text_number(v) for v in vector) + ")"


def _sums(d: sb.Derivation) -> Section:
    at = values(d, POINT)
    shares = terms(at)
    rows = []
    for name, each in shares.items():
        if not np.allclose(each.sum(axis=0), at[f"d{name}"], rtol=1e-12):
            raise AssertionError(f"the steps do not add up to the gradient by {name}")
        rows.append(Row(rf"\frac{{\partial C}}{{\partial {name}}}", "=", " + ".join(matrix(m) for m in each)))
        rows.append(Row("", "=", matrix(each.sum(axis=0))))
    once = sb.derive(sb.formula(UNROLLED))
    flat = values(once, POINT)
    if not all(np.allclose(flat[f"d{n}"], at[f"d{n}"], rtol=1e-12) for n in ("W", "U", "V", "x", "h0")):
        raise AssertionError("the unrolled net has other gradients")
    checked(once)
    first = "Each weight's gradient is the sum of what the steps 0, 1 and 2 add:"
    after = (
        "Written out as a net of three layers that share their weights, without any recurrence, the net has been "
        "derived and checked once more: all gradients are the same numbers."
    )
    return section("Sums over time", Paragraph(first), Equations(tuple(rows)), Paragraph(after))


def fading(d: sb.Derivation, size: float) -> np.ndarray:
    """The norm of the gradient by each state, of a cost at the last step alone, for U = size times a rotation."""
    random, count = np.random.default_rng(SEED), 4
    rotation, _ = np.linalg.qr(random.normal(size=(count, count)))
    x = 0.1 * random.normal(size=(_FADING, 1))
    given = {"x": x, "h0": np.zeros(count), "W": 0.1 * np.ones((count, 1)), "U": size * rotation,
             "V": np.ones((1, count))}  # fmt: skip
    outputs = values(d, {**given, "y": np.zeros((_FADING, 1))})["o"]
    outputs[-1] += 1  # all other steps are right already
    return np.linalg.norm(values(d, {**given, "y": outputs})["dh"], axis=1)


def _fading(d: sb.Derivation) -> Section:
    curves = []
    for size in _SIZES:
        norms = fading(d, size)
        if size < 1 and (norms[:-1] > size * norms[1:] * (1 + 1e-9)).any():
            raise AssertionError("the gradient fades more slowly than it must")
        curves.append(Series(rf"$\|U\| = {size:g}$", tuple((float(t), float(v)) for t, v in enumerate(norms))))
    text = (
        r"Where only the last step counts, $\frac{\partial C}{\partial h_{t-1}} = U^\top \operatorname{diag}(1 - "
        r"\tanh^2 z_t) \frac{\partial C}{\partial h_t}$: each step back is one more factor, of norm at most that of "
        r"$U$. Below 1 the gradient fades exponentially with the distance; above 1 nothing keeps it from growing while "
        r"the states are small. With $U$ a multiple of a rotation of four units and small inputs:"
    )
    return section(
        "How far a gradient reaches",
        Paragraph(text),
        Plot("The gradient by each state, of a cost at the last step.", tuple(curves), "step", "norm", log_y=True),
    )


def _task() -> Section:
    net = network().derive()
    told = check_section(Context(net), checked(net))
    _, history = train()
    rows = tuple((str(n), f"{100 * accuracy(n):.2f} %") for n in (STEPS, LONGER))
    text = (
        f"Random bits come in; asked is at each step whether the bit is another one than that of {LAG} steps before: "
        "the net must remember, and no line tells these cases apart. "
        f"{UNITS} recurrent units, trained on {EXAMPLES} sequences of {STEPS} steps ({EPOCHS} passes of Adam, "
        f"mini-batches of {BATCH}); the cost fell from {text_number(history.loss[0])} to "
        f"{text_number(history.loss[-1])}. On {NEW} new sequences, also on longer ones than it was ever shown:"
    )
    return section("A task for a net with a state", Paragraph(text), Table(("Steps", "right"), rows, numeric=(0, 1)),
                   Paragraph("The gradients of this net, over batches of sequences:"), *told.blocks)  # fmt: skip
