"""Weights that make rare classes count as much as frequent ones."""

from typing import Any

import numpy as np

from symbackprop.errors import DataError
from symbackprop.training.data import as_labels


def class_weights(y: Any, classes: int | None = None) -> list[float]:
    """For each class N/(K N_k): of N labels in K classes, N_k are of class k; for ``CrossEntropyLoss(weight=...)``.

    ``classes`` is K where the labels do not show it. Source: G. King and L. Zeng, "Logistic regression in rare events
    data", 2001. Raises ``DataError`` for what are no labels, and for a class without any.

    >>> class_weights([0, 0, 0, 1])
    [0.6666666666666666, 2.0]
    """
    labels = np.asarray(y)
    if labels.ndim != 1 or not labels.size:
        raise DataError(f"class_weights takes one label a row, not an array of shape {labels.shape}")
    count = int(labels.max()) + 1 if classes is None and np.issubdtype(labels.dtype, np.number) else classes
    labels = as_labels(labels, labels.shape, count or 1)
    frequency = np.bincount(labels, minlength=count or 1)
    if not frequency.all():
        raise DataError(f"no row is of class {int(np.argmin(frequency))}: its weight would be infinite")
    return [float(w) for w in len(labels) / (len(frequency) * frequency)]
