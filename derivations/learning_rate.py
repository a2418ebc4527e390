"""The learning rate on a quadratic: where it converges and where it diverges, exactly; and what a schedule does."""

from dataclasses import dataclass
from functools import cache

import numpy as np

import symbackprop as sb
from derivations._pieces import factor, matrix, section, text_number, worked_sheet
from symbackprop.sheet.blocks import Equations, Paragraph, Plot, Row, Section, Series, Statement, Table
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet
from symbackprop.training.history import History

TITLE = "The learning rate"
COVERS = ("S22",)
SHOWS = (
    "on a quadratic: crawling, good, oscillating and diverging, with the exact limit 2/λ; mini-batches and a schedule"
)

FORMULA = """
input A[M,M]
param w[M]
C = sum(i, j, w[i]*A[i,j]*w[j])/2
"""
STEP = """
input w[M], A[M,M], alpha
v[i] = w[i] - alpha*sum(j, A[i,j]*w[j])
"""
A = np.array([[5.5, 4.5], [4.5, 5.5]])  # eigenvalues 10 and 1, along (1, 1) and (1, -1)
START = np.array([2.0, 0.0])
_STEPS, _SHOWN = 40, 16


@dataclass(frozen=True)
class Rate:
    """A learning rate, what is said of it, and how its curve is drawn."""

    alpha: float
    says: str


RATES = (
    Rate(0.005, "crawls"),
    Rate(0.1, "good"),
    Rate(0.19, "oscillates, and converges"),
    Rate(0.21, "oscillates, and diverges"),
)


def derivation() -> sb.Derivation:
    """The quadratic cost, by its weights."""
    return sb.derive(sb.formula(FORMULA), wrt=["w"])


def descend(alpha: float, steps: int = _STEPS) -> tuple[np.ndarray, np.ndarray]:
    """(weights, costs) of a descent with the derived gradient, the start included."""
    run, w = derivation().compile(), START
    points, costs = [], []
    for _ in range(steps + 1):
        cost, gradients = run(A=A, w=w)
        points.append(w)
        costs.append(float(cost))
        w = w - alpha * gradients["w"]
    return np.array(points), np.array(costs)


def eigen() -> tuple[np.ndarray, np.ndarray]:
    """(eigenvalues, eigenvectors as columns), the largest first."""
    values, vectors = np.linalg.eigh(A)
    return values[::-1], vectors[:, ::-1]


def sheet() -> Sheet:
    """The cost's sheet, the limit with its proof, four rates, and a schedule."""
    return worked_sheet(derivation(), TITLE, [_idea()], [_limit(), _four(), _curves(), _schedules()])


def _idea() -> Section:
    text = (
        "Near a minimum a smooth cost is nearly quadratic, $C(w) = \\frac12 w^\\top A w$ with the minimum at 0 and a "
        "symmetric matrix $A$ of second derivatives. There gradient descent can be solved exactly: how large may the "
        r"learning rate $\alpha$ be?"
    )
    return section("The question", Paragraph(text))


