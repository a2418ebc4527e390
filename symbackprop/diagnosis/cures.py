"""Table of cures: what each is good against, and how it changes the network.

Weights whose products keep the variance of activations: X. Glorot and Y. Bengio, 2010 (Xavier), K. He et al., 2015.
Batch norm: S. Ioffe and C. Szegedy, 2015. Clipping, which cures explosion only: R. Pascanu et al., 2013. Leaky ReLU:
A. Maas et al., 2013.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from sympy import Add

from symbackprop.diagnosis.linear import mentions
from symbackprop.diagnosis.measuring import Run
from symbackprop.diagnosis.rewriting import with_batch_norm, with_leaky_relu
from symbackprop.diagnosis.units import Activation, unit_axes
from symbackprop.equations import Equation
from symbackprop.errors import NotSupported, ReadError
from symbackprop.layers import Init
from symbackprop.moments.gain import gain
from symbackprop.network import Network
from symbackprop.terms import Entry
from symbackprop.training.initialise import initialise

CLIP_NORM = 1.0


@dataclass(frozen=True)
class Case:
    """A network with parameters, and its run over the data."""

    network: Network
    parameters: Mapping[str, np.ndarray]
    run: Run
    seed: int

    @property
    def activations(self) -> Mapping[str, Activation]:
        return self.run.activations


@dataclass(frozen=True)
class Change:
    """What a cure makes of a network; ``words`` say it, and ``parameters`` are those that it replaces."""

    words: str
    network: Network
    parameters: Mapping[str, np.ndarray] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cure:
    """``apply`` gives the change, or says in words why there is none."""

    name: str
    against: tuple[str, ...]
    apply: Callable[[Case], Change | str]


CURES: list[Cure] = []


def _cure(name: str, *against: str) -> Callable[[Callable[[Case], Change | str]], Callable[[Case], Change | str]]:
    def enter(apply: Callable[[Case], Change | str]) -> Callable[[Case], Change | str]:
        CURES.append(Cure(name, against, apply))
        return apply

    return enter


@_cure("Xavier initialisation", "vanishing", "exploding", "dead", "saturated")
def xavier(case: Case) -> Change | str:
    """The same variance, 2/(fan_in + fan_out), whatever the activations are."""
    return _redrawn(case, "xavier_normal", lambda function: 1.0, "standard deviation √(2/(fan_in + fan_out))")


@_cure("matched initialisation", "vanishing", "exploding", "dead", "saturated")
def matched(case: Case) -> Change | str:
    """The variance that keeps the size of what the activation before passes on: He's, where that is ReLU."""
    functions = dict.fromkeys(a.function for a in case.activations.values())
    shown = ", ".join(f"{_gain(f):.3g} after {f}" for f in functions)
    return _redrawn(
        case, "kaiming_normal", _gain, f"standard deviation gain/√fan_in, the gain {shown or '1'} (√2 is He's)"
    )


@lru_cache(maxsize=256)
def _gain(function: str) -> float:
    """1/√E f(z)² for a standard normal z; 1 for what is no activation, and where the integral is not certain."""
    try:
        return float(gain(function)) if function else 1.0
    except (NotSupported, ReadError):
        return 1.0


def _redrawn(case: Case, rule: str, gain_of: Callable[[str], float], words: str) -> Change | str:
    """All weights anew, the biases of these layers at zero."""
    random = np.random.default_rng(case.seed)
    keys = {n: k for k, n in case.network.parameters.items()}
    drawn: dict[str, np.ndarray] = {}
    for name in case.run.order[:-1]:
        equation = case.run.network.formula.defining[name]
        for w in sorted(n for n in equation.reads if n in keys and _is_weight(case, equation, n)):
            drawn[keys[w]] = _drawn((rule, gain_of(_before(case, equation))), case, equation, w, random)
        if any(keys.get(n) in drawn for n in equation.reads):
            drawn |= {keys[b]: np.zeros_like(case.parameters[keys[b]]) for b in _biases(equation, keys)}
    return (
        Change(f"weights of {words}; biases 0", case.network, drawn) if drawn else "there are no weights to draw anew"
    )


def _before(case: Case, equation: Equation) -> str:
    """The activation whose output the equation reads, by way of what leaves its size as it is; "" without one."""
    defining, seen = case.run.network.formula.defining, {equation.name}
    while True:
        read = [n for n in equation.reads if n in defining and n not in seen]
        if len(read) != 1:
            return ""
        if read[0] in case.activations:
            return case.activations[read[0]].function
        seen.add(read[0])
        equation = defining[read[0]]


def _is_weight(case: Case, equation: Equation, name: str) -> bool:
    """Whether the parameter has two axes or more, none of them looked up by labels."""
    read = [e for e in equation.rhs.atoms(Entry) if e.name == name]
    looked_up = any(s.atoms(Entry) for e in read for s in e.slots)
    return len(case.run.network.formula.tensors[name].shape) > 1 and not looked_up


def _drawn(init: Init, case: Case, equation: Equation, name: str, random: np.random.Generator) -> np.ndarray:
    """New weights; a matrix that is written (in, out) is drawn as (out, in) and transposed."""
    shape = case.run.point.arrays[name].shape
    (entry, *_) = (e for e in equation.rhs.atoms(Entry) if e.name == name)
    outer = [set(s.free_symbols) & set(equation.indices) != set() for s in entry.slots]
    if len(shape) == 2 and outer == [False, True]:
        return initialise(init, shape[::-1], random).T
    return initialise(init, shape, random)


def _biases(equation: Equation, tensors: Mapping[str, str]) -> list[str]:
    """The parameters with one axis that are added."""
    terms = [t for t in Add.make_args(equation.rhs) if isinstance(t, Entry) and len(t.slots) <= 1]
    return [t.name for t in terms if t.name in tensors and mentions(equation.rhs, t.name)]


@_cure("batch norm", "vanishing", "exploding", "dead", "saturated")
def batch_norm(case: Case) -> Change | str:
    """Each unit's inputs to its activation with mean 0 and variance 1 over the batch, then scaled and shifted."""
    if next(iter(case.run.point.arrays.values())).shape[:1] == (1,):
        return "it takes two samples or more"
    formula = case.run.network.formula
    before: dict[str, tuple[str, list[int]]] = {}
    for name in case.activations:
        equation = formula.defining[name]
        (source,) = equation.reads & set(case.run.order)
        if source not in {n for _, n in _normalised(case)}:
            before[name] = source, unit_axes(case.run.point, equation)
    changed = with_batch_norm(case.network, before)
    if changed is None:
        return "no activation is left that reads a unit of its own without batch norm"
    return Change("batch norm before each activation", changed)


def _normalised(case: Case) -> set[tuple[str, str]]:
    return {edge for edge, known in case.run.graph.edges.items() if known is not None and known.mixes}


@_cure("leaky ReLU", "dead")
def leaky_relu(case: Case) -> Change | str:
    """A small slope below zero, through which a unit comes back."""
    changed = with_leaky_relu(case.network, case.activations)
    return "there is no ReLU to make leaky" if changed is None else Change("x/100 in place of 0 for x < 0", changed)


@_cure("gradient clipping", "exploding")
def clipping(case: Case) -> Change | str:
    """All gradients together at most so long; their proportions stay, and so it is no cure for what vanishes."""
    words = f"the norm of all gradients at most {CLIP_NORM:g}"
    return Change(words, case.network, options={"clip_norm": CLIP_NORM})
