"""The tree of one formula: a closed set of nodes, each with its place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Node:
    at: int


@dataclass(frozen=True)
class Number(Node):
    value: Fraction


@dataclass(frozen=True)
class Letter(Node):
    """A symbol as it is written: ``name`` without backslash, accents in front (``hat x``)."""

    name: str


@dataclass(frozen=True)
class Words(Node):
    """Words inside a formula."""

    text: str


@dataclass(frozen=True)
class Special(Node):
    """``ones``, ``dots``, ``infinity``, ``empty``."""

    name: str


@dataclass(frozen=True)
class Superscript:
    """What stands above: a label in brackets, a transposition, an inverse, or anything else (``power``)."""

    label: Node | None = None
    bracket: str = ""
    transposed: bool = False
    inverse: bool = False
    power: Node | None = None
    layer: Node | None = None  # the number of a layer beside the label of an example, as in a^{[2](i)}
    primes: int = 0  # inside the superscript, as in g^{[1]'}


@dataclass(frozen=True)
class Script(Node):
    """A base with subscripts, superscript and primes."""

    base: Node
    below: tuple[Node, ...] = ()
    above: Superscript | None = None
    primes: int = 0


@dataclass(frozen=True)
class Group(Node):
    """Something in brackets: ``kind`` is "(", "[", "{", "|", "norm" or "angle"; several items by commas."""

    kind: str
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Sum(Node):
    """Terms with their signs, +1 or -1."""

    terms: tuple[tuple[int, Node], ...]


@dataclass(frozen=True)
class Product(Node):
    """Factors, each with the sign before it: "" (juxtaposition), "cdot", "odot", "times", "otimes", "/", "oslash"."""

    factors: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Quotient(Node):
    above: Node
    below: Node


@dataclass(frozen=True)
class Root(Node):
    inside: Node
    degree: Node | None = None


@dataclass(frozen=True)
class Apply(Node):
    """A named function with an argument: ``power`` as in tanh² x; ``below`` as in log₂ x."""

    name: str
    argument: Node
    power: Superscript | None = None
    below: tuple[Node, ...] = ()
    primes: int = 0


@dataclass(frozen=True)
class Reduce(Node):
    """A sum, product, mean or maximum over indices: ``below`` and ``above`` as they are written."""

    kind: str
    below: Node | None
    above: Node | None
    body: Node


@dataclass(frozen=True)
class Derivative(Node):
    """``kind`` "partial", "d" or "nabla"; ``of`` None for a bare nabla's or operator's missing part."""

    kind: str
    of: Node | None
    by: tuple[Node, ...]
    order: int = 1


@dataclass(frozen=True)
class Cases(Node):
    """Branches (value, condition); a missing condition is "otherwise"."""

    branches: tuple[tuple[Node, Node | None], ...]


@dataclass(frozen=True)
class Matrix(Node):
    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class Slice(Node):
    """``x[a:b]``: the entries of a vector between two places; None for its beginning and its end."""

    of: Node
    first: Node | None
    end: Node | None


@dataclass(frozen=True)
class Blocks(Node):
    """``[A \\mid B]``: blocks side by side."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Relation(Node):
    """A chain: items, and between them relations with the place of each."""

    items: tuple[Node, ...]
    signs: tuple[str, ...]
    places: tuple[int, ...]


def children(node: Any) -> Iterator[Node]:
    """The nodes right below a node."""
    for name in type(node).__match_args__:  # a dataclass's fields, without the cost of asking for them
        yield from _nodes(getattr(node, name))


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, Superscript):
        yield from (n for n in (value.label, value.power) if n is not None)
    elif isinstance(value, tuple):
        for v in value:
            yield from _nodes(v)


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it."""
    stack = [node]
    while stack:
        n = stack.pop()
        yield n
        stack += children(n)


def same(a: Any, b: Any) -> bool:
    """Whether two trees are alike, places aside."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if type(a) is not type(b):
        return False
    if isinstance(a, Node | Superscript):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a) if f.name not in ("at", "places"))
    return bool(a == b)


def is_stack(node: Any) -> bool:
    """Whether vectors stand in square brackets, ``[h_{t-1}, x_t]``: one above the other."""
    several = isinstance(node, Group) and node.kind == "[" and len(node.items) > 1
    return several and all(isinstance(x, Letter | Script) for x in node.items)


def mapped(tree: Any, change: Callable[[Any], Any]) -> Any:
    """A tree with something else for each part right below it; the tree itself where nothing changes.

    >>> halved = mapped(Sum(0, ((1, Letter(1, "a")), (-1, Letter(2, "b")))), lambda n: n if n.name == "a" else n.at)
    >>> halved.terms
    ((1, Letter(at=1, name='a')), (-1, 2))
    """
    if isinstance(tree, tuple):
        parts = tuple(mapped(x, change) if isinstance(x, tuple) else _changed(x, change) for x in tree)
        return tree if all(a is b for a, b in zip(parts, tree, strict=True)) else parts
    if not isinstance(tree, Node | Superscript):
        return tree
    values = {f.name: getattr(tree, f.name) for f in fields(tree)}
    new = {n: mapped(v, change) if isinstance(v, tuple) else _changed(v, change) for n, v in values.items()}
    return replace(tree, **new) if any(new[n] is not v for n, v in values.items()) else tree


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """Signs, names and numbers are no parts of a tree."""
    return change(value) if isinstance(value, Node | Superscript) else value


def with_replaced(tree: Any, old: Node, new: Node) -> Any:
    """The tree with one part in the place of another wherever that stands."""
    if isinstance(tree, Node) and same(tree, old):
        return new
    return mapped(tree, lambda n: with_replaced(n, old, new))
