"""The best so far: copies of all that training changes, the running statistics of batch norm included."""

import math
from collections.abc import Mapping

import numpy as np


class Best:
    """Copies of arrays at the least value seen. ``put_back`` writes them into the arrays."""

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.arrays = arrays
        self.value, self.epoch = math.inf, 0
        self._kept = _copies(arrays)
        self._marked = _copies(arrays)

    def mark(self) -> None:
        """Remember the arrays as they are, for ``offer`` to keep."""
        for name, array in self.arrays.items():
            self._marked[name][...] = array

    def offer(self, value: float, epoch: int) -> bool:
        """Keep what was marked where the value is less than all before; whether it is."""
        if not value < self.value:
            return False
        self.value, self.epoch = value, epoch
        self._kept, self._marked = self._marked, self._kept
        return True

    def put_back(self) -> None:
        for name, array in self.arrays.items():
            array[...] = self._kept[name]

    def __str__(self) -> str:
        return f"those of epoch {self.epoch} (loss {self.value:.6g})" if self.epoch else "the first ones"


def _copies(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: array.copy() for name, array in arrays.items()}
