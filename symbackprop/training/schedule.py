"""What schedules share: a formula in the number t of epochs or steps that are done, read as update rules are.

Its LaTeX and its values come from the same line. It is evaluated anew at each t, where PyTorch multiplies on from the
last value. A schedule that is given to ``fit`` again goes on where it was.
"""

import math
from collections.abc import Mapping
from typing import Any

from symbackprop.errors import DataError
from symbackprop.training.elementwise import expression, names_in, number, shown
from symbackprop.training.optimizer import Optimizer, is_number

_NAMES = ("t", "alpha0", "gamma", "a", "b", "c", "p", "q", "r", "s", "T")


class Schedule:
    """How the learning rate changes while training; ``formula`` is its text, ``numbers`` are the formula's.

    ``every`` says what it counts: epochs or steps. ``begin`` sets the first value, ``step`` the next one.
    """

    kind: str
    every = "epoch"
    formula = ""

    def __init__(self, **arguments: Any) -> None:
        self.arguments: dict[str, Any] = arguments
        self.done = 0
        self.base: float | None = None  # the learning rate that the schedule found
        self._optimizer: Optimizer | None = None

    @property
    def numbers(self) -> dict[str, float]:
        """The numbers of the formula, t aside."""
        return {}

    @property
    def equations(self) -> tuple[tuple[str, str], ...]:
        """(left, right) of each line in LaTeX."""
        return ((r"\alpha", shown(expression(self.formula, _NAMES))),)

    @property
    def changes(self) -> tuple[str, ...]:
        """The numbers of an update rule that the schedule changes, by their names there."""
        return ("alpha",)

    @property
    def remark(self) -> str:
        """What the formula does not say, as the end of a sentence about it."""
        return f", $t$ counting the {self.every}s that are done"

    @property
    def values(self) -> dict[str, float]:
        """The numbers that the formula reads, by their names there."""
        read = names_in(expression(self.formula, _NAMES))
        return {n: v for n, v in ({"alpha0": self.base or 0.0} | self.numbers).items() if n in read}

    def begin(self, optimizer: Optimizer, steps: int | None = None) -> None:
        """Set the learning rate for what comes now; ``steps`` is how many there will be.

        Raises ``DataError`` where the schedule belongs to another optimiser, or is not made for so many steps.
        """
        if self._optimizer is not None and self._optimizer is not optimizer:
            raise DataError(f"this {self.kind} belongs to another optimiser: make a new one for each training")
        self._optimizer = optimizer
        if self.base is None:
            self.base = optimizer.lr
        self._set(optimizer)

    def step(self, optimizer: Optimizer, loss: float = math.nan) -> None:
        """One epoch (or step) is done, and had this loss."""
        self.done += 1
        self._set(optimizer)

    def _set(self, optimizer: Optimizer) -> None:
        optimizer.lr = self._value(self.formula, self.numbers)

    def _value(self, text: str, numbers: Mapping[str, float]) -> float:
        return number(expression(text, _NAMES))({"alpha0": self.base or 0.0, **numbers, "t": float(self.done)})

    def state(self) -> dict[str, Any]:
        """What must be kept to go on, as JSON can hold it."""
        return {"done": self.done, "base": self.base}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what ``state`` gave."""
        for name in self.state():
            setattr(self, name, state[name])


def bounded(name: str, value: Any, most: float = math.inf) -> float:
    """An argument that must be a number from 0 to ``most``."""
    if not is_number(value) or not 0 <= value <= most or math.isinf(value):
        wanted = "must not be negative" if most == math.inf else f"must be from 0 to {most:g}"
        raise DataError(f"{name} {wanted}, got {value!r}")
    return float(value)


def positive(name: str, value: Any) -> float:
    """An argument that must be above 0."""
    if not bounded(name, value):
        raise DataError(f"{name} must be above 0, got {value!r}")
    return float(value)


def count(name: str, value: Any, least: int = 1) -> int:
    """An argument that must be a whole number from ``least`` on."""
    if not is_number(value) or int(value) != value or value < least:
        raise DataError(f"{name} must be a whole number from {least} on, got {value!r}")
    return int(value)
