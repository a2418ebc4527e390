"""Subscripts as slots: which entry, or which row, of a tensor is meant."""

from typing import TYPE_CHECKING

from sympy import Expr, S

from symbackprop.claims.latex.meaning.labels import index_name, is_label, size_name
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.meaning.sequences import slot_of_step
from symbackprop.claims.latex.meaning.values import Mismatch, Value, is_unknown, scalar
from symbackprop.claims.latex.syntax.scripts import refusal
from symbackprop.claims.latex.syntax.tree import (
    Letter,
    Node,
    Number,
    Script,
    Sum,
    walk,
)
from symbackprop.errors import ReadError, located
from symbackprop.indices import Index, size
from symbackprop.terms import Entry

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def slots_of(el: "Elaborator", symbol: Symbol, slots: tuple[Node, ...], node: Node, local: Local) -> tuple[Expr, ...]:
    if len(slots) != len(symbol.shape):
        shown = f"{symbol.name} has {len(symbol.shape)} axes"
        raise refusal(f"{len(slots)} subscripts, but {shown}", node)
    zero = [(symbol.key[0], k) in el.scope.zero_axes for k in range(len(slots))]
    return tuple(slot_of(el, s, n, local, z) for s, n, z in zip(slots, symbol.shape, zero, strict=True))


def step_slots(el: "Elaborator", symbol: Symbol, slots: tuple[Node, ...], node: Node, local: Local) -> tuple[Expr, ...]:
    """The slots of an entry of a sequence: all of them, or that of the step alone."""
    if len(slots) not in (1, len(symbol.shape)):
        raise refusal(f"{len(slots)} subscripts, but one step of {symbol.name} has {len(symbol.shape) - 1} axes", node)
    rest = (slot_of(el, s, n, local) for s, n in zip(slots[1:], symbol.shape[1:], strict=False))
    return (slot_of_step(el, symbol, slots[0], local), *rest)


def slot_of(el: "Elaborator", node: Node, length: Expr, local: Local, zero: bool = False) -> Expr:
    """A subscript as a 0-based slot of an axis; ``zero``: the document counts the entries of this axis from 0."""
    if is_last(el, node, length, local):
        return el.algebra.size(length) - 1
    if isinstance(node, Letter) and node.name not in local.parameters:
        label = el.scope.symbols.get((node.name, "", ""))
        if node.name not in local.indices and (label is None or label.role != "label"):
            if node.name not in el.free:
                el.free[node.name] = (Index(index_name(node.name), el.algebra.size(length)), first_of(el, node.name))
        known = local.indices.get(node.name) or el.free.get(node.name)
        if known is not None:
            index, first = known
            return _bare_slot(el, node, index, first, length)
        if label is not None and label.classes is not None and is_unknown(el.algebra.size(label.classes)):
            el.algebra.same(label.classes, length)  # as many classes as the axis is long
    for n in walk(node) if not isinstance(node, Script) else ():
        if isinstance(n, Letter) and n.name not in local.indices and n.name not in el.free:
            if n.name not in el.sizes and not is_label(el, n.name):
                raise refusal(f"the range of {n.name} is not known here", n)
        if isinstance(n, Letter) and n.name in el.free and n.name not in local.indices:
            local = local.with_index(n.name, *el.free[n.name])  # an index, though b may be a bias elsewhere
    if isinstance(node, Number) and zero and node.value >= 0:
        return el.number(node, local)
    if isinstance(node, Number) and node.value < 1:
        raise refusal("an entry 0: entries are counted from 1", node)
    first = _first_entry(el, node, local)
    if first and el.scope.zero_based and _is_difference(el, node, local):
        if not zero:
            raise refusal("could be read in two ways: entries counted from 0, or from 1", node)
        first = 0
    return el.number(node, local) - first


def is_last(el: "Elaborator", node: Node, length: Expr, local: Local) -> bool:
    """Whether a subscript is the size of its own axis, as T in ``y_T``: the last entry, and none that counts."""
    if not isinstance(node, Letter) or node.name not in el.sizes or node.name in local.indices:
        return False
    return node.name not in el.free and el.algebra.size(length) == size(size_name(node.name))


def _is_difference(el: "Elaborator", node: Node, local: Local) -> bool:
    """``a - i`` of letters that are counted alike: it does not show where the entries begin."""
    if not isinstance(node, Sum) or not all(isinstance(t, Letter | Number) for _, t in node.terms):
        return False
    signs = [(s, local.indices.get(t.name) or el.free.get(t.name)) for s, t in node.terms if isinstance(t, Letter)]
    known = [(s, k[1]) for s, k in signs if k is not None]
    return len(known) == len(signs) > 1 and sum(s for s, _ in known) == 0 and {first for _, first in known} == {1}


def first_of(el: "Elaborator", letter: str) -> int:
    """What an index letter begins with: 0 where the document sums over it from 0, else 1."""
    return 0 if letter in el.scope.zero_based else 1


def _bare_slot(el: "Elaborator", node: Letter, index: Index, first: int, length: Expr) -> Expr:
    if first > 1:
        return index + (first - 1)
    if not el.algebra.same(index.size, length):
        message = f"{node.name} runs to {index.size} and to {length}"
        said = first and not any(str(x).startswith(("n_", "?")) for n in (index.size, length) for x in n.free_symbols)
        raise located(Mismatch(message) if said else ReadError(message), node.at)  # a size that nobody names is none
    return index


