"""Vanishing gradients: a theorem on the first layer's gradient, its lemmas proved by the engine, met by measurement."""

from functools import cache

import numpy as np

import symbackprop as sb
from derivations._pieces import checked, section, text_number
from symbackprop.codegen.compile import compile_program
from symbackprop.equations import Formula
from symbackprop.proof.bounds import judge_bound
from symbackprop.proof.context import Context as Known
from symbackprop.proof.judge import judge
from symbackprop.sheet.blocks import Block, Equations, Paragraph, Plot, Row, Section, Series, Statement, Table
from symbackprop.sheet.build import build
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet

TITLE = "Why gradients vanish"
COVERS = ("S16",)
SHOWS = (
    "the first layer's gradient is at most 4^-M times the norms of the weights: proved, and measured for M = 1 to 20"
)

NET = """input x[D]
param W[M, D], V[K, M]
z[j] = sum(i, W[j, i]*x[i])
a[j] = sigmoid(z[j])
u[k] = sum(j, V[k, j]*a[j])
b[k] = sigmoid(u[k])"""
# Left side, relation, right side; of any sizes, any weights and any g that arrives.
LEMMAS = (
    ("through the activation", "input z[M], g[M]",
     "sum(j, (sigmoid(z[j])*(1 - sigmoid(z[j]))*g[j])**2)", "<=", "sum(j, g[j]**2)/16"),
    ("through the weights", "input g[M], W[M, D]",
     "sum(i, sum(j, W[j,i]*g[j])**2)", "<=", "sum(j, i, W[j,i]**2)*sum(j, g[j]**2)"),
    ("to the weights", "input g[M], x[D]",
     "sum(j, i, (g[j]*x[i])**2)", "=", "sum(j, g[j]**2)*sum(i, x[i]**2)"),
)  # fmt: skip
DEEPEST, WIDTH, SEED = 20, 12, 0


def net() -> sb.Derivation:
    """Two layers with σ, for whatever gradient arrives."""
    return sb.derive(sb.formula(NET))


def lemma(declared: str, left: str, relation: str, right: str) -> tuple[Formula, str]:
    """The two sides as a formula, and what the engine says of them."""
    f = sb.formula(f"{declared}\nl = {left}\nr = {right}")
    a, b = (f.defining[name].rhs for name in "lr")
    found = judge(a, b, Known(f)) if relation == "=" else judge_bound(a, relation, b, Known(f))
    return f, found.verdict


@cache
def measured(depth: int) -> tuple[float, float, float]:
    """Of a net of that many layers, one sample: (norm of the first gradient, the theorem's bound, with largest
    stretches in the place of norms)."""
    layers = [part for _ in range(depth) for part in (sb.Linear(WIDTH, WIDTH, bias=False), sb.Sigmoid())]
    trainer = sb.Sequential(*layers, loss=sb.MSELoss()).trainer(seed=SEED, init="xavier_normal")
    random = np.random.default_rng(SEED)
    X, y = random.normal(size=(1, WIDTH)), random.random((1, WIDTH))
    d = trainer.derivation
    first, last = d.adjoint_of("W1").name, d.adjoint_of(f"a{depth}").name
    found = compile_program(d.program, [first, last])(**trainer.arrays(X, y))
    weights = [trainer.tensors[f"W{k}"] for k in range(2, depth + 1)]
    ends = float(np.linalg.norm(X) * np.linalg.norm(found[last]) / 4**depth)
    return (
        float(np.linalg.norm(found[first])),
        ends * float(np.prod([np.linalg.norm(w) for w in weights])),
        ends * float(np.prod([np.linalg.norm(w, 2) for w in weights])),
    )


def sheet() -> Sheet:
    """The derivation of two layers, the theorem with its lemmas, and what twenty depths measure."""
    d = net()
    return build(d, check=checked(d), title=TITLE, extra=[_lemmas(), _theorem(d), _measured()])


def _lemmas() -> Section:
    blocks: list[Block] = [Paragraph(
        "Norms are Euclidean, of a matrix over all its entries. Each line below is proved by the engine for all sizes "
        r"and all real entries; where it is an inequality, by writing the difference of its sides as a sum of what is "
        r"not negative: in the second, as $\tfrac{1}{2} \sum_{i,j,k} (W_{ji} g_k - W_{ki} g_j)^2$."
    )]  # fmt: skip
    rows = []
    for title, declared, left, relation, right in LEMMAS:
        f, verdict = lemma(declared, left, relation, right)
        if verdict != "proved":
            raise AssertionError(f"the lemma {title} is {verdict}")
        context = Context(sb.derive(f))
        sides = [context.latex(f.defining[name].rhs) for name in "lr"]
        rows.append(Row(sides[0], {"<=": r"\le", "=": "="}[relation], sides[1], title, mark="proved"))
    blocks.append(Statement("Lemmas", (Equations(tuple(rows)),)))
    return section("What each step can do at most", *blocks)


