"""Calls of NumPy inside a formula as what they compute: ``np.dot(A, B)``, ``np.sum(dZ, axis=1, keepdims=True)``.

A sum over an axis is of a matrix; what NumPy would do with anything else is left to NumPy, and refused where its value
is made. Functions, products and quotients are those of the notation.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Group,
    Node,
    Number,
    Product,
    Reduce,
    Root,
    Script,
    Sum,
    Superscript,
)
from symbackprop.claims.latex.text.tokens import Token

if TYPE_CHECKING:
    from symbackprop.claims.latex.syntax.parser import Parser

_KINDS = {
    (): "total",
    ("axis=0",): "total over rows, flat",
    ("axis=1",): "total over columns, flat",
    ("axis=0", "keepdims=True"): "total over rows",
    ("axis=1", "keepdims=True"): "total over columns",
}
TOTALS = frozenset(_KINDS.values())


def _bracketed(node: Node) -> Node:
    return Group(node.at, "(", (node,))


def _product(op: str) -> Callable[[int, Node, Node], Node]:
    return lambda at, a, b: Product(at, (("", _bracketed(a)), (op, _bracketed(b))))


def _applied(name: str) -> Callable[[int, Node], Node]:
    return lambda at, a: Apply(at, name, _bracketed(a))


_OF_ONE: dict[str, Callable[[int, Node], Node]] = {
    **{name: _applied(name) for name in ("log", "exp", "tanh", "abs")},
    "sqrt": Root,
    "square": lambda at, a: Script(at, _bracketed(a), (), Superscript(power=Number(at, Fraction(2)))),
    "transpose": lambda at, a: Script(at, _bracketed(a), (), Superscript(transposed=True)),
}
_OF_TWO: dict[str, Callable[[int, Node, Node], Node]] = {
    "dot": _product("cdot"),
    "matmul": _product("cdot"),
    "multiply": _product("odot"),
    "divide": _product("oslash"),
    "add": lambda at, a, b: _bracketed(Sum(at, ((1, a), (1, b)))),
    "subtract": lambda at, a, b: _bracketed(Sum(at, ((1, a), (-1, _bracketed(b))))),
    "maximum": lambda at, a, b: Apply(at, "max", Group(at, "(", (a, b))),
    "minimum": lambda at, a, b: Apply(at, "min", Group(at, "(", (a, b))),
}


def call(p: "Parser", t: Token) -> Node:
    """What a call computes. Raises ``ReadError`` for arguments and keywords that are not known."""
    name, *keywords = t.text.split(":")
    p.expect("(")
    arguments = [p.within(")", p.sum)]
    while p.accept(","):
        arguments.append(p.within(")", p.sum))
    p.expect(")")
    kind = _KINDS.get(tuple(sorted(keywords)))
    if name == "sum" and kind is not None and len(arguments) == 1:
        return Reduce(t.at, kind, None, None, _bracketed(arguments[0]))
    if not keywords and len(arguments) == 1 and name in _OF_ONE:
        return _OF_ONE[name](t.at, arguments[0])
    if not keywords and len(arguments) == 2 and name in _OF_TWO:
        return _bracketed(_OF_TWO[name](t.at, *arguments))
    raise p.error(f"np.{name} with these arguments is not read", t.at)


def latex_of_total(kind: str, body: str) -> str:
    """A sum over an axis as it is written."""
    keywords = next(k for k, v in _KINDS.items() if v == kind)
    return rf"\mathrm{{np.sum}}({', '.join((body, *keywords))})"
