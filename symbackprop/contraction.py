"""Contraction of Kronecker deltas under sums, with the range of the index kept.

SymPy's ``deltasummation`` either answers with a ``Piecewise`` of range conditions or drops them. Here ``sum_i [i ==
e] f(i)`` becomes ``f(e)`` where ``e`` is certain to be in the range of ``i``, or where ``f`` reads zero outside that
range anyway; otherwise ``f(e)`` under a ``Where`` with the range as its condition.

A delta with an affine side is solved for a bound index of coefficient ±1. Of the indices that could be solved for,
the outer ones go first: they are the positions of the consumer, and what remains is a short sum over the kernel.
"""

from collections.abc import Mapping, Sequence

from sympy import Add, Expr, Integer, Mul, Pow, S

from symbackprop.indices import ArgMax, Binder, Index, Total, totals
from symbackprop.ranges import decide, is_outside, is_within
from symbackprop.terms import Bracket, Delta, Entry, Less, LessEqual, Where

Classes = Mapping[str, Expr]


def contract(expr: Expr, classes: Classes, outer: tuple[Index, ...] = ()) -> Expr:
    """The expression with every delta that a sum can consume consumed.

    >>> from symbackprop.indices import size
    >>> i, k = Index("i", size("N")), Index("k", size("N"))
    >>> contract(Total(Entry("x", i) * Delta(i, k), i), {})
    x[k]
    """
    if isinstance(expr, Total):
        body, i = expr.open()
        return _sum([i], contract(body, classes, (*outer, i)), classes, outer)
    if isinstance(expr, Binder):
        body, i = expr.open()
        return expr.func(contract(body, classes), i)
    if isinstance(expr, Where):
        condition, a, b = expr.args
        return _where(contract(condition, classes), contract(a, classes, outer), contract(b, classes, outer))
    if isinstance(expr, Bracket):
        return decide(expr, classes)
    if isinstance(expr, Add | Mul | Pow):
        return expr.func(*(contract(a, classes, outer) for a in expr.args))
    if isinstance(expr, Entry) or not expr.args:
        return expr
    args = tuple(contract(a, classes) for a in expr.args)
    return expr if args == expr.args else expr.func(*args)


def _where(condition: Expr, a: Expr, b: Expr) -> Expr:
    """``Where`` with the deltas of its branches pulled out, where a sum outside can reach them."""
    if not (_has_delta(a) or _has_delta(b)):
        return Where(condition, a, b)
    pieces = []
    for branch, put in ((a, lambda x: Where(condition, x, 0)), (b, lambda x: Where(condition, 0, x))):
        for term in Add.make_args(_expanded(branch, None)):
            deltas = [f for f in Mul.make_args(term) if isinstance(f, Delta)]
            rest = Mul(*(f for f in Mul.make_args(term) if not isinstance(f, Delta)))
            pieces.append(Mul(*deltas) * put(rest))
    return Add(*pieces)


def _has_delta(expr: Expr) -> bool:
    return any(isinstance(f, Delta) for t in Add.make_args(expr) for f in Mul.make_args(t))


def _sum(indices: list[Index], body: Expr, classes: Classes, outer: tuple[Index, ...] = ()) -> Expr:
    """The sum of the body over the indices (outermost first), contracted term by term."""
    terms = Add.make_args(_expanded(body, indices))
    if len(terms) == 1:
        return _sum_term(indices, terms[0], classes, outer)
    done, kept = [], []
    for term in terms:
        if _solutions(indices, Mul.make_args(term), outer) or _reachable(indices, term):
            done.append(_sum_term(indices, term, classes, outer))
        else:
            kept.append(term)
    return Add(*done, totals(Add(*kept), *indices))


def _expanded(expr: Expr, indices: Sequence[Index] | None) -> Expr:
    """Products multiplied out where a delta in one of the indices sits inside a sum of terms."""
    if isinstance(expr, Add):
        return Add(*(_expanded(a, indices) for a in expr.args))
    if isinstance(expr, Mul):
        for k, factor in enumerate(expr.args):
            if isinstance(factor, Add) and any(_mentions(t, indices) for t in factor.args):
                others = Mul(*expr.args[:k], *expr.args[k + 1 :])
                return Add(*(_expanded(t * others, indices) for t in factor.args))
    return expr


