"""Functions as formulas name them: those of the table, those made from them, and unknown elementwise ones.

An unknown function f is a class of its own with f' as derivative. Where numbers are needed it stands for a smooth
function without symmetries, so that no identity holds by accident.
"""

from functools import cache
from typing import Any

from sympy import Dummy, Expr, Pow, Rational, S

from symbackprop.functions import FUNCTIONS, Elementwise, Scalar, apply, row_of

_HALF = Rational(1, 2)
_MADE = {
    "sec": lambda x: 1 / apply("cos", x),
    "csc": lambda x: 1 / apply("sin", x),
    "cot": lambda x: apply("cos", x) / apply("sin", x),
    "sech": lambda x: 1 / apply("cosh", x),
    "csch": lambda x: 1 / apply("sinh", x),
    "coth": lambda x: apply("cosh", x) / apply("sinh", x),
    "erfc": lambda x: 1 - apply("erf", x),
    "swish": lambda x: x * apply("sigmoid", x),
    "gelu": lambda x: x * (1 + apply("erf", x / Pow(2, _HALF))) * _HALF,
    "log10": lambda x: apply("log", x) / apply("log", S(10)),
}


def known(name: str) -> bool:
    return name in FUNCTIONS or name in _MADE


def applied(name: str, x: Expr) -> Expr:
    """The function of that name, table or made; ``unknown:f`` for an unknown one."""
    if name.startswith("unknown:"):
        return unknown(name.partition(":")[2], 0)(x)
    return _MADE[name](x) if name in _MADE else apply(name, x)


def derivative_of(name: str, x: Expr, times: int) -> Expr:
    """The derivative of a function at an expression.

    >>> from sympy import Symbol
    >>> derivative_of("tanh", Symbol("z"), 1)
    1 - tanh(z)**2
    """
    if name.startswith("unknown:"):
        return unknown(name.partition(":")[2], times)(x)
    argument = Dummy("t", real=True)
    body = applied(name, argument)
    for _ in range(times):
        body = body.diff(argument)
    return body.xreplace({argument: x})


@cache
def unknown(name: str, primes: int) -> type:
    """The class of an unknown elementwise function, or of its derivative."""

    def value(o: Any, x: Any) -> Any:
        # e^(x/2) + sin(cx), differentiated as often as there are primes; c tells functions apart
        c = o.rational(3 + sum(map(ord, name)) % 7, 5)
        waves = (o.sin(c * x), c * o.cos(c * x), -c * c * o.sin(c * x), -c * c * c * o.cos(c * x))
        half = o.rational(1, 2)
        factor = 1
        for _ in range(primes):
            factor = factor * half
        return factor * o.exp(half * x) + (waves[primes] if primes < 4 else waves[primes % 4] * c**4)

    row = Scalar(
        name + "'" * primes,
        latex=name + "'" * primes + r"\left({x}\right)",
        derivative=lambda x, y: unknown(name, primes + 1)(x),
        derivative_latex=name + "'" * (primes + 1),
        numpy="{x}",
        value=value,
    )
    return type(row.name, (Elementwise,), {"row": row})


def is_unknown_function(expr: Expr) -> bool:
    row = row_of(expr)
    return row is not None and row.name not in FUNCTIONS
