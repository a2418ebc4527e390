"""What gradients cannot tell: local minima, plateaus and new data, for shallow and deep nets alike."""

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

import symbackprop as sb
from derivations._pieces import checked, section, text_number, worked_sheet
from symbackprop.rules import LAWS
from symbackprop.sheet.blocks import Equations, Paragraph, Plot, Section, Series, Table
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet
from symbackprop.training.trainer import Trainer

TITLE = "Local minima, plateaus and overfitting"
COVERS = ("S25",)
SHOWS = (
    "descents that stop in the worse minimum, a plateau that another loss has not, the same laws for 0 to 8 hidden "
    "layers, and a net that overfits ten points, cured by a penalty or by more points"
)

FORMULA = """
param w
C = (w**2 - 1)**2/4 + w/5
"""
STARTS = (-1.8, 0.1, 0.3, 1.8)
RATE, STEPS, SEED = 0.1, 300, 0
_RANDOM = 200

# One unit that should answer 1 to both inputs, with two losses.
SQUARED = """
input x[N], y[N]
param w
a[n] = sigmoid(w*x[n])
C = mean(n, (a[n] - y[n])**2)
"""
LOGARITHMIC = """
input x[N], y[N]
param w
a[n] = sigmoid(w*x[n])
C = -mean(n, y[n]*log(a[n]) + (1 - y[n])*log(1 - a[n]))
"""
INPUTS, ASKED = np.array([1.0, 2.0]), np.array([1.0, 1.0])
FAR, UNIT_STEPS = -10.0, 500

DEPTHS, WIDTH = (0, 1, 2, 4, 8), 3

FEW, MANY, NEW, NOISE, L2, DRAWS = 10, 200, 1000, 0.5, 0.02, 5
UNITS, ADAM, FIT, DRAWN = 40, 0.01, 3000, 2


def derivation() -> sb.Derivation:
    """A cost of one weight with two minima."""
    return sb.derive(sb.formula(FORMULA))


@cache
def _program() -> Any:
    return derivation().compile()


def cost(w: float) -> float:
    """The cost at a weight."""
    return float(_program()(w=np.array(w))[0])


def slope(w: float) -> float:
    """The derived gradient at a weight."""
    return float(_program()(w=np.array(w))[1]["w"])


def descend(start: float) -> np.ndarray:
    """The weights of a descent from there, the start included."""
    points = [start]
    for _ in range(STEPS):
        points.append(points[-1] - RATE * slope(points[-1]))
    return np.array(points)


def stationary() -> list[float]:
    """The zeros of the derived gradient, by bisection between signs."""
    grid = np.linspace(-2, 2, 41) + 0.013
    found = []
    for low, high in pairwise(grid):
        if slope(low) * slope(high) < 0:
            left, right = float(low), float(high)
            for _ in range(60):
                middle = (left + right) / 2
                left, right = (middle, right) if slope(middle) * slope(left) > 0 else (left, middle)
            found.append((left + right) / 2)
    return found


def sheet() -> Sheet:
    """The cost's sheet, and what happens on it, on a plateau, in deep nets and with few data."""
    return worked_sheet(derivation(), TITLE, [_idea()], [_minima(), _plateau(), _depth(), _overfitting()])


def _idea() -> Section:
    texts = (
        "Backpropagation computes a gradient, exactly, for a shallow net and for a deep one. What is done with it is "
        "another matter: descent stops where the gradient is 0 or nearly so, and that may be a minimum that is not the "
        "lowest, or a plateau. And the cost is that of the data which were shown: how the net does on others is no "
        "question of gradients at all.",
        "First a cost of one weight that has two minima:",
    )
    return section("What a gradient says, and what not", *map(Paragraph, texts))


