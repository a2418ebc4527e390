"""The 2-2-1 net, and a bias as the weight 0 on an input that is always 1: both forms have the same gradients."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy

import symbackprop as sb
from derivations._pieces import Arrays, checked, given_numbers, section, text_number, worked_sheet
from symbackprop.evaluation import evaluate
from symbackprop.number_types import FLOAT, Numbers
from symbackprop.sheet.blocks import Equations, Items, Paragraph, Row, Section, Table
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet
from symbackprop.sheet.training import check_section

TITLE = "The 2-2-1 net, and the bias as a weight"
COVERS = ("S26",)
SHOWS = "y = f(w' f(W' x)) with biases as weights 0 on a constant 1: same value, same gradients, symbol by symbol"

# W[i,j] leads from input i to hidden unit j, as in f(W^T x); both forms are written for all sizes, 2-2-1 is the case.
WITH_BIAS = """
input x[D]
param W[D,H], b[H], w[H], c
z[j] = sum(i, W[i,j]*x[i]) + b[j]
h[j] = sigmoid(z[j])
s = sum(j, w[j]*h[j]) + c
y = sigmoid(s)
"""
PICTURE = WITH_BIAS

AUGMENTED = """
input u[E]
param V[E,H], v[G]
index m < G
z[j] = sum(i, V[i,j]*u[i])
h[j] = sigmoid(z[j])
g[m] = h[m-1] + (m == 0)
s = sum(m, v[m]*g[m])
y = sigmoid(s)
"""

POINT: Arrays = {"x": [1.0, -1.0], "W": [[0.5, -1.0], [1.5, 2.0]], "b": [0.25, -0.5], "w": [2.0, -1.0], "c": 0.5}

# The evaluator with SymPy's expressions as its numbers: what it computes is a formula, with nothing rounded.
SYMBOLS = Numbers(
    "symbols", sympy.Rational, sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.tanh, sympy.erf, sympy.atan,
    sympy.floor, sympy.sqrt,
    lambda b, p, q: b ** sympy.Rational(p, q), lambda: sympy.pi, lambda a, b: bool(a < b),
)  # fmt: skip


def augmented(point: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same point in the other form: a 1 before the inputs, the biases as row 0 of the weights."""
    one = np.ones(1, dtype=np.asarray(point["x"]).dtype)
    return {
        "u": np.concatenate([one, point["x"]]),
        "V": np.concatenate([np.asarray(point["b"])[None], point["W"]]),
        "v": np.concatenate([np.asarray(point["c"])[None], point["w"]]),
    }


def symbols() -> dict[str, np.ndarray]:
    """A point of the 2-2-1 net whose numbers are letters."""
    return {name: _letters(name, np.shape(value)) for name, value in POINT.items()}


def _letters(name: str, shape: tuple[int, ...]) -> np.ndarray:
    found = np.empty(shape, dtype=object)
    for place in np.ndindex(shape):
        found[place] = sympy.Symbol(name + "".join(map(str, place)), real=True)
    return found


def gradients(derivation: sb.Derivation, point: Mapping[str, np.ndarray], numbers: Numbers) -> dict[str, np.ndarray]:
    """Value and gradients by the parameters, in any number type."""
    wanted = ["y", *(f"d{n}" for n in derivation.wrt)]
    return evaluate(derivation.program, point, numbers=numbers, only=wanted)


def pairs(plain: Mapping[str, np.ndarray], with_one: Mapping[str, np.ndarray]) -> list[tuple[str, Any, Any]]:
    """Each entry of the gradients in both forms: (name in LaTeX, with biases, with a constant input)."""
    dV, dv = np.asarray(with_one["dV"], dtype=object), np.asarray(with_one["dv"], dtype=object)
    counterparts = {"b": dV[0], "W": dV[1:], "c": dv[:1].reshape(()), "w": dv[1:]}
    found = []
    for name, other in counterparts.items():
        own = np.asarray(plain[f"d{name}"], dtype=object)
        for place in np.ndindex(own.shape):
            entry = f"{name}_{{{''.join(map(str, place))}}}" if place else name
            found.append((entry, own[place], other[place]))
    return found


