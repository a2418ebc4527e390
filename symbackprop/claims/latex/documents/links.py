"""Which links of a chain define: a symbol, a function, a name for a derivative, or the same again in a new example.

In ``\\hat y = a = \\sigma(z)`` the first link and the last may both do so; every other link is a claim.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from sympy import Expr

from symbackprop.claims.latex.documents.again import begins_anew, names_anew, restate
from symbackprop.claims.latex.documents.arguments import (
    ARGUMENT,
    at_expression,
    function_said,
    named_argument,
    same_function_of_two,
    with_plain_argument,
)
from symbackprop.claims.latex.documents.definitions import Definitions
from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.documents.functions_again import begins_other_function
from symbackprop.claims.latex.documents.given_late import put_in
from symbackprop.claims.latex.documents.inference import infer
from symbackprop.claims.latex.documents.targets import are_indices, is_function, mentions_derivative, target_of
from symbackprop.claims.latex.meaning.application import function_at
from symbackprop.claims.latex.meaning.layers import parsed_label
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.pairs import function_name
from symbackprop.claims.latex.meaning.scope import Alias, Defined, Key, Local
from symbackprop.claims.latex.syntax.scripts import text_of
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Derivative,
    Group,
    Letter,
    Node,
    Product,
    Relation,
    Script,
    Words,
    same,
)
from symbackprop.claims.latex.text.vocabulary import LETTERS
from symbackprop.errors import ReadError

_ERRORS = frozenset(("delta", "Delta", "epsilon", "varepsilon"))  # letters by which people name derivatives


def _is_shifted_layer(label: str) -> bool:
    """Whether a label is that of a layer beside the general one, as l + 1: what is said of it is said already."""
    layer = parsed_label(label)
    return layer is not None and bool(layer.free_symbols)


class Links:
    """Enters what the links of one document's chains define."""

    def __init__(
        self, document: Document, found: Sequence[Statement], judge: Callable[..., Any], definitions: Definitions
    ) -> None:
        self.document, self.found, self.judge, self.definitions = document, found, judge, definitions
        self.at_ends: set[Key] = set()  # names that the ends of chains gave, of which a line further down says more

    def define(self, s: Statement, items: list[Node], signs: list[str], ranges: dict[str, Expr]) -> int:
        """Enter what a chain defines; how many of its links, from the first, are no claims."""
        self._name_argument(s, items, signs, ranges)
        self._say_function(s, items, signs)
        self._name_derivative(s, items, signs, ranges)
        if (called := self._called(items, signs)) and self._define(s, items[0], items[2], "=", ranges):
            target = target_of(self.document.elaborator(), items[0])
            if target is not None:
                self.document.scope.named_costs[called] = target[0]
            return 2
        if same_function_of_two(items, signs) and self._define(s, items[1], items[2], "=", ranges):
            return 2
        renamed = self._define_renamed(s, items, signs, ranges)
        if signs and signs[0] in ("=", ":=") and self._define(s, items[0], items[1], signs[0], ranges):
            self._name_output(s, items, signs, ranges)
            return 2 if renamed else 1
        return 0

    def _name_output(self, s: Statement, items: list[Node], signs: list[str], ranges: dict[str, Expr]) -> None:
        """ŷ of ``a^{[2]} = \\sigma(z^{[2]}) = \\hat y``, of which nothing else says what it is: another name of a."""
        last = items[-1]
        if len(items) < 3 or signs[-1] != "=" or not isinstance(last, Letter) or not last.name.startswith("hat "):
            return
        target = target_of(self.document.elaborator(), last)
        known = target is None or self.definitions.is_defined(target[0])
        if not known and find(self.document.elaborator(), last, Local()) is None:
            self._define(s, last, items[0], "=", ranges)

    def _called(self, items: list[Node], signs: list[str]) -> str:
        """The name of several letters that a cost has in between, ``J = CE(y, \\hat y) = -\\sum_i ...``."""
        between = items[1] if signs[:2] == ["=", "="] else None
        if not isinstance(between, Product) or len(between.factors) != 2 or not isinstance(items[0], Letter | Script):
            return ""
        (_, head), (op, tail) = between.factors
        several = isinstance(tail, Group) and tail.kind == "(" and len(tail.items) > 1 and not op
        named = isinstance(head, Letter | Words) and len(text_of(head)) > 1 and "\\" + text_of(head) not in LETTERS
        known = find(self.document.elaborator(), head, Local()) is not None
        return text_of(head) if several and named and not known else ""

    def _define_renamed(self, s: Statement, items: list[Node], signs: list[str], ranges: dict[str, Expr]) -> bool:
        """a in ``\\hat y = a = \\sigma(z)``, of which nothing else says what it is: then ŷ is another name of it."""
        if signs[:2] != ["=", "="] or isinstance(items[2], Letter | Script):
            return False
        targets = [target_of(self.document.elaborator(), x) for x in items[:2]]
        for node, target in zip(items, targets, strict=False):
            known = target is None or target[3] is not None or node.__class__ not in (Letter, Script)
            if known or find(self.document.elaborator(), node, Local()) is not None:
                return False
        one, other = targets
        if one is None or other is None or one[2] != other[2] or self.definitions.is_defined(other[0]):
            return False
        if mentions_derivative(self.document.elaborator(), items[2]):
            return False
        return self._define(s, items[1], items[2], "=", ranges)

    def _name_argument(self, s: Statement, items: list[Node], signs: list[str], ranges: dict[str, Expr]) -> None:
        """z in ``a = f(z) = f(w x)``, where nothing else says what it is."""
        named = named_argument(items, signs)
        target = target_of(self.document.elaborator(), named[0]) if named is not None else None
        if named is None or target is None or target[3] is not None or self.definitions.are_layers(target[0][0]):
            return
        if self.definitions.is_defined(target[0]) or find(self.document.elaborator(), named[0], Local()) is not None:
            return
        if not mentions_derivative(self.document.elaborator(), named[1]):
            self._define(s, named[0], named[1], "=", ranges)

    def _name_derivative(self, s: Statement, items: list[Node], signs: list[str], ranges: dict[str, Expr]) -> None:
        """δ of ``\\frac{\\partial L}{\\partial z} = a - y = \\delta``, where nothing else says what it is."""
        if len(items) < 3 or signs[-1] not in ("=", ":=") or not isinstance(items[0], Derivative):
            return
        last = items[-1]
        target = target_of(self.document.elaborator(), last) if isinstance(last, Letter | Script) else None
        if target is None or target[3] is not None or self.definitions.is_defined(target[0], before=s.at):
            return
        if target[0][0] not in _ERRORS:  # z_i of a net that nobody gives is no name of a derivative
            return
        known = target[0][0] in self.document.scope.families
        if not known and find(self.document.elaborator(), last, Local()) is None:
            self._define(s, last, items[0], "=", ranges)
            self.at_ends.update({target[0]} if self.definitions.is_defined(target[0]) else ())

    def _say_function(self, s: Statement, items: list[Node], signs: list[str]) -> None:
        """f in ``a = f(z) = \\max(0, z)``: that function wherever f stands, unless a chain says another one of it."""
        if signs[:2] != ["=", "="] or (said := function_said(items[1], items[2])) is None:
            return
        head, body = said
        if function_name(self.document.elaborator(), head, Local()) != f"unknown:{head.name}":
            return
        if all(same(body, other) for other in self._said_of(head.name)):
            self._define_function(s, head.name, ARGUMENT, body)

    def _said_of(self, name: str) -> Iterator[Node]:
        """Every formula that a link of a chain says a function to be."""
        for s in self.found:
            for left, right in pairwise(s.node.items) if isinstance(s.node, Relation) else ():
                said = function_said(left, right)
                if said is not None and said[0].name == name:
                    yield said[1]

    def _define(self, s: Statement, left: Node, right: Node, sign: str, ranges: dict[str, Expr]) -> bool:
        """Whether the link was a definition, and if so defines."""
        target = target_of(self.document.elaborator(), left)
        if target is None:
            return False
        key, slots, letter, parameter = target
        scope = self.document.scope
        by_entry = with_plain_argument(left, right)
        if by_entry is not None and key[0] not in scope.bases():
            return self._define_function(s, key[0], ARGUMENT, by_entry, (left, right))
        of_expression = at_expression(left, right, (s.node for s in self.found if s.node is not None))
        if of_expression is not None and key[0] not in scope.bases():
            return self._define_function(s, key[0], ARGUMENT, of_expression, (left, right))
        if parameter is not None and is_function(self.document.elaborator(), left, right, parameter, self.found):
            below = "".join(slots) or key[1]
            name = f"{key[0]}_{below}" if below else key[0]
            return self._define_function(s, name, parameter, right, (left, right))
        if isinstance(left, Product) and key[0] in scope.functions:
            return False  # what a function that is given comes to
        if key in self.at_ends and sign in ("=", ":="):
            again = Pending(s, left, "=", right, s.at, scope, ranges, cost=self.document.cost())
            if names_anew(self.document, again, key, self.judge):
                self.at_ends.discard(key)
                scope = self.document.scope
        if key in scope.aliases or (key[0], "", "*") in scope.aliases:
            return False
        if self.definitions.is_waiting(key):
            self.definitions.finish()
        known = scope.symbols.get(key)
        if known is not None and (known in self.document.given or known.name in scope.equations):
            again = Pending(s, left, "=", right, s.at, scope, ranges, cost=self.document.cost())
            if mentions_derivative(self.document.elaborator(), right):
                return False
            if known in self.document.given:
                restate(self.document, again, key, slots, self.judge, self.definitions)
                return False
            if not begins_anew(self.document, again, known, self.judge):
                return False
            scope = self.document.scope
        family = scope.families.get(key[0])
        if family is not None and family.node is not None and (letter is not None or _is_shifted_layer(key[2])):
            return False
        if mentions_derivative(self.document.elaborator(), right):
            if letter is None and slots and not are_indices(self.document.elaborator(), slots, right, ranges):
                key, slots = (key[0], "".join(slots), key[2]), ()  # c of ``\delta_c``, of a candidate c
            label = (key[0], "", "*") if letter is not None else key
            scope.aliases[label] = Alias(right, letter, slots)
            scope.symbols.pop(label, None)  # declared, and now the name of a derivative
            self.document.note_definition(s, "read", "")
            return True
        self.definitions.define(s, key, slots, letter, right, ranges)
        self.definitions.renew()
        return True

    def _is_other(self, s: Statement, name: str, written: tuple[Node, Node] | None) -> bool:
        """Whether an equation gives another function than the one that is known under its name."""
        if written is None:
            return False
        again = Pending(s, written[0], "=", written[1], s.at, self.document.scope, {}, cost=self.document.cost())
        return begins_other_function(self.document, again, name, self.judge)

    def _define_function(
        self, s: Statement, name: str, parameter: str, right: Node, written: tuple[Node, Node] | None = None
    ) -> bool:
        known = self.document.scope.functions.get(name)
        if known is not None and known.body is not None and not self._is_other(s, name, written):
            return False
        try:
            infer(self.document.elaborator(), right, {parameter}, self.found)
        except ReadError as e:
            self.document.note_definition(s, "unread", "", e)
            return True
        put_in(self.document, name, self._body(Defined(name, parameter, right)))
        self.document.scope.functions[name] = Defined(name, parameter, right, at=s.at)
        self.document.note_definition(s, "read", "")
        return True

    def _body(self, f: Defined) -> Callable[[Expr, int], Expr]:
        """The function at an argument, with so many primes."""

        def at(argument: Expr, primes: int) -> Expr:
            return function_at(self.document.elaborator(), f, argument, primes)

        return at
