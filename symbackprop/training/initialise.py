"""Table of initialisers: how a parameter starts, by the names that PyTorch's ``torch.nn.init`` uses.

fan_in is the product of all axes but the first one, fan_out that of all but the second one, as for a weight (out,
in). The argument of the last five is the gain that the weights are multiplied by; ``symbackprop.gain`` gives that of
an activation. Without one it is 1 (Glorot and Bengio, 2010), for the kaiming ones √2, that of ReLU (He et al., 2015).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symbackprop.errors import DataError
from symbackprop.layers import Init
from symbackprop.layers.table import as_init
from symbackprop.network import Network

Draw = Callable[[np.random.Generator, tuple[int, ...], float | None], np.ndarray]


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """(fan_in, fan_out) of a parameter.

    >>> fans((10, 4))
    (4, 10)
    """
    if len(shape) < 2:
        n = shape[0] if shape else 1
        return n, n
    receptive = math.prod(shape[2:])
    return shape[1] * receptive, shape[0] * receptive


def _uniform(r: np.random.Generator, shape: tuple[int, ...], bound: float | None) -> np.ndarray:
    return r.uniform(-1, 1, shape) * (1.0 if bound is None else bound)


def _normal(r: np.random.Generator, shape: tuple[int, ...], scale: float | None) -> np.ndarray:
    return r.normal(size=shape) * (1.0 if scale is None else scale)


def _deviation(
    mean_fan: Callable[[int, int], float], default: float
) -> Callable[[tuple[int, ...], float | None], float]:
    """The standard deviation gain/√fan of a weight."""
    return lambda shape, gain: (default if gain is None else gain) / math.sqrt(mean_fan(*fans(shape)))


_XAVIER = _deviation(lambda into, out: (into + out) / 2, 1.0)
_KAIMING = _deviation(lambda into, out: into, math.sqrt(2))


def _orthogonal(r: np.random.Generator, shape: tuple[int, ...], gain: float | None) -> np.ndarray:
    """Orthonormal rows or columns, whichever are fewer, uniform among all such matrices (Saxe et al., 2014).

    The later axes are taken as one. Signs make R's diagonal positive, without which QR favours some matrices.
    """
    rows, columns = shape[0] if shape else 1, math.prod(shape[1:])
    q, upper = np.linalg.qr(r.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.where(np.diagonal(upper) < 0, -1.0, 1.0)
    return (q if rows >= columns else q.T).reshape(shape) * (1.0 if gain is None else gain)


INITIALISERS: dict[str, Draw] = {
    "zeros":           lambda r, shape, _: np.zeros(shape),
    "ones":            lambda r, shape, _: np.ones(shape),
    "constant":        lambda r, shape, value: np.full(shape, 0.0 if value is None else value),
    "uniform":         _uniform,
    "normal":          _normal,
    # A uniform variable on [-b, b] has the variance b²/3.
    "xavier_uniform":  lambda r, shape, gain: _uniform(r, shape, math.sqrt(3) * _XAVIER(shape, gain)),
    "xavier_normal":   lambda r, shape, gain: _normal(r, shape, _XAVIER(shape, gain)),
    "kaiming_uniform": lambda r, shape, gain: _uniform(r, shape, math.sqrt(3) * _KAIMING(shape, gain)),
    "kaiming_normal":  lambda r, shape, gain: _normal(r, shape, _KAIMING(shape, gain)),
    "orthogonal":      _orthogonal,
}  # fmt: skip


def with_weights_started(network: Network, init: str | Sequence[Any] | None) -> Network:
    """The network with all its weights (no biases) drawn by one initialiser: its name, or its name and its argument.

    Raises ``DataError`` for a name that is not in the table, and for an argument that is no number.

    >>> import symbackprop as sb
    >>> with_weights_started(sb.Sequential(sb.Linear(2, 1)).network, ("orthogonal", 1.5)).starts
    {'W1': ('orthogonal', 1.5), 'b1': ('uniform', 0.7071067811865476)}
    """
    if init is None:
        return network
    start = as_init(init)
    _known(start[0])
    return replace(network, starts={**network.starts, **dict.fromkeys(network.weights, start)})


def _known(name: str) -> Draw:
    if name not in INITIALISERS:
        raise DataError(f"no initialiser {name!r}; there are {', '.join(INITIALISERS)}")
    return INITIALISERS[name]


def initialise(init: Init, shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    """A parameter's first value. Raises ``DataError`` for a name that is not in the table.

    >>> initialise(("zeros", None), (2,), np.random.default_rng(0))
    array([0., 0.])
    """
    name, argument = init
    return _known(name)(random, shape, argument)
