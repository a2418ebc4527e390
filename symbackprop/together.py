"""A gradient with those of the statistics put in: batch norm's three terms in one formula.

``x`` reaches the cost through its mean and its variance as well, tensors with fewer axes. Their adjoints are eliminated
from that of ``x``, and what a forward equation made by division, ``xhat = (x - m)/sigma``, is written with that name:
``x - m = xhat sigma``.
"""

from collections.abc import Sequence

from sympy import Add, Expr, Mul, Pow

from symbackprop.derivation import Adjoint, Derivation
from symbackprop.equations import Equation
from symbackprop.errors import NotSupported
from symbackprop.factoring import collect, pull_out
from symbackprop.folding import match
from symbackprop.indices import Binder, Total
from symbackprop.substitution import substitute
from symbackprop.terms import Entry

_ROUNDS = 4


def together(derivation: Derivation, adjoint: Adjoint) -> tuple[list[str], Expr] | None:
    """The statistics, and the adjoint without theirs; ``None`` where it reads none.

    >>> from symbackprop import derive, formula
    >>> d = derive(formula("input x[N]\\nm = mean(n, x[n])\\ny[n] = x[n] - m"))
    >>> together(d, d.adjoints["x"])
    (['m'], dy[n] - Total(dy[#1], #1)/N)
    """
    axes = len(adjoint.tensor.shape)
    if len(adjoint.paths) < 2:
        return None  # no way around through a statistic
    fewer = [a for a in derivation.adjoints.values() if len(a.tensor.shape) < axes and a.paths]
    fewer = [a for a in fewer if _is_statistic(derivation, a, adjoint)]
    statistics = {a.equation.name for a in fewer}
    read = _names(adjoint.equation.rhs) & statistics
    if not read:
        return None
    try:
        expr = substitute(adjoint.equation.rhs, derivation.program, statistics)
    except NotSupported:  # one of them is a recurrence
        return None
    quotients = [e for e in derivation.formula.equations if _numerator(e) is not None]
    for _ in range(_ROUNDS):
        before, expr = expr, collect(pull_out(_multiplied_back(expr, quotients)))
        if expr == before:
            break
    return None if _names(expr) & statistics else ([a.tensor.name for a in fewer if a.equation.name in read], expr)


def _is_statistic(derivation: Derivation, candidate: Adjoint, adjoint: Adjoint) -> bool:
    """Whether a sum over some of the other tensor's axes made it, at once or by way of another such."""
    todo, seen = [candidate.tensor.name], {adjoint.tensor.name}
    while todo:
        name = todo.pop()
        e = derivation.formula.defining.get(name)
        if e is None or name in seen:
            continue
        seen.add(name)
        read = [x for x in e.rhs.atoms(Entry) if x.name == adjoint.tensor.name]
        if read:
            # An index that is not the tensor's comes from elsewhere: a score of two positions is no statistic.
            return e.rhs.has(Total) and all(set(e.indices) <= x.free_symbols for x in read)
        todo += [t for t in e.reads if len(derivation.formula.tensors[t].shape) < len(adjoint.tensor.shape)]
    return False


def _names(expr: Expr) -> set[str]:
    return {e.name for e in expr.atoms(Entry)}


def _numerator(equation: Equation) -> tuple[Expr, Expr] | None:
    """(u, v) of an equation ``u/v`` with an entry below and a sum or an entry above."""
    below = [f for f in Mul.make_args(equation.rhs) if isinstance(f, Pow) and f.exp == -1 and isinstance(f.base, Entry)]
    if equation.is_boundary or len(below) != 1:
        return None
    above = equation.rhs / below[0]
    return (above, below[0].base) if isinstance(above, Add | Entry) else None


def _multiplied_back(expr: Expr, quotients: Sequence[Equation]) -> Expr:
    """What stands above the line of a quotient, as the quotient times what is below."""
    for e in quotients:
        found = _numerator(e)
        assert found is not None
        for rule in match(found[0], expr, set(e.indices), {}):
            return Entry(e.name, *(s.xreplace(rule) for s in e.slots)) * found[1].xreplace(rule)
    if isinstance(expr, Binder):
        body, i = expr.open()
        return expr.func(_multiplied_back(body, quotients), i)
    if not expr.args or isinstance(expr, Entry):
        return expr
    return expr.func(*(_multiplied_back(a, quotients) for a in expr.args))
