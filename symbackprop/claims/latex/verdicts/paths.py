"""A path of the chain rule that was forgotten: the claim would be right with what comes through one more tensor.

What reads a variable sends its part of the derivative back. The part of each reader is a candidate, written as the
product of two derivatives, with a sum over the entries of the reader where the claim is about entries.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.meaning.sequences import step_of
from symbackprop.claims.latex.syntax.tree import Derivative, Letter, Node, Number, Product, Reduce, Script, Sum, walk
from symbackprop.claims.latex.verdicts.edits import Edit, turned

_LETTERS = "kqrsuvw"


def missing_paths(left: Node, right: Node, el: Elaborator, written: Sequence[tuple[Symbol, Node]]) -> Iterator[Edit]:
    """The right side with the part of one reader of the variable added; ``written``: symbols as people write them."""
    names = _derivative(left)
    if names is None:
        return
    of, by = names
    found = find(el, by, Local())
    if found is None or not isinstance(found.what, Symbol):
        return
    if found.what.step is not None:
        yield from _through_time(of, by, right, el)
        return
    whole = find(el, of, Local()) if of is not None else None  # by itself, the derivative would be said by itself
    ends = {s.name for s in (el.cost, whole.what if whole is not None else None) if isinstance(s, Symbol)}
    readers = {e.name for e in el.scope.equations.values() if found.what.name in e.reads} - ends
    for symbol, node in written:
        if symbol.name in readers and symbol.step is None and symbol.name not in el.scope.generic.values():
            for part in _parts(of, by, symbol, node, el, bool(found.slots)):
                terms = right.terms if isinstance(right, Sum) else ((1, right),)
                yield "missing_path", Sum(right.at, (*terms, (1, part)))


def _through_time(of: Node | None, by: Node, right: Node, el: Elaborator) -> Iterator[Edit]:
    """The right side with what the next step of the same symbol sends back."""
    step = step_of(by) if isinstance(by, Script) else None
    if of is None or not isinstance(by, Script) or not isinstance(by.base, Letter) or not isinstance(step, Letter):
        return
    after = Sum(by.at, ((1, step), (1, Number(by.at, Fraction(1)))))
    if len(by.below) != 1 or by.base.name in el.scope.labelled:
        return
    later = replace(by, below=(after,))
    above, below = Derivative(by.at, "partial", of, (later,)), Derivative(by.at, "partial", later, (by,))
    terms = right.terms if isinstance(right, Sum) else ((1, right),)
    for first, last in ((above, below), (below, above), (turned(below), above)):
        part = Product(by.at, (("", first), ("", last)))
        yield "missing_path", Sum(right.at, (*terms, (1, part)))


def missing_slopes(left: Node, right: Node, el: Elaborator, written: Sequence[tuple[Symbol, Node]]) -> Iterator[Edit]:
    """The right side with the derivative by another tensor of that shape: a path that changes nothing but the sign."""
    names = _derivative(left)
    found = find(el, names[1], Local()) if names is not None else None
    if names is None or found is None or not isinstance(found.what, Symbol) or found.what.step is not None:
        return
    terms = right.terms if isinstance(right, Sum) else ((1, right),)
    for symbol, node in written:
        if symbol is found.what or symbol.step is not None or len(symbol.shape) != len(found.what.shape):
            continue
        node = Script(node.at, node, found.slots) if found.slots and isinstance(node, Letter) else node
        by = names[1]
        slope = Derivative(by.at, "partial", names[0], (node,)) if names[0] is not None else _of_cost(node, by)
        for sign in (1, -1):
            yield "missing_path", Sum(right.at, (*terms, (sign, slope)))


def _derivative(left: Node) -> tuple[Node | None, Node] | None:
    """What is differentiated, None for the cost that dX and bars speak of, and by what."""
    if isinstance(left, Derivative) and len(left.by) == 1 and left.order == 1:
        return left.of, left.by[0]
    if isinstance(left, Product) and len(left.factors) == 2:
        (_, d), (op, x) = left.factors
        return (None, x) if op == "" and isinstance(d, Letter) and d.name == "d" else None
    base = left.base if isinstance(left, Script) else left
    if isinstance(base, Letter) and base.name.startswith("bar "):
        bare = Letter(base.at, base.name[4:])
        return None, replace(left, base=bare) if isinstance(left, Script) else bare
    return None


def _parts(of: Node | None, by: Node, reader: Symbol, node: Node, el: Elaborator, entries: bool) -> Iterator[Node]:
    if not entries:
        below = Derivative(by.at, "partial", node, (by,))
        above = Derivative(by.at, "partial", of, (node,)) if of is not None else _of_cost(node, by)
        for k, (first, last) in enumerate(((above, below), (below, above), (turned(below), above))):
            if of is not None or k:  # a bar or dX is no factor of the chain rule: it stands last
                yield Product(by.at, (("", first), *_factors(last)))
        return
    free = [x for x in _LETTERS if x not in el.free and x not in el.sizes][: len(reader.shape)]
    letters = tuple(Letter(by.at, x) for x in free)
    entry = Script(by.at, node, letters) if letters and isinstance(node, Letter) else node
    above = Derivative(by.at, "partial", of, (entry,)) if of is not None else _of_cost(entry, by)
    part: Node = Product(by.at, (*_factors(above), ("", Derivative(by.at, "partial", entry, (by,)))))
    for letter in reversed(letters):
        part = Reduce(by.at, "sum", letter, None, part)
    yield part


def _of_cost(node: Node, by: Node) -> Node:
    """The derivative of the cost by a symbol in the notation of bars, or as dX."""
    base = node.base if isinstance(node, Script) else node
    if not isinstance(base, Letter):
        return Derivative(by.at, "d", None, (node,))
    barred = Letter(base.at, f"bar {base.name}")
    return replace(node, base=barred) if isinstance(node, Script) else barred


def _factors(node: Node) -> tuple[tuple[str, Node], ...]:
    return node.factors if isinstance(node, Product) else (("", node),)


def chains(left: Node, right: Node, el: Elaborator) -> Iterator[Edit]:
    """The chain rule written out, where a sum over the entries in between was forgotten."""
    if not isinstance(left, Derivative) or len(left.by) != 1:
        return
    letter = next(x for x in "kqrsuvw" if x not in el.free and x not in el.sizes)
    for n in walk(right):
        if not isinstance(n, Derivative) or len(n.by) != 1 or n.of is None or not isinstance(n.by[0], Script):
            continue
        found = find(el, n.by[0], Local())
        if found is None or not isinstance(found.what, Symbol) or len(found.slots) != 1:
            continue
        between = replace(n.by[0], below=(Letter(n.at, letter),))
        product = Product(n.at, (("", replace(n, by=(between,))), ("", Derivative(n.at, "partial", between, left.by))))
        yield "missing_path", Reduce(n.at, "sum", Letter(n.at, letter), None, product)
