"""The same symbol defined again: a claim where both right sides are equal, the beginning of a new example where not.

What a task gives is never defined again. But an equal right side through steps of the homework's own is what is
differentiated from there on, since the task may not have written the step by which a derivative is taken.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from symbackprop.claims.latex.documents.declare import declare
from symbackprop.claims.latex.documents.definitions import Definitions
from symbackprop.claims.latex.documents.document import Document, Pending, Redefined
from symbackprop.claims.latex.documents.fitting import fit_sums
from symbackprop.claims.latex.documents.given import through_own_steps
from symbackprop.claims.latex.documents.inference import name_open_sizes, symbols_of
from symbackprop.claims.latex.meaning.derivatives import Derivatives
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Key, Local, Scope, Symbol
from symbackprop.claims.latex.meaning.sequences import key_of_sequence
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Letter, Matrix, Product, Reduce, Relation, walk
from symbackprop.indices import Index
from symbackprop.terms import Entry

_SECONDS = 3.0
Judge = Callable[..., Any]


def begins_anew(document: Document, claim: Pending, known: Symbol, judge: Judge) -> bool:
    """Whether a second right side differs from the first; if so the scope goes on without the symbol."""
    if _is_value_of(document, claim, known):
        return False
    found = compared(document, claim, judge)
    said = found.reason or ""
    unknown = found.verdict == "unread" and ("unknown symbol" in said or " runs to " in said)
    applied = isinstance(claim.left, Product)
    given_now = (
        applied and found.verdict == "unread" and known.key in document.scope.named_costs.values()
    )  # L = L(a, y) before
    if found.verdict != "refuted" and not unknown and not given_now:
        return False
    if unknown and _has_misprinted_sum(document, claim, known):
        return False
    document.redefined.append(Redefined(known.name, claim.at, _place_of(document, known.name), found))
    forget(document, known, claim.cost)
    document.scope.begun_at = claim.statement.at
    return True


def _has_misprinted_sum(document: Document, claim: Pending, known: Symbol) -> bool:
    """``\\sum_{i=j}^n a_j`` of what the first definition reads: the same again, the index of the sum miswritten."""
    bounds = [n.below for n in walk(claim.right) if isinstance(n, Reduce) and n.above is not None]
    swapped = [b for b in bounds if isinstance(b, Relation) and all(isinstance(x, Letter) for x in b.items)]
    if not swapped or known.name not in document.scope.equations:
        return False
    el = document.elaborator()
    found = [find(el, n, Local()) for n in symbols_of(claim.right)]
    read = {f.what.name for f in found if f is not None and isinstance(f.what, Symbol)}
    return bool(read) and read <= document.scope.equations[known.name].reads


def names_anew(document: Document, claim: Pending, label: Key, judge: Judge) -> bool:
    """Whether a name that the end of a chain gave to a derivative is now another's; if so the scope goes on without it.

    ``\\delta = \\frac{p - y}{N}`` speaks of a number N that the cost does not know: of another cost, the mean over a
    batch. ``\\delta = y - p`` does not: it is a claim, and wrong.
    """
    found = compared(document, claim, judge)
    if found.verdict in ("proved", "agrees") or _reads_no_more(document, claim, found):
        return False
    document.redefined.append(Redefined(label[0], claim.at, None, found))
    _go_on(document, claim.cost)
    document.scope.aliases.pop(label)
    document.scope.named_anew |= {label}
    document.scope.begun_at = claim.statement.at
    return True


def _reads_no_more(document: Document, claim: Pending, found: Any) -> bool:
    """Whether the right side has nothing that the cost does not depend on."""
    if found.sides is None or claim.cost is None:
        return False
    left, right = found.sides.left, found.sides.right
    sizes = {s for s in right.free_symbols - left.free_symbols if not isinstance(s, Index)}
    reached = Derivatives(document.scope, document.algebra).reach(claim.cost.name)
    return not sizes and {e.name for e in right.atoms(Entry)} <= reached


def _is_value_of(document: Document, claim: Pending, known: Symbol) -> bool:
    """Whether numbers are put in for the letters of what a symbol was defined by: what it comes to, no other symbol."""
    equation = document.scope.equations.get(known.name)
    if equation is None or equation.slots or not equation.rhs.atoms(Entry):
        return False
    reached = Derivatives(document.scope, document.algebra).reach(known.name)
    if reached <= document.scope.equations.keys():
        return False  # all of it is given in numbers: another number is another example
    return not any(isinstance(n, Letter | Matrix) for n in walk(claim.right))


def restate(
    document: Document, claim: Pending, key: Key, slots: tuple[str, ...], judge: Judge, how: Definitions
) -> None:
    """Enter the homework's right side for what the task defines, if it is equal and goes through its own steps."""
    scope = document.scope
    name = scope.symbols[key].name
    if name not in scope.equations or not through_own_steps(document, claim.right, document.elaborator()):
        return
    if compared(document, claim, judge).verdict != "proved":
        return
    equation, count = scope.equations.pop(name), len(document.definitions)
    how.define(claim.statement, key, slots, None, claim.right, claim.ranges)
    scope.equations.setdefault(name, equation)
    del document.definitions[count:]  # it is a claim


