"""Penalties on weights: the gradient terms of L1 and L2, and what each makes of the weights."""

from dataclasses import dataclass
from functools import cache

import numpy as np

import symbackprop as sb
from derivations._pieces import section, text_number, worked_sheet
from symbackprop.sheet.blocks import Equations, Paragraph, Plot, Row, Section, Series, Statement, Table
from symbackprop.sheet.sheet import Sheet
from symbackprop.training.trainer import Trainer

TITLE = "Penalties on weights: L1 and L2"
COVERS = ("S21",)
SHOWS = (
    "the terms λ sign(w) and λ w, derived; one weight solved exactly, eight fitted: L2 shrinks all, L1 sets six to 0"
)

FORMULA = """
const lambda > 0, mu > 0
input  X[N,M]
param  w[M]
target y[N]
r[n] = sum(m, X[n,m]*w[m]) - y[n]
C = mean(n, r[n]**2)
J = C + lambda*sum(m, abs(w[m])) + mu*sum(m, w[m]**2)/2
"""

TRUE = np.array([3.0, -2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
SEEN, NEW, NOISE, SEED, SEEDS = 9, 1000, 1.5, 13, 8
RATE, STEPS = 0.1, 1000
_NEAR = 0.02


@dataclass(frozen=True)
class Penalty:
    """Which penalties a fit has."""

    name: str
    l1: float = 0.0
    l2: float = 0.0

    @property
    def constants(self) -> dict[str, float]:
        """The numbers of the formula's constants."""
        return {"lambda": self.l1, "mu": self.l2}


PENALTIES = (Penalty("none"), Penalty(r"L2, $\mu = 0.2$", l2=0.2), Penalty(r"L1, $\lambda = 1$", l1=1.0))


def derivation() -> sb.Derivation:
    """Least squares with both penalties, by the weights."""
    return sb.derive(sb.formula(FORMULA), wrt=["w"])


def points(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Eight features of which two matter, and noise."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(count, len(TRUE)))
    return X, X @ TRUE + NOISE * random.normal(size=count)


@cache
def train(k: int, seed: int) -> Trainer:
    """Gradient descent on a few points with the k-th penalty; the rate falls to 0, so that signs may settle."""
    X, y = points(SEEN, seed)
    net = sb.Sequential(sb.Linear(len(TRUE), 1, bias=False), loss=sb.MSELoss())
    trainer = net.trainer(sb.SGD(lr=RATE), seed=seed, l1=PENALTIES[k].l1, l2=PENALTIES[k].l2)
    trainer.fit(X, y[:, None], STEPS, progress=False, schedule=sb.CosineAnnealingLR(T_max=STEPS))
    return trainer


def weights(k: int, seed: int = SEED) -> np.ndarray:
    """What that fit found."""
    return train(k, seed).parameters["0.weight"][0]


def errors(k: int, seed: int = SEED) -> tuple[float, float]:
    """The mean squared error of that fit, (on its points, on new ones)."""
    seen, new = ((X @ weights(k, seed) - y) for X, y in (points(SEEN, seed), points(NEW, seed + 1000)))
    return float(np.mean(seen**2)), float(np.mean(new**2))


def gradients(k: int) -> tuple[np.ndarray, np.ndarray]:
    """(by the formula with its constants, by the trainer with its options) at what the fit found."""
    X, y = points(SEEN, SEED)
    p = PENALTIES[k]
    _, found = derivation().compile()(X=X, w=weights(k), y=y, **p.constants)
    return found["w"].copy(), train(k, SEED).gradients(X, y[:, None])["0.weight"][0]


def least(a: float, p: Penalty) -> float:
    """The weight that makes (w - a)² with these penalties least."""
    return float(np.sign(a) * max(2 * abs(a) - p.l1, 0.0) / (2 + p.l2))


def sheet() -> Sheet:
    """The penalised cost's sheet, one weight solved, and eight fitted."""
    return worked_sheet(derivation(), TITLE, [_idea()], [_steps(), _one(), _eight(), _signs()])


def _idea() -> Section:
    text = (
        "A net that may choose large weights can follow the noise of its data. A penalty puts a price on weights; the "
        "cost that is minimised gains a term, and so does its gradient. The penalties are equations like all others."
    )
    return section("A price on weights", Paragraph(text))


def _steps() -> Section:
    rows = (
        Row("w_m", r"\leftarrow", r"(1 - \alpha \mu) \, w_m - \alpha \frac{\partial C}{\partial w_m}",
            "L2 alone: weights decay"),
        Row("w_m", r"\leftarrow", r"w_m - \alpha \lambda \operatorname{sign}(w_m) "
            r"- \alpha \frac{\partial C}{\partial w_m}", "L1 alone: an equal step to 0"),
    )  # fmt: skip
    text = (
        "L2 pulls a weight towards 0 in proportion to its size, so that large ones shrink most and none arrives. L1 "
        "pulls every weight with the same force, however small it is. A step of gradient descent is:"
    )
    return section("What they do in a step", Paragraph(text), Equations(rows))


def _one() -> Section:
    claim = Paragraph(
        r"For one weight and $C = (w - a)^2$ the cost $J = C + \lambda |w| + \frac{\mu}{2} w^2$ is least at "
        r"$w = \operatorname{sign}(a) \, \frac{\max(2|a| - \lambda, 0)}{2 + \mu}$."
    )
    proof = Equations((
        Row(r"\frac{\partial J}{\partial w}", "=", r"2 (w - a) + \lambda \operatorname{sign}(w) + \mu w",
            r"the theorem above, $w \ne 0$"),
        Row("w", "=", r"\frac{2a - \lambda}{2 + \mu}",
            r"its zero with $w > 0$: there is one if $2a > \lambda$"),
        Row("w", "=", r"\frac{2a + \lambda}{2 + \mu}",
            r"its zero with $w < 0$: there is one if $2a < -\lambda$"),
    ))  # fmt: skip
    rest = Paragraph(
        r"$J$ is strictly convex, so such a zero is its only minimum. If $|2a| \le \lambda$ there is none: the slope "
        r"is negative to the left of 0 and positive to the right, and the minimum is at the kink, $w = 0$ exactly."
    )
    shown = (Penalty("none"), Penalty(r"L2, $\mu = 2$", l2=2.0), Penalty(r"L1, $\lambda = 2$", l1=2.0))
    for p in shown:
        for a in np.linspace(-3, 3, 13):
            if abs(_on_a_grid(float(a), p) - least(float(a), p)) > 0.0126:
                raise AssertionError(f"the least cost for a = {a} with {p} is elsewhere")
    series = tuple(
        Series(p.name, tuple((float(a), least(float(a), p)) for a in np.linspace(-3, 3, 61)), style)
        for p, style in zip(shown, ("dashed", "line", "line"), strict=True)
    )
    text = (
        "L2 divides each weight; L1 takes something off, and nothing is left of the small ones. (Confirmed on a grid "
        "of weights with the cost as it is computed.)"
    )
    return section(
        "One weight, solved",
        Statement("Theorem", (claim,)),
        Statement("Proof", (proof, rest)),
        Paragraph(text),
        Plot("The best weight by what the data alone would choose.", series, "$a$", "$w$"),
    )


def _on_a_grid(a: float, p: Penalty) -> float:
    """Where the derived program finds the least cost, on a grid of step 1/40."""
    run, y = derivation().compile(), np.array([a])
    grid = np.linspace(-4, 4, 321)
    costs = [run(X=np.ones((1, 1)), w=grid[k : k + 1], y=y, **p.constants)[0] for k in range(len(grid))]
    return float(grid[int(np.argmin(costs))])


def _eight() -> Section:
    found = [weights(k) for k in range(len(PENALTIES))]
    means = [float(np.mean([errors(k, seed)[1] for seed in range(SEEDS)])) for k in range(len(PENALTIES))]
    if not max(means[1:]) < 0.8 * means[0]:
        raise AssertionError(f"the penalties do not help with new points: {means}")
    zeros = np.abs(found[2]) < 1e-3
    if list(zeros) != [False] * 2 + [True] * 6 or np.linalg.norm(found[1]) >= np.linalg.norm(found[0]):
        raise AssertionError(f"the penalties do not shrink the weights: {found}")
    rows = [("true weights", *(text_number(w, 2) for w in TRUE), "", text_number(NOISE**2), "")]
    rows += [
        (p.name, *(text_number(v, 2) for v in (*w, *errors(k), means[k])))
        for k, (p, w) in enumerate(zip(PENALTIES, found, strict=True))
    ]
    text = (
        f"Eight features, of which the first two matter, {SEEN} points, noise of deviation ${NOISE:g}$: {STEPS} steps "
        f"of gradient descent from the same random weights, the rate falling from ${RATE:g}$ to 0. The last columns "
        f"are the mean squared error on these points, on {NEW} new ones, and on new ones in the mean of {SEEDS} draws "
        "of all points:"
    )
    header = ("penalty", *(f"$w_{m}$" for m in range(len(TRUE))), "seen", "new", "mean")
    after = (
        "Without a penalty the fit is best on what it has seen and not on what is new. L2 makes the weights smaller "
        "together. L1 finds the six that do not matter (0 to within a thousandth: the steps jump to and fro about the "
        "kink), and pulls the other two towards 0 as well."
    )
    return section("Eight weights, fitted", Paragraph(text),
                   Table(header, tuple(rows), numeric=tuple(range(1, 12))), Paragraph(after))  # fmt: skip


def _signs() -> Section:
    for k, p in enumerate(PENALTIES):
        one, other = gradients(k)
        if not np.allclose(one, other, rtol=1e-10, atol=1e-12):
            raise AssertionError(f"formula and trainer differ with penalty {p.name}")
    X, y = points(SEEN, SEED)
    w, price = weights(2), PENALTIES[2].l1
    _, plain = derivation().compile()(X=X, w=w, y=y, **Penalty("none").constants)
    slopes = plain["w"]
    if np.abs(slopes).max() > price + _NEAR or not np.allclose(slopes[:2], -price * np.sign(w[:2]), atol=_NEAR):
        raise AssertionError(f"the fit with L1 is not at its minimum: {slopes}")
    rows = (
        ("$w_m$", *(text_number(v, 2) for v in w)),
        (r"$\partial C / \partial w_m$", *(text_number(v, 2) for v in slopes)),
    )
    text = (
        rf"At the minimum with L1 the two forces balance: $\partial C/\partial w_m = -\lambda \operatorname{{sign}}"
        rf"(w_m) = \mp {price:g}$ where a weight is left, and $|\partial C/\partial w_m| \le \lambda$ where none is:"
    )
    after = (
        "The trainer adds the same terms when it is asked to, as in l1=1.0: at each of these fits its gradients "
        "are those of the theorem, to ten digits."
    )
    return section(
        "Why weights stay at 0",
        Paragraph(text),
        Table(("", *(f"$m = {m}$" for m in range(len(TRUE)))), rows, numeric=tuple(range(1, 9))),
        Paragraph(after),
        level=2,
    )
