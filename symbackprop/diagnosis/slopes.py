"""How steep an activation can get: certified, once for each function."""

from functools import lru_cache

from sympy import Expr, Rational, Symbol

from symbackprop.equations import Equation
from symbackprop.errors import NotSupported, ReadError
from symbackprop.extremes.bounds import bounds
from symbackprop.notation import text
from symbackprop.terms import Entry

_SECONDS = 5.0
_X = Entry("x")


def function_of(equation: Equation, name: str, values: dict[Entry, Expr] | None = None) -> str | None:
    """The function of one variable that an equation applies to each entry of a tensor, in the letter x; else None.

    ``values``: numbers of other entries, as the slope that a PReLU has learnt.

    >>> import symbackprop as sb
    >>> e = sb.formula("input z[N]" + chr(10) + "a[n] = where(z[n] > 0, z[n], z[n]/10)").equations[0]
    >>> function_of(e, "z")
    'where(x > 0, x, x/10)'
    """
    rhs = equation.rhs.xreplace({Entry(name, *equation.slots): _X} | (values or {}))
    if any(e != _X for e in rhs.atoms(Entry)) or not _is_plain(rhs):
        return None
    try:
        return text(rhs)
    except NotSupported:
        return None


def _is_plain(expr: Expr) -> bool:
    """Whether nothing but x is left: no index and no size."""
    return not {s for s in expr.free_symbols | expr.atoms(Symbol) if s not in (_X, _X.tensor)}


def numbers_of(equation: Equation, arrays: dict) -> dict[Entry, Expr]:
    """The values of single entries that an equation reads at fixed places, exactly as they are in float64."""
    fixed = [e for e in equation.rhs.atoms(Entry) if e.name in arrays and all(s.is_Integer for s in e.slots)]
    return {e: Rational(float(arrays[e.name][tuple(map(int, e.slots))])) for e in fixed}


@lru_cache(maxsize=256)
def steepest(function: str) -> float | None:
    """The least upper bound of |f'|, rounded upwards; None where it is infinite or not certain.

    >>> steepest("sigmoid(x)"), steepest("relu(x)"), steepest("x**2")
    (0.25, 1.0, None)
    """
    try:
        slope = bounds(function, _SECONDS).derivative
    except (NotSupported, ReadError):
        return None
    ends = [slope.low.value, slope.high.value]
    if any(e is None for e in ends):
        return None
    return max(float(abs(e).upper()) for e in ends)
