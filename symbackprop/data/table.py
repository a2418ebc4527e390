"""A data set in memory: features, targets, and what the columns and classes are called."""

from dataclasses import dataclass, replace

import numpy as np

from symbackprop.errors import DataError


@dataclass(frozen=True, eq=False)
class Table:
    """``X`` has the rows along its first axis; ``y`` holds numbers, or labels 0..K-1 where ``classes`` names them.

    ``features`` names the columns of X and ``target`` that of y, where the file does; ``source`` says where it is from.
    """

    X: np.ndarray
    y: np.ndarray
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    target: str = "y"
    source: str = "the data"

    def with_classes(self) -> "Table":
        """The same data with the target as labels 0..K-1. Raises ``DataError`` for targets that are no whole numbers.

        >>> t = Table(np.zeros((3, 1)), np.array([7.0, 5.0, 7.0])).with_classes()
        >>> t.y.tolist(), t.classes
        ([1, 0, 1], ('5', '7'))
        """
        if self.classes:
            return self
        if not np.array_equal(self.y, np.floor(self.y)):
            first = self.y[self.y != np.floor(self.y)][0]
            raise DataError(f"{self.source}: {self.target} holds numbers such as {first:g}, and classes are wanted")
        values = np.unique(self.y)
        # Labels that are numbered 0..K-1 already keep their numbers, a class without rows included.
        if values[0] >= 0 and values[-1] < 2 * len(values):
            values = np.arange(int(values[-1]) + 1)
        names = tuple(f"{v:g}" for v in values)
        return replace(self, y=np.searchsorted(values, self.y).astype(np.intp), classes=names)

    def one_hot(self) -> np.ndarray:
        """The labels as rows of zeros with a one.

        >>> Table(np.zeros((2, 1)), np.array([1, 0]), ("a", "b")).one_hot().tolist()
        [[0.0, 1.0], [1.0, 0.0]]
        """
        return np.eye(len(self.classes))[self.y]
