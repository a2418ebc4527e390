"""Which subscripts are indices, as far as a document shows: letters in the middle of the alphabet that name nothing.

In ``i_t = \\sigma(W_i x_t + U_i h_{t-1})`` the letter i is a gate, and ``W_i`` the matrix of that gate; so is r in
``r = \\sigma(W_r x)``, and k in ``k = W_k x``.
"""

from collections.abc import Sequence

from symbackprop.claims.latex.meaning.sequences import step_of
from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Apply, Letter, Node, Product, Relation, Script, walk
from symbackprop.claims.latex.text.vocabulary import INDICES


def are_indices(slots: Sequence[Node], found: Sequence[Statement]) -> bool:
    """Whether subscripts are all indices.

    >>> are_indices([Letter(0, "i"), Letter(1, "j")], []), are_indices([Letter(0, "f")], []), are_indices([], [])
    (True, False, False)
    """
    letters = [x.name for x in slots if isinstance(x, Letter) and x.name in INDICES]
    return len(letters) == len(slots) > 0 and not any(_is_defined(x, found) for x in letters)


def count_of_indices(base: str, found: Sequence[Statement]) -> int:
    """With how many index letters the document writes a symbol, at most."""
    scripts = (n for s in found if s.node is not None for n in walk(s.node) if isinstance(n, Script))
    slots = (flattened(n.below) for n in scripts if isinstance(n.base, Letter) and n.base.name == base)
    return max((len(x) for x in slots if are_indices(x, found)), default=0)


def is_indexed(base: str, found: Sequence[Statement]) -> bool:
    """Whether the document writes entries of a symbol somewhere."""
    return any(
        isinstance(n, Script)
        and isinstance(n.base, Letter)
        and n.base.name == base
        and are_indices(flattened(n.below), found)
        for s in found
        if s.node is not None
        for n in walk(s.node)
    )


def _is_defined(letter: str, found: Sequence[Statement]) -> bool:
    """Whether some equation has a letter, or a step of it, on its left side, and a formula on the right."""
    for s in found:
        if not isinstance(s.node, Relation) or s.node.signs[0] not in ("=", ":="):
            continue
        left, right = s.node.items[:2]
        if isinstance(left, Script) and step_of(left) is not None:
            left = left.base
        if (
            isinstance(left, Letter)
            and left.name == letter
            and any(isinstance(n, Apply | Product) for n in walk(right))
        ):
            return True
    return False
