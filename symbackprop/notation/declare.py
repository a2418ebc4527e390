"""Whole formulas to text: which sizes and indices need a line of their own, and the declarations.

An index is declared when the reader's own inference (``ranges``) would not find its range. A declared name stands for
one range in the whole formula, so other ranges give that name up.
"""

from collections.abc import Collection, Iterable
from itertools import groupby
from typing import Any

from sympy import Expr, Symbol

from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.indices import Binder, Index
from symbackprop.notation.printer import IndexNames, Printer, writable
from symbackprop.notation.ranges import Axis, Ranges, Runner, Use
from symbackprop.notation.syntax import Place
from symbackprop.terms import Entry, Flat

_NOWHERE = Place(0, 0)


def text(thing: Any, names: IndexNames | None = None, tensors: Collection[str] | None = None) -> str:
    """The notation of a formula, an equation or an expression: what ``formula`` reads back as equal.

    ``names`` says what the indices over a size are called, ``tensors`` which names are tensors.
    Raises ``NotSupported`` for terms that the notation does not have.

    >>> from symbackprop.notation import formula
    >>> f = formula("input x[N,D], w[D]" + chr(10) + "z[n] = -(1 - sum(i, x[n,i]*w[i]))/2")
    >>> print(text(f))
    input  x[N,D], w[D]
    z[n] = sum(i, x[n,i]*w[i])/2 - 1/2
    """
    if isinstance(thing, Formula):
        return _formula(thing, thing.names if names is None else names)
    printer = Printer(names or {}, tensors)
    return printer.equation(thing) if isinstance(thing, Equation) else printer.expression(thing)


def _formula(formula: Formula, names: IndexNames) -> str:
    unclear = _unclear(formula)
    owner = _owners(formula, names, unclear)
    names = {s: tuple(n for n in known if owner.get(n, s) == s) for s, known in names.items()}
    printer = Printer(names, formula.tensors, owner)
    used: dict[str, Expr] = {}
    equations = []
    for e in formula.equations:
        equations.append(printer.equation(e))
        used |= printer.used
    indices = {name: size for name, size in used.items() if size in unclear}
    lines = [*_sizes(formula, indices.values(), printer), *_tensors(formula.declared, printer)]
    if indices:
        lines.append("index  " + ", ".join(f"{name} < {printer.expr(size)}" for name, size in indices.items()))
    return "\n".join([*lines, *equations])


def _sizes(formula: Formula, bounds: Iterable[Expr], printer: Printer) -> list[str]:
    """Sizes that stand in no shape and no bound."""
    implied: set = set()
    for t in formula.declared:
        implied |= {s for part in (*t.lengths, t.classes) if part is not None for s in part.free_symbols}
    implied |= {s for bound in bounds for s in bound.free_symbols}
    left = [s.name for s in formula.sizes if s not in implied]
    return ["size   " + ", ".join(left)] if left else []


def _tensors(declared: Iterable[Tensor], printer: Printer) -> list[str]:
    return [
        f"{role:<6} " + ", ".join(_declaration(t, printer) for t in tensors)
        for role, tensors in groupby(declared, lambda t: t.role)
    ]


def _declaration(t: Tensor, printer: Printer) -> str:
    slots = [f"({','.join(map(printer.expr, s))})" if isinstance(s, tuple) else printer.expr(s) for s in t.shape]
    shape = f"[{','.join(slots)}]" if slots else ""
    bound = f" < {printer.expr(t.classes)}" if t.classes is not None else " > 0" if t.positive else ""
    return t.name + shape + bound


# -- which ranges the reader would not find


def _owners(formula: Formula, names: IndexNames, unclear: set[Expr]) -> dict[str, Expr]:
    """The names that are kept for the ranges that must be declared."""
    on_left: dict[str, set[Expr]] = {}
    for e in formula.equations:
        for i in e.indices:
            on_left.setdefault(i.name, set()).add(i.size)
    owner: dict[str, Expr] = {}
    for size in sorted(unclear, key=str):
        written = [n for n, sizes in on_left.items() if size in sizes and writable(n)]
        for name in (*written, *names.get(size, ())):
            if on_left.get(name, {size}) == {size}:
                owner.setdefault(name, size)
    return owner


def _unclear(formula: Formula) -> set[Expr]:
    """The ranges of indices that bare uses do not give."""
    groups = {t.name: tuple(len(s) if isinstance(s, tuple) else 0 for s in t.shape) for t in formula.tensors.values()}
    ranges = Ranges(groups)
    for t in formula.declared:
        ranges.declare(t)
    runners: list[tuple[Runner, Index]] = []
    for e in formula.equations:
        scope = {i: Runner(i.name, _NOWHERE) for i in e.indices}
        runners += [(r, i) for i, r in scope.items()]
        for k, slot in enumerate(e.slots):
            for axis, part in _parts(e.name, k, slot):
                if isinstance(part, Index):
                    if e.is_boundary:
                        ranges.uses.append(Use(scope[part], axis, _NOWHERE))
                    else:
                        ranges.lefts.append((axis, scope[part]))
        _collect(e.rhs, scope, ranges, runners)
    ranges.solve()
    wrong = {id(u.runner) for u in ranges.uses if u.runner.size != ranges.length(u.axis)}
    return {i.size for r, i in runners if r.size != i.size or id(r) in wrong}


def _collect(expr: Any, scope: dict[Index, Runner], ranges: Ranges, runners: list[tuple[Runner, Index]]) -> None:
    if isinstance(expr, Entry):
        for k, slot in enumerate(expr.slots):
            for axis, part in _parts(expr.name, k, slot):
                if isinstance(part, Index) and part in scope:
                    ranges.uses.append(Use(scope[part], axis, _NOWHERE))
                else:
                    _collect(part, scope, ranges, runners)
    elif isinstance(expr, Binder):
        body, index = expr.open()
        runner = Runner(index.name, _NOWHERE)
        runners.append((runner, index))
        _collect(body, {**scope, index: runner}, ranges, runners)
    elif not isinstance(expr, Symbol):
        for part in expr.args:
            _collect(part, scope, ranges, runners)


def _parts(tensor: str, k: int, slot: Any) -> list[tuple[Axis, Any]]:
    if isinstance(slot, Flat):
        return [(Axis(tensor, k, m), part) for m, part in enumerate(slot.args)]
    return [(Axis(tensor, k), slot)]
