"""The training loop: epochs and mini-batches, what is recorded, and what happens when training must stop early."""

import math
import sys
from typing import TYPE_CHECKING

import numpy as np

from symbackprop.errors import DataError
from symbackprop.training.history import History

if TYPE_CHECKING:
    from symbackprop.training.trainer import Trainer

Data = tuple[np.ndarray, np.ndarray]


class Fit:
    """One call of ``Trainer.fit``, on data that have been looked at."""

    def __init__(
        self,
        trainer: "Trainer",
        X: np.ndarray,
        y: np.ndarray,
        batch_size: int | None,
        validation: Data | None,
        shuffle: bool,
    ) -> None:
        self.trainer, self.X, self.y = trainer, X, y
        self.batch_size = _positive("batch_size", len(X) if batch_size is None else batch_size)
        self.validation, self.shuffle = validation, shuffle
        self.history = History()
        self._best = math.inf
        self._best_epoch = 0
        self._kept = {n: w.copy() for n, w in trainer.tensors.items()}
        self._before = {n: w.copy() for n, w in trainer.tensors.items()}

    def run(self, epochs: int, progress: bool | None) -> History:
        """Train; the history ends where training did."""
        from tqdm import tqdm  # only a training shows progress

        show = sys.stderr.isatty() if progress is None else progress
        with tqdm(total=_positive("epochs", epochs), disable=not show, unit="epoch", leave=True) as bar:
            try:
                with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                    for epoch in range(1, epochs + 1):
                        if not self._one(epoch):
                            break
                        bar.set_postfix_str(self._shown(), refresh=False)
                        bar.update()
            except KeyboardInterrupt:
                self.history.stopped = f"interrupted in epoch {self.history.epochs + 1}"
        return self.history

    def _one(self, epoch: int) -> bool:
        """One epoch. False where the loss is not finite any more: then the best parameters are back in place."""
        for n, w in self.trainer.tensors.items():
            self._before[n][...] = w
        loss = self._pass()
        if not math.isfinite(loss):
            for n, w in self.trainer.tensors.items():
                w[...] = self._kept[n]
            kept = (
                f"those of epoch {self._best_epoch} (loss {self._best:.6g})" if self._best_epoch else "the first ones"
            )
            self.history.stopped = (
                f"the loss was {loss} in epoch {epoch}: parameters kept are {kept}; lower the learning rate"
            )
            return False
        if loss < self._best:
            self._best, self._best_epoch = loss, epoch
            # The loss was that of the parameters before this pass (of a mini-batch, from there on).
            self._kept, self._before = self._before, self._kept
        self._record(loss)
        return True

    def _pass(self) -> float:
        """One pass over the data; the mean loss, or the first that is not finite."""
        rows = len(self.X)
        if self.batch_size >= rows:
            return self.trainer.checked_step(self.X, self.y)
        order = self.trainer.random.permutation(rows) if self.shuffle else np.arange(rows)
        total = 0.0
        for start in range(0, rows, self.batch_size):
            batch = order[start : start + self.batch_size]
            loss = self.trainer.checked_step(self.X[batch], self.y[batch])
            if not math.isfinite(loss):
                return loss
            total += loss * len(batch)
        return total / rows

    def _record(self, loss: float) -> None:
        history, trainer = self.history, self.trainer
        history.loss.append(loss)
        for n, adjoint in trainer.adjoints.items():
            history.gradient_norms.setdefault(n, []).append(float(np.linalg.norm(trainer.last[adjoint])))
        if self.validation is not None:
            held_loss, accuracy = trainer.evaluate(*self.validation)
            history.validation_loss.append(held_loss)
            if not math.isnan(accuracy):
                history.validation_accuracy.append(accuracy)

    def _shown(self) -> str:
        parts = [f"loss {self.history.loss[-1]:.4g}"]
        if self.history.validation_loss:
            parts.append(f"held-out {self.history.validation_loss[-1]:.4g}")
        if self.history.validation_accuracy:
            parts.append(f"accuracy {self.history.validation_accuracy[-1]:.3f}")
        return ", ".join(parts)


def _positive(name: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise DataError(f"{name} must be a positive integer, not {value!r}")
    return int(value)
