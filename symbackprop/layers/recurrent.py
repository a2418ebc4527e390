"""Recurrent layers over sequences of any length, batch first: the whole sequence of states is passed on.

The state before the first step is zero. Several layers are stacked as PyTorch stacks them, each fed with the states of
the one below.
"""

from collections.abc import Callable
from typing import Any

from symbackprop.errors import DataError
from symbackprop.layers.table import Init, Layer, layer, positive

_KEYS = {"W": "weight_ih", "U": "weight_hh", "b": "bias_ih", "c": "bias_hh"}


def _recurrent(
    kind: str, gates: int, step: Callable[[Callable[[str], str], str, bool], list[str]], arguments: dict[str, Any]
) -> Layer:
    """``step`` gives the equations of one layer from its naming, its input and whether there are biases."""
    D, H, L = (arguments[n] for n in ("input_size", "hidden_size", "num_layers"))
    bias = arguments["bias"]
    positive(kind, input_size=D, hidden_size=H, num_layers=L)
    letters = "WUbc" if bias else "WU"

    def text(axes: int) -> str:
        lines, below = ["input x[N, T, D]"], "x"
        for k in range(L):
            name = _naming(k)
            rows = "H" if gates == 1 else f"({gates}, H)"
            width = "D" if k == 0 else "H"
            shapes = {"W": f"{rows}, {width}", "U": f"{rows}, H", "b": rows, "c": rows}
            lines.append("param " + ", ".join(f"{name(n)}[{shapes[n]}]" for n in letters))
            lines += step(name, below, bias)
            below = name("h")
        return "\n".join(lines)

    keys = {_naming(k)(n): f"{_KEYS[n]}_l{k}" for k in range(L) for n in letters}
    start: Init = ("uniform", H**-0.5)
    return Layer(kind, arguments, text, {"D": D, "H": H}, keys, dict.fromkeys(keys, start))


def _naming(layer: int) -> Callable[[str], str]:
    return lambda letter: letter if layer == 0 else f"{letter}_{layer + 1}_"


def _sums(name: Callable[[str], str], below: str, gate: str, bias: bool) -> tuple[str, str]:
    """What comes from the input and what from the state before, at one entry."""
    row = f"({gate}, j)" if gate else "j"
    added = [f" + {name(n)}[{row}]" if bias else "" for n in "bc"]
    return (
        f"sum(d, {name('W')}[{row}, d]*{below}[n, t, d]){added[0]}",
        f"sum(k, {name('U')}[{row}, k]*{name('h')}[n, t-1, k]){added[1]}",
    )


@layer
def RNN(input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: str = "tanh", bias: bool = True) -> Layer:
    """h_t = tanh(W x_t + b + U h_{t-1} + c), or relu; x has shape (N, T, input_size), T is free.

    >>> print(RNN(3, 2, bias=False).text(3))
    input x[N, T, D]
    param W[H, D], U[H, H]
    z[n, t, j] = sum(d, W[j, d]*x[n, t, d]) + sum(k, U[j, k]*h[n, t-1, k])
    h[n, t, j] = tanh(z[n, t, j])
    h[n, -1, j] = 0
    """
    if nonlinearity not in ("tanh", "relu"):
        raise DataError(f"RNN: nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}")

    def step(name: Callable[[str], str], below: str, bias: bool) -> list[str]:
        of_input, of_state = _sums(name, below, "", bias)
        z, h = name("z"), name("h")
        return [
            f"{z}[n, t, j] = {of_input} + {of_state}",
            f"{h}[n, t, j] = {nonlinearity}({z}[n, t, j])",
            f"{h}[n, -1, j] = 0",
        ]

    arguments = {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers,
                 "nonlinearity": nonlinearity, "bias": bias}  # fmt: skip
    return _recurrent("RNN", 1, step, arguments)


@layer
def LSTM(input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True) -> Layer:
    """s_t = f s_{t-1} + i g, h_t = o tanh s_t; the gates, in the order i, f, g, o, are σ, for g tanh, of z."""

    def step(name: Callable[[str], str], below: str, bias: bool) -> list[str]:
        of_input, of_state = _sums(name, below, "q", bias)
        z, s, h = name("z"), name("s"), name("h")
        gates = zip("ifgo", ("sigmoid", "sigmoid", "tanh", "sigmoid"), strict=True)
        i, f, g, o = (f"{name(x)}[n, t, j]" for x in "ifgo")
        return [
            f"{z}[n, t, q, j] = {of_input} + {of_state}",
            *(f"{name(x)}[n, t, j] = {function}({z}[n, t, {k}, j])" for k, (x, function) in enumerate(gates)),
            f"{s}[n, t, j] = {f}*{s}[n, t-1, j] + {i}*{g}",
            f"{h}[n, t, j] = {o}*tanh({s}[n, t, j])",
            f"{s}[n, -1, j] = 0",
            f"{h}[n, -1, j] = 0",
        ]

    arguments = {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers, "bias": bias}
    return _recurrent("LSTM", 4, step, arguments)


@layer
def GRU(input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True) -> Layer:
    """h_t = (1 - z) m + z h_{t-1}, m = tanh(W x + b + r (U h_{t-1} + c)); r and z are σ of theirs; order r, z, m."""

    def step(name: Callable[[str], str], below: str, bias: bool) -> list[str]:
        of_input, of_state = _sums(name, below, "q", bias)
        p, u, h = name("p"), name("u"), name("h")
        r, z, m = (f"{name(x)}[n, t, j]" for x in "rzm")
        return [
            f"{p}[n, t, q, j] = {of_input}",
            f"{u}[n, t, q, j] = {of_state}",
            f"{r} = sigmoid({p}[n, t, 0, j] + {u}[n, t, 0, j])",
            f"{z} = sigmoid({p}[n, t, 1, j] + {u}[n, t, 1, j])",
            f"{m} = tanh({p}[n, t, 2, j] + {r}*{u}[n, t, 2, j])",
            f"{h}[n, t, j] = (1 - {z})*{m} + {z}*{h}[n, t-1, j]",
            f"{h}[n, -1, j] = 0",
        ]

    arguments = {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers, "bias": bias}
    return _recurrent("GRU", 3, step, arguments)


@layer
def Last() -> Layer:
    """y = the last step of a sequence."""
    return Layer("Last", {}, lambda axes: "input x[N, T, D]\ny[n, j] = x[n, T-1, j]")
