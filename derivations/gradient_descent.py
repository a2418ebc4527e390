"""Gradient descent on a cost of several variables: the gradient, the update, and what the sign says."""

from dataclasses import dataclass

import numpy as np

import symbackprop as sb
from derivations._pieces import given_numbers, section, text_number, worked_sheet
from symbackprop.sheet.blocks import Equations, Items, Paragraph, Plot, Row, Section, Series, Statement, Table
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet

TITLE = "Gradient descent"
COVERS = ("S6",)
SHOWS = "the gradient of C(w1, ..., wM), the step against it and its sign, and a descent from random weights in numbers"

FORMULA = """
input  X[N,M]
param  w[M]
target y[N]
r[n] = sum(m, X[n,m]*w[m]) - y[n]
C = mean(n, r[n]**2)
"""

# The targets are 2 x_0 - x_1, so the least cost is 0, at w = (2, -1).
X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [2.0, -1.0]])
Y = np.array([2.0, -1.0, 1.0, 5.0])
RATE, STEPS, SEED = 0.1, 60, 0
_SHOWN = (0, 1, 2, 3, 10, 30)


@dataclass(frozen=True)
class Point:
    """Where a descent stood: weights, gradient and cost there."""

    w: np.ndarray
    gradient: np.ndarray
    cost: float


def derivation() -> sb.Derivation:
    """The cost, derived by its weights."""
    return sb.derive(sb.formula(FORMULA), wrt=["w"])


def start() -> np.ndarray:
    """Random initial weights, the same every time."""
    return np.random.default_rng(SEED).normal(size=2)


def descend(d: sb.Derivation, rate: float = RATE, steps: int = STEPS) -> list[Point]:
    """The points of a descent, the start included."""
    run, w, points = d.compile(), start(), []
    for _ in range(steps + 1):
        cost, gradients = run(X=X, w=w, y=Y)
        points.append(Point(w, gradients["w"].copy(), float(cost)))
        w = w - rate * gradients["w"]
    return points


def sheet() -> Sheet:
    """The cost's sheet, why a step against the gradient lowers it, and a descent."""
    d = derivation()
    points = descend(d)
    return worked_sheet(d, TITLE, [_idea()], [_why(), _descent(d, points), _small_steps(d, points[0])])


def _idea() -> Section:
    rows = (
        Row(r"\nabla C", "=", r"\left( \frac{\partial C}{\partial w_1}, \dots, \frac{\partial C}{\partial w_M} \right)",
            "the gradient"),
        Row("w_m", r"\leftarrow", r"w_m - \alpha \, \frac{\partial C}{\partial w_m}", r"for every $m$ at once"),
    )  # fmt: skip
    signs = (
        r"$\frac{\partial C}{\partial w_m} > 0$: the cost grows with $w_m$, so the step makes $w_m$ smaller.",
        r"$\frac{\partial C}{\partial w_m} < 0$: the cost falls as $w_m$ grows, so the step makes $w_m$ larger.",
        r"$\frac{\partial C}{\partial w_m} = 0$: to first order $w_m$ does not matter here, and it stays.",
    )
    text = (
        "A cost $C(w_1, \\dots, w_M)$ is to be made small. At a point one can ask how it changes with each of its "
        "variables, and go a little in the direction in which it falls. The start is random."
    )
    return section("The step", Paragraph(text), Equations(rows), Paragraph("The sign says which way:"), Items(signs))


def _why() -> Section:
    claim = Paragraph(
        r"Where $\nabla C \ne 0$, a step $-\alpha \nabla C$ with a small enough $\alpha > 0$ lowers $C$, by "
        r"$\alpha \lVert \nabla C \rVert^{2}$ to first order; and no other step of that length lowers it more, to "
        "first order."
    )
    proof = Equations((
        Row("C(w + h) - C(w)", "=", r"\nabla C \cdot h + o(\lVert h \rVert)", "$C$ is differentiable"),
        Row("", "=", r"-\alpha \, \lVert \nabla C \rVert^{2} + o(\alpha)", r"$h = -\alpha \nabla C$"),
        Row(r"\nabla C \cdot h", r"\ge", r"-\lVert \nabla C \rVert \, \lVert h \rVert",
            r"Cauchy–Schwarz; equal only where $h$ points along $-\nabla C$"),
    ))  # fmt: skip
    return section("Why it falls", Statement("Theorem", (claim,)), Statement("Proof", (proof,)))


def _descent(d: sb.Derivation, points: list[Point]) -> Section:
    rows = []
    for k in _SHOWN:
        p = points[k]
        moves = ", ".join(f"$w_{m}$ {'falls' if g > 0 else 'grows'}" for m, g in enumerate(p.gradient))
        weights, slopes = (", ".join(text_number(v) for v in vector) for vector in (p.w, p.gradient))
        rows.append((str(k), weights, slopes, moves, text_number(p.cost, 6)))
    header = ("Step", "$w_0$, $w_1$", r"$\partial C/\partial w_0$, $\partial C/\partial w_1$", "So the step", "$C$")
    cost = Series("$C$", tuple((float(k), p.cost) for k, p in enumerate(points)))
    paths = tuple(Series(f"$w_{m}$", tuple((float(k), float(p.w[m])) for k, p in enumerate(points))) for m in range(2))
    text = rf"With $\alpha = {RATE:g}$ from weights drawn at random, on data made from the weights 2 and $-1$:"
    return section(
        "A descent",
        given_numbers(Context(d), ("X", "y"), {"X": X, "y": Y}),
        Paragraph(text),
        Table(header, tuple(rows), numeric=(0, 4)),
        Plot("The cost falls by about the same factor with every step.", (cost,), "step", "$C$", log_y=True),
        Plot("The weights go to those that the data were made from.", paths, "step", "$w$"),
    )


def _small_steps(d: sb.Derivation, first: Point) -> Section:
    run = d.compile()
    rows = []
    for rate in (0.8, 0.1, 0.01, 0.001, 0.0001):
        after = float(run(X=X, w=first.w - rate * first.gradient, y=Y)[0])
        promised, fall = rate * float(first.gradient @ first.gradient), first.cost - after
        rows.append((text_number(rate), text_number(promised, 6), text_number(fall, 6), text_number(fall / promised)))
    header = (r"$\alpha$", r"$\alpha \lVert \nabla C \rVert^{2}$", "the cost fell by", "quotient")
    text = (
        "At the start of the descent above: the first-order promise comes true as the step gets small; where the step "
        "is too long the cost does not fall at all:"
    )
    return section(
        "The promise and the fall", Paragraph(text), Table(header, tuple(rows), numeric=(0, 1, 2, 3))
    )  # fmt: skip
