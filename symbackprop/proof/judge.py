"""The ladder: one point first, then the normal form, then many points. What each rung may say:

* a point where the balls separate refutes, exactly and at once;
* the normal form proves, for all sizes where sizes are names, but only with admissible points that bear it out;
* points that agree are evidence and no more: ``agrees``, with how many and to how many digits.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from sympy import Expr

from symbackprop.errors import SymbackpropError
from symbackprop.indices import Index
from symbackprop.proof.atoms import OutOfTime
from symbackprop.proof.context import Context
from symbackprop.proof.cuts import with_cuts
from symbackprop.proof.equal import free_indices, same_normal_form
from symbackprop.proof.refute import Counterexample, Point, Question, search, shown, shrink

_POINTS = 10
_AT_KINK = ("the sides have different values at a kink, where the derivative is a convention",)
_WITNESSES = 2
_DEEP = 16  # definitions
_PROVED_SHARE = 0.7  # of the time, for the normal form


@dataclass(frozen=True)
class Verdict:
    """``verdict``: "proved", "refuted", "agrees", or "unread" where no admissible point was found.

    ``evidence`` is ``{"points": N, "digits": D}`` for ``agrees``.
    """

    verdict: str
    counterexample: Counterexample | None = None
    evidence: dict[str, int] | None = None
    notes: tuple[str, ...] = field(default=())


def judge(
    claimed: Expr, true: Expr, context: Context, indices: Sequence[Index] | None = None, seconds: float = 5.0
) -> Verdict:
    """Whether a claimed expression equals the true one, entry by entry over the free indices.

    >>> from symbackprop.functions import apply
    >>> from symbackprop.terms import Entry
    >>> z = Entry("z"); s = apply("sigmoid", z)
    >>> judge(s*(1 - s), s.diff(z), Context()).verdict, judge(s*(1 + s), s.diff(z), Context()).verdict
    ('proved', 'refuted')
    """
    deadline = time.process_time() + seconds
    try:
        free = free_indices(claimed, true) if indices is None else tuple(indices)
        question = Question(claimed, true, context, free)
        return _climb(question, deadline, seconds)
    except SymbackpropError as e:
        return Verdict("unread", notes=(str(e),))


def _climb(question: Question, deadline: float, seconds: float) -> Verdict:
    point, agreeing = search(question, _WITNESSES, deadline)
    if point is not None:
        return Verdict("refuted", shown(shrink(question, point, deadline), question))
    equal, notes = _equal(question, time.process_time() + _PROVED_SHARE * seconds)
    if equal and agreeing:
        return Verdict("proved", notes=_AT_KINK if question.look_at_kinks() else ())
    if not equal:
        point, more = search(question, _POINTS, deadline)
        agreeing = max(agreeing, more, key=len)  # the proof may have left no time for others
    if point is not None:
        return Verdict("refuted", shown(shrink(question, point, deadline), question), notes=notes)
    if not agreeing:
        late = "out of time" if time.process_time() > deadline else None
        why = question.reason or late or "no admissible point: the assumptions may contradict one another"
        return Verdict("unread", notes=(why, *notes))
    return Verdict(
        "agrees",
        evidence={"points": len(agreeing), "digits": _digits(agreeing)},
        notes=(*notes, *(_AT_KINK if question.differs_at_kink else ())),
    )


def _equal(question: Question, limit: float) -> tuple[bool, tuple[str, ...]]:
    """Whether the normal form proves it; deep programs with cuts at once, others where nothing else helps."""
    a, b, context = question.a, question.b, question.context
    deep = len(context.unfolded) > _DEEP
    try:
        if not deep and same_normal_form(a, b, context, limit):
            return True, ()
        cut = with_cuts(context, limit) if len(context.formula.defining) > 1 else context
        return (deep or cut is not context) and same_normal_form(a, b, cut, limit), ()
    except OutOfTime:
        return False, ("the proof ran out of time",)


def _digits(agreeing: list[Point]) -> int:
    return int(min(p.bits for p in agreeing) * 0.30103)
