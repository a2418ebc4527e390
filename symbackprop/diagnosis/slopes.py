"""How steep an activation can get: certified, once for each function."""

import re
from functools import lru_cache

import numpy as np
from sympy import Expr, Rational, Symbol

from symbackprop.diagnosis.local import Local
from symbackprop.equations import Equation
from symbackprop.errors import NotSupported, ReadError
from symbackprop.extremes.bounds import bounds
from symbackprop.notation import formula, text
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


def slopes_of(function: str, values: np.ndarray) -> np.ndarray:
    """The derivative of a function of x at each of the values, by the derived and generated code.

    >>> slopes_of("sigmoid(x)", np.zeros((1, 2)))
    array([[0.25, 0.25]])
    """
    flat = np.asarray(values, dtype=float).ravel()
    return _local(function).pull_back({"x": flat}, np.ones_like(flat), {}).reshape(np.shape(values))


@lru_cache(maxsize=256)
def _local(function: str) -> Local:
    entry = re.sub(r"\bx\b", "x[n]", function)
    read = formula(f"input x[N]\ny[n] = {entry}")
    return Local(read, read.equations[0], "x")


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
