"""Table of schedules of the learning rate, with PyTorch's names, arguments and meaning; the optimiser is left out.

Each is a line of text in the number t of epochs that are done (``schedule`` says how it is read), for ``OneCycleLR`` of
steps. ``ReduceLROnPlateau`` has no such formula, since it watches the loss.
"""

import math
from collections.abc import Callable
from typing import Any

from symbackprop.errors import DataError
from symbackprop.training.one_cycle import OneCycleLR
from symbackprop.training.optimizer import Optimizer
from symbackprop.training.schedule import Schedule, bounded, count

__all__ = [
    "SCHEDULES", "CosineAnnealingLR", "ExponentialLR", "LinearLR", "OneCycleLR", "ReduceLROnPlateau", "Schedule",
    "StepLR",
]  # fmt: skip


class StepLR(Schedule):
    """The learning rate times ``gamma`` after every ``step_size`` epochs. Raises ``DataError`` as all schedules do: for
    arguments that make no sense.

    >>> import symbackprop as sb
    >>> sgd, schedule = sb.SGD(lr=0.5), StepLR(step_size=2, gamma=0.5)
    >>> schedule.begin(sgd)
    >>> [(schedule.step(sgd), sgd.lr)[1] for _ in range(4)]
    [0.5, 0.25, 0.25, 0.125]
    """

    kind = "StepLR"
    formula = "alpha0*gamma**floor(t/s)"

    def __init__(self, step_size: int, gamma: float = 0.1) -> None:
        super().__init__(step_size=count("step_size", step_size), gamma=bounded("gamma", gamma))

    @property
    def numbers(self) -> dict[str, float]:
        return {"gamma": self.arguments["gamma"], "s": self.arguments["step_size"]}


class ExponentialLR(Schedule):
    """The learning rate times ``gamma`` after every epoch."""

    kind = "ExponentialLR"
    formula = "alpha0*gamma**t"

    def __init__(self, gamma: float) -> None:
        super().__init__(gamma=bounded("gamma", gamma))

    @property
    def numbers(self) -> dict[str, float]:
        return {"gamma": self.arguments["gamma"]}


class CosineAnnealingLR(Schedule):
    """Half a cosine down to ``eta_min`` in ``T_max`` epochs; after that half a cosine up again, and so on.

    I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017 (without the restarts).
    """

    kind = "CosineAnnealingLR"
    formula = "a + (alpha0 - a)*(1 + cos(pi*t/T))/2"

    def __init__(self, T_max: int, eta_min: float = 0.0) -> None:
        super().__init__(T_max=count("T_max", T_max), eta_min=bounded("eta_min", eta_min))

    @property
    def numbers(self) -> dict[str, float]:
        return {"a": self.arguments["eta_min"], "T": self.arguments["T_max"]}


class LinearLR(Schedule):
    """A warm-up: the factor of the learning rate goes from ``start_factor`` to ``end_factor`` in ``total_iters``
    epochs, and stays there."""

    kind = "LinearLR"
    formula = "alpha0*(a + (b - a)*minimum(t, T)/T)"

    def __init__(self, start_factor: float = 1.0 / 3, end_factor: float = 1.0, total_iters: int = 5) -> None:
        start, end = bounded("start_factor", start_factor, 1.0), bounded("end_factor", end_factor, 1.0)
        if start == 0:
            raise DataError("LinearLR: start_factor must be above 0")
        super().__init__(start_factor=start, end_factor=end, total_iters=count("total_iters", total_iters))

    @property
    def numbers(self) -> dict[str, float]:
        given = self.arguments
        return {"a": given["start_factor"], "b": given["end_factor"], "T": given["total_iters"]}


class ReduceLROnPlateau(Schedule):
    """The learning rate times ``factor`` where the loss has not become better for more than ``patience`` epochs.

    ``fit`` shows it the validation loss, or the training loss where there is none. With ``mode="max"`` it is for
    numbers that should grow, and is stepped by hand.
    """

    kind = "ReduceLROnPlateau"

    def __init__(
        self,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ) -> None:
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise DataError("ReduceLROnPlateau: mode is min or max, threshold_mode rel or abs")
        if not bounded("factor", factor) < 1:
            raise DataError(f"ReduceLROnPlateau: factor must be below 1, not {factor!r}")
        super().__init__(
            mode=mode,
            factor=float(factor),
            patience=count("patience", patience, 0),
            threshold=bounded("threshold", threshold),
            threshold_mode=threshold_mode,
            cooldown=count("cooldown", cooldown, 0),
            min_lr=bounded("min_lr", min_lr),
            eps=bounded("eps", eps),
        )
        self.best: float | None = None
        self.bad = self.cooling = 0

    @property
    def equations(self) -> tuple[tuple[str, str], ...]:
        return ((r"\alpha", r"\max(\gamma \alpha, a)"),)

    @property
    def remark(self) -> str:
        epochs = self.arguments["patience"]
        return f" where the loss has not become better for more than {epochs} epoch{'s' * (epochs != 1)}"

    @property
    def values(self) -> dict[str, float]:
        return {"gamma": self.arguments["factor"], "a": self.arguments["min_lr"]}

    def step(self, optimizer: Optimizer, loss: float = math.nan) -> None:
        self.done += 1
        if self._is_better(loss):
            self.best, self.bad = loss, 0
        else:
            self.bad += 1
        if self.cooling:
            self.cooling, self.bad = self.cooling - 1, 0
        if self.bad > self.arguments["patience"]:
            lower = max(optimizer.lr * self.arguments["factor"], self.arguments["min_lr"])
            if optimizer.lr - lower > self.arguments["eps"]:
                optimizer.lr = lower
            self.cooling, self.bad = self.arguments["cooldown"], 0

    def _is_better(self, value: float) -> bool:
        if self.best is None:
            return not math.isnan(value)
        sign = 1 if self.arguments["mode"] == "min" else -1
        threshold = self.arguments["threshold"]
        needed = (
            self.best * (1 - sign * threshold)
            if self.arguments["threshold_mode"] == "rel"
            else (self.best - sign * threshold)
        )
        return sign * value < sign * needed

    def _set(self, optimizer: Optimizer) -> None:
        """Nothing changes before the loss is seen."""

    def state(self) -> dict[str, Any]:
        return {**super().state(), "best": self.best, "bad": self.bad, "cooling": self.cooling}


SCHEDULES: dict[str, Callable[..., Schedule]] = {
    c.kind: c for c in (StepLR, ExponentialLR, CosineAnnealingLR, LinearLR, OneCycleLR, ReduceLROnPlateau)
}
