"""What a function or a big operator acts on, where brackets do not say.

A function takes one group or one symbol; a big operator takes the rest of the product. Where a reader could go on
further (``\\tanh x y``) or a power could belong to either (``\\log|x|^2``), both readings are named and none is taken.
"""

from fractions import Fraction
from typing import TYPE_CHECKING

from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Reduce,
    Relation,
    Script,
    Special,
    Sum,
    Words,
)
from symbackprop.claims.latex.text.vocabulary import FUNCTIONS
from symbackprop.errors import ReadError

if TYPE_CHECKING:
    from symbackprop.claims.latex.syntax.parser import Parser, Scripts

_GROUPS = ("(", "[", "\\{", "{", "|", "\\lvert", "\\|", "\\lVert")
_BRACKETS = ("(", "[")
_NORMS = ("\\|", "\\lVert")  # log of a norm squared is the logarithm of its square, as everybody writes it
_WHOLE = ("\\sum", "\\prod", "\\frac", "\\dfrac", "\\tfrac")


def application(p: "Parser", head: Special, scripts: "Scripts") -> Node:
    """A named function with its argument."""
    name = head.name.partition(":")[2]
    bracketed = p.peek() in _BRACKETS
    node = _argument(p, name)
    above = None
    if bracketed and isinstance(node, Script) and isinstance(node.base, Group) and not node.below:
        above, node = node.above, node.base  # tanh(x)² is the square of tanh(x)
    applied = Apply(head.at, name, node, scripts.above, scripts.below, scripts.primes)
    return applied if above is None else Script(head.at, applied, (), above)


def reduction(p: "Parser", head: Special, scripts: "Scripts") -> Node:
    """A sum, a product or an extremum over indices, with its body; max and min of an argument are functions."""
    kind, below, above = head.name.partition(":")[2], scripts.below, scripts.above
    if kind in ("max", "min") and not below:
        if p.peek() in ("", "}") and above is None:
            return Words(head.at, kind)  # of z_{max}
        return Apply(head.at, kind, _argument(p, kind))
    under = below[0] if len(below) == 1 else Group(head.at, "list", below) if below else None
    over = above.power if above is not None else None
    if above is not None and above.transposed:
        over = Letter(head.at, "T")  # the last of T steps: a sum has no transpose
    if above is None and under is not None:
        under, over = _said_between(under)
    if p.starts_factor():
        return Reduce(head.at, kind, under, over, p.product())
    if p.peek() in ("+", "-"):
        sign = -1 if p.take().text == "-" else 1
        inner = p.product()
        return Reduce(head.at, kind, under, over, Sum(inner.at, ((sign, inner),)))
    raise p.error(f"a {kind} of nothing")


def _said_between(under: Node) -> tuple[Node, Node | None]:
    """The bounds of ``\\sum_{1 \\le k \\le n}``, which are those of ``\\sum_{k=1}^n``; of k < n it runs to n - 1."""
    if not isinstance(under, Relation) or len(under.items) != 3 or not set(under.signs) <= {"<", "<="}:
        return under, None
    first, letter, last = under.items
    if not isinstance(first, Number) or not isinstance(letter, Letter):
        return under, None
    if under.signs[0] == "<":
        first = Number(first.at, first.value + 1)
    if under.signs[1] == "<":
        last = Sum(last.at, ((1, last), (-1, Number(last.at, Fraction(1)))))
    return Relation(under.at, (letter, first), ("=",), under.places[:1]), last


def applied(p: "Parser") -> Node:
    """A factor, with its argument where it is an application: f(x)."""
    node = p.scripted()
    if isinstance(node, Letter | Script) and p.peek() == "(":
        return _times_next(p, node)
    return node


def _argument(p: "Parser", name: str) -> Node:
    if not p.starts_factor():
        raise p.error(f"{name} of nothing")
    first = p.peek()
    node = p.scripted()
    if first in _GROUPS:
        if first not in _BRACKETS + _NORMS and isinstance(node, Script) and isinstance(node.base, Group) and node.above:
            raise p.unclear(f"{name}(…) raised, or {name} of what is raised", node.at)
        return node
    if first in _WHOLE:
        if not isinstance(node, Reduce) and p.starts_factor():
            raise _unclear_argument(p, name)
        return node
    if isinstance(node, Number) and p.starts_factor() and p.peek() not in ("(", "["):
        node = _times_next(p, node)
    while isinstance(node, Letter | Script) and p.peek() == "(":
        node = _times_next(p, node)
    if p.starts_factor() and p.peek() not in FUNCTIONS:  # sin x cos x is the product of both
        raise _unclear_argument(p, name)
    return node


def _times_next(p: "Parser", node: Node) -> Node:
    return Product(node.at, (("", node), ("", p.scripted())))


def _unclear_argument(p: "Parser", name: str) -> ReadError:
    return p.unclear(f"{name}(a) b or {name}(a b); write brackets")
