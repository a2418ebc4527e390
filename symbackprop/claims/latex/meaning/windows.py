"""How far an index runs that only stands in windows, ``X_{i+m}``: as far as every entry of the window exists.

So ``Y_i = \\sum_{m=0}^{M-1} X_{i+m} K_m`` has the length of the valid convolution, H - M + 1.
"""

from typing import TYPE_CHECKING

from sympy import Expr, Integer, S

from symbackprop.claims.latex.meaning.labels import size_of
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.syntax.tree import Letter, Node, Number, Reduce, Relation, Script, Sum, walk

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def window_of(el: "Elaborator", letter: str, node: Node) -> Expr | None:
    """The length of the axis that an index runs over; None where it stands bare, or in no window."""
    for n in walk(node):
        found = find(el, n, Local()) if isinstance(n, Script) else None
        if found is None or not isinstance(found.what, Symbol) or len(found.slots) != len(found.what.shape):
            continue
        for slot, length in zip(found.slots, found.what.shape, strict=True):
            if isinstance(slot, Letter) and slot.name == letter:
                return None
            rest = _rest(el, letter, slot, node) if isinstance(slot, Sum) else None
            if rest is not None:
                return el.algebra.size(length) - rest
    return None


def _rest(el: "Elaborator", letter: str, slot: Sum, node: Node) -> Expr | None:
    """What is added to the letter at most, counted from the first entry of the window."""
    if not any(sign > 0 and isinstance(t, Letter) and t.name == letter for sign, t in slot.terms):
        return None
    most: Expr = S.Zero
    ones = 0
    for sign, term in slot.terms:
        if isinstance(term, Number):
            most += sign * Integer(int(term.value))
        elif isinstance(term, Letter) and term.name != letter:
            first, last = _bounds(el, term.name, node)
            if last is None or sign < 0:
                return None
            most += last
            ones += first
    return most


def _bounds(el: "Elaborator", letter: str, node: Node) -> tuple[int, Expr | None]:
    """The first and the last value of a letter that a sum binds."""
    for n in walk(node):
        if isinstance(n, Reduce) and isinstance(n.below, Relation) and n.above is not None:
            head, first = n.below.items[0], n.below.items[1]
            if isinstance(head, Letter) and head.name == letter and isinstance(first, Number):
                return int(first.value), size_of(el, n.above, Local())
    return 0, None
