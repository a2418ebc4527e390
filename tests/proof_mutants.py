"""Ways to spoil a true expression; each gives its candidates, most of which are wrong (a test confirms by numbers)."""

from sympy import Add, Mul, Rational, S

from symbackprop.indices import Binder, Index, Total
from symbackprop.terms import Bracket, Delta, Entry


def _everywhere(expr, change):
    """The expression with one subexpression changed, for each place where ``change`` gives something."""
    yield from change(expr)
    if isinstance(expr, Binder):
        body, i = expr.open()
        for new in _everywhere(body, change):
            yield expr.func(new, i)
    elif not isinstance(expr, Entry | Bracket):
        for k, a in enumerate(expr.args):
            for new in _everywhere(a, change):
                yield expr.func(*expr.args[:k], new, *expr.args[k + 1 :])


def sign(e):
    if isinstance(e, Add):
        for k in range(len(e.args)):
            yield Add(*e.args[:k], -e.args[k], *e.args[k + 1 :])


def factor(e):
    if isinstance(e, Mul | Entry):
        yield 2 * e


def lost_size(e):
    if isinstance(e, Mul):
        for f in e.args:
            if f.is_Pow and f.exp is S.NegativeOne and f.base.is_Symbol and not isinstance(f.base, Entry | Index):
                yield e / f


def transposed(e):
    if isinstance(e, Entry) and len(e.slots) == 2:
        i, j = e.slots
        if isinstance(i, Index) and isinstance(j, Index) and i.size == j.size:
            yield Entry(e.tensor, j, i)


def lost_term(e):
    if isinstance(e, Add):
        for k in range(len(e.args)):
            yield Add(*e.args[:k], *e.args[k + 1 :])


def lost_delta(e):
    if isinstance(e, Mul):
        for f in e.args:
            if isinstance(f, Bracket):
                yield Mul(*(a for a in e.args if a != f))


def lost_factor(e):
    if isinstance(e, Mul):
        for f in e.args:
            if isinstance(f, Entry):
                yield Mul(*(a for a in e.args if a != f))


def other_power(e):
    if e.is_Pow and isinstance(e.exp, Rational):
        yield e.base ** (e.exp + 1)


def negated(e):
    if isinstance(e, Total):
        yield -e


def delta_for_all(e):
    if isinstance(e, Delta):
        yield 1 - e


MUTATIONS = [
    sign,
    factor,
    lost_size,
    transposed,
    lost_term,
    lost_delta,
    lost_factor,
    other_power,
    negated,
    delta_for_all,
]


def mutants(expr):
    """(name, mutant) for each way and place."""
    for mutation in MUTATIONS:
        for new in _everywhere(expr, mutation):
            if new != expr:
                yield mutation.__name__, new
