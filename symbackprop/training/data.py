"""What goes into a trainer is looked at first: shapes, types, labels, numbers that are none."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from symbackprop.errors import DataError


def as_features(X: Any, lengths: Sequence[int | None], dtype: np.dtype, name: str = "X") -> np.ndarray:
    """Inputs as a C-contiguous array. ``lengths`` are those that the network fixes, None for the others.

    Raises ``DataError``: not numbers, another shape (both are shown), an empty batch, NaN or infinity (where).

    >>> as_features([[1, 2]], (None, 3), np.dtype(float))
    Traceback (most recent call last):
    symbackprop.errors.DataError: X has shape (1, 2), but the network takes (N, 3)
    """
    try:
        array = np.asarray(X, dtype=dtype, order="C")
    except (TypeError, ValueError) as e:
        raise DataError(f"{name} must hold numbers: {e}") from None
    shown = [str(n) if n is not None else "any" if k else "N" for k, n in enumerate(lengths)]
    wanted = "(" + ", ".join(shown) + ("," if len(lengths) == 1 else "") + ")"
    if array.ndim != len(lengths) or any(n is not None and n != m for n, m in zip(lengths, array.shape, strict=True)):
        raise DataError(f"{name} has shape {array.shape}, but the network takes {wanted}")
    if 0 in array.shape:
        raise DataError(f"{name} is empty: it has shape {array.shape}")
    refuse_non_finite(array, name)
    return array


def refuse_non_finite(array: np.ndarray, name: str) -> None:
    """Raise ``DataError`` that says where the first NaN or infinity is."""
    if not np.isfinite(array).all():
        where = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        count = int((~np.isfinite(array)).sum())
        raise DataError(f"{name}{list(where)} is {array[where]}; {count} of {array.size} entries are not finite")


def as_labels(y: Any, shape: tuple[int, ...], classes: int, name: str = "y") -> np.ndarray:
    """Labels as integers. Raises ``DataError`` for another shape, for what is no whole number, and out of
    0..classes-1.

    >>> as_labels([0, 3], (2,), 3)
    Traceback (most recent call last):
    symbackprop.errors.DataError: y[1] is 3, but labels run from 0 to 2 (3 classes)
    """
    array = np.asarray(y)
    if array.dtype.kind not in "iub" and not (array.dtype.kind == "f" and np.array_equal(array, np.floor(array))):
        raise DataError(f"{name} holds class labels: whole numbers from 0 to {classes - 1}, not {array.dtype}")
    if array.shape != shape:
        raise DataError(f"{name} has shape {array.shape}, but the labels of this batch have {shape}")
    outside = (array < 0) | (array >= classes)
    if outside.any():
        where = tuple(int(k) for k in np.argwhere(outside)[0])
        value = array[where]
        raise DataError(f"{name}{list(where)} is {value:g}, but labels run from 0 to {classes - 1} ({classes} classes)")
    return np.ascontiguousarray(array, dtype=np.intp)


def as_targets(y: Any, shape: tuple[int, ...], dtype: np.dtype, name: str = "y") -> np.ndarray:
    """Targets as an array; ``(N,)`` is taken for ``(N, 1)``. Raises ``DataError`` as ``as_features`` does."""
    try:
        array = np.asarray(y, dtype=dtype, order="C")
    except (TypeError, ValueError) as e:
        raise DataError(f"{name} must hold numbers: {e}") from None
    if array.shape == shape[:-1] and shape[-1:] == (1,):
        array = array.reshape(shape)
    if array.shape != shape:
        raise DataError(f"{name} has shape {array.shape}, but the network's output has {shape}")
    refuse_non_finite(array, name)
    return array
