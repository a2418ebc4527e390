"""Edits of a tree in the ways in which people slip: a sign, a transpose, a factor, a subscript, a branch, an order."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Cases,
    Derivative,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Quotient,
    Reduce,
    Relation,
    Script,
    Sum,
    Superscript,
    mapped,
    same,
)

Edit = tuple[str, Node]


def bracketed(node: Node) -> Node:
    return Group(node.at, "(", (node,))


def times(node: Node, factor: Node) -> Node:
    """The product with a factor before it, in brackets where people need them."""
    if isinstance(node, Product) and all(op in ("", "cdot") for op, _ in node.factors):
        first = node.factors[0][1]
        if isinstance(first, Number) and not isinstance(factor, Number):  # 2 w (y - t), and not w 2 (y - t)
            return Product(node.at, (("", first), ("", factor), *node.factors[1:]))
        return Product(node.at, (("", factor), *node.factors))
    plain = isinstance(node, Letter | Script | Derivative | Quotient | Group | Apply)
    return Product(node.at, (("", factor), ("", node if plain else bracketed(node))))


def anywhere(node: Node, edit: Any) -> Iterator[Edit]:
    """The edit at a node and at every node below it."""
    yield from edit(node)
    for field in fields(node):
        if field.name in ("below", "by") and isinstance(node, Script | Reduce | Derivative):
            continue
        value = getattr(node, field.name)
        for name, new in _inside(value, edit):
            yield name, replace(node, **{field.name: new})


def _inside(value: Any, edit: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Node):
        yield from anywhere(value, edit)
    elif isinstance(value, tuple):
        for k, v in enumerate(value):
            for name, new in _inside(v, edit):
                yield name, (*value[:k], new, *value[k + 1 :])


def signs(node: Node) -> Iterator[Edit]:
    if isinstance(node, Sum) and len(node.terms) > 1:
        for k, (sign, term) in enumerate(node.terms):
            yield "sign", replace(node, terms=(*node.terms[:k], (-sign, term), *node.terms[k + 1 :]))


def terms(node: Node) -> Iterator[Edit]:
    if isinstance(node, Sum) and len(node.terms) > 1:
        for k in range(len(node.terms)):
            yield "extra_term", replace(node, terms=(*node.terms[:k], *node.terms[k + 1 :]))


def mean_of_term(node: Node, size: str) -> Iterator[Edit]:
    if isinstance(node, Sum) and len(node.terms) > 1:
        for k, (sign, term) in enumerate(node.terms):
            mean = Quotient(term.at, term, Letter(term.at, size))
            yield "missing_mean", replace(node, terms=(*node.terms[:k], (sign, mean), *node.terms[k + 1 :]))


def swapped_indices(node: Node) -> Iterator[Edit]:
    if isinstance(node, Script):
        slots = flattened(node.below)
        if len(slots) == 2:
            yield "wrong_index", replace(node, below=slots[::-1])


def flipped(node: Node) -> Iterator[Edit]:
    """The other side of a kink: a condition turned round, or the values of two cases exchanged."""
    turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
    if isinstance(node, Relation) and len(node.signs) == 1 and node.signs[0] in turned:
        yield "wrong_branch", replace(node, signs=(turned[node.signs[0]],))
    if isinstance(node, Cases) and len(node.branches) == 2:
        (a, when), (b, otherwise) = node.branches
        yield "wrong_branch", replace(node, branches=((b, when), (a, otherwise)))


def subscript_signs(node: Node) -> Iterator[Edit]:
    """An affine subscript with other signs: of all terms but the first, or of one."""
    if isinstance(node, Derivative) and len(node.by) == 1:
        for name, by in subscript_signs(node.by[0]):
            yield name, replace(node, by=(by,))
    if not isinstance(node, Script):
        return
    slots = flattened(node.below)
    for k, slot in enumerate(slots):
        if isinstance(slot, Sum) and len(slot.terms) > 1:
            singles = [(*slot.terms[:m], (-slot.terms[m][0], slot.terms[m][1]), *slot.terms[m + 1 :])
                       for m in range(1, len(slot.terms))]  # fmt: skip
            for new in (_turned_round(slot), *(replace(slot, terms=terms) for terms in singles)):
                yield "wrong_index", replace(node, below=(*slots[:k], new, *slots[k + 1 :]))
    if sum(isinstance(slot, Sum) for slot in slots) > 1:
        yield "wrong_index", replace(node, below=tuple(map(_turned_round, slots)))


def _turned_round(slot: Node) -> Node:
    """An affine subscript with the other sign before all terms but the first."""
    if not isinstance(slot, Sum):
        return slot
    first, *rest = slot.terms
    return replace(slot, terms=(first, *((-sign, t) for sign, t in rest)))


def unapplied(node: Any, head: Node, argument: Group) -> Any:
    """A tree with every application of that head to that argument replaced by the argument."""
    if isinstance(node, Product):
        factors: list[tuple[str, Node]] = []
        for op, f in node.factors:
            if factors and op == "" and same(f, argument) and same(factors[-1][1], head):
                factors[-1] = (factors[-1][0], argument)
            else:
                factors.append((op, unapplied(f, head, argument)))
        return factors[0][1] if len(factors) == 1 else replace(node, factors=tuple(factors))
    return mapped(node, lambda n: unapplied(n, head, argument))


def turned(node: Node) -> Node:
    """The transpose, written as people write it: ``W^\\top``, ``(A b)^\\top``."""
    if isinstance(node, Letter):
        return Script(node.at, node, (), Superscript(transposed=True))
    if isinstance(node, Script) and not node.primes and (node.above is None or node.above.power is None):
        return replace(node, above=replace(node.above or Superscript(), transposed=True))
    return Script(node.at, bracketed(node), (), Superscript(transposed=True))


def _is_turned(node: Node) -> bool:
    return isinstance(node, Script) and node.above is not None and node.above.transposed


def _turned_back(node: Node) -> Node:
    if not isinstance(node, Script) or node.above is None:
        return node
    above = replace(node.above, transposed=False)
    return node.base if above == Superscript() and not node.below and not node.primes else replace(node, above=above)


def transposes(node: Node) -> Iterator[Edit]:
    if isinstance(node, Script) and node.above is not None and node.above.transposed:
        yield "transpose", replace(node, above=replace(node.above, transposed=False))
    elif isinstance(node, Sum) and len(node.terms) > 1:
        for k, (sign, t) in enumerate(node.terms):
            if isinstance(t, Letter | Script) and not _is_turned(t):
                yield "transpose", replace(node, terms=(*node.terms[:k], (sign, turned(t)), *node.terms[k + 1 :]))
    elif isinstance(node, Product):
        if len(node.factors) == 2 and node.factors[1][0] == "" and _is_turned(node.factors[1][1]):
            (_, a), (_, b) = node.factors  # a bᵀ: b aᵀ
            yield "transpose", replace(node, factors=(("", _turned_back(b)), ("", turned(a))))
        for k, (op, f) in enumerate(node.factors):
            if isinstance(f, Letter | Script | Group | Derivative) and not _is_turned(f):
                yield "transpose", replace(node, factors=(*node.factors[:k], (op, turned(f)), *node.factors[k + 1 :]))


def without_factor(node: Node) -> Iterator[Edit]:
    if isinstance(node, Product):
        for k, (_, f) in enumerate(node.factors):
            rest = (*node.factors[:k], *node.factors[k + 1 :])
            if k + 1 < len(node.factors) and isinstance(node.factors[k + 1][1], Group) and _is_primed(f):
                rest = (*node.factors[:k], *node.factors[k + 2 :])
            if not rest or rest[0][0] in ("/", "oslash"):
                continue
            new = rest[0][1] if len(rest) == 1 else replace(node, factors=(("", rest[0][1]), *rest[1:]))
            yield ("extra_activation_derivative" if _is_primed(f) else "factor"), new
    if isinstance(node, Reduce):
        yield "extra_sum", node.body


def _is_primed(node: Node) -> bool:
    return isinstance(node, Script | Apply) and node.primes > 0


def hadamards(node: Node) -> Iterator[Edit]:
    if isinstance(node, Product):
        for k, (op, f) in enumerate(node.factors):
            if k and op in ("", "cdot", "odot", "times", "*"):
                new = "" if op in ("odot", "*", "times") else "odot"
                name = "product_as_hadamard" if new == "odot" else "hadamard_as_product"
                yield name, replace(node, factors=(*node.factors[:k], (new, f), *node.factors[k + 1 :]))


def orders(node: Node) -> Iterator[Edit]:
    if isinstance(node, Product) and len(node.factors) == 2 and all(op in ("", "cdot") for op, _ in node.factors):
        (_, a), (_, b) = node.factors
        yield "order", replace(node, factors=(("", b), ("", a)))
