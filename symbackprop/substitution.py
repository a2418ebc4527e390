"""Definitions put in for names: a gradient in inputs alone, a Jacobian through several layers."""

from collections.abc import Callable, Collection

from sympy import Expr, Mul, S

from symbackprop.equations import Equation, Formula
from symbackprop.errors import NotSupported
from symbackprop.indices import Binder, Index
from symbackprop.ranges import is_within
from symbackprop.schedule import Recurrence, schedule
from symbackprop.terms import Entry, Flat, FloorDiv, Less, LessEqual, Where, is_affine

_LARGEST = 20_000  # operations: what is longer is of no use to a reader


def map_entries(expr: Expr, change: Callable[[Entry], Expr]) -> Expr:
    """The expression with every entry changed, binders opened on the way so that nothing is captured."""
    if isinstance(expr, Entry):
        slots = tuple(map_entries(s, change) for s in expr.slots)
        return change(Entry(expr.tensor, *slots) if slots != expr.slots else expr)
    if isinstance(expr, Binder):
        body, i = expr.open()
        new = map_entries(body, change)
        return expr if new == body else expr.func(new, i)
    if not expr.args:
        return expr
    args = tuple(map_entries(a, change) for a in expr.args)
    return expr if args == expr.args else expr.func(*args)


def instantiate(equation: Equation, entry: Entry) -> Expr:
    """The equation's right side at the slots of an entry; zero outside the axis where a slot is affine.

    >>> from symbackprop.indices import size
    >>> i, k = Index("i", size("N")), Index("k", size("N"))
    >>> instantiate(Equation("y", (i,), Entry("x", i)**2), Entry("y", k))
    x[k]**2
    """
    rule: dict = {}
    guards = []
    for slot, value in zip(equation.slots, entry.slots, strict=True):
        if isinstance(slot, Index):
            rule[slot] = value
            if is_affine(value) and not is_within(value, slot.size, {}):
                guards.append(LessEqual(0, value) * Less(value, slot.size))
        else:
            rule |= _unflatten(slot, value)
    rhs = equation.rhs.xreplace(rule)
    return Where(Mul(*guards), rhs, S.Zero) if guards else rhs


def _unflatten(slot: Flat, value: Expr) -> dict:
    if isinstance(value, Flat) and len(value.args) == len(slot.args):
        return dict(zip(slot.args, value.args, strict=True))
    rule = {}
    rest = value
    for part in reversed(slot.args[1:]):
        outer = FloorDiv(rest, part.size)
        rule[part] = rest - outer * part.size
        rest = outer
    return rule | {slot.args[0]: rest}


def substitute(expr: Expr, formula: Formula, names: Collection[str]) -> Expr:
    """The expression with the definitions of the named tensors put in, until none of them is left.

    Raises ``NotSupported`` for a tensor defined by a recurrence, which has no closed form, and where the result would
    be too long to be read.
    """
    recurrent = {e.name for b in schedule(formula) if isinstance(b, Recurrence) for e in b.equations}
    while True:
        present = {e.name for e in expr.atoms(Entry)} & set(names)
        if not present:
            return expr
        if present & recurrent:
            name = sorted(present & recurrent)[0]
            raise NotSupported(
                f"{name} is defined by a recurrence: it has no closed form; ask for the equation by name"
            )
        expr = map_entries(expr, lambda e: instantiate(formula.defining[e.name], e) if e.name in present else e)  # noqa: B023
        if expr.count_ops() > _LARGEST:
            raise NotSupported("the closed form is too long to be read; the equations in named intermediates are short")
