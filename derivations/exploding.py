"""Exploding gradients: weights above 1 with ReLU multiply up, the training diverges, and clipping holds it."""

from functools import cache

import numpy as np
import sympy

import symbackprop as sb
from derivations._pieces import section, text_number, worked_sheet
from derivations.bias_as_weight import SYMBOLS
from symbackprop.diagnosis.page import number
from symbackprop.diagnosis.report import Diagnosis
from symbackprop.evaluation import evaluate
from symbackprop.sheet.blocks import Equations, Paragraph, Plot, Row, Section, Series, Statement, Table
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet

TITLE = "Exploding gradients: weights above 1 multiply up"
COVERS = ("S17",)
SHOWS = (
    "ReLU layers of any number M: the way back is a product of weights, w to the power M; norms by depth beside their "
    "bound, gradient descent that overflows, and the same with clipped gradients"
)

# One unit a layer, M layers; W[l] as a matrix is the same with a sum.
CHAIN = """
input x
param w[M]
target y
z[l] = w[l]*a[l-1]
a[l] = relu(z[l])
a[-1] = x
C = (a[M-1] - y)**2/2
"""
LAYERS = """
input x[D]
param W[M,D,D]
target y[D]
z[l,j] = sum(i, W[l,j,i]*a[l-1,i])
a[l,j] = relu(z[l,j])
a[-1,i] = x[i]
C = sum(j, (a[M-1,j] - y[j])**2)/2
"""

DEPTHS, FACTORS, WIDTH, SAMPLES, SEED = (2, 4, 8, 16, 24), (0.5, 1.0, 2.0), 16, 32, 0
DEEP, DEEPER, RATE, STEPS, CLIP = 8, 12, 0.01, 60, 1.0


def chain_in_letters(depth: int) -> tuple[sympy.Expr, sympy.Expr]:
    """(the derivative of the cost by the first weight, that by the last activation), for positive letters."""
    w = np.array(sympy.symbols(f"w1:{depth + 1}", positive=True), dtype=object)
    x, y = sympy.Symbol("x", positive=True), sympy.Symbol("y", real=True)
    found = evaluate(sb.derive(sb.formula(CHAIN)).program, {"x": x, "y": y, "w": w}, numbers=SYMBOLS, only=["dw", "da"])
    return found["dw"][0], found["da"][-1]


def network(depth: int) -> sb.Sequential:
    """``depth`` layers of ReLU, all of one width, and an output."""
    hidden = [part for _ in range(depth) for part in (sb.Linear(WIDTH, WIDTH, bias=False), sb.ReLU())]
    return sb.Sequential(*hidden, sb.Linear(WIDTH, 1, bias=False), loss=sb.MSELoss())


def weights(depth: int, factor: float) -> dict[str, np.ndarray]:
    """Random weights at which half of the units are on and a layer stretches by about ``factor``: He's times it."""
    random = np.random.default_rng(SEED)
    keys = [f"{2 * k}.weight" for k in range(depth)]
    drawn = {k: factor * np.sqrt(2 / WIDTH) * random.normal(size=(WIDTH, WIDTH)) for k in keys}
    return {**drawn, f"{2 * depth}.weight": random.normal(size=(1, WIDTH)) / np.sqrt(WIDTH)}


def data() -> tuple[np.ndarray, np.ndarray]:
    """Inputs, and a smooth function of them."""
    X = np.random.default_rng(SEED + 1).normal(size=(SAMPLES, WIDTH))
    return X, np.sin(X[:, :1])


@cache
def measured(depth: int, factor: float) -> Diagnosis:
    """The layers of such a network."""
    return sb.diagnose(network(depth), *data(), parameters=weights(depth, factor), cures=False)


@cache
def descent(depth: int, clip: float | None) -> tuple[float, ...]:
    """The loss before each step of gradient descent, up to the first that is no number."""
    trainer = network(depth).trainer(sb.SGD(lr=RATE), clip_norm=clip)
    for key, values in weights(depth, FACTORS[-1]).items():
        trainer.parameters[key][...] = values
    losses: list[float] = []
    with np.errstate(all="ignore"):
        while len(losses) <= STEPS and (not losses or np.isfinite(losses[-1])):
            losses.append(trainer.step(*data()))
    return tuple(losses)


def sheet() -> Sheet:
    """The layers' derivation for any depth, the product in letters, norms by depth, and two descents."""
    d = sb.derive(sb.formula(LAYERS))
    return worked_sheet(d, TITLE, [_the_way_back(Context(d)), _in_letters()], [_by_depth(), _divergence()])


def _the_way_back(context: Context) -> Section:
    rows = [context.row(context.derivation.adjoint_of(name)) for name in ("a", "z", "W")]
    bound = Equations((
        Row(r"\left\lVert \frac{\partial C}{\partial a_{0}} \right\rVert", r"\le",
            r"\left\lVert \frac{\partial C}{\partial a_{M-1}} \right\rVert \prod_{l=1}^{M-1} \lVert W_l \rVert_2",
            r"$\lVert W^\top u \rVert \le \lVert W \rVert_2 \lVert u \rVert$, and ReLU's slope is 0 or 1"),
    ))  # fmt: skip
    return section(
        "The way back",
        Paragraph("For layers $l = 0, \\dots, M-1$ of ReLU, as many as one likes, these adjoints are derived below:"),
        Equations(tuple(rows)),
        Paragraph(
            "The last layer begins with what the cost says; every other one gets the adjoint of the layer behind it, "
            "multiplied by that layer's weights, where the unit is on. So the way back to the first layer is a product "
            "of $M-1$ matrices, in which ReLU only decides which of their entries count:"
        ),
        Statement("Bound", (bound,)),
        Paragraph(
            "Where $\\sigma$ has a slope of at most $1/4$, which makes large weights harmless, ReLU has 1: nothing "
            "holds the product back. If every layer stretches by a factor $g > 1$, it grows like $g^M$."
        ),
    )


