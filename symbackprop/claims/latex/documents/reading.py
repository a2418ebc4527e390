"""A document statement by statement: what declares, what defines, what is assumed, and what is claimed.

Definitions come in the order of the text; claims are kept with the scope in which they stand and judged at the end,
so that a cost may be defined after a gradient is mentioned.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sympy import Expr

from symbackprop.claims.latex.documents.again import declared_anew, restated_square
from symbackprop.claims.latex.documents.assignments import as_definition
from symbackprop.claims.latex.documents.assumptions import assumed, is_input
from symbackprop.claims.latex.documents.chains import links_of
from symbackprop.claims.latex.documents.conditions import conditions, of_row
from symbackprop.claims.latex.documents.declare import declare, function_declared
from symbackprop.claims.latex.documents.definitions import Definitions
from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.documents.examples import enter_examples
from symbackprop.claims.latex.documents.fitting import fit_sums
from symbackprop.claims.latex.documents.given import begun, declared_again, end_of_task, enter
from symbackprop.claims.latex.documents.habits import habits
from symbackprop.claims.latex.documents.inference import name_open_sizes
from symbackprop.claims.latex.documents.late import declare_late, is_late_number, late_declarations
from symbackprop.claims.latex.documents.laws import enter_arguments
from symbackprop.claims.latex.documents.layered import fit_layers
from symbackprop.claims.latex.documents.links import Links
from symbackprop.claims.latex.documents.one_hot_rows import enter_one_hot_rows
from symbackprop.claims.latex.documents.prose_conditions import in_words
from symbackprop.claims.latex.documents.targets import is_indicator, is_kronecker, named_class
from symbackprop.claims.latex.documents.true_class import counts_again, enter_true_class
from symbackprop.claims.latex.documents.unsaid import enter_unsaid
from symbackprop.claims.latex.documents.updates import is_marked, is_update, without_step
from symbackprop.claims.latex.meaning.boundaries import add_boundaries
from symbackprop.claims.latex.meaning.labels import size_of
from symbackprop.claims.latex.meaning.scope import UNITS_FIRST, Local
from symbackprop.claims.latex.meaning.step_counts import last_steps, lengths
from symbackprop.claims.latex.meaning.values import is_unknown, unknown_size
from symbackprop.claims.latex.syntax.prose import case_of_remark, is_case, is_remark, is_value_of, premise
from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.sentences import end_of, start_of
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Number, Reduce, Relation, Script, Special, walk
from symbackprop.equations import Formula
from symbackprop.errors import ReadError, located
from symbackprop.indices import size

_ONE_HOT = re.compile(r"one[- ]hot|true class|correct class|clase correcta|classe correta", re.I)


def read(
    found: Sequence[Statement],
    text: str,
    judge: Callable[..., Any],
    tried: Mapping[str, int] | None = None,
    given: Formula | None = None,
) -> Document:
    """All statements of a document; ``judge`` decides whether a second definition is the first again.

    ``tried``: how many axes symbols have that nobody declares, where an attempt is made with other than the usual.
    ``given``: the forward pass of a task as a formula; that of one in LaTeX are the statements at places below zero.
    """
    document = Document()
    document.scope.tried = dict(tried or {})
    found = habits(document, found, text)
    if given is not None:
        enter(given, document)
    _Reader(document, found, judge).run()
    return document


class _Reader:
    def __init__(self, document: Document, found: Sequence[Statement], judge: Callable[..., Any]) -> None:
        self.document, self.found = document, found
        self.ranges: dict[str, Expr] = {}
        self.classes = set(document.classes)  # letters by which words call the class of a one-hot vector
        document.late = late_declarations(found)
        self.late = document.late if UNITS_FIRST in document.scope.tried else set()
        self.conditions, self.restricting = conditions(found)
        beside, reaches = in_words(found)
        for display, nodes in beside.items():
            self.restricting.setdefault(display, []).extend(nodes)
        document.cases += reaches
        self.definitions = Definitions(document, found)
        self.links = Links(document, found, judge, self.definitions)

    def run(self) -> None:
        self._count_steps()
        task = sum(s.at < 0 for s in self.found)
        self._declare(self.found[:task])
        self.document.given = begun(self.document.scope)
        self._declare([s for s in self.found[task:] if s.at not in self.late])
        if self.document.one_class and enter_true_class(self.document, self.found, self.document.one_class):
            self.classes.discard(self.document.one_class)
        before = set(self.document.scope.symbols)
        self._state(range(task))
        if self.document.given.declared or task:
            end_of_task(self.document, before, self.document.cost())
        self._state(range(task, len(self.found)))
        add_boundaries(self.document.elaborator())
        for scope in {id(c.scope): c.scope for c in self.document.claims}.values():
            self.document.notes += enter_unsaid(scope, self.document.algebra)
            self.document.notes += enter_one_hot_rows(self.document, scope)
        self._name_steps()
        fit_layers(self.document)
        fit_sums(self.document, self.document.claims)
        name_open_sizes(self.document.scope, self.document.algebra, ended=True)
        defined = self.document.scope.equations  # what is defined after all is assumed nothing of
        self.document.assumptions = [a for a in self.document.assumptions if a.tensor not in defined]
        last = self.document.cost()
        for c in self.document.claims:
            if c.scope is self.document.scope:
                c.cost = last
        enter_arguments(self.document)

    def _state(self, numbers: range) -> None:
        for k in numbers:
            if k not in self.conditions:
                self._read_or_refuse(self.found[k])
        self.definitions.finish()

    def _read_or_refuse(self, s: Statement) -> None:
        """One statement that cannot be read costs itself, never the document."""
        try:
            self._statement(s)
        except ReadError as e:
            s.error = e
            self._unread(s)

    def _count_steps(self) -> None:
        scope = self.document.scope
        letters = set(scope.sequences.values())
        said = last_steps(self.found, scope.sequences) | lengths(self.found, letters)
        for letter in letters:
            last = said.get(letter)
            length = size_of(self.document.elaborator(), last, Local()) if last is not None else unknown_size()
            scope.steps[letter] = length if last is None else length + 1 - scope.first_members.get(letter, 1)

    def _name_steps(self) -> None:
        """A number of steps that nothing names is T."""
        algebra = self.document.algebra
        for length in self.document.scope.steps.values():
            if is_unknown(open_size := algebra.size(length)) and "T" not in self.document.sizes:
                algebra.solved[open_size] = size("T")
                self.document.sizes.add("T")

    # -- one statement

    def _declare(self, found: Sequence[Statement]) -> None:
        for s in found:
            if isinstance(s.node, Relation) and s.node.signs == ("=", "in"):
                _, right, space = s.node.items  # A = X ∈ R^{n × m}, h = f(z) ∈ R^n
                named = right if isinstance(right, Letter) else s.node.items[0]
                inside = Relation(s.node.at, (named, space), ("in",), s.node.places[1:])
                declare(self.document.elaborator(), inside, self.document.assumptions)
            if isinstance(s.node, Relation) and s.node.signs[0] == "in":
                s.error = s.error or declare(self.document.elaborator(), s.node, self.document.assumptions)
                declared_again(self.document, s.node)

    def _statement(self, s: Statement) -> None:
        node = s.node
        if s.error is not None:
            self._unread(s)
            return
        if not isinstance(node, Relation):
            restated_square(self.document, s, self.document.cost)
            return
        sign = node.signs[0]
        if sign == ":" and len(node.items) > 1:
            function_declared(self.document.scope, node)
        elif sign == "in" and s.at in self.late:
            declare_late(self.document, node, self.document.cost())
        elif sign == "in":
            declared_anew(self.document, node, self.document.cost())
        elif self._is_condition(node):
            return
        elif is_late_number(self.document, s, node) or is_value_of(s, node, self.document.scope.steps):
            return  # "from t = T down to t = 1"
        elif is_case(s, node):
            self._case(s)
        elif is_indicator(node) or (is_kronecker(node) and ("delta", "", "") not in self.document.scope.symbols):
            return  # it says what everybody means
        elif self._says_class(s) and (letter := named_class(node)) is not None:
            if letter != self.document.one_class or letter in self.classes:
                self.classes.add(letter)
        elif (step := as_definition(self.document, node)) is not None:
            self._equation(s, step)
        elif any(x in ("<-",) for x in node.signs) or sign in ("~", "->", ":", "succ"):
            return
        elif assumed(self.document, self.document.elaborator(), node) or is_update(node):
            return
        elif is_remark(s, node):
            self.document.cases += case_of_remark(self.found, s, self.document.scope.bases() - self.document.sizes)
        else:
            if node.signs[-1] == "in":
                declared_anew(self.document, node, self.document.cost())
            self._equation(s, node)

    def _says_class(self, s: Statement) -> bool:
        """Whether words beside an equation speak of a one-hot vector, or it is a remark beside a row."""
        return (s.inline and _ONE_HOT.search(s.before) is not None) or (s.aside and bool(self.document.classes))

    def _case(self, s: Statement) -> None:
        """What holds in a case alone: an input may be assumed positive there, nothing else is read."""
        k = next(k for k, x in enumerate(self.found) if x is s)
        here = premise(self.found, k)
        if here is not None and is_input(self.document, self.document.elaborator(), Letter(s.at, here.letter)):
            self.document.said.append(here)
        else:
            self.document.cases.append((start_of(self.found, k), end_of(self.found, k, True, True)))

    def _unread(self, s: Statement) -> None:
        texts = {t.text for t in s.tokens}
        if is_marked(s.tokens):
            return  # an update
        if s.inline and not texts & {"\\partial", "\\nabla"}:
            # It may define anew, or declare what is then only guessed: nothing is refuted on that.
            if ("=" in texts and any(t.kind == "unclear" for t in s.tokens)) or "\\in" in texts:
                self.document.note_definition(s, "unread", "", s.error)
            return
        if texts & {"=", "\\le", "\\ge", "\\leq", "\\geq", "<", ">"} or not s.inline:
            if {"\\partial", "\\nabla"} & texts or any(r.label for r in s.rows):
                self._claim_unread(s, s.error)
            elif "=" in texts:
                self.document.note_definition(s, "unread", "", s.error)

    def _claim_unread(self, s: Statement, error: Exception | None) -> None:
        empty = Special(s.at, "empty")
        self.document.claims.append(Pending(s, empty, "=", empty, s.at, self.document.scope, {}, error))

    def _is_condition(self, node: Relation) -> bool:
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
        if isinstance(first, Number) and first.value in (0, 1) and not isinstance(last, Special):
            try:
                length = size_of(self.document.elaborator(), last, Local())
            except ReadError:
                return
            for x in letters:
                if first.value == 1 or x.name in self.document.scope.zero_based:
                    self.ranges[x.name] = length + (1 - int(first.value))

    # -- equations

    def _of_class(self, s: Statement, item: Node) -> Exception | None:
        """Why an expression is not read that has the class of a one-hot vector in it; a sum may count by its letter."""
        if self.document.one_class not in self.classes and (place := counts_again(self.document, s, item)) is not None:
            return located(ReadError(f"{self.document.one_class} is the class that words name, or counts"), place)
        below = [n.below for n in walk(item) if isinstance(n, Reduce) and n.below is not None]
        free = self.classes - {x.name for b in below for x in walk(b) if isinstance(x, Letter)}
        for x in (x for n in walk(item) if isinstance(n, Script) for x in flattened(n.below)) if free else ():
            if isinstance(x, Letter) and x.name in free:
                return located(ReadError(f"{x.name} is the class that words name"), x.at)
        return None

    def _equation(self, s: Statement, node: Relation) -> None:
        items, signs, places = without_step(self.document.scope, links_of(node))
        if isinstance(items[0], Special) and items[0].name == "empty":
            return
        of_class = [self._of_class(s, x) for x in items]
        if of_class[0] or of_class[1]:
            self._claim_unread(s, of_class[0] or of_class[1])
            return
        ranges = dict(self.ranges)
        start = self.links.define(s, items, signs, ranges)
        for item in items[start:]:
            with suppress(ReadError):
                enter_examples(self.document, item, s)
        restricting = tuple(self.restricting.get(s.display, ()))
        head = items[0]
        for k, sign in enumerate(signs):
            if k >= start and sign not in ("~", "->"):
                at = s.at if k == 0 else places[k]
                scope = self.document.scope
                named = of_class[k + 1]
                here = of_row(restricting, s, at)
                claim = Pending(s, head, sign, items[k + 1], at, scope, ranges, error=named, conditions=here)
                self.document.claims.append(claim)
                scope.first_claim = min(at, scope.first_claim) if scope.first_claim is not None else at
            if sign not in ("=", ":="):
                head = items[k + 1]  # of the next run of equalities
