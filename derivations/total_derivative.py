"""Where the vector chain rule is enough, and where the total derivative is needed: a net with one hidden layer."""

from collections.abc import Mapping

import numpy as np

import symbackprop as sb
from derivations._pieces import Arrays, given_numbers, number, section, text_number, values, worked_sheet
from symbackprop.derivation import Adjoint
from symbackprop.indices import Total
from symbackprop.sheet.blocks import Equations, Items, Paragraph, Row, Section, Table
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet

TITLE = "Many ways to the cost: the total derivative"
COVERS = ("S2",)
SHOWS = "last layer: one path, the vector chain rule; hidden layer: a path through every output, the total derivative"

# One sample, so that the only sums are those over paths.
FORMULA = """
input  x[D]
param  W1[H,D], b1[H], W2[K,H], b2[K]
target y[K]
z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
a1[j] = tanh(z1[j])
z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
a2[k] = sigmoid(z2[k])
C = sum(k, (a2[k] - y[k])**2)/2
"""

POINT: Arrays = {
    "x": [1.0, -0.5],
    "W1": [[0.5, 1.0], [-1.0, 0.5]],
    "b1": [0.25, 0.0],
    "W2": [[1.0, -1.0], [2.0, 0.5], [-1.5, 1.0]],
    "b2": [0.0, 0.5, -0.5],
    "y": [1.0, 0.0, 0.0],
}


def path_terms(at: Mapping[str, np.ndarray], d: sb.Derivation) -> np.ndarray:
    """terms[k, j]: what reaches the cost from hidden activation j through output k."""
    z_by_a = d.jacobian("z2", "a1").compile()(**{n: at[n] for n in POINT})
    return at["dz2"][:, None] * z_by_a


def sheet() -> Sheet:
    """The net's sheet, then which rule each tensor needs, and the paths one by one in numbers."""
    d = sb.derive(sb.formula(FORMULA))
    context, at = Context(d), values(d, POINT)
    return worked_sheet(d, TITLE, [_question()], [_rules(context), _total(), _numbers(context, at, d)])


def _question() -> Section:
    last = r"W^{(2)}_{kj} \longrightarrow z^{(2)}_{k} \longrightarrow a^{(2)}_{k} \longrightarrow C"
    hidden = rf"W^{{(1)}}_{{ji}} \longrightarrow z^{{(1)}}_{{j}} \longrightarrow a^{{(1)}}_{{j}} {_FAN}"
    return section(
        "The ways to the cost",
        Paragraph("A weight of the last layer changes one output, and through it the cost. There is one way:"),
        Equations((Row("", "", last),)),
        Paragraph("A weight of the hidden layer changes one hidden activation, and that changes every output:"),
        Equations((Row("", "", hidden),)),
    )


_FAN = (
    r"\begin{array}{ccccc} \nearrow & z^{(2)}_{0} & \longrightarrow & a^{(2)}_{0} & \searrow \\ "
    r"\longrightarrow & z^{(2)}_{1} & \longrightarrow & a^{(2)}_{1} & \longrightarrow \\ "
    r"\searrow & z^{(2)}_{2} & \longrightarrow & a^{(2)}_{2} & \nearrow \end{array} C"
)


def _is_total(adjoint: Adjoint) -> bool:
    """Whether an entry of the tensor reaches the cost along several paths: its gradient sums over them."""
    return len(adjoint.paths) > 1 or adjoint.equation.rhs.has(Total)


def _rules(context: Context) -> Section:
    rows = []
    for adjoint in context.derivation.adjoints.values():
        through = ", ".join(context.tensor(p.consumer.name) for p in adjoint.paths)
        rule = "total derivative: a term for each path" if _is_total(adjoint) else "vector chain rule: one path"
        rows.append((context.tensor(adjoint.tensor.name), through, rule, context.references[adjoint.equation.name]))
    text = (
        "Between whole vectors the rule is a product of Jacobians everywhere. Entry by entry the product may hide a "
        "sum over the paths, and that sum is the total derivative:"
    )
    header = ("An entry of", "is read by", "What its derivative needs", "Equation")
    return section("Which rule where, and why", Paragraph(text), Table(header, tuple(rows)))


