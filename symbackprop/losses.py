"""Table of losses: like layers, functions that yield forward equations.

In a loss's text ``x`` is the network's output and ``C`` the cost. Names, arguments and defaults follow ``torch.nn``;
one deviation: classes are the last axis of the output, whatever the number of axes. ``reduction`` is ``"mean"`` or
``"sum"``: a cost is a number. ``task`` says what the trainer's ``predict`` returns: classes or values;
``probabilities`` names the tensor for ``predict_proba``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from symbackprop.errors import DataError
from symbackprop.layers.table import exact, lead


@dataclass(frozen=True, eq=False)
class Loss:
    """A loss: its formula by the number of axes of the network's output, and what can be predicted with it.

    ``logits_text``: the same loss of ``sigmoid(x)`` in terms of ``x``, used when the last layer is ``Sigmoid``.
    ``constants`` are the values of its ``const`` vectors.
    """

    kind: str
    text: Callable[[int], str]
    target: str
    task: str  # "values", "classes" (one of K) or "binary"
    probabilities: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    logits_text: Callable[[int], str] | None = None
    constants: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"{self.kind}({', '.join(f'{k}={v!r}' for k, v in self.arguments.items())})"


LOSSES: dict[str, Callable[..., Loss]] = {}


def loss(build: Callable[..., Loss]) -> Callable[..., Loss]:
    """Enter a loss function in the table under its own name."""
    LOSSES[build.__name__] = build
    return build


def _over(kind: str, reduction: str, count: str) -> str:
    """What the sum is divided by. Raises ``DataError`` for another reduction."""
    if reduction == "batchmean" and kind == "KLDivLoss":
        return "/N"
    if reduction not in ("mean", "sum"):
        raise DataError(f"{kind}: reduction is 'mean' or 'sum', not {reduction!r}: a cost is one number")
    return f"/({count})" if reduction == "mean" else ""


def _pairwise(kind: str, entry: str, reduction: str, arguments: Mapping[str, Any], **more: Any) -> Loss:
    """A loss that is a sum over all entries of a formula in ``x`` and ``y``."""
    _over(kind, reduction, "")

    def text(axes: int) -> str:
        sizes, i = lead(axes)
        count = "*".join([*sizes.split(", "), "K"])
        each = _put(entry, {"x": f"x[{i}, k]", "y": f"y[{i}, k]"})
        return f"input x[{sizes}, K]\ntarget y[{sizes}, K]\nC = sum({i}, k, {each}){_over(kind, reduction, count)}"

    return Loss(kind, text, "y", more.pop("task", "values"), arguments={**arguments, "reduction": reduction}, **more)


def _put(formula: str, values: Mapping[str, str]) -> str:
    return re.sub(r"[A-Za-z_]\w*", lambda m: values.get(m[0], m[0]), formula)


def _must(kind: str, holds: bool, rule: str, value: Any) -> None:
    if not holds:
        raise DataError(f"{kind}: {rule}, not {value!r}")


@loss
def MSELoss(reduction: str = "mean") -> Loss:
    """C = mean (x - y)²."""
    return _pairwise("MSELoss", "(x - y)**2", reduction, {})


@loss
def L1Loss(reduction: str = "mean") -> Loss:
    """C = mean |x - y|; where x = y the slope is taken as 0."""
    return _pairwise("L1Loss", "abs(x - y)", reduction, {})


@loss
def HuberLoss(reduction: str = "mean", delta: float = 1.0) -> Loss:
    """C = mean of (x - y)²/2 where |x - y| < delta, else delta (|x - y| - delta/2)."""
    d = exact("HuberLoss", delta=delta)["delta"]
    _must("HuberLoss", delta > 0, "delta must be positive", delta)
    entry = f"where(abs(x - y) < {d}, (x - y)**2/2, {d}*(abs(x - y) - {d}/2))"
    return _pairwise("HuberLoss", entry, reduction, {"delta": delta})


@loss
def SmoothL1Loss(reduction: str = "mean", beta: float = 1.0) -> Loss:
    """C = mean of (x - y)²/(2 beta) where |x - y| < beta, else |x - y| - beta/2."""
    b = exact("SmoothL1Loss", beta=beta)["beta"]
    _must("SmoothL1Loss", beta >= 0, "beta must not be negative", beta)
    entry = f"where(abs(x - y) < {b}, (x - y)**2/(2*{b}), abs(x - y) - {b}/2)" if beta else "abs(x - y)"
    return _pairwise("SmoothL1Loss", entry, reduction, {"beta": beta})


@loss
def KLDivLoss(reduction: str = "mean", log_target: bool = False) -> Loss:
    """C = mean over all entries of y (log y - x), for log-probabilities x and probabilities y (or their logarithms).

    ``reduction="batchmean"`` divides by the batch alone, as the divergence's definition does.
    """
    entry = "exp(y)*(y - x)" if log_target else "where(y > 0, y*log(y), 0) - y*x"
    return _pairwise("KLDivLoss", entry, reduction, {"log_target": log_target})


@loss
def HingeEmbeddingLoss(margin: float = 1.0, reduction: str = "mean") -> Loss:
    """C = mean of x where y = 1, of max(0, margin - x) where y = -1."""
    m = exact("HingeEmbeddingLoss", margin=margin)["margin"]
    return _pairwise("HingeEmbeddingLoss", f"where(y > 0, x, maximum(0, {m} - x))", reduction, {"margin": margin})


@loss
def CrossEntropyLoss(
    weight: Sequence[float] | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
    soft_targets: bool = False,
) -> Loss:
    """C = mean over the batch of log Σ exp(x) - x[t], for logits x and labels t; the softmax is p.

    ``weight`` has a weight for each class (the mean is then the weighted one); ``label_smoothing`` moves that share of
    each label to all classes alike. With ``soft_targets`` the target holds a probability for each class.
    """
    kind = "CrossEntropyLoss"
    _over(kind, reduction, "")
    smooth = exact(kind, label_smoothing=label_smoothing)["label_smoothing"]
    _must(kind, 0 <= label_smoothing <= 1, "label_smoothing is between 0 and 1", label_smoothing)
    constants = {} if weight is None else {"w": _weights(kind, weight)}

    def text(axes: int) -> str:
        sizes, i = lead(axes)
        head = [f"input x[{sizes}, K]", f"target y[{sizes}, K]" if soft_targets else f"label t[{sizes}] < K"]
        head += ["const w[K]"] if weight is not None else []
        head.append(f"p[{i}, k] = exp(x[{i}, k])/sum(j, exp(x[{i}, j]))")
        each = (_soft_entropy if soft_targets else _hard_entropy)(i, smooth, weight is not None)
        count = sizes.replace(", ", "*")
        if weight is not None and not soft_targets:
            count = f"sum({i}, w[t[{i}]])"
        return "\n".join([*head, f"C = sum({i}, {each}){_over(kind, reduction, count)}"])

    arguments = {"weight": None if weight is None else list(constants["w"]), "reduction": reduction,
                 "label_smoothing": label_smoothing, "soft_targets": soft_targets}  # fmt: skip
    return Loss(kind, text, "y" if soft_targets else "t", "classes", "p", arguments, constants=constants)


def _hard_entropy(i: str, smooth: str, weighted: bool) -> str:
    total, label = f"log(sum(k, exp(x[{i}, k])))", f"t[{i}]"
    true = f"{total} - x[{i}, {label}]"
    true = f"w[{label}]*({true})" if weighted else true
    if smooth == "0":
        return true
    all_alike = f"sum(m, w[m]*({total} - x[{i}, m]))" if weighted else f"K*{total} - sum(m, x[{i}, m])"
    return f"(1 - {smooth})*({true}) + {smooth}/K*({all_alike})"


def _soft_entropy(i: str, smooth: str, weighted: bool) -> str:
    target = f"y[{i}, m]" if smooth == "0" else f"((1 - {smooth})*y[{i}, m] + {smooth}/K)"
    weight = "w[m]*" if weighted else ""
    return f"sum(m, {weight}{target}*(log(sum(k, exp(x[{i}, k]))) - x[{i}, m]))"


def _weights(kind: str, weight: Sequence[float]) -> tuple[float, ...]:
    values = tuple(float(w) for w in weight)
    _must(
        kind,
        all(isfinite(w) and w >= 0 for w in values) and any(values),
        "weights are not negative, one positive",
        weight,
    )
    return values


@loss
def NLLLoss(weight: Sequence[float] | None = None, reduction: str = "mean") -> Loss:
    """C = mean of -x[t] for log-probabilities x, as LogSoftmax gives them, and labels t."""
    _over("NLLLoss", reduction, "")
    constants = {} if weight is None else {"w": _weights("NLLLoss", weight)}

    def text(axes: int) -> str:
        sizes, i = lead(axes)
        declared, factor = ("const w[K]\n", f"w[t[{i}]]*") if weight is not None else ("", "")
        count = f"sum({i}, w[t[{i}]])" if weight is not None else sizes.replace(", ", "*")
        cost = f"C = -sum({i}, {factor}x[{i}, t[{i}]]){_over('NLLLoss', reduction, count)}"
        return f"input x[{sizes}, K]\nlabel t[{sizes}] < K\n{declared}p[{i}, k] = exp(x[{i}, k])\n{cost}"

    arguments = {"weight": None if weight is None else list(constants["w"]), "reduction": reduction}
    return Loss("NLLLoss", text, "t", "classes", "p", arguments, constants=constants)


@loss
def MultiMarginLoss(margin: float = 1.0, reduction: str = "mean") -> Loss:
    """C = mean over the batch of Σ_{k ≠ t} max(0, margin - x[t] + x[k])/K: the multi-class hinge, for labels t."""
    m = exact("MultiMarginLoss", margin=margin)["margin"]
    _over("MultiMarginLoss", reduction, "")

    def text(axes: int) -> str:
        sizes, i = lead(axes)
        hinge = f"where(k == t[{i}], 0, maximum(0, {m} - x[{i}, t[{i}]] + x[{i}, k]))"
        over = _over("MultiMarginLoss", reduction, sizes.replace(", ", "*"))
        return f"input x[{sizes}, K]\nlabel t[{sizes}] < K\nC = sum({i}, k, {hinge}/K){over}"

    return Loss("MultiMarginLoss", text, "t", "classes", arguments={"margin": margin, "reduction": reduction})


@loss
def CosineEmbeddingLoss(margin: float = 0.0, reduction: str = "mean") -> Loss:
    """C = mean of 1 - cos(a, b) where y = 1, of max(0, cos(a, b) - margin) where y = -1.

    The network's output holds both vectors, ``x[n, 0]`` and ``x[n, 1]``: layers before it act on both alike.
    """
    m = exact("CosineEmbeddingLoss", margin=margin)["margin"]
    _must("CosineEmbeddingLoss", -1 <= margin <= 1, "margin is between -1 and 1", margin)
    over = _over("CosineEmbeddingLoss", reduction, "N")

    def text(axes: int) -> str:
        if axes != 3:
            raise DataError(f"CosineEmbeddingLoss: takes an output of shape (N, 2, D), not one with {axes} axes")
        return (
            "input x[N, 2, D]\ntarget y[N]\n"
            "s[n] = sum(i, x[n, 0, i]*x[n, 1, i])/sqrt(sum(i, x[n, 0, i]**2)*sum(i, x[n, 1, i]**2))\n"
            f"C = sum(n, where(y[n] > 0, 1 - s[n], maximum(0, s[n] - {m}))){over}"
        )

    return Loss("CosineEmbeddingLoss", text, "y", "values", arguments={"margin": margin, "reduction": reduction})


def _logistic(kind: str, reduction: str, pos_weight: str = "") -> Callable[[int], str]:
    """Binary cross-entropy of p = sigmoid(x), in terms of x."""
    more = f"(1 + ({pos_weight} - 1)*y)" if pos_weight else ""
    entry = f"(1 - y)*x + {more}*softplus(-x)" if pos_weight else "softplus(x) - y*x"
    plain = _pairwise(kind, entry, reduction, {}).text

    def text(axes: int) -> str:
        _, i = lead(axes)
        *declared, cost = plain(axes).split("\n")
        return "\n".join([*declared, f"p[{i}, k] = sigmoid(x[{i}, k])", cost])

    return text


@loss
def BCEWithLogitsLoss(reduction: str = "mean", pos_weight: float | None = None) -> Loss:
    """C = mean softplus(x) - y x: binary cross-entropy of p = sigmoid(x); ``pos_weight`` weighs the ones."""
    weight = "" if pos_weight is None else exact("BCEWithLogitsLoss", pos_weight=pos_weight)["pos_weight"]
    arguments = {"reduction": reduction, "pos_weight": pos_weight}
    return Loss("BCEWithLogitsLoss", _logistic("BCEWithLogitsLoss", reduction, weight), "y", "binary", "p", arguments)


@loss
def BCELoss(reduction: str = "mean") -> Loss:
    """C = -mean (y log x + (1 - y) log(1 - x)) for probabilities x.

    After a ``Sigmoid`` layer the same cost is written in the layer's input, where it is finite for every logit.
    """
    entry = "-(y*log(x) + (1 - y)*log(1 - x))"
    logits = _logistic("BCELoss", reduction)
    return _pairwise("BCELoss", entry, reduction, {}, task="binary", probabilities="x", logits_text=logits)
