"""Sums and maxima over indices, with the range of each index."""

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import Expr, Integer, Mul, S

from symbackprop.claims.latex.meaning.labels import index_name, label_text, number_of, size_of
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.many_factors import is_positive, product_over
from symbackprop.claims.latex.meaning.scope import Alias, Local, Symbol
from symbackprop.claims.latex.meaning.sequences import length_of, shifted_step
from symbackprop.claims.latex.meaning.slots import first_of
from symbackprop.claims.latex.meaning.values import Mismatch, Value, scalar
from symbackprop.claims.latex.syntax.numpy_notation import TOTALS
from symbackprop.claims.latex.syntax.scripts import flattened, refusal, text_of
from symbackprop.claims.latex.syntax.tree import (
    Group,
    Letter,
    Node,
    Number,
    Product,
    Reduce,
    Relation,
    Script,
    walk,
)
from symbackprop.indices import Index, MaxOver, Total, fresh, totals
from symbackprop.terms import Where

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


_MOST_FACTORS = 12
_OVER_ROWS = "total over rows, flat"


def _total(el: "Elaborator", node: Reduce, local: Local) -> Value:
    """``np.sum``: of all entries of a vector or a matrix, or of a matrix over one of its axes."""
    v = el.algebra.settled(el.value(node.body, local))
    if node.kind == "total":
        axes = tuple(fresh(i) for i in v.axes)
        return scalar(totals(v.expr.xreplace(dict(zip(v.axes, axes, strict=True))), *axes))
    if v.rank != 2:
        raise refusal("a sum over an axis of what is no matrix", node)
    over_rows = "rows" in node.kind
    gone, kept = v.axes if over_rows else v.axes[::-1]
    k = fresh(gone)
    flat = node.kind.endswith("flat")
    return Value((kept,), totals(v.expr.xreplace({gone: k}), k), over_rows, flat, not flat and not over_rows)


def reduce_value(el: "Elaborator", node: Reduce, local: Local) -> Value:
    if node.kind in TOTALS:
        return _total(el, node, local)
    if node.kind == "sum" and node.above is None and isinstance(node.below, Number) and node.below.value == 0:
        return _total(el, replace(node, kind=_OVER_ROWS), local)  # \sum_0: the number of an axis, as in NumPy
    if node.kind not in ("sum", "prod", "max", "min", "column", "row"):
        raise refusal(f"\\{node.kind} is not read yet", node)
    if node.below is None or counts_nothing(node):
        return _without_index(el, node, local)
    bound, condition = _bound(el, node, local)
    if node.kind == "prod":
        _check_reach(node, {letter for letter, _, _ in bound})
    inner = local
    for letter, index, first in bound:
        inner = inner.with_index(letter, index, first)
    v = el.value(node.body, inner)
    factor = el.number(condition, inner) if condition is not None else S.One
    for _, index, _ in reversed(bound):
        index = Index(index.name, el.algebra.size(index.size))
        v = el.algebra.settled(v)
        if node.kind == "prod":
            v = _multiplied(el, v, factor, index, node)
            factor = S.One
        elif node.kind in ("column", "row"):
            v = _stacked(v, index, node)
        elif node.kind == "sum":
            v = replace(v, expr=Total(v.expr * factor, index))
            factor = S.One
        elif factor is S.One and node.kind == "max":
            v = replace(v, expr=MaxOver(v.expr, index))
        else:
            raise refusal(f"this {node.kind} is not read yet", node)
    return v


