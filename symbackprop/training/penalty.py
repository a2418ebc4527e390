"""Penalties on large weights, as equations: the cost gains them, and their gradients are derived like all others.

The cost becomes C + l1·Σ|w| + (l2/2)·Σw², over the weights alone: parameters of two axes or more. Biases, and the
scales of normalising layers, are left out. With the half, ``l2`` is what ``weight_decay`` is in SGD; at w = 0 the
derivative of |w| is taken as 0. Validation and ``evaluate`` show the loss without the penalty.

L2: A. Hoerl and R. Kennard, 1970; L1: R. Tibshirani, 1996.
"""

import math
from dataclasses import replace
from decimal import Decimal

from symbackprop.equations import Formula
from symbackprop.errors import DataError
from symbackprop.network import Network
from symbackprop.notation import formula, text
from symbackprop.training.optimizer import is_number


def penalised(network: Network, l1: float, l2: float) -> Network:
    """The network with the penalties in its cost; itself where both are 0.

    Raises ``DataError`` for what is no number from 0 on, and where there is no weight to penalise.

    >>> import symbackprop as sb
    >>> penalised(sb.Sequential(sb.Linear(2, 1), loss=sb.MSELoss()).network, 0.0, 0.1).formula.equations[-1]
    J = C + P2/20
    """
    for name, value in (("l1", l1), ("l2", l2)):
        if not is_number(value) or not 0 <= value < math.inf:
            raise DataError(f"{name} must not be negative, got {value!r}")
    if not l1 and not l2:
        return network
    if not network.weights:
        raise DataError("no parameter has two axes or more: there are no weights for l1 or l2 to act on")
    return replace(
        network,
        formula=_with_terms(network.formula, network.weights, l1, l2),
        evaluation=network.evaluation or network,
    )


def _with_terms(plain: Formula, weights: list[str], l1: float, l2: float) -> Formula:
    """The formula with its cost at the end, written on in its own notation."""
    taken = {*plain.tensors, *(s.name for s in plain.sizes)}
    lines, cost = [text(plain)], plain.output.name
    for factor, name, each in ((l1, "P1", "abs({w})"), (l2, "P2", "{w}**2")):
        if factor:
            name = _new(name, taken)
            terms = " + ".join(_total(w, len(plain.tensors[w].shape), each) for w in weights)
            lines.append(f"{name} = {terms}")
            share = format(Decimal(repr(float(factor))), "f")
            cost += f" + {share}*{name}" + ("/2" if each == "{w}**2" else "")
    lines.append(f"{_new('J', taken)} = {cost}")
    return replace(formula("\n".join(lines)), title=plain.title)


def _total(weight: str, axes: int, each: str) -> str:
    indices = ", ".join(f"p{k + 1}" for k in range(axes))
    return f"sum({indices}, {each.format(w=f'{weight}[{indices}]')})"


def _new(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name
