"""The training loop: epochs and mini-batches, what is recorded, and what happens when training must stop early."""

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from symbackprop.errors import DataError
from symbackprop.training.history import History
from symbackprop.training.method import method_of
from symbackprop.training.metrics import Metric
from symbackprop.training.schedules import SCHEDULES, Schedule
from symbackprop.training.snapshots import Best

if TYPE_CHECKING:
    from symbackprop.training.trainer import Trainer

Data = tuple[np.ndarray, np.ndarray]
Callback = Callable[[int, History, Any], Any]


@dataclass(frozen=True)
class Plan:
    """What ``Trainer.fit`` was asked for. Raises ``DataError`` for what makes no sense."""

    epochs: int = 1
    batch_size: int | None = None
    validation: Data | None = None
    shuffle: bool = True
    schedule: Schedule | None = None
    early_stopping: int | None = None
    callbacks: tuple[Callback, ...] = ()
    metrics: Mapping[str, Metric] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "early_stopping"):
            value = getattr(self, name)
            if value is not None:
                _positive(name, value)
        if self.schedule is not None and not isinstance(self.schedule, Schedule):
            raise DataError(f"schedule must be one of {', '.join(SCHEDULES)}, as in StepLR(10), not {self.schedule!r}")
        if self.schedule is not None and self.schedule.arguments.get("mode") == "max":
            raise DataError(f"{self.schedule.kind}: fit watches the loss, so mode must be 'min'")
        for callback in self.callbacks:
            if not callable(callback):
                raise DataError(f"a callback is a function of epoch, history and trainer, not {callback!r}")


class Fit:
    """One call of ``Trainer.fit``, on data that have been looked at."""

    def __init__(self, trainer: "Trainer", X: np.ndarray, y: np.ndarray, plan: Plan) -> None:
        self.trainer, self.X, self.y, self.plan = trainer, X, y, plan
        self.batch_size = len(X) if plan.batch_size is None else int(plan.batch_size)
        self.schedule = plan.schedule
        self.history = History(method=method_of(trainer, None))
        # The loss of a pass is that of the parameters before it (of a mini-batch, from there on).
        self._best = Best(trainer.live)
        self._best_held = Best(trainer.live) if plan.early_stopping and plan.validation is not None else self._best
        self._begin_schedule()

    def _begin_schedule(self) -> None:
        if self.schedule is None:
            return
        batches = -(-len(self.X) // self.batch_size)
        self.schedule.begin(self.trainer.optimizer, self.plan.epochs * (batches if self._by_step else 1))
        self.trainer.schedule = self.schedule
        self.history.method = method_of(self.trainer, self.schedule)

    @property
    def _by_step(self) -> bool:
        return self.schedule is not None and self.schedule.every == "step"

    def run(self, progress: bool | None) -> History:
        """Train; the history ends where training did."""
        from tqdm import tqdm  # only a training shows progress

        epochs = self.plan.epochs
        show = sys.stderr.isatty() if progress is None else progress
        with tqdm(total=epochs, disable=not show, unit="epoch", leave=True) as bar:
            try:
                with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                    for epoch in range(1, epochs + 1):
                        if not self._one(epoch):
                            break
                        bar.set_postfix_str(self._shown(), refresh=False)
                        bar.update()
                        if self._ends_after(epoch):
                            break
            except KeyboardInterrupt:
                self.history.stopped = f"interrupted in epoch {self.history.epochs + 1}"
        if self.plan.early_stopping and self._best_held.epoch:
            self._best_held.put_back()
            self.history.best_epoch = self._best_held.epoch
        return self.history

    def _one(self, epoch: int) -> bool:
        """One epoch. False where the loss is not finite any more: then the best parameters are back in place."""
        self._best.mark()
        rate = self.trainer.optimizer.lr
        loss = self._pass()
        if not math.isfinite(loss):
            kept = self._best_held if self._best_held.epoch else self._best
            kept.put_back()
            self.history.diverged = True
            self.history.stopped = (
                f"the loss was {loss} in epoch {epoch}: parameters kept are {kept}; lower the learning rate"
            )
            return False
        self._best.offer(loss, epoch)
        self._record(loss)
        self.history.learning_rates.append(rate)
        if self._best_held is not self._best:
            self._best_held.mark()
            self._best_held.offer(self._watched, epoch)
        if self.schedule is not None and not self._by_step:
            self.schedule.step(self.trainer.optimizer, self._watched)
        return True

    @property
    def _watched(self) -> float:
        """The last validation loss, or training loss where there is none."""
        return (self.history.validation_loss or self.history.loss)[-1]

    def _ends_after(self, epoch: int) -> bool:
        """Whether patience is at its end, or a callback says "stop"; every callback is called."""
        history, best = self.history, self._best_held
        if [c for c in self.plan.callbacks if c(epoch, history, self.trainer) == "stop"]:
            history.stopped = f"by a callback after epoch {epoch}"
        elif self.plan.early_stopping and epoch - best.epoch >= self.plan.early_stopping:
            which = "validation loss" if history.validation_loss else "loss"
            history.stopped = f"no better {which} for {epoch - best.epoch} epochs: parameters kept are {best}"
        return bool(history.stopped)

    def _pass(self) -> float:
        """One pass over the data; the mean loss, or the first that is not finite."""
        rows = len(self.X)
        if self.batch_size >= rows:
            return self._step(self.X, self.y)
        order = self.trainer.random.permutation(rows) if self.plan.shuffle else np.arange(rows)
        total = 0.0
        for start in range(0, rows, self.batch_size):
            batch = order[start : start + self.batch_size]
            loss = self._step(self.X[batch], self.y[batch])
            if not math.isfinite(loss):
                return loss
            total += loss * len(batch)
        return total / rows

    def _step(self, X: np.ndarray, y: np.ndarray) -> float:
        loss = self.trainer.checked_step(X, y)
        if self._by_step and self.schedule is not None and math.isfinite(loss):
            self.schedule.step(self.trainer.optimizer, loss)
        return loss

    def _record(self, loss: float) -> None:
        history, trainer = self.history, self.trainer
        history.loss.append(loss)
        for n, adjoint in trainer.adjoints.items():
            history.gradient_norms.setdefault(n, []).append(float(np.linalg.norm(trainer.last[adjoint])))
        if self.plan.validation is not None:
            held_loss, accuracy = trainer.evaluate(*self.plan.validation)
            history.validation_loss.append(held_loss)
            if not math.isnan(accuracy):
                history.validation_accuracy.append(accuracy)
        if self.plan.metrics:
            self._measure("", (self.X, self.y))
            if self.plan.validation is not None:
                self._measure("validation_", self.plan.validation)

    def _measure(self, prefix: str, data: Data) -> None:
        truth, predicted = self.trainer.compared(*data)
        for name, metric in self.plan.metrics.items():
            self.history.metrics.setdefault(prefix + name, []).append(metric.value(truth, predicted))

    def _shown(self) -> str:
        parts = [f"loss {self.history.loss[-1]:.4g}"]
        if self.history.validation_loss:
            parts.append(f"held-out {self.history.validation_loss[-1]:.4g}")
        if self.history.validation_accuracy:
            parts.append(f"accuracy {self.history.validation_accuracy[-1]:.3f}")
        return ", ".join(parts)


def _positive(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise DataError(f"{name} must be a positive integer, not {value!r}")
