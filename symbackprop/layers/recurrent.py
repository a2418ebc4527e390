"""Recurrent layers over sequences of any length, batch first: the whole sequence of states is passed on.

The state before the first step is zero. Several layers are stacked as PyTorch stacks them, each fed with the states of
the one below. A bidirectional one has a second recurrence that reads the sequence from its end; at each step the
states of both stand beside one another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from symbackprop.errors import DataError
from symbackprop.layers.table import Init, Layer, layer, positive

_KEYS = {"W": "weight_ih", "U": "weight_hh", "b": "bias_ih", "c": "bias_hh"}
_REVERSE = "_reverse"  # as the keys of a state_dict end
Name = Callable[[str], str]


@dataclass(frozen=True)
class _Below:
    """What a recurrence reads at step t: a sequence, where in it, and the indices of its last axis."""

    sequence: str
    at: str
    indices: str

    @property
    def last(self) -> str:
        return f"({self.indices})" if "," in self.indices else self.indices

    @property
    def entry(self) -> str:
        return f"{self.sequence}[n, {self.at}, {self.last}]"


Step = Callable[[Name, _Below, bool], list[str]]


def _recurrent(kind: str, gates: int, step: Step, arguments: dict[str, Any]) -> Layer:
    """``step`` gives the equations of one recurrence from its naming, what it reads and whether there are biases."""
    D, H, L = (arguments[n] for n in ("input_size", "hidden_size", "num_layers"))
    bias, both_ways = arguments["bias"], arguments["bidirectional"]
    positive(kind, input_size=D, hidden_size=H, num_layers=L)
    letters, ways = "WUbc" if bias else "WU", ("", _REVERSE) if both_ways else ("",)

    def text(axes: int) -> str:
        lines, below, width = ["input x[N, T, D]", *(["index t < T", "index e < 2"] if both_ways else [])], "x", "D"
        for k in range(L):
            rows, last = "H" if gates == 1 else f"({gates}, H)", "d" if width in "DH" else "e, d"
            shapes = {"W": f"{rows}, {width}", "U": f"{rows}, H", "b": rows, "c": rows}
            for way in ways:
                name = _naming(k, way)
                lines.append("param " + ", ".join(f"{name(n)}[{shapes[n]}]" for n in letters))
                lines += step(name, _Below(below, "T-1-t" if way else "t", last), bias)
            below, width = _naming(k)("h"), "H"
            if both_ways:
                up, down = f"{below}[n, t, j]", f"{_naming(k, _REVERSE)('h')}[n, T-1-t, j]"
                below, width = _naming(k)("y"), "(2, H)"
                lines.append(f"{below}[n, t, (e, j)] = (e == 0)*{up} + (e == 1)*{down}")
        return "\n".join(lines)

    keys = {_naming(k, way)(n): f"{_KEYS[n]}_l{k}{way}" for k in range(L) for way in ways for n in letters}
    start: Init = ("uniform", H**-0.5)
    return Layer(kind, arguments, text, {"D": D, "H": H}, keys, dict.fromkeys(keys, start))


def _naming(layer: int, way: str = "") -> Name:
    """Names of one recurrence: those of later layers are numbered, those of one that runs backwards end in r."""
    marks = [str(layer + 1)] * (layer > 0) + ["r"] * bool(way)
    return lambda letter: "_".join([letter, *marks]) + "_" * (marks[-1:] == [str(layer + 1)])


def _sums(name: Name, below: _Below, gate: str, bias: bool) -> tuple[str, str]:
    """What comes from the input and what from the state before, at one entry."""
    row = f"({gate}, j)" if gate else "j"
    added = [f" + {name(n)}[{row}]" if bias else "" for n in "bc"]
    return (
        f"sum({below.indices}, {name('W')}[{row}, {below.last}]*{below.entry}){added[0]}",
        f"sum(k, {name('U')}[{row}, k]*{name('h')}[n, t-1, k]){added[1]}",
    )


@layer
def RNN(
    input_size: int,
    hidden_size: int,
    num_layers: int = 1,
    nonlinearity: str = "tanh",
    bias: bool = True,
    bidirectional: bool = False,
) -> Layer:
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

    def step(name: Name, below: _Below, bias: bool) -> list[str]:
        of_input, of_state = _sums(name, below, "", bias)
        z, h = name("z"), name("h")
        return [
            f"{z}[n, t, j] = {of_input} + {of_state}",
            f"{h}[n, t, j] = {nonlinearity}({z}[n, t, j])",
            f"{h}[n, -1, j] = 0",
        ]

    arguments = {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers,
                 "nonlinearity": nonlinearity, "bias": bias, "bidirectional": bidirectional}  # fmt: skip
    return _recurrent("RNN", 1, step, arguments)


@layer
def LSTM(
    input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True, bidirectional: bool = False
) -> Layer:
    """s_t = f s_{t-1} + i g, h_t = o tanh s_t; the gates, in the order i, f, g, o, are σ, for g tanh, of z."""

    def step(name: Name, below: _Below, bias: bool) -> list[str]:
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

    arguments = {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers, "bias": bias,
                 "bidirectional": bidirectional}  # fmt: skip
    return _recurrent("LSTM", 4, step, arguments)


@layer
def GRU(
    input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True, bidirectional: bool = False
) -> Layer:
    """h_t = (1 - z) m + z h_{t-1}, m = tanh(W x + b + r (U h_{t-1} + c)); r and z are σ of theirs; order r, z, m."""

    def step(name: Name, below: _Below, bias: bool) -> list[str]:
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

    arguments = {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers, "bias": bias,
                 "bidirectional": bidirectional}  # fmt: skip
    return _recurrent("GRU", 3, step, arguments)


@layer
def Last() -> Layer:
    """y = the last step of a sequence."""
    return Layer("Last", {}, lambda axes: "input x[N, T, D]\ny[n, j] = x[n, T-1, j]")
