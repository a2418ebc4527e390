"""A table of data and a network, brought together: targets in the form that the network takes, sizes from the data."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from symbackprop.data.table import Table
from symbackprop.equations import Formula, Tensor
from symbackprop.errors import DataError
from symbackprop.training.formula_model import FormulaModel, Roles, sizes_from

_IMAGE_AXES = 4


def features(tensor: Tensor, table: Table, sizes: Mapping[str, int] | None = None) -> np.ndarray:
    """X as the input takes it.

    A single column is a vector for an input ``x[N]``. For one of images, ``x[N,C,H,W]`` with C of the ``sizes``, a row
    is the pixels of a square image, channel by channel and row by row.
    """
    if len(tensor.shape) == 1 and table.X.ndim == 2 and table.X.shape[1] == 1:
        return table.X[:, 0]
    channels = (sizes or {}).get(str(tensor.lengths[1])) if len(tensor.shape) == _IMAGE_AXES else None
    if channels and table.X.ndim == 2:
        side = math.isqrt(table.X.shape[1] // channels)
        if channels * side**2 == table.X.shape[1]:
            return table.X.reshape(len(table.X), channels, side, side)
    return table.X


def targets(tensor: Tensor, table: Table, width: int | None = None) -> tuple[np.ndarray, Table]:
    """y as the target takes it, and the table with its classes where these count.

    Labels are numbers of classes; a target ``y[N,K]`` gets classes as rows with a one, ``y[N]`` and ``y[N,1]`` (a
    ``width`` of 1) those of two classes as 0 and 1. Raises ``DataError`` where classes do not fit.
    """
    if tensor.role == "label":
        table = table.with_classes() if table.y.ndim == 1 else table
        return table.y, table
    if not table.classes or table.y.ndim > 1:
        y = table.y
        return (y[:, None] if y.ndim == 1 and len(tensor.shape) == 2 else y), table
    if len(tensor.shape) == 2 and width != 1:
        return table.one_hot(), table
    if len(table.classes) > 2:
        found = f"{table.source}: {table.target} has {len(table.classes)} classes"
        fitting = f"label {tensor.name}[N] < K, or target {tensor.name}[N,K]"
        raise DataError(f"{found}, but {tensor.name} takes one number a row; declare {fitting}")
    y = table.y.astype(float)
    return (y[:, None] if len(tensor.shape) == 2 else y), table


def model_of(
    formula: Formula, table: Table, sizes: Mapping[str, int], constants: Mapping[str, str]
) -> tuple[FormulaModel, np.ndarray, np.ndarray, Table]:
    """(model, X, y, table) for a formula: sizes that are not given come from the data.

    Raises ``DataError`` where the data do not fit the formula, or leave a size open.
    """
    roles = Roles(formula)
    width = roles.target.lengths[-1] if len(roles.target.shape) == 2 else None
    known = sizes.get(str(width), int(width) if width is not None and width.is_Integer else None)
    X = features(roles.input, table)
    y, table = targets(roles.target, table, known)
    given: dict[str, Any] = dict(sizes)
    if roles.target.classes is not None and roles.target.classes.is_Symbol:
        classes = given.setdefault(roles.target.classes.name, len(table.classes))
        if classes < len(table.classes):
            found = f"{table.source}: {table.target} has {len(table.classes)} classes"
            raise DataError(f"{found}, but {roles.target.classes} = {classes}")
    shapes = {roles.input.name: X.shape, roles.target.name: y.shape}
    return FormulaModel(formula, sizes_from(formula, shapes, given), constants), X, y, table
