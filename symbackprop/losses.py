"""Table of losses: like layers, functions that yield forward equations.

In a loss's text ``x`` is the network's output and ``C`` the cost, the mean over all entries as in PyTorch. ``task``
says what the trainer's ``predict`` returns: classes or values; ``probabilities`` names the tensor for
``predict_proba``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symbackprop.layers import lead


@dataclass(frozen=True, eq=False)
class Loss:
    """A loss: its formula by the number of axes of the network's output, and what can be predicted with it.

    ``logits_text``: the same loss of ``sigmoid(x)`` in terms of ``x``, used when the last layer is ``Sigmoid``.
    """

    kind: str
    text: Callable[[int], str]
    target: str
    task: str  # "values", "classes" (one of K) or "binary"
    probabilities: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    logits_text: Callable[[int], str] | None = None

    def __repr__(self) -> str:
        return f"{self.kind}({', '.join(f'{k}={v!r}' for k, v in self.arguments.items())})"


LOSSES: dict[str, Callable[..., Loss]] = {}


def loss(build: Callable[..., Loss]) -> Callable[..., Loss]:
    """Enter a loss function in the table under its own name."""
    LOSSES[build.__name__] = build
    return build


def _over_all(axes: int) -> tuple[str, str, str, str]:
    """Shape, entry, names to sum over and number of entries of an output with that many axes."""
    sizes, indices = lead(axes)
    return f"{sizes}, K", f"{indices}, k", f"{indices}, k", "*".join([*sizes.split(", "), "K"])


@loss
def MSELoss() -> Loss:
    """C = mean (x - y)²."""

    def text(axes: int) -> str:
        shape, entry, over, count = _over_all(axes)
        return f"input x[{shape}]\ntarget y[{shape}]\nC = sum({over}, (x[{entry}] - y[{entry}])**2)/({count})"

    return Loss("MSELoss", text, "y", "values")


@loss
def CrossEntropyLoss() -> Loss:
    """C = mean over the batch of log Σ exp(x) - x[t], for logits x and labels t; the softmax is p."""

    def text(axes: int) -> str:
        sizes, i = lead(axes)
        count = sizes.replace(", ", "*")
        return (
            f"input x[{sizes}, K]\nlabel t[{sizes}] < K\n"
            f"p[{i}, k] = exp(x[{i}, k])/sum(j, exp(x[{i}, j]))\n"
            f"C = sum({i}, log(sum(k, exp(x[{i}, k]))) - x[{i}, t[{i}]])/({count})"
        )

    return Loss("CrossEntropyLoss", text, "t", "classes", "p")


def _logistic(axes: int) -> str:
    shape, entry, over, count = _over_all(axes)
    return (
        f"input x[{shape}]\ntarget y[{shape}]\np[{entry}] = sigmoid(x[{entry}])\n"
        f"C = sum({over}, softplus(x[{entry}]) - y[{entry}]*x[{entry}])/({count})"
    )


@loss
def BCEWithLogitsLoss() -> Loss:
    """C = mean softplus(x) - y x: binary cross-entropy of p = sigmoid(x)."""
    return Loss("BCEWithLogitsLoss", _logistic, "y", "binary", "p")


@loss
def BCELoss() -> Loss:
    """C = -mean (y log x + (1 - y) log(1 - x)) for probabilities x.

    After a ``Sigmoid`` layer the same cost is written in the layer's input, where it is finite for every logit.
    """

    def text(axes: int) -> str:
        shape, e, over, count = _over_all(axes)
        return (
            f"input x[{shape}]\ntarget y[{shape}]\n"
            f"C = -sum({over}, y[{e}]*log(x[{e}]) + (1 - y[{e}])*log(1 - x[{e}]))/({count})"
        )

    return Loss("BCELoss", text, "y", "binary", "x", logits_text=_logistic)
