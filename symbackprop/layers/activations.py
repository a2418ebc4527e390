"""Table of activations: a formula in ``x`` for every entry, its arguments and their defaults those of PyTorch.

An activation is a row: its formula stands in the decorator, its signature has the arguments. Where a branch is not
taken its value must still be finite or guarded by the generated code, which is why no formula divides by what may
be zero.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from symbackprop.errors import DataError
from symbackprop.layers.table import Init, Layer, exact, layer, lead, positive


def activation(formula: str) -> Callable[[Callable[..., None]], Callable[..., Layer]]:
    """A layer that applies a formula in ``x`` and the function's arguments to every entry of an input of any shape."""

    def decorate(declare: Callable[..., None]) -> Callable[..., Layer]:
        signature = inspect.signature(declare)

        @wraps(declare)
        def build(*args: Any, **kwargs: Any) -> Layer:
            given = signature.bind(*args, **kwargs)
            given.apply_defaults()
            numbers = exact(declare.__name__, **given.arguments)
            declare(**given.arguments)
            function = re.sub(r"\w+", lambda m: numbers.get(m[0], m[0]), formula)
            return _elementwise(declare.__name__, given.arguments, function)

        return layer(build)

    return decorate


def _elementwise(kind: str, arguments: Mapping[str, Any], function: str) -> Layer:
    def text(axes: int) -> str:
        sizes, indices = lead(axes)
        entry = re.sub(r"\bx\b", f"x[{indices}, j]", function)
        return f"input x[{sizes}, D]\na[{indices}, j] = {entry}"

    return Layer(kind, dict(arguments), text, function=function)


def _refuse(kind: str, rule: str, **values: float) -> None:
    shown = ", ".join(f"{k}={v!r}" for k, v in values.items())
    raise DataError(f"{kind}: {rule}, not {shown}")


@activation("sigmoid(x)")
def Sigmoid() -> None:
    """a = 1/(1 + exp(-x)) on every entry."""


@activation("tanh(x)")
def Tanh() -> None:
    """a = tanh x on every entry."""


@activation("relu(x)")
def ReLU() -> None:
    """a = max(0, x) on every entry; the derivative at 0 is taken as 0."""


@activation("where(x > 0, x, negative_slope*x)")
def LeakyReLU(negative_slope: float = 0.01) -> None:
    """a = x for x > 0, else negative_slope·x; the derivative at 0 is taken from the left."""


@activation("where(x > 0, x, alpha*(exp(x) - 1))")
def ELU(alpha: float = 1.0) -> None:
    """a = x for x > 0, else alpha (eˣ - 1)."""


@activation("1.0507009873554804934193349852946*where(x > 0, x, 1.6732632423543772848170429916717*(exp(x) - 1))")
def SELU() -> None:
    """a = scale·ELU(x, alpha) with the scale and alpha that keep mean 0 and variance 1 (Klambauer et al., 2017)."""


@activation("where(x > 0, x, alpha*(exp(x/alpha) - 1))")
def CELU(alpha: float = 1.0) -> None:
    """a = x for x > 0, else alpha (exp(x/alpha) - 1): its slope is continuous for every alpha > 0."""
    if alpha <= 0:
        _refuse("CELU", "alpha must be positive", alpha=alpha)


@activation("x*sigmoid(x)")
def SiLU() -> None:
    """a = x σ(x), also called swish."""


@activation("x*tanh(softplus(x))")
def Mish() -> None:
    """a = x tanh(ln(1 + eˣ))."""


@activation("softplus(beta*x)/beta")
def Softplus(beta: float = 1.0) -> None:
    """a = ln(1 + exp(beta x))/beta. PyTorch's threshold, above which it takes x itself, changes nothing in float64."""
    if beta <= 0:
        _refuse("Softplus", "beta must be positive", beta=beta)


@activation("x/(1 + abs(x))")
def Softsign() -> None:
    """a = x/(1 + |x|)."""


@activation("minimum(max_val, maximum(min_val, x))")
def Hardtanh(min_val: float = -1.0, max_val: float = 1.0) -> None:
    """a = x between min_val and max_val, else the nearer of the two."""
    if min_val >= max_val:
        _refuse("Hardtanh", "min_val must be less than max_val", min_val=min_val, max_val=max_val)


