"""Gradients derived symbolically from forward formulas: proof sheet, checks and fast code from one derivation.

Public names are imported when they are first used (PEP 562), so that ``import symbackprop`` and ``symbackprop
--help`` stay light: SymPy alone takes a third of a second.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_LAYERS = (
    "Linear", "Bilinear", "FunctionLayer", "Conv1d", "Conv2d", "MaxPool1d", "MaxPool2d", "AvgPool1d", "AvgPool2d",
    "AdaptiveAvgPool2d", "Flatten", "LayerNorm", "GroupNorm", "RMSNorm", "Embedding", "RNN", "LSTM",
    "GRU", "Last", "SelfAttention", "BatchNorm1d", "BatchNorm2d", "Dropout",
)  # fmt: skip
_ACTIVATIONS = (
    "Sigmoid", "Tanh", "ReLU", "LeakyReLU", "PReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish", "Softplus",
    "Softsign", "Hardtanh", "Hardsigmoid", "Hardswish", "ReLU6", "LogSigmoid", "Tanhshrink", "Threshold", "Step",
    "Softmax", "LogSoftmax", "GLU",
)  # fmt: skip
_LOSSES = (
    "MSELoss", "L1Loss", "HuberLoss", "SmoothL1Loss", "CrossEntropyLoss", "NLLLoss", "BCELoss", "BCEWithLogitsLoss",
    "KLDivLoss", "HingeEmbeddingLoss", "MultiMarginLoss", "CosineEmbeddingLoss",
)  # fmt: skip

_OPTIMIZERS = ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad")
_SCHEDULES = ("StepLR", "ExponentialLR", "CosineAnnealingLR", "LinearLR", "OneCycleLR", "ReduceLROnPlateau")

# Public name -> module that has it.
_PUBLIC = {
    "formula": "symbackprop.notation",
    "derive": "symbackprop.api",
    "Derivation": "symbackprop.api",
    "Result": "symbackprop.result",
    "Sequential": "symbackprop.sequential",
    "Residual": "symbackprop.parts",
    "TransformerEncoderLayer": "symbackprop.blocks",
    "load": "symbackprop.sequential",
    "from_torch": "symbackprop.from_torch",
    "bounds": "symbackprop.extremes.bounds",
    "diagnose": "symbackprop.diagnosis.diagnosing",
    "gain": "symbackprop.moments.gain",
    **dict.fromkeys((*_LAYERS, *_ACTIVATIONS), "symbackprop.layers"),
    **dict.fromkeys(_LOSSES, "symbackprop.losses"),
    **dict.fromkeys(("verify_gradient", "verify_backward"), "symbackprop.claims.gradient"),
    **dict.fromkeys(_OPTIMIZERS, "symbackprop.training.optimizers"),
    **dict.fromkeys(_SCHEDULES, "symbackprop.training.schedules"),
    "class_weights": "symbackprop.training.class_weights",
    "verify": "symbackprop.claims.verify",
    "SymbackpropError": "symbackprop.errors",
    "ReadError": "symbackprop.errors",
    "ShapeError": "symbackprop.errors",
    "NotSupported": "symbackprop.errors",
    "DataError": "symbackprop.errors",
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