def _in_letters() -> Section:
    rows = []
    for depth in (2, 3, 4):
        first, last = chain_in_letters(depth)
        others = sympy.prod(sympy.symbols(f"w2:{depth + 1}", positive=True))
        if sympy.expand(first - last * others * sympy.Symbol("x", positive=True)) != 0:
            raise AssertionError(f"the derivative of {depth} layers is no product of their weights")
        left = rf"\frac{{\partial C}}{{\partial w_{{1}}}} \;(M = {depth})"
        rows.append(Row(left, "=", rf"x \, {sympy.latex(others)} \left({sympy.latex(last)}\right)"))
    return section(
        "In letters",
        Paragraph(
            "With one unit a layer, $a_l = \\mathrm{ReLU}(w_l a_{l-1})$, and positive letters for input and weights, "
            "the derived equations give the product itself. The bracket is what arrives at the last layer:"
        ),
        Equations(tuple(rows)),
        Paragraph(
            "With all weights equal to $w$ it is $x w^{M-1}$ times the bracket, in which $w^M$ stands once more: at "
            "$w = 2$ and $M = 24$ the first factor alone is " + number(2.0**23) + "."
        ),
    )


def _by_depth() -> Section:
    rows, curves = [], []
    for factor in FACTORS:
        found = [measured(depth, factor) for depth in DEPTHS]
        for report in found:
            first = report[0]
            if first.bound is None or first.arrives > first.bound:
                raise AssertionError("the bound does not hold")
        rows += [
            (f"{factor:g}", str(m), number(r[0].relative), number(r[0].arrives), number(r[0].bound or 0.0),
             r[0].verdict)
            for m, r in zip(DEPTHS, found, strict=True)
        ]  # fmt: skip
        curves.append(Series(f"stretched by {factor:g}", _points([r[0].relative for r in found])))
    largest = [(r[0].bound or 0.0) / r.start for r in (measured(depth, FACTORS[-1]) for depth in DEPTHS)]
    curves.append(Series(f"the bound at {FACTORS[-1]:g}", _points(largest), "dashed"))
    text = (
        f"Networks of {WIDTH} units a layer with random weights, He's times a factor, {SAMPLES} samples. The adjoint "
        "that arrives at the first layer was measured (its norm, the largest of a sample), and beside it the bound: "
        "the norms of all later weights multiplied, times the norm at the output."
    )
    header = ("Factor", "Layers", "Over the output's", "Arrives", "Bound", "Finding")
    plot = Plot("The adjoint at the first layer over that at the output.", tuple(curves), "layers", "norm", log_y=True)
    return section(
        "Norms by depth", Paragraph(text), Table(header, tuple(rows), numeric=(0, 1, 2, 3, 4)), plot,
        Paragraph("On the logarithmic axis the curves are nearly straight: exponential in the depth, both ways."),
    )  # fmt: skip


def _points(values: list[float]) -> tuple[tuple[float, float], ...]:
    return tuple((float(m), v) for m, v in zip(DEPTHS, values, strict=True))


def _divergence() -> Section:
    plain, clipped, deeper = descent(DEEP, None), descent(DEEP, CLIP), descent(DEEPER, None)
    if np.isfinite(plain[-1]) or not clipped[-1] < clipped[0] / 10:
        raise AssertionError("gradient descent does not diverge, or clipping does not hold it")
    shown = (*range(len(plain)), STEPS // 4, STEPS // 2, STEPS)
    rows = tuple((str(k), number(plain[k]) if k < len(plain) else "", number(clipped[k])) for k in shown)
    text = (
        f"{DEEP} layers whose weights stretch by {FACTORS[-1]:g}, trained by gradient descent with learning rate "
        f"{text_number(RATE)}. The first step is as long as the gradient and leads far away, where gradients are "
        f"longer still: after {len(plain) - 1} steps the loss is no number any more. With the same start and rate, and "
        f"all gradients together clipped to the norm {CLIP:g}, the loss goes down."
    )
    plot = Plot(
        "The loss before each step; the descent without clipping ends where it overflows.",
        (Series("gradients as they are", _steps(plain)), Series("clipped", _steps(clipped))),
        "step", "loss", log_y=True,
    )  # fmt: skip
    rule = Equations((
        Row("g", r"\leftarrow", rf"\min\left(1, \frac{{{CLIP:g}}}{{\lVert g \rVert}}\right) g",
            "the direction stays, the length is bounded"),
    ))  # fmt: skip
    return section(
        "Gradient descent diverges", Paragraph(text), rule,
        Table(("Step", "Loss", "Loss, clipped"), rows, numeric=(0, 1, 2)), plot, Paragraph(_other_end(deeper)),
    )  # fmt: skip


def _other_end(losses: tuple[float, ...]) -> str:
    """What else an explosion can end in."""
    nothing = float(np.mean(data()[1] ** 2))  # the loss of an output that is 0 throughout
    if losses[-2:] != (nothing, nothing) or not max(losses) > 1e20:
        raise AssertionError("the deeper net does not die of its explosion")
    return (
        f"An explosion may end otherwise. With {DEEPER} layers and the same rate the loss goes from "
        f"{number(losses[0])} to {number(max(losses))}, and that step throws the weights so far that nothing reaches "
        f"the output any more: it is 0 for every sample, the loss {number(losses[-1])} to the last digit, and no step "
        "changes that."
    )


def _steps(losses: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    return tuple((float(k), v) for k, v in enumerate(losses) if np.isfinite(v))
