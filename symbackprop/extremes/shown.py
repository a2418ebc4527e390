"""Certified numbers for people: digits that are sure, with an exact form in front where one is known."""

from typing import Any

from sympy import Expr

_DIGITS = 12


def shown(value: Any, exact: Expr | None) -> str:
    """The number as text; its digits are cut, not rounded.

    >>> from flint import arb
    >>> shown(arb(2).sqrt(), None)
    '1.41421356237...'
    """
    if exact is not None and exact.is_Rational:
        return str(exact)
    digits = value.str(_DIGITS + 4, radius=False)
    digits = digits if "e" in digits else digits[:-4] + "..."
    return digits if exact is None else f"{exact} = {digits}"
