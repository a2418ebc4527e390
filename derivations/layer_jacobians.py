"""The Jacobians of one layer as a vector function of a vector, and ReLU's diagonal of zeros and ones."""

from collections.abc import Mapping

import numpy as np

import symbackprop as sb
from derivations._pieces import Arrays, checked, given_numbers, matrix, section, values, worked_sheet
from symbackprop.sheet.blocks import Equations, Items, Paragraph, Row, Section, Table
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet

TITLE = "The Jacobians of a layer"
COVERS = ("S1", "S3")
SHOWS = "z = W a + b and f(z) as vector functions: W, the activations, the identity, and a diagonal; ReLU's in numbers"

LAYER = """
input  a[D]
param  W[M,D], b[M]
z[j] = sum(i, W[j,i]*a[i]) + b[j]
h[j] = {activation}(z[j])
"""
PICTURE = LAYER.format(activation="relu")

POINT: Arrays = {
    "a": [2.0, -1.0],
    "W": [[1.0, 0.5], [-0.5, 2.0], [1.5, 1.0]],
    "b": [0.5, -1.0, -1.0],
}

# Jacobian, its matrix where it is one, and the reason.
_JACOBIANS = (
    (("z", "a"), "W", "row $j$ of $W$ is the gradient of $z_j$"),
    (("z", "W"), "", "$z_j$ reads row $j$ alone, and reads $a$ there"),
    (("z", "b"), "I", "the identity"),
    (("h", "z"), r"\operatorname{diag} f'(z)", "entry by entry: a diagonal"),
    (("h", "a"), r"\operatorname{diag} f'(z) \, W", "the product of two of them"),
)
_ACTIVATIONS = ("sigmoid", "tanh", "relu")


def layer(activation: str) -> sb.Derivation:
    """The layer with that activation, derived."""
    return sb.derive(sb.formula(LAYER.format(activation=activation)))


def jacobian_at(derivation: sb.Derivation, of: str, wrt: str) -> np.ndarray:
    """A Jacobian's numbers at the point, by the generated code."""
    return derivation.jacobian(of, wrt).compile()(**{k: np.asarray(v) for k, v in POINT.items()})


def sheet() -> Sheet:
    """The layer's sheet with its Jacobians, those of other activations, and ReLU's in numbers."""
    d = layer("relu")
    context, at = Context(d), values(d, {**POINT, "dh": np.zeros(3)})
    return worked_sheet(d, TITLE, extra=[_jacobians(d), _activations(), _numbers(d, context, at)])


def _jacobians(d: sb.Derivation) -> Section:
    rows = []
    for (of, wrt), form, why in _JACOBIANS:
        left, _, right = d.jacobian(of, wrt).latex().partition(" = ")
        rows.append(Row(left, "=", right, why))
        if form:
            rows.append(Row(rf"\frac{{\partial {of}}}{{\partial {wrt}}}", "=", form))
    reuse = (
        r"$\partial z / \partial W$ has $M \cdot M \cdot D$ entries, yet holds nothing but the activations $a$ of the "
        "layer before, $M$ times over. They are computed once, on the way forwards, and kept.",
        "No entry of it is ever stored: multiplied by what arrives at $z$ it leaves the outer product "
        r"$\frac{\partial L}{\partial z} \, a^{\top}$, which is the gradient by $W$ above.",
    )
    text = "In the entries $j$ is the row, the index of the output; the other indices are those of the variable:"
    return section("The Jacobians", Paragraph(text), Equations(tuple(rows)), Items(reuse))


def _activations() -> Section:
    rows = []
    for name in _ACTIVATIONS:
        d = layer(name)
        checked(d)
        rows.append((name, rf"$\displaystyle {d.jacobian('h', 'z').latex()}$"))
    text = "An activation that acts on each entry by itself has a diagonal Jacobian. For three of them:"
    return section("Other activations", Paragraph(text), Table(("Activation", "Jacobian"), tuple(rows)))


def _numbers(d: sb.Derivation, context: Context, at: Mapping[str, np.ndarray]) -> Section:
    diagonal, whole = jacobian_at(d, "h", "z"), jacobian_at(d, "h", "a")
    signs = ", ".join(f"$z_{k}$ is {'positive' if z > 0 else 'negative'}" for k, z in enumerate(at["z"]))
    rows = (
        Row("z = W a + b", "=", matrix(at["z"]), signs),
        Row(r"h = \mathrm{ReLU}(z)", "=", matrix(at["h"])),
        Row(r"\frac{\partial h}{\partial z}", "=", matrix(diagonal), "1 where $z$ is positive, else 0"),
        Row(r"\frac{\partial h}{\partial a}", "=", f"{matrix(diagonal)} {matrix(at['W'])} = {matrix(whole)}"),
    )
    after = (
        "The row of a unit that is switched off is zero: through it no input changes anything, and nothing comes back."
    )
    return section(
        "ReLU in numbers", given_numbers(context, ("W", "a", "b"), at), Equations(rows), Paragraph(after)
    )  # fmt: skip
