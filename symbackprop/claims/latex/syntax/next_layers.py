"""Definitions of the next layer, ``z^{(l+1)} = W^{(l)} a^{(l)} + b^{(l)}``: the same as those of layer l, counted on.

They hold for every l, so the letter may be replaced by l - 1: the left side then carries the general layer, as the
reader has it. What speaks of derivatives, or has a definition in l too, is left as it is.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from symbackprop.claims.latex.syntax.implicit_sums import is_forward
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Letter, Node, Number, Reduce, Relation, Script, Sum, mapped, walk

_LETTERS = frozenset(("l", "ell"))


def with_layers_from_the_next(found: Sequence[Statement]) -> list[Statement]:
    """The statements; what defines the layer l + 1 of a symbol defines its layer l."""
    general = {x for s in found if (x := _left_layer(s, 0)) is not None}
    result, known = list(found), set[tuple[str, str]]()
    for k, s in enumerate(found):
        named = _left_layer(s, 1)
        if named is None or named in general or named in known or not isinstance(s.node, Relation):
            continue
        if is_forward(s.node) and not _binds(s.node, named[1]):
            known.add(named)
            result[k] = replace(s, node=_counted_back(s.node, named[1]))
    return result


def _left_layer(s: Statement, offset: int) -> tuple[str, str] | None:
    """The base and the letter of a left side that carries a letter of layers plus a number."""
    if not isinstance(s.node, Relation) or s.node.signs[0] not in ("=", ":="):
        return None
    left = s.node.items[0]
    if not isinstance(left, Script) or not isinstance(left.base, Letter) or left.above is None or left.primes:
        return None
    layer = left.above.label if left.above.label is not None else left.above.power
    letter = _letter_of(layer, offset) if layer is not None else None
    return None if letter is None else (left.base.name, letter)


def _letter_of(node: Node, offset: int) -> str | None:
    """l of l + 1."""
    if not offset:
        return node.name if isinstance(node, Letter) and node.name in _LETTERS else None
    if not isinstance(node, Sum) or len(node.terms) != 2:
        return None
    (first, letter), (sign, number) = node.terms
    if first != 1 or sign != 1 or not isinstance(letter, Letter) or letter.name not in _LETTERS:
        return None
    return letter.name if isinstance(number, Number) and number.value == offset else None


def _binds(node: Node, letter: str) -> bool:
    below = [n.below for n in walk(node) if isinstance(n, Reduce) and n.below is not None]
    return any(isinstance(x, Letter) and x.name == letter for b in below for x in walk(b))


def _counted_back(tree: Any, letter: str) -> Any:
    """The tree with the letter less 1 in the place of the letter."""
    if isinstance(tree, Letter) and tree.name == letter:
        return Sum(tree.at, ((1, tree), (-1, Number(tree.at, Fraction(1)))))
    if isinstance(tree, Sum) and _letter_of(tree, 1) == letter:
        return tree.terms[0][1]
    new = mapped(tree, lambda x: _counted_back(x, letter))
    return _merged(new) if isinstance(new, Sum) else new


def _merged(node: Sum) -> Sum:
    """l - 2 for (l - 1) - 1, where that is all there is."""
    if len(node.terms) == 2 and node.terms[0][0] == 1:
        first, (sign, number) = node.terms[0][1], node.terms[1]
        if isinstance(first, Sum) and isinstance(number, Number) and number.value.denominator == 1:
            total = -1 + sign * number.value
            signed = (1 if total > 0 else -1, Number(node.at, abs(total)))
            return Sum(node.at, (first.terms[0], signed))
    return node
