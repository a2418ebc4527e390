"""Table of schedules of the learning rate, with PyTorch's names, arguments and meaning; the optimiser is left out.

Each is a formula in the number t of epochs (for ``OneCycleLR`` of steps) that are done, read as update rules are: its
LaTeX and its values come from the same line. It is evaluated anew at each t, where PyTorch multiplies on from the last
value. ``ReduceLROnPlateau`` has no such formula, since it watches the loss. A schedule that is given to ``fit`` again
goes on where it was.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from symbackprop.errors import DataError
from symbackprop.training.elementwise import expression, names_in, number, shown
from symbackprop.training.optimizer import Optimizer, is_number

_NAMES = ("t", "alpha0", "gamma", "a", "b", "c", "p", "q", "r", "s", "T")
_ANNEALED = {  # from {a} to {b} while t goes from {p} to {q}
    "cos": "{b} + ({a} - {b})*(1 + cos(pi*(t - {p})/({q} - {p})))/2",
    "linear": "{a} + ({b} - {a})*(t - {p})/({q} - {p})",
}


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
        super().__init__(step_size=_count("step_size", step_size), gamma=_number("gamma", gamma))

    @property
    def numbers(self) -> dict[str, float]:
        return {"gamma": self.arguments["gamma"], "s": self.arguments["step_size"]}


class ExponentialLR(Schedule):
    """The learning rate times ``gamma`` after every epoch."""

    kind = "ExponentialLR"
    formula = "alpha0*gamma**t"

    def __init__(self, gamma: float) -> None:
        super().__init__(gamma=_number("gamma", gamma))

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
        super().__init__(T_max=_count("T_max", T_max), eta_min=_number("eta_min", eta_min))

    @property
    def numbers(self) -> dict[str, float]:
        return {"a": self.arguments["eta_min"], "T": self.arguments["T_max"]}


class LinearLR(Schedule):
    """A warm-up: the factor of the learning rate goes from ``start_factor`` to ``end_factor`` in ``total_iters``
    epochs, and stays there."""

    kind = "LinearLR"
    formula = "alpha0*(a + (b - a)*minimum(t, T)/T)"

    def __init__(self, start_factor: float = 1.0 / 3, end_factor: float = 1.0, total_iters: int = 5) -> None:
        start, end = _number("start_factor", start_factor, 1.0), _number("end_factor", end_factor, 1.0)
        if start == 0:
            raise DataError("LinearLR: start_factor must be above 0")
        super().__init__(start_factor=start, end_factor=end, total_iters=_count("total_iters", total_iters))

    @property
    def numbers(self) -> dict[str, float]:
        given = self.arguments
        return {"a": given["start_factor"], "b": given["end_factor"], "T": given["total_iters"]}


class OneCycleLR(Schedule):
    """One cycle, step by step: up from ``max_lr/div_factor`` to ``max_lr``, then down to the ``final_div_factor``-th
    part of the start; the momentum (Adam's first beta) goes the other way.

    The number of steps is ``total_steps``, or ``epochs`` times ``steps_per_epoch``; without them ``fit`` takes its own.
    L. Smith and N. Topin, "Super-convergence", 2018.
    """

    kind = "OneCycleLR"
    every = "step"

    def __init__(
        self,
        max_lr: float,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
    ) -> None:
        if anneal_strategy not in _ANNEALED:
            raise DataError(f"anneal_strategy must be one of {', '.join(_ANNEALED)}, not {anneal_strategy!r}")
        if total_steps is None and epochs is not None and steps_per_epoch is not None:
            total_steps = _count("epochs", epochs) * _count("steps_per_epoch", steps_per_epoch)
        super().__init__(
            max_lr=_number("max_lr", max_lr),
            total_steps=None if total_steps is None else _count("total_steps", total_steps),
            pct_start=_number("pct_start", pct_start, 1.0),
            anneal_strategy=anneal_strategy,
            cycle_momentum=bool(cycle_momentum),
            base_momentum=_number("base_momentum", base_momentum, 1.0),
            max_momentum=_number("max_momentum", max_momentum, 1.0),
            div_factor=_positive("div_factor", div_factor),
            final_div_factor=_positive("final_div_factor", final_div_factor),
            three_phase=bool(three_phase),
        )

    @property
    def formula(self) -> str:  # type: ignore[override]
        anneal = _ANNEALED[self.arguments["anneal_strategy"]].format
        up = anneal(a="a", b="b", p=0, q="p")
        if not self.arguments["three_phase"]:
            return f"where(t <= p, {up}, {anneal(a='b', b='c', p='p', q='q')})"
        down, out = anneal(a="b", b="a", p="p", q="q"), anneal(a="a", b="c", p="q", q="r")
        return f"where(t <= p, {up}, where(t <= q, {down}, {out}))"

    @property
    def numbers(self) -> dict[str, float]:
        given = self.arguments
        start = given["max_lr"] / given["div_factor"]
        return {"a": start, "b": given["max_lr"], "c": start / given["final_div_factor"], **self._ends}

    @property
    def _ends(self) -> dict[str, float]:
        """The last step of each phase."""
        total, part = float(self.arguments["total_steps"] or 1), self.arguments["pct_start"]
        if self.arguments["three_phase"]:
            return {"p": part * total - 1, "q": 2 * part * total - 2, "r": total - 1}
        return {"p": part * total - 1, "q": total - 1}

    @property
    def _momenta(self) -> dict[str, float]:
        high, low = self.arguments["max_momentum"], self.arguments["base_momentum"]
        return {"a": high, "b": low, "c": high, **self._ends}

    def begin(self, optimizer: Optimizer, steps: int | None = None) -> None:
        given = self.arguments
        if given["cycle_momentum"] and not {"momentum", "betas"} & optimizer.arguments.keys():
            raise DataError(f"{optimizer.kind} has no momentum to cycle: OneCycleLR(..., cycle_momentum=False)")
        if given["total_steps"] is None:
            if steps is None:
                raise DataError("OneCycleLR needs total_steps, or epochs and steps_per_epoch")
            given["total_steps"] = steps
        if steps is not None and self.done + steps > given["total_steps"]:
            left = given["total_steps"] - self.done
            raise DataError(f"OneCycleLR has {left} of {given['total_steps']} steps left, but {steps} are to be made")
        super().begin(optimizer, steps)

    def _set(self, optimizer: Optimizer) -> None:
        super()._set(optimizer)
        if self.arguments["cycle_momentum"]:
            momentum = self._value(self.formula, self._momenta)
            if "betas" in optimizer.arguments:
                optimizer.betas = (momentum, optimizer.betas[1])
            else:
                optimizer.momentum = momentum


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
        if not _number("factor", factor) < 1:
            raise DataError(f"ReduceLROnPlateau: factor must be below 1, not {factor!r}")
        super().__init__(
            mode=mode,
            factor=float(factor),
            patience=_count("patience", patience, 0),
            threshold=_number("threshold", threshold),
            threshold_mode=threshold_mode,
            cooldown=_count("cooldown", cooldown, 0),
            min_lr=_number("min_lr", min_lr),
            eps=_number("eps", eps),
        )
        self.best: float | None = None
        self.bad = self.cooling = 0

    @property
    def equations(self) -> tuple[tuple[str, str], ...]:
        return ((r"\alpha", r"\max(\gamma \alpha, a)"),)

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


def _number(name: str, value: Any, most: float = math.inf) -> float:
    if not is_number(value) or not 0 <= value <= most or math.isinf(value):
        wanted = "must not be negative" if most == math.inf else f"must be from 0 to {most:g}"
        raise DataError(f"{name} {wanted}, got {value!r}")
    return float(value)


def _positive(name: str, value: Any) -> float:
    if not _number(name, value):
        raise DataError(f"{name} must be above 0, got {value!r}")
    return float(value)


def _count(name: str, value: Any, least: int = 1) -> int:
    if not is_number(value) or int(value) != value or value < least:
        raise DataError(f"{name} must be a whole number from {least} on, got {value!r}")
    return int(value)