def _first_entry(el: "Elaborator", node: Node, local: Local) -> int:
    """The subscript of the first entry: 0 where all letters of an affine subscript are counted from 0, else 1."""
    letters = [n.name for n in walk(node) if isinstance(n, Letter)] if isinstance(node, Sum) else []
    known = [k for x in letters if (k := local.indices.get(x) or el.free.get(x)) is not None]
    return 0 if known and all(first == 0 for _, first in known) else 1


def number_of_index(el: "Elaborator", node: Node, local: Local) -> Expr:
    if isinstance(node, Letter) and node.name not in local.indices and node.name not in el.free:
        if is_label(el, node.name):
            return Entry(el.scope.symbols[(node.name, "", "")].name) + 1
        raise refusal(f"the range of {node.name} is not known here", node)
    if isinstance(node, Letter) and node.name in el.free and node.name not in local.indices:
        named = el.scope.symbols.get((node.name, "", ""))
        if named is not None and named.shape:  # q counts, though q_b are the entries of a vector
            index, first = el.free[node.name]
            return index + first
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


def example_of(el: "Elaborator", v: Value, number: Node, local: Local) -> Value:
    """One example of a batch: a column, or a row where examples are rows; a number where there is one in each."""
    v = el.algebra.settled(v)
    if v.rank == 1:
        return scalar(v.expr.xreplace({v.axes[0]: slot_of(el, number, v.axes[0].size, local)}))
    if v.rank != 2 or el.rowwise is None:
        raise refusal("an example of a batch: nothing says whether examples are its rows or its columns", number)
    examples, kept = v.axes if el.rowwise else v.axes[::-1]
    expr = v.expr.xreplace({examples: slot_of(el, number, examples.size, local)})
    return of_one_output(el, el.algebra.settled(Value((kept,), expr, loose=el.rowwise)))


def of_one_output(el: "Elaborator", v: Value) -> Value:
    """An example that a cost reads, as a number, where a net is tried that has one output."""
    if el.one_output and v.rank == 1 and el.algebra.same(v.axes[0].size, S.One):
        v = el.algebra.settled(v)
        return scalar(v.expr.xreplace({v.axes[0]: S.Zero}))
    return v


def _counts_rows(el: "Elaborator", letter: str, local: Local) -> bool:
    """Whether a letter counts rows in this document, and is nothing that it names."""
    return (
        letter in el.scope.row_letters and letter not in local.parameters and (letter, "", "") not in el.scope.symbols
    )


def row_of(el: "Elaborator", v: Value, slots: tuple[Node, ...], local: Local) -> Value | None:
    """``x_t`` of a matrix: its row t; None where no row is meant."""
    if v.rank != 2:
        return None
    v = el.algebra.settled(v)
    place = row_slot(el, (v.axes[0].size, v.axes[1].size), slots, local)
    if place is None:
        return None
    v = el.algebra.settled(v)
    return Value((v.axes[1],), v.expr.xreplace({v.axes[0]: place}), row=el.options.rows_lie, loose=True)


def row_slot(el: "Elaborator", shape: tuple[Expr, ...], slots: tuple[Node, ...], local: Local) -> Expr | None:
    """The row of a matrix that one subscript means: its range is known, or told by its letter, and is that of the rows.

    Or it counts rows and nothing else in the document. None where columns could be meant as well.
    """
    if len(shape) != 2 or len(slots) != 1 or not isinstance(slots[0], Letter):
        return None
    rows, columns = map(el.algebra.size, shape)
    letter = slots[0].name
    label = el.scope.symbols.get((letter, "", ""))
    if label is not None and label.role == "label" and not label.shape and label.classes is not None:
        same = letter not in local.indices and el.algebra.same(label.classes, rows)
        return Entry(label.name) if same else None  # u_o beside u_w: the vector of one word
    known = local.indices.get(letter) or el.free.get(letter)
    el.met_row = True
    if _counts_rows(el, letter, local):
        told = is_named_for(letter, rows) if known is None else el.algebra.size(known[0].size) == rows
        el.used_row = el.used_row or rows == columns or not told
        return slot_of(el, slots[0], rows, local)
    if rows == columns:
        return None
    told = is_unknown(rows) or is_named_for(letter, rows) or _runs_to(el, letter, rows)
    if known is None and told and letter not in el.sizes:
        el.free[letter] = known = (Index(index_name(letter), rows), first_of(el, letter))
    if known is None or (not is_unknown(rows) and el.algebra.size(known[0].size) != rows):
        return None
    return known[0] + max(known[1] - 1, 0) if el.algebra.same(known[0].size, rows) else None


def _runs_to(el: "Elaborator", letter: str, length: Expr) -> bool:
    """Whether every sum of the document over a letter runs to that size."""
    last = el.scope.runs.get(letter)
    return last is not None and size(size_name(last)) == length


def is_named_for(letter: str, length: Expr) -> bool:
    """Whether a small letter counts by custom to that size: n to N."""
    return str(length) == letter.upper() != letter
