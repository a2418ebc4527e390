"""The number types that the loop evaluator can compute with.

``VECTOR`` is many evaluations at once: each number is a NumPy array over perturbed copies of one point. All copies
must take the same branch of every comparison; where they do not, some perturbation crossed a kink, and
``KinkCrossed`` says so.
"""

import cmath
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from symbackprop.errors import NotSupported, SymbackpropError


class KinkCrossed(SymbackpropError):
    """Perturbed copies of a point disagree about a comparison: the point is too close to a kink."""


@dataclass(frozen=True)
class Numbers:
    """Constants, functions and comparisons of one number type."""

    name: str
    rational: Callable[[int, int], Any]
    exp: Callable[[Any], Any]
    log: Callable[[Any], Any]
    sin: Callable[[Any], Any]
    cos: Callable[[Any], Any]
    tanh: Callable[[Any], Any]
    erf: Callable[[Any], Any]
    atan: Callable[[Any], Any]
    floor: Callable[[Any], Any]
    sqrt: Callable[[Any], Any]
    power: Callable[[Any, int, int], Any]  # base ** (p/q)
    pi: Callable[[], Any]
    less: Callable[[Any, Any], bool]
    infinity: Any = math.inf
    whole: Callable[[Any], int] = int  # what is known to be a whole number, as an index


def _refuse(what: str) -> Callable[..., Any]:
    def raise_it(*_: Any) -> Any:
        raise NotSupported(what)

    return raise_it


FLOAT = Numbers(
    "float", lambda p, q: p / q, math.exp, math.log, math.sin, math.cos, math.tanh, math.erf, math.atan,
    math.floor, math.sqrt,
    lambda b, p, q: float(b) ** (p / q), lambda: math.pi, lambda a, b: a < b,
)  # fmt: skip

COMPLEX = Numbers(
    "complex", lambda p, q: complex(p / q), cmath.exp, cmath.log, cmath.sin, cmath.cos, cmath.tanh,
    _refuse("erf of a complex number"), cmath.atan, _refuse("the floor of a complex number"), cmath.sqrt,
    lambda b, p, q: complex(b) ** (p / q), lambda: complex(math.pi),
    lambda a, b: complex(a).real < complex(b).real,
)  # fmt: skip


def _fraction_root(x: Any) -> Fraction:
    x = Fraction(x)
    if x >= 0:
        p, q = math.isqrt(x.numerator), math.isqrt(x.denominator)
        if p * p == x.numerator and q * q == x.denominator:
            return Fraction(p, q)
    raise NotSupported(f"the square root of {x} is not a fraction")


def _fraction_power(base: Any, p: int, q: int) -> Fraction:
    if q == 1:
        return Fraction(base) ** p
    if q == 2:
        return _fraction_root(base) ** p
    raise NotSupported(f"({base})**({p}/{q}) is not a fraction")


_not_rational = _refuse("a function whose values are not fractions")
FRACTION = Numbers(
    "fraction", Fraction, _not_rational, _not_rational, _not_rational, _not_rational, _not_rational, _not_rational,
    _not_rational, math.floor, _fraction_root, _fraction_power, _not_rational, lambda a, b: a < b,
)  # fmt: skip


def _same(mask: Any) -> bool:
    if isinstance(mask, np.ndarray):
        if mask.all():
            return True
        if mask.any():
            raise KinkCrossed("the perturbations straddle a kink")
        return False
    return bool(mask)


def _vector_power(base: Any, p: int, q: int) -> Any:
    return np.asarray(base) ** (p if q == 1 and p >= 0 else p / q)


def _vector(name: str, erf: Callable[[Any], Any]) -> Numbers:
    return Numbers(
        name, lambda p, q: p / q, np.exp, np.log, np.sin, np.cos, np.tanh, erf, np.arctan,
        lambda x: _level(np.floor(np.real(x))), np.sqrt, _vector_power,
        lambda: math.pi, lambda a, b: _same(np.real(a) < np.real(b)),
    )  # fmt: skip


def _level(values: Any) -> Any:
    """A floor that all copies share."""
    if np.size(values) and not (values == np.ravel(values)[0]).all():
        raise KinkCrossed("the perturbations straddle a jump")
    return values


def _vector_erf(x: Any) -> Any:
    from scipy.special import erf  # SciPy takes long to import and few formulas need it

    return erf(x)


VECTOR = _vector("vector", _vector_erf)


def mpmath_numbers() -> Numbers:
    """mpmath's reals at the working precision ``mpmath.mp.dps``."""
    from mpmath import mp

    return Numbers(
        "mpmath", lambda p, q: mp.mpf(p) / q, mp.exp, mp.log, mp.sin, mp.cos, mp.tanh, mp.erf, mp.atan,
        mp.floor, mp.sqrt,
        lambda b, p, q: mp.mpf(b) ** (mp.mpf(p) / q), lambda: +mp.pi, lambda a, b: bool(a < b), mp.inf,
    )  # fmt: skip


def arb_numbers() -> Numbers:
    """python-flint's real balls at ``flint.ctx.prec`` bits: each value with a rigorous error bound.

    A comparison that the balls do not decide raises ``KinkCrossed``.
    """
    from flint import arb, fmpq

    def less(a: Any, b: Any) -> bool:
        a, b = arb(a), arb(b)
        if a < b:
            return True
        if a >= b:
            return False
        raise KinkCrossed(f"{a} and {b} overlap: which is larger is not certain at this precision")

    def floor(x: Any) -> Any:
        below = arb(x).floor()
        if not below.is_exact():
            raise KinkCrossed(f"{x} may be on either side of a whole number")
        return below

    def power(b: Any, p: int, q: int) -> Any:
        return arb(b) ** p if q == 1 else arb(b) ** (arb(p) / q)

    return Numbers(
        "arb", lambda p, q: arb(fmpq(p, q)), lambda x: arb(x).exp(), lambda x: arb(x).log(), lambda x: arb(x).sin(),
        lambda x: arb(x).cos(), lambda x: arb(x).tanh(), lambda x: arb(x).erf(),
        lambda x: arb(x).atan(), floor, lambda x: arb(x).sqrt(), power,
        arb.pi, less, arb("inf"), lambda x: int(arb(x).unique_fmpz() or 0),
    )  # fmt: skip
