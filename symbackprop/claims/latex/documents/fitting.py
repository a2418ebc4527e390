"""Sizes that a sum alone says: ``\\sum_{i=1}^N e_i^2`` of an e whose length nothing else fixes.

N is the length of e if no axis has it yet, and no other axis would get it from the same letter: else the sum could as
well be over the wrong axis, and says nothing.
"""

from collections.abc import Iterator, Sequence

from sympy import Expr

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.labels import size_name
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.meaning.values import is_unknown
from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.tree import Letter, Node, Number, Reduce, Relation, Script, walk
from symbackprop.errors import ReadError
from symbackprop.indices import size


def fit_sums(document: Document, claims: Sequence[Pending]) -> None:
    """Let the sums of claims say what nothing else does."""
    scope, algebra = document.scope, document.algebra
    lengths = [*(n for s in scope.symbols.values() for n in s.shape), *scope.steps.values()]
    fixed = {algebra.size(n) for n in lengths}
    said: dict[Expr, set[Expr]] = {}
    for claim in claims:
        if claim.scope is scope:
            for side in (claim.left, claim.right):
                for last, length in _sums(document, side):
                    said.setdefault(last, set()).add(length)
    for last, found in said.items():
        if last not in fixed and len(found) == 1 and is_unknown(length := found.pop()):
            algebra.same(length, last)


def _sums(document: Document, side: Node) -> Iterator[tuple[Expr, Expr]]:
    """The last number of each sum, and the length of an axis over which its index runs."""
    for node in walk(side):
        if not isinstance(node, Reduce) or not isinstance(node.below, Relation) or not isinstance(node.above, Letter):
            continue
        letter, first = node.below.items[0], node.below.items[-1]
        if not isinstance(letter, Letter) or not isinstance(first, Number) or first.value != 1:
            continue
        if node.above.name in document.sizes:
            last = size(size_name(node.above.name))
            yield from ((last, length) for length in _axes(document, node.body, letter.name))


def _axes(document: Document, body: Node, letter: str) -> Iterator[Expr]:
    el = document.elaborator()
    for n in walk(body):
        if not isinstance(n, Script) or not isinstance(n.base, Letter):
            continue
        try:
            found = find(el, n, Local())
        except ReadError:
            continue
        if found is None or not isinstance(found.what, Symbol) or found.what.step is not None:
            continue
        for slot, length in zip(found.slots, found.what.shape, strict=False):
            if len(found.slots) == len(found.what.shape) == len(flattened(n.below)) and isinstance(slot, Letter):
                if slot.name == letter:
                    yield document.algebra.size(length)
