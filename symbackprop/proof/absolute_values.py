"""Bounds of one real number with absolute values in them: on each half of the line they are functions without bars.

``|tanh x| <= |x|`` comes down to ``s - tanh s >= 0`` and ``s + tanh s >= 0`` for s > 0. Those are odd, so that s times
them decides on the whole line, where zero is a point inside at which derivatives tell.
"""

from collections.abc import Callable, Iterator
from itertools import product

from sympy import Dummy, Expr, S, Symbol

from symbackprop.functions import row_of
from symbackprop.proof.enclosure import enclosure, number
from symbackprop.proof.one_variable import sign_on
from symbackprop.proof.question import nodes

_MOST_BARS = 3


def has_bars(f: Expr) -> bool:
    """Whether an absolute value stands in a function."""
    return any(_is_bar(x) for x in nodes(f))


def not_negative_by_halves(f: Expr, t: Symbol, is_zero: Callable[[Expr], bool], deadline: float) -> bool:
    """Whether a function of any real number is certainly never negative; a number of bars may be added up in it.

    >>> from symbackprop.functions import apply
    >>> import time
    >>> t = Symbol("t", real=True)
    >>> f = 1 + t**2 - 2*apply("abs", t)
    >>> not_negative_by_halves(f, t, lambda e: e.expand() == 0, time.process_time() + 5)
    True
    """
    bars = {x: Dummy() for x in nodes(f) if _is_bar(x)}
    rest = f.xreplace(bars).expand()
    weights = {x: rest.coeff(d) for x, d in bars.items()}
    plain = rest - sum((c * bars[x] for x, c in weights.items()), S.Zero)
    plain = plain.expand()
    if len(bars) > _MOST_BARS or plain.free_symbols & set(bars.values()):
        return False
    if any(not c.is_Rational or has_bars(x.args[0]) for x, c in weights.items()):
        return False
    for side in (t, -t):
        choices = [list(_without_bars(x.args[0].xreplace({t: side}), c, t)) for x, c in weights.items()]
        for chosen in product(*choices):
            half = plain.xreplace({t: side}) + sum(
                (c * u for c, u in zip(weights.values(), chosen, strict=True)), S.Zero
            )
            if not _holds(half, t, is_zero, deadline):
                return False
    return True


def _is_bar(x: Expr) -> bool:
    row = row_of(x)
    return row is not None and row.name == "abs"


def _without_bars(u: Expr, weight: Expr, t: Symbol) -> Iterator[Expr]:
    """What ``weight |u|`` is at least, for t > 0, all of it together: with a negative weight both signs of u."""
    if (u / t).is_Rational:
        yield abs(u / t) * t
    elif weight < 0:
        yield from (u, -u)
    else:
        yield u if enclosure(u, t, number(S.One)) > 0 else -u


def _holds(half: Expr, t: Symbol, is_zero: Callable[[Expr], bool], deadline: float) -> bool:
    """Whether a function is not negative for t > 0."""
    turned = half.xreplace({t: -t})
    if is_zero(half):
        return True
    if is_zero(half + turned):
        return sign_on(t * half, t, None, None, is_zero, deadline).sign is not None
    low = None if is_zero(half - turned) else 0
    return sign_on(half, t, low, None, is_zero, deadline).sign is not None
