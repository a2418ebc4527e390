"""A convolution and max pooling: the gradients are convolutions again, and the pooled gradient goes to the maxima."""

import math

import numpy as np

import symbackprop as sb
from derivations._pieces import checked, matrix, number, section, values, worked_sheet
from symbackprop.evaluation import evaluate
from symbackprop.sheet.blocks import Equations, Paragraph, Plot, Row, Section, Series, Table
from symbackprop.sheet.sheet import Sheet

TITLE = "A convolution and max pooling"
COVERS = ("S23",)
SHOWS = (
    "the gradients by kernel and input are convolutions themselves, the latter with the kernel turned round; what is "
    "pooled sends its gradient to the maxima; all in numbers"
)

FORMULA = """
input x[H,B]
param K[R,S], b
index u < H - R + 1, v < B - S + 1
z[u,v] = sum(r, s, K[r,s]*x[u + r, v + s]) + b
index p < (H - R + 1)//2, q < (B - S + 1)//2, i < 2, j < 2
y[p,q] = max(i, j, z[2*p + i, 2*q + j])
"""
CONVOLUTION = """
input x[H,B]
param K[R,S]
index u < H - R + 1, v < B - S + 1
z[u,v] = sum(r, s, K[r,s]*x[u + r, v + s])
"""
POINT = {
    "x": [[1, 0, 2, 1, 0], [0, 3, 1, 2, 1], [2, 1, 0, 2, 1], [0, 1, 3, 0, 2], [1, 2, 0, 1, 0]],
    "K": [[1, 2], [-1, 1]],
    "b": 0,
    "dy": [[1, 2], [-1, 3]],
}
_SHOWN = (2, 1)  # the entry of x whose gradient is written out
_DEFAULTS = {"kernel_size": None, "stride": 1, "padding": 0, "dilation": 1, "groups": 1}
_VARIANTS = (
    sb.Conv1d(2, 3, 3, padding=1),
    sb.Conv2d(2, 4, 3, stride=2, padding=1),
    sb.Conv2d(4, 4, 3, dilation=2, groups=2),
    sb.MaxPool2d(3, stride=2, padding=1),
    sb.AvgPool2d(2),
)


def derivation() -> sb.Derivation:
    """The two layers, for whatever gradient arrives."""
    return sb.derive(sb.formula(FORMULA))


def at_point() -> dict[str, np.ndarray]:
    """All values and gradients of the example."""
    return values(derivation(), {k: np.asarray(v, dtype=float) for k, v in POINT.items()})


