"""Two sigmoid neurons in a row: three factors for the second weight, five for the first, and both updates."""

from collections.abc import Mapping

import numpy as np

import symbackprop as sb
from derivations._pieces import Arrays, chain, given_numbers, number, section, text_number, values, worked_sheet
from symbackprop.sheet.blocks import Equations, Paragraph, Plot, Row, Section, Series, Table
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet

TITLE = "Two sigmoid neurons in a row"
COVERS = ("S11",)
SHOWS = "three factors for the second weight, five for the first, both update rules, and a step in real numbers"

FORMULA = """
input  x[N]
param  w1, w2
target y[N]
g1[n] = x[n]*w1
z1[n] = sigmoid(g1[n])
g2[n] = z1[n]*w2
p[n] = sigmoid(g2[n])
J = mean(n, (p[n] - y[n])**2)
"""

POINT: Arrays = {"x": [1.0, -2.0], "w1": 0.5, "w2": -1.0, "y": [1.0, 0.0]}
RATE = 2.0
STEPS = 200
_WAYS = {"w2": ("J", "p", "g2", "w2"), "w1": ("J", "p", "g2", "z1", "g1", "w1")}


def step(derivation: sb.Derivation, point: Arrays) -> dict[str, object]:
    """The point after both updates w <- w - rate * dJ/dw, both gradients taken before either update."""
    at = values(derivation, point)
    return {**point, **{w: float(at[w] - RATE * at[f"d{w}"]) for w in ("w1", "w2")}}


def descent(derivation: sb.Derivation, point: Arrays, steps: int) -> list[float]:
    """The cost before each of the steps, and after the last."""
    run = derivation.compile()
    now: dict[str, np.ndarray] = {k: np.asarray(v, dtype=float) for k, v in point.items()}
    costs = []
    for _ in range(steps + 1):
        cost, gradients = run(**now)
        costs.append(float(cost))
        now |= {w: now[w] - RATE * gradients[w] for w in ("w1", "w2")}
    return costs


def _factors(context: Context) -> list[Section]:
    texts = {
        "w2": "The second weight is near the cost; three derivatives lie between them:",
        "w1": "The first weight goes the same way and two steps further. Its first two factors are those of the second "
        "weight, already known:",
    }
    return [
        section(
            f"The factors of ${context.style.entry(f'd{w}')}$",
            Paragraph(texts[w]),
            chain(context, way, r"\sum_{n} "),
            level=2,
        )
        for w, way in _WAYS.items()
    ]


def _update_rules(context: Context) -> Section:
    rows = []
    for w in _WAYS:
        symbol, gradient = context.style.entry(w), context.latex(context.derivation.adjoint_of(w).rhs)
        rule = rf"{symbol} - \alpha \, {context.style.entry(f'd{w}')}"
        rows.append(Row(symbol, r"\leftarrow", rule, r"learning rate $\alpha$"))
        rows.append(Row("", "=", rf"{symbol} - \alpha {gradient}"))
    text = "Both gradients are taken at the old weights; only then are both weights changed."
    return section("The two update rules", Equations(tuple(rows)), Paragraph(text))


def _walk(context: Context, at: Mapping[str, np.ndarray]) -> Table:
    rows = []
    for name in ("x", "g1", "z1", "g2", "p", "y", "dp", "dg2", "dz1", "dg1"):
        symbol = context.style.entry(name)
        tall = r"\displaystyle " if r"\frac" in symbol else ""
        first, second = map(text_number, at[name])
        rows.append((f"${tall}{symbol}$", first, second, context.references.get(name, "given")))
    return Table(("", "$n = 0$", "$n = 1$", "Equation"), tuple(rows), numeric=(1, 2))


def _one_step(context: Context) -> Section:
    d = context.derivation
    assert isinstance(d, sb.Derivation)
    at, after = values(d, POINT), values(d, step(d, POINT))
    rows = []
    for w in _WAYS:
        symbol, g = context.style.entry(w), context.style.entry(f"d{w}")
        rows.append(Row(g, "=", number(at[f"d{w}"], 6), f"equation {context.references[f'd{w}']}"))
        sign = "-" if at[f"d{w}"] >= 0 else "+"
        moved = f"{number(at[w])} {sign} {number(RATE)} \\cdot {number(abs(at[f'd{w}']), 6)} = {number(after[w], 6)}"
        rows.append(Row(symbol, r"\leftarrow", moved))
    cost = (Row("J", "=", number(at["J"], 6), "before"), Row("J", "=", number(after["J"], 6), "after: it has fallen"))
    return section(
        "One step in numbers",
        given_numbers(context, ("x", "y", "w1", "w2"), at),
        Paragraph(rf"With $\alpha = {number(RATE)}$. Values forwards, then gradients backwards, for both samples:"),
        _walk(context, at),
        Paragraph("Summed over the samples, and the weights moved against them:"),
        Equations((*rows, *cost)),
    )


def _many_steps(derivation: sb.Derivation) -> Section:
    costs = descent(derivation, POINT, STEPS)
    curve = Series("$J$", tuple((float(k), c) for k, c in enumerate(costs)))
    return section("The same step, again and again", Plot("The cost falls at every step.", (curve,), "step", "$J$"))


def sheet() -> Sheet:
    """Theorem and derivation, the factors written out, and the numbers."""
    d = sb.derive(sb.formula(FORMULA), wrt=["w1", "w2"])
    context = Context(d)
    intro = section(
        "The chain",
        Paragraph("A signal passes two neurons, each with one weight, and the cost compares what comes out:"),
        Equations((Row("", "", _PICTURE),)),
        Paragraph(r"Here $p = \hat y$ is the prediction and $y$ what it should be."),
    )
    extra = [
        section("Factor by factor"),
        *_factors(context),
        _update_rules(context),
        _one_step(context),
        _many_steps(d),
    ]
    return worked_sheet(d, TITLE, [intro], extra)


_PICTURE = (
    r"x \xrightarrow{\; \cdot \, w^{(1)} \;} g^{(1)} \xrightarrow{\; \sigma \;} z^{(1)} "
    r"\xrightarrow{\; \cdot \, w^{(2)} \;} g^{(2)} \xrightarrow{\; \sigma \;} p \xrightarrow{\quad} J"
)
