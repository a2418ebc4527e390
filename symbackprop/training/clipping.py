"""Gradients that are too large are clipped before the optimiser sees them, as PyTorch's ``clip_grad_value_`` and
``clip_grad_norm_`` do. The gradients themselves stay as they are: the optimiser gets copies.

R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks", 2013.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from symbackprop.errors import DataError
from symbackprop.training.optimizer import is_number

_GUARD = 1e-6  # PyTorch's: a norm of zero is not divided by


class Clipping:
    """``value`` bounds each entry, ``norm`` the Euclidean norm of all gradients together; first the one, then the
    other. Raises ``DataError`` for bounds that are not positive.

    >>> clip = Clipping(norm=1.0)
    >>> clip({"W": np.array([3.0]), "b": np.array([4.0])})["b"].round(4)
    array([0.8])
    """

    def __init__(self, value: float | None = None, norm: float | None = None) -> None:
        for name, bound in (("clip_value", value), ("clip_norm", norm)):
            if bound is not None and (not is_number(bound) or not 0 < bound < math.inf):
                raise DataError(f"{name} must be a number above 0, not {bound!r}")
        self.value = None if value is None else float(value)
        self.norm = None if norm is None else float(norm)
        self._kept: dict[str, np.ndarray] = {}

    def __bool__(self) -> bool:
        return self.value is not None or self.norm is not None

    @property
    def arguments(self) -> dict[str, float | None]:
        """The bounds by the names of the trainer's arguments."""
        return {"clip_value": self.value, "clip_norm": self.norm}

    @property
    def equations(self) -> tuple[tuple[str, str], ...]:
        """(left, right) of each assignment in LaTeX."""
        found = []
        if self.value is not None:
            found.append(("g", rf"\max(-{self.value:g}, \min(g, {self.value:g}))"))
        if self.norm is not None:
            found.append(("g", rf"\min\left(1, \frac{{{self.norm:g}}}{{\lVert g \rVert + 10^{{-6}}}}\right) \, g"))
        return tuple(found)

    def __call__(self, gradients: Mapping[str, Any]) -> dict[str, np.ndarray]:
        """The clipped gradients, in arrays that the next call overwrites."""
        for name, g in gradients.items():
            kept = self._kept.get(name)
            if kept is None or kept.shape != np.shape(g):
                kept = self._kept[name] = np.empty_like(g)
            if self.value is None:
                kept[...] = g
            else:
                np.clip(g, -self.value, self.value, out=kept)
        clipped = {name: self._kept[name] for name in gradients}
        if self.norm is not None:
            total = math.sqrt(sum(float(np.linalg.norm(g)) ** 2 for g in clipped.values()))
            factor = min(1.0, self.norm / (total + _GUARD))
            if factor < 1:
                for g in clipped.values():
                    g *= factor
        return clipped
