"""The gradients that a trainer computes, against numerical differentiation at the parameters that it has now."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from symbackprop.checking import CheckReport, check
from symbackprop.errors import DataError
from symbackprop.number_types import KinkCrossed

if TYPE_CHECKING:
    from symbackprop.training.trainer import Trainer

_ATTEMPTS, _OF_EACH_SIZE = 12, 3
# The most that rounding may do to a gradient, relative to its norm.
_TOLERANCE = {"float64": 1e-6, "float32": 1e-3}


def check_trained(trainer: "Trainer", X: Any, y: Any, rows: int = 8) -> CheckReport:
    """Every entry of every parameter's gradient, on a few rows drawn from these; see ``symbackprop.checking``.

    What is compared is what the generated code computes, not what the derivation says. Rows at which a perturbed
    parameter would cross a kink are drawn again, and the report says so. Raises ``DataError`` for data that do not fit,
    and where all rows are too near a kink.
    """
    X, y = np.asarray(X), np.asarray(y)
    random = np.random.default_rng(trainer.seed)
    for attempt in range(_ATTEMPTS):
        chosen = random.permutation(len(X))[: max(1, rows >> (attempt // _OF_EACH_SIZE))]
        try:
            report = _check_at(trainer, X[chosen], y[chosen])
        except KinkCrossed:
            continue
        drawn = f"rows drawn {attempt + 1} times: those before were too near a kink"
        notes = (drawn,) if attempt else ()
        return replace(report, notes=(*report.notes, *notes))
    raise DataError("the trained network is too near a kink at every row to be compared with numerical differentiation")


def _check_at(trainer: "Trainer", X: np.ndarray, y: np.ndarray) -> CheckReport:
    arrays = trainer.arrays(X, y)
    by_key = trainer.gradients(X, y)
    gradients = {name: by_key[key] for key, name in trainer.network.parameters.items()}
    sizes = dict(trainer.network.sizes) | trainer.batch_sizes(arrays[trainer.network.input])
    tolerance = _TOLERANCE[trainer.dtype.name]
    if trainer.dtype == np.float32:  # the reference must be better than what it judges
        arrays = {n: a.astype(np.float64) if a.dtype == np.float32 else a for n, a in arrays.items()}
    return check(trainer.derivation, sizes, trainer.seed, tolerance, arrays, gradients)
