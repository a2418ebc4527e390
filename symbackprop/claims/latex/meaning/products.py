"""Sums and products of values; which of juxtaposition and ⊙ binds tighter is tried by what conforms."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from symbackprop.claims.latex.meaning.correlations import correlated
from symbackprop.claims.latex.meaning.derivative_symbols import chained
from symbackprop.claims.latex.meaning.pairs import joined_factors
from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.meaning.values import ManyAxes, Mismatch, Value, is_unknown
from symbackprop.claims.latex.syntax.scripts import refusal
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Derivative,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Quotient,
    Relation,
    Script,
    Special,
    Sum,
    same,
    walk,
)

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def sum_value(el: "Elaborator", node: Sum, local: Local) -> Value:
    total: Value | None = None
    along = next((k for _, term in node.terms if (k := units_of(term)) is not None), None)
    for sign, term in node.terms:
        v = el.value(term, local)
        if total is None:
            total = v if sign > 0 else v.map(lambda e: -e)
        else:
            _check_units(el, total, v, term)
            total = el.algebra.add(total, v, sign, along)
    assert total is not None
    return total


def _check_units(el: "Elaborator", a: Value, b: Value, node: Node) -> None:
    """``A - Y`` with a row Y of one number for each example: nobody spreads it over several outputs on purpose."""
    matrix, row = (a, b) if a.rank == 2 else (b, a)
    if el.claiming and el.scope.batch_net and el.rowwise is False and matrix.rank == 2 and row.rank == 1 and row.row:
        outputs = el.algebra.size(matrix.axes[0].size)
        if str(outputs).startswith(("n_", "?")):
            raise refusal("a row added to every row of a batch: nobody says how many outputs there are", node)


_WEIGHTS = ("W", "mathbf W", "w", "Theta", "mathbf Theta")


def units_of(node: Node) -> int | None:
    """Which axis of ``W A`` (0) and of ``A W`` (1) counts units, the other counting examples; None of all else.

    >>> from symbackprop.claims.latex.syntax.parser import Parser
    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> [units_of(Parser(tokens(t), len(t)).formula()) for t in ("W X", "X W^{(2)}", "Q K")]
    [0, 1, None]
    """
    node = _unwrapped(node)
    if not isinstance(node, Product) or len(node.factors) != 2 or node.factors[1][0] not in ("", "cdot"):
        return None
    factors = [_unwrapped(f) for _, f in node.factors]
    bases = [f.base if isinstance(f, Script) else f for f in factors]
    if any(isinstance(f, Script) and f.above is not None and f.above.transposed for f in factors):
        return None
    weights = [isinstance(b, Letter) and b.name in _WEIGHTS for b in bases]
    return weights.index(True) if sum(weights) == 1 else None


def _unwrapped(node: Node) -> Node:
    """What stands in round brackets."""
    return node.items[0] if isinstance(node, Group) and node.kind == "(" and len(node.items) == 1 else node


def product_value(el: "Elaborator", node: Product, local: Local) -> Value:
    refuse_indicator(node)
    factors = joined_factors(el, node, local)
    if len(factors) == 1:
        return el.value(factors[0][1], local)
    derivative_only = all(isinstance(f, Derivative) for _, f in factors)
    values = _values(el, factors, local)
    if el.options.by_units and all(v.rank < 2 and not v.row for _, v in values):
        return _unit_by_unit(el, values)
    try:
        return _multiplied(el, values, node)
    except Mismatch as e:
        if derivative_only:
            chain = chained(el, [f for _, f in factors if isinstance(f, Derivative)], local)
            if chain is not None:
                return chain
        if (el.options.by_units or el.summing) and all(v.rank < 2 for _, v in values):
            return _unit_by_unit(el, values)
        if el.defining and _is_of_itself([f for _, f in factors]):
            return _entrywise(el, values)
        if any(op == "*" for op, _ in factors):
            raise refusal("* between different shapes: a convolution?", node) from None
        if isinstance(e, ManyAxes):
            raise refusal(f"{e.message}: nobody says which of them are summed", node) from None
        raise


def refuse_indicator(node: Product) -> None:
    """``1(z)`` of a symbol is no product that anybody writes: it may be where z is positive. Raises ``ReadError``."""
    for (_, a), (op, b) in pairwise(node.factors):
        if op == "" and isinstance(a, Number) and a.value == 1 and isinstance(b, Group) and b.kind == "(":
            if any(isinstance(n, Letter | Script) for n in walk(b)) and not isinstance(b.items[0], Relation):
                raise refusal("1(...) of a symbol: a product with 1, or an indicator?", b)


def _is_of_itself(factors: list[Node]) -> bool:
    """``z \\sigma(z)``: a vector and a function of it, which multiply in no other way than entry by entry."""
    applied = [f.argument for f in factors if isinstance(f, Apply)]
    inside = [x.items[0] if isinstance(x, Group) and len(x.items) == 1 else x for x in applied]
    return len(factors) == 2 and len(inside) == 1 and any(same(f, inside[0]) for f in factors)


def _entrywise(el: "Elaborator", values: list[tuple[str, Value]]) -> Value:
    (_, a), (_, b) = values
    return el.algebra.hadamard(a, b)


def _unit_by_unit(el: "Elaborator", values: list[tuple[str, Value]]) -> Value:
    result = values[0][1]
    for op, v in values[1:]:
        result = el.algebra.hadamard(result, v, divide=op in ("/", "oslash"))
    return result


def _values(el: "Elaborator", factors: list[tuple[str, Node]], local: Local) -> list[tuple[str, Value]]:
    """The factors' values; a power beside a vector or matrix is a power of matrices where it is square."""
    powers = {k: found for k, (_, f) in enumerate(factors) if (found := list(_powers(f)))}
    values = {k: el.value(f, local) for k, (_, f) in enumerate(factors) if k not in powers}
    if any(values[k].rank and not _is_ones(f) for k, (_, f) in enumerate(factors) if k in values):
        el.factors |= {n for found in powers.values() for n in found}
    values |= {k: el.value(factors[k][1], local) for k in sorted(powers)}
    return [(op, values[k]) for k, (op, _) in enumerate(factors)]


