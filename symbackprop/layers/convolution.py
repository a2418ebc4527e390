"""Convolutions over one or two spatial axes, as cross-correlations: what PyTorch means by the word."""

from collections.abc import Sequence
from math import prod
from typing import Any

from symbackprop.errors import DataError
from symbackprop.layers.table import Init, Layer, layer, positive

_SPATIAL = (("L",), ("H", "L"))  # names of spatial axes by their number; their output's indices and the kernel's below
_OUTER, _INNER, _KERNEL = "uv", "rs", "RS"


def per_axis(kind: str, name: str, value: Any, count: int, least: int = 1) -> tuple[int, ...]:
    """A whole number for each spatial axis, from one for all or a sequence. Raises ``DataError``."""
    values = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value,) * count
    if len(values) != count or any(isinstance(v, bool) or not isinstance(v, int) or v < least for v in values):
        sort = "a positive integer" if least else "an integer that is not negative"
        raise DataError(f"{kind}: {name} must be {sort}, or {count} of them, not {value!r}")
    return values


def window(length: str, width: str, stride: int, padding: int, dilation: int = 1) -> str:
    """How many places a window has, as a formula writes it.

    >>> window("L", "R", 2, 1), window("L", "3", 1, 0)
    ('(L + 2 - R)//2 + 1', 'L - 3 + 1')
    """
    padded = f"{length} + {2 * padding}" if padding else length
    room = f"{padded} - {width}" if dilation == 1 else f"{padded} - {dilation}*({width} - 1) - 1"
    return f"{room} + 1" if stride == 1 else f"({room})//{stride} + 1"


def place(outer: str, inner: str, stride: int, padding: int, dilation: int = 1) -> str:
    """Where a window's entry stands in the axis below it.

    >>> place("u", "r", 2, 1), place("u", "r", 1, 0, 2)
    ('2*u + r - 1', 'u + 2*r')
    """
    first = outer if stride == 1 else f"{stride}*{outer}"
    second = inner if dilation == 1 else f"{dilation}*{inner}"
    return f"{first} + {second}" + (f" - {padding}" if padding else "")


def _convolution(kind: str, count: int, channels: tuple[int, int], **given: Any) -> Layer:
    in_channels, out_channels = channels
    positive(kind, in_channels=in_channels, out_channels=out_channels, groups=given["groups"])
    groups, bias = given["groups"], given["bias"]
    if in_channels % groups or out_channels % groups:
        raise DataError(f"{kind}: {groups} groups do not divide {in_channels} channels in and {out_channels} out")
    kernel = per_axis(kind, "kernel_size", given["kernel_size"], count)
    stride, dilation = (per_axis(kind, name, given[name], count) for name in ("stride", "dilation"))
    padding = per_axis(kind, "padding", given["padding"], count, 0)
    steps = list(zip(stride, padding, dilation, strict=True))

    def text(axes: int) -> str:
        lengths, outer, inner, widths = _SPATIAL[count - 1], _OUTER[:count], _INNER[:count], _KERNEL[:count]
        below, above, shape = ("c", "o", "C") if groups == 1 else ("(g, c)", "(g, o)", f"({groups}, C)")
        weights = "O" if groups == 1 else f"({groups}, O)"
        lines = [f"input x[N, {shape}, {', '.join(lengths)}]", f"param W[{weights}, C, {', '.join(widths)}]"]
        lines[1] += f", b[{weights}]" if bias else ""
        axes_of = list(zip(outer, inner, lengths, widths, steps, strict=True))
        lines += [f"index {u} < {window(length, width, *step)}" for u, _, length, width, step in axes_of]
        places = ", ".join(place(u, r, *step) for u, r, _, _, step in axes_of)
        product = f"W[{above}, c, {', '.join(inner)}]*x[n, {below}, {places}]"
        added = f" + b[{above}]" if bias else ""
        lines.append(f"z[n, {above}, {', '.join(outer)}] = sum(c, {', '.join(inner)}, {product}){added}")
        return "\n".join(lines)

    start: Init = ("uniform", (in_channels // groups * prod(kernel)) ** -0.5)
    keys = {"W": "weight", "b": "bias"} if bias else {"W": "weight"}
    sizes = {"C": in_channels // groups, "O": out_channels // groups, **dict(zip(_KERNEL, kernel, strict=False))}
    arguments = {"in_channels": in_channels, "out_channels": out_channels, **given}
    return Layer(kind, arguments, text, sizes, keys, dict.fromkeys(keys, start))


@layer
def Conv1d(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
    bias: bool = True,
) -> Layer:
    """z[n, o, u] = Σ W[o, c, r] x[n, c, stride u + dilation r - padding] + b[o]; zero outside of x.

    W has shape (out_channels, in_channels/groups, kernel_size). Raises ``DataError`` where groups do not divide.

    >>> print(Conv1d(2, 3, 3).text(3))
    input x[N, C, L]
    param W[O, C, R], b[O]
    index u < L - R + 1
    z[n, o, u] = sum(c, r, W[o, c, r]*x[n, c, u + r]) + b[o]
    """
    return _convolution("Conv1d", 1, (in_channels, out_channels), kernel_size=kernel_size, stride=stride,
                        padding=padding, dilation=dilation, groups=groups, bias=bias)  # fmt: skip


@layer
def Conv2d(
    in_channels: int,
    out_channels: int,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
    bias: bool = True,
) -> Layer:
    """The same over two axes: x has shape (N, in_channels, height, width)."""
    return _convolution("Conv2d", 2, (in_channels, out_channels), kernel_size=kernel_size, stride=stride,
                        padding=padding, dilation=dilation, groups=groups, bias=bias)  # fmt: skip
