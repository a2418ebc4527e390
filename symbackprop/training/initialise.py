"""Table of initialisers: how a parameter starts, by the names that PyTorch's ``torch.nn.init`` uses.

fan_in is the product of all axes but the first one, fan_out that of all but the second one, as for a weight (out,
in).
"""

import math
from collections.abc import Callable

import numpy as np

from symbackprop.errors import DataError
from symbackprop.layers import Init

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


INITIALISERS: dict[str, Draw] = {
    "zeros":           lambda r, shape, _: np.zeros(shape),
    "ones":            lambda r, shape, _: np.ones(shape),
    "constant":        lambda r, shape, value: np.full(shape, 0.0 if value is None else value),
    "uniform":         _uniform,
    "normal":          _normal,
    "xavier_uniform":  lambda r, shape, _: _uniform(r, shape, math.sqrt(6 / sum(fans(shape)))),
    "xavier_normal":   lambda r, shape, _: _normal(r, shape, math.sqrt(2 / sum(fans(shape)))),
    "kaiming_uniform": lambda r, shape, _: _uniform(r, shape, math.sqrt(6 / fans(shape)[0])),
    "kaiming_normal":  lambda r, shape, _: _normal(r, shape, math.sqrt(2 / fans(shape)[0])),
}  # fmt: skip


def initialise(init: Init, shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    """A parameter's first value. Raises ``DataError`` for a name that is not in the table.

    >>> initialise(("zeros", None), (2,), np.random.default_rng(0))
    array([0., 0.])
    """
    name, argument = init
    if name not in INITIALISERS:
        raise DataError(f"no initialiser {name!r}; there are {', '.join(INITIALISERS)}")
    return INITIALISERS[name](random, shape, argument)
