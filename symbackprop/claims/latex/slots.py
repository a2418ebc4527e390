"""Subscripts as slots: which entry, or which row, of a tensor is meant."""

from typing import TYPE_CHECKING

from sympy import Expr

from symbackprop.claims.latex.labels import index_name, is_label
from symbackprop.claims.latex.scope import Local, Symbol
from symbackprop.claims.latex.scripts import refusal
from symbackprop.claims.latex.sequences import slot_of_step
from symbackprop.claims.latex.tree import (
    Letter,
    Node,
    Script,
    walk,
)
from symbackprop.claims.latex.values import Mismatch, Value, scalar
from symbackprop.errors import located
from symbackprop.indices import Index
from symbackprop.terms import Entry

if TYPE_CHECKING:
    from symbackprop.claims.latex.elaborate import Elaborator


def slots_of(el: "Elaborator", symbol: Symbol, slots: tuple[Node, ...], node: Node, local: Local) -> tuple[Expr, ...]:
    if len(slots) != len(symbol.shape):
        shown = f"{symbol.name} has {len(symbol.shape)} axes"
        raise refusal(f"{len(slots)} subscripts, but {shown}", node)
    return tuple(slot_of(el, s, n, local) for s, n in zip(slots, symbol.shape, strict=True))


def step_slots(el: "Elaborator", symbol: Symbol, slots: tuple[Node, ...], node: Node, local: Local) -> tuple[Expr, ...]:
    """The slots of an entry of a sequence: all of them, or that of the step alone."""
    if len(slots) not in (1, len(symbol.shape)):
        raise refusal(f"{len(slots)} subscripts, but one step of {symbol.name} has {len(symbol.shape) - 1} axes", node)
    rest = (slot_of(el, s, n, local) for s, n in zip(slots[1:], symbol.shape[1:], strict=False))
    return (slot_of_step(el, symbol, slots[0], local), *rest)


def slot_of(el: "Elaborator", node: Node, length: Expr, local: Local) -> Expr:
    """A subscript as a 0-based slot of an axis."""
    if isinstance(node, Letter) and node.name not in local.indices and node.name not in local.parameters:
        label = el.scope.symbols.get((node.name, "", ""))
        if label is None or label.role != "label":
            if node.name not in el.free:
                el.free[node.name] = (Index(index_name(node.name), el.algebra.size(length)), 1)
            index, first = el.free[node.name]
            if not el.algebra.same(index.size, length):
                raise located(Mismatch(f"{node.name} runs to {index.size} and to {length}"), node.at)
            return index + (first - 1)
    if isinstance(node, Letter) and node.name in local.indices:
        index, first = local.indices[node.name]
        if first == 1 and not el.algebra.same(index.size, length):
            raise located(Mismatch(f"{node.name} runs to {index.size} and to {length}"), node.at)
    for n in walk(node) if not isinstance(node, Script) else ():
        if isinstance(n, Letter) and n.name not in local.indices and n.name not in el.free:
            if n.name not in el.sizes and not is_label(el, n.name):
                raise refusal(f"the range of {n.name} is not known here", n)
    return el.number(node, local) - 1


def number_of_index(el: "Elaborator", node: Node, local: Local) -> Expr:
    if isinstance(node, Letter) and node.name not in local.indices and node.name not in el.free:
        if is_label(el, node.name):
            return Entry(el.scope.symbols[(node.name, "", "")].name) + 1
        raise refusal(f"the range of {node.name} is not known here", node)
    return el.number(node, local)


def entry_of(el: "Elaborator", v: Value, slots: tuple[Node, ...], node: Node, local: Local) -> Value:
    row = row_of(el, v, slots, local)
    if row is not None:
        return row
    if len(slots) != v.rank:
        raise refusal(f"{len(slots)} subscripts on something with {v.rank} axes", node)
    v = el.algebra.settled(v)
    rule = {a: slot_of(el, s, a.size, local) for a, s in zip(v.axes, slots, strict=True)}
    return scalar(v.expr.xreplace(rule))


def row_of(el: "Elaborator", v: Value, slots: tuple[Node, ...], local: Local) -> Value | None:
    """``x_t`` of a matrix: its row t, where the range of t is known and is that of the rows alone."""
    if v.rank != 2 or len(slots) != 1 or not isinstance(slots[0], Letter):
        return None
    known = local.indices.get(slots[0].name) or el.free.get(slots[0].name)
    v = el.algebra.settled(v)
    if known is None or v.axes[0].size == v.axes[1].size or el.algebra.size(known[0].size) != v.axes[0].size:
        return None
    return Value((v.axes[1],), v.expr.xreplace({v.axes[0]: known[0] + known[1] - 1}), loose=True)
