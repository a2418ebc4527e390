"""A computational graph walked forwards and then backwards, with real numbers at every node."""

from collections.abc import Iterable
from dataclasses import dataclass

import symbackprop as sb
from derivations._pieces import Arrays, given_numbers, section, values, with_numbers, worked_sheet
from symbackprop.sheet.blocks import Equations, Items, Paragraph, Row, Section, Table
from symbackprop.sheet.context import Context, listed
from symbackprop.sheet.sheet import Sheet

TITLE = "A graph walked backwards"
COVERS = ("S9",)
SHOWS = "Linear, Sigmoid, Linear and MSE as a graph: values forwards, then gradients node by node, in real numbers"

FORMULA = """
input  X[N,D]
param  W1[D,H], b1[H], W2[H,M], b2[M]
target Y[N,M]
Z1[n,j] = sum(i, X[n,i]*W1[i,j]) + b1[j]
A[n,j] = sigmoid(Z1[n,j])
Z2[n,k] = sum(j, A[n,j]*W2[j,k]) + b2[k]
C = sum(n, k, (Z2[n,k] - Y[n,k])**2)/(N*M)
"""

POINT: Arrays = {
    "X": [[1.0, 2.0], [-1.0, 0.5]],
    "W1": [[0.5, -1.0, 0.25], [0.25, 0.5, -0.75]],
    "b1": [0.0, 0.5, 0.1],
    "W2": [[1.0], [-2.0], [0.5]],
    "b2": [0.3],
    "Y": [[1.0], [0.0]],
}


@dataclass(frozen=True)
class Node:
    """A node: what it is called, the tensor it puts out, and the tensors it takes in."""

    title: str
    output: str
    inputs: tuple[str, ...]


NODES = (
    Node("Linear 1", "Z1", ("X", "W1", "b1")),
    Node("Sigmoid", "A", ("Z1",)),
    Node("Linear 2", "Z2", ("A", "W2", "b2")),
    Node("MSE", "C", ("Z2", "Y")),
)


def picture(backwards: bool) -> Equations:
    """The graph in one display: values along the arrows, or the gradients that come back."""

    def label(tensor: str) -> str:
        return rf"\frac{{\partial C}}{{\partial {tensor}}}" if backwards else tensor

    def edge(tensor: str) -> str:
        return rf"\x{'left' if backwards else 'right'}arrow{{\;{label(tensor)}\;}}"

    def box(title: str) -> str:
        return rf"\boxed{{\text{{{title}}}}}"

    z1, z2, down = "Z^{(1)}", "Z^{(2)}", r"\downarrow" if backwards else r"\uparrow"
    end = "1" if backwards else "C"
    line = [edge("X"), box("Linear 1"), edge(z1), box("Sigmoid"), edge("A"), box("Linear 2"), edge(z2)]
    line += [box("MSE"), r"\leftarrow" if backwards else r"\rightarrow", end]
    weights = [r",\; ".join(label(f"{t}^{{({k})}}") for t in ("W", "b")) for k in (1, 2)]
    arrows = ["", down, "", "", "", down, "", "" if backwards else down]
    below = ["", weights[0], "", "", "", weights[1], "", "" if backwards else "Y"]
    body = r" \\ ".join(" & ".join(cells) for cells in (line, arrows, below))
    return Equations((Row("", "", rf"\begin{{array}}{{cccccccccc}} {body} \end{{array}}"),))


def node_section(context: Context, node: Node, at: Arrays) -> Section:
    """What arrives at a node, and what it sends to each of its inputs."""
    own, sent = _symbols(context, node.inputs), [f"d{n}" for n in node.inputs if n != "Y"]
    arriving = "1, the derivative of $C$ by itself" if node.output == "C" else f"${_gradient(context, node.output)}$"
    are = "inputs are" if len(own) > 1 else "input is"
    text = f"What arrives is {arriving}. The node's own {are} {listed(own)}. It sends back:"
    return Section(node.title, (Paragraph(text), with_numbers(context, sent, at)), level=2)


def _symbols(context: Context, tensors: Iterable[str]) -> list[str]:
    return [f"${context.style.entry(n)}$" for n in tensors]


def _gradient(context: Context, tensor: str) -> str:
    return context.style.entry(f"d{tensor}")


def _overview(context: Context) -> Table:
    rows = []
    for node in reversed(NODES):
        arriving = "1" if node.output == "C" else f"${_gradient(context, node.output)}$"
        sent = _symbols(context, (f"d{n}" for n in node.inputs if n != "Y"))
        rows.append((node.title, ", ".join(_symbols(context, node.inputs)), arriving, ", ".join(sent)))
    return Table(("Node", "Its own inputs", "What arrives", "What it sends back"), tuple(rows))


def sheet() -> Sheet:
    """The graph's theorem and its derivation, then the same at a point."""
    d = sb.derive(sb.formula(FORMULA))
    context, at = Context(d), values(d, POINT)
    graph = section(
        "The graph",
        Paragraph("Forwards each node computes its output from its inputs, and keeps what it will need again:"),
        picture(backwards=False),
        Paragraph(
            "Backwards each node gets the derivative of $C$ by its output, and multiplies it by the derivative of its "
            "output by each of its inputs. It needs to know nothing of the rest of the graph:"
        ),
        picture(backwards=True),
    )
    forwards = section(
        "In numbers: forwards",
        Paragraph("Two rows of data, three hidden units, one output:"),
        given_numbers(context, ("X", "Y"), at),
        given_numbers(context, ("W1", "b1"), at),
        given_numbers(context, ("W2", "b2"), at),
        Paragraph("The value at each node, in the order of the arrows:"),
        with_numbers(context, [n.output for n in NODES], at),
    )
    backwards = section("In numbers: backwards, node by node", Paragraph("From the cost to the inputs."))
    nodes = [node_section(context, n, at) for n in reversed(NODES)]
    overview = section("The walk at a glance", _overview(context), Items(_lessons()))
    return worked_sheet(d, TITLE, [graph], [forwards, backwards, *nodes, overview])


def _lessons() -> tuple[str, ...]:
    return (
        "Every gradient has the shape of the value it belongs to.",
        "Each node is visited once, and what arrives at it is used for all of its inputs: that is why the walk "
        "backwards costs about as much as two walks forwards, however many weights there are.",
        "The sigmoid's node takes its derivative from its own output, $A \\odot (1 - A)$: it evaluates no exponential "
        "a second time.",
    )
