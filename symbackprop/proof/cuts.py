"""Proof for deep programs: equal intermediates are found by their values, proved one by one, and given one name.

Substituting a deep program down to its inputs grows exponentially; with names kept, each step is as small as it is
written. Two programs that compute alike seldom call things alike: so every intermediate gets a fingerprint at a
random point, and in order of computation each is proved equal to the first that has its fingerprint. A cut can lose
proofs, never add false ones. A recurrence is equal to another by induction: boundaries, and one step from equal steps.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sympy import Expr

from symbackprop.equations import Equation, Formula
from symbackprop.errors import SymbackpropError
from symbackprop.evaluation import Evaluation
from symbackprop.indices import Index
from symbackprop.number_types import FLOAT
from symbackprop.proof.atoms import OutOfTime
from symbackprop.proof.context import Context
from symbackprop.proof.equal import Proof, prove, same_normal_form
from symbackprop.proof.points import MOODS, draw
from symbackprop.sampling import small_sizes
from symbackprop.schedule import Recurrence, schedule
from symbackprop.terms import Flat

_SHARE = 0.2  # of the time that is left, for one cut
_DIGITS = 9


def prove_program(
    a: Expr, b: Expr, context: Context, indices: Sequence[Index] | None = None, seconds: float = 5.0
) -> Proof | None:
    """As ``equal.prove``, for two programs whose definitions the context has together.

    >>> import symbackprop as sb
    >>> from symbackprop.terms import Entry
    >>> f = sb.formula("input x; a = tanh(x); b = 1 - a**2; c = tanh(x); d = (1 - c)*(1 + c)".replace("; ", chr(10)))
    >>> prove_program(Entry("b"), Entry("d"), Context(f)) is not None
    True
    """
    deadline = time.process_time() + seconds
    cut = with_cuts(context, deadline)
    return prove(a, b, cut, indices, max(0.1, deadline - time.process_time()))


def with_cuts(context: Context, deadline: float) -> Context:
    """The context with every intermediate that is proved equal to an earlier one as its alias."""
    prints = fingerprints(context)
    first: dict[Any, str] = {}
    for block in schedule(context.formula):
        for e in block.equations if isinstance(block, Recurrence) else (block.equation,):
            key = prints.get(e.name)
            if key is None:
                continue
            other = first.setdefault(key, e.name)
            if other != e.name and _equal(e, context.formula.defining[other], context, deadline):
                context = replace(context, aliases={**context.aliases, e.name: other})
    return context


def _equal(e: Equation, other: Equation, context: Context, deadline: float) -> bool:
    limit = time.process_time() + _SHARE * max(0.0, deadline - time.process_time())
    rule = _aligned(other, e)
    if rule is None:
        return False
    try:
        formula = context.formula
        if e.name not in formula.boundaries and other.name not in formula.boundaries:
            return same_normal_form(e.rhs, other.rhs.xreplace(rule), context, limit)
        induction = replace(context, aliases={**context.aliases, e.name: other.name})
        return _same_boundaries(e.name, other.name, induction, limit) and same_normal_form(
            e.rhs, other.rhs.xreplace(rule), induction, limit
        )
    except OutOfTime:
        return False


def _same_boundaries(name: str, other: str, context: Context, limit: float) -> bool:
    mine, theirs = (context.formula.boundaries.get(n, ()) for n in (name, other))
    if len(mine) != len(theirs):
        return False
    for m, t in zip(mine, theirs, strict=True):
        rule = _aligned(t, m)
        if rule is None or not same_normal_form(m.rhs, t.rhs.xreplace(rule), context, limit):
            return False
    return True


def _aligned(other: Equation, e: Equation) -> dict[Expr, Expr] | None:
    """What renames the other equation's indices to this one's; None where the left sides do not match."""
    rule: dict[Expr, Expr] = {}
    for s, t in zip(other.slots, e.slots, strict=True):
        if isinstance(s, Index) and isinstance(t, Index) and s.size == t.size:
            rule[s] = t
        elif s != t or isinstance(s, Flat):
            return None
    return rule


def fingerprints(context: Context) -> Mapping[str, tuple]:
    """The values of every defined tensor at one admissible point, rounded; empty where there is none."""
    formula: Formula = context.formula
    facts = context.facts(formula)
    for mood in range(MOODS):
        try:
            sizes = small_sizes(formula, seed=mood)
            arrays = {n: _floats(a) for n, a in draw(formula, facts, sizes, 17 + mood, mood).items()}
            evaluation = Evaluation(formula, arrays, sizes, FLOAT)
            with np.errstate(all="ignore"):  # what is not finite is no fingerprint of anything
                evaluation.run(list(formula.defining))
            found = {n: np.asarray(evaluation.array(n), dtype=float) for n in formula.defining}
        except (SymbackpropError, ArithmeticError, ValueError):
            continue
        return {
            n: (tuple(map(str, formula.tensors[n].lengths)), tuple(f"{x:.{_DIGITS}g}" for x in v.ravel()))
            for n, v in found.items()
        }
    return {}


def _floats(array: np.ndarray) -> np.ndarray:
    return array if array.dtype != object else array.astype(float)
