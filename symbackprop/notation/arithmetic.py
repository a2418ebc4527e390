"""SymPy terms from parsed operations, with limits: no number grows beyond use, nothing undefined is built.

SymPy evaluates numbers eagerly: ``9**9**9`` would never return, ``1/0`` would go on as ``zoo``. So exponents are
bounded before a power is built, and every result is looked at.
"""

from typing import Any

from sympy import AccumBounds, Add, Expr, Function, I, Integer, Mul, Number, Pow, Rational, nan, zoo

from symbackprop.functions import FUNCTIONS, apply
from symbackprop.indices import is_literal
from symbackprop.notation.messages import Refusal
from symbackprop.notation.syntax import Place
from symbackprop.terms import Delta, FloorDiv, Less, LessEqual, NotEqual

MAX_EXPONENT = 64
_MAX_BITS = 4_000

COMPARISONS: dict[str, Any] = {
    "==": Delta,
    "!=": NotEqual,
    "<": Less,
    "<=": LessEqual,
    ">": lambda a, b: Less(b, a),
    ">=": lambda a, b: LessEqual(b, a),
}


def add(terms: list[tuple[str, Expr]], at: Place) -> Expr:
    return checked(Add(*(-t if sign == "-" else t for sign, t in terms)), at)


def multiply(factors: list[tuple[str, Expr]], at: Place) -> Expr:
    """The product from left to right; ``//`` divides all that stands left of it, rounded down."""
    done: list[Expr] = []
    for op, factor in factors:
        if op == "*":
            done.append(factor)
            continue
        if factor.is_zero:
            raise Refusal("undefined", at, hint="a division by zero")
        if op == "/":
            done.append(Pow(factor, -1))
        else:
            done = [_floor(Mul(*done), factor, at)]
    return checked(Mul(*done), at)


def _floor(a: Expr, b: Expr, at: Place) -> Expr:
    if not (a.is_integer and b.is_integer):
        raise Refusal("integer", at, what="what // divides", hint="numbers are divided by /")
    return FloorDiv(a, b)


def power(base: Expr, exponent: Expr, at: Place) -> Expr:
    if exponent.is_number:
        if not isinstance(exponent, Rational) or abs(exponent) > MAX_EXPONENT:
            raise Refusal("exponent", at, limit=MAX_EXPONENT)
        if isinstance(base, Number) and _bits(base) * (abs(exponent) + 1) > _MAX_BITS:
            raise Refusal("huge", at)
        if base.is_zero and exponent.is_negative:
            raise Refusal("undefined", at, hint="a division by zero")
        if isinstance(base, Number) and base.is_negative and not is_literal(exponent):
            raise Refusal("undefined", at, hint="a root of a negative number")
    return checked(Pow(base, exponent), at)


def function(name: str, x: Expr, at: Place) -> Expr:
    # A function of a function of numbers, exp(exp(exp(9))), is more than any assumption query of SymPy survives.
    if x.is_number and x.has(Function):
        raise Refusal("huge", at)
    found = apply(name, x)
    if isinstance(x, Rational) and not isinstance(found, Number) and not FUNCTIONS[name].defined(float(x)):
        raise Refusal("undefined", at, hint=f"{name} is defined for {FUNCTIONS[name].domain}")
    return checked(found, at)


def checked(expr: Expr, at: Place) -> Expr:
    if expr is nan or expr is zoo or expr.has(I, zoo, nan, AccumBounds):
        raise Refusal("undefined", at, hint="a division by zero, a root or a logarithm outside of its domain")
    if isinstance(expr, Number) and _bits(expr) > _MAX_BITS:
        raise Refusal("huge", at)
    return expr


def _bits(number: Number) -> int:
    return number.p.bit_length() + number.q.bit_length() if isinstance(number, Rational) else 0


def not_less(a: Expr, b: Expr) -> bool:
    """Whether a >= b for all sizes, as far as a polynomial shows it: all coefficients non-negative from size 1 upwards.

    >>> from symbackprop.indices import size
    >>> N = size("N")
    >>> not_less(N, N - 2), not_less(2*N - 1, N), not_less(N - 2, N), not_less(N, size("M"))
    (True, True, False, False)
    """
    gap = a - b
    gap = gap.xreplace({s: s + 1 for s in gap.free_symbols}).expand()
    if gap.atoms(FloorDiv):
        return gap == 0
    return all(t.as_coeff_Mul()[0] >= 0 for t in Add.make_args(gap))


def number(numerator: int, denominator: int) -> Expr:
    return Integer(numerator) if denominator == 1 else Rational(numerator, denominator)
