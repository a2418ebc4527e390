"""``|f(a) - f(b)| <= L |a - b|`` for any a and b: by the mean value theorem, where the slope of f is at most L.

The slope is bounded on the whole line, so that nothing is asked of a and b but that they are real.
"""

from collections.abc import Callable

from sympy import Dummy, Expr, Rational

from symbackprop.functions import Elementwise, row_of
from symbackprop.terms import Entry

Proves = Callable[[Expr], bool]


def by_mean_value(gap: Expr, is_zero: Proves, is_not_negative: Proves) -> bool:
    """Whether ``gap`` is ``p |a - b| - q |f(a) - f(b)|`` with numbers p, q and a slope that makes it not negative.

    The two functions prove that an expression is zero, and that one of any real number is not negative.

    >>> from symbackprop.functions import apply
    >>> from symbackprop.proof.bounds import judge_bound
    >>> from symbackprop.proof.context import Context
    >>> a, b = Entry("a"), Entry("b")
    >>> values = apply("abs", apply("tanh", a) - apply("tanh", b))
    >>> [judge_bound(values, "<=", p*apply("abs", a - b), Context()).verdict for p in (1, Rational(1, 2))]
    ['proved', 'refuted']
    """
    sides = _sides(gap)
    if sides is None:
        return False
    p, distance, q, values = sides
    for f in sorted(values.atoms(Elementwise), key=str):
        for g in sorted((x for x in values.atoms(Elementwise) if x.func == f.func and x != f), key=str):
            a, b = f.args[0], g.args[0]
            k, m = _multiple(values, f - g, f, is_zero), _multiple(distance, a - b, None, is_zero)
            if k is not None and m is not None:
                t = Entry("t")
                slope = q * abs(k) * f.func(t).diff(t)
                return is_not_negative(p * abs(m) - slope) and is_not_negative(p * abs(m) + slope)
    return False


def _sides(gap: Expr) -> tuple[Rational, Expr, Rational, Expr] | None:
    """(p, u, q, v) of ``p |u| - q |v|``."""
    found: dict[int, tuple[Rational, Expr]] = {}
    for term in gap.as_ordered_terms():
        c, rest = term.as_coeff_Mul()
        row = row_of(rest)
        if row is None or row.name != "abs" or not c.is_Rational:
            return None
        found[1 if c > 0 else -1] = (abs(c), rest.args[0])
    return (*found[1], *found[-1]) if set(found) == {1, -1} and len(gap.as_ordered_terms()) == 2 else None


def _multiple(u: Expr, v: Expr, within: Expr | None, is_zero: Proves) -> Rational | None:
    """The number k with u = k v, if there is one; it shows at the term ``within``, or at the first of v."""
    at = within if within is not None else v.expand().as_ordered_terms()[0]
    mark = Dummy()
    coefficient, size = (x.expand().xreplace({at.as_coeff_Mul()[1]: mark}).coeff(mark) for x in (u, v))
    if not coefficient.is_Rational or not size.is_Rational or not size or not coefficient:
        return None
    k = coefficient / size
    return k if is_zero(u - k * v) else None
