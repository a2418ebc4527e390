"""Vectors and matrices written out entry by entry: each entry times Kronecker's delta of its place."""

from itertools import count
from typing import TYPE_CHECKING

from sympy import Expr, Integer, S

from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.meaning.values import Value
from symbackprop.claims.latex.syntax.scripts import refusal
from symbackprop.claims.latex.syntax.tree import Matrix
from symbackprop.indices import Index
from symbackprop.terms import Delta

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator

_MOST = 64
_number = count(1)


def matrix_value(el: "Elaborator", node: Matrix, local: Local) -> Value:
    """A column, a row or a matrix of numbers. Raises ``ReadError`` for blocks and for rows of different lengths."""
    height, width = len(node.rows), len(node.rows[0]) if node.rows else 0
    if not width or any(len(row) != width for row in node.rows):
        raise refusal("rows of different lengths", node)
    if height * width > _MOST:
        raise refusal(f"more than {_MOST} entries", node)
    values = [[el.value(entry, local) for entry in row] for row in node.rows]
    if any(v.rank for row in values for v in row):
        raise refusal("a matrix of blocks: entries have to be numbers", node)
    if height == width == 1:
        return values[0][0]
    i, j = (Index(f"~x{next(_number)}", Integer(n)) for n in (height, width))
    total: Expr = S.Zero
    for a, row in enumerate(values):
        for b, v in enumerate(row):
            total += v.expr * (Delta(i, Integer(a)) if height > 1 else 1) * (Delta(j, Integer(b)) if width > 1 else 1)
    if width == 1:
        return Value((i,), total)
    return Value((j,), total, row=True) if height == 1 else Value((i, j), total)
