"""One step of a recurrence put in for its name, so that a claim about a step is compared with what the step says."""

from collections.abc import Container, Iterator

from sympy import Expr

from symbackprop.claims.latex.meaning.derivatives import simplified
from symbackprop.equations import Equation, Formula
from symbackprop.indices import Index
from symbackprop.ranges import is_within
from symbackprop.schedule import Recurrence, schedule
from symbackprop.substitution import instantiate, map_entries
from symbackprop.terms import Entry

_ROUNDS = 4


def unrolled(right: Expr, left: Expr, formula: Formula) -> Iterator[tuple[Expr, Expr]]:
    """The two sides with the left one unrolled by a step: as its equation stands, and in the names of the right side.

    Every step put in is one that its equation is good for, so each pair is equal where the two sides are.
    """
    recurrent = {e.name: e for b in schedule(formula) if isinstance(b, Recurrence) for e in b.equations}
    if not recurrent:
        return
    one = _put_in(left, recurrent, formula)
    if one == left:  # of what is before the first step: its equation reads the first one
        whole = _put_in(_put_in(left, dict(formula.defining), formula), {}, formula)
        first = {n: e for n, e in recurrent.items() if n not in {e.name for e in whole.atoms(Entry)}}
        if whole != left:
            yield _put_in(_put_in(right, first, formula), {}, formula), whole
        return
    yield right, one
    steps = {_step(e) for e in one.atoms(Entry)}
    other = _put_in(simplified(right), recurrent, formula, steps)
    if other != right:
        written = {e.name for e in other.atoms(Entry)}
        plain = {n: e for n, e in formula.defining.items() if n not in recurrent and n not in written}
        yield other, _put_in(one, plain, formula)
    kept = {e.name for e in right.atoms(Entry)}
    others = {n: e for n, e in recurrent.items() if n not in kept}
    for _ in range(_ROUNDS):
        more = _put_in(one, others, formula)
        if more == one:
            break
        one = more
        yield right, one
    yield _put_in(right, recurrent, formula), one


def _step(e: Entry) -> tuple[str, Expr | None]:
    """The step of a sequence that an entry belongs to."""
    return e.name, e.slots[0] if e.slots else None


def _put_in(
    expr: Expr, equations: dict[str, Equation], formula: Formula, kept: Container[tuple[str, Expr | None]] = ()
) -> Expr:
    """What the entries are by their equations, but for the steps that are kept."""

    def change(e: Entry) -> Expr:
        equation = equations.get(e.name)
        if _step(e) in kept:
            return e
        edge = next((b for b in formula.boundaries.get(e.name, ()) if e.slots and b.slots[0] == e.slots[0]), None)
        if edge is not None:  # beyond the last step, or before the first
            return edge.rhs.xreplace({i: x for i, x in zip(edge.slots, e.slots, strict=True) if isinstance(i, Index)})
        if equation is None or not e.slots or not is_within(e.slots[0], equation.slots[0].size, {}):
            return e
        return instantiate(equation, e)

    return map_entries(expr, change)