def _without_index(el: "Elaborator", node: Reduce, local: Local) -> Value:
    """``\\sum x``: over the one index that stands free, over the examples of a batch, or over all entries."""
    before = set(el.free)
    v = el.value(node.body, local)
    if node.kind != "sum":
        raise refusal(f"a {node.kind} without an index", node)
    own = set(el.free) - before if node.below is None else set()
    if not v.rank and len(own) == 1:  # the one index that the sum can be over
        index, _ = el.free.pop(own.pop())
        return scalar(Total(v.expr, Index(index.name, el.algebra.size(index.size))))
    if v.rank == 2 and el.options.over_examples and el.rowwise is not None:
        examples = v.axes[0 if el.rowwise else 1]
        k = fresh(examples)
        rest = tuple(a for a in v.axes if a != examples)
        return Value(rest, totals(v.expr.xreplace({examples: k}), k), loose=True)
    if node.below is not None and v.rank != 2:
        raise refusal("a sum over an index that its summand does not have", node)
    if isinstance(node.below, Letter):
        raise Mismatch("a sum over one index of a matrix")
    axes = tuple(fresh(i) for i in v.axes)
    return scalar(totals(v.expr.xreplace(dict(zip(v.axes, axes, strict=True))), *axes))


def counts_nothing(node: Reduce) -> bool:
    """``\\sum_{b,i} dQ``: whether a sum without bounds is over letters that do not stand in its summand."""
    below = node.below
    letters = flattened((below,)) if isinstance(below, Letter | Product | Group) else ()
    names = {n.name for n in letters if isinstance(n, Letter)}
    plain = node.kind == "sum" and node.above is None and bool(names) and len(names) == len(letters)
    return plain and not any(isinstance(n, Letter) and n.name in names for n in walk(node.body))


def _check_reach(node: Reduce, letters: set[str]) -> None:
    """A factor after the last with the index may stand in the product, many times, or after it, once."""
    if isinstance(node.body, Product):
        last = node.body.factors[-1][1]
        if not any(isinstance(n, Letter) and n.name in letters for n in walk(last)):
            raise refusal("could be read in two ways: the last factor in the product or after it; set brackets", last)


def _multiplied(el: "Elaborator", v: Value, condition: Expr, index: Index, node: Reduce) -> Value:
    """A product of numbers, factor by factor; one over any number of them by logarithms, where they are positive."""
    if v.rank:
        raise refusal("a product of vectors or matrices over an index", node)
    if not isinstance(index.size, Integer) and is_positive(v.expr, el.scope.equations):
        return scalar(product_over(v.expr, condition, index, el.scope.equations))
    if not isinstance(index.size, Integer) or not 0 < index.size <= _MOST_FACTORS:
        raise refusal(
            f"a product over {index.size} factors: a number of them, at most {_MOST_FACTORS}, is needed", node
        )
    body = Where(condition, v.expr, S.One)
    return scalar(Mul(*(body.xreplace({index: Integer(k)}) for k in range(int(index.size)))))


def _stacked(v: Value, index: Index, node: Reduce) -> Value:
    """A vector by its general entry, or a matrix by its general row."""
    axis = fresh(index)
    expr = v.expr.xreplace({index: axis})
    if v.rank == 0:
        return Value((axis,), expr, row=node.kind == "row")
    if v.rank == 1 and v.row and node.kind == "column":
        return Value((axis, *v.axes), expr)
    raise refusal("a matrix of blocks: entries have to be numbers", node)


def _bound(el: "Elaborator", node: Reduce, local: Local) -> tuple[list[tuple[str, Index, int]], Node | None]:
    below = node.below
    assert below is not None
    if isinstance(below, Relation) and len(below.items) == 2 and isinstance(below.items[0], Letter):
        letter = below.items[0]
        if below.signs == ("=",) and node.above is not None:
            first = el.number(below.items[1], local)
            if not isinstance(first, Integer):
                raise refusal("a sum that does not begin with a number", below)
            last = size_of(el, node.above, local)
            _check_layer(el, node.above, letter.name, node.body, local)
            return [(letter.name, _binding(el, letter.name, (last - first + 1)), int(first))], None
        if below.signs == ("in",) and letter.name in el.scope.sets and node.above is None:
            length = _range_of(el, letter, node.body, local)
            if not el.algebra.same(length, number_of(el.scope.sets[letter.name])):
                raise refusal("a set of indices, of which nothing says whether it has all of them", below)
            return [(letter.name, _binding(el, letter.name, length), first_of(el, letter.name))], None
        if below.signs[0] in ("!=", "<", ">", "<=", ">="):
            length = _range_of(el, letter, node.body, local)
            return [(letter.name, _binding(el, letter.name, length), 1)], below
    letters = [n for n in (below.items if isinstance(below, Group) else flattened((below,)))]
    if node.above is not None or not all(isinstance(n, Letter) for n in letters):
        raise refusal("the bounds of this sum", below)
    found = []
    for n in letters:
        assert isinstance(n, Letter)
        found.append((n.name, _binding(el, n.name, _range_of(el, n, node.body, local)), first_of(el, n.name)))
    return found, None


