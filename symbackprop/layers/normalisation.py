"""Normalisation: entries less their mean, over their standard deviation, scaled and shifted by what is trained."""

from dataclasses import replace
from typing import Any

from symbackprop.errors import DataError
from symbackprop.layers.table import Init, Layer, exact, layer, lead, positive

_AFFINE: dict[str, Init] = {"w": ("ones", None), "b": ("zeros", None)}


def _layer(kind: str, text: Any, arguments: dict[str, Any], sizes: dict[str, int], names: str) -> Layer:
    """``names``: of the params there are, a letter each."""
    keys = {n: {"w": "weight", "b": "bias"}[n] for n in names}
    return Layer(kind, arguments, text, sizes, keys, {n: _AFFINE[n] for n in names})


def _affine(names: str, size: str, left: str, entry: str, index: str) -> tuple[str, str]:
    """The line that declares the params, and the equations of the normalised entry, scaled and shifted by them.

    ``left`` are the output's indices. What is scaled has a name of its own: the gradients read it.
    """
    if not names:
        return "", f"y[{left}] = {entry}"
    declared = f"param {', '.join(f'{n}[{size}]' for n in names)}\n"
    scaled = f"w[{index}]*xhat[{left}]" + (f" + b[{index}]" if "b" in names else "")
    return declared, f"xhat[{left}] = {entry}\ny[{left}] = {scaled}"


def _names(elementwise_affine: bool, bias: bool) -> str:
    return ("wb" if bias else "w") if elementwise_affine else ""


@layer
def LayerNorm(normalized_shape: int, eps: float = 1e-5, elementwise_affine: bool = True, bias: bool = True) -> Layer:
    """y = w (x - μ)/√(σ² + eps) + b, mean and (biased) variance over the last axis.

    >>> print(LayerNorm(4, elementwise_affine=False).text(2))
    input x[N, D]
    m[n] = mean(i, x[n, i])
    v[n] = mean(i, (x[n, i] - m[n])**2)
    sigma[n] = sqrt(v[n] + 0.00001)
    y[n, j] = (x[n, j] - m[n])/sigma[n]
    """
    positive("LayerNorm", normalized_shape=normalized_shape)
    names, e = _names(elementwise_affine, bias), exact("LayerNorm", eps=eps)["eps"]

    def text(axes: int) -> str:
        sizes, i = lead(axes)
        k = next(x for x in "ik" if x not in i)
        declared, y = _affine(names, "D", f"{i}, j", f"(x[{i}, j] - m[{i}])/sigma[{i}]", "j")
        return (
            f"input x[{sizes}, D]\n{declared}m[{i}] = mean({k}, x[{i}, {k}])\n"
            f"v[{i}] = mean({k}, (x[{i}, {k}] - m[{i}])**2)\nsigma[{i}] = sqrt(v[{i}] + {e})\n{y}"
        )

    arguments = {
        "normalized_shape": normalized_shape,
        "eps": eps,
        "elementwise_affine": elementwise_affine,
        "bias": bias,
    }
    return _layer("LayerNorm", text, arguments, {"D": normalized_shape}, names)


@layer
def RMSNorm(normalized_shape: int, eps: float | None = None, elementwise_affine: bool = True) -> Layer:
    """y = w x/√(mean x² + eps) over the last axis; eps is float64's machine epsilon if None, as PyTorch's."""
    positive("RMSNorm", normalized_shape=normalized_shape)
    names, e = _names(elementwise_affine, False), exact("RMSNorm", eps=2**-52 if eps is None else eps)["eps"]

    def text(axes: int) -> str:
        sizes, i = lead(axes)
        declared, y = _affine(names, "D", f"{i}, j", f"x[{i}, j]/r[{i}]", "j")
        return f"input x[{sizes}, D]\n{declared}r[{i}] = sqrt(mean(k, x[{i}, k]**2) + {e})\n{y}"

    arguments = {"normalized_shape": normalized_shape, "eps": eps, "elementwise_affine": elementwise_affine}
    return _layer("RMSNorm", text, arguments, {"D": normalized_shape}, names)


