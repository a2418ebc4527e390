"""The tree that the parser makes of a text: what was written, and where, with nothing looked up yet.

Sums and products are flat, so that a long sum is not a deep tree; everything else is as deep as it was bracketed.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


class Place(NamedTuple):
    """Line and column, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Node:
    at: Place


@dataclass(frozen=True, slots=True)
class Number(Node):
    value: Fraction


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Read(Node):
    """One entry of a tensor, ``x[n, i+1]``."""

    name: str
    slots: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call(Node):
    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Group(Node):
    """A grouped slot, ``(c, h, w)``."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negative(Node):
    of: Node


@dataclass(frozen=True, slots=True)
class Sum(Node):
    terms: tuple[tuple[str, Node], ...]  # "+" or "-", and the term


@dataclass(frozen=True, slots=True)
class Product(Node):
    factors: tuple[tuple[str, Node], ...]  # "*", "/" or "//", and the factor


@dataclass(frozen=True, slots=True)
class Power(Node):
    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Declared(Node):
    """One declaration: ``bound`` is what stands behind ``<`` (label, index) or ``>`` (const)."""

    role: str
    name: str
    slots: tuple[Node, ...] = ()
    bound: Node | None = None


@dataclass(frozen=True, slots=True)
class Defined(Node):
    """An equation: ``name[slots] = right``."""

    name: str
    slots: tuple[Node, ...]
    right: Node


Statement = Declared | Defined
