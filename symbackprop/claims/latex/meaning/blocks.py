"""Slices of a vector, and rows and matrices side by side: an axis cut into stretches, or put together from them.

A slice is read as programs mean it, counted from 0 and without its end, and only in a document that shows so by a slice
that begins at 0 or at the beginning: ``x[1:n]`` alone could count from 1.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import Expr, S

from symbackprop.claims.latex.meaning.labels import size_of
from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.meaning.stacks import Piece, stacked
from symbackprop.claims.latex.meaning.values import Mismatch, Value, is_unknown
from symbackprop.claims.latex.syntax.scripts import refusal
from symbackprop.claims.latex.syntax.tree import Blocks, Group, Letter, Node, Slice, walk
from symbackprop.indices import Index, fresh

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def slice_value(el: "Elaborator", node: Slice, local: Local) -> Value:
    """The entries of a vector from one place up to another."""
    v = el.algebra.settled(el.value(node.of, local))
    if v.rank != 1:
        raise refusal("a slice of something that is no vector", node)
    if not el.scope.slices_from_zero:
        raise refusal("could be read in two ways: a slice counted from 0 and without its end, or from 1", node)
    (axis,) = v.axes
    first, end = _place(el, node.first, S.Zero, local), _place(el, node.end, axis.size, local)
    if is_unknown(axis.size):
        raise refusal("a slice of a vector whose size is not known", node)
    if not _is_size(end - first) or end == first or not _is_size(axis.size - end):
        raise refusal("a slice that is not known to lie inside", node)
    cut = fresh(Index("~", (end - first).expand()))
    return replace(v, axes=(cut,), expr=v.expr.xreplace({axis: cut + first}))


def _place(el: "Elaborator", node: Node | None, otherwise: Expr, local: Local) -> Expr:
    if node is None:
        return otherwise
    for n in walk(node):
        if isinstance(n, Letter) and n.name not in el.sizes:
            raise refusal(f"how far {n.name} counts is not known", n)
    return el.algebra.size(size_of(el, node, local))


def _is_size(expr: Expr) -> bool:
    """Whether a difference of sizes is never negative: no term of it is."""
    return all(c >= 0 for c in expr.expand().as_coefficients_dict().values())


def blocks_value(el: "Elaborator", node: Blocks, local: Local) -> Value:
    """Rows, or matrices of as many rows, side by side; columns would be those of a matrix."""
    values = [el.algebra.settled(el.value(item, local)) for item in node.items]
    ranks = {v.rank for v in values}
    rows = ranks == {1} and all(v.row or (v.loose and el.scope.rows) for v in values)
    if not rows and ranks != {2}:
        raise refusal("blocks side by side that are neither rows nor matrices", node)
    if not all(el.algebra.same(v.axes[0].size, values[0].axes[0].size) for v in values if v.rank == 2):
        raise Mismatch("blocks of different heights side by side")
    values = [el.algebra.settled(v) for v in values]
    widths = [v.axes[-1].size for v in values]
    if any(map(is_unknown, widths)):
        raise refusal("a block whose width is not known", node)
    return _side_by_side(el, values, rows)


def stack_value(el: "Elaborator", node: Group, local: Local) -> Value:
    """``[h_{t-1}, x_t]``: vectors one above the other, whatever their lengths."""
    values = [el.algebra.settled(el.value(item, local)) for item in node.items]
    if any(v.rank != 1 for v in values):
        raise refusal("several things in brackets", node)
    if any(v.row and not v.loose for v in values):
        raise refusal("rows in brackets: side by side, or one above the other?", node)
    return _side_by_side(el, values, False)


def _side_by_side(el: "Elaborator", values: list[Value], rows: bool) -> Value:
    """All of the last axes as one."""
    widths = [v.axes[-1].size for v in values]
    whole = fresh(Index("~", sum(widths, start=S.Zero)))
    pieces: list[Piece] = []
    before = S.Zero
    for v, width in zip(values, widths, strict=True):
        place = fresh(v.axes[-1])
        rule = {v.axes[-1]: place, v.axes[0]: values[0].axes[0]} if v.rank == 2 else {v.axes[0]: place}
        pieces.append((place, place + before, v.expr.xreplace(rule)))
        before += width
    el.widths = tuple(widths)
    return Value((*values[0].axes[:-1], whole), stacked(whole, pieces), row=rows)
