"""A document statement by statement: what declares, what defines, what is assumed, and what is claimed.

Definitions come in the order of the text; claims are kept with the scope in which they stand and judged at the end,
so that a cost may be defined after a gradient is mentioned.
"""

import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from sympy import Expr, Pow, Rational

from symbackprop.claims.latex.assumptions import assumed
from symbackprop.claims.latex.conditions import conditions
from symbackprop.claims.latex.declare import declare, function_declared
from symbackprop.claims.latex.derivatives import Derivatives
from symbackprop.claims.latex.document import Document, Pending
from symbackprop.claims.latex.elaborate import Elaborator
from symbackprop.claims.latex.inference import infer, name_open_sizes
from symbackprop.claims.latex.labels import index_name, size_of
from symbackprop.claims.latex.layered import layered_letters, ranks
from symbackprop.claims.latex.layout import text_of_equation
from symbackprop.claims.latex.scope import Alias, Defined, Family, Key, Local, Symbol
from symbackprop.claims.latex.scripts import refusal
from symbackprop.claims.latex.sequences import add_boundaries, key_of_sequence, length_of, lengths, sequences
from symbackprop.claims.latex.statements import Statement
from symbackprop.claims.latex.targets import are_indices, is_function, mentions_derivative, target_of
from symbackprop.claims.latex.tree import (
    Group,
    Letter,
    Node,
    Number,
    Product,
    Reduce,
    Relation,
    Script,
    Special,
    Sum,
    same,
    walk,
)
from symbackprop.claims.latex.values import is_unknown, unknown_size
from symbackprop.equations import Equation
from symbackprop.errors import NotSupported, ReadError
from symbackprop.indices import Index, fresh, size

_ROWS = re.compile(r"row[- ]?wise|each row|every row|along (?:the )?rows|over (?:the )?rows|por linha|cada linha", re.I)
_NUMERATOR = re.compile(r"numerator[- ]layout|layout do numerador", re.I)
_COLUMNS = re.compile(r"column[- ]?wise|each column|every column|along (?:the )?columns|por coluna|cada coluna", re.I)


def read(found: Sequence[Statement], text: str, judge: Callable[..., Any]) -> Document:
    """All statements of a document; ``judge`` decides whether a second definition is the first again."""
    document = Document()
    rows, columns = _ROWS.search(text) is not None, _COLUMNS.search(text) is not None
    document.rowwise = None if rows == columns else rows
    document.numerator = _NUMERATOR.search(text) is not None
    document.scope.layered = layered_letters(found)
    document.scope.sequences = sequences(found)
    document.scope.layered -= document.scope.sequences.keys()
    document.scope.ranks = ranks(found, document.scope.layered)
    document.sizes |= _sizes_of_sums(found)
    _Reader(document, found, judge).run()
    return document


def _sizes_of_sums(found: Sequence[Statement]) -> set[str]:
    """Letters that sums run up to, and that nothing defines: sizes, wherever else they stand."""
    defined = {
        n.node.items[0].name for n in found if isinstance(n.node, Relation) and isinstance(n.node.items[0], Letter)
    }
    nodes = [n for s in found if s.node is not None for n in walk(s.node)]
    return {n.above.name for n in nodes if isinstance(n, Reduce) and isinstance(n.above, Letter)} - defined


