r"""Einstein's convention for a whole document: ``\delta_j = w_{kj} \delta_k`` sums over k in definitions and in claims.

It holds in a document without any sign of a sum where words say so, "repeated indices are summed", or where ones with
an index stand beside what has it, ``m_b = \frac1H \mathbf{1}_h x_{bh}``. An index of the left side is never summed, and
any other where two factors of a product have it; around the outermost such product, for ``u_i (v_i + x_i y_i)`` has one
sum. What stands once, or in two closed products side by side, is left as it is written. Ones with an index are 1.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Derivative,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Quotient,
    Reduce,
    Relation,
    Root,
    Script,
    Special,
    Sum,
    Superscript,
    children,
    mapped,
    walk,
)
from symbackprop.errors import ReadError, located

_SAID = re.compile(
    r"Einstein\w*[\s'’-]+(?:\w+[\s'’-]+)?(?:sum|not|con|Sum|Kon|Not|schreib)"
    r"|(?:notations?|conventions?|notaci[oó]n|notação|convenci[oó]n|convenção|convenzione|notazione|sommation|suma|soma)"
    r"\s+(?:de\s+\w+\s+)?(?:d['’e]\s*|di\s+)?Einstein"
    r"|(?:sum(?:mation|med|ming)?(?: is)?(?: implied| understood)?|sums?) over (?:all )?repeated ind"
    r"|repeated ind(?:ices|exes) (?:are|is)(?: \w+)? (?:summ|implied|understood)|repeated ind\w+ impl\w+ (?:a )?sum"
    r"|爱因斯坦|愛因斯坦|アインシュタイン|아인슈타인|Эйнштейн|Ейнштейн",
    re.I,
)
_DENIED = re.compile(
    r"\b(?:not|no|without|never|avoid|don['’]t|instead of|ohne|nicht|kein\w*|sans|pas|sin|sem|senza|non|не|без)\b"
    r"[^.!?\n]{0,40}(?:Einstein|Эйнштейн|Ейнштейн|repeated ind)|no (?:implied )?(?:sum|summation)\b",
    re.I,
)
_EQUAL = ("=", ":=", "<", "<=", ">", ">=")


def with_repeated_indices(found: Sequence[Statement], text: str) -> tuple[list[Statement], set[str]]:
    """The statements of a document that follows the convention with its sums, and the letters over which they are."""
    letters = _index_letters(found)
    if not letters or not _follows_convention(found, text, letters):
        return list(found), set()
    reader = _Reader(found, letters)
    return [reader.statement(s) for s in found], reader.summed


def _follows_convention(found: Sequence[Statement], text: str, letters: set[str]) -> bool:
    trees = [s.node for s in found if isinstance(s.node, Relation)]
    if any(isinstance(n, Reduce) and n.kind == "sum" for t in trees for n in walk(t)):
        return False
    if _DENIED.search(text) is not None:
        return False
    return _SAID.search(text) is not None or any(_has_ones(t, letters) for t in trees)


def _has_ones(tree: Node, letters: set[str]) -> bool:
    """Whether ones with an index stand in a product with what has that index."""
    for product in (n for n in walk(tree) if isinstance(n, Product)):
        ones = {x for _, f in product.factors if _is_ones(f) for x in _slots(f)} & letters
        others = {x for _, f in product.factors if not _is_ones(f) for n in walk(f) for x in _slots(n)}
        if ones & others:
            return True
    return False


def _is_ones(node: Node) -> bool:
    """``\\mathbf{1}_h``."""
    return isinstance(node, Script) and isinstance(node.base, Special) and node.base.name == "ones" and not node.above


def _slots(node: Node) -> list[str]:
    """The letters below a symbol, where all of its subscripts are single small letters."""
    if not isinstance(node, Script) or not isinstance(node.base, Letter | Special) or node.primes:
        return []
    names = [x.name if isinstance(x, Letter) else "" for x in flattened(node.below)]
    return names if all(len(x) == 1 and x.islower() for x in names) else []


def _index_letters(found: Sequence[Statement]) -> set[str]:
    """Letters below symbols that are written with one number of subscripts throughout, and that name nothing.

    A letter that has subscripts itself counts where another stands beside it: q of ``x_{pq}``, and not that of ``W_q``.
    """
    counts: dict[str, set[int]] = {}
    below: dict[str, set[str]] = {}
    bare, moved, bases, beside = set[str](), set[str](), set[str](), set[str]()
    for node in (s.node for s in found if isinstance(s.node, Relation)):
        own = node.items[0].name if isinstance(node.items[0], Letter) else ""
        bare |= {x.name for x in _bare(node)} - {own}
        for n in (n for n in walk(node) if isinstance(n, Script) and n.below):
            slots = _slots(n)
            if not slots:
                moved |= {x.name for b in n.below for x in walk(b) if isinstance(x, Letter)}
            elif isinstance(n.base, Letter):
                counts.setdefault(n.base.name, set()).add(len(slots))
                below.setdefault(n.base.name, set()).update(slots)
                bases.add(n.base.name)
                beside.update(slots if len(slots) > 1 else ())
    steady = {x for base, letters in below.items() if len(counts[base]) == 1 for x in letters}
    unsteady = {x for base, letters in below.items() if len(counts[base]) > 1 for x in letters}
    return steady - unsteady - bare - moved - (bases - beside)


def _bare(node: Node) -> Iterator[Letter]:
    """The letters of a tree that stand neither below nor above a symbol."""
    if isinstance(node, Letter):
        yield node
    elif isinstance(node, Script):
        yield from _bare(node.base) if not _slots(node) else ()
    else:
        for n in children(node):
            yield from _bare(n)


class _Reader:
    """The relations of one document with their sums."""

    def __init__(self, found: Sequence[Statement], letters: set[str]) -> None:
        self.letters = letters
        self.summed: set[str] = set()
        trees = [s.node for s in found if isinstance(s.node, Relation)]
        shapes = {x.name for t in trees if "in" in t.signs for x in walk(t) if isinstance(x, Letter)}
        stated = {t.items[0].name for t in trees if isinstance(t.items[0], Letter)}
        used = {x.name for t in trees for x in _bare(t)} - stated
        self.sizes = used & shapes if shapes else used

    def statement(self, s: Statement) -> Statement:
        if not isinstance(s.node, Relation) or not set(s.node.signs) <= set(_EQUAL):
            return s
        repeated = self._repeated_on_left(s.node.items[0])
        if repeated:
            message = f"could be read in two ways: a sum over {repeated}, or the entries of a diagonal"
            return replace(s, error=located(ReadError(message), s.node.at))
        return replace(s, node=self._relation(s.node))

    def _relation(self, node: Relation) -> Relation:
        free = self._free(node)
        defines = _slots(node.items[0]) or isinstance(node.items[0], Letter)
        items = tuple(self._with_sums(x, free, bool(defines) and k > 0) for k, x in enumerate(node.items))
        return replace(node, items=tuple(self._without_ones(x) for x in items))

    def _repeated_on_left(self, left: Node) -> str:
        """i of ``A_{ii} = ...`` and of ``\\frac{\\partial y_i}{\\partial x_i} = ...``."""
        letters = sorted(self._inside(left)) if isinstance(left, Script | Derivative) else []
        return next((x for x in letters if _count(left, x) > 1), "")

    def _free(self, node: Relation) -> set[str]:
        """The letters that are not summed: those of the left side, of which a product may be summed too."""
        left, *rest = node.items
        single = {x for x in self._inside(left) for t in _terms(left) if _count(t, x) == 1}
        repeated = self._inside(left) - single
        return single | {x for x in repeated for item in rest for t in _terms(item) if _count(t, x) == 1}

    def _inside(self, node: Node) -> set[str]:
        return {x for n in walk(node) for x in _slots(n)} & self.letters

    def _with_sums(self, item: Node, free: set[str], defines: bool) -> Node:
        for letter in sorted(self._inside(item) - free):
            item = self._placed(item, letter, defines)
        return item

    def _placed(self, node: Any, letter: str, defines: bool) -> Any:
        """The tree with the sum over a letter around the outermost products of which two factors have it."""
        if isinstance(node, Superscript):
            return mapped(node, lambda x: self._placed(x, letter, defines))
        if not isinstance(node, Node) or not _count(node, letter):
            return node
        if isinstance(node, Product | Quotient):
            parts = [p for p in children(node) if _count(p, letter)]
            if len(parts) > 1:
                closed = all(_is_closed(p, letter) for p in parts)
                return node if closed else self._sum(node, letter)
        if isinstance(node, Script):
            squared = defines and node.above is not None and _is_two(node.above.power)
            if letter in _slots(node):
                return self._sum(node, letter) if squared or _slots(node).count(letter) > 1 else node
            if squared and not _is_closed(node.base, letter):
                return self._sum(node, letter)
        if isinstance(node, Derivative) and any(_count(x, letter) for x in node.by):
            return node
        if isinstance(node, Product | Quotient | Script | Sum | Group | Apply | Root | Derivative | Reduce):
            return mapped(node, lambda x: self._placed(x, letter, defines))
        return node

    def _sum(self, node: Node, letter: str) -> Node:
        self.summed.add(letter)
        last = letter.upper()
        if last not in self.sizes:
            return Reduce(node.at, "sum", Letter(node.at, letter), None, node)
        first = Relation(node.at, (Letter(node.at, letter), Number(node.at, Fraction(1))), ("=",), (node.at,))
        return Reduce(node.at, "sum", first, Letter(node.at, last), node)

    def _without_ones(self, tree: Any) -> Any:
        """The tree without ones that have an index, with 1 where nothing else stands."""
        if self._is_one(tree):
            return Number(tree.at, Fraction(1))
        if isinstance(tree, Product) and any(self._is_one(f) for _, f in tree.factors):
            kept = [(op, f) for op, f in tree.factors if not self._is_one(f) or op not in ("", "cdot")]
            if not kept or kept[0][0] in ("/", "oslash"):
                kept.insert(0, ("", Number(tree.at, Fraction(1))))
            factors = ("", kept[0][1]), *kept[1:]
            tree = replace(tree, factors=factors) if len(kept) > 1 else kept[0][1]
        return mapped(tree, self._without_ones)

    def _is_one(self, node: Any) -> bool:
        return isinstance(node, Node) and _is_ones(node) and bool(set(_slots(node)) & self.letters)


def _is_two(power: Node | None) -> bool:
    return isinstance(power, Number) and power.value == 2


def _terms(node: Node) -> list[Node]:
    """The terms of a sum, or the tree itself."""
    while isinstance(node, Group) and len(node.items) == 1:
        node = node.items[0]
    return [t for _, t in node.terms] if isinstance(node, Sum) else [node]


def _count(node: Node, letter: str) -> int:
    """How many factors of a term have an index: of a sum, of the term that has it least, if it has it at all."""
    if isinstance(node, Sum):
        return min((c for _, t in node.terms if (c := _count(t, letter))), default=0)
    if isinstance(node, Reduce):
        below = {x.name for x in walk(node.below) if isinstance(x, Letter)} if node.below is not None else set()
        return 0 if letter in below else _count(node.body, letter)
    if isinstance(node, Script):
        power = node.above.power if node.above is not None else None
        above = _count(power, letter) if power is not None else 0
        return above + (_slots(node).count(letter) if _slots(node) else _count(node.base, letter))
    if isinstance(node, Derivative):
        return sum(_count(x, letter) for x in (*node.by, *((node.of,) if node.of is not None else ())))
    if isinstance(node, Product | Quotient | Group | Apply | Root):
        return sum(_count(x, letter) for x in children(node))
    return 0


def _is_closed(node: Node, letter: str) -> bool:
    """Whether every term that has an index has it twice, so that it could be summed there."""
    return _count(node, letter) > 1
