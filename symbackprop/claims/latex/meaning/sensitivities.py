"""Derivatives of steps by what has no steps, as ``\\frac{\\partial h_t}{\\partial b}`` where b is used at every step.

There are as many paths as steps, but each step's derivative follows from that of the step before, forward in time: it
is a recurrence as h is, and enters the equations under a name of its own, ``h_by_b``.
"""

from typing import TYPE_CHECKING

from sympy import Expr, S

from symbackprop.equations import Equation
from symbackprop.indices import Index, fresh, totals
from symbackprop.terms import Entry

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.derivatives import Derivatives


def by_parameter(d: "Derivatives", expr: Expr, by: Entry, now: Expr | None = None) -> Expr:
    """The total derivative of an expression of steps; ``now``: a step whose own sequences are put in, not named."""
    result = expr.diff(by)
    for name, step in sorted({(e.name, e.slots[0]) for e in expr.atoms(Entry) if e.slots}, key=str):
        equation = d.equations.get(name)
        if equation is None or name == by.name or by.name not in d.reach(name):
            continue
        in_time = d.is_through_time(name, by.name) and isinstance(equation.slots[0], Index)
        entry = Entry(name, step, *(fresh(i) for i in equation.indices[1:]))
        local = expr.diff(entry)
        if local is S.Zero:
            continue
        if not in_time:
            inner = d.total(entry, by)
        elif name in d.recurrent and step != now:
            inner = Entry(_named(d, equation, by), *entry.slots, *by.slots)
        else:
            inner = by_parameter(
                d, equation.rhs.xreplace(dict(zip(equation.indices, entry.slots, strict=True))), by, now
            )
        result += totals(local * inner, *entry.slots[1:])
    return result


def _named(d: "Derivatives", equation: Equation, by: Entry) -> str:
    """The name of the derivative of a sequence, which then has an equation and the boundaries of the sequence."""
    name = f"{equation.name}_by_{by.name}"
    if name in d.sensitivities:
        return name
    d.sensitivities.add(name)
    own, theirs = tuple(map(fresh, equation.indices)), d.axes_of(by)
    rhs = equation.rhs.xreplace(dict(zip(equation.indices, own, strict=True)))
    d.equations[name] = Equation(name, (*own, *theirs), by_parameter(d, rhs, Entry(by.name, *theirs), own[0]))
    edges = []
    for edge in d.scope.boundaries.get(equation.name, ()):
        again = tuple(map(fresh, theirs))
        edges.append(Equation(name, (*edge.slots, *again), d.total(edge.rhs, Entry(by.name, *again))))
    d.scope.boundaries[name] = tuple(edges)
    return name