def _minima() -> Section:
    lowest, top, local = stationary()
    if not (cost(lowest) < cost(local) < cost(top)):
        raise AssertionError("the cost has not the two minima that it should have")
    rows = []
    for start in STARTS:
        end = descend(start)[-1]
        expected = lowest if start < top else local
        if abs(end - expected) > 1e-6:
            raise AssertionError(f"the descent from {start} ends at {end}")
        rows.append((text_number(start), text_number(end), text_number(cost(end)),
                     "the lowest" if start < top else "a local one"))  # fmt: skip
    starts = np.random.default_rng(SEED).uniform(-2, 2, _RANDOM)
    part = float(np.mean([s < top for s in starts]))
    places = ", ".join(f"${w:.4f}$" for w in (lowest, top, local))
    text = (
        f"The derived gradient is 0 at $w = $ {places}: a minimum, a maximum and another minimum. Gradient descent "
        f"with learning rate ${RATE:g}$, {STEPS} steps from four starts:"
    )
    after = (
        f"The start decides: the basins meet at the maximum. Of {_RANDOM} random starts in $[-2, 2]$ "
        f"{100 * part:.0f} % lie on the side of the lowest minimum, so that a few restarts find it here; with many "
        "weights nobody can try them all."
    )
    ws = np.linspace(-1.9, 1.9, 96)
    curve = Series("$C$", tuple((float(w), cost(w)) for w in ws))
    ends = Series("ends", tuple((w, cost(w)) for w in (lowest, local)), "dots")
    begun = Series("starts", tuple((w, cost(w)) for w in STARTS), "dots")
    return section(
        "Two minima",
        Paragraph(text),
        Table(("start", "end", "$C$ there", "minimum"), tuple(rows), numeric=(0, 1, 2)),
        Paragraph(after),
        Plot("The cost, four starts and where they end.", (curve, ends, begun), "$w$", "$C$"),
    )


def unit(text: str, start: float) -> tuple[np.ndarray, np.ndarray]:
    """(weights, gradients) of gradient descent on one unit with that loss."""
    run, w = sb.derive(sb.formula(text), wrt=["w"]).compile(), np.array(start)
    points, slopes = [], []
    for _ in range(UNIT_STEPS + 1):
        slope = run(x=INPUTS, y=ASKED, w=w)[1]["w"]
        points.append(float(w))
        slopes.append(float(slope))
        w = w - RATE * slope
    return np.array(points), np.array(slopes)


def _plateau() -> Section:
    kinds = (("squared", SQUARED), ("cross-entropy", LOGARITHMIC))
    rows, equations, curves = [], [], []
    for name, text in kinds:
        d = sb.derive(sb.formula(text), wrt=["w"])
        checked(d)
        context = Context(d)
        for adjoint in d.adjoints.values():
            equations.append(context.row(adjoint.equation, note=name))
        points, slopes = unit(text, FAR)
        rows.append((name, text_number(slopes[0], 6), text_number(points[-1])))
        curves.append(Series(name, tuple((float(k), float(w)) for k, w in enumerate(points))))
    (still, _), (moved, _) = (unit(text, FAR) for _, text in kinds)
    if abs(still[-1] - FAR) > 0.1 or moved[-1] < 0:
        raise AssertionError(f"the plateau is none: {still[-1]}, {moved[-1]}")
    text = (
        f"A unit $a = \\sigma(w x)$ that should answer 1 to $x = 1$ and $x = 2$, and stands at $w = {FAR:g}$, as wrong "
        "as can be. With the squared error its gradient has the factor $a (1 - a)$, which is nearly 0 there: a plateau."
        " The cross-entropy has $1/a$ instead, which cancels it. Derived:"
    )
    after = f"From there {UNIT_STEPS} steps with learning rate ${RATE:g}$:"
    return section(
        "A plateau",
        Paragraph(text),
        Equations(tuple(equations)),
        Paragraph(after),
        Table(("loss", "gradient at first", "$w$ at last"), tuple(rows), numeric=(1, 2)),
        Plot("The weight, step by step.", tuple(curves), "step", "$w$"),
    )


def deep(hidden: int) -> sb.Sequential:
    """A net of that many hidden layers."""
    layers: list[Any] = []
    for k in range(hidden):
        layers += [sb.Linear(WIDTH if k else 2, WIDTH), sb.Tanh()]
    return sb.Sequential(*layers, sb.Linear(WIDTH if hidden else 2, 1), loss=sb.MSELoss())


def laws(hidden: int) -> set[str]:
    """The names of the laws that its derivation uses."""
    return {step.law for step in deep(hidden).derive().steps}


