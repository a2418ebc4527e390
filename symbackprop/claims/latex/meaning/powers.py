"""Powers with bounds: SymPy evaluates numbers eagerly, and ``9^{9^{9}}`` would never return.

What a power gives is looked at too, for ``((x^{60})^{60})^{60}`` grows as well.
"""

from typing import TYPE_CHECKING

from sympy import Expr, Pow, Rational

from symbackprop.claims.latex.syntax.scripts import refusal
from symbackprop.notation.arithmetic import MAX_EXPONENT

if TYPE_CHECKING:
    from symbackprop.claims.latex.syntax.tree import Node

_MOST_BITS = 4_000


def power(base: Expr, exponent: Expr, node: "Node") -> Expr:
    """The power. Raises ``ReadError`` where an exponent or a number would be beyond use.

    >>> from sympy import Integer, symbols
    >>> power(symbols("x"), Integer(3), None), power(Integer(2), Integer(10), None)
    (x**3, 1024)
    """
    if isinstance(exponent, Rational):
        if abs(exponent) > MAX_EXPONENT:
            raise refusal(f"an exponent beyond {MAX_EXPONENT}", node)
        if isinstance(base, Rational) and _bits(base) * (abs(exponent) + 1) > _MOST_BITS:
            raise refusal("a number too large", node)
    found = Pow(base, exponent)
    if any(isinstance(p.exp, Rational) and abs(p.exp) > MAX_EXPONENT for p in found.atoms(Pow)):
        raise refusal(f"an exponent beyond {MAX_EXPONENT}", node)
    if any(_bits(n) > _MOST_BITS for n in found.atoms(Rational)):
        raise refusal("a number too large", node)
    return found


def _bits(number: Rational) -> int:
    return int(number.p).bit_length() + int(number.q).bit_length()
