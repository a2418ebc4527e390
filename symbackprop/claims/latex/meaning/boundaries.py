"""Where sequences begin and end: the steps for which a claim is read, and what stands before the first step.

A claim is read for the steps at which all that it writes exists. A step before the first is a symbol of its own, an
input unless the document defines it.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sympy import Integer, S

from symbackprop.claims.latex.meaning.scope import Scope, Symbol
from symbackprop.claims.latex.meaning.sequences import (
    first_step,
    key_of_sequence,
    length_of,
    letter_of,
    shifted_step,
    step_of,
)
from symbackprop.claims.latex.syntax.tree import Derivative, Letter, Node, Product, Reduce, Script, children, walk
from symbackprop.equations import Equation
from symbackprop.indices import Index, fresh
from symbackprop.terms import Entry

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def restricted(el: "Elaborator", sides: Sequence[Node]) -> tuple[str, ...]:
    """Give each free step the range in which all that a claim writes exists; notes where that is less than all."""
    notes = []
    for letter in sorted(set(el.scope.sequences.values())):
        if letter in el.free:
            continue
        reached = list(_reached(el, sides, letter))
        if not reached:
            continue
        begin = first_step(el, letter)
        first = max([begin, *(begin - shift for shift, has_start in reached if not has_start)])
        after = max([0, *(shift for shift, _ in reached)])
        length = length_of(el, letter) - (first - begin) - after
        el.free[letter] = (Index(letter, length), first)
        if first > begin or after:
            last = length_of(el, letter) - 1 + begin - after
            notes.append(f"for {letter} from {first} to {last}, where all its symbols exist")
    return tuple(notes)


def _reached(el: "Elaborator", sides: Sequence[Node], letter: str) -> Iterator[tuple[int, bool]]:
    """How far from its step a claim reaches, and whether what it reaches has a start before the first step.

    A derivative of a cost by what stands before the first step is not among those by the steps.
    """
    for side in sides:
        by = {id(x) for n in walk(side) for x in _variables_of_cost(n)}
        for n in _outside_sums(side, letter):
            if not isinstance(n, Script) or not isinstance(n.base, Letter):
                continue
            if el.scope.sequences.get(n.base.name) != letter:
                continue
            step = step_of(n)
            symbol = el.scope.symbols.get(key_of_sequence(n.base.name))
            if step is not None and letter_of(step) == letter:
                begins = symbol is not None and symbol.name in el.scope.boundaries
                yield shifted_step(step)[1], begins and id(n) not in by


def _variables_of_cost(node: Node) -> tuple[Node, ...]:
    """h_{t-1} of ``\\frac{\\partial L}{\\partial h_{t-1}}`` and of ``dh_{t-1}``."""
    if isinstance(node, Derivative):
        return () if isinstance(node.of, Script) and node.of.below else node.by
    if isinstance(node, Product) and isinstance(node.factors[0][1], Letter) and node.factors[0][1].name == "d":
        return (node.factors[1][1],)
    return ()


def _outside_sums(node: Node, letter: str) -> Iterator[Node]:
    """A node and all below it, sums over the letter left out."""
    stack = [node]
    while stack:
        n = stack.pop()
        below = n.below if isinstance(n, Reduce) else None
        if below is None or letter not in {x.name for x in walk(below) if isinstance(x, Letter)}:
            yield n
            stack += children(n)


def add_boundaries(el: "Elaborator") -> None:
    """``h[-1, j] = h_0[j]`` for every sequence whose equations read the step before."""
    scope = el.scope
    for symbol in list(scope.symbols.values()):
        if symbol.step is None or symbol.name not in scope.equations or symbol.name in scope.boundaries:
            continue
        for back in range(1, _furthest_back(el, symbol) + 1):
            start = _start(el, symbol, 1 - back)
            if back == 1 and start.name not in scope.equations:
                _define_by_first(el, symbol, start)
            axes = tuple(fresh(Index("~", el.algebra.size(n))) for n in symbol.shape[1:])
            edge = Equation(symbol.name, (Integer(-back), *axes), Entry(start.name, *(axes if start.shape else ())))
            scope.boundaries[symbol.name] = (*scope.boundaries.get(symbol.name, ()), edge)


def _furthest_back(el: "Elaborator", symbol: Symbol) -> int:
    furthest = 0
    for equation in el.scope.equations.values():
        own = equation.slots[0] if equation.slots else None
        for e in equation.rhs.atoms(Entry):
            if e.name == symbol.name and own is not None and e.slots:
                gap = own - e.slots[0]
                furthest = max(furthest, int(gap)) if gap.is_Integer else furthest
    return furthest


def _start(el: "Elaborator", symbol: Symbol, step: int) -> Symbol:
    """``h_0``, as the document has it or as a free input of the shape of one step."""
    scope, (base, _, _) = el.scope, symbol.key
    for key in ((base, str(step), ""), (base, "", str(step))):
        if key in scope.symbols:
            return scope.symbols[key]
    shape = tuple(el.algebra.size(n) for n in symbol.shape[1:])
    return scope.add((base, str(step), ""), shape=shape, how="by use")


def _define_by_first(el: "Elaborator", symbol: Symbol, start: Symbol) -> None:
    """``h_0`` by ``h_t = f(a_t)``, where the document says what ``a_0`` is: its steps begin with that one."""
    scope, equation = el.scope, el.scope.equations[symbol.name]
    own = equation.slots[0]
    known = {s.name: s for s in scope.symbols.values()}
    first: dict[Entry, Entry] = {}
    for e in (x for x in equation.rhs.atoms(Entry) if x.slots and own in x.slots[0].free_symbols):
        base = known[e.name].key[0] if e.name in known else ""
        found = next((scope.symbols[k] for k in ((base, "0", ""), (base, "", "0")) if k in scope.symbols), None)
        if found is None or e.slots[0] != own:
            return
        first[e] = Entry(found.name, *e.slots[1:])
    rhs = equation.rhs.xreplace(first)
    if own in rhs.free_symbols or len(start.shape) != len(equation.slots) - 1:
        return
    if any(e.name in scope.equations for e in first.values()):
        scope.equations[start.name] = Equation(start.name, equation.slots[1:], rhs)
        start.role = "defined"


def read_at_once(scope: Scope) -> set[str]:
    """What some equation reads otherwise than at an earlier step."""
    found: set[str] = set()
    for equation in scope.equations.values():
        own = equation.slots[0] if equation.slots else None
        for e in equation.rhs.atoms(Entry):
            back = own - e.slots[0] if own is not None and e.slots else S.Zero
            if not (back.is_Integer and back > 0):
                found.add(e.name)
    return found
