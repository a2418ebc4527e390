"""Numbers of a worked example: ``a = \\sigma(7) = 0.99909`` is rounded, and true to the digits that it is written with.

A decimal that is not exactly the value is no wrong step where it is the value rounded; where the other side is not a
number at all, the document computes an example whose values it does not say, and nothing is judged. A vector or matrix
of decimals is looked at entry by entry: each of them has to be its value rounded.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod

from sympy import Integer

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.syntax.tree import Letter, Node, Number, Words, walk
from symbackprop.claims.latex.verdicts.asking import ask
from symbackprop.claims.latex.verdicts.judgement import Judgement
from symbackprop.claims.latex.verdicts.sides import Sides
from symbackprop.proof.judge import Verdict
from symbackprop.proof.refute import Counterexample

_SLACK = Fraction(3, 2)  # units in the last place: the numbers before it were rounded too
_FAR = Fraction(1, 100)  # relative: what differs more is wrong however it was rounded
_ENTRIES = 64
_SECONDS = 1.0


def with_rounding(document: Document, claim: Pending, j: Judgement) -> Judgement:
    """The judgement of a refuted claim, where one side is a decimal, or an array of decimals."""
    places = max(_decimals(claim.left), _decimals(claim.right))
    found = j.found.counterexample if j.found is not None else None
    if j.verdict != "refuted" or not places or found is None:
        return j
    if found.values:
        return Judgement("unread", j.reading, reason="a number of an example, whose values are not given here")
    if j.sides is None or not j.sides.indices:
        return _rounded(j, found, places)
    worst = _rounded(j, found, places)
    for entry, wrong in _wrong_entries(document, j.sides):
        if wrong is None:
            return Judgement("unread", j.reading, reason="rounded numbers, not all of which could be compared")
        here = _rounded(j, wrong, places)
        if here.verdict == "refuted":
            return replace(j, found=Verdict("refuted", counterexample=replace(wrong, entry=entry)))
        worst = here if here.verdict == "unread" else worst
    return worst


def _wrong_entries(document: Document, sides: Sides) -> Iterator[tuple[tuple[int, ...], Counterexample | None]]:
    """The entries where two arrays differ, with both values; None for what is not known of one."""
    lengths = [i.size for i in sides.indices]
    numbers = [int(n) for n in lengths if n.is_Integer]
    if len(numbers) < len(lengths) or prod(numbers) > _ENTRIES:
        yield (), None
        return
    deadline = time.process_time() + _SECONDS
    for entry in product(*map(range, numbers)):
        rule = {i: Integer(k) for i, k in zip(sides.indices, entry, strict=True)}
        one = replace(sides, left=sides.left.xreplace(rule), right=sides.right.xreplace(rule), indices=())
        found = ask(document, one, deadline)
        if found.verdict != "proved":
            yield entry, found.counterexample if found.verdict == "refuted" else None


def _rounded(j: Judgement, found: Counterexample, places: int) -> Judgement:
    claimed, true = Fraction(found.claimed), Fraction(found.true)
    gap = abs(claimed - true)
    if gap <= _SLACK / 10**places:
        evidence = {"points": 1, "digits": places}
        note = f"true to the {places} decimals that are written; the value is {found.true}"
        return Judgement("agrees", j.reading, Verdict("agrees", evidence=evidence), notes=(note,))
    if gap <= _FAR * abs(true):
        return Judgement("unread", j.reading, reason=f"a rounded number: the value is {found.true}")
    return j


def _decimals(node: Node) -> int:
    """How many decimals a side is written with that is made of numbers alone; 0 for others, and for whole numbers."""
    leaves = list(walk(node))
    if any(isinstance(n, Letter | Words) for n in leaves):
        return 0
    return max((_places(n.value) for n in leaves if isinstance(n, Number)), default=0)


def _places(value: Fraction) -> int:
    for places in range(13):
        if (value * 10**places).denominator == 1:
            return places
    return 0