def convolved(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The forward equation itself, applied to another input and another kernel."""
    return np.asarray(evaluate(sb.formula(CONVOLUTION), {"x": x, "K": kernel})["z"], dtype=float)


def sheet() -> Sheet:
    """The sheet of both layers, the example forwards and backwards, and the check of other kinds of them."""
    return worked_sheet(derivation(), TITLE, [_idea()], [_forward(), _pooled(), _kernel(), _input(), _variants()])


def _idea() -> Section:
    texts = (
        "A small kernel slides over an image; at each place it is multiplied with what lies below it, and added up. "
        "(What nets call a convolution is a correlation: the kernel is not turned.) Then, of each 2 × 2 the largest "
        "is kept.",
        "One weight of the kernel is used at every place: its gradient is a sum over places. One pixel lies below the "
        "kernel several times: its gradient is a sum over these.",
    )
    return section("Kernels and maxima", *map(Paragraph, texts))


def _shown(*names: tuple[str, np.ndarray]) -> Equations:
    return Equations(tuple(Row(left, "=", matrix(value)) for left, value in names))


def _by(name: str) -> str:
    return rf"\frac{{\partial L}}{{\partial {name}}}"


def _forward() -> Section:
    at = at_point()
    place = at["x"][:2, :2] * at["K"]
    text = "A 5 × 5 image, a 2 × 2 kernel, no bias. The first entry of $z$ is "
    text += f"${' + '.join(_factor(v) for v in np.column_stack([at['K'].ravel(), at['x'][:2, :2].ravel()]))} = "
    text += f"{number(place.sum())}$."
    return section(
        "In numbers, forwards",
        _shown(("x", at["x"]), ("K", at["K"])),
        Paragraph(text),
        _shown(("z", at["z"]), ("y", at["y"])),
    )


def _factor(pair: np.ndarray) -> str:
    """A product of two numbers, in brackets where they are negative."""
    return r" \cdot ".join(number(v) if v >= 0 else f"({number(v)})" for v in pair)


def selected() -> list[tuple[int, int]]:
    """Where the gradient by z is that of a window: one place for each of the four."""
    gradient = at_point()["dz"]
    return [(int(u), int(v)) for u, v in np.argwhere(gradient)]


def _pooled() -> Section:
    at, chosen = at_point(), selected()
    windows = {(u // 2, v // 2): (u, v) for u, v in chosen}
    if len(windows) != 4 or any(at["z"][place] != at["y"][window] for window, place in windows.items()):
        raise AssertionError("the gradient does not go to the maxima")
    text = (
        "Within a window only the largest entry counts, so the whole gradient goes to it and the others get 0; where "
        "several are largest, to the first, as to the upper 5 of the two in the window at the lower left. Such a place "
        "is a kink: the first is a convention."
    )
    room = tuple(Series("", ((x, 0.0), (x, 0.0))) for x in (-0.6, 3.6))  # so that no frame lies on the axes
    frames = (*(_frame(p, q) for p, q in sorted(windows)), *room)
    every = [(u, v) for u in range(4) for v in range(4)]
    dots = [
        Series(name, tuple((float(v), -float(u)) for u, v in places), "dots")
        for name, places in (("gradient 0", [p for p in every if p not in chosen]), ("largest", chosen))
    ]
    caption = r"The entries of $z$ (columns to the right, rows downwards), the windows, and where gradients go."
    return section(
        "Backwards through the maxima",
        Paragraph(text),
        _shown((_by("y"), at["dy"]), (_by("z"), at["dz"])),
        Plot(caption, (*dots, *frames), "column", "row"),
    )


def _frame(p: int, q: int) -> Series:
    """A line around a window."""
    return Series("", tuple((2 * q + c - 0.35 * s, -2.0 * p - r + 0.35 * t) for r, c, s, t in _CORNERS))


_CORNERS = ((0, 0, 1, 1), (0, 1, -1, 1), (1, 1, -1, -1), (1, 0, 1, -1), (0, 0, 1, 1))  # row, column, outwards


def _kernel() -> Section:
    at = at_point()
    if not np.array_equal(convolved(at["x"], at["dz"]), at["dK"]):
        raise AssertionError("the gradient by the kernel is no convolution")
    text = (
        r"$\frac{\partial L}{\partial K_{rs}} = \sum_{u,v} x_{r+u,s+v} \frac{\partial L}{\partial z_{uv}}$ is the "
        r"forward equation once more: the input, with $\partial L/\partial z$ as its kernel. So it is computed here "
        "twice, by the derived gradient and by the forward equation with that kernel, and both are"
    )
    bias = rf"The gradient by the bias is the sum of $\partial L/\partial z$, ${number(at['db'])}$."
    return section("The kernel's gradient", Paragraph(text), _shown((_by("K"), at["dK"])), Paragraph(bias))


def padded() -> np.ndarray:
    """The gradient by z with a border of zeros, one less than the kernel is wide."""
    return np.pad(at_point()["dz"], 1)


def _input() -> Section:
    at = at_point()
    turned = at["K"][::-1, ::-1]
    if not np.array_equal(convolved(padded(), turned), at["dx"]):
        raise AssertionError("the gradient by the input is no convolution with the kernel turned round")
    k, m = _SHOWN
    below = padded()[k : k + 2, m : m + 2]
    products = " + ".join(_factor(pair) for pair in np.column_stack([turned.ravel(), below.ravel()]))
    text = (
        r"In $\frac{\partial L}{\partial x_{kl}} = \sum_{r,s} \frac{\partial L}{\partial z_{k-r,l-s}} K_{rs}$ the "
        r"indices of the kernel run against those of $z$: it is the forward equation with the kernel turned by half a "
        r"turn, over $\partial L/\partial z$ with a border of zeros (a full correlation), as wide as the input again:"
    )
    entry = (
        rf"For example $\frac{{\partial L}}{{\partial x_{{{k}{m}}}}} = {products} = {number(at['dx'][k, m])}$. Again "
        "both ways of computing it give the same numbers."
    )
    return section(
        "The input's gradient",
        Paragraph(text),
        _shown((r"K \text{ turned}", turned), (_by("z") + r" \text{ bordered}", padded()), (_by("x"), at["dx"])),
        Paragraph(entry),
    )


def _variants() -> Section:
    rows = []
    for layer in _VARIANTS:
        report = checked(sb.Sequential(layer).derive())
        told = ", ".join(f"{n}={v}" for n, v in layer.arguments.items() if v not in (None, _DEFAULTS.get(n, v)))
        worst = max(r.max_relative_error for r in report.rows)
        rows.append(
            (
                layer.kind,
                told,
                str(sum(r.entries for r in report.rows)),
                rf"$\le 10^{{{math.ceil(math.log10(max(worst, 1e-16)))}}}$",
                "passed",
            )
        )
    text = (
        "Strides, borders of zeros, dilation, groups and channels change the forward equation's indices, and nothing "
        "else: each of these is derived by the same laws and checked."
    )
    header = ("Layer", "with", "Entries", "largest relative error", "Result")
    return section("Other kinds", Paragraph(text), Table(header, tuple(rows), numeric=(2, 3)))
