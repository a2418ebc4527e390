"""Einstein's convention in definitions: ``z_k = w_{kj} x_j + b_k`` sums over j, which only the right side has.

A definition without that sum would define nothing. The index stands exactly twice, in two factors of one product of
which one has an index of the left side too. In a claim the same is a missing sum: claims are left as they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Derivative,
    Letter,
    Node,
    Product,
    Reduce,
    Relation,
    Script,
    mapped,
    walk,
)
from symbackprop.claims.latex.text.vocabulary import INDICES

_INDICES = INDICES - {"t"}
_OF_DERIVATIVES = frozenset(("delta", "Delta", "epsilon", "d"))


def with_implicit_sums(found: Sequence[Statement]) -> tuple[list[Statement], set[str]]:
    """The statements with the sums that definitions leave out, and the letters over which they are."""
    result, letters, known = list(found), set[str](), _declared(found)
    for k, s in enumerate(found):
        if not isinstance(s.node, Relation):
            continue
        name = _base(s.node.items[0])
        if name is not None and name not in known and s.node.signs in (("=",), (":=",)) and is_forward(s.node):
            summed = _with_sums(s.node)
            if summed is not None:
                result[k] = replace(s, node=summed[0])
                letters |= summed[1]
        known |= {name} if name is not None else set()
    return result, letters


def _base(node: Node) -> str | None:
    """z of ``z_k``, ``z^l_k``, or z itself."""
    base = node.base if isinstance(node, Script) else node
    return base.name if isinstance(base, Letter) else None


def _declared(found: Sequence[Statement]) -> set[str]:
    """What a sum with its sign defines somewhere: there no sum is left out."""
    stated = (s.node for s in found if isinstance(s.node, Relation))
    return {
        name for node in stated if any(isinstance(n, Reduce) for n in walk(node))
        and (name := _base(node.items[0])) is not None
    }  # fmt: skip


def is_forward(node: Relation) -> bool:
    """Whether nothing in an equation speaks of derivatives."""
    inside = list(walk(node))
    letters = {n.name for n in inside if isinstance(n, Letter)}
    primes = any(isinstance(n, Script) and n.primes for n in inside)
    barred = any(x.startswith("bar ") for x in letters)
    return not (primes or barred or letters & _OF_DERIVATIVES or any(isinstance(n, Derivative) for n in inside))


def _with_sums(node: Relation) -> tuple[Relation, set[str]] | None:
    left, right = node.items
    if not isinstance(left, Script) or left.primes or not left.below:
        return None
    own = {x.name for x in flattened(left.below) if isinstance(x, Letter)}
    above = {x.name for x in walk(left) if isinstance(x, Letter)} - own
    if not own or not own <= _INDICES:
        return None
    bound = {x.name for n in walk(right) if isinstance(n, Reduce) and n.below is not None for x in walk(n.below)
             if isinstance(x, Letter)}  # fmt: skip
    letters: set[str] = set()

    def summed(product: Product) -> Node:
        for letter in sorted(_twice(product, own) - bound - above - letters):
            if sum(isinstance(x, Letter) and x.name == letter for x in walk(right)) == 2:
                letters.add(letter)
                return Reduce(product.at, "sum", Letter(product.at, letter), None, product)
        return product

    rewritten = _replaced(right, summed)
    return (replace(node, items=(left, rewritten)), letters) if letters else None


def _twice(product: Product, own: set[str]) -> set[str]:
    """The index letters that two factors of a product share, of which one has an index of the left side too."""
    if any(op not in ("", "cdot") for op, _ in product.factors):
        return set()
    slots = [frozenset(_letters(x)) for _, x in product.factors]
    return {
        letter for letter in frozenset[str]().union(*slots) & _INDICES - own
        if len(mine := [x for x in slots if letter in x]) == 2 and sum(bool(x & own) for x in mine) == 1
    }  # fmt: skip


def _letters(node: Node) -> Iterator[str]:
    """The letters below a symbol, where all of its subscripts are single index letters."""
    if isinstance(node, Script) and isinstance(node.base, Letter) and not node.primes:
        slots = flattened(node.below)
        if all(isinstance(x, Letter) and x.name in _INDICES for x in slots):
            yield from (x.name for x in slots if isinstance(x, Letter))


def _replaced(tree: Any, summed: Any) -> Any:
    """The tree with each product as ``summed`` gives it, from the inside out."""
    new = mapped(tree, lambda x: _replaced(x, summed))
    return summed(new) if isinstance(new, Product) else new
