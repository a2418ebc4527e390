"""Judging entry by entry, at integer sizes: each entry is a question between two numbers."""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sympy import Expr, Integer

from symbackprop.indices import Index
from symbackprop.proof.context import Context
from symbackprop.proof.judge import Verdict, judge

_NOTE = "proved entry by entry, for these sizes"


def by_entry(claimed: Expr, true: Expr, context: Context, at: Sequence[Index], seconds: float) -> Verdict:
    """The verdict over all entries: the first that is refuted decides, all must be proved."""
    deadline = time.monotonic() + seconds
    weakest: Verdict | None = None
    for where in np.ndindex(*(int(i.size) for i in at)):
        rule = {i: Integer(k) for i, k in zip(at, where, strict=True)}
        left = max(deadline - time.monotonic(), 0.2)
        found = judge(claimed.xreplace(rule), true.xreplace(rule), context, (), left)
        if found.verdict == "refuted":
            assert found.counterexample is not None
            return replace(found, counterexample=replace(found.counterexample, entry=where))
        if found.verdict != "proved" and weakest is None:
            weakest = found
    return weakest or Verdict("proved", notes=(_NOTE,))