def declared_anew(document: Document, node: Relation, cost: Symbol | None) -> None:
    """A symbol declared once more, with another shape: a new example begins, in which it has that one.

    So it does at the end of a chain, ``W = Q K^\\top \\in \\mathbb{R}^{n \\times n}``.
    """
    old = document.scope
    node = replace(node, items=(node.items[0], node.items[-1]), signs=("in",), places=node.places[-1:])
    trial = old.copy()
    trial.symbols.clear()
    trial.names.clear()
    el = Elaborator(trial, document.algebra)
    el.sizes = document.sizes
    if declare(el, node, []) is not None:
        return
    for key, symbol in trial.symbols.items():
        known = old.symbols.get(key)
        if known is None or known in document.given or known.how != "declared" or known.name in old.equations:
            continue
        if known.shape != symbol.shape or known.row != symbol.row:
            forget(document, known, cost)
            document.scope.symbols.pop(key, None)
            document.scope.symbols[key] = replace(symbol, name=document.scope.free_name(key))


def restated_square(document: Document, s: Statement, cost: Callable[[], Symbol | None]) -> None:
    """A matrix that was declared m × n and that words call square now: what follows is about an m × m one."""
    square = {p.letter for p in document.said if p.kind == "square" and p.at == s.at}
    for key, known in list(document.scope.symbols.items()):
        if key[0] not in square or key[1:] != ("", "") or len(known.shape) != 2 or known.how != "declared":
            continue
        if known in document.given or known.name in document.scope.equations:
            continue
        rows, columns = (document.algebra.size(n) for n in known.shape)
        if rows != columns:
            forget(document, known, cost())
            name = document.scope.free_name(key)
            document.scope.symbols[key] = replace(known, name=name, shape=(rows, rows))


def compared(document: Document, claim: Pending, judge: Judge) -> Any:
    """What is found of a second right side; sizes that it fixes stay open."""
    known = dict(document.algebra.solved)
    fit_sums(document, [*document.claims, claim])
    name_open_sizes(document.scope, document.algebra)
    try:
        return judge(document, claim, time.process_time() + _SECONDS, mending=False)
    finally:
        document.algebra.solved = known  # what is open here may be told further down


def _place_of(document: Document, name: str) -> int | None:
    """Where a symbol was last defined."""
    readings = (f"{name}[", f"{name} =")
    places = [d["at"] for d in document.definitions if str(d["reading"]).startswith(readings)]
    return places[-1] if places else None


def forget(document: Document, known: Symbol, cost: Symbol | None) -> None:
    """Begin a new scope without the symbol; what rests on it is stale, unless the same block of definitions said it."""
    old = document.scope
    scope = _go_on(document, cost)
    reach = Derivatives(old, document.algebra).reach
    last_claim = max((c.at for c in document.claims), default=-1)
    renewed = []
    of_all = old.symbols.get(key_of_sequence(known.key[0])) if known.key[0] in old.of_one_example else None
    over = {known.name} | ({of_all.name} if of_all is not None else set())  # h, and h^{(i)} of each example
    for key, symbol in old.symbols.items():
        if symbol.name in old.equations and over & reach(symbol.name):
            del scope.symbols[key]
            del scope.equations[symbol.name]
            if symbol is not known and symbol is not of_all:
                scope.stale[key], scope.ended[key] = symbol.name, old
                if old.defined_at.get(symbol.name, -1) > last_claim:
                    renewed.append(symbol.name)
    scope.renewed = tuple(sorted(renewed, key=lambda name: old.defined_at[name]))
    read = {r for e in scope.equations.values() for r in e.reads}
    inputs = {s.name for s in scope.symbols.values() if s.how == "by use" and s.name not in scope.equations}
    scope.left_over = (scope.left_over | inputs) - read


def _go_on(document: Document, cost: Symbol | None) -> Scope:
    """A new scope, with all that the old one has; the claims so far keep theirs."""
    for c in document.claims:
        if c.scope is document.scope:
            c.cost = cost
    document.scope = document.scope.copy()
    document.scope.first_claim = None
    return document.scope
