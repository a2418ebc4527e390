"""Tables from files: CSV with a header, and NumPy's ``.npz``.

In a CSV the last column is the target unless another one is named; text in the target column are classes, numbered in
alphabetical order. A cell that is missing or no number is an error with its line and column: a row silently left out,
or a zero put in its place, would train another network than the one that was asked for.
"""

import csv
import math
import zipfile
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from symbackprop.data.table import Table
from symbackprop.errors import DataError

Cell = tuple[str, int]  # text and line in the file


def read_table(path: str | Path, target: str | None = None, names: tuple[str, str] = ("X", "y")) -> Table:
    """The table in a ``.csv`` or ``.npz`` file. ``target`` is the target's column, ``names`` the arrays in a ``.npz``.

    Raises ``DataError`` that names line and column, or the arrays that there are; ``FileNotFoundError`` without a file.
    """
    path = Path(path)
    readers = {".csv": _read_csv, ".npz": _read_npz}
    if path.suffix.lower() not in readers:
        raise DataError(f"{path}: data are read from {' or '.join(readers)} files, chosen by the suffix")
    return readers[path.suffix.lower()](path, target, names)


def _read_csv(path: Path, target: str | None, _: tuple[str, str]) -> Table:
    header, rows = _cells(path)
    chosen = _column(path, header, target)
    features = [k for k in range(len(header)) if k != chosen]
    if not features:
        raise DataError(f"{path}: the only column {header[chosen]!r} is the target; there are no features")
    X = np.array([[_number(path, header[k], row[k]) for k in features] for row in rows])
    y, classes = _target(path, header[chosen], [row[chosen] for row in rows])
    return Table(X, y, classes, tuple(header[k] for k in features), header[chosen], path.name)


def _cells(path: Path) -> tuple[list[str], list[list[Cell]]]:
    """The header and the rows, blank lines left out."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as f:
            first = f.readline()
            f.seek(0)
            delimiter = max(",;\t", key=first.count)
            reader = csv.reader(f, delimiter=delimiter)
            lines = [([(cell.strip(), reader.line_num) for cell in row]) for row in reader]
    except (UnicodeDecodeError, csv.Error) as e:
        raise DataError(f"{path} is no text file with comma-separated values: {e}") from None
    lines = [row for row in lines if any(cell for cell, _ in row)]
    if len(lines) < 2:
        raise DataError(f"{path} has {len(lines)} lines: a header and at least one row of data are needed")
    header = [cell for cell, _ in lines[0]]
    if all(_is_number(cell) for cell in header):
        raise DataError(f"{path}: the first line holds numbers alone; put the columns' names there")
    for row in lines[1:]:
        if len(row) != len(header):
            raise DataError(f"{path}, line {row[0][1]}: {len(row)} cells, but the header has {len(header)} columns")
    return header, lines[1:]


def _column(path: Path, header: Sequence[str], target: str | None) -> int:
    if target is None:
        return len(header) - 1
    if header.count(target) != 1:
        near = get_close_matches(target, header, 1)
        hint = f"did you mean {near[0]!r}?" if near and near[0] != target else f"there are {', '.join(header)}"
        raise DataError(f"{path}: {header.count(target) or 'no'} column {target!r}; {hint}")
    return header.index(target)


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def _number(path: Path, column: str, cell: Cell, what: str = "features are numbers") -> float:
    text, line = cell
    if not text:
        raise DataError(f"{path}, line {line}, column {column!r}: the cell is empty")
    if not _is_number(text):
        raise DataError(f"{path}, line {line}, column {column!r}: {text!r} is no finite number; {what}")
    return float(text)


def _target(path: Path, column: str, cells: Sequence[Cell]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Numbers, or labels and the names of the classes. Text among numbers is a slip, not a class."""
    numeric = sum(_is_number(text) for text, _ in cells)
    if 2 * numeric > len(cells):
        return np.array([_number(path, column, c, "the other targets are") for c in cells]), ()
    for text, line in cells:
        if not text:
            raise DataError(f"{path}, line {line}, column {column!r}: the cell is empty")
    classes = sorted({text for text, _ in cells})
    if len(classes) == len(cells) > 2:
        raise DataError(f"{path}: every row has another text in {column!r}; name the target's column with --target")
    number = {name: k for k, name in enumerate(classes)}
    return np.array([number[text] for text, _ in cells], dtype=np.intp), tuple(classes)


def _read_npz(path: Path, target: str | None, names: tuple[str, str]) -> Table:
    try:
        with np.load(path, allow_pickle=False) as f:
            X = _array(path, f, (names[0], "X", "x"))
            y = _array(path, f, (target,) if target else (names[1], "y", "t", "Y"))
    except (ValueError, zipfile.BadZipFile, EOFError) as e:
        if isinstance(e, DataError):
            raise
        raise DataError(f"{path} is no .npz file of plain arrays: {e}") from None
    if not X.ndim or not y.ndim or len(X) != len(y):
        raise DataError(f"{path}: the features have shape {X.shape}, the targets {y.shape}; one row each is needed")
    if y.dtype.kind in "US":
        classes, numbers = np.unique(y, return_inverse=True)
        return Table(X, numbers.astype(np.intp), tuple(map(str, classes)), source=path.name)
    return Table(X, y, source=path.name)


def _array(path: Path, arrays: "np.lib.npyio.NpzFile", names: Sequence[str]) -> np.ndarray:
    for name in names:
        if name in arrays.files:
            return arrays[name]
    raise DataError(f"{path}: no array {names[0]!r}; there are {', '.join(arrays.files) or 'none'}")
