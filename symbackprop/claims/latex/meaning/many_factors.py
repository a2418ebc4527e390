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


def product_over(body: Expr, condition: Expr, index: Index, equations: Mapping[str, Equation]) -> Expr:
    """The product of positive factors over an index, of those for which the condition is 1.

    >>> from sympy import S
    >>> from symbackprop.indices import size
    >>> i = Index("i", size("n"))
    >>> product_over(Entry("p", i) ** Entry("y", i), S.One, i, {})
    exp(Total(log(p[#1])*y[#1], #1))
    """
    return applied("exp", Total(condition * _logarithm(body, equations), index))


def is_positive(expr: Expr, equations: Mapping[str, Equation], depth: int = 0) -> bool:
    """Whether a value is evidently positive wherever it is defined."""
    if depth > _DEEPEST:
        return False
    if expr.is_number:
        return bool(expr.is_positive)
    if isinstance(expr, Mul | Add):
        return all(is_positive(x, equations, depth + 1) for x in expr.args)
    if isinstance(expr, Pow):
        if not isinstance(expr.exp, Rational):
            return True
        even = expr.exp < 0 and (expr.exp.p * expr.exp.q) % 2 == 0  # 1/sqrt(x), 1/x^2
        return even or is_positive(expr.base, equations, depth + 1)
    if isinstance(expr, Entry):
        known = equations.get(expr.name)
        return known is not None and not known.is_boundary and is_positive(known.rhs, equations, depth + 1)
    if isinstance(expr, Total):
        return is_positive(expr.open()[0], equations, depth + 1)
    bound = expr.row.value_bound if isinstance(expr, Elementwise) else None
    return bound is not None and (bound.low > 0 or (bound.low == 0 and not bound.low_attained))


def _logarithm(expr: Expr, equations: Mapping[str, Equation]) -> Expr:
    """The logarithm of something positive, products and powers of what is positive taken apart."""
    if isinstance(expr, Mul):
        return Add(*(_logarithm(x, equations) for x in expr.args))
    if isinstance(expr, Pow) and (not isinstance(expr.exp, Rational) or is_positive(expr.base, equations)):
        return expr.exp * _logarithm(expr.base, equations)
    if isinstance(expr, Elementwise) and expr.row.name == "exp":
        return expr.args[0]
    return applied("log", expr)
