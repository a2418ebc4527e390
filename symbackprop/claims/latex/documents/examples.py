"""Definitions for one example, read at every example: ``\\hat y = w^\\top x``, and then a sum over ``\\hat y^{(i)}``.

A letter that is defined without the label of an example, and written with one somewhere, is what its definition says
of that example: data, x and what the document labels so, are the example's, everything else is shared. A letter of
whose definition nothing differs from one example to the other is left as it was, an input of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.documents.echo import text_of_equation
from symbackprop.claims.latex.documents.inference import symbols_of
from symbackprop.claims.latex.documents.targets import key_of_one
from symbackprop.claims.latex.meaning.derivatives import Derivatives
from symbackprop.claims.latex.meaning.scope import Key, Scope, Symbol
from symbackprop.claims.latex.meaning.sequences import is_step, key_of_sequence, length_of, step_of
from symbackprop.claims.latex.syntax.scripts import flattened, text_of
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Letter, Node, Product, Relation, Script, walk
from symbackprop.equations import Equation
from symbackprop.errors import ReadError
from symbackprop.indices import Index, fresh
from symbackprop.substitution import map_entries
from symbackprop.terms import Entry

_DATA = "x"


def of_one_example(found: Sequence[Statement], scope: Scope) -> frozenset[str]:
    """The bases that are defined without the label of an example alone, and read with it."""
    labels = {base for base in scope.labelled if base in scope.sequences}
    stated = {key for s in found for key in _stated(s, labels)}
    own = {base for base in labels if key_of_sequence(base) in stated}
    return frozenset(base for base in labels - own if key_of_one(base) in stated)


def _stated(s: Statement, labels: set[str]) -> Iterator[Key]:
    node = s.node
    if not isinstance(node, Relation) or node.signs[0] not in ("=", ":=", "in"):
        return
    head = _head(node.items[0])
    base, above = (head.base, head.above) if isinstance(head, Script) else (head, None)
    if not isinstance(base, Letter):
        return
    if isinstance(head, Script) and above is not None and above.label is not None:
        yield key_of_sequence(base.name) if above.bracket == "(" else (base.name, "", text_of(above.label))
    elif (not isinstance(head, Script) or (above is None and _is_entry(head))) and node.signs[0] != "in":
        reads = {n.base.name for n in walk(node.items[1]) if isinstance(n, Script) and isinstance(n.base, Letter)}
        if base.name not in reads & labels:  # L = \frac1m \sum_i L^{(i)} says nothing of an example
            yield base.name, "", ""


def _is_entry(head: Script) -> bool:
    """Whether what stands below a letter are letters alone, as in ``p_k``."""
    return not head.primes and all(isinstance(x, Letter) for x in flattened(head.below))


def _head(left: Node) -> Node:
    """J of ``J(w)``."""
    if isinstance(left, Product) and len(left.factors) == 2 and left.factors[1][0] == "":
        return left.factors[0][1]
    return left


def enter_examples(document: Document, right: Node, s: Statement) -> None:
    """Enter for all examples what a right side reads of each of them, and what is defined for one.

    Raises ``ReadError`` where it cannot be said of one example what the definition of one says.
    """
    scope = document.scope
    for n in symbols_of(right):
        if not isinstance(n, Script) or not isinstance(n.base, Letter) or n.base.name not in scope.of_one_example:
            continue
        base = n.base.name
        one = scope.symbols.get(key_of_one(base))
        label = step_of(n)
        if one is None or one.name not in scope.equations or key_of_sequence(base) in scope.symbols:
            continue
        if label is None or not is_step(n, scope.labelled):
            continue
        _Examples(document, s, scope.sequences[base]).enter(one, base)


class _Examples:
    """All examples of what is defined for one."""

    def __init__(self, document: Document, s: Statement, letter: str) -> None:
        self.document, self.statement, self.letter = document, s, letter
        self.reach = Derivatives(document.scope, document.algebra).reach
        self.data = {x.name for x in document.scope.symbols.values() if self._is_data(x)}

    def _is_data(self, symbol: Symbol) -> bool:
        """Whether an input is another one in every example."""
        scope, base = self.document.scope, symbol.key[0]
        if symbol.name in scope.equations or symbol.step is not None:
            return False
        if base != _DATA and scope.sequences.get(base) != self.letter:
            return False
        if symbol.key != (base, "", "") or symbol in self.document.given:
            raise ReadError(f"{symbol.name} at an example")
        return True

    def enter(self, one: Symbol, base: str) -> Symbol | None:
        """The definition of one as that of all; None where nothing in it differs from example to example."""
        scope = self.document.scope
        reached = self.reach(one.name)
        if not reached & self.data:
            return None
        if one.name in scope.boundaries or scope.equations[one.name].is_boundary:
            raise ReadError(f"{one.name} at an example: it is defined step by step")
        equation = scope.equations[one.name]
        index = fresh(Index("~", length_of(self.document.elaborator(), self.letter)))
        changed = {name: new for name in sorted(equation.reads) if (new := self._of_all(name)) is not None}

        def change(e: Entry) -> Entry:
            return Entry(changed[e.name].name, index, *e.slots) if e.name in changed else e

        symbol = self._add(one, base, "defined")
        rhs = map_entries(equation.rhs, change)
        again = Equation(symbol.name, (index, *equation.slots), rhs)
        before = list(scope.equations)[: list(scope.equations).index(one.name) + 1]
        after = {name: scope.equations.pop(name) for name in list(scope.equations) if name not in before}
        scope.equations |= {symbol.name: again, **after}  # what comes last stays the cost
        scope.defined_at[symbol.name] = self.statement.at
        self.document.note_definition(self.statement, "read", text_of_equation(again))
        return symbol

    def _of_all(self, name: str) -> Symbol | None:
        """What one example has, for all of them; None for what they share."""
        one = next(x for x in self.document.scope.symbols.values() if x.name == name)
        base = f"{one.key[2]} {one.key[0]}" if one.key[2].isdigit() else one.key[0]
        known = self.document.scope.symbols.get(key_of_sequence(base))
        if name in self.data:
            return self._known(known, one) if known is not None else self._add(one, base, one.role)
        if name not in self.document.scope.equations or not self.reach(name) & self.data:
            return None
        if one.key[1] or (one.key[2] and not one.key[2].isdigit()):
            raise ReadError(f"{name} at an example")
        return self._known(known, one) if known is not None else self.enter(one, base)

    def _known(self, known: Symbol, one: Symbol) -> Symbol:
        """What stands for all examples already, where it is what one example would be."""
        shape = known.shape[1:]
        if len(shape) != len(one.shape) or not all(map(self.document.algebra.same, shape, one.shape)):
            raise ReadError(f"an example of {one.name} has another shape")
        if (known.name in self.document.scope.equations) != (one.name in self.document.scope.equations):
            raise ReadError(f"an example of {one.name} is not what its definition says")
        return known

    def _add(self, one: Symbol, base: str, role: str) -> Symbol:
        scope = self.document.scope
        key = key_of_sequence(base)
        shape = (length_of(self.document.elaborator(), self.letter), *one.shape)
        name = scope.free_name(key)
        symbol = replace(one, key=key, name=name, shape=shape, role=role, step=self.letter)
        scope.symbols[key] = symbol
        return symbol
