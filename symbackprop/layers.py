"""Table of layers: a layer is a function that yields its forward equations in the text notation, and nothing else.

No gradient, no code and no LaTeX stands here; all three come from the equations. Names, arguments, defaults and
parameters follow PyTorch's ``torch.nn``; everything is batch first. In a layer's text ``x`` is its input and the last
equation its output; ``N`` is the batch, and ``axes`` says how many axes the input has, the batch included, for layers
that take any number of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from symbackprop.errors import DataError

Init = tuple[str, float | None]  # name in the table of initialisers, and its argument


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer with its arguments. The same object used twice in a network shares its parameters.

    ``text`` maps the number of axes of the input to the formula; ``sizes`` are the numbers of its named sizes;
    ``keys`` the names of its parameters in a ``state_dict``; ``init`` how they start.
    """

    kind: str
    arguments: Mapping[str, Any]
    text: Callable[[int], str]
    sizes: Mapping[str, int] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    init: Mapping[str, Init] = field(default_factory=dict)

    def __repr__(self) -> str:
        shown = ", ".join(f"{k}={v!r}" for k, v in self.arguments.items())
        return f"{self.kind}({shown})"


LAYERS: dict[str, Callable[..., Layer]] = {}


def layer(build: Callable[..., Layer]) -> Callable[..., Layer]:
    """Enter a layer function in the table under its own name."""
    LAYERS[build.__name__] = build
    return build


def activation(function: str) -> Callable[[Callable[[], None]], Callable[..., Layer]]:
    """A layer that applies a function of ``functions.FUNCTIONS`` to every entry of an input of any shape."""

    def decorate(declare: Callable[[], None]) -> Callable[..., Layer]:
        @wraps(declare)
        def build() -> Layer:
            return Layer(declare.__name__, {}, lambda axes: _elementwise(axes, function))

        return layer(build)

    return decorate


# Letters that no layer's text uses for anything else.
_SIZES, _INDICES = "NQRSUV", "nqrsuv"


def lead(axes: int) -> tuple[str, str]:
    """Names for all axes but the last one, as sizes and as indices: ``("N, Q", "n, q")`` for three axes."""
    if not 2 <= axes <= len(_SIZES) + 1:
        raise DataError(f"an input has 2 to {len(_SIZES) + 1} axes, the batch first; this one has {axes}")
    return ", ".join(_SIZES[: axes - 1]), ", ".join(_INDICES[: axes - 1])


def _elementwise(axes: int, function: str) -> str:
    sizes, indices = lead(axes)
    return f"input x[{sizes}, D]\na[{indices}, j] = {function}(x[{indices}, j])"


def positive(kind: str, **values: Any) -> None:
    """Refuse arguments that are not positive integers. Raises ``DataError`` that names the layer and the argument."""
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise DataError(f"{kind}: {name} must be a positive integer, not {value!r}")


@layer
def Linear(in_features: int, out_features: int, bias: bool = True) -> Layer:
    """z = x Wᵀ + b over the last axis; W has shape (out_features, in_features). Raises ``DataError`` on bad sizes.

    >>> print(Linear(4, 10).text(2))
    input x[N, D]
    param W[M, D], b[M]
    z[n, j] = sum(i, x[n, i]*W[j, i]) + b[j]
    """
    positive("Linear", in_features=in_features, out_features=out_features)

    def text(axes: int) -> str:
        sizes, indices = lead(axes)
        declared, added = (", b[M]", " + b[j]") if bias else ("", "")
        return f"input x[{sizes}, D]\nparam W[M, D]{declared}\nz[{indices}, j] = sum(i, x[{indices}, i]*W[j, i]){added}"

    bound: Init = ("uniform", in_features**-0.5)
    keys = {"W": "weight", "b": "bias"} if bias else {"W": "weight"}
    arguments = {"in_features": in_features, "out_features": out_features, "bias": bias}
    return Layer("Linear", arguments, text, {"D": in_features, "M": out_features}, keys, dict.fromkeys(keys, bound))


@activation("sigmoid")
def Sigmoid() -> None:
    """a = 1/(1 + exp(-x)) on every entry."""


@activation("tanh")
def Tanh() -> None:
    """a = tanh x on every entry."""


@activation("relu")
def ReLU() -> None:
    """a = max(0, x) on every entry; the derivative at 0 is taken as 0."""


@layer
def Softmax() -> Layer:
    """p = exp(x_j) / Σ exp(x_k) over the last axis."""

    def text(axes: int) -> str:
        sizes, i = lead(axes)
        return f"input x[{sizes}, D]\np[{i}, j] = exp(x[{i}, j])/sum(k, exp(x[{i}, k]))"

    return Layer("Softmax", {}, text)


@layer
def FunctionLayer(text: str, sizes: Mapping[str, int] | None = None, init: Mapping[str, str] | None = None) -> Layer:
    """A layer of any formula: its one ``input`` is the layer's input, its last equation the output.

    ``sizes`` gives the sizes that the input does not fix, ``init`` for a param the name of an initialiser (default
    ``xavier_uniform``; vectors start at zero). Raises ``DataError`` where the formula has not exactly one input, and
    ``ReadError`` where it cannot be read.

    >>> FunctionLayer("input x[N, D]\\nparam s[D]\\ny[n, i] = s[i]*sin(x[n, i])").keys
    {'s': 's'}
    """
    from symbackprop.notation import formula  # the parser loads SymPy; the table of layers alone does not need it

    read = formula(text)
    inputs = [t.name for t in read.tensors_by_role("input")]
    others = [t.name for t in read.declared if t.role not in ("input", "param")]
    if len(inputs) != 1 or others:
        raise DataError(
            f"FunctionLayer: a layer's formula has one input and params; this one has the inputs {inputs or 'none'}"
            + (f" and {', '.join(others)}" if others else "")
        )
    params = {t.name: len(t.shape) for t in read.tensors_by_role("param")}
    for name in init or {}:
        if name not in params:
            raise DataError(f"FunctionLayer: no param {name!r} to initialise; there are {', '.join(params) or 'none'}")
    starts: dict[str, Init] = {n: ("xavier_uniform" if rank > 1 else "zeros", None) for n, rank in params.items()}
    starts |= {n: (name, None) for n, name in (init or {}).items()}
    arguments = {"text": text, "sizes": dict(sizes or {}), "init": dict(init or {})}
    return Layer("FunctionLayer", arguments, lambda axes: text, dict(sizes or {}), {n: n for n in params}, starts)
