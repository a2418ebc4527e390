"""Networks that cannot fit into memory are refused by name before their arrays are made.

Systems hand out more memory than there is and end the process when it is used; an error beforehand says which sizes are
too large.
"""

import math
import os
from collections.abc import Mapping
from pathlib import Path

from symbackprop.errors import DataError

_LIMIT_OF_CONTAINER = Path("/sys/fs/cgroup/memory.max")


class Memory:
    """Counts what is claimed of ``total`` bytes (default: what the machine has; None: unknown, nothing is refused)."""

    def __init__(self, total: int | None = None) -> None:
        self.total = _installed() if total is None else total
        self.claimed = 0.0

    def claim(self, shapes: Mapping[str, tuple[int, ...]], itemsize: int, copies: float = 1) -> None:
        """Count arrays of these shapes. Raises ``DataError`` that names the largest where they do not fit any more.

        >>> Memory(total=10**9).claim({"b": (10,), "W": (10**5, 10**5)}, itemsize=8)
        Traceback (most recent call last):
        symbackprop.errors.DataError: not enough memory: 80.0 GB are needed, 1.0 GB are there; W of shape (100000, 100000) is the largest array
        """  # noqa: E501
        self.claimed += copies * itemsize * sum(math.prod(s) for s in shapes.values())
        if self.total is None or self.claimed <= self.total:
            return
        largest = max(shapes, key=lambda n: math.prod(shapes[n]))
        raise DataError(
            f"not enough memory: {self.claimed / 1e9:.1f} GB are needed, {self.total / 1e9:.1f} GB are there; "
            f"{largest} of shape {shapes[largest]} is the largest array"
        )


def _installed() -> int | None:
    """Bytes of memory, where the system says."""
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
    try:
        return min(there, int(_LIMIT_OF_CONTAINER.read_text()))
    except (OSError, ValueError):  # no container, or one without a limit
        return there
