"""The gradients that a trainer computes, against numerical differentiation at the parameters that it has now."""

from typing import TYPE_CHECKING, Any

from symbackprop.check import CheckReport, check

if TYPE_CHECKING:
    from symbackprop.training.trainer import Trainer


def check_trained(trainer: "Trainer", X: Any, y: Any, tolerance: float = 1e-6) -> CheckReport:
    """Every entry of every parameter's gradient on these rows; see ``symbackprop.check``.

    What is compared is what the generated code computes, not what the derivation says. A float32 trainer is looked at
    in float64 all the same: its error is then that of float32, so give a larger ``tolerance``. Raises ``DataError`` for
    data that do not fit.
    """
    arrays = trainer.arrays(X, y)
    _, by_key = trainer.loss_and_gradients(X, y)
    gradients = {name: by_key[key] for key, name in trainer.network.parameters.items()}
    sizes = dict(trainer.network.sizes) | trainer.batch_sizes(arrays[trainer.network.input])
    return check(trainer.derivation, sizes, trainer.seed, tolerance, arrays, gradients)
