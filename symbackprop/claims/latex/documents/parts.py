"""Parts under headings of their own, each of which defines its symbols: the scalar form, and then that of vectors.

Their letters are the same and their shapes are not. A part is read by itself where it defines at least two symbols
anew and reads nothing of what stands before but declared inputs, whose declarations it keeps; nor may the part before
read what only it defines. Whether that makes more of the document conform, the shapes decide, and no value.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, pairwise
from operator import or_

from symbackprop.claims.latex.documents.document import Document, Redefined
from symbackprop.claims.latex.documents.inference import symbols_of
from symbackprop.claims.latex.meaning.scope import readable
from symbackprop.claims.latex.syntax.shapes_in_words import with_shapes
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Derivative, Group, Letter, Node, Product, Relation, Script, same, walk

_HEADING = re.compile(r"^(?:#{1,3}[ \t]+\S|[ \t]*\\(?:sub)?section\b)", re.M)
_FEWEST = 2  # symbols that are defined in both


@dataclass(frozen=True)
class Split:
    """What stands before a heading, what stands after it, and where both define a symbol, by its letter."""

    before: list[Statement]
    after: list[Statement]
    texts: tuple[str, str]
    renewed: dict[str, tuple[int, int]]
    kept: frozenset[str]  # letters of which the second part knows nothing but what the first one declares


@dataclass(frozen=True)
class _Seen:
    """What one statement, or several, state: what they define, have on a left side, declare and are about."""

    defined: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()
    declared: frozenset[str] = frozenset()
    letters: frozenset[str] = frozenset()

    def __or__(self, other: "_Seen") -> "_Seen":
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return _Seen(*(a | b for a, b in pairs))


def splits(found: Sequence[Statement], text: str) -> Iterator[Split]:
    """The places at which a document may be two; ``text`` begins one character before it."""
    seen = [_seen(s.node) for s in found]
    before = list(accumulate(seen, or_, initial=_Seen()))
    after = list(accumulate(reversed(seen), or_, initial=_Seen()))[::-1]
    for heading in _HEADING.finditer(text):
        at = heading.start() - 1
        k = sum(s.at < at for s in found)
        one, other = before[k], after[k]
        renewed = one.defined & other.defined
        lost, early = one.stated & other.letters - other.stated, other.defined & one.letters - one.stated
        if len(renewed) < _FEWEST or early - one.declared:
            continue
        anew = other.stated | {base for s in with_shapes(found[k:]) for base in _declares(s.node)}
        if lost - anew:
            continue
        places = {base: (_place(found[:k], seen[:k], base), _place(found[k:], seen[k:], base)) for base in renewed}
        taken = [s for s, x in zip(found[:k], seen, strict=False) if x.declared & other.letters - anew]
        yield Split(list(found[:k]), taken + list(found[k:]), (text[: at + 1], text[at:]), places, other.letters - anew)


def _place(found: Sequence[Statement], seen: Sequence[_Seen], base: str) -> int:
    return next(s.at for s, x in zip(found, seen, strict=True) if base in x.defined)


def _seen(node: Node | None) -> _Seen:
    if not isinstance(node, Relation):
        return _Seen()
    stated = frozenset(_lefts(node))
    plain = not any(isinstance(n, Derivative) for n in walk(node))
    return _Seen(stated if plain else frozenset(), stated, frozenset(_declares(node)), frozenset(_letters(node)))


def joined(first: Document, second: Document, split: Split) -> Document:
    """The report is on both; each claim is judged in its own part."""
    first.others = [second, *second.others]
    second.others = []
    first.definitions += second.definitions
    first.notes += [n for n in second.notes if n not in first.notes]
    renewed = sorted(split.renewed.items(), key=lambda item: item[1][1])
    first.redefined += [
        Redefined(readable((base, "", "")), at, before, None) for base, (before, at) in renewed
    ] + second.redefined
    return first


def loses_words(split: Split, first: Document) -> bool:
    """Whether the part before assumes or says something of a letter that the second one does not state anew."""
    keys = {s.name: key[0] for key, s in first.scope.symbols.items()}
    assumed = {keys.get(a.tensor, "") for a in first.assumptions} | {p.letter for p in first.said}
    return bool(assumed & split.kept)


def _lefts(node: Relation) -> Iterator[str]:
    """The letters of ``\\hat y = a = \\sigma(z)`` before its last equal sign; none of an update."""
    for sign, item in zip(node.signs, node.items, strict=False):
        head = item.factors[0][1] if isinstance(item, Product) and _is_application(item) else item
        base = head.base if isinstance(head, Script) else head
        if sign not in ("=", ":=") or not isinstance(base, Letter):
            return
        if any(same(n, item) for x in node.items[1:] for n in walk(x) if n is not item):
            return
        yield base.name


def _is_application(node: Product) -> bool:
    return len(node.factors) == 2 and node.factors[1][0] == "" and isinstance(node.factors[1][1], Group)


def _declares(node: Node | None) -> set[str]:
    """The letters that a declaration is of."""
    if not isinstance(node, Relation) or node.signs[0] != "in":
        return set()
    left = node.items[0]
    parts = left.items if isinstance(left, Group) else (left,)
    bases = [x.base if isinstance(x, Script) else x for x in parts]
    return {b.name for b in bases if isinstance(b, Letter)}


def _letters(node: Node) -> set[str]:
    """The letters that a formula is about: neither indices nor what a function is written of."""
    arguments = {id(x) for x in _arguments(node)}
    symbols = (n for n in symbols_of(node) if id(n) not in arguments)
    bases = (n.base if isinstance(n, Script) else n for n in symbols)
    return {b.name for b in bases if isinstance(b, Letter)}


def _arguments(node: Node) -> Iterator[Node]:
    """z of ``\\phi(z)`` and ``\\phi'(z)``."""
    for n in walk(node):
        if isinstance(n, Product):
            for (_, head), (op, tail) in pairwise(n.factors):
                if op == "" and isinstance(head, Letter | Script) and isinstance(tail, Group) and tail.kind == "(":
                    yield from (x for x in tail.items if isinstance(x, Letter) and len(tail.items) == 1)