def both_forms() -> tuple[sb.Derivation, sb.Derivation]:
    """The net with biases, and with constant inputs."""
    plain = sb.derive(sb.formula(WITH_BIAS), wrt=["W", "b", "w", "c"])
    return plain, sb.derive(sb.formula(AUGMENTED), wrt=["V", "v"])


def sheet() -> Sheet:
    """The net with biases, derived; then with constant inputs, and both compared."""
    plain, with_one = both_forms()
    context = Context(plain)
    return worked_sheet(plain, TITLE, [_forms()], [_closed(plain), _augmented(with_one), _compared(context)])


def _forms() -> Section:
    rows = (
        Row("y", "=", r"f\left( w^{\top} f(W^{\top} x) \right)", "two inputs, two hidden units, one output"),
        Row(r"W^{\top} x + b", "=",
            r"\begin{pmatrix} b & W^{\top} \end{pmatrix} \begin{pmatrix} 1 \\ x \end{pmatrix}", "a bias is a weight"),
        Row(r"w^{\top} h + c", "=",
            r"\begin{pmatrix} c & w^{\top} \end{pmatrix} \begin{pmatrix} 1 \\ h \end{pmatrix}", "the same once more"),
    )  # fmt: skip
    text = (
        "With the constant 1 in front of the inputs, and once more in front of the hidden units, the biases are "
        "weights with the number 0, and the net is two products and two activations. First it is derived with biases, "
        "then in that form; the gradients are the same."
    )
    return section("The net in one line", Equations(rows), Paragraph(text))


def _closed(plain: sb.Derivation) -> Section:
    text = "In the inputs and parameters alone, as one would have to compute them without the named values in between:"
    rows = []
    for name in ("c", "b"):
        left, _, right = plain.gradient(name, closed=True).latex().partition(" = ")
        rows.append(Row(left, "=", right))
    after = "The named values are what keeps the equations above short: each is computed once and used again."
    return section("Without names", Paragraph(text), Equations(tuple(rows)), Paragraph(after))


def _augmented(with_one: sb.Derivation) -> Section:
    context = Context(with_one)
    given = tuple(context.row(e, note=_NOTES.get(e.name, "")) for e in with_one.formula.equations)
    back = tuple(context.row(a.equation) for a in with_one.adjoints.values())
    texts = (
        "Row 0 of the gradient by $V$ is $u_0 = 1$ times what arrives at $z$: that is the gradient by the bias $b$.",
        "Entry 0 of the gradient by $v$ is $g_0 = 1$ times what arrives at $s$: that is the gradient by $c$.",
        "What arrives at $g_0$ goes nowhere: a constant has no gradient to pass on.",
    )
    return section(
        "The bias as weight 0",
        Paragraph("Forwards, with $u = (1, x)$, $V = (b; W)$ and $v = (c, w)$:"),
        Equations(given),
        Paragraph("and backwards:"),
        Equations(back),
        Items(texts),
        check_section(context, checked(with_one)).blocks[1],
    )


_NOTES = {"z": "no bias", "g": "1, then the hidden units", "s": "no bias"}


def _compared(context: Context) -> Section:
    plain, with_one = both_forms()
    point = {k: np.asarray(v) for k, v in POINT.items()}
    letters = symbols()
    number_pairs = pairs(gradients(plain, point, FLOAT), gradients(with_one, augmented(point), FLOAT))
    letter_pairs = pairs(gradients(plain, letters, SYMBOLS), gradients(with_one, augmented(letters), SYMBOLS))
    rows = []
    for (name, a, b), (_, p, q) in zip(number_pairs, letter_pairs, strict=True):
        if p != q:
            raise AssertionError(f"the gradients by {name} differ: {p} and {q}")
        left = rf"$\displaystyle \frac{{\partial y}}{{\partial {name}}}$"
        rows.append((left, text_number(float(a), 6), text_number(float(b), 6), "the same formula"))
    header = ("Gradient", "with biases", "with a constant 1", "In letters")
    text = (
        "For 2-2-1 at the point below, and with letters for all numbers: both programs were run on symbols, and for "
        "each gradient came out with the same expression."
    )
    return section(
        "Both forms compared",
        Paragraph(text),
        given_numbers(context, ("x", "W", "b", "w", "c"), point),
        Table(header, tuple(rows), numeric=(1, 2)),
    )