def _mentions(term: Expr, indices: Sequence[Index] | None) -> bool:
    """Whether a term has a delta, in one of the indices if any are given, as a factor or under a sum that is one."""
    for f in Mul.make_args(term):
        if isinstance(f, Delta) and (indices is None or any(i in f.free_symbols for i in indices)):
            return True
        if isinstance(f, Total) and _mentions(f.body, indices):
            return True
        if isinstance(f, Add) and any(_mentions(t, indices) for t in f.args):
            return True
    return False


def _reachable(indices: Sequence[Index], term: Expr) -> bool:
    return any(isinstance(f, Total) and _mentions(f.body, indices) for f in Mul.make_args(term))


def _sum_term(indices: list[Index], term: Expr, classes: Classes, outer: tuple[Index, ...]) -> Expr:
    factors = list(Mul.make_args(term))
    solutions = _solutions(indices, factors, outer)
    if not solutions:
        for k, f in enumerate(factors):
            if isinstance(f, Total) and _mentions(f.body, indices):
                inner, i = f.open()
                rest = factors[:k] + factors[k + 1 :]
                return _sum([*indices, i], inner * Mul(*rest), classes, outer)
        return totals(term, *indices)
    free = [s for s in solutions if _guard(s, factors, classes) is None]
    delta, index, value = (free or solutions)[0]
    rest = [f for f in factors if f is not delta]
    remaining = [i for i in indices if i != index]
    if is_outside(value, index.size, classes):
        return S.Zero
    replaced = Mul(*rest).xreplace({index: value})
    guard = _guard((delta, index, value), factors, classes)
    if guard is not None:
        replaced = Where(guard, replaced, 0)
        return _sum(remaining, replaced, classes, outer) if remaining else replaced
    replaced = contract(replaced, classes, (*outer, *remaining))
    return _sum(remaining, replaced, classes, outer) if remaining else replaced


Solution = tuple[Expr, Index, Expr]


def _solutions(indices: Sequence[Index], factors: Sequence[Expr], outer: Sequence[Index] = ()) -> list[Solution]:
    """Ways to satisfy some delta by one of the indices: (delta, index, its value), bare indices first.

    An affine delta that an enclosing sum may solve for its own index is left to that sum. An argmax comes last: as
    the value of an index it would be repeated wherever that index stands.
    """
    bare: list[Solution] = []
    affine: list[Solution] = []
    chosen: list[Solution] = []
    for delta in factors:
        if not isinstance(delta, Delta):
            continue
        for i in indices:
            if i not in delta.free_symbols:
                continue
            a, b = delta.args
            if a == i or b == i:
                value = b if a == i else a
                if i not in value.free_symbols:
                    (chosen if value.atoms(ArgMax) else bare).append((delta, i, value))
                    continue
            gap = (a - b).expand()
            slope = gap.coeff(i)
            if slope in (1, -1) and i not in (gap - slope * i).free_symbols:
                value = (i - slope * gap).expand()
                if not any(gap.coeff(o) in (1, -1) for o in outer):
                    affine.append((delta, i, value))
    order = {i: k for k, i in enumerate(indices)}
    affine.sort(key=lambda s: order[s[1]])
    return bare + affine + chosen


def _guard(solution: Solution, factors: Sequence[Expr], classes: Classes) -> Expr | None:
    """The condition under which the value is in the range of the index; None where it is certain or implied."""
    delta, index, value = solution
    if is_within(value, index.size, classes) or _reads_zero_outside(index, value, delta, factors):
        return None
    if any(_equals_something_within(f, index, classes) for f in factors if f is not delta):
        return None
    low = S.One if is_within(value, value + 1, classes) else LessEqual(0, value)
    return low * Less(value, index.size)


def _equals_something_within(factor: Expr, index: Index, classes: Classes) -> bool:
    """Whether a factor is a delta that is zero unless the index has a value of its own range."""
    if not isinstance(factor, Delta) or index not in factor.args:
        return False
    (other,) = [a for a in factor.args if a != index]
    return is_within(other, index.size, classes)


def _reads_zero_outside(index: Index, value: Expr, delta: Expr, factors: Sequence[Expr]) -> bool:
    """Whether some factor has the bare index in a slot: with a sum there, the slot becomes affine and reads zero."""
    if not isinstance(value, Add):
        return False
    for f in factors:
        base = f.base if isinstance(f, Pow) and isinstance(f.exp, Integer) and f.exp > 0 else f
        if isinstance(base, Entry) and f is not delta and index in base.slots:
            return True
    return False
