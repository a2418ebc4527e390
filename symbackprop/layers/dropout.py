"""Dropout: while training each entry is zero by chance, and the others are larger for it."""

from symbackprop.errors import DataError
from symbackprop.layers.table import Layer, exact, layer, lead


@layer
def Dropout(p: float = 0.5) -> Layer:
    """a = x k/(1 - p) with a mask k, drawn for every step, that is 0 with chance p; afterwards a = x.

    >>> print(Dropout(0.25).text(2))
    input x[N, D]
    mask k[N, D]
    a[n, j] = x[n, j]*k[n, j]/(1 - 0.25)
    """
    number = exact("Dropout", p=p)["p"]
    if not 0 <= p < 1:
        raise DataError(f"Dropout: p is at least 0 and less than 1, not {p!r}")

    def text(axes: int) -> str:
        sizes, i = lead(axes)
        head = f"input x[{sizes}, D]\nmask k[{sizes}, D]\n"
        return f"{head}a[{i}, j] = x[{i}, j]*k[{i}, j]/(1 - {number})"

    def evaluation(axes: int) -> str:
        sizes, i = lead(axes)
        return f"input x[{sizes}, D]\na[{i}, j] = x[{i}, j]"

    return Layer("Dropout", {"p": p}, text, evaluation=evaluation, masks={"k": 1 - p})
