"""What happened in a training, epoch by epoch."""

from dataclasses import dataclass, field


@dataclass
class History:
    """One number an epoch in each list. ``stopped`` says why training ended early, and is empty where it did not.

    ``gradient_norms`` has a list for each parameter; ``validation_*`` stay empty without validation data.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    gradient_norms: dict[str, list[float]] = field(default_factory=dict)
    stopped: str = ""

    @property
    def epochs(self) -> int:
        """Epochs completed."""
        return len(self.loss)

    def __repr__(self) -> str:
        loss = f"loss {self.loss[0]:.4g} -> {self.loss[-1]:.4g}" if self.loss else "no epoch completed"
        ended = f", stopped: {self.stopped}" if self.stopped else ""
        return f"<History of {self.epochs} epochs, {loss}{ended}>"