def _total() -> Section:
    rows = (
        Row(r"\frac{\partial C}{\partial W^{(2)}_{kj}}", "=",
            r"\frac{\partial C}{\partial z^{(2)}_{k}} \, \frac{\partial z^{(2)}_{k}}{\partial W^{(2)}_{kj}}",
            "the other outputs do not read this weight"),
        Row(r"\frac{\partial C}{\partial a^{(1)}_{j}}", "=",
            r"\sum_{k} \frac{\partial C}{\partial z^{(2)}_{k}} \, \frac{\partial z^{(2)}_{k}}{\partial a^{(1)}_{j}}",
            "every output reads this activation"),
        Row(r"\frac{\partial C}{\partial W^{(1)}_{ji}}", "=",
            r"\left( \sum_{k} \frac{\partial C}{\partial z^{(2)}_{k}} \, \frac{\partial z^{(2)}_{k}}{\partial "
            r"a^{(1)}_{j}} \right) \frac{\partial a^{(1)}_{j}}{\partial z^{(1)}_{j}} \, "
            r"\frac{\partial z^{(1)}_{j}}{\partial W^{(1)}_{ji}}",
            "the ways part behind $a^{(1)}_j$"),
    )  # fmt: skip
    texts = (
        "The sum is taken once, at the activation where the ways part, and used for all weights in front of it. To "
        "follow each way from each weight would repeat it for every weight, and multiply the ways with every layer.",
        "To leave the sum out, or to keep one of its terms, is a common mistake in a derivation by hand: with a "
        "single output it would not even show.",
    )
    return section("The two rules side by side", Equations(rows), Items(texts))


def _numbers(context: Context, at: Mapping[str, np.ndarray], d: sb.Derivation) -> Section:
    terms = path_terms(at, d)
    slope = d.jacobian("a1", "z1").compile()(**{n: at[n] for n in POINT})[0, 0]
    weight = terms[:, 0] * slope * at["x"][0]
    rows = [
        (f"through $z^{{(2)}}_{k}$", *(text_number(t, 6) for t in terms[k]), text_number(weight[k], 6))
        for k in range(len(terms))
    ]
    rows.append(("sum of the three", *(text_number(s, 6) for s in terms.sum(axis=0)), text_number(weight.sum(), 6)))
    sums = (*at["da1"], at["dW1"][0, 0])
    rows.append(("gradient by the equations", *(text_number(s, 6) for s in sums)))
    measured = (*(_measured(d, "b1", j) / (1 - at["a1"][j] ** 2) for j in range(2)), _measured(d, "W1", (0, 0)))
    rows.append(("measured", *(text_number(s, 6) for s in measured)))
    names = ("a^{(1)}_0", "a^{(1)}_1", "W^{(1)}_{00}")
    header = ("Path", *(rf"$\displaystyle \frac{{\partial C}}{{\partial {n}}}$" for n in names))
    largest = int(np.argmax(np.abs(weight)))
    text = (
        f"The largest of the three alone would make the last derivative {number(weight[largest], 6)}. The last line "
        "was measured: the cost at two nearby values, subtracted and divided by their distance (for an activation, the "
        r"bias before it was moved, and the result divided by $\tanh'$)."
    )
    return section(
        "The paths in numbers",
        given_numbers(context, ("x", "W1", "b1"), at),
        given_numbers(context, ("W2", "b2", "y"), at),
        Table(header, tuple(rows), numeric=(1, 2, 3)),
        Paragraph(text),
    )


def _measured(d: sb.Derivation, name: str, place: int | tuple[int, int], h: float = 1e-6) -> float:
    run = d.compile()
    costs = []
    for sign in (1, -1):
        moved = {k: np.array(v, dtype=float) for k, v in POINT.items()}
        moved[name][place] += sign * h
        costs.append(float(run(**moved)[0]))
    return (costs[0] - costs[1]) / (2 * h)
