r"""``gain``: how an activation changes the second moment of what passes it, forwards and backwards.

For weights $W$ with mean 0 and variance $v$, independent of the activations, $z_j = \sum_i W_{ji} a_i$ has
$E z_j^2 = v \cdot \text{fan\_in} \cdot E a^2$; with $a = f(\zeta)$ and $\zeta$ standard normal the signal keeps its
size for $v = 1/(\text{fan\_in} \cdot E f(\zeta)^2)$, and the gradient for $v = 1/(\text{fan\_out} \cdot E f'(\zeta)^2)$
(Glorot and Bengio, 2010; He et al., 2015, who have f = ReLU).
"""

import time
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr, S

from symbackprop.extremes.branches import Piece, pieces
from symbackprop.extremes.reading import T, is_zero, one_variable
from symbackprop.extremes.shown import shown
from symbackprop.moments.closed import closed_mean
from symbackprop.moments.integral import normal_integral
from symbackprop.proof.enclosure import number

_PRECISION = 128
_LONGEST = 60  # characters of an exact value that is still shown as such


@dataclass(frozen=True)
class Moment:
    """A mean over a standard normal variable: ``value`` as a ball that is certain to hold it, ``exact`` where it
    closes."""

    value: Any
    exact: Expr | None

    def __float__(self) -> float:
        return float(self.value)

    def __str__(self) -> str:
        short = self.exact is not None and len(str(self.exact)) <= _LONGEST
        return shown(self.value, self.exact if short else None)


@dataclass(frozen=True)
class Gain:
    """``mean`` E f(z), ``forward`` E f(z)², ``backward`` E f'(z)², for a standard normal z."""

    text: str
    mean: Moment
    forward: Moment
    backward: Moment

    def __float__(self) -> float:
        """1/√E f(z)²: by what weights of standard deviation 1/√fan_in must be multiplied."""
        return float(1 / self.forward.value.sqrt())

    def __str__(self) -> str:
        return "\n".join((
            f"{self.text}, z standard normal",
            f"  E f(z)      {self.mean}",
            f"  E f(z)^2    {self.forward}",
            f"  E f'(z)^2   {self.backward}",
            f"  gain        {float(self):.12g}: weights of standard deviation gain/sqrt(fan_in) keep the signal's size",
        ))  # fmt: skip

    __repr__ = __str__


def gain(function: Any, seconds: float = 20.0) -> Gain:
    """The moments of an activation that its initialisation needs, exact where they close and certified elsewhere.

    ``function`` is a formula in one letter, the name of a function of the table, or an activation layer. Raises
    ``ReadError`` for what is no such function and ``NotSupported`` where a moment is infinite or not certain.

    >>> gain("relu(x)").forward.exact, float(gain("relu(x)"))
    (1/2, 1.4142135623730951)
    >>> print(gain("tanh(x)").forward)
    0.394294490397...
    """
    import flint

    text, f = one_variable(function)
    before, flint.ctx.prec = flint.ctx.prec, _PRECISION
    try:
        parts = pieces(f, T, is_zero, time.process_time() + seconds)
        slopes = [replace(p, expr=p.expr.diff(T)) for p in parts]
        return Gain(text, _mean(parts, 1), _mean(parts, 2), _mean(slopes, 2))
    finally:
        flint.ctx.prec = before


def _mean(parts: list[Piece], power: int) -> Moment:
    """E g(z)^power. Kinks and jumps between the pieces have probability zero."""
    raised = [replace(p, expr=p.expr**power) for p in parts if p.expr != 0]
    return Moment(sum((normal_integral(p, T) for p in raised), start=number(S.Zero)), closed_mean(raised, T))
