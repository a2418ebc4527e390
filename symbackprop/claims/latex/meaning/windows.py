"""How far an index runs that only stands in windows, ``X_{i+m}``: as far as every entry of the window exists.

So ``Y_i = \\sum_{m=0}^{M-1} X_{i+m} K_m`` has the length of the valid convolution, H - M + 1.
"""

from typing import TYPE_CHECKING

from sympy import Expr, Integer, S

from symbackprop.claims.latex.meaning.labels import size_of
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.meaning.slots import first_of
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
            if isinstance(slot, Sum) and (window := _fitting(el, letter, slot, el.algebra.size(length), node)):
                return window
    return None


def _fitting(el: "Elaborator", letter: str, slot: Sum, length: Expr, node: Node) -> Expr | None:
    """For how many values of the letter the entry exists, whatever the other letters are: from the first one on."""
    mine = [sign for sign, t in slot.terms if isinstance(t, Letter) and t.name == letter]
    if len(mine) != 1:
        return None
    first, base = first_of(el, letter), 0 if first_of(el, letter) == 0 else 1
    most: Expr = S.Zero
    for sign, term in slot.terms:
        if isinstance(term, Number) and term.value.denominator == 1:
            most += sign * Integer(int(term.value))
        elif not isinstance(term, Letter):
            return None
        elif term.name in el.sizes:
            most += sign * size_of(el, term, Local())
        elif term.name != letter:
            begin, last = _bounds(el, term.name, node)
            if last is None or sign < 0 or mine[0] < 0:
                return None
            most, base = most + last, max(base, min(begin, 1))
    if mine[0] > 0:
        return length - most - first + base
    back = (most - first - base + 1).expand()  # K_{M-1-m}: from the last entry to the first
    return back if el.algebra.size(length) == back else None


def _bounds(el: "Elaborator", letter: str, node: Node) -> tuple[int, Expr | None]:
    """The first and the last value of a letter that a sum binds; without bounds it runs over an axis."""
    for n in walk(node):
        if not isinstance(n, Reduce) or n.below is None:
            continue
        if isinstance(n.below, Relation) and n.above is not None:
            head, first = n.below.items[0], n.below.items[1]
            if isinstance(head, Letter) and head.name == letter and isinstance(first, Number):
                return int(first.value), size_of(el, n.above, Local())
        elif n.above is None and letter in {x.name for x in walk(n.below) if isinstance(x, Letter)}:
            length = _axis_of(el, letter, n.body)
            return first_of(el, letter), None if length is None else length - 1 + first_of(el, letter)
    return 0, None


def _axis_of(el: "Elaborator", letter: str, node: Node) -> Expr | None:
    """The length of the axis at which a letter stands bare."""
    for n in walk(node):
        found = find(el, n, Local()) if isinstance(n, Script) else None
        if found is not None and isinstance(found.what, Symbol) and len(found.slots) == len(found.what.shape):
            for slot, length in zip(found.slots, found.what.shape, strict=True):
                if isinstance(slot, Letter) and slot.name == letter:
                    return el.algebra.size(length)
    return None
