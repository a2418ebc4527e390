"""How a symbol is called: base letter, subscript, label; and labels and sizes as numbers."""

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import Expr, Integer, Rational, S
from sympy import Symbol as SymbolicName

from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.syntax.scripts import refusal, text_of
from symbackprop.claims.latex.syntax.tree import (
    Group,
    Letter,
    Node,
    Number,
    Product,
    Script,
    Sum,
    Superscript,
    walk,
)
from symbackprop.errors import ReadError
from symbackprop.indices import size

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def label_node(el: "Elaborator", above: Superscript) -> Node:
    node = above.label if above.label is not None else above.power
    assert node is not None
    return node


def label_of(el: "Elaborator", base: str, above: Superscript | None, local: Local) -> tuple[str, Superscript | None]:
    """The label above a symbol as text, and what else stands there."""
    if above is None:
        return "", None
    if above.label is not None:
        return label_text(el, above.label, local), replace(above, label=None, bracket="")
    if above.power is not None and base in el.scope.layered:
        return label_text(el, above.power, local), replace(above, power=None)
    return "", above


def label_text(el: "Elaborator", node: Node, local: Local) -> str:
    if any(isinstance(n, Letter) for n in walk(node)):
        try:
            return str(layer_number(el, node, local)).replace(" ", "")
        except ReadError:
            pass
    return text_of(node)


def layer_number(el: "Elaborator", node: Node, local: Local) -> Expr:
    """A label as a number of layers: l, l+1, L-1, 2."""
    if isinstance(node, Number):
        return Rational(node.value.numerator, node.value.denominator)
    if isinstance(node, Letter):
        name = "l" if node.name == "ell" else node.name
        return local.layers.get(name, SymbolicName(name, integer=True))
    if isinstance(node, Sum):
        total: Expr = S.Zero
        for sign, term in node.terms:
            total += sign * layer_number(el, term, local)
        return total
    raise refusal("a label that is neither a number nor l, l+1, ...", node)


def is_label(el: "Elaborator", name: str) -> bool:
    found = el.scope.symbols.get((name, "", ""))
    return found is not None and found.role == "label"


def index_name(letter: str) -> str:
    return letter if letter.isascii() and letter.isidentifier() else "i"


def size_name(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c == "_") else {"+": "p", "-": "m"}.get(c, "_") for c in name)


def number_of(name: str) -> Expr:
    """How many there are in a set of indices: |B|."""
    return size(f"n_{size_name(name.rpartition(' ')[2])}")


def _is_label_alone(node: Script) -> bool:
    above = node.above
    if above is None or above.label is None or node.primes:
        return False
    return above == Superscript(label=above.label, bracket=above.bracket)


def size_of(el: "Elaborator", node: Node, local: Local) -> Expr:
    """A size: names, numbers and arithmetic of them."""
    if isinstance(node, Number) and node.value.denominator == 1:
        return Integer(int(node.value))
    if isinstance(node, Letter):
        el.sizes.add(node.name)
        return size(size_name(node.name))
    if isinstance(node, Script) and isinstance(node.base, Letter) and node.above is None and len(node.below) == 1:
        name = size_name(f"{node.base.name}_{label_text(el, node.below[0], local)}")
        el.sizes.add(name)
        return size(name)
    if isinstance(node, Script) and isinstance(node.base, Letter) and not node.below and _is_label_alone(node):
        assert node.above is not None and node.above.label is not None
        name = size_name(f"{node.base.name}_{label_text(el, node.above.label, local)}")  # n^{[l]}
        el.sizes.add(name)
        return size(name)
    if isinstance(node, Sum):
        return sum((sign * size_of(el, t, local) for sign, t in node.terms), start=S.Zero)
    if isinstance(node, Product) and all(op in ("", "cdot") for op, _ in node.factors):
        product: Expr = S.One
        for _, f in node.factors:
            product *= size_of(el, f, local)
        return product
    if isinstance(node, Group) and node.kind == "(" and len(node.items) == 1:
        return size_of(el, node.items[0], local)
    if isinstance(node, Group) and node.kind in ("|", "{"):
        raise refusal("a size in bars", node)
    raise refusal("no size", node)
