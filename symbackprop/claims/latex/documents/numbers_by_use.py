"""Letters that are numbers by what stands beside them, in documents that declare no shapes.

What is added to a product of two vectors, ``\\mathbf{w}^\\top \\mathbf{x} + b``, or to the name of one, is a number.
So is a small letter in plain type where the document has the same letter in bold for a vector, and so are m of
``\\frac{1}{2m}`` and y of ``p^y (1 - p)^{1 - y}``. It is what people mean, and no more: where such a letter has to be a
vector for the formulas to conform, that is tried.
"""

from collections.abc import Iterator, Sequence

from symbackprop.claims.latex.syntax.example_labels import label_of
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Quotient,
    Relation,
    Script,
    Sum,
    walk,
)

_BOLD = "mathbf "
_OF_NUMBERS = ("sigma", "phi", "varphi", "g", "f", "h", "sigmoid", "tanh")  # functions that keep a number one
_COUNTS = ("m", "n", "N", "M")  # how many examples people have


def is_number_by_use(base: str, found: Sequence[Statement]) -> bool:
    """Whether a letter is a number by its bold twin, as a divisor, an exponent, or what a product is added to."""
    accents, _, letter = base.rpartition(" ")
    if base in _COUNTS and any(_divides(n, base) for s in found if s.node is not None for n in walk(s.node)):
        return True
    if not letter.islower() or _BOLD.strip() in accents:
        return False
    twin = f"{accents} {_BOLD}{letter}".strip()
    nodes = [n for s in found if s.node is not None for n in walk(s.node)]
    if any((isinstance(n, Letter) and n.name == twin) or _is_exponent(n, base) for n in nodes):
        return True
    numbers = set(_inner_products(found)) - {""}
    for n in nodes:
        if isinstance(n, Sum) and any(_is_inner_product(t) or _name(t) in numbers for _, t in n.terms):
            if base in (_name(t) for _, t in n.terms):
                return True
    return False


def _name(node: Node) -> str:
    """A letter, without the label of an example."""
    base = node.base if isinstance(node, Script) else node
    label = label_of(node, base.name) if isinstance(base, Letter) else None
    return base.name if isinstance(base, Letter) and label is not None and label[0] != "_" else ""


def _inner_products(found: Sequence[Statement]) -> Iterator[str]:
    """h of ``h = w^\\top x``."""
    for s in found:
        if isinstance(s.node, Relation) and s.node.signs[0] in ("=", ":=") and _is_inner_product(s.node.items[1]):
            yield _name(s.node.items[0])


def _is_exponent(node: Node, base: str) -> bool:
    """``(1 - p)^{1-y}``: the power of Bernoulli's distribution."""
    above = node.above.power if isinstance(node, Script) and node.above is not None else None
    if not isinstance(above, Sum) or len(above.terms) != 2:
        return False
    (sign, one), (less, y) = above.terms
    letter = y.base if isinstance(y, Script) else y
    is_one = isinstance(one, Number) and one.value == 1
    return (
        is_one
        and sign > 0 > less
        and isinstance(letter, Letter)
        and letter.name == base
        and label_of(y, base) is not None
    )


def _divides(node: Node, base: str) -> bool:
    """``\\frac1m`` and ``\\frac{1}{2m}``."""
    if not isinstance(node, Quotient) or not isinstance(node.above, Number):
        return False
    below = [f for _, f in node.below.factors] if isinstance(node.below, Product) else [node.below]
    return all(isinstance(x, Number) or (isinstance(x, Letter) and x.name == base) for x in below)


def _is_inner_product(node: Node) -> bool:
    """``w^\\top x`` of two small letters, x^{(i)} among them, and a function of that."""
    if isinstance(node, Group) and node.kind == "(" and len(node.items) == 1:
        return _is_inner_product(node.items[0])
    if isinstance(node, Apply):
        return node.name in _OF_NUMBERS and _is_inner_product(node.argument)
    if not isinstance(node, Product) or len(node.factors) != 2:
        return False
    (_, first), (op, second) = node.factors
    if isinstance(first, Letter) and first.name in _OF_NUMBERS and not op and isinstance(second, Group):
        return _is_inner_product(second)
    if not isinstance(first, Script) or not isinstance(first.base, Letter) or not _name(second):
        return False
    small = first.base.name[-1].islower() and _name(second)[-1].islower()
    return op in ("", "cdot") and small and first.above is not None and first.above.transposed
