"""Layers that are linear in their input and in their weights."""

from symbackprop.layers.table import Init, Layer, layer, lead, positive


@layer
def Linear(in_features: int, out_features: int, bias: bool = True) -> Layer:
    """z = x Wᵀ + b over the last axis; W has shape (out_features, in_features). Raises ``DataError`` on bad sizes.

    >>> print(Linear(4, 10).text(2))
    input x[N, D]
    param W[M, D], b[M]
    z[n, j] = sum(i, x[n, i]*W[j, i]) + b[j]
    """
    positive("Linear", in_features=in_features, out_features=out_features)

    def text(axes: int) -> str:
        sizes, indices = lead(axes)
        declared, added = (", b[M]", " + b[j]") if bias else ("", "")
        return f"input x[{sizes}, D]\nparam W[M, D]{declared}\nz[{indices}, j] = sum(i, x[{indices}, i]*W[j, i]){added}"

    bound: Init = ("uniform", in_features**-0.5)
    keys = {"W": "weight", "b": "bias"} if bias else {"W": "weight"}
    arguments = {"in_features": in_features, "out_features": out_features, "bias": bias}
    return Layer("Linear", arguments, text, {"D": in_features, "M": out_features}, keys, dict.fromkeys(keys, bound))
