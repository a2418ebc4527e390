"""y = f(g(h(x))): three factors; and the same with a weight on the first function."""

import symbackprop as sb
from derivations._pieces import chain, matrix, number, section, values, worked_sheet
from symbackprop.sheet.blocks import Equations, Paragraph, Row, Section
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet

TITLE = "A chain of three functions"
COVERS = ("S10",)
SHOWS = "y = f(g(h(x))) has three factors; with the first weight w free the input x is one factor more"

# Three different functions, so that no factor can be mistaken for another.
FORMULA = """
input x
param w
s = w*x
u = sin(s)
v = tanh(u)
y = sigmoid(v)
"""

POINT = {"x": 2.0, "w": 1.0}


def sheet() -> Sheet:
    """The chain with the first weight free, and with it the chain in x as the case w = 1."""
    d = sb.derive(sb.formula(FORMULA))
    context = Context(d)
    rule = Equations((
        Row("y", "=", "f(g(h(x)))"),
        Row(r"\frac{dy}{dx}", "=", r"f'(g(h(x))) \; g'(h(x)) \; h'(x)", "three factors"),
        Row(r"\frac{dy}{dw}", "=", r"f'(g(h(wx))) \; g'(h(wx)) \; h'(wx) \; x", "for $y = f(g(h(wx)))$"),
    ))  # fmt: skip
    intro = section(
        "The rule",
        Paragraph("Each function contributes its derivative, at the place where it was evaluated on the way forwards:"),
        rule,
        Paragraph(
            "Below it is worked out for three neurons in a row: $h = \\sin$, $g = \\tanh$ and $f = \\sigma$. The first "
            "neuron has the weight $w$, the others have weight 1. At $w = 1$ the way to $x$ is the chain of three."
        ),
    )
    return worked_sheet(d, TITLE, [intro], [_factors(context), _numbers(context)])


def _factors(context: Context) -> Section:
    return section(
        "Factor by factor",
        Paragraph("From the output to the argument $s = wx$ of the first function there are three factors:"),
        chain(context, ("y", "v", "u", "s")),
        Paragraph("The weight is one step further away. Its own factor is the signal that it multiplies:"),
        chain(context, ("y", "v", "u", "s", "w")),
        Paragraph("To the input the last factor is the weight; with $w = 1$ it is 1, and three factors remain:"),
        chain(context, ("y", "v", "u", "s", "x")),
    )


def _numbers(context: Context) -> Section:
    d = context.derivation
    at = values(d, POINT)
    forwards = tuple(Row(n, "=", matrix(at[n], 6), f"equation {context.references[n]}") for n in ("s", "u", "v", "y"))
    parts = {a: at[f"d{a}"] / at[f"d{b}"] if b != "y" else at[f"d{a}"] for a, b in (("v", "y"), ("u", "v"), ("s", "u"))}
    product = r" \cdot ".join(number(p, 6) if p >= 0 else f"({number(p, 6)})" for p in parts.values())
    backwards = (
        Row(context.style.entry("ds"), "=", rf"{product} = {number(at['ds'], 6)}", "three factors"),
        Row(context.style.entry("dw"), "=", rf"{number(at['ds'], 6)} \cdot {number(at['x'])} = {number(at['dw'], 6)}"),
        Row(context.style.entry("dx"), "=", rf"{number(at['ds'], 6)} \cdot {number(at['w'])} = {number(at['dx'], 6)}"),
    )
    given = Paragraph(f"At $x = {number(at['x'])}$ and $w = {number(at['w'])}$ forwards:")
    return section("In numbers", given, Equations(forwards), Paragraph("and backwards:"), Equations(backwards))
