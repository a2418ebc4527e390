"""The schedule that is stepped after every mini-batch: up, and down again, the momentum the other way round."""

from symbackprop.errors import DataError
from symbackprop.training.optimizer import Optimizer
from symbackprop.training.schedule import Schedule, bounded, count, positive

_ANNEALED = {  # from {a} to {b} while t goes from {p} to {q}
    "cos": "{b} + ({a} - {b})*(1 + cos(pi*(t - {p})/({q} - {p})))/2",
    "linear": "{a} + ({b} - {a})*(t - {p})/({q} - {p})",
}


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
            total_steps = count("epochs", epochs) * count("steps_per_epoch", steps_per_epoch)
        super().__init__(
            max_lr=bounded("max_lr", max_lr),
            total_steps=None if total_steps is None else count("total_steps", total_steps),
            pct_start=bounded("pct_start", pct_start, 1.0),
            anneal_strategy=anneal_strategy,
            cycle_momentum=bool(cycle_momentum),
            base_momentum=bounded("base_momentum", base_momentum, 1.0),
            max_momentum=bounded("max_momentum", max_momentum, 1.0),
            div_factor=positive("div_factor", div_factor),
            final_div_factor=positive("final_div_factor", final_div_factor),
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

    @property
    def changes(self) -> tuple[str, ...]:
        return ("alpha", "mu", "beta1") if self.arguments["cycle_momentum"] else ("alpha",)

    @property
    def remark(self) -> str:
        if not self.arguments["cycle_momentum"]:
            return super().remark
        high, low = self.arguments["max_momentum"], self.arguments["base_momentum"]
        return f"{super().remark}; the momentum likewise with $a = c = {high:g}$ and $b = {low:g}$"

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
