"""A curve in one line of a terminal."""

import math
from collections.abc import Sequence

_BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int = 40) -> str:
    """One bar for each stretch of the values, on a logarithmic scale where all are positive.

    >>> sparkline([1.0, 0.1, 0.01])
    '█▅▁'
    >>> sparkline([2.0, 2.0])
    '▁▁'
    """
    step = max(1, math.ceil(len(values) / width))
    means = [sum(part) / len(part) for part in (values[k : k + step] for k in range(0, len(values), step))]
    if all(m > 0 for m in means):
        means = [math.log(m) for m in means]
    low, span = min(means), max(means) - min(means)
    top = len(_BARS) - 1
    return "".join(_BARS[math.floor((m - low) / span * top + 0.5) if span else 0] for m in means)
