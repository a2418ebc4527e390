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


@layer
def Bilinear(in1_features: int, in2_features: int, out_features: int, bias: bool = True) -> Layer:
    """y_k = Σ W[k, i, j] u_i v_j + b_k, where u and v stand beside one another along the last axis of the input.

    PyTorch's takes u and v as two arguments; here a layer has one input, of in1_features + in2_features entries.
    W has shape (out_features, in1_features, in2_features). Raises ``DataError`` on bad sizes.

    >>> print(Bilinear(4, 3, 2).text(2))
    input x[N, D + E]
    param W[M, D, E], b[M]
    y[n, k] = sum(i, j, W[k, i, j]*x[n, 0 + i]*x[n, D + j]) + b[k]
    """
    positive("Bilinear", in1_features=in1_features, in2_features=in2_features, out_features=out_features)

    def text(axes: int) -> str:
        sizes, n = lead(axes)
        declared, added = (", b[M]", " + b[k]") if bias else ("", "")
        return (
            f"input x[{sizes}, D + E]\nparam W[M, D, E]{declared}\n"
            f"y[{n}, k] = sum(i, j, W[k, i, j]*x[{n}, 0 + i]*x[{n}, D + j]){added}"
        )

    bound: Init = ("uniform", in1_features**-0.5)
    keys = {"W": "weight", "b": "bias"} if bias else {"W": "weight"}
    arguments = {"in1_features": in1_features, "in2_features": in2_features, "out_features": out_features, "bias": bias}
    sizes = {"D": in1_features, "E": in2_features, "M": out_features}
    return Layer("Bilinear", arguments, text, sizes, keys, dict.fromkeys(keys, bound))
