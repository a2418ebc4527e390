"""Standardising and splitting. What is learnt from data (mean, deviation) is learnt from the training part alone."""

from dataclasses import dataclass

import numpy as np

from symbackprop.errors import DataError


@dataclass(frozen=True, eq=False)
class Scaling:
    """Mean and standard deviation of each feature; a constant feature keeps its scale."""

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def of(cls, X: np.ndarray) -> "Scaling":
        """The scaling that gives these rows mean 0 and deviation 1.

        >>> Scaling.of(np.array([[1.0, 5.0], [3.0, 5.0]])).apply(np.array([[2.0, 6.0], [4.0, 5.0]])).tolist()
        [[0.0, 1.0], [2.0, 0.0]]
        """
        deviation = X.std(axis=0)
        return cls(X.mean(axis=0), np.where(deviation > 0, deviation, 1.0))

    def apply(self, X: np.ndarray) -> np.ndarray:
        """The rows on the scale that was learnt."""
        return (X - self.mean) / self.deviation


def stratified_split(labels: np.ndarray, held_out: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(training rows, held-out rows): of every class the same part is held out. Without classes, pass zeros.

    Every class keeps a row for training, and gives one where it has two. Raises ``DataError`` where the part is not
    between 0 and 1, or nothing would be held out.

    >>> train, held = stratified_split(np.array([0, 0, 0, 1, 1, 1]), 1/3, seed=0)
    >>> len(train), len(held), {0, 1, 2} > set(held.tolist()) - {3, 4, 5}
    (4, 2, True)
    """
    if not 0 < held_out < 1:
        raise DataError(f"the part held out must be between 0 and 1, not {held_out:g}")
    random = np.random.default_rng(seed)
    train, held = [], []
    for label in np.unique(labels):
        rows = random.permutation(np.flatnonzero(labels == label))
        count = min(max(1, round(held_out * len(rows))), len(rows) - 1)
        held.append(rows[:count])
        train.append(rows[count:])
    if not sum(map(len, held)):
        raise DataError(f"{len(labels)} rows are too few to hold any out")
    return np.sort(np.concatenate(train)), np.sort(np.concatenate(held))