def _powers(node: Node) -> Iterator[Script]:
    """The powers of which a factor is the sum: itself, or inside brackets and a transposition."""
    if isinstance(node, Script) and node.above is not None and node.above.power is not None:
        yield node
    elif isinstance(node, Script) and not node.below:
        yield from _powers(node.base)
    elif isinstance(node, Group) and len(node.items) == 1 and node.kind in ("(", "["):
        yield from _powers(node.items[0])
    elif isinstance(node, Sum):
        for _, term in node.terms:
            yield from _powers(term)


def _is_ones(node: Node) -> bool:
    node = node.base if isinstance(node, Script) else node
    return isinstance(node, Special) and node.name == "ones"


def _multiplied(el: "Elaborator", values: list[tuple[str, Value]], node: Node) -> Value:
    """Juxtaposition binds tighter than ⊙; where that does not conform, ⊙ does; and else each in turn."""
    tight = any(op in ("odot", "*", "times", "otimes") for op, _ in values)
    juxtaposed = any(op in ("", "cdot") and a.rank and b.rank for (_, a), (op, b) in pairwise(values))
    if tight and juxtaposed:
        el.used_hadamard = True
        if el.options.hadamard_in_turn:
            return _in_turn(el, values, node)
        if el.options.loose_hadamard:
            return _loose(el, values, node)
        try:
            return _tight(el, values, node)
        except Mismatch:
            with suppress(Mismatch):
                return _loose(el, values, node)
            return _in_turn(el, values, node)
    return _tight(el, values, node)


def _tight(el: "Elaborator", values: list[tuple[str, Value]], node: Node) -> Value:
    groups: list[tuple[str, Value]] = []
    for op, v in values:
        if groups and op in ("", "cdot"):
            before = groups[-1][1]
            groups[-1] = (groups[-1][0], el.algebra.product(before, v))
            el.used_inner = el.used_inner or (before.rank == v.rank == 1 and before.loose and not v.row)
        else:
            groups.append((op, v))
    result = groups[0][1]
    for op, v in groups[1:]:
        result = _combine(el, op, result, v, node)
    return result


