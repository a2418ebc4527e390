"""All examples at once: X beside ``x^{(i)}`` is the matrix of all of them, and so is y in ``X\\theta - y``.

A capital letter that nothing declares or defines, where a document writes its small one with the label of an example,
is all examples of that. Whether they are its rows or its columns the document says by what it multiplies it with,
``X w`` or ``w^\\top X``; where it says both or neither, the letter is not read. A small letter without a label is all
examples in a formula with such a matrix alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from symbackprop.claims.latex.meaning.scope import Found, Local, Scope
from symbackprop.claims.latex.meaning.sequences import key_of_sequence
from symbackprop.claims.latex.syntax.scripts import without_face
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Group,
    Letter,
    Node,
    Product,
    Relation,
    Script,
    Superscript,
    children,
    walk,
)

_PARAMETERS = frozenset(("w", "W", "theta", "beta", "Theta"))


@dataclass(frozen=True)
class Whole:
    """The letter whose examples are meant, whether they are rows, and whether each of them is a number."""

    base: str
    rows: bool
    numbers: bool


def wholes(found: Sequence[Statement], scope: Scope) -> dict[int, Whole]:
    """The places at which letters stand for all examples."""
    labels = {base for base in scope.labelled if base in scope.sequences} - scope.batches.keys()
    stated = set(_stated(found))
    result: dict[int, Whole] = {}
    for design in {_plain(base).lower() for base in labels}:
        mine = [s for s in found if s.node is not None and any(_is_design(n, design) for n in _bare(s.node))]
        nodes = [n for s in mine if s.node is not None for n in walk(s.node)]
        names = {n.name for n in nodes if isinstance(n, Letter) and _is_design(n, design)}
        if design not in labels or names & stated or len(design) > 1 or len(names) != 1:
            continue
        ways = {way for n in nodes if isinstance(n, Product) for way in _ways(n, names, labels)}
        if len(ways) == 1:
            rows = next(iter(ways))
            standing = any(_multiplies_numbers(n, names, labels) for n in nodes if isinstance(n, Product))
            for letter, base in _places(mine, labels, stated):
                if letter.name in names or base != design:
                    numbers = letter.name.rpartition(" ")[2].islower()
                    result[letter.at] = Whole(base, rows or (numbers and standing), numbers)
    return result


def whole_at(scope_wholes: Mapping[int, Whole], node: Node) -> Whole | None:
    """What all examples a letter with or without a transposition stands for."""
    if isinstance(node, Script) and (node.below or node.primes or (node.above and node.above.label is not None)):
        return None
    letter = node.base if isinstance(node, Script) else node
    return scope_wholes.get(letter.at) if isinstance(letter, Letter) else None


def found_whole(scope: Scope, node: Node, local: Local) -> Found | None:
    """All examples as a matrix, or as a vector where each of them is a number."""
    meant = whole_at(scope.wholes, node)
    symbol = scope.symbols.get(key_of_sequence(meant.base)) if meant is not None else None
    if meant is None or symbol is None or not 0 < len(symbol.shape) <= 2:
        return None
    if meant.numbers and len(symbol.shape) > 1:
        return None
    above = node.above if isinstance(node, Script) else None
    if not meant.rows:
        above = above or Superscript()
        above = replace(above, transposed=not above.transposed)
    return Found(replace(symbol, step=None, row=False), (), above, local.layers)


def _plain(base: str) -> str:
    return base.rpartition(" ")[2]


def _is_design(node: Node, small: str) -> bool:
    return isinstance(node, Letter) and without_face(node.name) == small.upper() and small != small.upper()


def _bare(node: Node) -> Iterator[Letter]:
    """Letters that carry nothing but a transposition, outside of scripts."""
    stack = [node]
    while stack:
        n = stack.pop()
        if isinstance(n, Letter):
            yield n
        elif isinstance(n, Script) and isinstance(n.base, Letter):
            plain = not n.below and not n.primes and (n.above is None or n.above.label is None)
            stack += [n.base] if plain else []
        else:
            stack += children(n)


def _stated(found: Sequence[Statement]) -> Iterator[str]:
    """Letters that an equation or a declaration states, whole."""
    for s in found:
        if isinstance(s.node, Relation) and s.node.signs[0] in ("=", ":=", "in"):
            left = s.node.items[0]
            if isinstance(left, Group) and left.kind == "list":
                yield from (x.name for x in left.items if isinstance(x, Letter))
            base = left.base if isinstance(left, Script) else left
            if isinstance(base, Letter):
                yield base.name


def _places(mine: Sequence[Statement], labels: set[str], stated: set[str]) -> Iterator[tuple[Letter, str]]:
    for s in mine:
        for n in _bare(s.node) if s.node is not None else ():
            name = without_face(n.name)
            head, _, letter = name.rpartition(" ")
            small = f"{head} {letter.lower()}".strip()
            if small in labels and (letter.islower() or n.name not in stated):
                yield n, small


def _ways(node: Product, names: set[str], labels: set[str]) -> Iterator[bool]:
    """Whether examples are rows, as each product of the matrix with something else shows it."""
    if _multiplies_numbers(node, names, labels):
        yield False
    for (_, a), (op, b) in pairwise(node.factors):
        if op not in ("", "cdot"):
            continue
        (a, a_turned), (b, b_turned) = _turned(a), _turned(b)
        for one, turned, other, other_turned, first in ((a, a_turned, b, b_turned, 1), (b, b_turned, a, a_turned, 0)):
            if not isinstance(one, Letter) or one.name not in names:
                continue
            if isinstance(other, Letter) and other.name in _PARAMETERS:
                if not (op and first == 0 and not other_turned and other.name.islower()):  # w \cdot X: either
                    yield not turned if first else turned
            elif _is_of_examples(other, labels):
                if turned != other_turned:  # X^\top (a - y), (a - y)^\top X; X (A - Y)^\top
                    yield turned if first else other_turned


def _multiplies_numbers(node: Product, names: set[str], labels: set[str]) -> bool:
    """``X (a - y)``: a column for each example, as the vectors a and y have an entry for each."""
    for (_, a), (op, b) in pairwise(node.factors):
        if op in ("", "cdot") and isinstance(a, Letter) and a.name in names and _is_of_examples(b, labels):
            return all(without_face(n.name).rpartition(" ")[2].islower() for n in walk(b) if isinstance(n, Letter))
    return False


def _turned(node: Node) -> tuple[Node, bool]:
    """What carries a transposition, and whether it does."""
    if isinstance(node, Script) and node.above is not None and node.above.transposed and not node.below:
        return node.base, True
    return node, False


def _is_of_examples(node: Node, labels: set[str]) -> bool:
    """Whether all letters of something are those of examples."""
    if not isinstance(node, Letter | Group | Apply):
        return False
    letters = {without_face(n.name) for n in walk(node) if isinstance(n, Letter)}
    small = {" ".join((*x.split(" ")[:-1], x.split(" ")[-1].lower())) for x in letters}
    return bool(small) and small <= labels