def _theorem(d: sb.Derivation) -> Section:
    number = Context(d).references
    through, passed, to = (number[d.adjoint_of(n).name] for n in ("z", "a", "W"))
    statement = Equations((
        Row(
            r"\left\lVert \frac{\partial C}{\partial W_1} \right\rVert", r"\le",
            r"\left( \tfrac{1}{4} \right)^{M} \lVert x \rVert \left( \prod_{l=2}^{M} \lVert W_l \rVert \right) "
            r"\left\lVert \frac{\partial C}{\partial a_M} \right\rVert",
        ),
    ))  # fmt: skip
    rows = (
        Row(r"\left\lVert \tfrac{\partial C}{\partial z_l} \right\rVert", r"\le",
            r"\tfrac{1}{4} \left\lVert \tfrac{\partial C}{\partial a_l} \right\rVert",
            f"equation {through} and the first lemma"),
        Row(r"\left\lVert \tfrac{\partial C}{\partial a_{l-1}} \right\rVert", r"\le",
            r"\lVert W_l \rVert \left\lVert \tfrac{\partial C}{\partial z_l} \right\rVert",
            f"equation {passed} and the second"),
        Row(r"\left\lVert \tfrac{\partial C}{\partial W_1} \right\rVert", "=",
            r"\left\lVert \tfrac{\partial C}{\partial z_1} \right\rVert \lVert x \rVert",
            f"equation {to} and the third"),
    )  # fmt: skip
    text = (
        r"For a net of $M$ layers $z_l = W_l a_{l-1}$, $a_l = \sigma(z_l)$, $a_0 = x$, and one sample; $C$ is any cost "
        r"of $a_M$."
    )
    closing = (
        "The equations are those of two layers, the same at every depth. From the last layer to the first the "
        r"inequalities of the first two lines alternate: $M$ times a factor $\tfrac{1}{4}$, and each "
        r"$\lVert W_l \rVert$ but the first once. Biases change nothing. What holds of $\lVert W_l \rVert$ holds of "
        r"the largest stretch $\lVert W_l \rVert_2 = \max \lVert W_l v \rVert / \lVert v \rVert$ as well, "
        "which is never above it."
    )
    return section(
        "The theorem",
        Paragraph(text),
        Statement("Theorem", (statement,)),
        Statement("Proof", (Equations(rows), Paragraph(closing))),
    )


def _measured() -> Section:
    depths = range(1, DEEPEST + 1)
    if any(not found <= sharp * (1 + 1e-12) <= bound * (1 + 1e-9) for found, bound, sharp in map(measured, depths)):
        raise AssertionError("a measured gradient is above its bound")
    if not measured(DEEPEST)[0] < 1e-9 * measured(1)[0]:
        raise AssertionError("the gradient does not vanish")
    names = ("measured", r"bound with $\lVert W \rVert$", r"bound with $\lVert W \rVert_2$")
    series = tuple(
        Series(name, tuple((float(m), measured(m)[k]) for m in depths), "line" if k == 0 else "dashed")
        for k, name in enumerate(names)
    )
    shown = [m for m in depths if m in (1, 2, 3, 5, 10, 15, 20)]
    rows = tuple((str(m), *map(_power, measured(m)), text_number(_factor(m))) for m in shown)
    text = (
        f"Nets of 1 to {DEEPEST} layers of {WIDTH} units, weights drawn by Xavier's rule, one sample, squared error; "
        "the gradient by the first weights from the derived equations. The last column is the mean factor of one "
        "layer: where weights start with $\\lVert W \\rVert_2$ near 2, a layer's slope of at most a quarter "
        "leaves less than half of the gradient. After twenty of them, float32 would not see it beside a weight of 1."
    )
    header = ("Layers", *names, "a layer's factor")
    return section(
        "Measured",
        Paragraph(text),
        Plot("The norm of the first layer's gradient by depth, and its bounds.", series, "layers", "norm", log_y=True),
        Table(header, rows, numeric=(0, 1, 2, 3, 4)),
    )


def _factor(depth: int) -> float:
    return (measured(depth)[0] / measured(1)[0]) ** (1 / (depth - 1)) if depth > 1 else 1.0


def _power(value: float) -> str:
    mantissa, exponent = f"{value:.1e}".split("e")
    return rf"${mantissa} \cdot 10^{{{int(exponent)}}}$"
