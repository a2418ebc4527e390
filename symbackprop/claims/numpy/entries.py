"""Judging entry by entry, at integer sizes: each entry is a question between two numbers."""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sympy import Expr, Integer

from symbackprop.equations import Formula
from symbackprop.indices import Index
from symbackprop.proof.context import Context
from symbackprop.proof.judge import Verdict, judge
from symbackprop.terms import Entry

_NOTE = "proved entry by entry, for these sizes"


def by_entry(claimed: Expr, true: Expr, context: Context, at: Sequence[Index], seconds: float) -> Verdict:
    """The verdict over all entries: the first that is refuted decides, all must be proved. Out of time: ``unread``."""
    deadline = time.process_time() + seconds
    weakest: Verdict | None = None
    for where in np.ndindex(*(int(i.size) for i in at)):
        left = deadline - time.process_time()
        if left <= 0:
            return Verdict("unread", notes=("the proof ran out of time",))
        rule = {i: Integer(k) for i, k in zip(at, where, strict=True)}
        a, b = claimed.xreplace(rule), true.xreplace(rule)
        found = judge(a, b, replace(context, definitions=_needed(context.formula, a, b)), (), left)
        if found.verdict == "refuted":
            assert found.counterexample is not None
            return replace(found, counterexample=replace(found.counterexample, entry=where))
        if found.verdict != "proved" and weakest is None:
            weakest = found
    return weakest or Verdict("proved", notes=(_NOTE,))


def _needed(formula: Formula, *sides: Expr) -> Formula:
    """The definitions that the sides read, directly or not: an entry needs few of them."""
    found: set[str] = set()
    todo = [e.name for side in sides for e in side.atoms(Entry)]
    while todo:
        name = todo.pop()
        if name in formula.defining and name not in found:
            found.add(name)
            todo += formula.defining[name].reads
    tensors = {n: t for n, t in formula.tensors.items() if t.role != "defined" or n in found}
    return Formula(tensors, tuple(e for e in formula.equations if e.name in found))
