"""Vectors as one: ``[h, x]_k = Σ_i [k = i] h_i + Σ_j [k = n + j] x_j``, and ``W [h, x]`` as the sum of two products.

A product with such a vector never has its index k: what is derived from it has the form that it has for weights of
their own, and nothing needs to be contracted later.
"""

from collections.abc import Sequence

from sympy import Add, Expr, Mul, S

from symbackprop.indices import Index, Total, totals
from symbackprop.terms import Delta

Piece = tuple[Index, Expr, Expr]  # an index, the place of the whole that it stands at, and what stands there


def stacked(whole: Index, pieces: Sequence[Piece]) -> Expr:
    """The entry ``whole`` of all pieces as one."""
    return Add(*(totals(Delta(whole, place) * expr, i) for i, place, expr in pieces))


def pieces_of(expr: Expr, whole: Index) -> list[Piece] | None:
    """The pieces of an expression that is put together from such; None for any other.

    >>> from symbackprop.indices import size
    >>> from symbackprop.terms import Entry
    >>> n = size("n")
    >>> k, i, j = Index("k", n + size("m")), Index("i", n), Index("j", size("m"))
    >>> stack = stacked(k, [(i, i, Entry("h", i)), (j, j + n, Entry("x", j))])
    >>> sorted(piece.name for _, _, piece in pieces_of(stack, k))
    ['h', 'x']
    """
    found = [_piece(term, whole) for term in Add.make_args(expr)]
    return None if any(p is None for p in found) else [p for p in found if p is not None]


def _piece(term: Expr, whole: Index) -> Piece | None:
    if not isinstance(term, Total):
        return None
    body, i = term.open()
    deltas = [d for d in Mul.make_args(body) if isinstance(d, Delta) and whole in d.args]
    if len(deltas) != 1:
        return None
    (place,) = (a for a in deltas[0].args if a != whole)
    rest = Mul(*(f for f in Mul.make_args(body) if f is not deltas[0]))
    return None if rest.has(whole) or place.diff(i) != S.One else (i, place, rest)
