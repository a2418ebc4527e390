"""What was meant by a refuted claim: the small repair that is proved, and the assumptions that would mend it."""

import time
from collections.abc import Collection
from dataclasses import replace
from itertools import chain, islice

from sympy import Integer

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.options import Options
from symbackprop.claims.latex.syntax.tree import Letter, Node, Quotient, Reduce
from symbackprop.claims.latex.syntax.writing import latex_of
from symbackprop.claims.latex.verdicts.asking import context_of
from symbackprop.claims.latex.verdicts.holding import holds
from symbackprop.claims.latex.verdicts.judgement import Judgement
from symbackprop.claims.latex.verdicts.paths import chains
from symbackprop.claims.latex.verdicts.repair import common_edits, left_edits, path_edits, rare_edits
from symbackprop.claims.latex.verdicts.sides import elaborator_for
from symbackprop.errors import SymbackpropError
from symbackprop.indices import Index
from symbackprop.proof.equal import prove
from symbackprop.proof.facts import Assumption
from symbackprop.terms import Entry

REPAIR_SECONDS = 2.5


_MOST_REPAIRS = 800


def diagnose(document: Document, claim: Pending, j: Judgement, deadline: float, only: Collection[str] = ()) -> None:
    """Find the small repair that makes a refuted claim right, and keep it with the name of the mistake.

    Where mistakes of some kinds alone matter, nothing else is tried unless one of those mends the claim.
    """
    until = min(deadline, time.process_time() + REPAIR_SECONDS)
    options = j.sides.options if j.sides is not None else Options(scale=document.scale)
    el = elaborator_for(document, claim, options, False)
    if j.sides is not None:
        el.free = dict(j.sides.elaborator.free)
    candidates = chain(
        ((d, claim.left, right) for d, right in common_edits(claim.right, el)),
        ((d, claim.left, right) for d, right in path_edits(claim.left, claim.right, el)),
        ((d, left, claim.right) for d, left in left_edits(claim.left, el)),
        ((d, claim.left, right) for d, right in rare_edits(claim.right, el)),
        ((d, claim.left, right) for d, right in chains(claim.left, claim.right, el)),
    )
    tried = list(islice(candidates, _MOST_REPAIRS)) if only else islice(candidates, _MOST_REPAIRS)
    if only and not any(
        holds(document, replace(claim, left=left), options, until, right)
        for diagnosis, left, right in tried
        if diagnosis in only and time.process_time() <= until
    ):
        return
    for diagnosis, left, right in tried:
        if time.process_time() > until:
            return
        if holds(document, replace(claim, left=left), options, until, right):
            j.diagnosis = diagnosis
            j.repair = latex_of(right) if left is claim.left else f"{latex_of(left)} = {latex_of(right)}"
            return


def summed(document: Document, claim: Pending, j: Judgement, deadline: float) -> Judgement:
    """A claim with an index on its right side alone, with the sum, or the mean, over it where that mends it."""
    assert j.sides is not None
    left, right = ({i.name for i in x.free_symbols if isinstance(i, Index)} for x in (j.sides.left, j.sides.right))
    whole: Node = claim.right
    lengths = []
    for letter, (index, _) in j.sides.elaborator.free.items():
        if index.name in right - left:
            whole = Reduce(whole.at, "sum", Letter(whole.at, letter), None, whole)
            lengths.append(str(index.size))
    candidates = [whole, *(Quotient(whole.at, whole, Letter(whole.at, n)) for n in lengths if n.isalpha())]
    for candidate in candidates:
        if holds(document, claim, j.sides.options, deadline, candidate):
            j.repair = latex_of(candidate)
            break
    return j


_SAID = {
    ("symmetric", 2): "is symmetric",
    ("sum", 1): "has entries that sum to 1",
    ("sum", 2): "has rows with entries that sum to 1",
}


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
        rows = 2 if document.speaks_of_one_hot else 1  # axes: rows of a matrix take time, and only words mean them
        kinds = [Assumption("sum", t.name, Integer(1))] if len(t.shape) <= rows else []
        if len(t.shape) == 2 and t.shape[0] == t.shape[1]:
            kinds = [Assumption("symmetric", t.name), *kinds]
        for assumption in kinds:
            wider = replace(context, assumptions=(*context.assumptions, assumption))
            try:
                if time.process_time() < deadline and prove(sides.right, sides.left, wider, sides.indices, 0.5):
                    j.notes += (f"holds if {t.name} {_SAID[assumption.kind, len(t.shape)]}",)
            except SymbackpropError:
                continue
