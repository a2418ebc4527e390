"""``X * W`` of arrays whose sizes differ: the cross-correlation that deep learning calls a convolution.

Valid, ``Y_i = \\sum_m X_{i+m} W_m``, or full, with zeros around X, where that alone has the other side's shape; which
array slides is told by its letter in a definition and by the shapes in a claim. A convolution that turns the kernel
round is another reading: where a document says that it means the correlation, a wrong claim is refuted; where it does
not, nothing is refuted that rests on the star.
"""

from typing import TYPE_CHECKING

from sympy import Expr, S

from symbackprop.claims.latex.meaning.values import Mismatch, Value
from symbackprop.claims.latex.syntax.scripts import key_parts
from symbackprop.claims.latex.syntax.tree import Node, Product
from symbackprop.indices import Index, fresh, totals
from symbackprop.terms import Delta

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator

VALID, FULL, SWAPPED = "valid", "full", "swapped"
_KERNELS = frozenset(("W", "K", "F", "w", "k", "f", "mathbf W", "mathbf K", "mathbf w", "mathbf k", "Theta", "theta"))
_MOST_AXES = 2


def correlated(el: "Elaborator", a: Value, b: Value, node: Product) -> Value:
    """The cross-correlation of two vectors or two matrices. Raises ``Mismatch`` for anything else."""
    if a.rank != b.rank or not 1 <= a.rank <= _MOST_AXES:
        raise Mismatch(f"* between {el.algebra.shown(a)} and {el.algebra.shown(b)}")
    el.used_correlation = True
    way = el.options.correlation
    if way == SWAPPED or (el.defining and _kernel_first(node)):
        a, b = b, a
    a, b = el.algebra.settled(a), el.algebra.settled(b)
    return _full(a, b) if way == FULL else _valid(a, b)


def flipped(el: "Elaborator", v: Value) -> Value:
    """A kernel turned round along each of its axes: by 180 degrees, where there are two."""
    v = el.algebra.settled(v)
    if not 1 <= v.rank <= _MOST_AXES:
        raise Mismatch(f"{el.algebra.shown(v)} turned round")
    axes = tuple(fresh(i) for i in v.axes)
    turned = {old: new.size - 1 - new for old, new in zip(v.axes, axes, strict=True)}
    return Value(axes, v.expr.xreplace(turned), v.row, v.loose)


def _valid(a: Value, b: Value) -> Value:
    axes = tuple(Index("~", (x.size - y.size + 1).expand()) for x, y in zip(a.axes, b.axes, strict=True))
    axes = tuple(map(fresh, axes))
    steps = tuple(map(fresh, b.axes))
    windows = {x: i + m for x, i, m in zip(a.axes, axes, steps, strict=True)}
    body = a.expr.xreplace(windows) * b.expr.xreplace(dict(zip(b.axes, steps, strict=True)))
    return Value(axes, totals(body, *steps), a.row)


def _full(a: Value, b: Value) -> Value:
    """As if ``a`` had zeros around it, one less than ``b`` is long."""
    axes = tuple(Index("~", (x.size + y.size - 1).expand()) for x, y in zip(a.axes, b.axes, strict=True))
    axes = tuple(map(fresh, axes))
    steps, places = tuple(map(fresh, b.axes)), tuple(map(fresh, a.axes))
    inside: Expr = S.One
    for i, m, p in zip(axes, steps, places, strict=True):
        inside *= Delta(p, i + m - m.size + 1)
    body = inside * a.expr.xreplace(dict(zip(a.axes, places, strict=True)))
    return Value(axes, totals(body * b.expr.xreplace(dict(zip(b.axes, steps, strict=True))), *steps, *places), a.row)


def _kernel_first(node: Product) -> bool:
    """``W * X``: the letter of a kernel, and then none."""
    letters = [_base(f) for _, f in node.factors[:2]]
    return len(letters) == 2 and letters[0] in _KERNELS and letters[1] not in _KERNELS


def _base(node: Node) -> str:
    parts = key_parts(node)
    return parts[0] if parts is not None else ""
