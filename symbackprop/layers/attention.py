"""Attention: each step a weighted mean of all steps, weighted by how well a query of its own fits their keys."""

from symbackprop.errors import DataError
from symbackprop.layers.table import Init, Layer, layer, positive


@layer
def SelfAttention(embed_dim: int, num_heads: int, bias: bool = True, causal: bool = False) -> Layer:
    """PyTorch's MultiheadAttention with query = key = value = x, of shape (N, T, embed_dim).

    o_t = Σ_u P[t, u] v_u with P = softmax(q kᵀ/√d) in each head; ``causal`` lets a step see only itself and those
    before it. Raises ``DataError`` where the heads do not divide ``embed_dim``.
    """
    positive("SelfAttention", embed_dim=embed_dim, num_heads=num_heads)
    if embed_dim % num_heads:
        raise DataError(f"SelfAttention: {num_heads} heads do not divide embed_dim = {embed_dim}")
    A = num_heads
    b, c = (" + b[(p, a, d)]", " + c[(a, d)]") if bias else ("", "")
    declared = f", b[(3, {A}, D)]" if bias else "", f", c[({A}, D)]" if bias else ""
    score = "r" if causal else "s"
    lines = [
        f"input x[N, T, ({A}, D)]",
        f"param W[(3, {A}, D), ({A}, D)]{declared[0]}, V[({A}, D), ({A}, D)]{declared[1]}",
        f"q[n, p, t, a, d] = sum(e, g, W[(p, a, d), (e, g)]*x[n, t, (e, g)]){b}",
        "s[n, a, t, u] = sum(d, q[n, 0, t, a, d]*q[n, 1, u, a, d])/sqrt(D)",
        *(["r[n, a, t, u] = where(u <= t, s[n, a, t, u], -inf)"] if causal else []),
        f"P[n, a, t, u] = exp({score}[n, a, t, u])/sum(v, exp({score}[n, a, t, v]))",
        "o[n, t, a, d] = sum(u, P[n, a, t, u]*q[n, 2, u, a, d])",
        f"y[n, t, (a, d)] = sum(e, g, V[(a, d), (e, g)]*o[n, t, e, g]){c}",
    ]
    keys = {"W": "in_proj_weight", "b": "in_proj_bias", "V": "out_proj.weight", "c": "out_proj.bias"}
    keys = {n: k for n, k in keys.items() if bias or n in "WV"}
    starts: dict[str, Init] = {"W": ("xavier_uniform", None), "b": ("zeros", None),
                               "V": ("uniform", embed_dim**-0.5), "c": ("zeros", None)}  # fmt: skip
    arguments = {"embed_dim": embed_dim, "num_heads": num_heads, "bias": bias, "causal": causal}
    sizes = {"D": embed_dim // num_heads}
    return Layer("SelfAttention", arguments, lambda axes: "\n".join(lines), sizes, keys, {n: starts[n] for n in keys})
