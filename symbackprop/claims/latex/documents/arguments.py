"""``\\hat y = \\sigma(z) = \\sigma(w^\\top x)``: the chain says what z is, in whose place it writes that."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import Any

from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.tree import (
    Group,
    Letter,
    Node,
    Number,
    Product,
    Script,
    Sum,
    Superscript,
    same,
    walk,
    with_replaced,
)

_LAYERS = ("l", "L", "ell")


def named_argument(items: Sequence[Node], signs: Sequence[str]) -> tuple[Node, Node] | None:
    """The letter, and what it stands for, of a chain whose second and third expression differ in that place alone.

    >>> from symbackprop.claims.latex.syntax.parser import Parser
    >>> from symbackprop.claims.latex.syntax.writing import latex_of
    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> chain = Parser(tokens(t := "a = f(z) = f(w x)"), len(t)).formula()
    >>> [latex_of(x) for x in named_argument(chain.items, chain.signs)]
    ['z', 'w x']
    """
    if tuple(signs[:2]) != ("=", "="):
        return None
    found: list[tuple[Node, Node]] = []
    if not _differences(items[1], items[2], found) or len(found) != 1:
        return None
    letter, what = found[0]
    if letter is items[1] or not _is_symbol(letter) or _is_symbol(what):
        return None
    base = letter.base if isinstance(letter, Script) else letter
    others = (items[0], what)
    if any(isinstance(n, Letter) and same(n, base) for x in others for n in walk(x)):
        return None
    return (letter, what) if any(isinstance(n, Letter) for n in walk(what)) else None


ARGUMENT = "argument of an entry"


def with_plain_argument(left: Node, right: Node) -> Node | None:
    """The right side of ``s(a_j) = 1/(1 + e^{-a_j})`` in a plain letter: s is a function; None for all else."""
    if not isinstance(left, Product) or len(left.factors) != 2:
        return None
    head, tail = left.factors[0][1], left.factors[1][1]
    if not isinstance(head, Letter) or not isinstance(tail, Group) or len(tail.items) != 1:
        return None
    entry = tail.items[0]
    if not isinstance(entry, Script) or not _is_symbol(entry):
        return None
    below = flattened(entry.below)
    if not below or not all(isinstance(x, Letter) and len(x.name) == 1 for x in below):
        return None
    return _in_plain_letter(entry, right)


def _in_plain_letter(argument: Node, right: Node) -> Node | None:
    """The right side in a plain letter for the argument; None where it has other letters too."""
    body = with_replaced(right, argument, Letter(argument.at, ARGUMENT))
    letters = {n.name for n in walk(body) if isinstance(n, Letter)}
    return body if ARGUMENT in letters and letters <= {ARGUMENT, "e", "pi"} else None


def at_expression(left: Node, right: Node, nodes: Iterable[Node]) -> Node | None:
    """The right side of ``f(w x) = 1/(1 + e^{-w x})`` in a plain letter, where f is applied to other things too.

    >>> from symbackprop.claims.latex.syntax.parser import Parser
    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> first, second = (Parser(tokens(t), len(t)).formula() for t in ("f(w x) = (w x)^2", "y = f(w u)"))
    >>> [at_expression(*first.items, nodes) is None for nodes in ([first], [first, second])]
    [True, False]
    """
    applied = list(_applications(left))
    if len(applied) != 1 or not isinstance(left, Product) or len(left.factors) != 2:
        return None
    head, argument = applied[0]
    if not isinstance(argument, Product | Sum):
        return None
    body = _in_plain_letter(argument, right)
    if body is None:
        return None
    others = ((f, x) for n in nodes for f, x in _applications(n))
    return body if any(f.name == head.name and not same(x, argument) for f, x in others) else None


def _applications(node: Node) -> Iterator[tuple[Letter, Node]]:
    """Letters that stand before round brackets with one thing in them, and that thing."""
    for n in walk(node):
        for (_, head), (op, after) in pairwise(n.factors) if isinstance(n, Product) else ():
            inside = after.base if isinstance(after, Script) and not after.below else after
            if isinstance(head, Letter) and not op and isinstance(inside, Group) and inside.kind == "(":
                if len(inside.items) == 1:
                    yield head, inside.items[0]


def same_function_of_two(items: Sequence[Node], signs: Sequence[str]) -> bool:
    """Whether a chain begins as ``f(z) = f(w x) = ...`` does: it says what z is, and then what f is."""
    if tuple(signs[:2]) != ("=", "=") or not all(isinstance(x, Product) and len(x.factors) == 2 for x in items[:2]):
        return False
    heads = [[f.name for f, _ in _applications(x)] for x in items[:2]]
    return heads[0] == heads[1] and len(heads[0]) == 1


def function_said(left: Node, right: Node) -> tuple[Letter, Node] | None:
    """f, and its formula in a plain letter, of a link ``f(z) = \\max(0, z)`` that says what f is; None for others."""
    if not isinstance(left, Product) or len(left.factors) != 2 or left.factors[1][0]:
        return None
    head, tail = left.factors[0][1], left.factors[1][1]
    if not isinstance(head, Letter) or not isinstance(tail, Group) or tail.kind != "(" or len(tail.items) != 1:
        return None
    argument = tail.items[0]
    if not isinstance(argument, Letter | Script):
        return None
    body = _in_plain_letter(argument, right)
    return (head, body) if body is not None else None


def _is_symbol(node: Node) -> bool:
    if not isinstance(node, Script) or node.primes or not isinstance(node.base, Letter):
        return isinstance(node, Letter)
    above = node.above
    if above is None or above.label is None or above != Superscript(label=above.label, bracket=above.bracket):
        return above is None
    label = above.label  # of a layer: h^{(i)} is h at an example, and no symbol by itself
    return above.bracket != "(" or isinstance(label, Number) or (isinstance(label, Letter) and label.name in _LAYERS)


def _differences(a: Any, b: Any, found: list[tuple[Node, Node]]) -> bool:
    """Whether two trees differ in nodes alone, which are collected."""
    if same(a, b):
        return True
    if isinstance(a, Letter | Script) and isinstance(b, Node) and _is_symbol(a):
        found.append((a, b))
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(_differences(x, y, found) for x, y in zip(a, b, strict=True))
    if not is_dataclass(a):
        return False
    names = [f.name for f in fields(a) if f.name not in ("at", "places")]
    return all(_differences(getattr(a, n), getattr(b, n), found) for n in names)
