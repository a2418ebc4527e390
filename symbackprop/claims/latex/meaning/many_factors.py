"""Products over an index of any range, as of a likelihood: the exponential of a sum of logarithms.

The notation knows sums alone, and ``\\prod_i f_i = e^{\\sum_i \\log f_i}`` holds where every factor is positive. So it
is read where each of them evidently is: a value of a function without others, a power with a variable exponent (which
has a real value for no other base), products and sums of these, and what is defined as one of them.
"""

from collections.abc import Mapping

from sympy import Add, Expr, Mul, Pow, Rational

from symbackprop.claims.latex.meaning.functions_of import applied
from symbackprop.equations import Equation
from symbackprop.functions import Elementwise
from symbackprop.indices import Index, Total
from symbackprop.terms import Entry

_DEEPEST = 20


def product_over(body: Expr, condition: Expr, index: Index) -> Expr:
    """The product of positive factors over an index, of those for which the condition is 1.

    >>> from sympy import S
    >>> from symbackprop.indices import size
    >>> i = Index("i", size("n"))
    >>> product_over(Entry("p", i) ** Entry("y", i), S.One, i)
    exp(Total(log(p[#1])*y[#1], #1))
    """
    return applied("exp", Total(condition * _logarithm(body), index))


def is_positive(expr: Expr, equations: Mapping[str, Equation], depth: int = 0) -> bool:
    """Whether a value is evidently positive wherever it is defined."""
    if depth > _DEEPEST:
        return False
    if isinstance(expr, Rational):
        return expr > 0
    if isinstance(expr, Mul | Add):
        return all(is_positive(x, equations, depth + 1) for x in expr.args)
    if isinstance(expr, Pow):
        return not isinstance(expr.exp, Rational) or is_positive(expr.base, equations, depth + 1)
    if isinstance(expr, Entry):
        known = equations.get(expr.name)
        return known is not None and not known.is_boundary and is_positive(known.rhs, equations, depth + 1)
    if isinstance(expr, Total):
        return is_positive(expr.open()[0], equations, depth + 1)
    bound = expr.row.value_bound if isinstance(expr, Elementwise) else None
    return bound is not None and (bound.low > 0 or (bound.low == 0 and not bound.low_attained))


def _logarithm(expr: Expr) -> Expr:
    """The logarithm of something positive, powers and products taken apart."""
    if isinstance(expr, Mul):
        return Add(*map(_logarithm, expr.args))
    if isinstance(expr, Pow):
        return expr.exp * _logarithm(expr.base)
    return applied("log", expr)