@layer
def GroupNorm(num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True) -> Layer:
    """y = w (x - μ)/√(σ² + eps) + b, mean and variance over each group of channels (axis 1) and all axes behind."""
    positive("GroupNorm", num_groups=num_groups, num_channels=num_channels)
    if num_channels % num_groups:
        raise DataError(f"GroupNorm: {num_groups} groups do not divide {num_channels} channels")
    names, e = _names(affine, True), exact("GroupNorm", eps=eps)["eps"]

    def text(axes: int) -> str:
        if not 2 <= axes <= 5:
            raise DataError(f"GroupNorm: an input has 2 to 5 axes, the batch first; this one has {axes}")
        sizes = "".join(f", {s}" for s in "HLQ"[: axes - 2])
        rest = "".join(f", {s}" for s in "hlq"[: axes - 2])
        shape, entry = f"({num_groups}, C)", f"x[n, (g, c){rest}]"
        declared, y = _affine(names, shape, f"n, (g, c){rest}", f"({entry} - m[n, g])/sigma[n, g]", "(g, c)")
        return (
            f"input x[N, {shape}{sizes}]\n{declared}m[n, g] = mean(c{rest}, {entry})\n"
            f"v[n, g] = mean(c{rest}, ({entry} - m[n, g])**2)\nsigma[n, g] = sqrt(v[n, g] + {e})\n{y}"
        )

    arguments = {"num_groups": num_groups, "num_channels": num_channels, "eps": eps, "affine": affine}
    return _layer("GroupNorm", text, arguments, {"C": num_channels // num_groups}, names)


def _batch_norm(kind: str, ranks: tuple[int, ...], **arguments: Any) -> Layer:
    positive(kind, num_features=arguments["num_features"])
    numbers = exact(kind, eps=arguments["eps"], momentum=arguments["momentum"])
    e, mu = numbers["eps"], numbers["momentum"]
    names = _names(arguments["affine"], True)

    def parts(axes: int) -> tuple[str, str, str]:
        """The declarations, the indices behind the channel, the entry."""
        if axes not in ranks:
            raise DataError(f"{kind}: an input has {' or '.join(map(str, ranks))} axes, the batch first, not {axes}")
        sizes = "".join(f", {s}" for s in "HL"[: axes - 2])
        rest = "".join(f", {s}" for s in "hl"[: axes - 2])
        head = f"input x[N, C{sizes}]\nconst r[C], q[C]\n"
        return head, rest, f"x[n, c{rest}]"

    def text(axes: int) -> str:
        head, rest, entry = parts(axes)
        declared, y = _affine(names, "C", f"n, c{rest}", f"({entry} - m[c])/sigma[c]", "c")
        count = "N" + "".join(f"*{s}" for s in "HL"[: axes - 2])
        # Of the running variance PyTorch keeps the unbiased estimate.
        return (
            f"{head}{declared}m[c] = mean(n{rest}, {entry})\nv[c] = mean(n{rest}, ({entry} - m[c])**2)\n"
            f"r_next[c] = (1 - {mu})*r[c] + {mu}*m[c]\n"
            f"q_next[c] = (1 - {mu})*q[c] + {mu}*v[c]*({count})/({count} - 1)\nsigma[c] = sqrt(v[c] + {e})\n{y}"
        )

    def evaluation(axes: int) -> str:
        head, rest, entry = parts(axes)
        declared, y = _affine(names, "C", f"n, c{rest}", f"({entry} - r[c])/sqrt(q[c] + {e})", "c")
        return f"{head}{declared}{y}"

    made = _layer(kind, text, arguments, {"C": arguments["num_features"]}, names)
    starts: dict[str, Init] = {"r": ("zeros", None), "q": ("ones", None)}
    return replace(
        made,
        init={**made.init, **starts},
        evaluation=evaluation,
        buffers={"r": "running_mean", "q": "running_var"},
        updates={"r": "r_next", "q": "q_next"},
        least=2,
    )


@layer
def BatchNorm1d(num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True) -> Layer:
    """y = w (x - μ)/√(σ² + eps) + b for each channel (axis 1), mean and (biased) variance over all other axes.

    While training the batch's own; afterwards the running ones, which each step moves by ``momentum`` towards those.
    """
    return _batch_norm("BatchNorm1d", (2, 3), num_features=num_features, eps=eps, momentum=momentum, affine=affine)


@layer
def BatchNorm2d(num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True) -> Layer:
    """The same for inputs of shape (N, channels, height, width)."""
    return _batch_norm("BatchNorm2d", (4,), num_features=num_features, eps=eps, momentum=momentum, affine=affine)
