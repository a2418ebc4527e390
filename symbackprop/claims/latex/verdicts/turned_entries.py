"""``h^\\top_{ip}``: the entry of a transposed matrix, or of the matrix as it is; the axes tell which, or nothing does.

Most people mean the entry i, p of the matrix that has been transposed. Where its indices run over the axes in that
order alone, this is what is read; where both orders conform and differ, the claim could be read in two ways.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.options import DEFAULT
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.tree import Letter, Node, Script, mapped, walk
from symbackprop.claims.latex.verdicts.sides import Sides, elaborated
from symbackprop.errors import ReadError, SymbackpropError, located


def turn_entries(document: Document) -> None:
    """Settle for each claim which entries its transposed symbols with two indices are."""
    for claim in document.claims:
        if claim.error is not None:
            continue
        at = next((n.at for x in (claim.left, claim.right) for n in walk(x) if _is_turned(document, claim, n)), None)
        if at is None:
            continue
        turned = replace(claim, left=_turned(document, claim, claim.left), right=_turned(document, claim, claim.right))
        plain, other = _sides(document, claim), _sides(document, turned)
        if other is None:
            continue  # as it stands, or not at all
        if plain is not None and (plain.left - plain.right) != (other.left - other.right):
            said = "an entry of the transposed matrix, or of the matrix as it is? they differ here; set brackets"
            claim.error = located(ReadError(said), at)
        else:
            claim.left, claim.right = turned.left, turned.right


def _sides(document: Document, claim: Pending) -> Sides | None:
    try:
        return elaborated(document, claim, DEFAULT)[0]
    except (SymbackpropError, RecursionError):
        return None


def _is_turned(document: Document, claim: Pending, node: Node) -> bool:
    """Whether this is a transposed matrix with an index for each axis."""
    if not isinstance(node, Script) or not isinstance(node.base, Letter):
        return False
    if node.above is None or not node.above.transposed or len(flattened(node.below)) != 2 or node.primes:
        return False
    try:
        found = find(_elaborator(document, claim), node, Local())
    except ReadError:
        return False
    return (
        found is not None and isinstance(found.what, Symbol) and len(found.slots) == len(found.what.shape) == 2
        and found.what.step is None
    )  # fmt: skip


def _elaborator(document: Document, claim: Pending) -> Any:
    el = document.elaborator()
    el.scope, el.claiming = claim.scope.copy(), True
    return el


def _turned(document: Document, claim: Pending, tree: Any) -> Any:
    return _replaced(tree, lambda n: _is_turned(document, claim, n))


def _replaced(tree: Any, is_meant: Callable[[Node], bool]) -> Any:
    """The tree with the indices of what is meant the other way round, without its transposition."""
    if isinstance(tree, Script) and is_meant(tree):
        assert tree.above is not None
        return replace(tree, below=flattened(tree.below)[::-1], above=replace(tree.above, transposed=False))
    return mapped(tree, lambda x: _replaced(x, is_meant))
