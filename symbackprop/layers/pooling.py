"""Pooling over windows of one or two spatial axes, and the layer that makes one axis of many."""

from collections.abc import Sequence
from typing import Any

from symbackprop.errors import DataError
from symbackprop.layers.convolution import per_axis, place, window
from symbackprop.layers.table import Layer, layer

_LENGTHS, _OUTER, _INNER = (("L",), ("H", "L")), "uv", "rs"


def _pooling(kind: str, count: int, reduction: str, **given: Any) -> Layer:
    kernel = per_axis(kind, "kernel_size", given["kernel_size"], count)
    stride = kernel if given["stride"] is None else per_axis(kind, "stride", given["stride"], count)
    padding = per_axis(kind, "padding", given["padding"], count, 0)
    if any(2 * p > k for p, k in zip(padding, kernel, strict=True)):
        raise DataError(f"{kind}: padding is at most half of kernel_size, not {given['padding']!r}")

    def text(axes: int) -> str:
        lengths, outer, inner = _LENGTHS[count - 1], _OUTER[:count], _INNER[:count]
        per = list(zip(outer, inner, lengths, kernel, stride, padding, strict=True))
        places = [place(u, r, s, p) for u, r, _, _, s, p in per]
        read = f"x[n, c, {', '.join(places)}]"
        if reduction == "max":  # beyond the edge is nothing, not zero
            for at, (_, _, length, _, _, pad) in zip(places, per, strict=True):
                read = f"where({at} < 0, -inf, where({at} >= {length}, -inf, {read}))" if pad else read
        lines = [f"input x[N, C, {', '.join(lengths)}]"]
        lines += [f"index {u} < {window(length, str(k), s, p)}" for u, _, length, k, s, p in per]
        lines += [f"index {r} < {k}" for _, r, _, k, _, _ in per]
        return "\n".join([*lines, f"y[n, c, {', '.join(outer)}] = {reduction}({', '.join(inner)}, {read})"])

    return Layer(kind, given, text)


@layer
def MaxPool1d(kernel_size: int, stride: int | None = None, padding: int = 0) -> Layer:
    """y = the largest entry of each window; of equal ones the first. ``stride`` is ``kernel_size`` if None.

    >>> print(MaxPool1d(2).text(3))
    input x[N, C, L]
    index u < (L - 2)//2 + 1
    index r < 2
    y[n, c, u] = max(r, x[n, c, 2*u + r])
    """
    return _pooling("MaxPool1d", 1, "max", kernel_size=kernel_size, stride=stride, padding=padding)


@layer
def MaxPool2d(
    kernel_size: int | Sequence[int], stride: int | Sequence[int] | None = None, padding: int | Sequence[int] = 0
) -> Layer:
    """The same over two axes: x has shape (N, channels, height, width)."""
    return _pooling("MaxPool2d", 2, "max", kernel_size=kernel_size, stride=stride, padding=padding)


@layer
def AvgPool1d(kernel_size: int, stride: int | None = None, padding: int = 0) -> Layer:
    """y = the mean of each window, in which places beyond the edge count as zeros."""
    return _pooling("AvgPool1d", 1, "mean", kernel_size=kernel_size, stride=stride, padding=padding)


@layer
def AvgPool2d(
    kernel_size: int | Sequence[int], stride: int | Sequence[int] | None = None, padding: int | Sequence[int] = 0
) -> Layer:
    """The same over two axes: x has shape (N, channels, height, width)."""
    return _pooling("AvgPool2d", 2, "mean", kernel_size=kernel_size, stride=stride, padding=padding)


@layer
def AdaptiveAvgPool2d(output_size: int = 1) -> Layer:
    """y = the mean over height and width, as axes of length 1: the one output size that there is here."""
    if output_size not in (1, (1, 1)):
        raise DataError(f"AdaptiveAvgPool2d: output_size is 1, not {output_size!r}")
    return Layer("AdaptiveAvgPool2d", {"output_size": 1}, lambda axes: "input x[N, C, H, L]\nindex u < 1\nindex v < 1\n"
                 "y[n, c, u, v] = mean(h, l, x[n, c, h, l])")  # fmt: skip


@layer
def Flatten() -> Layer:
    """y = x with all axes but the batch made one, the last running fastest."""

    def text(axes: int) -> str:
        if not 3 <= axes <= 6:
            raise DataError(f"Flatten: an input has 3 to 6 axes, the batch first; this one has {axes}")
        sizes, indices = ", ".join("CHLQR"[: axes - 1]), ", ".join("chlqr"[: axes - 1])
        return f"input x[N, {sizes}]\ny[n, ({indices})] = x[n, {indices}]"

    return Layer("Flatten", {}, text)
