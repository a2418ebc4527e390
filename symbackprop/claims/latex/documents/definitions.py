"""Definitions of the forward pass: an equation for a symbol, whole, entry by entry or for all steps of a sequence.

A definition that reads what the same block of the document defines further down waits for it, so that nothing is
taken for an input that is none. What waits for itself, as the two equations of a recurrence do, is entered in the order
of the text.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from math import inf

from sympy import Expr, Pow, Rational

from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.documents.echo import text_of_equation
from symbackprop.claims.latex.documents.examples import enter_examples
from symbackprop.claims.latex.documents.inference import infer, symbols_of
from symbackprop.claims.latex.documents.layered import put_names_in
from symbackprop.claims.latex.documents.new_inputs import with_new_inputs
from symbackprop.claims.latex.documents.numbers_of_costs import number_of_cost
from symbackprop.claims.latex.documents.targets import are_indices, classes_compared, keys_of
from symbackprop.claims.latex.documents.waiting import END, Waiting, target_in_block
from symbackprop.claims.latex.meaning.derivatives import Derivatives
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.labels import index_name
from symbackprop.claims.latex.meaning.layers import renew
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import ONE_OUTPUT, SUMMED, Family, Key, Local, Symbol
from symbackprop.claims.latex.meaning.sequences import first_step, key_of_sequence, length_of
from symbackprop.claims.latex.meaning.slots import first_of
from symbackprop.claims.latex.meaning.unknown_costs import application
from symbackprop.claims.latex.meaning.values import Value, is_unknown
from symbackprop.claims.latex.meaning.windows import window_of
from symbackprop.claims.latex.syntax.scripts import key_parts, refusal
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Group, Node, Product, Relation
from symbackprop.claims.latex.text.vocabulary import COSTS
from symbackprop.equations import Equation
from symbackprop.errors import NotSupported, ReadError
from symbackprop.folding import recall
from symbackprop.indices import Index, fresh
from symbackprop.terms import Entry


class Definitions:
    """Enters the definitions of one document."""

    def __init__(self, document: Document, found: Sequence[Statement]) -> None:
        self.document, self.found = document, found
        self.waiting: list[Waiting] = []
        self.entered: dict[int, Waiting] = {}  # by the place of the statement
        targets = [(s.at, *t) for s in found if (t := target_in_block(document, s)) is not None]
        self.targets = [(at, key) for at, key, every in targets if not every]
        self.layers = [(at, key[0]) for at, key, every in targets if every]

    def define(
        self, s: Statement, key: Key, slots: tuple[str, ...], letter: str | None, right: Node, ranges: dict[str, Expr]
    ) -> None:
        """Enter a definition, now or when what it waits for is there; what cannot be read is noted."""
        definition = Waiting(s, key, slots, letter, right, ranges)
        if letter is None and self._missing(definition):
            self.waiting.append(definition)
            return
        self._attempt(definition)
        self._settle()

    def is_waiting(self, key: Key) -> bool:
        return any(w.key == key for w in self.waiting)

    def is_defined(self, key: Key, before: float = inf) -> bool:
        """Whether some statement of the document, or of what stands before a place, seems to define a symbol."""
        return any(key == target and at < before for at, target in self.targets)

    def are_layers(self, base: str) -> bool:
        """Whether some statement of the document seems to define a letter for every layer."""
        return any(base == target for _, target in self.layers)

    def renew(self) -> None:
        """Enter again what the same block of definitions said of a symbol that was then defined anew."""
        scope = self.document.scope
        for name in scope.renewed:
            definition = self.entered.get(scope.defined_at.get(name, -1))
            if definition is not None:
                count = len(self.document.definitions)
                self._attempt(definition)
                del self.document.definitions[count:]  # said before
        scope.renewed = ()

    def finish(self) -> None:
        """Enter what still waits, in the order of the text."""
        while self.waiting:
            self._attempt(self.waiting.pop(0))
            self._settle()

    def _settle(self) -> None:
        ready = next((w for w in self.waiting if not self._missing(w)), None)
        while ready is not None:
            self.waiting.remove(ready)
            self._attempt(ready)
            ready = next((w for w in self.waiting if not self._missing(w)), None)

    def _attempt(self, d: Waiting) -> None:
        def define() -> None:
            self._define(d.statement, d.key, d.slots, d.letter, d.right, d.ranges)

        try:
            self._define_or_ask(d, define)
        except (ReadError, NotSupported) as e:
            self.document.note_definition(d.statement, "unread", "", e)
            return
        except RecursionError:  # layers whose sizes are asked of one another for ever
            self.document.note_definition(d.statement, "unread", "", ReadError("its sizes are not found"))
            return
        self.entered[d.statement.at] = d

    def _define_or_ask(self, d: Waiting, define: Callable[[], None]) -> None:
        try:
            define()
        except (ReadError, NotSupported):
            if not with_new_inputs(self.document, d.right, d.statement.at, define):
                raise

    def _missing(self, d: Waiting) -> bool:
        """Whether the right side reads a symbol that this block defines further down, or that waits itself."""
        after = self._defined_after(d.statement.at) | {w.key for w in self.waiting if w is not d}
        after.discard(d.key)
        el = self.document.elaborator()
        for n in symbols_of(d.right):
            keys = keys_of(n, self.document.scope)
            if keys & after and find(el, n, Local()) is None:
                return True
        return self._waits_for_layers(d)

    def _waits_for_layers(self, d: Waiting) -> bool:
        """Whether the right side reads a layer, as a^L of a cost, and this block defines layers further down."""
        scope, at = self.document.scope, d.statement.at
        bases = {parts[0] for n in symbols_of(d.right) if (parts := key_parts(n)) is not None} & scope.layered
        end = min((place for place, key in self.targets if place > at and key == END), default=None)
        later = {base for place, base in self.layers if place > at and (end is None or place < end or base in bases)}
        return bool(bases) and not later <= scope.families.keys()

    def _defined_after(self, at: int) -> set[Key]:
        """What is defined further down in the block of definitions in which an offset is."""
        found: set[Key] = set()
        for place, key in self.targets:
            if place > at:
                if key == END:
                    break
                found.add(key)
        return found

    def _define(
        self, s: Statement, key: Key, slots: tuple[str, ...], letter: str | None, right: Node, ranges: dict[str, Expr]
    ) -> None:
        scope = self.document.scope
        if letter is not None:
            self._define_layers(s, key[0], slots, letter, right)
            return
        el = self.document.elaborator()
        el.defining = True
        el.one_output = ONE_OUTPUT in scope.tried and key[0] in COSTS
        el.summing = SUMMED in scope.tried and key[0] in COSTS and not slots
        if key == key_of_sequence(key[0]):
            self._define_sequence(s, el, key, slots, right)
            return
        indexed = slots if are_indices(el, slots, right, ranges) else ()
        if slots and not indexed:
            key = (key[0], "".join(slots), key[2])
        v = self._value(s, el, scope.symbols.get(key), indexed, right, ranges)
        v = number_of_cost(self.document, key, bool(slots), v)
        applied = application(right)
        if applied is not None and not v.rank and scope.surrogates:
            scope.named_costs[applied[0].strip("\\")] = key
        self._enter(s, key, self._axes(el, indexed, v, right), v.expr, v.row)
        self._remember_argument(s, scope.symbols[key], right)

    def _value(
        self,
        s: Statement,
        el: Elaborator,
        known: Symbol | None,
        indexed: tuple[str, ...],
        right: Node,
        ranges: dict[str, Expr],
    ) -> Value:
        """The right side, its indices with the ranges that the left side, the words or a window tell."""
        of_classes = classes_compared(el, right)
        for k, x in enumerate(indexed):
            if known is not None and k < len(known.shape):
                el.free[x] = (Index(index_name(x), known.shape[k]), first_of(el, x))
            elif x in ranges or x in of_classes:
                el.free[x] = (Index(index_name(x), ranges.get(x, of_classes.get(x))), first_of(el, x))
        enter_examples(self.document, right, s)
        infer(el, right, {*indexed}, self.found)
        for x in indexed:
            window = window_of(el, x, right) if x not in el.free else None
            if window is not None:
                el.free[x] = (Index(index_name(x), window), first_of(el, x))
        v = self.document.algebra.settled(el.value(right, Local()))
        self.document.scope.starred = self.document.scope.starred or el.used_correlation
        return v

    def _axes(self, el: Elaborator, indexed: tuple[str, ...], v: Value, right: Node) -> tuple[Index, ...]:
        """The axes of what is defined. Raises ``ReadError`` where indices stand on one side alone."""
        if indexed:
            of_rows = v.rank == len(indexed) == 1 and el.met_row  # each row of a matrix by those of another
            if v.rank and not of_rows:
                raise refusal("the left side is one entry, the right side is not", right)
            missing = [x for x in indexed if x not in el.free]
            if missing:
                raise refusal(f"the range of {missing[0]} is not known", right)
        loose = [x for x in el.free if x not in indexed]
        if loose:
            raise refusal(f"{loose[0]} stands on the right side alone", right)
        algebra = self.document.algebra
        return tuple(Index(el.free[x][0].name, algebra.size(el.free[x][0].size)) for x in indexed) + v.axes

    def _define_layers(self, s: Statement, base: str, slots: tuple[str, ...], letter: str, right: Node) -> None:
        """The definition of every layer; each of them is made where something asks for it."""
        scope = self.document.scope
        family = scope.families.setdefault(base, Family())
        family.letter, family.node, family.slots = letter, right, slots
        family.left = s.node.items[0] if isinstance(s.node, Relation) else None
        for changed in put_names_in(scope.families, family):
            with suppress(ReadError):
                renew(self.document.elaborator(), changed)
        with suppress(ReadError):  # what no layer carries, as X in each of them; the rest is made for a claim
            infer(self.document.elaborator(), right, {letter, *slots}, self.found)
        self.document.note_definition(s, "read", "")

    def _define_sequence(self, s: Statement, el: Elaborator, key: Key, slots: tuple[str, ...], right: Node) -> None:
        """One equation for all steps: the step is the first index of the left side."""
        algebra, letter = self.document.algebra, self.document.scope.sequences[key[0]]
        known = self.document.scope.symbols.get(key)
        el.free[slots[0]] = (Index(index_name(slots[0]), length_of(el, letter)), first_step(el, letter))
        for k, x in enumerate(slots[1:], 1):
            if known is not None and k < len(known.shape):
                el.free[x] = (Index(index_name(x), known.shape[k]), first_of(el, x))
        infer(el, right, {*slots}, self.found)
        v = algebra.settled(el.value(right, Local()))
        if (len(slots) > 1 and v.rank) or set(el.free) != set(slots):
            raise refusal("indices stand on one side alone", right)
        named = (Index(el.free[x][0].name, algebra.size(el.free[x][0].size)) for x in slots)
        if known is not None and known.how == "by use" and v.rank == 1 and known.row != v.row and not v.loose:
            raise ReadError("a row and a column: the steps of one sequence")
        self._enter(s, key, (*named, *v.axes), v.expr, v.row, letter)
        self._remember_argument(s, self.document.scope.symbols[key], right)

    def _enter(
        self, s: Statement, key: Key, axes: tuple[Index, ...], expr: Expr, row: bool, step: str | None = None
    ) -> None:
        scope, algebra = self.document.scope, self.document.algebra
        shape = tuple(i.size for i in axes)
        known = scope.symbols.get(key)
        if known is not None and known.shape != shape:
            if len(known.shape) != len(shape) or not all(map(algebra.same, known.shape, shape)):
                raise ReadError(f"{known.name} is declared with another shape")
        fixed = {algebra.size(n) for x in scope.symbols.values() for n in x.shape}
        if any(is_unknown(n) and n not in fixed for i in (*axes, *expr.atoms(Index)) if (n := algebra.size(i.size))):
            raise ReadError("the size of a 1 or an I is not known here")
        symbol = known or scope.add(key, shape=shape, row=row, step=step)
        symbol.role = "defined"
        if len(set(axes)) < len(axes):
            raise ReadError("the same index twice on the left side")
        named = tuple(fresh(i) if i.name[0] == "~" else i for i in axes)
        equation = Equation(symbol.name, named, expr.xreplace(dict(zip(axes, named, strict=True))))
        scope.equations[symbol.name] = equation
        scope.defined_at[symbol.name] = s.at
        self._put_name_in(equation)
        scope.stale.pop(key, None)
        if key[2] == "^2":
            root = scope.add((*key[:2], ""), shape=shape, row=row, role="defined", how="root")
            scope.equations[root.name] = Equation(root.name, named, Pow(equation.left, Rational(1, 2)))
        self.document.note_definition(s, "read", text_of_equation(equation))

    def _put_name_in(self, equation: Equation) -> None:
        """``\\hat y = f(Wx + b)``, and then "let z = Wx + b": what was written out before reads z now."""
        scope = self.document.scope
        if (
            not equation.rhs.args
            or isinstance(equation.rhs, Entry)
            or not set(equation.indices) <= equation.rhs.free_symbols
        ):
            return
        reached = Derivatives(scope, self.document.algebra).reach(equation.name)
        for name, other in list(scope.equations.items()):
            if name not in reached:
                folded = recall(other.rhs, [equation])
                if folded != other.rhs:
                    scope.equations[name] = Equation(name, other.slots, folded)

    def _remember_argument(self, s: Statement, symbol: Symbol, right: Node) -> None:
        """f(x) = ... says what ∇f is taken by, and what f is of other arguments."""
        left = s.node.items[0] if isinstance(s.node, Relation) else None
        if isinstance(left, Product) and isinstance(left.factors[-1][1], Group):
            self.document.scope.arguments[symbol.name] = left.factors[-1][1].items
            self.document.scope.formulas[symbol.name] = right
