"""Layers: each a function that yields its forward equations, entered in the table ``LAYERS``."""

from symbackprop.layers.activations import (
    CELU,
    ELU,
    GELU,
    GLU,
    SELU,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Step,
    Tanh,
    Tanhshrink,
    Threshold,
)  # fmt: skip
from symbackprop.layers.function import FunctionLayer
from symbackprop.layers.linear import Linear
from symbackprop.layers.table import LAYERS, Init, Layer, lead

__all__ = [
    "CELU", "ELU", "GELU", "GLU", "LAYERS", "SELU", "FunctionLayer", "Hardsigmoid", "Hardswish", "Hardtanh",
    "Init", "Layer", "LeakyReLU", "Linear", "LogSigmoid", "LogSoftmax", "Mish", "PReLU", "ReLU", "ReLU6",
    "SiLU", "Sigmoid", "Softmax", "Softplus", "Softsign", "Step", "Tanh", "Tanhshrink", "Threshold", "lead",
]  # fmt: skip
