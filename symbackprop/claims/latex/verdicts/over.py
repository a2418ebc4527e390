"""Symbols of an example that is over, in claims of the next one.

A page derives for one unit, with ``L(a, y)``, and then for layers, where L is never stated again. There L may be any
function of what the new forward pass ends in, or the same function of its last output; a formula of which every letter
still stands for something of the same shape may be meant again. What is right in one of these ways is proved, and a
note says in which. Nothing is refuted on what the new example does not state.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from sympy import S

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.derivatives import Derivatives
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.lookup import Over, find
from symbackprop.claims.latex.meaning.scope import Key, Local, Scope, Symbol
from symbackprop.claims.latex.meaning.values import Algebra
from symbackprop.claims.latex.syntax.scripts import flattened, key_parts, text_of
from symbackprop.claims.latex.syntax.tree import Derivative, Letter, Node, walk
from symbackprop.claims.latex.text.vocabulary import COSTS
from symbackprop.claims.latex.verdicts.claimed_layers import any_function
from symbackprop.claims.latex.verdicts.judgement import Judgement
from symbackprop.equations import Equation
from symbackprop.errors import NotSupported, ReadError
from symbackprop.substitution import map_entries
from symbackprop.terms import Entry

_DEEPEST = 4  # symbols of examples that are over, in one claim
_BACKWARD = frozenset(("delta", "Delta"))  # errors, which are written as definitions and are no part of the pass
_OUTPUTS = frozenset(("o", "p", "y"))
Judge = Callable[[Pending], Judgement]


def in_new_example(document: Document, claim: Pending, j: Judgement, judge: Judge, depth: int = 0) -> Judgement:
    """The judgement of a claim that names what is over: the same, or a proof with what that may be here."""
    if j.verdict != "unread" or not isinstance(j.error, Over) or depth == _DEEPEST:
        return j
    key = j.error.key
    for way in (_any_function, _same_function, _same_formula) if key in claim.scope.ended else ():
        scope = claim.scope.copy()
        try:
            said = way(document, scope, key)
        except (ReadError, NotSupported, RecursionError):
            continue
        if said is None:
            continue
        symbol = scope.symbols[key]
        cost = claim.cost if symbol.shape or symbol.step is not None else symbol
        trial = replace(claim, scope=scope, cost=cost)
        found = in_new_example(document, trial, judge(trial), judge, depth + 1)
        if found.verdict in ("proved", "agrees"):
            return replace(found, notes=(*found.notes, said))
    return j


def in_another_part(claim: Pending, j: Judgement, judge: Judge) -> Judgement:
    """The judgement of a derivative of a cost by what it does not depend on: the same, or a proof for any cost.

    A page that defines L in its first part writes ``\\partial L / \\partial V`` of what its second part ends in.
    """
    taken = [n for side in (claim.left, claim.right) for n in walk(side) if isinstance(n, Derivative)]
    names = {n.of.name for n in taken if isinstance(n.of, Letter)} & set(COSTS)
    key = (names.pop(), "", "") if len(names) == 1 else ("", "", "")
    symbol = claim.scope.symbols.get(key)
    if j.off_the_way is None or symbol is None or symbol.shape or symbol.name not in claim.scope.equations:
        return j
    scope = claim.scope.copy()
    el = Elaborator(scope, Algebra())
    try:
        found = [find(el, by, Local()) for n in taken for by in n.by]
    except ReadError:
        return j  # of an example that is over
    by = {f.what.name for f in found if f is not None and isinstance(f.what, Symbol)}
    if by & Derivatives(scope, el.algebra).reach(symbol.name):
        return j
    del scope.symbols[key]
    other = judge(replace(claim, scope=scope, cost=None if claim.cost is symbol else claim.cost))
    if other.verdict not in ("proved", "agrees"):
        return j
    said = f"{key[0]}, which as it is defined does not depend on {j.off_the_way}, is taken as any function of the rest"
    return replace(other, notes=(*other.notes, said))


def _any_function(document: Document, scope: Scope, key: Key) -> str | None:
    """A cost as any function of what the new pass ends in, where it was a function of what the old one ended in."""
    old = scope.ended[key]
    symbol = old.symbols[key]
    outputs = list(_outputs(document, scope, key))
    if symbol.shape or not outputs or not _is_of_outputs(document, old, symbol):
        return None
    entered = _add(scope, key)
    any_function(Elaborator(scope, document.algebra), entered, outputs)
    return f"{key[0]} is taken as any function of {', '.join(s.name for s in outputs)}, where the new example ends"


def _is_of_outputs(document: Document, old: Scope, cost: Symbol) -> bool:
    """Whether nothing reaches a cost but through what it names: a penalty of the weights does."""
    reach = Derivatives(old, document.algebra).reach(cost.name)
    readers = Counter(r for n in reach & old.equations.keys() for r in old.equations[n].reads - old.equations.keys())
    return bool(old.equations[cost.name].reads & old.equations.keys()) and all(k == 1 for k in readers.values())


def _same_function(document: Document, scope: Scope, key: Key) -> str | None:
    """``L(a, y) = ...`` where the new pass ends in one symbol: that in the place of the one argument that is over."""
    old = scope.ended[key]
    name = old.symbols[key].name
    right, items = old.formulas.get(name), old.arguments.get(name, ())
    keys = [_key_of(item) for item in items]
    over = [k for k in keys if k in scope.stale]
    outputs = list(_outputs(document, scope, key))
    if right is None or len(over) != 1 or len(outputs) != 1 or any(s not in scope.symbols for s in {*keys} - {*over}):
        return None
    (argument,), (output,) = over, outputs
    letter = output.key[0].rpartition(" ")[2]
    if argument is None or (output.key[0] != argument[0] and letter not in _OUTPUTS):
        return None
    inside = scope.copy()
    inside.symbols[argument] = output
    del inside.stale[argument]
    el = Elaborator(inside, document.algebra)
    el.sizes, el.rowwise = document.sizes, document.rowwise
    v = document.algebra.settled(el.value(right, Local()))
    if not all(document.algebra.same(i.size, S.One) for i in v.axes):
        return None
    expr = document.algebra.settled_expr(v.expr).xreplace({i: S.Zero for i in v.axes})
    entered = _add(scope, key)
    scope.equations[entered.name] = Equation(entered.name, (), expr)
    return f"{key[0]} is taken as the same function of {output.name} as before of {argument[0]}"


def _same_formula(document: Document, scope: Scope, key: Key) -> str | None:
    """The formula again, where every letter in it stands for something of the same shape now."""
    old = scope.ended[key]
    symbol = old.symbols[key]
    if symbol.name in old.boundaries:
        return None
    equation, changed = old.equations[symbol.name], dict[str, str]()
    for name in sorted(equation.reads):
        before = next((s for s in old.symbols.values() if s.name == name), None)
        if before is None:
            return None
        if before.key in scope.stale and (before.key == key or _same_formula(document, scope, before.key) is None):
            return None
        now = scope.symbols.get(before.key)
        if now is None or len(now.shape) != len(before.shape):
            return None
        if not all(map(document.algebra.same, now.shape, before.shape)):
            return None
        changed[name] = now.name
    entered = _add(scope, key)
    rhs = map_entries(equation.rhs, lambda e: Entry(changed[e.name], *e.slots))
    scope.equations[entered.name] = Equation(entered.name, equation.slots, rhs)
    return f"{key[0]} is taken by the same formula as before"


def _add(scope: Scope, key: Key) -> Symbol:
    """The symbol back in the scope, under a name of its own."""
    symbol = replace(scope.ended[key].symbols[key], name=scope.free_name(key))
    del scope.stale[key]
    scope.symbols[key] = symbol
    return symbol


def _key_of(node: Node) -> Key | None:
    parts = key_parts(node)
    if parts is None or parts[2] is not None:
        return None
    return parts[0], "".join(map(text_of, flattened(parts[1]))), ""


def _outputs(document: Document, scope: Scope, key: Key) -> Iterator[Symbol]:
    """What the forward pass of the new example ends in: no error, no number that is given, nothing of the old one."""
    reach = Derivatives(scope, document.algebra).reach
    errors = {s.name for s in scope.symbols.values() if s.key[0] in _BACKWARD}
    forward = {n: e for n, e in scope.equations.items() if e.reads and not reach(n) & errors}
    read = {r for n, e in forward.items() for r in e.reads if r != n}
    for symbol in scope.symbols.values():
        if symbol.name in forward and symbol.name not in read and symbol.name not in scope.ended[key].equations:
            yield symbol
