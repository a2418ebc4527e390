"""A document statement by statement: what declares, what defines, what is assumed, and what is claimed.

Definitions come in the order of the text; claims are kept with the scope in which they stand and judged at the end,
so that a cost may be defined after a gradient is mentioned.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Integer, Pow, Rational

from symbackprop.claims.latex.declare import declare, function_declared
from symbackprop.claims.latex.derivatives import Derivatives
from symbackprop.claims.latex.elaborate import Elaborator, flattened, refusal, text_of
from symbackprop.claims.latex.inference import infer, name_open_sizes
from symbackprop.claims.latex.scope import Alias, Defined, Family, Key, Local, Scope, Symbol
from symbackprop.claims.latex.statements import Statement
from symbackprop.claims.latex.tree import (
    Apply,
    Derivative,
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
    Words,
    walk,
)
from symbackprop.claims.latex.values import Algebra
from symbackprop.equations import Equation
from symbackprop.errors import NotSupported, ReadError
from symbackprop.indices import Index, fresh
from symbackprop.proof.facts import Assumption


@dataclass
class Pending:
    """A claim to be judged: one link of a chain."""

    statement: Statement
    left: Node
    sign: str
    right: Node
    at: int
    scope: Scope
    ranges: dict[str, Expr]
    error: Exception | None = None
    cost: Symbol | None = None


@dataclass
class Document:
    """What was read."""

    scope: Scope = field(default_factory=Scope)
    algebra: Algebra = field(default_factory=Algebra)
    claims: list[Pending] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    definitions: list[dict[str, Any]] = field(default_factory=list)
    redefined: list[str] = field(default_factory=list)
    sizes: set[str] = field(default_factory=set)
    rowwise: bool | None = None
    numerator: bool = False
    scale: Expr | None = None  # of derivatives by activations in d-notation


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
    _Reader(document, found, judge).run()
    return document


def layered_letters(found: Sequence[Statement]) -> set[str]:
    """Bases that are only ever written with a bare superscript, one of which is a letter: layers."""
    seen: dict[str, list[Node | None]] = {}
    for s in found:
        inside: set[int] = set()
        for n in walk(s.node) if s.node is not None else ():
            if isinstance(n, Script) and isinstance(n.base, Letter):
                inside.add(id(n.base))
                plain = n.above is None or n.above.label is not None
                seen.setdefault(n.base.name, []).append(None if plain or n.above is None else n.above.power)
        for n in walk(s.node) if s.node is not None else ():
            if isinstance(n, Letter) and id(n) not in inside:
                seen.setdefault(n.name, []).append(None)
    always = {b: [p for p in ps if p is not None] for b, ps in seen.items() if all(p is not None for p in ps)}
    layers = {b: ps for b, ps in always.items() if b != "e" and not b.startswith("mathbb") and all(map(_is_layer, ps))}
    shifted = any(isinstance(p, Sum) for ps in layers.values() for p in ps)
    bare = set(layers) if shifted else set()
    return bare | _bracketed_layers(found)


def _bracketed_layers(found: Sequence[Statement]) -> set[str]:
    """Bases with ``[l]`` or ``(l)`` above, where some label is l plus or minus a number."""
    labels: dict[str, list[Node]] = {}
    for s in found:
        for n in walk(s.node) if s.node is not None else ():
            if (
                isinstance(n, Script)
                and isinstance(n.base, Letter)
                and n.above is not None
                and n.above.label is not None
            ):
                labels.setdefault(n.base.name, []).append(n.above.label)
    shifted = {text_of(x.terms[0][1]) for xs in labels.values() for x in xs if isinstance(x, Sum) and _is_layer(x)}
    return {b for b, xs in labels.items() if all(map(_is_layer, xs)) and any(_letter_of(x) in shifted for x in xs)}


def _letter_of(node: Node) -> str | None:
    inner = node.terms[0][1] if isinstance(node, Sum) else node
    return inner.name if isinstance(inner, Letter) else None


def _is_layer(node: Node) -> bool:
    if isinstance(node, Sum):
        return len(node.terms) == 2 and isinstance(node.terms[0][1], Letter) and isinstance(node.terms[1][1], Number)
    return isinstance(node, Letter | Number)


class _Reader:
    def __init__(self, document: Document, found: Sequence[Statement], judge: Callable[..., Any]) -> None:
        self.document, self.found, self.judge = document, found, judge
        self.ranges: dict[str, Expr] = {}
        self.ranges_from = -1

    def run(self) -> None:
        for s in self.found:
            self._declarations(s)
        for s in self.found:
            self._statement(s)
        name_open_sizes(self.document.scope, self.document.algebra)
        last = self.cost()
        for c in self.document.claims:
            if c.scope is self.document.scope:
                c.cost = last

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
        elif self._assumed(node) or self._is_update(node):
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
        return node.signs[0] in ("!=",)

    def _range(self, letters: list[Any], right: Group) -> None:
        last = right.items[-1]
        first = right.items[0]
        if isinstance(first, Number) and first.value == 1 and not isinstance(last, Special):
            try:
                length = self.elaborator().size(last, Local())
            except ReadError:
                return
            for x in letters:
                self.ranges[x.name] = length

    def _is_update(self, node: Relation) -> bool:
        """``w = w - ...``: the same symbol on both sides and a derivative or a step."""
        if node.signs != ("=",) and node.signs != (":=",):
            return False
        left = node.items[0]
        if not isinstance(left, Letter | Script) or not isinstance(node.items[1], Sum):
            return False
        first = node.items[1].terms[0]
        return first[0] == 1 and _same(first[1], left)

    def _assumed(self, node: Relation) -> bool:
        """An assumption about inputs: a sign, a range, a sum of entries."""
        if len(node.signs) not in (1, 2):
            return False
        el = self.elaborator()
        left, right = node.items[0], node.items[-1]
        if node.signs == (">",) and isinstance(right, Number) and right.value == 0:
            names = left.items if isinstance(left, Group) and left.kind == "list" else (left,)
            if all(isinstance(n, Letter | Script) for n in names):
                for n in names:
                    self._assume_sign(el, n, "positive")
                return True
        if node.signs == ("<", "<") and isinstance(left, Number) and isinstance(right, Number):
            if isinstance(node.items[1], Letter | Script) and (left.value, right.value) == (0, 1):
                self._assume_sign(el, node.items[1], "unit")
                return True
        if node.signs == ("=",) and isinstance(left, Reduce) and isinstance(right, Number):
            return self._assume_sum(el, left, right)
        return node.signs == ("=",) and self._assume_matrix(el, left, right)

    def _assume_matrix(self, el: Elaborator, left: Node, right: Node) -> bool:
        """A = ±Aᵀ, AᵀA = I, ‖x‖ = c of inputs."""
        kind, base, value = _matrix_law(left, right)
        found = el.find(base, Local()) if base is not None else None
        if not kind or found is None or not isinstance(found.what, Symbol):
            return False
        if found.slots or found.what.name in self.document.scope.equations:
            return False
        self.document.assumptions.append(Assumption(kind, found.what.name, value))
        return True

    def _assume_sign(self, el: Elaborator, node: Node, kind: str) -> None:
        found = el.find(node, Local())
        if found is None:
            parts = el.key_parts(node)
            if parts is None:
                return
            below = "".join(text_of(b) for b in flattened(parts[1]))
            symbol = self.document.scope.add((parts[0], below, ""), how="declared")
            self.document.assumptions.append(Assumption(kind, symbol.name))
        elif isinstance(found.what, Symbol) and found.what.name not in self.document.scope.equations:
            self.document.assumptions.append(Assumption(kind, found.what.name))

    def _assume_sum(self, el: Elaborator, left: Reduce, right: Number) -> bool:
        body = left.body
        if left.kind != "sum" or not isinstance(body, Script):
            return False
        found = el.find(body, Local())
        if found is None or not isinstance(found.what, Symbol) or found.what.name in self.document.scope.equations:
            return False
        if not found.slots or found.above is not None or text_of(found.slots[-1]) not in text_of_bound(left):
            return False
        name, given = found.what.name, self.document.assumptions
        binary = Assumption("binary", name)
        if right.value == 1 and binary in given and text_of(found.slots[-1]) in text_of_bound(left):
            given[given.index(binary)] = Assumption("one_hot", name)
        else:
            given.append(Assumption("sum", name, Integer(int(right.value))))
        return True

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
        reach = Derivatives(old.equations).reach
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
        head = items[0]
        for k in range(start, len(signs)):
            if signs[k] in ("~", "->"):
                continue
            left = head if all(x in ("=", ":=") for x in signs[: k + 1]) else items[k]
            at = s.at if k == 0 else places[k]
            self.document.claims.append(Pending(s, left, signs[k], items[k + 1], at, self.document.scope, ranges))

    def _defines(self, s: Statement, left: Node, right: Node, sign: str, ranges: dict[str, Expr]) -> bool:
        """Whether the link was a definition, and if so defines."""
        target = self._target(left)
        if target is None:
            return False
        key, slots, letter, parameter = target
        scope = self.document.scope
        if parameter is not None and self._is_function(left, right, parameter):
            return self._define_function(s, key[0], parameter, right)
        if key in scope.aliases or (key[0], "", "*") in scope.aliases:
            return False
        known = scope.symbols.get(key)
        if known is not None and known.name in scope.equations:
            if self._mentions_derivative(right) or not self._begins_anew(s, left, right, ranges):
                return False
            self._forget(known)
            scope = self.document.scope
        if letter is not None and key[0] in scope.families and scope.families[key[0]].node is not None:
            return False
        if self._mentions_derivative(right):
            label = (key[0], "", "*") if letter is not None else key
            scope.aliases[label] = Alias(right, letter, slots)
            self._note_definition(s, "read", "")
            return True
        try:
            self._define(s, key, slots, letter, right, ranges)
        except (ReadError, NotSupported) as e:
            self._note_definition(s, "unread", "", e)
        return True

    def _target(self, left: Node) -> tuple[Key, tuple[str, ...], str | None, str | None] | None:
        """Key, index letters, letter of the layer and parameter of what a left side could define."""
        parameter = None
        if isinstance(left, Product) and len(left.factors) == 2:
            head, tail = left.factors[0][1], left.factors[1][1]
            if not isinstance(tail, Group) or tail.kind != "(":
                return None
            parameter = text_of(tail.items[0]) if len(tail.items) == 1 else ""
            left = head
        el = self.elaborator()
        parts = el.key_parts(left)
        if parts is None:
            return None
        base, below, above = parts
        scope = self.document.scope
        if self._is_bar_of_known(base):
            return None
        label, rest = el._label(base, above, Local())
        if rest is not None and isinstance(rest.power, Number) and rest.power.value == 2 and not label:
            plain = (base, "".join(text_of(x) for x in flattened(below)), "")
            if plain not in scope.symbols:  # σ² defined as such, σ never
                return (*plain[:2], "^2"), (), None, parameter
        if rest is not None and (rest.transposed or rest.inverse or rest.power is not None):
            return None
        letter = label if len(label) == 1 and label.isalpha() and self._is_layer_letter(base, label) else None
        slots = flattened(below)
        whole = (base, ",".join(text_of(x) for x in slots), label)
        plain = (base, "".join(text_of(x) for x in slots), label)
        for key in (whole, plain):
            if slots and (key in scope.symbols or key in scope.aliases):
                return key, (), letter, parameter
        if slots and all(isinstance(x, Letter) for x in slots):
            return (base, "", label), tuple(text_of(x) for x in slots), letter, parameter
        return plain, (), letter, parameter

    def _is_bar_of_known(self, base: str) -> bool:
        """Whether a letter with a bar stands over one that is known, under whatever subscript: a derivative."""
        return base.startswith("bar ") and any(key[0] == base[4:] for key in self.document.scope.symbols)

    def _is_layer_letter(self, base: str, label: str) -> bool:
        """l is generic; L, which the document uses as one number, is generic too where a family is not there."""
        return (label.islower() and base in self.document.scope.layered) or label == "l"

    def _mentions_derivative(self, node: Node) -> bool:
        el = self.elaborator()
        for n in walk(node):
            if isinstance(n, Derivative):
                return True
            if isinstance(n, Letter | Script):
                parts = el.key_parts(n)
                if parts is None:
                    continue
                if (parts[0], "", "*") in self.document.scope.aliases:
                    return True
                if parts[0] in self.document.scope.families:
                    continue  # made when a claim asks for it: other families may still come
                found = el.find(n, Local())
                if found is not None and isinstance(found.what, Alias):
                    return True
                if found is None and self._is_bar_of_known(parts[0]):
                    return True
        return False

    def _is_function(self, left: Node, right: Node, parameter: str) -> bool:
        """``\\sigma(z) = ...`` defines a function; ``f(x) = ...`` of a declared x defines the symbol f."""
        return (
            bool(parameter)
            and (parameter, "", "") not in self.document.scope.symbols
            and any(isinstance(n, Letter) and n.name == parameter for n in walk(right))
        )

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
            family.letter, family.node = letter, right
            if slots:
                raise ReadError("a layer defined entry by entry")
            self._note_definition(s, "read", "")
            return
        el = self.elaborator()
        indexed = slots if self._are_indices(el, slots, right, ranges) else ()
        if slots and not indexed:
            key = (key[0], "".join(slots), key[2])
        known = scope.symbols.get(key)
        for k, x in enumerate(indexed):
            if known is not None and k < len(known.shape):
                el.free[x] = (Index(el._index_name(x), known.shape[k]), 1)
            elif x in ranges:
                el.free[x] = (Index(el._index_name(x), ranges[x]), 1)
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

    def _enter(self, s: Statement, key: Key, axes: tuple[Index, ...], expr: Expr, row: bool) -> None:
        from symbackprop.claims.latex.layout import text_of_equation

        scope, algebra = self.document.scope, self.document.algebra
        shape = tuple(i.size for i in axes)
        known = scope.symbols.get(key)
        if known is not None and known.shape != shape:
            if len(known.shape) != len(shape) or not all(map(algebra.same, known.shape, shape)):
                raise ReadError(f"{known.name} is declared with another shape")
        symbol = known or scope.add(key, shape=shape, row=row)
        symbol.role = "defined"
        if len(set(axes)) < len(axes):
            raise ReadError("the same index twice on the left side")
        named = tuple(fresh(i) if i.name[0] == "~" else i for i in axes)
        equation = Equation(symbol.name, named, expr.xreplace(dict(zip(axes, named, strict=True))))
        scope.equations[symbol.name] = equation
        self._remember_argument(s, symbol)
        scope.stale.pop(key, None)
        if key[2] == "^2":
            root = scope.add((*key[:2], ""), shape=shape, row=row, role="defined")
            scope.equations[root.name] = Equation(root.name, named, Pow(equation.left, Rational(1, 2)))
        self._note_definition(s, "read", text_of_equation(equation))

    def _remember_argument(self, s: Statement, symbol: Symbol) -> None:
        """f(x) = ... says what ∇f is taken by."""
        left = s.node.items[0] if isinstance(s.node, Relation) else None
        if isinstance(left, Product) and isinstance(left.factors[-1][1], Group):
            self.document.scope.arguments[symbol.name] = left.factors[-1][1].items

    def _are_indices(self, el: Elaborator, slots: tuple[str, ...], right: Node, ranges: dict[str, Expr]) -> bool:
        """Whether subscripts are indices: the right side uses them as such, or their range was said."""
        if not slots:
            return False
        used = {text_of(b) for n in walk(right) if isinstance(n, Script) for b in flattened(n.below)}
        used |= {
            x.name
            for n in walk(right)
            if isinstance(n, Script)
            for b in n.below
            for x in walk(b)
            if isinstance(x, Letter)
        }
        return all(x in used or x in ranges for x in slots)

    def _note_definition(self, s: Statement, verdict: str, reading: str, error: Exception | None = None) -> None:
        entry = {"at": s.at, "statement": s, "reading": reading, "verdict": verdict}
        if error is not None:
            entry["reason"] = str(getattr(error, "message", error))
        self.document.definitions.append(entry)


def _matrix_law(left: Node, right: Node) -> tuple[str, Node | None, Any]:
    """The kind of assumption that a relation is, of what, and its value."""
    sign, other = 1, right
    if isinstance(right, Sum) and len(right.terms) == 1:
        sign, other = right.terms[0]
    for a, b in ((left, other), (other, left)):
        if isinstance(a, Letter) and isinstance(b, Script) and b.above is not None and b.above.transposed:
            if _same(b.base, a) and not b.below:
                return ("symmetric" if sign > 0 else "antisymmetric"), a, None
    if isinstance(left, Product) and isinstance(right, Letter) and right.name == "I" and len(left.factors) == 2:
        (_, a), (op, b) = left.factors
        turned = a if isinstance(a, Script) else b
        plain = b if turned is a else a
        if op in ("", "cdot") and isinstance(turned, Script) and turned.above is not None and turned.above.transposed:
            if isinstance(plain, Letter) and _same(turned.base, plain):
                return "orthogonal", plain, None
    norm = left.base if isinstance(left, Script) else left
    if isinstance(norm, Group) and norm.kind == "norm" and isinstance(right, Number) and right.value == 1:
        if isinstance(norm.items[0], Letter):
            return "norm", norm.items[0], Integer(1)
    return "", None, None


def text_of_bound(node: Reduce) -> set[str]:
    below = node.below
    return {n.name for n in walk(below) if isinstance(n, Letter)} if below is not None else set()


def _same(a: Node, b: Node) -> bool:
    """Whether two trees are alike, places aside."""
    if type(a) is not type(b):
        return False
    if isinstance(a, Letter):
        return a.name == b.name  # type: ignore[attr-defined]
    if isinstance(a, Number):
        return a.value == b.value  # type: ignore[attr-defined]
    mine, theirs = list(_parts(a)), list(_parts(b))
    return len(mine) == len(theirs) and all(map(_same, mine, theirs))


def _parts(node: Node) -> list[Node]:
    from symbackprop.claims.latex.tree import children

    return list(children(node))


__all__ = ["Apply", "Document", "Pending", "Sum", "Words", "read"]
