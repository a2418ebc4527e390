"""The file format: one ``.npz`` with every parameter and buffer and, as JSON, the description of the network.

Nothing in it is pickled, and reading it runs nothing: layers are looked up in our own table by name. A file is
written under another name first and then moved, so that an interrupted save never leaves half a file.
"""

import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from symbackprop.errors import DataError

if TYPE_CHECKING:
    from symbackprop.training.trainer import Trainer

_FORMAT = 1
_DESCRIPTION, _BESIDE = "description", "data:"
_PARAMETER, _BUFFER, _OPTIMIZER = "parameter:", "buffer:", "optimizer:"


@dataclass(frozen=True)
class Stored:
    """What a file holds: the description of the network, and arrays by the names that they had."""

    description: dict[str, Any]
    parameters: dict[str, np.ndarray]
    buffers: dict[str, np.ndarray]
    optimizer: dict[str, np.ndarray]


def save(path: str | Path, trainer: "Trainer", beside: Mapping[str, np.ndarray] | None = None) -> None:
    """Write a trainer, and arrays ``beside`` it that say how its data were prepared.

    Raises ``OSError`` where the file cannot be written.
    """
    path, schedule = Path(path), trainer.schedule
    description = {
        "format": _FORMAT,
        "network": trainer.model.describe(),
        "optimizer": {"kind": trainer.optimizer.kind, "arguments": dict(trainer.optimizer.arguments)},
        "schedule": schedule and {"kind": schedule.kind, "arguments": schedule.arguments, "state": schedule.state()},
        "options": trainer.options,
        "dtype": trainer.dtype.name,
        "seed": trainer.seed,
        "random": trainer.random.bit_generator.state,
    }
    arrays: dict[str, Any] = {_DESCRIPTION: np.array(json.dumps(description))}
    # Contiguous copies: other writers and readers than NumPy's must not see a Fortran order.
    arrays |= {_PARAMETER + k: np.asarray(w, order="C") for k, w in trainer.parameters.items()}
    arrays |= {_BUFFER + k: np.asarray(a, order="C") for k, a in trainer.buffers.items()}
    arrays |= {_OPTIMIZER + k: np.asarray(w, order="C") for k, w in trainer.optimizer.state().items()}
    arrays |= {_BESIDE + k: np.ascontiguousarray(a) for k, a in (beside or {}).items()}
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as f:
            np.savez(f, **arrays)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read(path: str | Path) -> Stored:
    """What a file holds. Raises ``DataError`` for what is no file of ours."""
    try:
        with np.load(Path(path), allow_pickle=False) as f:
            description = json.loads(str(f[_DESCRIPTION]))
            parts = [
                {k.removeprefix(prefix): f[k] for k in f.files if k.startswith(prefix)}
                for prefix in (_PARAMETER, _BUFFER, _OPTIMIZER)
            ]
    except (KeyError, ValueError, zipfile.BadZipFile, EOFError) as e:
        raise DataError(f"{path} is no file that symbackprop saved: {e}") from None
    if description.get("format") != _FORMAT:
        raise DataError(f"{path} has format {description.get('format')!r}; this version reads format {_FORMAT}")
    return Stored(description, *parts)
