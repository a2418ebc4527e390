"""Table of metrics: numbers, beside the loss, that say how good predictions are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from symbackprop.errors import DataError


@dataclass(frozen=True)
class Metric:
    """``value(truth, predicted)`` for arrays of one shape; ``tasks`` are those of losses for which it makes sense.

    ``classes`` is how many classes there must be, where that matters.
    """

    tasks: tuple[str, ...]
    value: Callable[[np.ndarray, np.ndarray], float]
    classes: int | None = None


def _r2(truth: np.ndarray, predicted: np.ndarray) -> float:
    """1 minus the part of the variance that is left, the mean over the outputs.

    An output that does not vary counts 1 where it is predicted exactly, else 0.
    """
    truth, predicted = truth.reshape(len(truth), -1), predicted.reshape(len(truth), -1)
    left = ((truth - predicted) ** 2).sum(axis=0)
    whole = ((truth - truth.mean(axis=0)) ** 2).sum(axis=0)
    varies = whole > 0
    parts = np.where(varies, 1 - left / np.where(varies, whole, 1), left == 0)
    return float(parts.mean())


def _f1(truth: np.ndarray, predicted: np.ndarray) -> float:
    """The harmonic mean of precision and recall of class 1; 0 where class 1 is neither there nor predicted."""
    right = int(np.sum((truth == 1) & (predicted == 1)))
    both = int(np.sum(truth == 1)) + int(np.sum(predicted == 1))
    return 2 * right / both if both else 0.0


METRICS: dict[str, Metric] = {
    "accuracy": Metric(("classes", "binary"), lambda t, p: float(np.mean(t == p))),
    "f1":       Metric(("classes", "binary"), _f1, classes=2),
    "mse":      Metric(("values",), lambda t, p: float(np.mean((t - p) ** 2))),
    "mae":      Metric(("values",), lambda t, p: float(np.mean(np.abs(t - p)))),
    "r2":       Metric(("values",), _r2),
}  # fmt: skip


def chosen(names: Sequence[str], task: str, classes: int | None) -> dict[str, Metric]:
    """The metrics of these names, for a loss of this task with so many classes (None: not known).

    Raises ``DataError`` for a name that is not in the table, and for one that does not fit.

    >>> chosen(["accuracy"], "values", None)
    Traceback (most recent call last):
    symbackprop.errors.DataError: accuracy does not fit this loss; there are mse, mae, r2
    >>> METRICS["f1"].value(np.array([1, 1, 0, 0]), np.array([1, 0, 1, 0]))
    0.5
    """
    fitting = [n for n, m in METRICS.items() if task in m.tasks and m.classes in (None, classes)]
    names = [names] if isinstance(names, str) else list(names)
    for name in names:
        if name not in METRICS:
            raise DataError(f"no metric {name!r}; there are {', '.join(METRICS)}")
        if name not in fitting:
            raise DataError(f"{name} does not fit this loss; there are {', '.join(fitting)}")
    return {name: METRICS[name] for name in names}
