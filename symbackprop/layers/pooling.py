"""Pooling over windows of one or two spatial axes, and the layer that makes one axis of many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symbackprop.errors import DataError
from symbackprop.layers.convolution import per_axis, place, window
from symbackprop.layers.table import Layer, layer

_LENGTHS, _OUTER, _INNER = (("L",), ("H", "L")), "uv", "rs"


@dataclass(frozen=True)
class _Axis:
    """One spatial axis: its length, the indices of windows and inside of one, and how the windows lie."""

    length: str
    outer: str
    inner: str
    kernel: int
    stride: int
    padding: int

    @property
    def place(self) -> str:
        return place(self.outer, self.inner, self.stride, self.padding)


def _mean(per: Sequence[_Axis]) -> list[str]:
    """The mean of each window; places beyond the edge count as zeros."""
    outer, inner = (", ".join(getattr(a, which) for a in per) for which in ("outer", "inner"))
    return [f"y[n, c, {outer}] = mean({inner}, x[n, c, {', '.join(a.place for a in per)}])"]


def _largest(per: Sequence[_Axis]) -> list[str]:
    """The largest entry of each window, axis after axis from the last one: first of rows, then of what they left.

    Each step selects along one axis, and so does its adjoint. Of equal entries the first in the order of reading is
    taken either way. Beyond the edge is nothing, not zero.
    """
    lines = []
    for k in reversed(range(len(per))):
        a, below = per[k], [axis.length.lower() for axis in per[:k]]
        above, read, written = (
            [axis.outer for axis in per[k + 1 :]],
            "x" if k == len(per) - 1 else "t",
            "t" if k else "y",
        )
        entry = f"{read}[{', '.join(['n', 'c', *below, a.place, *above])}]"
        if a.padding:
            entry = f"where({a.place} < 0, -inf, where({a.place} >= {a.length}, -inf, {entry}))"
        lines.append(f"{written}[{', '.join(['n', 'c', *below, a.outer, *above])}] = max({a.inner}, {entry})")
    return lines


def _pooling(kind: str, count: int, reduction: str, **given: Any) -> Layer:
    kernel = per_axis(kind, "kernel_size", given["kernel_size"], count)
    stride = kernel if given["stride"] is None else per_axis(kind, "stride", given["stride"], count)
    padding = per_axis(kind, "padding", given["padding"], count, 0)
    if any(2 * p > k for p, k in zip(padding, kernel, strict=True)):
        raise DataError(f"{kind}: padding is at most half of kernel_size, not {given['padding']!r}")

    def text(axes: int) -> str:
        per = [_Axis(*a) for a in zip(_LENGTHS[count - 1], _OUTER, _INNER, kernel, stride, padding, strict=False)]
        lines = [f"input x[N, C, {', '.join(a.length for a in per)}]"]
        lines += [f"index {a.outer} < {window(a.length, str(a.kernel), a.stride, a.padding)}" for a in per]
        lines += [f"index {a.inner} < {a.kernel}" for a in per]
        return "\n".join([*lines, *(_largest(per) if reduction == "max" else _mean(per))])

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
