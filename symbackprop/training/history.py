"""What happened in a training, epoch by epoch."""

from dataclasses import dataclass, field


@dataclass
class History:
    """One number an epoch in each list. ``stopped`` says why training ended early, and is empty where it did not.

    ``gradient_norms`` has a list for each parameter, ``metrics`` one for each metric asked for (and under
    ``"validation_" + name`` one on the validation data); ``validation_*`` stay empty without validation data.
    ``learning_rates`` are those at the start of each epoch, ``best_epoch`` that of the parameters which early stopping
    put back (0: none), ``method`` the update rule and the schedule as the sheet shows them.
    """

    loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    gradient_norms: dict[str, list[float]] = field(default_factory=dict)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    learning_rates: list[float] = field(default_factory=list)
    stopped: str = ""
    diverged: bool = False
    best_epoch: int = 0
    method: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()

    @property
    def accuracy(self) -> list[float]:
        """The accuracy on the training data, where it was asked for: ``metrics=["accuracy"]``."""
        return self.metrics.get("accuracy", [])

    @property
    def epochs(self) -> int:
        """Epochs completed."""
        return len(self.loss)

    def __repr__(self) -> str:
        loss = f"loss {self.loss[0]:.4g} -> {self.loss[-1]:.4g}" if self.loss else "no epoch completed"
        ended = f", stopped: {self.stopped}" if self.stopped else ""
        return f"<History of {self.epochs} epochs, {loss}{ended}>"
