"""``from_torch``: a ``torch.nn.Sequential`` as a ``Sequential`` of ours, its weights with it.

Nothing of PyTorch is imported: a module is known by its class's name, its arguments are the attributes of the same
names. What cannot be carried over as it is is refused, never approximated.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symbackprop.blocks import BLOCKS
from symbackprop.errors import NotSupported
from symbackprop.layers import LAYERS
from symbackprop.losses import Loss
from symbackprop.parts import Part
from symbackprop.sequential import Sequential

# Attributes that must have this value: what else PyTorch can do with them is not done here.
_MUST_BE: dict[str, Mapping[str, Any]] = {
    "Conv1d": {"padding_mode": "zeros"}, "Conv2d": {"padding_mode": "zeros"},
    "MaxPool1d": {"dilation": 1, "ceil_mode": False, "return_indices": False},
    "MaxPool2d": {"dilation": 1, "ceil_mode": False, "return_indices": False},
    "AvgPool1d": {"ceil_mode": False, "count_include_pad": True},
    "AvgPool2d": {"ceil_mode": False, "count_include_pad": True, "divisor_override": None},
    "Flatten": {"start_dim": 1, "end_dim": -1}, "GLU": {"dim": -1}, "Softmax": {"dim": -1}, "LogSoftmax": {"dim": -1},
    "BatchNorm1d": {"track_running_stats": True}, "BatchNorm2d": {"track_running_stats": True},
    "Embedding": {"padding_idx": None, "max_norm": None, "scale_grad_by_freq": False},
}  # fmt: skip
# Modules that give or take a pair, with which nn.Sequential cannot go on either.
_PAIRS = ("RNN", "LSTM", "GRU", "Bilinear")


def from_torch(module: Any, loss: Loss | None = None, axes: int | None = None) -> Sequential:
    """The network of a ``torch.nn.Sequential``; trainers made of it begin with its weights and buffers.

    ``loss`` and ``axes`` as in ``Sequential``. Raises ``NotSupported`` that names the module without a counterpart.
    """
    children = list(module.named_children())
    if type(module).__name__ != "Sequential" or not children:
        raise NotSupported(f"from_torch takes a torch.nn.Sequential with layers, not {type(module).__name__}")
    parts = [_part(name, child) for name, child in children if type(child).__name__ != "Identity"]
    net = Sequential(*parts, loss=loss, axes=axes)
    state = {k: np.array(v.detach().cpu().numpy(), dtype=float) for k, v in module.state_dict().items()}
    places = [name for name, child in children if type(child).__name__ != "Identity"]
    net.weights = {_moved(k, places): v for k, v in state.items() if not k.endswith("num_batches_tracked")}
    return net


def _moved(key: str, places: list[str]) -> str:
    """The key in a network without the modules that do nothing."""
    place, _, rest = key.partition(".")
    return f"{places.index(place)}.{rest}"


def _part(name: str, module: Any) -> Part:
    kind = type(module).__name__
    if kind == "TransformerEncoderLayer":
        return _encoder_layer(module)
    build: Callable[..., Part] | None = LAYERS.get(kind)
    if build is None or kind == "FunctionLayer" or kind in _PAIRS:
        raise NotSupported(f"from_torch: module {name}, {kind}, has no counterpart; there are {', '.join(LAYERS)}")
    for attribute, wanted in _MUST_BE.get(kind, {}).items():
        value = getattr(module, attribute)
        last = attribute == "dim" and wanted == -1 and value is None
        if value != wanted and not (isinstance(value, tuple) and set(value) == {wanted}) and not last:
            raise NotSupported(
                f"from_torch: module {name}, {kind}, has {attribute}={value!r}; only {wanted!r} is known here"
            )
    return build(**{n: _argument(module, n) for n in inspect.signature(build).parameters if hasattr(module, n)})


def _encoder_layer(module: Any) -> Part:
    activation = getattr(module.activation, "__name__", "").lower()
    return BLOCKS["TransformerEncoderLayer"](
        module.self_attn.embed_dim,
        module.self_attn.num_heads,
        module.linear1.out_features,
        module.dropout.p,
        activation,
        module.norm1.eps,
        module.norm_first,
        module.linear1.bias is not None,
    )


def _argument(module: Any, name: str) -> Any:
    value = getattr(module, name)
    if name == "bias":
        return value if isinstance(value, bool) else value is not None
    if name == "normalized_shape" and isinstance(value, tuple):
        if len(value) != 1:
            raise NotSupported(
                f"from_torch: normalised over the last {len(value)} axes; only the last one is known here"
            )
        return value[0]
    return value
