"""Determinant and inverse of a small matrix in any number type, by elimination with the largest pivot."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from symbackprop.errors import DataError

Rows = Sequence[Sequence[Any]]


def _magnitude(x: Any) -> float:
    return float(np.min(np.abs(x)) if isinstance(x, np.ndarray) else abs(x))


def _pivot(rows: list[list[Any]], k: int) -> int:
    return max(range(k, len(rows)), key=lambda r: _magnitude(rows[r][k]))


def determinant(matrix: Rows) -> Any:
    """The determinant.

    >>> determinant([[1.0, 2.0], [3.0, 4.0]])
    -2.0
    """
    rows = [list(r) for r in matrix]
    value: Any = 1
    for k in range(len(rows)):
        p = _pivot(rows, k)
        if _magnitude(rows[p][k]) == 0:
            return 0 * rows[0][0]
        if p != k:
            rows[k], rows[p], value = rows[p], rows[k], -value
        value = value * rows[k][k]
        for r in range(k + 1, len(rows)):
            factor = rows[r][k] / rows[k][k]
            rows[r] = [a - factor * b for a, b in zip(rows[r], rows[k], strict=True)]
    return value


def inverse(matrix: Rows) -> list[list[Any]]:
    """The inverse. Raises ``DataError`` where there is none.

    >>> inverse([[2.0, 0.0], [0.0, 4.0]])
    [[0.5, 0.0], [0.0, 0.25]]
    """
    n = len(matrix)
    one, zero = 0 * matrix[0][0] + 1, 0 * matrix[0][0]
    rows = [[*r, *(one if i == j else zero for j in range(n))] for i, r in enumerate(matrix)]
    for k in range(n):
        p = _pivot(rows, k)
        if _magnitude(rows[p][k]) == 0:
            raise DataError("the inverse of a singular matrix")
        rows[k], rows[p] = rows[p], rows[k]
        rows[k] = [a / rows[k][k] for a in rows[k]]
        for r in range(n):
            if r != k:
                factor = rows[r][k]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[k], strict=True)]
    return [r[n:] for r in rows]
