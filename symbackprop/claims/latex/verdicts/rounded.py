"""Numbers of a worked example: ``a = \\sigma(7) = 0.99909`` is rounded, and true to the digits that it is written with.

A decimal that is not exactly the value is no wrong step where it is the value rounded; where the other side is not a
number at all, the document computes an example whose values it does not say, and nothing is judged.
"""

from fractions import Fraction

from symbackprop.claims.latex.syntax.tree import Letter, Node, Number, Words, walk
from symbackprop.claims.latex.verdicts.judgement import Judgement
from symbackprop.proof.judge import Verdict

_SLACK = Fraction(3, 2)  # units in the last place: the numbers before it were rounded too
_FAR = Fraction(1, 100)  # relative: what differs more is wrong however it was rounded


def with_rounding(left: Node, right: Node, j: Judgement) -> Judgement:
    """The judgement of a refuted claim, where one side is a decimal."""
    places = max(_decimals(left), _decimals(right))
    found = j.found.counterexample if j.found is not None else None
    if j.verdict != "refuted" or not places or found is None:
        return j
    if found.values:
        return Judgement("unread", j.reading, reason="a number of an example, whose values are not given here")
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
