"""Recall: a subexpression that a forward equation already names is written with that name.

So ``tanh'`` comes out as ``1 - a[n, j]**2`` and the softmax in a gradient as ``p[n, k]``, as a hand writes them, and
the backward pass reuses what the forward pass computed. Only equations that name a function, a root or a quotient are
recalled: to recall ``u + v`` would hide more than it shows.
"""

from collections.abc import Iterator, Sequence

from sympy import Add, Expr, Integer, Mul, Pow, Rational

from symbackprop.equations import Equation
from symbackprop.functions import Elementwise
from symbackprop.indices import Binder, Index
from symbackprop.terms import Entry

Bindings = dict[Index, Expr]


def is_recallable(equation: Equation) -> bool:
    """Whether a gradient reads better with the name that this equation gives."""
    rhs = equation.rhs
    if equation.is_boundary or not all(isinstance(s, Index) for s in equation.slots):
        return False
    if not rhs.free_symbols.issuperset(equation.indices):  # broadcast: which of the equal entries to name is not said
        return False
    if isinstance(rhs, Elementwise | Binder) or (isinstance(rhs, Pow) and not isinstance(rhs.exp, Integer)):
        return True
    if isinstance(rhs, Pow):
        return rhs.exp < 0
    return (
        isinstance(rhs, Mul)
        and any(isinstance(f, Elementwise | Binder) for f in rhs.args)
        and bool([f for f in rhs.args if isinstance(f, Pow) and f.exp.is_negative and not f.base.is_Symbol])
    )


def recall(expr: Expr, equations: Sequence[Equation]) -> Expr:
    """The expression with what the equations name replaced by those names, the largest first.

    >>> from symbackprop.indices import size
    >>> from symbackprop.functions import apply
    >>> j, k = Index("j", size("N")), Index("k", size("N"))
    >>> recall(1 - apply("tanh", Entry("z", k))**2, [Equation("a", (j,), apply("tanh", Entry("z", j)))])
    1 - a[k]**2
    """
    for equation in sorted(equations, key=lambda e: -e.rhs.count_ops()):
        expr = _recall_one(expr, equation)
    return expr


def _recall_one(expr: Expr, equation: Equation) -> Expr:
    # The name itself must not be replaced inside its own definition's arguments first: go top down.
    if isinstance(equation.rhs, Mul | Pow) and isinstance(expr, Mul | Pow):
        expr = _recall_factors(expr, equation)
    else:
        for bindings in match(equation.rhs, expr, set(equation.indices), {}):
            return _named(equation, bindings)
    if isinstance(expr, Binder):
        body, i = expr.open()
        new = _recall_one(body, equation)
        return expr if new == body else expr.func(new, i)
    if not expr.args or isinstance(expr, Entry):
        return expr
    args = tuple(_recall_one(a, equation) for a in expr.args)
    return expr if args == expr.args else expr.func(*args)


def _named(equation: Equation, bindings: Bindings) -> Entry:
    return Entry(equation.name, *(bindings[i] for i in equation.slots))


def _recall_factors(expr: Expr, equation: Equation) -> Expr:
    """In a product, powers of the equation's right side collected as powers of its name."""
    pattern = _powers(equation.rhs)
    wildcards = set(equation.indices)
    power = 0
    names: Expr = Integer(1)
    for sign in (1, -1):
        while True:
            found = _divide(_powers(expr), pattern, sign, wildcards)
            if found is None or power > 16:
                break
            rest, bindings = found
            names *= _named(equation, bindings) ** sign
            expr = Mul(*(base**e for base, e in rest))
            power += 1
    return names * expr


Powers = list[tuple[Expr, Expr]]


def _powers(expr: Expr) -> Powers:
    return [(f.base, f.exp) if isinstance(f, Pow) else (f, Integer(1)) for f in Mul.make_args(expr)]


def _divide(powers: Powers, pattern: Powers, sign: int, wildcards: set[Index]) -> tuple[Powers, Bindings] | None:
    """What is left of a product after taking the pattern out of it once, and how its indices were bound."""

    def search(k: int, left: Powers, bindings: Bindings) -> tuple[Powers, Bindings] | None:
        if k == len(pattern):
            return (left, bindings) if wildcards <= set(bindings) else None
        base, wanted = pattern[k]
        for m, (candidate, has) in enumerate(left):
            if not _covers(has, sign * wanted):
                continue
            for extended in match(base, candidate, wildcards, bindings):
                reduced = has - sign * wanted
                rest = [*left[:m], *([(candidate, reduced)] if reduced != 0 else []), *left[m + 1 :]]
                found = search(k + 1, rest, extended)
                if found is not None:
                    return found
        return None

    return search(0, powers, {})


def _covers(has: Expr, wanted: Expr) -> bool:
    if not isinstance(has, Rational) or not isinstance(wanted, Rational):
        return bool(has == wanted)
    return (has > 0) == (wanted > 0) and abs(has) >= abs(wanted)


def match(pattern: Expr, expr: Expr, wildcards: set[Index], bound: Bindings) -> Iterator[Bindings]:
    """Ways to bind the pattern's indices so that it equals the expression; sums match under any order of terms.

    An index is bound to an index of the same size, or to 0: another expression could leave the range where the
    equation holds.
    """
    if isinstance(pattern, Index) and pattern in wildcards:
        if pattern in bound:
            if bound[pattern] == expr:
                yield bound
        elif expr == 0 or (isinstance(expr, Index) and expr.size == pattern.size):
            yield {**bound, pattern: expr}
        return
    if not pattern.args or not expr.args:
        if pattern == expr:
            yield bound
        return
    if pattern.func is not expr.func or len(pattern.args) != len(expr.args):
        return
    if isinstance(pattern, Binder):
        if pattern.index.size == expr.index.size:
            body, i = pattern.open()
            yield from match(body, expr.open(i)[0], wildcards, bound)
        return
    yield from _match_args(list(pattern.args), list(expr.args), isinstance(pattern, Add | Mul), wildcards, bound)


def _match_args(
    patterns: list[Expr], exprs: list[Expr], any_order: bool, wildcards: set[Index], bound: Bindings
) -> Iterator[Bindings]:
    if not patterns:
        yield bound
        return
    for k in range(len(exprs) if any_order else 1):
        for extended in match(patterns[0], exprs[k], wildcards, bound):
            yield from _match_args(patterns[1:], exprs[:k] + exprs[k + 1 :], any_order, wildcards, extended)