def _loose(el: "Elaborator", values: list[tuple[str, Value]], node: Node) -> Value:
    """⊙ first: A b ⊙ c as A (b ⊙ c)."""
    groups: list[tuple[str, Value]] = [values[0]]
    for op, v in values[1:]:
        if op in ("", "cdot"):
            groups.append((op, v))
        else:
            groups[-1] = (groups[-1][0], _combine(el, op, groups[-1][1], v, node))
    result = groups[0][1]
    for _, v in groups[1:]:
        result = el.algebra.product(result, v)
    return result


def _in_turn(el: "Elaborator", values: list[tuple[str, Value]], node: Node) -> Value:
    """From left to right: ``A B \\odot C \\cdot D`` as ((A B) ⊙ C) D."""
    result = values[0][1]
    for op, v in values[1:]:
        product = op in ("", "cdot")
        result = el.algebra.product(result, v) if product else _combine(el, op, result, v, node)
    return result


def _combine(el: "Elaborator", op: str, a: Value, b: Value, node: Node) -> Value:
    if op in ("odot",):
        return el.algebra.hadamard(a, b)
    if op in ("*", "times"):
        return _starred(el, op, a, b, node)
    if op == "otimes":
        return el.algebra.outer(a, b)
    if op == "oslash":
        return el.algebra.hadamard(a, b, divide=True)
    if op == "/":
        if b.rank > 1 or (b.rank and a.rank > 1):
            raise refusal("division by a matrix: write ⊘", node)
        return el.algebra.hadamard(a, b, divide=True)
    return el.algebra.product(a, b)


def _starred(el: "Elaborator", op: str, a: Value, b: Value, node: Node) -> Value:
    """Entry by entry between equal shapes; × between a matrix and a vector multiplies; a star may be a convolution."""
    if not (a.rank and b.rank):
        return el.algebra.product(a, b)
    if op == "times" and {a.rank, b.rank} == {1, 2}:
        with suppress(Mismatch):
            return el.algebra.product(a, b)
    try:
        return el.algebra.hadamard(a, b)
    except Mismatch:
        if op == "*" and a.rank == b.rank and isinstance(node, Product):
            return correlated(el, a, b, node)
        raise


def _size_apart(el: "Elaborator", node: Quotient) -> Node:
    """``\\frac{x}{d r}`` with a size d: below what begins with no d, ``d r`` is a product."""
    below = node.below
    if not isinstance(below, Product) or "d" not in el.sizes or len(below.factors) < 2:
        return below
    (_, head), (op, second), *rest = below.factors
    if op or not _is_letter_d(head) or any(_is_letter_d(n) or isinstance(n, Derivative) for n in walk(node.above)):
        return below
    return replace(below, factors=(below.factors[0], ("cdot", second), *rest))


def _is_letter_d(node: Node) -> bool:
    return isinstance(node, Letter) and node.name == "d"


def _is_square(el: "Elaborator", v: Value) -> bool:
    """Whether a matrix might have an inverse."""
    sizes = [el.algebra.size(a.size) for a in v.axes]
    return sizes[0] == sizes[1] or any(map(is_unknown, sizes))


def quotient_value(el: "Elaborator", node: Quotient, local: Local) -> Value:
    """A fraction: of numbers, of anything by a number, or entry by entry where there could be no inverse."""
    above, below = el.value(node.above, local), el.value(_size_apart(el, node), local)
    if el.options.by_units and below.rank < 2 and above.rank < 2:
        return el.algebra.hadamard(above, below, divide=True)
    alike = below.rank == above.rank == 2 and not _is_square(el, above) and not _is_square(el, below)
    if not alike and (below.rank > 1 or (below.rank and above.rank > 1)):
        raise refusal("a quotient with a matrix: write it elementwise with ⊘", node)
    return el.algebra.hadamard(above, below, divide=True)  # of vectors: entry by entry, as functions of them are
