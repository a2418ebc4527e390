"""Blocks side by side, proved one by one: an axis put together from stretches is equal where each of them is.

On one stretch a derivative through slices is that of its own slice alone: conditions on the place are decided by sizes,
which are positive, and entries beyond an axis are zero.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sympy import Expr, S

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.derivatives import simplified
from symbackprop.claims.latex.syntax.tree import Blocks
from symbackprop.claims.latex.verdicts.asking import ask, context_of
from symbackprop.claims.latex.verdicts.sides import Sides
from symbackprop.equations import Equation
from symbackprop.indices import Index, fresh
from symbackprop.proof.judge import Verdict
from symbackprop.proof.refute import Question, search
from symbackprop.ranges import decided, is_outside, is_within
from symbackprop.substitution import instantiate, map_entries
from symbackprop.terms import Entry

_WITNESSES = 2


def asked(document: Document, claim: Pending, sides: Sides, deadline: float) -> Verdict:
    """The verdict on both sides, blocks looked at one by one where points do not tell the sides apart."""
    if not sides.elaborator.widths or not isinstance(claim.right, Blocks) or sides.sign != "=":
        return ask(document, sides, deadline)
    context = context_of(document, sides)
    point, agreeing = search(Question(sides.right, sides.left, context, sides.indices), _WITNESSES, deadline)
    if point is None and agreeing:
        parts = _stretches(sides, context.formula.defining)
        if all(ask(document, part, deadline).verdict == "proved" for part in parts):
            return Verdict("proved")
    return ask(document, sides, deadline)


def _stretches(sides: Sides, equations: Mapping[str, Equation]) -> Iterator[Sides]:
    *others, whole = sides.indices
    before: Expr = S.Zero
    for width in sides.elaborator.widths:
        place = fresh(Index("~", width))
        left, right = (x.xreplace({whole: place + before}) for x in (sides.left, sides.right))
        left = _inside(_put_in(left, set(), equations), equations)
        right = _inside(simplified(right), equations)
        right = _put_in(right, {e.name for e in left.atoms(Entry)}, equations)
        yield replace(sides, left=left, right=right, indices=(*others, place))
        before += width


def _put_in(expr: Expr, kept: set[str], equations: Mapping[str, Equation]) -> Expr:
    """What each entry is by definition, where all of it lies inside; those that are kept stay names."""

    def change(e: Entry) -> Expr:
        equation = equations.get(e.name)
        if equation is None or e.name in kept or not all(is_within(s, n, {}) for s, n in _axes(e, equation)):
            return e
        return instantiate(equation, e)

    return map_entries(expr, change)


def _axes(e: Entry, equation: Equation) -> list[tuple[Expr, Expr]]:
    """Each slot of an entry with the length of its axis."""
    return [(s, i.size) for s, i in zip(e.slots, equation.slots, strict=True) if isinstance(i, Index)]


def _inside(expr: Expr, equations: Mapping[str, Equation]) -> Expr:
    """The expression without conditions that ranges decide, and without entries that lie beyond their axis."""
    rule: dict[Expr, Expr] = {}
    for e in expr.atoms(Entry):
        if e.name in equations and any(s.is_Add and is_outside(s, n, {}) for s, n in _axes(e, equations[e.name])):
            rule[e] = S.Zero
    return decided(expr.xreplace(rule))
