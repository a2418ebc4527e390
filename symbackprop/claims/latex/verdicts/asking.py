"""The question that a claim is, put to the proof engine with the forward pass that it needs."""

import time
from dataclasses import replace

from sympy import Expr, Pow

from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.meaning.forward import formula_of
from symbackprop.claims.latex.meaning.recurrences import unrolled
from symbackprop.claims.latex.verdicts.sides import Sides
from symbackprop.functions import Elementwise
from symbackprop.indices import MaxOver, Total
from symbackprop.proof.bounds import RELATIONS, judge_bound
from symbackprop.proof.context import Context
from symbackprop.proof.equal import prove
from symbackprop.proof.judge import Verdict, judge
from symbackprop.ranges import decided
from symbackprop.terms import Where

SECONDS = 5.0


def ask(document: Document, sides: Sides, deadline: float) -> Verdict:
    seconds = min(SECONDS, deadline - time.process_time())
    if seconds <= 0.05:
        return Verdict("unread", notes=("no time was left for this document",))
    sides = replace(sides, left=decided(sides.left), right=decided(sides.right))
    context = context_of(document, sides)
    if sides.sign in RELATIONS:
        return judge_bound(sides.left, sides.sign, sides.right, context, sides.indices, seconds)
    linear = frozenset(e.name for e in context.formula.equations if _is_polynomial(e.rhs)) & frozenset(context.unfolded)
    attempts = [(sides.right, sides.left, replace(context, keep=linear))] if linear else []
    attempts += [(right, left, context) for right, left in unrolled(sides.right, sides.left, context.formula)]
    expanded = sides.right.expand(), sides.left.expand()
    if expanded != (sides.right, sides.left):
        attempts += [(*expanded, replace(context, keep=linear))]
    # Deep nets are proved with z = Wx + b left as names; a proof that holds for any z holds for this one.
    for right, left, with_names in attempts:
        if prove(right, left, with_names, sides.indices, 0.2 * seconds) is not None:
            return Verdict("proved")
    left_over = max(0.2, min(0.6 * seconds, deadline - time.process_time()))
    return judge(sides.right, sides.left, context, sides.indices, left_over)


def _is_polynomial(expr: Expr) -> bool:
    """Whether an equation is made of sums and products alone, and sums over an index at that."""
    return bool(expr.atoms(Total)) and not expr.atoms(Pow, Elementwise, Where, MaxOver)


def context_of(document: Document, sides: Sides) -> Context:
    """The forward pass that a question needs, with what is assumed of its inputs."""
    formula = formula_of(sides.elaborator.scope, document.algebra, (sides.left, sides.right))
    inputs = {t.name for t in formula.declared}
    given = dict.fromkeys((*document.assumptions, *sides.assumed))
    return Context(formula, tuple(a for a in given if a.tensor in inputs))