def _check_layer(el: "Elaborator", last: Node, letter: str, body: Node, local: Local) -> None:
    """A sum to ``n^{[l]}`` is over the units of the layer l: what it counts carries that label, as ``a_j^{[l]}``."""
    if not isinstance(last, Script) or last.above is None or last.above.label is None:
        return
    counted = (n for n in walk(body) if isinstance(n, Script) and n.above is not None and n.above.label is not None)
    single = [n.above for n in counted if [text_of(x) for x in flattened(n.below)] == [letter]]
    labels = {label_text(el, above.label, local) for above in single if above is not None and above.label is not None}
    if labels != {label_text(el, last.above.label, local)}:
        raise refusal(f"the units of which layer {letter} counts", last)


def _binding(el: "Elaborator", letter: str, length: Expr) -> Index:
    return Index(f"~b_{index_name(letter)}", length)


def _range_of(el: "Elaborator", letter: Letter, body: Node, local: Local, names: tuple[Alias, ...] = ()) -> Expr:
    """How far an index without bounds runs: as far as the axis that it first stands at.

    ``names``: those of derivatives in which it is looked for already.
    """
    entries: list[tuple[Alias, str]] = []
    for n in walk(body):
        if not isinstance(n, Script):
            continue
        found = find(el, _without_bar(n), local)
        if found is not None and isinstance(found.example, Letter) and found.example.name == letter.name:
            whole = el.value(el.scope.batches[n.base.name], local) if isinstance(n.base, Letter) else None
            if whole is not None and whole.rank and (whole.rank == 1 or el.rowwise is not None):
                return el.algebra.size(whole.axes[0 if whole.rank == 1 or el.rowwise else 1].size)
        if found is None or letter.name not in [s.name for s in found.slots if isinstance(s, Letter)]:
            continue
        position = next(k for k, s in enumerate(found.slots) if isinstance(s, Letter) and s.name == letter.name)
        if isinstance(found.what, Symbol):
            if position < len(found.what.shape):
                return el.algebra.size(found.what.shape[position])
        elif position < len(found.what.slots):
            entries.append((found.what, found.what.slots[position]))
        else:
            v = el.value(found.what.node, Local(layers=found.layers))
            if position < v.rank:
                return el.algebra.size(v.axes[position].size)
    if letter.name in el.free:
        return el.free[letter.name][0].size
    if letter.name in el.scope.steps and _is_of_steps_before(letter.name, body):
        return length_of(el, letter.name)
    for alias, own in entries:  # j of δ_j, where δ_i names a derivative by z_i
        if all(alias is not known for known in names):
            return _range_of(el, Letter(letter.at, own), alias.node, Local(), (*names, alias))
    raise refusal(f"the range of {letter.name} is not known", letter)


def _is_of_steps_before(letter: str, body: Node) -> bool:
    """Whether all that a sum over steps reads is of t - 1, t - 2, ...; of t + 1 alone t could begin with 0."""
    scripts = (n for n in walk(body) if isinstance(n, Script))
    shifts = [shift for n in scripts for x in n.below for head, shift in [shifted_step(x)] if _is_letter(head, letter)]
    return bool(shifts) and max(shifts) < 0


def _is_letter(node: Node, name: str) -> bool:
    return isinstance(node, Letter) and node.name == name


def _without_bar(node: Script) -> Script:
    """``\\bar x_i`` has the axes of ``x_i``."""
    if isinstance(node.base, Letter) and node.base.name.startswith("bar "):
        return replace(node, base=Letter(node.base.at, node.base.name[4:]))
    return node