def _limit() -> Section:
    step = sb.derive(sb.formula(STEP))
    left, right = factor(Context(step), "v", "w")
    claim = Paragraph(
        r"Let $A$ be symmetric with eigenvalues $0 < \lambda_{\min} \le \dots \le \lambda_{\max}$. Then "
        r"$w \leftarrow w - \alpha \nabla C(w)$ with $\alpha > 0$ goes to the minimum from every start where "
        r"$\alpha < 2/\lambda_{\max}$, and from almost every start it does not where $\alpha \ge 2/\lambda_{\max}$."
    )
    proof = Equations((
        Row(r"\nabla C", "=", "A w", r"from the theorem above, $A = A^\top$"),
        Row("v", "=", r"w - \alpha A w = (I - \alpha A) \, w", "one step"),
        Row(left, "=", right, "its derivative, entry by entry"),
        Row(r"A q_k", "=", r"\lambda_k q_k", r"an orthonormal basis $q_1, \dots, q_M$"),
        Row(r"q_k^\top v", "=", r"(1 - \alpha \lambda_k) \; q_k^\top w", r"$q_k^\top A = \lambda_k q_k^\top$"),
        Row(r"q_k^\top w^{(t)}", "=", r"(1 - \alpha \lambda_k)^t \; q_k^\top w^{(0)}", "after $t$ steps"),
    ))  # fmt: skip
    rest = Paragraph(
        r"Each part goes to 0 exactly where $|1 - \alpha \lambda_k| < 1$ (or it was 0 at the start), that is where "
        r"$0 < \alpha < 2/\lambda_k$. The tightest of these limits is that of $\lambda_{\max}$."
    )
    reading = Paragraph(
        r"The steepest direction says how large $\alpha$ may be, the flattest how long it takes: its factor is $1 - "
        r"\alpha \lambda_{\min}$, near 1 where $\lambda_{\max}/\lambda_{\min}$ is large. For $1/\lambda_{\max} < "
        r"\alpha < 2/\lambda_{\max}$ the factor of the steepest direction is negative: every step jumps over the "
        "valley."
    )
    return section(
        "The exact limit", Statement("Theorem", (claim,)), Statement("Proof", (proof, rest)), reading
    )  # fmt: skip


def _four() -> Section:
    found, vectors = eigen()
    rows = []
    for rate in RATES:
        points, costs = descend(rate.alpha)
        parts = points @ vectors
        factors = 1 - rate.alpha * found
        if not np.allclose(parts[1:], parts[:-1] * factors, rtol=1e-9, atol=1e-9 * abs(parts).max()):
            raise AssertionError(f"at rate {rate.alpha} the steps do not follow their factors")
        if (costs[-1] < costs[0]) != (rate.alpha < 2 / found[0]):
            raise AssertionError(f"at rate {rate.alpha} the cost goes the wrong way")
        rows.append((text_number(rate.alpha), *(text_number(f) for f in factors),
                     text_number(costs[0]), text_number(costs[-1], 6 if costs[-1] < 1 else 0), rate.says))  # fmt: skip
    text = (
        rf"$A = {matrix(A)}$ has the eigenvalues ${found[0]:g}$, along $(1, 1)$, and ${found[1]:g}$, along $(1, -1)$: "
        rf"the limit is $2/{found[0]:g} = {2 / found[0]:g}$. From $w = ({START[0]:g}, {START[1]:g})$, {_STEPS} steps:"
    )
    header = (r"$\alpha$", rf"$1 - {found[0]:g} \alpha$", r"$1 - \alpha$", "$C$ at first", "$C$ at last",
              "it")  # fmt: skip
    after = (
        "In every step both parts of $w$ were multiplied by just these factors. At the limit itself the first factor "
        "is $-1$: the descent jumps to and fro for ever. "
        f"A little below and above it, after 2000 steps: {_around(2 / found[0])}."
    )
    return section(
        "Four rates",
        Paragraph(text),
        Table(header, tuple(rows), numeric=(0, 1, 2, 3, 4)),
        Paragraph(after),
    )


def _around(limit: float) -> str:
    """What becomes of the cost a hundredth below the limit, at it, and a hundredth above it."""
    below, at, above = (descend(limit * k, 2000)[1] for k in (0.99, 1.0, 1.01))
    if not below[-1] < 1e-12 < 1 < at[-1] < 20 < 1e12 < above[-1]:
        raise AssertionError("the limit is not where it was proved to be")
    power = int(np.floor(np.log10(above[-1])))
    return (
        rf"$C < 10^{{-12}}$ at $\alpha = {0.99 * limit:g}$, $C = {at[-1]:.4g}$ at $\alpha = {limit:g}$, and "
        rf"$C > 10^{{{power}}}$ at $\alpha = {1.01 * limit:g}$"
    )


