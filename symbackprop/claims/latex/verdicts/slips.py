"""Edits for slips of the pen: a prime, another function, another subscript, a power, a factor lost under a sum."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.labels import is_label
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.pairs import function_name
from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.meaning.sequences import shifted_step
from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Reduce,
    Script,
    Sum,
    Superscript,
    walk,
)
from symbackprop.claims.latex.verdicts.edits import Edit

_MISTAKEN = {  # functions that are taken for one another
    "tanh": ("sigmoid", "cosh"),
    "sigmoid": ("tanh",),
    "sin": ("cos",),
    "cos": ("sin",),
    "sinh": ("cosh",),
    "cosh": ("sinh",),
    "relu": ("sigmoid",),
}


def primes(node: Node, el: Elaborator) -> Iterator[Edit]:
    """σ for σ' or the other way round, at one place."""
    if isinstance(node, Apply) and node.name not in ("tr", "det", "diag", "softmax", "max", "min", "sum", "mean"):
        name = "extra_activation_derivative" if node.primes else "missing_activation_derivative"
        yield name, replace(node, primes=1 - min(node.primes, 1))
        for other in _MISTAKEN.get(node.name, ()):
            yield "wrong_function", replace(node, name=other)
    if not isinstance(node, Product):
        return
    for k, ((op, head), (join, after)) in enumerate(pairwise(node.factors)):
        if join == "" and isinstance(after, Group) and function_name(el, head, Local()) is not None:
            if isinstance(head, Script) and head.primes:
                bare = replace(head, primes=0)
                plain = bare if bare.below or bare.above is not None else bare.base
                new = "extra_activation_derivative", plain
            else:
                base = replace(head, primes=1) if isinstance(head, Script) else Script(head.at, head, (), None, 1)
                new = "missing_activation_derivative", base
            yield new[0], replace(node, factors=(*node.factors[:k], (op, new[1]), *node.factors[k + 1 :]))


def subscripts(node: Node, el: Elaborator) -> Iterator[Edit]:
    """One subscript for another: a free index, or a label, of the claim."""
    if not isinstance(node, Script) or not node.below:
        return
    slots = flattened(node.below)
    found = find(el, node, Local())
    if found is None or not found.slots:
        return
    labels = [k[0] for k in el.scope.symbols if k[1:] == ("", "") and is_label(el, k[0])]
    for k, slot in enumerate(slots):
        for letter in dict.fromkeys((*el.free, *labels)):
            if isinstance(slot, Letter) and slot.name != letter:
                yield "wrong_index", replace(node, below=(*slots[:k], Letter(node.at, letter), *slots[k + 1 :]))


def shifted_subscripts(node: Node, el: Elaborator) -> Iterator[Edit]:
    """Subscripts one place off: one of them, or all that are affine."""
    found = find(el, node, Local()) if isinstance(node, Script) and node.below else None
    if found is None or not found.slots or not isinstance(node, Script):
        return
    slots = flattened(node.below)
    affine = [k for k, slot in enumerate(slots) if isinstance(slot, Sum)]
    for places in (*((k,) for k in range(len(slots))), *((affine,) if len(affine) > 1 else ())):
        for amount in (1, -1):
            below = tuple(_shifted(slot, amount) if k in places else slot for k, slot in enumerate(slots))
            yield "wrong_index", replace(node, below=below)


def _shifted(slot: Node, amount: int) -> Node:
    """A subscript and a number, with the number that it has already."""
    terms = slot.terms if isinstance(slot, Sum) else ((1, slot),)
    value = sum((sign * t.value for sign, t in terms if isinstance(t, Number)), Fraction(amount))
    rest = tuple((sign, t) for sign, t in terms if not isinstance(t, Number))
    number = Number(slot.at, abs(value))
    if not rest:
        return number
    new = (*rest, (1 if value > 0 else -1, number)) if value else rest
    return rest[0][1] if new == ((1, rest[0][1]),) else Sum(slot.at, new)


def layers(node: Node) -> Iterator[Edit]:
    """The layer before or after, of a symbol with a layer that a letter counts."""
    if not isinstance(node, Script) or node.above is None:
        return
    label = node.above.label or node.above.power
    if label is None:
        return
    head, shift = shifted_step(label)
    for amount in (shift - 1, shift + 1) if isinstance(head, Letter) else ():
        sign = 1 if amount > 0 else -1
        new = head if not amount else Sum(head.at, ((1, head), (sign, Number(head.at, Fraction(abs(amount))))))
        above = replace(node.above, label=new) if node.above.label is not None else replace(node.above, power=new)
        yield "wrong_layer", replace(node, above=above)


def powers(node: Node) -> Iterator[Edit]:
    """A square that was lost."""
    if isinstance(node, Sum) and len(node.terms) > 1:
        for k, (sign, t) in enumerate(node.terms):
            square = None
            if isinstance(t, Letter):
                square = Script(t.at, t, (), Superscript(power=Number(t.at, Fraction(2))))
            elif isinstance(t, Script) and not t.primes and (t.above is None or t.above.power is None):
                square = replace(t, above=replace(t.above or Superscript(), power=Number(t.at, Fraction(2))))
            if square is not None:
                yield "wrong_function", replace(node, terms=(*node.terms[:k], (sign, square), *node.terms[k + 1 :]))


def identities(node: Node) -> Iterator[Edit]:
    """A number that was added to a matrix: its multiple of I was meant."""
    if isinstance(node, Sum) and len(node.terms) > 1:
        for k, (sign, t) in enumerate(node.terms):
            if isinstance(t, Letter | Number):
                new = Product(t.at, (("", t), ("", Letter(t.at, "I"))))
                yield "factor", replace(node, terms=(*node.terms[:k], (sign, new), *node.terms[k + 1 :]))


def under_sums(node: Node, entries: list[Node]) -> Iterator[Edit]:
    """A factor that was lost under a sum."""
    if isinstance(node, Reduce) and node.kind == "sum" and node.below is not None:
        bound = {x.name for x in walk(node.below) if isinstance(x, Letter)}
        for entry in entries:
            if bound & {x.name for x in walk(entry) if isinstance(x, Letter)}:
                body = node.body if isinstance(node.body, Product) else Product(node.at, (("", _closed(node.body)),))
                yield "factor", replace(node, body=replace(body, factors=(*body.factors, ("", entry))))


def _closed(node: Node) -> Node:
    return Group(node.at, "(", (node,)) if isinstance(node, Sum) else node
