"""Table of optimisers, with PyTorch's names, arguments and update rules. They update the parameters in place."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from symbackprop.errors import DataError

Arrays = Mapping[str, np.ndarray]


class Optimizer(Protocol):
    """What a trainer needs: ``update`` changes the parameters in place; ``rule`` is that update in LaTeX."""

    kind: str

    @property
    def arguments(self) -> Mapping[str, Any]: ...

    @property
    def rule(self) -> tuple[str, ...]: ...

    def update(self, parameters: Arrays, gradients: Arrays) -> None: ...

    def state(self) -> dict[str, np.ndarray]: ...

    def restore(self, state: Mapping[str, np.ndarray]) -> None: ...


class SGD:
    """Stochastic gradient descent: w ← w - lr g, with momentum, Nesterov's momentum and weight decay as PyTorch has
    them.

    Raises ``DataError`` for a negative argument, or Nesterov without momentum.

    >>> w = {"w": np.array([1.0])}
    >>> SGD(lr=0.5).update(w, {"w": np.array([0.2])}); w["w"]
    array([0.9])
    """

    kind = "SGD"

    def __init__(
        self, lr: float = 1e-3, momentum: float = 0.0, weight_decay: float = 0.0, nesterov: bool = False
    ) -> None:
        for name, value in (("lr", lr), ("momentum", momentum), ("weight_decay", weight_decay)):
            if not value >= 0:
                raise DataError(f"SGD: {name} must not be negative, got {value!r}")
        if nesterov and momentum == 0:
            raise DataError("SGD: nesterov=True needs a momentum above 0")
        self.lr, self.momentum, self.weight_decay, self.nesterov = lr, momentum, weight_decay, nesterov
        self._velocity: dict[str, np.ndarray] = {}
        self._scratch: dict[str, np.ndarray] = {}

    @property
    def arguments(self) -> dict[str, Any]:
        return {n: getattr(self, n) for n in ("lr", "momentum", "weight_decay", "nesterov")}

    @property
    def rule(self) -> tuple[str, ...]:
        gradient = r"\frac{\partial C}{\partial w}" + (r" + \lambda w" if self.weight_decay else "")
        if not self.momentum:
            step = rf"\left({gradient}\right)" if self.weight_decay else gradient
            return (rf"w \leftarrow w - \alpha \, {step}",)
        direction = rf"{gradient} + \mu v" if self.nesterov else "v"
        step = rf"\left({direction}\right)" if self.nesterov else direction
        return (rf"v \leftarrow \mu v + {gradient}", rf"w \leftarrow w - \alpha \, {step}")

    def update(self, parameters: Arrays, gradients: Arrays) -> None:
        for name, w in parameters.items():
            g = gradients[name]
            step = self._scratch.get(name)
            if step is None or step.shape != w.shape:
                step = self._scratch[name] = np.empty_like(w)
            if self.weight_decay:
                np.multiply(w, self.weight_decay, out=step)
                step += g
                g = step
            if self.momentum:
                g = self._with_momentum(name, g, step)
            np.multiply(g, self.lr, out=step)
            w -= step

    def _with_momentum(self, name: str, g: np.ndarray, step: np.ndarray) -> np.ndarray:
        velocity = self._velocity.get(name)
        if velocity is None:  # the first step is the gradient itself, as in PyTorch
            velocity = self._velocity[name] = g.copy()
        else:
            velocity *= self.momentum
            velocity += g
        if not self.nesterov:
            return velocity
        nesterov = np.multiply(velocity, self.momentum)
        return np.add(nesterov, g, out=step)

    def state(self) -> dict[str, np.ndarray]:
        """What must be kept to go on training as if it had not been interrupted."""
        return {f"velocity:{name}": v for name, v in self._velocity.items()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Take back what ``state`` gave."""
        self._velocity = {name.partition(":")[2]: v.copy() for name, v in state.items()}


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {"SGD": SGD}
