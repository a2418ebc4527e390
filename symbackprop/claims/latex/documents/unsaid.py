"""``L = \\sum_t L_t`` where no formula says what L_t is: any function of what the forward pass gives at step t.

Words may say more of it, "the cross-entropy" for one, so that what a derivative of it comes to is never refuted. But
the chain rule holds for every function, and is proved for all of them.
"""

from dataclasses import replace

from sympy import Expr, S

from symbackprop.claims.latex.meaning.boundaries import read_at_once
from symbackprop.claims.latex.meaning.scope import Scope, Symbol
from symbackprop.claims.latex.meaning.values import Algebra
from symbackprop.claims.latex.text.vocabulary import COSTS
from symbackprop.equations import Equation
from symbackprop.indices import Index, fresh, totals
from symbackprop.terms import Entry


def enter_unsaid(scope: Scope, algebra: Algebra) -> list[str]:
    """Enter every cost of one step that is only summed, as a free function of what the forward pass ends in.

    Returns a note for each.
    """
    notes = []
    for symbol in list(scope.symbols.values()):
        if _is_only_summed(scope, symbol):
            ends = _ends(scope, symbol)
            if ends:
                scope.equations[symbol.name] = _of_ends(symbol, ends, algebra)
                scope.unsaid = scope.unsaid | {symbol.name}
                scope.symbols[symbol.key] = replace(symbol, role="defined", how="upstream")
                outputs = ", ".join(s.name for s in ends)
                notes.append(f"no formula says what {symbol.name} is at each step: any function of {outputs} there")
    return notes


def _is_only_summed(scope: Scope, symbol: Symbol) -> bool:
    if symbol.step is None or symbol.how != "by use" or len(symbol.shape) != 1 or symbol.key[0] not in COSTS:
        return False
    readers = [e for e in scope.equations.values() if symbol.name in e.reads]
    return (
        symbol.name not in scope.equations
        and len(readers) == 1
        and not readers[0].slots
        and ({e.name for e in readers[0].rhs.atoms(Entry)} == {symbol.name})
    )


def _ends(scope: Scope, symbol: Symbol) -> list[Symbol]:
    """The sequences of the same steps that nothing else reads, or nothing but the next step."""
    every = [s for s in scope.symbols.values() if s.step == symbol.step and s.name in scope.equations]
    read = {r for e in scope.equations.values() for r in e.reads}
    return [s for s in every if s.name not in read] or [s for s in every if s.name not in read_at_once(scope)]


def _of_ends(symbol: Symbol, ends: list[Symbol], algebra: Algebra) -> Equation:
    """The entries of one step, each times a slope that is free."""
    step = Index(str(symbol.step), algebra.size(symbol.shape[0]))
    total: Expr = S.Zero
    for end in ends:
        axes = tuple(fresh(Index("~", algebra.size(n))) for n in end.shape[1:])
        total += totals(Entry(f"d{symbol.name}_d{end.name}", step, *axes) * Entry(end.name, step, *axes), *axes)
    return Equation(symbol.name, (step,), total)
