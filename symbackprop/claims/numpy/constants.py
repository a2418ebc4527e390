"""Exact numbers for the floats in a person's code.

``2/5``, ``1e-2`` and ``1/3`` arrive as floats. The nearby small fraction, square root of one, or multiple of pi is
meant only if it converts back to exactly the same float, or else lies within the rounding of one operation on numbers
about 1: ``0.9 - 1`` is a float beside -1/10, and means that. Else the shortest decimal is taken.
"""

import math
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from sympy import Expr, Integer, Rational

from symbackprop.claims.numpy.trace import NotLifted

_SHORT = 12  # digits that a person may have written out
_SMALL = 4096  # the largest denominator that is not taken for chance
_ROUNDED = 4 * 2.0**-53


def exact(value: Any) -> Expr:
    """The number that is meant.

    >>> exact(2/5), exact(1/3), exact(0.044715), exact(2**0.5), exact(True), exact(0.9 - 1)
    (2/5, 1/3, 8943/200000, sqrt(2), 1, -1/10)
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int):
        return Integer(int(value))
    if isinstance(value, Fraction):
        return Rational(value.numerator, value.denominator)
    if isinstance(value, float):
        return _from_float(value)
    raise NotLifted(f"a value of type {type(value).__name__}")


@lru_cache(maxsize=1000)
def _from_float(x: float) -> Expr:
    if math.isinf(x):
        return sympy.oo if x > 0 else -sympy.oo
    if math.isnan(x):
        raise NotLifted("nan")
    decimal = Fraction(repr(x))
    if len(repr(x).lstrip("-0.").split("e")[0].replace(".", "")) <= _SHORT:
        return Rational(decimal.numerator, decimal.denominator)
    near = [meant(q, x) for square, scale, meant in _SURDS if (q := _small((x * x if square else x) / scale))]
    short = Fraction(repr(round(x, _SHORT)))
    near.append(Rational(short.numerator, short.denominator))
    for error in (0.0, _ROUNDED * max(1.0, abs(x))):
        for candidate in near:
            if candidate and abs(float(candidate) - x) <= error:
                return candidate
    return Rational(decimal.numerator, decimal.denominator)


def _small(x: float) -> Expr:
    near = Fraction(x).limit_denominator(_SMALL)
    return Rational(near.numerator, near.denominator)


def _root(q: Expr, x: float) -> Expr:
    return sympy.sqrt(q) if x > 0 else -sympy.sqrt(q)


_SURDS: tuple = (
    (False, 1.0, lambda q, x: q),
    (True, 1.0, _root),
    (False, math.pi, lambda q, x: q * sympy.pi),
    (False, 1 / math.pi, lambda q, x: q / sympy.pi),
    (True, math.pi, lambda q, x: _root(q * sympy.pi, x)),
    (True, 1 / math.pi, lambda q, x: _root(q / sympy.pi, x)),
)
