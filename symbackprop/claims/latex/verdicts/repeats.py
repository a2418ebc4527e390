"""A claim that is written again right after itself, with no word between: what was found of the first is true of both.

A chain may repeat a link, and a paste may repeat a line; each would take its time, and the document has one limit.
"""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from itertools import pairwise
from typing import TypeVar

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.syntax.tree import same

Item = TypeVar("Item")
Found = TypeVar("Found")


def repeats(document: Document) -> frozenset[int]:
    """The claims, by their ``id``, that say what the claim before them says, of the same symbols."""
    defined = [d["at"] for d in document.definitions]
    return frozenset(
        id(c) for before, c in pairwise(document.claims)
        if _is_again(before, c) and not any(before.at < at < c.at for at in defined)
    )  # fmt: skip


def once(
    again: frozenset[int], items: Iterable[tuple[Pending, Item]], work: Callable[[Pending, Item], Found]
) -> Iterator[Found]:
    """What the work finds of each claim: of a repeated one, a copy of what it found of the one before."""
    found: list[Found] = []
    for claim, item in items:
        found = [copy(found[0]) if found and id(claim) in again else work(claim, item)]
        yield found[0]


def _is_again(before: Pending, claim: Pending) -> bool:
    if before.scope is not claim.scope or before.cost is not claim.cost or before.error or claim.error:
        return False
    if before.statement is not claim.statement and any(x.isalpha() for x in claim.statement.before):
        return False
    written = (claim.left, claim.sign, claim.right, claim.conditions)
    return same((before.left, before.sign, before.right, before.conditions), written) and before.ranges == claim.ranges
