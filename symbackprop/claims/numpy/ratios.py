"""The one number by which what is claimed differs from what is true."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Expr, Rational, sign, sqrt


def is_near(a: Any, b: Any, tolerance: float = 1e-6) -> bool:
    return a.shape == b.shape and bool(np.all(np.abs(a - b) <= tolerance * max(1e-12, float(np.abs(b).max(initial=0)))))


def ratio(pairs: list[tuple[Any, Any]], tolerance: float = 1e-6) -> Expr | None:
    """The one number k with k * a = b at all points, as a small fraction; None where there is none."""
    a, b = (np.concatenate([np.asarray(p[k], dtype=float).ravel() for p in pairs]) for k in (0, 1))
    if a.shape != b.shape or not np.any(a):
        return None
    k = float(a @ b / (a @ a))
    for root in (False, True):
        near = Fraction(k * abs(k) if root else k).limit_denominator(64)
        if near and is_near(a * (math.copysign(abs(near) ** 0.5, k) if root else float(near)), b, tolerance):
            exact = Rational(near.numerator, near.denominator)
            return sign(exact) * sqrt(abs(exact)) if root else exact
    return None
