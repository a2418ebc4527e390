"""Dots where the pattern is plain: ``x_1 + x_2 + \\dots + x_n`` is a sum over an index.

The terms before the dots and the one after them have to be one tree, but for a number that counts 1, 2 and a name or a
number that ends the count. Anything else is left as dots, which nothing reads.
"""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from symbackprop.claims.latex.syntax.tree import (
    Letter,
    Node,
    Number,
    Product,
    Reduce,
    Relation,
    Script,
    Special,
    mapped,
    same,
    walk,
)

_LETTERS = ("k", "j", "i", "m", "r", "s", "p", "q")
_MOST_SHOWN = 4


def is_dots(node: Node) -> bool:
    return isinstance(node, Special) and node.name == "dots"


def over_dots(kind: str, shown: Sequence[Node], last: Node) -> Reduce | None:
    """The reduction that ``shown``, dots, ``last`` stand for; None where the pattern is not plain.

    >>> from symbackprop.claims.latex.syntax.parser import Parser
    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> from symbackprop.claims.latex.syntax.writing import latex_of
    >>> x = [Parser(tokens(t), len(t)).formula() for t in ("a_1 b", "a_2 b", "a_n b")]
    >>> latex_of(over_dots("sum", x[:2], x[2]))
    '\\\\sum_{k = 1}^{n} a_{k} b'
    """
    letter = _unused((*shown, last))
    for start in (1, 0):
        ends: list[Node] = []
        body = _merged(shown[0], last, Fraction(start), letter, ends) if letter else None
        if body is None or not ends or not all(same(e, ends[0]) for e in ends):
            continue
        at = shown[0].at
        if all(same(_at(body, letter, Number(at, Fraction(start + k))), item) for k, item in enumerate(shown)):
            below = Relation(at, (Letter(at, letter), Number(at, Fraction(start))), ("=",), (at,))
            return Reduce(at, kind, below, ends[0], body)
    return None


def summed(terms: Sequence[tuple[int, Node]]) -> tuple[tuple[int, Node], ...]:
    """The terms of a sum, those around dots as one sum over an index where the pattern is plain."""
    found = list(terms)
    for k in range(1, len(found) - 1):
        if is_dots(found[k][1]) and len({sign for sign, _ in found[max(k - 1, 0) : k + 2]}) == 1:
            for first in range(max(0, k - _MOST_SHOWN), k):
                signs = {sign for sign, _ in found[first : k + 2]}
                total = over_dots("sum", [t for _, t in found[first:k]], found[k + 1][1]) if len(signs) == 1 else None
                if total is not None:
                    return summed([*found[:first], (signs.pop(), total), *found[k + 2 :]])
    return tuple(found)


def multiplied(factors: Sequence[tuple[str, Node]]) -> tuple[tuple[str, Node], ...]:
    """The factors of a product, those around dots as one product over an index where the pattern is plain."""
    found = list(factors)
    for k in range(1, len(found) - 1):
        if is_dots(found[k][1]):
            for first in range(max(0, k - _MOST_SHOWN), k):
                ops = {op for op, _ in found[first + 1 : k + 2]}
                if ops <= {"", "cdot"}:
                    total = over_dots("prod", [f for _, f in found[first:k]], found[k + 1][1])
                    if total is not None:
                        return multiplied([*found[:first], (found[first][0], total), *found[k + 2 :]])
    return tuple(found)


def entries(rows: Sequence[Sequence[Node]]) -> Node | None:
    """A vector or matrix whose rows or columns have dots, by its general entry; None where the pattern is not plain."""
    if not any(is_dots(x) for row in rows for x in row):
        return None
    grid = [row for row in rows if not all(map(is_dots, row))]
    gap = next((k for k, row in enumerate(rows) if all(map(is_dots, row))), None)
    if max(map(len, rows)) > 1:
        grid = [tuple(_single_digits(x) for x in row) for row in grid]
    lines = [_line(row) for row in grid]
    if any(x is None for x in lines):
        return None
    plain = [x for x in lines if x is not None]
    if gap is None:
        return plain[0] if len(plain) == 1 else None
    if gap == 0 or gap != len(rows) - 2:
        return None
    return over_dots("column", plain[:-1], plain[-1])


def ends(node: Reduce) -> tuple[Node, Node] | None:
    """The first and the last term of a reduction over a counted index.

    >>> x = [Letter(0, "x")]
    >>> ends(Reduce(0, "sum", None, None, x[0])) is None
    True
    """
    below, last = node.below, node.above
    if not isinstance(below, Relation) or last is None or not isinstance(below.items[0], Letter):
        return None
    letter = below.items[0].name
    return _at(node.body, letter, below.items[1]), _at(node.body, letter, last)


def _single_digits(node: Node) -> Node:
    """``w_{11}`` with 1 and 1 below, as beside ``w_{1n}``."""
    if not isinstance(node, Script) or len(node.below) != 1:
        return node
    (number,) = node.below
    if not isinstance(number, Number) or not 10 < number.value < 100:
        return node
    digits = tuple(("", Number(number.at, Fraction(d))) for d in str(number.value))
    return replace(node, below=(Product(number.at, digits),))


def _line(row: Sequence[Node]) -> Node | None:
    """One row: its only entry, or the row by its general entry."""
    if len(row) == 1:
        return None if is_dots(row[0]) else row[0]
    gaps = [k for k, x in enumerate(row) if is_dots(x)]
    if gaps != [len(row) - 2] or gaps == [0]:
        return None
    return over_dots("row", row[: gaps[0]], row[-1])


def _unused(trees: Sequence[Node]) -> str:
    names = {n.name for t in trees for n in walk(t) if isinstance(n, Letter)}
    return next((x for x in _LETTERS if x not in names), "")


def _merged(a: Any, b: Any, start: Fraction, letter: str, ends: list[Node]) -> Any:
    """``a`` with the letter wherever it has the start of the count and ``b`` something else; None where they differ."""
    if same(a, b):
        return a
    if isinstance(a, Number) and a.value == start and isinstance(b, Node):
        ends.append(b)
        return Letter(a.at, letter)
    if type(a) is not type(b):
        return None
    if isinstance(a, tuple):
        if len(a) != len(b):
            return None
        parts = [_merged(x, y, start, letter, ends) for x, y in zip(a, b, strict=True)]
        return None if any(p is None and x is not None for p, x in zip(parts, a, strict=True)) else tuple(parts)
    if not is_dataclass(a):
        return None
    changed = {}
    for f in fields(a):
        x, y = getattr(a, f.name), getattr(b, f.name)
        if f.name not in ("at", "places") and not same(x, y):
            changed[f.name] = _merged(x, y, start, letter, ends)
            if changed[f.name] is None:
                return None
    return replace(a, **changed)  # type: ignore[type-var]


def _at(body: Any, letter: str, place: Node) -> Any:
    """The general entry at a place."""
    if isinstance(body, Letter) and body.name == letter:
        return place
    return mapped(body, lambda x: _at(x, letter, place))