def _curves() -> Section:
    costs, parts = [], []
    _, vectors = eigen()
    for rate in RATES:
        points, fall = descend(rate.alpha)
        label = rf"$\alpha = {rate.alpha:g}$"
        costs.append(Series(label, tuple((float(t), float(c)) for t, c in enumerate(fall))))
        steep = points[:_SHOWN] @ vectors[:, 0] * np.sign(START @ vectors[:, 0])
        parts.append(Series(label, tuple((float(t), float(p)) for t, p in enumerate(steep))))
    return section(
        "The picture",
        Plot("The cost, step by step.", tuple(costs), "step", "$C$", log_y=True),
        Plot("Where the descent stands along $(1, 1)$, the steepest direction.", tuple(parts), "step", "part of $w$"),
        level=2,
    )


# Mini-batches and a schedule ---------------------------------------------------------------------------------

_POINTS, _BATCH, _EPOCHS, _SEED = 64, 4, 20, 0
_LARGE, _SMALL = 0.2, 0.002


def noisy_line() -> tuple[np.ndarray, np.ndarray]:
    """Points near a line."""
    random = np.random.default_rng(_SEED)
    x = random.normal(size=(_POINTS, 1))
    return x, 2 * x - 1 + random.normal(size=(_POINTS, 1))


@cache
def excess(alpha: float, scheduled: bool) -> tuple[History, np.ndarray]:
    """A training on mini-batches, and by how much the cost of all points is above the least, epoch by epoch."""
    x, y = noisy_line()
    design = np.hstack([x, np.ones_like(x)])
    least = float(np.mean((design @ np.linalg.lstsq(design, y, rcond=None)[0] - y) ** 2))
    trainer = sb.Sequential(sb.Linear(1, 1), loss=sb.MSELoss()).trainer(sb.SGD(lr=alpha), seed=_SEED)
    schedule = sb.CosineAnnealingLR(T_max=_EPOCHS) if scheduled else None
    history = trainer.fit(x, y, _EPOCHS, _BATCH, (x, y), progress=False, schedule=schedule)
    return history, np.array(history.validation_loss) - least


def _schedules() -> Section:
    runs = (
        (rf"$\alpha = {_LARGE:g}$", excess(_LARGE, False)),
        (rf"$\alpha = {_SMALL:g}$", excess(_SMALL, False)),
        (rf"$\alpha$ from ${_LARGE:g}$ to 0", excess(_LARGE, True)),
    )
    large, small, falling = (e for _, (_, e) in runs)
    if not (falling[-1] < 0.1 * large[-5:].mean() and falling[-1] < 0.1 * small[-1]):
        raise AssertionError("the schedule is neither fast nor exact")
    rows = tuple((name, text_number(e[4]), text_number(e[-5:].mean(), 6), text_number(e[-1], 6))
                 for name, (_, e) in runs)  # fmt: skip
    text = (
        "On mini-batches the gradient is right on average only: near the minimum it is mostly noise, and a constant "
        r"rate goes on jumping about, in proportion to $\alpha$. A small rate jumps less and crawls at first. A "
        "schedule takes large steps while they help and small ones at the end. A line through "
        f"{_POINTS} noisy points, mini-batches of {_BATCH}; the cost above the least that any line has:"
    )
    header = ("learning rate", "after 5 epochs", "mean of the last 5", f"after {_EPOCHS}")
    curves = tuple(Series(name, tuple((k + 1.0, float(v)) for k, v in enumerate(e))) for name, (_, e) in runs)
    method = runs[2][1][0].method[-1]
    return section(
        "What a schedule changes",
        Paragraph(text),
        Table(header, rows, numeric=(1, 2, 3)),
        Paragraph(method[0]),
        Equations(tuple(Row(left, r"\leftarrow", right) for left, right in method[1])),
        Plot("The cost of all points above the least.", curves, "epoch", "excess", log_y=True),
    )
