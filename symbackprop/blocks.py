"""Table of blocks: what PyTorch calls a layer and is made of others; no formula of its own stands here."""

from collections.abc import Callable

from symbackprop.errors import DataError
from symbackprop.layers import GELU, Dropout, Layer, LayerNorm, Linear, ReLU, SelfAttention
from symbackprop.parts import Block, Part, Residual

_ACTIVATIONS = {"relu": ReLU, "gelu": GELU}


def _residual(*parts: tuple[str, Layer]) -> Residual:
    """A residual block whose keys begin with the names of its parts."""
    residual = Residual(*(part for _, part in parts))
    residual.names = tuple(name for name, _ in parts)
    return residual


def TransformerEncoderLayer(
    d_model: int,
    nhead: int,
    dim_feedforward: int = 2048,
    dropout: float = 0.1,
    activation: str = "relu",
    layer_norm_eps: float = 1e-5,
    norm_first: bool = False,
    bias: bool = True,
    causal: bool = False,
) -> Block:
    """Self-attention and a network of two layers, each added to its input and normalised.

    x ← norm(x + attention(x)), x ← norm(x + W2 f(W1 x + b1) + b2); with ``norm_first`` the norm acts on what goes into
    each. Dropout acts on both outputs and between the two layers, not on the weights of the attention. ``causal`` as in
    ``SelfAttention``. Raises ``DataError`` for an activation other than 'relu' and 'gelu'.
    """
    if activation not in _ACTIVATIONS:
        raise DataError(f"TransformerEncoderLayer: activation is 'relu' or 'gelu', not {activation!r}")
    arguments = {
        "d_model": d_model, "nhead": nhead, "dim_feedforward": dim_feedforward, "dropout": dropout,
        "activation": activation, "layer_norm_eps": layer_norm_eps, "norm_first": norm_first, "bias": bias,
        "causal": causal,
    }  # fmt: skip
    attention = [("self_attn", SelfAttention(d_model, nhead, bias, causal)), *_dropped(dropout, "dropout1")]
    network = [
        ("linear1", Linear(d_model, dim_feedforward, bias)),
        ("activation", _ACTIVATIONS[activation]()),
        *_dropped(dropout, "dropout"),
        ("linear2", Linear(dim_feedforward, d_model, bias)),
        *_dropped(dropout, "dropout2"),
    ]
    first, second = (("norm" + k, LayerNorm(d_model, layer_norm_eps, bias=bias)) for k in "12")
    parts: list[tuple[str, Part]]
    if norm_first:
        parts = [("", _residual(first, *attention)), ("", _residual(second, *network))]
    else:
        parts = [("", _residual(*attention)), first, ("", _residual(*network)), second]
    return Block("TransformerEncoderLayer", arguments, tuple(n for n, _ in parts), tuple(p for _, p in parts))


def _dropped(p: float, name: str) -> list[tuple[str, Layer]]:
    return [(name, Dropout(p))] if p else []


BLOCKS: dict[str, Callable[..., Block]] = {"TransformerEncoderLayer": TransformerEncoderLayer}
