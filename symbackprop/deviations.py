"""Deviations from a mean sum to zero: where ``m`` is defined as the mean of ``x``, ``Σ_n (x_n - m)`` is 0.

It is this law that leaves three terms of batch norm's gradient: a change of the mean does not change the variance.
"""

from collections.abc import Mapping, Sequence
from itertools import permutations

from sympy import Add, Expr, Mul, S

from symbackprop.equations import Equation
from symbackprop.indices import Binder, Index, Total, opened
from symbackprop.terms import Entry


def is_mean(equation: Equation) -> bool:
    """Whether the right side is a sum over the number of its terms, or a plain sum: ``Σ_n f(n) / N``."""
    return not equation.is_boundary and _as_sum(equation.rhs) is not None


def without_deviations(expr: Expr, means: Sequence[Equation]) -> Expr:
    """The expression with every sum of deviations from one of the means replaced by 0.

    >>> from symbackprop.indices import size
    >>> n, N = Index("n", size("N")), size("N")
    >>> mean = Equation("m", (), Total(Entry("x", n), n)/N)
    >>> without_deviations(2*Total(Entry("x", n) - Entry("m"), n), [mean])
    0
    """
    if not means or isinstance(expr, Entry) or not expr.args:
        return expr
    if isinstance(expr, Binder):
        if isinstance(expr, Total) and _vanishes(expr, {e.name: e for e in means}):
            return S.Zero
        body, i = expr.open()
        new = without_deviations(body, means)
        return expr if new == body else expr.func(new, i)
    args = tuple(without_deviations(a, means) for a in expr.args)
    return expr if args == expr.args else expr.func(*args)


def _vanishes(sum_: Total, means: Mapping[str, Equation]) -> bool:
    body, indices = opened(sum_)
    for term in Add.make_args(body):
        coefficient, factors = term.as_coeff_Mul()
        if isinstance(factors, Entry) and factors.name in means and not factors.free_symbols & set(indices):
            rest = (body - term) / -coefficient
            if _is_sum_of(rest, indices, means[factors.name], factors):
                return True
    return False


def _is_sum_of(terms: Expr, indices: Sequence[Index], mean: Equation, at: Entry) -> bool:
    """Whether the terms are those whose mean the equation takes, at these slots."""
    found = _as_sum(mean.rhs.xreplace(dict(zip(mean.slots, at.slots, strict=True))))
    if found is None:
        return False
    factor, body, bound = found
    count = Mul(*(i.size for i in indices))
    if sorted(map(str, (i.size for i in bound))) != sorted(map(str, (i.size for i in indices))) or factor * count != 1:
        return False
    names = (dict(zip(bound, order, strict=True)) for order in permutations(indices))
    return any(all(a.size == b.size for a, b in n.items()) and body.xreplace(n) == terms for n in names)


def _as_sum(expr: Expr) -> tuple[Expr, Expr, list[Index]] | None:
    """(factor in front, body, indices) of a sum."""
    sums = [f for f in Mul.make_args(expr) if isinstance(f, Total)]
    if len(sums) != 1:
        return None
    body, indices = opened(sums[0])
    return expr / sums[0], body, indices
