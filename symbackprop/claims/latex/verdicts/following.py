"""Claims that are wrong only because they follow from a wrong one before them.

Every claim is judged against the forward pass. A wrong one follows from an earlier wrong one if it would be right were
the earlier one right. It may state the same again (a chain that goes on from a wrong link, or the same left side), it
may be a derivative that the chain rule gives from the earlier one, or the earlier right side may stand in it letter by
letter. What is right after a wrong link of its chain is right, and does not follow.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.options import Options
from symbackprop.claims.latex.meaning.scope import Scope
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Number, Product, Script
from symbackprop.claims.latex.syntax.writing import latex_of
from symbackprop.claims.latex.verdicts.holding import hold, holds
from symbackprop.claims.latex.verdicts.judgement import Judgement
from symbackprop.claims.latex.verdicts.sides import Sides, elaborated
from symbackprop.equations import Equation
from symbackprop.errors import SymbackpropError
from symbackprop.indices import Index, fresh, totals
from symbackprop.terms import Entry

Wrong = list[tuple[Pending, Judgement]]
_MOST = 8  # earlier wrong claims that are looked at
_GIVEN = "given_derivative"
DOES_NOT_FOLLOW = "right, but it does not follow from the expression before it"


def source_of(document: Document, claim: Pending, j: Judgement, wrong: Wrong, until: float) -> Pending | None:
    """The first of some earlier wrong claims from which a wrong claim follows."""
    if claim.sign not in ("=", ":="):
        return None
    options = _options(j)
    for first, found in wrong[:_MOST]:
        if first.scope is not claim.scope or first.sign not in ("=", ":="):
            continue
        if _restates(document, first, claim, options, until) or _derives(document, (first, found), claim, j, until):
            return first
        if any(holds(document, claim, options, until, right) for right in _put_back(claim.right, first)):
            return first
    return None


def after_wrong(claim: Pending, before: tuple[Pending, Judgement] | None) -> bool:
    """Whether a claim is the next link of the chain in which the one before it is wrong."""
    if before is None:
        return False
    other, found = before
    return other.left is claim.left and claim.sign == "=" and other.sign in ("=", ":=") and found.verdict == "refuted"


def _options(j: Judgement) -> Options:
    return j.sides.options if j.sides is not None else Options()


def _restates(document: Document, first: Pending, claim: Pending, options: Options, until: float) -> bool:
    """Whether both say the same of the same left side."""
    if first.left is not claim.left and latex_of(first.left) != latex_of(claim.left):
        return False
    return holds(document, replace(claim, left=first.right), options, until)


# -- by the chain rule


def _derives(document: Document, first: tuple[Pending, Judgement], claim: Pending, j: Judgement, until: float) -> bool:
    """Whether the chain rule gives the claim from the earlier one, dC/dv = ..., as a derivative through v."""
    sides = first[1].sides
    try:
        known = _derivative_of(document, first[0], _options(first[1]))
        if sides is None or known is None or len(known.indices) != len(sides.indices):
            return False
        of, by = _names(known.left)
        if not _is_cut(claim.scope, of, by, claim):
            return False
        there = dict(zip(known.indices, sides.indices, strict=True))
        slots = tuple(there[s] for s in known.left.slots)
        asked = _through(document, claim, (of, by), slots, _options(j))
        asked.elaborator.scope.equations |= {
            of: claim.scope.equations[of],
            _GIVEN: Equation(_GIVEN, slots, sides.right),
        }
        return hold(document, asked, until)
    except (SymbackpropError, RecursionError, KeyError):
        return False


def _derivative_of(document: Document, claim: Pending, options: Options) -> Sides | None:
    """The claim as it is echoed, where its left side is one derivative entry."""
    sides, _ = elaborated(document, claim, options, echo=True)
    return sides if isinstance(sides.left, Entry) and sides.left.name.count("/d") == 1 else None


def _names(entry: Entry) -> tuple[str, str]:
    of, _, by = entry.name.partition("/d")
    return of[1:], by


def _through(
    document: Document, claim: Pending, names: tuple[str, str], slots: tuple[Index, ...], options: Options
) -> Sides:
    """The claim where the cost is what a given derivative makes of v: the sum of its entries times those of v."""
    of, by = names
    scope = claim.scope.copy()
    axes = tuple(fresh(Index("~", s.size)) for s in slots)
    scope.equations[of] = Equation(of, (), totals(Entry(_GIVEN, *axes) * Entry(by, *axes), *axes))
    return elaborated(document, replace(claim, scope=scope), options)[0]


def _is_cut(scope: Scope, of: str, by: str, claim: Pending) -> bool:
    """Whether everything that a cost depends on through v, it depends on through v alone."""
    if of not in scope.equations or by not in scope.equations or scope.equations[of].slots:
        return False
    behind = _reach(scope, by, set()) - {by}
    return not behind & {n for n in _reach(scope, of, {by}) if n in scope.equations or _is_parameter(scope, n, claim)}


def _is_parameter(scope: Scope, name: str, claim: Pending) -> bool:
    """Whether a claim speaks of an input: then it must not reach the cost around v."""
    letters = latex_of(claim.left)
    return any(s.name == name and s.key[0].rpartition(" ")[2] in letters for s in scope.symbols.values())


def _reach(scope: Scope, name: str, without: set[str]) -> set[str]:
    """What a tensor depends on, paths through some names left out."""
    found: set[str] = set()
    todo = [name]
    while todo:
        n = todo.pop()
        if n not in found and n not in without:
            found.add(n)
            todo += scope.equations[n].reads if n in scope.equations else ()
    return found


# -- letter by letter


def _put_back(node: Node, first: Pending) -> Iterator[Node]:
    """The tree with the earlier left side in one place where the earlier right side stands, if that is no mere name."""
    if isinstance(_bare(first.right), Number | Letter | Script):
        return
    wanted = latex_of(_bare(first.right))
    if latex_of(_bare(node)) == wanted:
        yield first.left
        return
    if isinstance(node, Product):
        yield from _put_back_factors(node, first)
    for f in fields(node):
        value = getattr(node, f.name)
        for new in _inside(value, first):
            yield replace(node, **{f.name: new})


def _put_back_factors(node: Product, first: Pending) -> Iterator[Node]:
    part = _bare(first.right)
    if not isinstance(part, Product):
        return
    length = len(part.factors)
    for k in range(len(node.factors) - length + 1):
        piece = Product(node.at, (("", node.factors[k][1]), *node.factors[k + 1 : k + length]))
        if latex_of(piece) == latex_of(part):
            yield replace(
                node, factors=(*node.factors[:k], (node.factors[k][0], first.left), *node.factors[k + length :])
            )


def _inside(value: Any, first: Pending) -> Iterator[Any]:
    if isinstance(value, Node):
        yield from _put_back(value, first)
    elif isinstance(value, tuple):
        for k, v in enumerate(value):
            for new in _inside(v, first):
                yield (*value[:k], new, *value[k + 1 :])


def _bare(node: Node) -> Node:
    while isinstance(node, Group) and node.kind in ("(", "[") and len(node.items) == 1:
        node = node.items[0]
    return node
