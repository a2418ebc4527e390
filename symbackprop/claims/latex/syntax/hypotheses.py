"""``h_\\theta(x)``: a function with its parameter as its subscript, read as the value that it has for an example.

``h_\\theta(x^{(i)})`` is ``h^{(i)}``, ``h_\\theta(x_i)`` is ``h_i``, and what stands without its argument has that of
the expression around it. ``\\text{Cost}(h_\\theta(x), y)`` is a number of an example in the same way. That holds where
the document defines such a function and applies it to one letter alone, with one kind of label.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

from symbackprop.claims.latex.syntax.example_costs import costs_of_examples, with_costs
from symbackprop.claims.latex.syntax.example_labels import Label, label_of, labelled, without_label
from symbackprop.claims.latex.syntax.function_chains import argument_of, with_chains_in_two
from symbackprop.claims.latex.syntax.one_feature import with_one_feature
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Derivative,
    Group,
    Letter,
    Node,
    Product,
    Reduce,
    Relation,
    Script,
    Superscript,
    mapped,
    same,
    walk,
)

_EQUAL = ("=", ":=")


@dataclass(frozen=True)
class Hypothesis:
    """``h_\\theta(x)``: its letter, what stands below it, its argument, and the letter that it is read as."""

    name: str
    below: tuple[Node, ...]
    argument: str
    read_as: str

    def is_written(self, node: Node) -> bool:
        return (
            isinstance(node, Script)
            and isinstance(node.base, Letter)
            and node.base.name == self.name
            and not node.primes
            and same(node.below, self.below)
        )


def with_hypotheses(found: Sequence[Statement]) -> list[Statement]:
    """The statements with such functions as values of examples."""
    found = with_chains_in_two(found)
    for hypothesis in _defined(found):
        found = _Reader(hypothesis, found).read()
    return list(found)


def _defined(found: Sequence[Statement]) -> Iterator[Hypothesis]:
    """Functions that some equation defines, with letters below that are parameters and count nothing."""
    parameters = _parameters(found)
    trees = [s.node for s in found if s.node is not None]
    bare = {n.name for t in trees for n in _unscripted(t)}
    met = set[str]()
    for s in found:
        head = s.node.items[0] if isinstance(s.node, Relation) and s.node.signs[0] in _EQUAL else None
        if not isinstance(head, Product) or len(head.factors) != 2 or head.factors[1][0]:
            continue
        f, group = (x for _, x in head.factors)
        if not isinstance(f, Script) or not isinstance(f.base, Letter) or f.above is not None or f.base.name in met:
            continue
        names = [n.name for n in f.below if isinstance(n, Letter)]
        argument = argument_of(group)
        if names and len(names) == len(f.below) and set(names) <= parameters and argument not in (None, *names):
            met.add(f.base.name)
            read_as = f"{f.base.name}_{''.join(names)}" if f.base.name in bare else f.base.name
            yield Hypothesis(f.base.name, f.below, str(argument), read_as)


def _unscripted(tree: Node) -> Iterator[Letter]:
    below = {id(n.base) for n in walk(tree) if isinstance(n, Script)}
    yield from (n for n in walk(tree) if isinstance(n, Letter) and id(n) not in below)


def _applied(tree: Node) -> Iterator[str]:
    """Letters with something below that stand before brackets."""
    for n in walk(tree):
        if isinstance(n, Product):
            for (_, a), (op, b) in pairwise(n.factors):
                if isinstance(a, Script) and isinstance(a.base, Letter) and not op and argument_of(b) is not None:
                    yield a.base.name


def _parameters(found: Sequence[Statement]) -> set[str]:
    """Letters that stand as symbols of equations, and neither as labels nor under sums."""
    functions = {name for s in found if s.node is not None for name in _applied(s.node)}
    symbols, counting = set[str](), set[str]()
    for s in found:
        stack: list[tuple[Node, bool]] = [(s.node, False)] if isinstance(s.node, Relation) else []
        while stack:
            n, inside = stack.pop()
            if isinstance(n, Letter):
                (counting if inside else symbols).add(n.name)
            elif isinstance(n, Script):
                stack.append((n.base, inside))
                applied = isinstance(n.base, Letter) and n.base.name in functions
                stack += [(b, True) for b in n.below if not applied]
                if n.above is not None:
                    stack += [(x, True) for x in (n.above.label,) if x is not None]
                    stack += [(x, inside) for x in (n.above.power,) if x is not None]
            elif isinstance(n, Reduce):
                stack += [(x, True) for x in (n.below,) if x is not None]
                stack.append((n.body, inside))
            else:
                stack += [(x, inside) for x in _children(n)]
    return symbols - counting


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, Derivative):
        yield from ([node.of] if node.of is not None else [])
        yield from node.by
        return
    for f in fields(node):
        value = getattr(node, f.name)
        yield from _nodes(value)


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for v in value:
            yield from _nodes(v)


class _Reader:
    """The statements of a document with one such function as a value."""

    def __init__(self, hypothesis: Hypothesis, found: Sequence[Statement]) -> None:
        self.hypothesis, self.found = hypothesis, found
        self.costs = set[str]()
        self.labels: list[Label] = []
        self.bare = 0
        self.good = True
        self.stripped = False

    def read(self) -> list[Statement]:
        trees = [s.node for s in self.found if s.node is not None]
        for t in trees:
            self._survey(t)
        kinds = {kind for kind, _ in self.labels}
        if not self.good or len(kinds - {""}) > 1 or ("_" in kinds and "" in kinds):
            return list(self.found)
        self.stripped = "(" in kinds and ("" in kinds or self.bare > 0)
        first = [self._statement(s, self._rewritten) for s in self.found]
        self.costs = set(costs_of_examples([s.node for s in first if s.node is not None], self.hypothesis.read_as))
        again = [self._statement(s, lambda n, _: with_costs(n, self.costs)) for s in first] if self.costs else first
        read = [self._of_any_example(s) for s in again] if self.stripped else again
        parameters = [n.name for n in self.hypothesis.below if isinstance(n, Letter)]
        below = "_" in kinds  # x_i is the example i
        return read if below else with_one_feature(read, self.hypothesis.read_as, self.hypothesis.argument, parameters)

    # -- what is there

    def _survey(self, tree: Node) -> None:
        """The labels of all applications; whether the letter means anything else anywhere."""
        h, applied = self.hypothesis, set[int]()
        for n in walk(tree):
            if isinstance(n, Product):
                for (_, a), (op, b) in pairwise(n.factors):
                    if h.is_written(a) and not op and (label := self._label(b)) is not None:
                        applied.add(id(a))
                        self.labels.append(label)
                    elif h.is_written(a) and not op and self._is_other(b):
                        self.good = False
            if isinstance(n, Relation) and n.signs[0] not in _EQUAL and h.is_written(n.items[0]):
                self.good = False  # declared as a function
        for n in walk(tree):
            if isinstance(n, Script) and isinstance(n.base, Letter) and n.base.name == h.name:
                self.good = self.good and h.is_written(n) and n.above is None
                self.bare += id(n) not in applied
            if isinstance(n, Apply) and n.name.rpartition(":")[2] == h.name:
                self.good = False

    def _is_other(self, group: Node) -> bool:
        """Whether brackets after the letter hold another argument, and no factor."""
        inside = group.base if isinstance(group, Script) else group
        return isinstance(inside, Group) and (len(inside.items) > 1 or isinstance(inside.items[0], Letter | Script))

    def _label(self, group: Node) -> Label | None:
        """The label of the argument in brackets, or after them: ``h_\\theta(x)^{(i)}``."""
        inside = group.base if isinstance(group, Script) else group
        if not isinstance(inside, Group) or inside.kind != "(" or len(inside.items) != 1:
            return None
        if isinstance(group, Script) and (group.below or group.primes):
            return None
        label = label_of(inside.items[0], self.hypothesis.argument)
        above = group.above if isinstance(group, Script) else None
        if label is None or above is None or above.label is None:
            return label
        whole = label[1] is None and above == Superscript(label=above.label, bracket="(")
        return ("(", above.label) if whole else None

    # -- as values

    def _statement(self, s: Statement, rewritten: Any) -> Statement:
        node = rewritten(s.node, self._label_around(s.node)) if s.node is not None else None
        return s if node is s.node else replace(s, node=node)

    def _label_around(self, node: Node, bound: str = "") -> Label:
        """The one label with which the function or its argument stands in an expression, ``bound`` or bound nowhere."""
        found = list[Label]()
        stack = [(node, {bound} - {""})]
        while stack:
            n, letters = stack.pop()
            if isinstance(n, Reduce):
                names = {x.name for x in walk(n.below) if isinstance(x, Letter)} if n.below is not None else set()
                stack.append((n.body, letters | names))
                continue
            label = label_of(n, self.hypothesis.argument) or ("", None)
            if label[1] is not None:
                name = label[1].name if isinstance(label[1], Letter) else ""
                free = name == bound if bound else name not in letters
                found += [label] if free and not any(same(label[1], x) for _, x in found) else []
            else:
                stack += [(x, letters) for x in _children(n)]
        return found[0] if len(found) == 1 else ("", None)

    def _rewritten(self, node: Any, around: Label) -> Any:
        h = self.hypothesis
        if isinstance(node, Product):
            return self._product(node, around)
        if isinstance(node, Node) and h.is_written(node):
            below_alone = around[1] is None and any(kind == "_" for kind, _ in self.labels)
            return node if below_alone else labelled(node.at, h.read_as, around)
        if isinstance(node, Reduce) and isinstance(node.below, Relation) and isinstance(node.below.items[0], Letter):
            inside = self._label_around(node.body, node.below.items[0].name)
            body = self._rewritten(node.body, inside if inside[1] is not None else around)
            return node if body is node.body else replace(node, body=body)
        return mapped(node, lambda x: self._rewritten(x, around))

    def _product(self, node: Product, around: Label) -> Node:
        factors, k = list[tuple[str, Node]](), 0
        while k < len(node.factors):
            op, a = node.factors[k]
            following = node.factors[k + 1] if k + 1 < len(node.factors) else ("/", a)
            label = self._label(following[1]) if self.hypothesis.is_written(a) and not following[0] else None
            if label is None:
                factors.append((op, self._rewritten(a, around)))
                k += 1
                continue
            value = labelled(a.at, self.hypothesis.read_as, label)
            above = following[1].above if isinstance(following[1], Script) else None
            if above is not None and above.label is None:
                above = mapped(above, lambda x: self._rewritten(x, around))
                base = value if isinstance(value, Letter) else Group(a.at, "(", (value,))
                value = Script(a.at, base, (), above)
            factors.append((op, value))
            k += 2
        if len(factors) == 1 and not factors[0][0]:
            return factors[0][1]
        return (
            node
            if len(factors) == len(node.factors)
            and all(x is y for (_, x), (_, y) in zip(factors, node.factors, strict=True))
            else replace(node, factors=tuple(factors))
        )

    def _of_any_example(self, s: Statement) -> Statement:
        """``h^{(i)} = \\sigma(w x^{(i)})`` says of any example what ``h = \\sigma(w x)`` does."""
        node = s.node
        if not isinstance(node, Relation) or node.signs[0] not in _EQUAL:
            return s
        head = node.items[0]
        base = head.base if isinstance(head, Script) else head
        if not isinstance(base, Letter) or base.name not in (self.hypothesis.read_as, *self.costs):
            return s
        label = label_of(head, base.name)
        if label is None or not isinstance(label[1], Letter):
            return s
        plain = without_label(node, label[1])
        rest = any(isinstance(n, Letter) and n.name == label[1].name for n in walk(plain))
        return s if rest else replace(s, node=plain)
