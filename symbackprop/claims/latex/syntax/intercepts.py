"""``\\theta^\\top x = \\theta_0 + \\theta_1 x_1 + \\dots + \\theta_n x_n``: the sum as that product, with x_0 = 1.

Where a document writes the product too, the sum is put down as the product: θ_0 is its first term, with x_0 = 1. An
equation between the two says what people mean by it and claims nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Letter,
    Node,
    Number,
    Product,
    Reduce,
    Relation,
    Script,
    Sum,
    Superscript,
    mapped,
    same,
    walk,
)

Pair = tuple[str, str]


def with_intercepts(found: Sequence[Statement]) -> tuple[list[Statement], set[Pair]]:
    """The statements with such sums as products, and of which letters there were some."""
    written = {pair for s in found if s.node is not None for n in walk(s.node) for pair in _inner(n)}
    met: set[Pair] = set()
    return [_replaced(s, written, met) for s in found] if written else list(found), met


def _replaced(s: Statement, written: set[Pair], met: set[Pair]) -> Statement:
    before = set(met)
    met.clear()
    node = _rewritten(s.node, written, met)
    changed = bool(met)
    met |= before
    if not changed:
        return s
    return replace(s, node=_without_repeats(node) if isinstance(node, Relation) else node)


def _without_repeats(node: Relation) -> Node:
    """A chain without what stands in it twice, one beside the other."""
    items, signs, places = [node.items[0]], list[str](), list[int]()
    for sign, place, item in zip(node.signs, node.places, node.items[1:], strict=True):
        if sign != "=" or not same(item, items[-1]):
            items.append(item)
            signs.append(sign)
            places.append(place)
    return Relation(node.at, tuple(items), tuple(signs), tuple(places)) if signs else items[0]


def _inner(node: Node) -> Iterator[Pair]:
    """θ and x of ``\\theta^\\top x``."""
    if isinstance(node, Product):
        for (_, a), (op, b) in pairwise(node.factors):
            turned = isinstance(a, Script) and a.above is not None and a.above.transposed and not a.below
            if turned and op in ("", "cdot") and isinstance(a, Script) and isinstance(a.base, Letter):
                if isinstance(b, Letter) and a.base.name != b.name:
                    yield a.base.name, b.name


def _rewritten(node: Any, written: set[Pair], met: set[Pair]) -> Any:
    if isinstance(node, Sum):
        return _of_sum(node, written, met)
    return mapped(node, lambda x: _rewritten(x, written, met))


def _of_sum(node: Sum, written: set[Pair], met: set[Pair]) -> Node:
    terms = [(sign, _rewritten(term, written, met)) for sign, term in node.terms]
    for k, ((sign, first), (other, rest)) in enumerate(pairwise(terms)):
        pair = _counted(rest)
        if sign == other == 1 and pair in written and pair is not None and _is_first(first, pair[0]):
            met.add(pair)
            weights = Script(first.at, Letter(first.at, pair[0]), (), Superscript(transposed=True))
            product = Product(first.at, (("", weights), ("", Letter(rest.at, pair[1]))))
            terms[k : k + 2] = [(1, product)]
            break
    return terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else replace(node, terms=tuple(terms))


def _is_first(node: Node, name: str) -> bool:
    """Whether something is ``\\theta_0``."""
    if not isinstance(node, Script) or not isinstance(node.base, Letter) or node.above is not None or node.primes:
        return False
    slot = node.below[0] if len(node.below) == 1 else None
    return node.base.name == name and isinstance(slot, Number) and slot.value == 0


def _counted(node: Node) -> Pair | None:
    """θ and x of ``\\sum_{k=1}^n \\theta_k x_k``."""
    if not isinstance(node, Reduce) or node.kind != "sum" or not isinstance(node.below, Relation):
        return None
    letter, first = node.below.items[0], node.below.items[-1]
    if not isinstance(first, Number) or first.value != 1 or not isinstance(node.body, Product):
        return None
    factors = [f for op, f in node.body.factors if op in ("", "cdot")]
    names = [f.base.name for f in factors if isinstance(f, Script) and isinstance(f.base, Letter) and f.above is None]
    slots = [f.below for f in factors if isinstance(f, Script)]
    if len(names) != 2 or len(node.body.factors) != 2 or not all(len(x) == 1 and same(x[0], letter) for x in slots):
        return None
    return names[0], names[1]
