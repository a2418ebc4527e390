"""What was meant by a refuted claim: the small repair that is proved, and the assumptions that would mend it."""

import time
from dataclasses import replace
from itertools import chain

from sympy import Integer

from symbackprop.claims.latex.asking import ask, context_of
from symbackprop.claims.latex.document import Document, Pending
from symbackprop.claims.latex.judgement import Judgement
from symbackprop.claims.latex.options import Options
from symbackprop.claims.latex.repair import chains, common_edits, left_edits, rare_edits
from symbackprop.claims.latex.sides import elaborated, elaborator_for
from symbackprop.claims.latex.tree import Node
from symbackprop.claims.latex.writing import latex_of
from symbackprop.errors import SymbackpropError
from symbackprop.proof.equal import prove
from symbackprop.proof.facts import Assumption
from symbackprop.proof.refute import Question, search
from symbackprop.terms import Entry

REPAIR_SECONDS = 2.5


_MOST_REPAIRS = 800


def diagnose(document: Document, claim: Pending, j: Judgement, deadline: float) -> None:
    """Find the small repair that makes a refuted claim right, and keep it with the name of the mistake."""
    until = min(deadline, time.monotonic() + REPAIR_SECONDS)
    options = j.sides.options if j.sides is not None else Options()
    el = elaborator_for(document, claim, options, False)
    if j.sides is not None:
        el.free = dict(j.sides.elaborator.free)
    candidates = chain(
        ((d, claim.left, right) for d, right in common_edits(claim.right, el)),
        ((d, left, claim.right) for d, left in left_edits(claim.left, el)),
        ((d, claim.left, right) for d, right in rare_edits(claim.right, el)),
        ((d, claim.left, right) for d, right in chains(claim.left, claim.right, el)),
    )
    for count, (diagnosis, left, right) in enumerate(candidates):
        if count >= _MOST_REPAIRS or time.monotonic() > until:
            return
        if _repairs(document, replace(claim, left=left), options, right, until):
            j.diagnosis = diagnosis
            j.repair = latex_of(right) if left is claim.left else f"{latex_of(left)} = {latex_of(right)}"
            return


def side_conditions(document: Document, j: Judgement, deadline: float) -> None:
    """Note under which assumption a refuted claim would hold; nothing is assumed silently."""
    sides = j.sides
    if sides is None:
        return
    context = context_of(document, sides)
    used = {e.name for x in (sides.left, sides.right) for e in x.atoms(Entry)}
    for t in context.formula.declared:
        if t.name not in used or not t.shape:
            continue
        kinds = [Assumption("sum", t.name, Integer(1))] if len(t.shape) == 1 else []
        if len(t.shape) == 2 and t.shape[0] == t.shape[1]:
            kinds = [Assumption("symmetric", t.name)]
        for assumption in kinds:
            wider = replace(context, assumptions=(*context.assumptions, assumption))
            try:
                if time.monotonic() < deadline and prove(sides.right, sides.left, wider, sides.indices, 0.5):
                    holds = "is symmetric" if assumption.kind == "symmetric" else "has entries that sum to 1"
                    j.notes += (f"holds if {t.name} {holds}",)
            except SymbackpropError:
                continue


def _repairs(document: Document, claim: Pending, options: Options, right: Node, until: float) -> bool:
    try:
        sides, _ = elaborated(document, claim, options, right)
        context = context_of(document, sides)
        question = Question(sides.right, sides.left, context, sides.indices)
        point, agreeing = search(question, 1, until)
        if point is not None or not agreeing:
            return False
        return ask(document, sides, until + 0.5).verdict == "proved"
    except (SymbackpropError, RecursionError):
        return False
