"""The chain rule of a composition, and its reversed factor order: a matter of layout for vectors."""

import numpy as np

import symbackprop as sb
from derivations._pieces import Arrays, chain, checked, given_numbers, matrix, number, section, worked_sheet
from symbackprop.sheet.blocks import Equations, Items, Paragraph, Row, Section
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet

TITLE = "The chain rule, in both orders"
COVERS = ("S8",)
SHOWS = "f∘g: for numbers the factors may be swapped, for vectors the other order is the transposed layout"

SCALAR = """
input x
u = x**2
y = sin(u)
"""

# g: two numbers to three, f: three to four; so no product fits in the wrong order by accident.
VECTOR = """
input x[D], A[K,D], B[M,K]
u[i] = tanh(sum(k, A[i,k]*x[k]))
y[j] = sum(i, B[j,i]*u[i]**2)
"""
PICTURE = VECTOR

POINT: Arrays = {
    "x": [0.5, -1.0],
    "A": [[1.0, 0.5], [-1.0, 1.0], [0.5, 2.0]],
    "B": [[1.0, 0.0, 2.0], [0.0, 1.0, -1.0], [0.5, -2.0, 0.0], [1.0, 1.0, 1.0]],
}
SQUARE = (np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [1.0, 1.0]]))


def vector_derivation() -> sb.Derivation:
    """f∘g for vectors, derived by x."""
    return sb.derive(sb.formula(VECTOR), wrt=["x"])


def jacobians(d: sb.Derivation) -> dict[str, np.ndarray]:
    """The Jacobians of f, g and f∘g at the point, in numerator layout."""
    point = {k: np.asarray(v) for k, v in POINT.items()}
    return {of + wrt: d.jacobian(of, wrt).compile()(**point) for of, wrt in (("y", "u"), ("u", "x"), ("y", "x"))}


def sheet() -> Sheet:
    """The vectors' sheet, with the numbers' case in front and both layouts behind."""
    d = vector_derivation()
    found = jacobians(d)
    return worked_sheet(d, TITLE, [_scalars()], [_vectors(d, found), _layouts(found), _square()])


def _scalars() -> Section:
    d = sb.derive(sb.formula(SCALAR))
    checked(d)
    context = Context(d)
    x = 1.0
    f, g = np.cos(x**2), 2 * x
    numbers = Equations((
        Row(r"f'(g(x)) \, g'(x)", "=", rf"{number(f)} \cdot {number(g)} = {number(f * g)}"),
        Row(r"g'(x) \, f'(g(x))", "=", rf"{number(g)} \cdot {number(f)} = {number(g * f)}", "the same number"),
    ))  # fmt: skip
    rule = Equations((
        Row(r"\frac{\partial (f \circ g)}{\partial x}", "=",
            r"\frac{\partial f}{\partial g} \, \frac{\partial g}{\partial x}", "outer factor first"),
        Row("", "=", r"\frac{\partial g}{\partial x} \, \frac{\partial f}{\partial g}", "the same, reversed"),
    ))  # fmt: skip
    return section(
        "For numbers the order does not matter",
        Paragraph("The derivative of $f(g(x))$ is a product, and numbers may be multiplied in any order:"),
        rule,
        Paragraph("With $u = g(x) = x^2$ and $y = f(u) = \\sin u$:"),
        chain(context, ("y", "u", "x")),
        Paragraph(f"and at $x = {number(x)}$:"),
        numbers,
    )


def _vectors(d: sb.Derivation, found: dict[str, np.ndarray]) -> Section:
    rows = []
    for of, wrt in (("y", "u"), ("u", "x"), ("y", "x")):
        left, _, right = d.jacobian(of, wrt).latex().partition(" = ")
        rows.append(Row(left, "=", right))
    product = (
        Row(r"\frac{\partial y}{\partial u}", "=", matrix(found["yu"]), r"$4 \times 3$"),
        Row(r"\frac{\partial u}{\partial x}", "=", matrix(found["ux"]), r"$3 \times 2$"),
        Row(r"\frac{\partial y}{\partial u} \, \frac{\partial u}{\partial x}", "=",
            matrix(found["yu"] @ found["ux"]), r"$4 \times 2$"),
        Row(r"\frac{\partial y}{\partial x}", "=", matrix(found["yx"]), "directly: the same"),
    )  # fmt: skip
    return section(
        "For vectors it does",
        Paragraph("A derivative is a matrix now, its rows those of the output (numerator layout):"),
        Equations(tuple(rows)),
        Paragraph("With two inputs, three intermediates and four outputs:"),
        given_numbers(Context(d), ("x", "A", "B"), POINT),
        Equations(product),
    )


def _layouts(found: dict[str, np.ndarray]) -> Section:
    reversed_product = found["ux"].T @ found["yu"].T
    rows = (
        Row(r"\frac{\partial u}{\partial x} \, \frac{\partial y}{\partial u}", ":",
            r"(3 \times 2) \cdot (4 \times 3)", "2 columns meet 4 rows: there is no such product"),
        Row(r"\left(\frac{\partial y}{\partial x}\right)^{\top}", "=",
            r"\left(\frac{\partial u}{\partial x}\right)^{\top} \left(\frac{\partial y}{\partial u}\right)^{\top}",
            r"$(AB)^{\top} = B^{\top} A^{\top}$"),
        Row("", "=", matrix(reversed_product), r"$2 \times 4$: that above, transposed"),
    )  # fmt: skip
    texts = (
        "Numerator layout puts the output's index first, and the outermost factor leftmost.",
        "Denominator layout puts the variable's index first: every factor is transposed, so their order is reversed. A "
        "gradient then has the shape of its variable, which is why the sheets here use it for gradients.",
        r"So $\frac{\partial g}{\partial x} \frac{\partial f}{\partial g}$ is right where the layout is the "
        "denominator's. One sheet must keep to one of the two.",
    )
    return section("The reversed order is the other layout", Equations(rows), Items(texts))


def _square() -> Section:
    a, b = SQUARE
    rows = (
        Row("F G", "=", rf"{matrix(a)} {matrix(b)} = {matrix(a @ b)}", r"$f \circ g$"),
        Row("G F", "=", rf"{matrix(b)} {matrix(a)} = {matrix(b @ a)}", r"$g \circ f$, another function"),
        Row(r"G^{\top} F^{\top}", "=", rf"{matrix(b.T)} {matrix(a.T)} = {matrix(b.T @ a.T)}", r"$(F G)^{\top}$"),
    )
    text = (
        "Square Jacobians hide the mistake: both products exist. For the linear maps $f(u) = F u$ and $g(x) = G x$ "
        "they are derivatives of different functions:"
    )
    return section("Where the shapes do not help", Paragraph(text), Equations(rows))
