"""Factors where a hand puts them: constants in front of a sum, common factors in front of a bracket."""

from collections.abc import Callable
from functools import reduce

from sympy import Add, Expr, Mul, Pow, Rational, S

from symbackprop.indices import Binder, Total
from symbackprop.terms import Entry, Where


def pull_out(expr: Expr) -> Expr:
    """What does not depend on the index of a sum, in front of the sum; a sum of one constant is size times it.

    >>> from symbackprop.indices import Index, size
    >>> i, k = Index("i", size("N")), Index("k", size("N"))
    >>> pull_out(Total(Entry("c", k) * Entry("x", i), i))
    c[k]*Total(x[#1], #1)
    >>> pull_out(Total(Entry("c", k), i))
    N*c[k]
    """
    return _everywhere(expr, _pull)


def _everywhere(expr: Expr, law: Callable[[Expr], Expr]) -> Expr:
    """A law applied from the leaves up, slots of entries left alone."""
    if isinstance(expr, Entry) or not expr.args:
        return expr
    if isinstance(expr, Binder):
        body, i = expr.open()
        return law(expr.func(_everywhere(body, law), i))
    return law(expr.func(*(_everywhere(a, law) for a in expr.args)))


def _pull(expr: Expr) -> Expr:
    if not isinstance(expr, Total):
        return expr
    body, i = expr.open()
    body = collect_common(body) if isinstance(body, Add) else body
    inside: list[Expr] = []
    outside: list[Expr] = []
    for f in Mul.make_args(body):
        (inside if i in f.free_symbols else outside).append(f)
    if not inside:
        return i.size * Mul(*outside)
    if not outside:
        return expr
    return Mul(*outside) * Total(Mul(*inside), i)


def collect(expr: Expr) -> Expr:
    """``a*b + a*c`` as ``a*(b + c)``, everywhere in the expression.

    >>> a, b, c = Entry("a"), Entry("b"), Entry("c")
    >>> collect(a*b - a*c)
    (b - c)*a
    """
    return _everywhere(expr, _collect)


def _collect(expr: Expr) -> Expr:
    if isinstance(expr, Add):
        return collect_common(expr)
    if isinstance(expr, Mul) and any(isinstance(f, Add) for f in expr.args):
        contents = [f.primitive() if isinstance(f, Add) else (S.One, f) for f in expr.args]
        return Mul(*(c for c, _ in contents), *(f for _, f in contents))
    return expr


def collect_common(expr: Expr) -> Expr:
    """The factors that all terms of a sum share, in front of it, numbers aside from a common sign and fraction."""
    terms = [_powers(t) for t in Add.make_args(expr)]
    if len(terms) < 2:
        return expr
    common = reduce(_shared, terms)
    if not common:
        return expr
    rest = Add(*(t / Mul(*(b**e for b, e in common.items())) for t in Add.make_args(expr)))
    # Left as a product even where SymPy would multiply a number back in.
    return Mul(*(b**e for b, e in common.items()), rest)


def _powers(term: Expr) -> dict[Expr, Expr]:
    powers: dict[Expr, Expr] = {}
    for f in Mul.make_args(term):
        base, exponent = (f.base, f.exp) if isinstance(f, Pow) and isinstance(f.exp, Rational) else (f, S.One)
        if not base.is_Number:
            powers[base] = exponent
    return powers


def _shared(a: dict[Expr, Expr], b: dict[Expr, Expr]) -> dict[Expr, Expr]:
    shared = {}
    for base, e in a.items():
        if base in b and (e > 0) == (b[base] > 0):
            shared[base] = min(e, b[base], key=abs)
    return shared


def merge_where(expr: Expr) -> Expr:
    """``Where(c, a, 0)`` under an equal condition merged with its neighbours in a sum."""

    def law(e: Expr) -> Expr:
        if not isinstance(e, Add):
            return e
        wheres = [t for t in e.args if isinstance(t, Where)]
        conditions = {t.args[0] for t in wheres}
        if len(conditions) == len(wheres):
            return e
        merged = []
        for c in sorted(conditions, key=lambda x: x.sort_key()):
            same = [t for t in wheres if t.args[0] == c]
            merged.append(Where(c, Add(*(t.args[1] for t in same)), Add(*(t.args[2] for t in same))))
        return Add(*merged, *(t for t in e.args if not isinstance(t, Where)))

    return _everywhere(expr, law)