class _Reader:
    def __init__(self, document: Document, found: Sequence[Statement], judge: Callable[..., Any]) -> None:
        self.document, self.found, self.judge = document, found, judge
        self.ranges: dict[str, Expr] = {}
        self.conditions, self.restricting = conditions(found)

    def run(self) -> None:
        self._count_steps()
        for s in self.found:
            self._declarations(s)
        for k, s in enumerate(self.found):
            if k not in self.conditions:
                self._statement(s)
        add_boundaries(self.elaborator())
        self._name_steps()
        name_open_sizes(self.document.scope, self.document.algebra)
        last = self.cost()
        for c in self.document.claims:
            if c.scope is self.document.scope:
                c.cost = last

    def _count_steps(self) -> None:
        scope = self.document.scope
        letters = set(scope.sequences.values())
        said = lengths(self.found, letters)
        for letter in letters:
            last = said.get(letter)
            scope.steps[letter] = size_of(self.elaborator(), last, Local()) if last is not None else unknown_size()

    def _name_steps(self) -> None:
        """A number of steps that nothing names is T."""
        algebra = self.document.algebra
        for length in self.document.scope.steps.values():
            if is_unknown(open_size := algebra.size(length)) and "T" not in self.document.sizes:
                algebra.solved[open_size] = size("T")
                self.document.sizes.add("T")

    def elaborator(self) -> Elaborator:
        el = Elaborator(self.document.scope, self.document.algebra)
        el.sizes = self.document.sizes
        el.rowwise = self.document.rowwise
        return el

    def cost(self) -> Symbol | None:
        """The last definition of the forward pass, where it is a scalar."""
        scope = self.document.scope
        for name in reversed(scope.equations):
            if name in scope.generic.values():
                continue
            symbol = next(s for s in scope.symbols.values() if s.name == name)
            return symbol if not symbol.shape else None
        return None

    # -- one statement

    def _declarations(self, s: Statement) -> None:
        if isinstance(s.node, Relation) and s.node.signs[0] == "in":
            s.error = s.error or declare(self.elaborator(), s.node, self.document.assumptions)

    def _statement(self, s: Statement) -> None:
        node = s.node
        if s.error is not None:
            self._unread(s)
            return
        if not isinstance(node, Relation):
            return
        sign = node.signs[0]
        if sign == ":" and len(node.items) > 1:
            function_declared(self.document.scope, node)
        elif sign == "in" or self._is_condition(s, node):
            return
        elif any(x in ("<-",) for x in node.signs) or sign in ("~", "->", ":", "succ"):
            return
        elif assumed(self.document, self.elaborator(), node) or self._is_update(node):
            return
        else:
            self._equation(s, node)

    def _unread(self, s: Statement) -> None:
        texts = {t.text for t in s.tokens}
        if s.inline and not texts & {"\\partial", "\\nabla"}:
            return
        if texts & {"=", "\\le", "\\ge", "\\leq", "\\geq", "<", ">"} or not s.inline:
            if {"\\partial", "\\nabla"} & texts or any(r.label for r in s.rows):
                self._claim_unread(s, s.error)
            elif "=" in texts:
                self._note_definition(s, "unread", "", s.error)

    def _claim_unread(self, s: Statement, error: Exception | None) -> None:
        empty = Special(s.at, "empty")
        self.document.claims.append(Pending(s, empty, "=", empty, s.at, self.document.scope, {}, error))

    def _is_condition(self, s: Statement, node: Relation) -> bool:
        """``i = 1, \\dots, n``; ``l < L``; ``i \\neq j``: restricts the display that follows."""
        left = node.items[0]
        letters = [left] if isinstance(left, Letter) else list(left.items) if isinstance(left, Group) else []
        if not letters or not all(isinstance(x, Letter) for x in letters):
            return False
        right = node.items[-1]
        if (
            node.signs == ("=",)
            and isinstance(right, Group)
            and any(isinstance(i, Special) and i.name == "dots" for i in right.items)
        ):
            self._range(letters, right)
            return True
        return False

    def _range(self, letters: list[Any], right: Group) -> None:
        last = right.items[-1]
        first = right.items[0]
        if isinstance(first, Number) and first.value == 1 and not isinstance(last, Special):
            try:
                length = size_of(self.elaborator(), last, Local())
            except ReadError:
                return
            for x in letters:
                self.ranges[x.name] = length

    def _is_update(self, node: Relation) -> bool:
        """``w = w - ...``: the same symbol on both sides and a derivative or a step."""
        if node.signs != ("=",) and node.signs != (":=",):
            return False
        left = node.items[0]
        if isinstance(left, Product) and isinstance(left.factors[0][1], Letter) and left.factors[0][1].name == "Delta":
            return True  # a step
        if not isinstance(left, Letter | Script) or not isinstance(node.items[1], Sum):
            return False
        first = node.items[1].terms[0]
        return first[0] == 1 and same(first[1], left)

    # -- the same symbol again

    def _begins_anew(self, s: Statement, left: Node, right: Node, ranges: dict[str, Expr]) -> bool:
        """Whether a second right side differs from the first: then it begins a new example."""
        name_open_sizes(self.document.scope, self.document.algebra)
        claim = Pending(s, left, "=", right, s.at, self.document.scope, ranges, cost=self.cost())
        found = self.judge(self.document, claim, time.monotonic() + 3)
        unknown = found.verdict == "unread" and "unknown symbol" in (found.reason or "")
        return found.verdict == "refuted" or unknown

    def _forget(self, known: Symbol) -> None:
        """A new scope without the symbol; what rests on it is stale."""
        document = self.document
        last = self.cost()
        for c in document.claims:
            if c.scope is document.scope:
                c.cost = last
        old = document.scope
        document.scope = scope = old.copy()
        reach = Derivatives(old, document.algebra).reach
        for key, symbol in old.symbols.items():
            if symbol.name in old.equations and known.name in reach(symbol.name):
                del scope.symbols[key]
                del scope.equations[symbol.name]
                if symbol is not known:
                    scope.stale[key] = symbol.name
        document.redefined.append(known.name)

    # -- equations

    def _equation(self, s: Statement, node: Relation) -> None:
        start = 0
        items, signs, places = list(node.items), list(node.signs), list(node.places)
        if "in" in signs:  # A = B ∈ R^q
            k = signs.index("in")
            items, signs, places = items[: k + 1], signs[:k], places[:k]
        if isinstance(items[0], Special) and items[0].name == "empty":
            return
        ranges = dict(self.ranges)
        if signs and signs[0] in ("=", ":=") and self._defines(s, items[0], items[1], signs[0], ranges):
            start = 1
        restricted = tuple(self.restricting.get(s.display, ())) if not s.inline else ()
        head = items[0]
        for k, sign in enumerate(signs):
            if k >= start and sign not in ("~", "->"):
                at = s.at if k == 0 else places[k]
                scope = self.document.scope
                claim = Pending(s, head, sign, items[k + 1], at, scope, ranges, conditions=restricted)
                self.document.claims.append(claim)
            if sign not in ("=", ":="):
                head = items[k + 1]  # of the next run of equalities

    def _defines(self, s: Statement, left: Node, right: Node, sign: str, ranges: dict[str, Expr]) -> bool:
        """Whether the link was a definition, and if so defines."""
        target = target_of(self.elaborator(), left)
        if target is None:
            return False
        key, slots, letter, parameter = target
        scope = self.document.scope
        if parameter is not None and is_function(self.elaborator(), left, right, parameter):
            return self._define_function(s, key[0], parameter, right)
        if key in scope.aliases or (key[0], "", "*") in scope.aliases:
            return False
        known = scope.symbols.get(key)
        if known is not None and known.name in scope.equations:
            if mentions_derivative(self.elaborator(), right) or not self._begins_anew(s, left, right, ranges):
                return False
            self._forget(known)
            scope = self.document.scope
        if letter is not None and key[0] in scope.families and scope.families[key[0]].node is not None:
            return False
        if mentions_derivative(self.elaborator(), right):
            label = (key[0], "", "*") if letter is not None else key
            scope.aliases[label] = Alias(right, letter, slots)
            self._note_definition(s, "read", "")
            return True
        try:
            self._define(s, key, slots, letter, right, ranges)
        except (ReadError, NotSupported) as e:
            self._note_definition(s, "unread", "", e)
        return True

    def _define_function(self, s: Statement, name: str, parameter: str, right: Node) -> bool:
        if name in self.document.scope.functions:
            return False
        self.document.scope.functions[name] = Defined(name, parameter, right)
        self._note_definition(s, "read", "")
        return True

    def _define(
        self, s: Statement, key: Key, slots: tuple[str, ...], letter: str | None, right: Node, ranges: dict[str, Expr]
    ) -> None:
        scope, algebra = self.document.scope, self.document.algebra
        if letter is not None:
            family = scope.families.setdefault(key[0], Family())
            family.letter, family.node, family.slots = letter, right, slots
            self._note_definition(s, "read", "")
            return
        el = self.elaborator()
        if key == key_of_sequence(key[0]):
            self._define_sequence(s, el, key, slots, right)
            return
        indexed = slots if are_indices(el, slots, right, ranges) else ()
        if slots and not indexed:
            key = (key[0], "".join(slots), key[2])
        known = scope.symbols.get(key)
        for k, x in enumerate(indexed):
            if known is not None and k < len(known.shape):
                el.free[x] = (Index(index_name(x), known.shape[k]), 1)
            elif x in ranges:
                el.free[x] = (Index(index_name(x), ranges[x]), 1)
        infer(el, right, {*slots}, self.found)
        v = algebra.settled(el.value(right, Local()))
        axes = v.axes
        if indexed:
            if v.rank:
                raise refusal("the left side is one entry, the right side is not", right)
            missing = [x for x in indexed if x not in el.free]
            if missing:
                raise refusal(f"the range of {missing[0]} is not known", right)
            axes = tuple(Index(el.free[x][0].name, algebra.size(el.free[x][0].size)) for x in indexed)
        loose = [x for x in el.free if x not in indexed]
        if loose:
            raise refusal(f"{loose[0]} stands on the right side alone", right)
        self._enter(s, key, axes, v.expr, v.row)

    def _define_sequence(self, s: Statement, el: Elaborator, key: Key, slots: tuple[str, ...], right: Node) -> None:
        """One equation for all steps: the step is the first index of the left side."""
        algebra, letter = self.document.algebra, slots[0]
        known = self.document.scope.symbols.get(key)
        el.free[letter] = (Index(index_name(letter), length_of(el, letter)), 1)
        for k, x in enumerate(slots[1:], 1):
            if known is not None and k < len(known.shape):
                el.free[x] = (Index(index_name(x), known.shape[k]), 1)
        infer(el, right, {*slots}, self.found)
        v = algebra.settled(el.value(right, Local()))
        if (len(slots) > 1 and v.rank) or set(el.free) != set(slots):
            raise refusal("indices stand on one side alone", right)
        named = (Index(el.free[x][0].name, algebra.size(el.free[x][0].size)) for x in slots)
        self._enter(s, key, (*named, *v.axes), v.expr, v.row, letter)

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
        self._remember_argument(s, symbol)
        scope.stale.pop(key, None)
        if key[2] == "^2":
            root = scope.add((*key[:2], ""), shape=shape, row=row, role="defined", how="root")
            scope.equations[root.name] = Equation(root.name, named, Pow(equation.left, Rational(1, 2)))
        self._note_definition(s, "read", text_of_equation(equation))

    def _remember_argument(self, s: Statement, symbol: Symbol) -> None:
        """f(x) = ... says what ∇f is taken by."""
        left = s.node.items[0] if isinstance(s.node, Relation) else None
        if isinstance(left, Product) and isinstance(left.factors[-1][1], Group):
            self.document.scope.arguments[symbol.name] = left.factors[-1][1].items

    def _note_definition(self, s: Statement, verdict: str, reading: str, error: Exception | None = None) -> None:
        entry = {"at": s.at, "statement": s, "reading": reading, "verdict": verdict}
        if error is not None:
            entry["reason"] = str(getattr(error, "message", error))
        self.document.definitions.append(entry)