@activation("minimum(1, maximum(0, x/6 + 1/2))")
def Hardsigmoid() -> None:
    """a = x/6 + 1/2 between 0 and 1."""


@activation("x*minimum(1, maximum(0, x/6 + 1/2))")
def Hardswish() -> None:
    """a = x·Hardsigmoid(x)."""


@activation("minimum(6, maximum(0, x))")
def ReLU6() -> None:
    """a = min(6, max(0, x))."""


@activation("-softplus(-x)")
def LogSigmoid() -> None:
    """a = ln σ(x)."""


@activation("x - tanh(x)")
def Tanhshrink() -> None:
    """a = x - tanh x."""


@activation("where(x > threshold, x, value)")
def Threshold(threshold: float, value: float) -> None:
    """a = x above the threshold, else the value."""


@activation("step(x)")
def Step() -> None:
    """a = 1 for x > 0, else 0: no gradient ever passes through it, which is why it is not trained with."""


_GELU = {
    "none": "x*(1 + erf(x/sqrt(2)))/2",
    "tanh": "x*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))/2",
}


@layer
def GELU(approximate: str = "none") -> Layer:
    """a = x Φ(x), Φ the normal distribution; ``approximate="tanh"`` takes tanh for its error function.

    >>> GELU().function
    'x*(1 + erf(x/sqrt(2)))/2'
    """
    if approximate not in _GELU:
        raise DataError(f"GELU: approximate is one of {', '.join(map(repr, _GELU))}, not {approximate!r}")
    return _elementwise("GELU", {"approximate": approximate}, _GELU[approximate])


@layer
def PReLU(num_parameters: int = 1, init: float = 0.25) -> Layer:
    """a = x for x > 0, else w x: the slope w is trained, one for all or one for each channel (axis 1)."""
    positive("PReLU", num_parameters=num_parameters)
    exact("PReLU", init=init)

    def text(axes: int) -> str:
        sizes, indices = (f"{names}, {last}".split(", ") for names, last in zip(lead(axes), "Dj", strict=True))
        sizes[1], i = "C", ", ".join(indices)
        # One slope for all is read by a constant index; of several the channel's own.
        slope, shape = ("w[0]", "1") if num_parameters == 1 else (f"w[{indices[1]}]", "C")
        return f"input x[{', '.join(sizes)}]\nparam w[{shape}]\na[{i}] = where(x[{i}] > 0, x[{i}], {slope}*x[{i}])"

    start: Init = ("constant", init)
    arguments = {"num_parameters": num_parameters, "init": init}
    widths = {"C": num_parameters} if num_parameters > 1 else {}
    return Layer("PReLU", arguments, text, widths, {"w": "weight"}, {"w": start})


def _along_last(kind: str, formula: str) -> Layer:
    """A layer whose entries depend on all entries of the last axis; in the formula ``{i}`` are the other indices."""

    def text(axes: int) -> str:
        sizes, i = lead(axes)
        return f"input x[{sizes}, D]\n" + formula.replace("{i}", i)

    return Layer(kind, {}, text)


@layer
def Softmax() -> Layer:
    """p = exp(x_j) / Σ exp(x_k) over the last axis."""
    return _along_last("Softmax", "p[{i}, j] = exp(x[{i}, j])/sum(k, exp(x[{i}, k]))")


@layer
def LogSoftmax() -> Layer:
    """l = x_j - log Σ exp(x_k) over the last axis."""
    return _along_last("LogSoftmax", "l[{i}, j] = x[{i}, j] - log(sum(k, exp(x[{i}, k])))")


@layer
def GLU() -> Layer:
    """y = a·σ(b) for the halves a, b of the last axis, which is even."""

    def text(axes: int) -> str:
        sizes, i = lead(axes)
        return f"input x[{sizes}, (2, D)]\ny[{i}, j] = x[{i}, (0, j)]*sigmoid(x[{i}, (1, j)])"

    return Layer("GLU", {}, text)