def _depth() -> Section:
    rows = []
    for hidden in DEPTHS:
        d = deep(hidden).derive()
        report = checked(d)
        worst = max(r.max_relative_error for r in report.rows)
        rows.append((str(hidden), str(len(d.adjoints)), str(sum(r.entries for r in report.rows)),
                     rf"$\le 10^{{{int(np.ceil(np.log10(worst)))}}}$", "passed"))  # fmt: skip
    if any(laws(hidden) != laws(1) for hidden in DEPTHS[1:]):
        raise AssertionError("deep nets take other laws than shallow ones")
    named = ", ".join(sorted(LAWS[law].title for law in laws(1)))
    text = (
        "It is sometimes said that backpropagation fails for deep nets. Its derivation does not change with depth: the "
        f"same laws ({named}) give the gradients of one hidden layer and of eight, and all of them are right. What may "
        "become small or large with depth is the gradient itself, and that is no fault of how it is computed."
    )
    header = ("Hidden layers", "gradients derived", "Entries", "largest relative error", "Result")
    return section("Shallow and deep", Paragraph(text), Table(header, tuple(rows), numeric=(0, 1, 2, 3)))


def points(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Noisy points of a sine."""
    random = np.random.default_rng(seed)
    x = 3 * random.uniform(-1, 1, (count, 1))
    return x, np.sin(x) + NOISE * random.normal(size=(count, 1))


@cache
def fitted(count: int, l2: float, seed: int) -> Trainer:
    """A net with one hidden layer after Adam on so many points."""
    net = sb.Sequential(sb.Linear(1, UNITS), sb.Tanh(), sb.Linear(UNITS, 1), loss=sb.MSELoss())
    trainer = net.trainer(sb.Adam(lr=ADAM), seed=seed, l2=l2)
    trainer.fit(*points(count, seed), FIT, progress=False)
    return trainer


def errors(count: int, l2: float) -> tuple[float, float]:
    """Mean squared error (on the points of the training, on new ones), in the mean of some draws."""
    each = [
        [fitted(count, l2, seed).evaluate(*data)[0] for data in (points(count, seed), points(NEW, seed + 99))]
        for seed in range(DRAWS)
    ]
    seen, new = np.mean(each, axis=0)
    return float(seen), float(new)


def _overfitting() -> Section:
    settings = ((f"{FEW} points", FEW, 0.0), (f"{FEW} points, L2", FEW, L2), (f"{MANY} points", MANY, 0.0))
    found = [errors(count, l2) for _, count, l2 in settings]
    (seen, new), *cured = found
    if not (seen < 0.05 and new > 2 * NOISE**2 and all(e < 0.75 * new for _, e in cured)):
        raise AssertionError(f"few points are not overfitted, or nothing cures it: {found}")
    rows = tuple(
        (name, text_number(s, 3), text_number(n, 3)) for (name, *_), (s, n) in zip(settings, found, strict=True)
    )
    text = (
        f"A net with a hidden layer of {UNITS} units learns $\\sin x$ from points with noise of deviation "
        f"${NOISE:g}$ (so that ${NOISE**2:g}$ is the least error on new points). Its gradients are right in all cases. "
        f"Ten points it learns by heart, noise and all; a penalty $\\frac{{{L2:g}}}{{2}} \\sum w^2$ or more points "
        f"prevent that. Mean squared errors, in the mean of {DRAWS} draws:"
    )
    xs = np.linspace(-3, 3, 91)[:, None]
    curves = [
        Series(name, tuple(zip(xs[:, 0].tolist(), fitted(count, l2, DRAWN).predict(xs)[:, 0].tolist(), strict=True)))
        for name, count, l2 in settings
    ]
    x, y = points(FEW, DRAWN)
    dots = Series(f"the {FEW} points", tuple(zip(x[:, 0].tolist(), y[:, 0].tolist(), strict=True)), "dots")
    sine = Series(r"$\sin x$", tuple(zip(xs[:, 0].tolist(), np.sin(xs[:, 0]).tolist(), strict=True)), "dashed")
    return section(
        "Overfitting",
        Paragraph(text),
        Table(("trained on", "error on these", "error on new ones"), rows, numeric=(1, 2)),
        Plot("What each of the nets has learnt.", (*curves, dots, sine), "$x$", "$y$"),
    )
