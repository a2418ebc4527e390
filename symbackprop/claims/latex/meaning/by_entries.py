"""A matrix by its entries: ``(a_i b_j)_{ij}`` is the whole of which a_i b_j is the entry at i, j.

So it is where the brackets have those letters as subscripts of their own; ``(A B)_{ij}``, where not, is an entry.
Where a letter stands free outside of the brackets too, both are one entry, and none is bound.
"""

from typing import TYPE_CHECKING

from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.meaning.values import Value
from symbackprop.claims.latex.syntax.scripts import flattened, refusal
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Reduce, Script, children, walk
from symbackprop.indices import fresh

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def bound_letters(node: Node) -> tuple[str, ...]:
    """The index letters that brackets with subscripts bind; none for anything else.

    >>> a = Script(0, Letter(0, "a"), (Letter(1, "i"),))
    >>> bound_letters(Script(0, Group(0, "(", (a,)), (Letter(2, "i"),))), bound_letters(a)
    (('i',), ())
    """
    if not isinstance(node, Script) or not isinstance(node.base, Group) or node.base.kind not in ("(", "["):
        return ()
    slots = flattened(node.below)
    letters = [x.name for x in slots if isinstance(x, Letter)]
    if len({*letters}) < len(slots) or not all(stands_free(x, node.base) for x in letters):
        return ()
    return tuple(letters)


def binds(letter: str, node: Node) -> bool:
    """Whether a sum counts by a letter, or brackets make a whole of the entries at it."""
    if isinstance(node, Reduce) and node.below is not None:
        return letter in {x.name for x in walk(node.below) if isinstance(x, Letter)}
    return letter in bound_letters(node)


def stands_free(letter: str, node: Node) -> bool:
    """Whether an index letter stands somewhere outside of what binds it."""
    stack = [node]
    while stack:
        n = stack.pop()
        if binds(letter, n):
            continue
        if isinstance(n, Script) and letter in {s.name for s in flattened(n.below) if isinstance(s, Letter)}:
            return True
        stack += children(n)
    return False


def whole_of_entries(el: "Elaborator", node: Script, local: Local) -> Value | None:
    """The value of brackets that bind their subscripts; None for others. Raises ``ReadError`` where it is no entry."""
    letters = bound_letters(node)
    if not letters:
        return None
    outside = [x for x in letters if x in el.free or x in local.indices]
    v = el.value(node.base, local)
    if v.rank or (outside and len(outside) < len(letters)) or any(el.free.get(x, (None, 1))[1] > 1 for x in letters):
        raise refusal("brackets whose subscripts are inside of them too", node)
    if outside:
        return v
    axes = {el.free.pop(x)[0]: None for x in letters}
    bound = {i: fresh(i) for i in axes}
    return el.algebra.settled(Value(tuple(bound.values()), v.expr.xreplace(bound)))
