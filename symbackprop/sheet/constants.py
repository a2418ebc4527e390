"""Letters for long numbers, as SELU's two: each is stated once with all of its digits."""

from sympy import Expr, Rational, Symbol, preorder_traversal

from symbackprop.equations import Formula
from symbackprop.indices import size
from symbackprop.latex import symbols
from symbackprop.latex.pieces import number
from symbackprop.sheet.lengths import printed_names

_LONGEST = 12  # characters of a number that is printed as it is
_LETTERS = ("lambda", "alpha", "kappa", "rho", "tau", "chi", "psi", "zeta")


def named_constants(formula: Formula) -> dict[Expr, Symbol]:
    """A letter for each long number, in order of appearance; what is left when letters run out stays a number.

    >>> from symbackprop.notation import formula
    >>> named_constants(formula("input x\\ny = 1.50000000000001*x + 2.5*x**2"))
    {150000000000001/100000000000000: lambda}
    """
    numbers = {
        abs(n): None
        for e in formula.equations
        for n in preorder_traversal(e.base.rhs)
        if isinstance(n, Rational) and len(number(abs(n))) > _LONGEST
    }
    taken = printed_names(formula)
    free = [name for name in _LETTERS if symbols.size(name) not in taken]
    return {n: size(name) for n, name in zip(numbers, free, strict=False)}
