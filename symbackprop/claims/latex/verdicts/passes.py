"""All claims of a document judged: the verdicts first, then how the document writes, then what was meant.

Ways of writing are the document's, not a claim's: one common scale of dZ, dA, ... and the layout of its derivatives.
They are looked for without diagnosis and among the claims alone whose verdict they may change. A mistake is
diagnosed once, when everything else is known. Each claim has a time of its own, so that a hard one takes nothing from
the others until the time of the whole document is over. All times are the processor's: what is read and proved does not
depend on how busy the machine is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from sympy import Expr, preorder_traversal

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.options import Options
from symbackprop.claims.latex.syntax.tree import Letter, Product, walk
from symbackprop.claims.latex.verdicts.following import DOES_NOT_FOLLOW, after_wrong, source_of
from symbackprop.claims.latex.verdicts.holding import holds
from symbackprop.claims.latex.verdicts.judgement import Judgement
from symbackprop.claims.latex.verdicts.judging import judged, mended
from symbackprop.claims.latex.verdicts.layouts import NUMERATOR, TRANSPOSED, is_numerator, layout_of, transposed
from symbackprop.claims.latex.verdicts.repeats import once, repeats
from symbackprop.claims.stopping import Stopped, stopping
from symbackprop.indices import Index, size
from symbackprop.terms import Entry

SECONDS_OF_CLAIM = 5.0
_SECONDS_OF_VERDICT = 4.0
_SECONDS_OF_DOCUMENT = 45.0  # below what a worker has for a file, so that its report is not lost
_SECONDS_OF_TRIAL = 1.0

Results = list[tuple[Pending, Judgement]]
Found = TypeVar("Found")


OUT_OF_TIME = Judgement("unread", reason="out of time")
_GRACE = 0.3  # what looks at its deadline ends by itself


def _is_late(judgement: Judgement) -> bool:
    return judgement.reason == OUT_OF_TIME.reason


def stopped_at(deadline: float, work: Callable[[], Found], otherwise: Found) -> Found:
    """What the work finds, or the other where it did not end in time by itself."""
    try:
        with stopping(max(0.0, deadline - time.process_time()) + _GRACE):
            return work()
    except Stopped:
        return otherwise


@dataclass
class Clock:
    """The time that is left for a document, and for each claim in it."""

    end: float
    used: dict[int, float]

    def timed(
        self, claim: Pending, seconds: float, work: Callable[[float], Judgement], otherwise: Judgement = OUT_OF_TIME
    ) -> Judgement:
        """What the work finds until its deadline; what it took is counted as the claim's."""
        start = time.process_time()
        left = SECONDS_OF_CLAIM - self.used.get(id(claim), 0.0)
        deadline = min(self.end, start + seconds, start + left)
        found = stopped_at(deadline, partial(work, deadline), replace(otherwise))
        self.used[id(claim)] = self.used.get(id(claim), 0.0) + time.process_time() - start
        return found

    def patiently(self, claim: Pending, work: Callable[[float], Judgement]) -> Judgement:
        """What a quick look finds, or else one that takes what a verdict may."""
        found = self.tried(work, OUT_OF_TIME)
        return self.timed(claim, _SECONDS_OF_VERDICT, work) if _is_late(found) else found

    def tried(self, work: Callable[[float], Found], otherwise: Found) -> Found:
        """What a quick look finds."""
        deadline = min(self.end, time.process_time() + _SECONDS_OF_TRIAL)
        return stopped_at(deadline, partial(work, deadline), otherwise)


def verdicts(document: Document) -> Results:
    """Every claim of the document with what was found of it, in the order of the text."""
    clock = Clock(time.process_time() + _SECONDS_OF_DOCUMENT, {})
    return [pair for part in (document, *document.others) for pair in _verdicts(part, clock)]


def _verdicts(document: Document, clock: Clock) -> Results:
    again = repeats(document)

    def first(claim: Pending, _: None) -> Judgement:
        return clock.timed(claim, _SECONDS_OF_VERDICT, partial(judged, document, claim, mending=False))

    def last(claim: Pending, j: Judgement) -> Judgement:
        return clock.timed(claim, SECONDS_OF_CLAIM, partial(mended, document, claim, j), j)

    claims = document.claims
    results = list(zip(claims, once(again, ((c, None) for c in claims), first), strict=True))
    results = _laid_out(document, _scaled(document, results, clock), clock, again)
    results = list(zip(claims, once(again, results, last), strict=True))
    _follow(document, results, clock)
    return results


def _laid_out(document: Document, results: Results, clock: Clock, repeated: frozenset[int]) -> Results:
    """The results with the layout of each; several gradients by matrices that are right transposed are accepted."""

    def look(claim: Pending, j: Judgement) -> bool | None:
        return clock.tried(partial(transposed, document, claim, j), None)

    looks = [(c, j, turned) for (c, j), turned in zip(results, once(repeated, results, look), strict=True)]
    # What could not be looked at in time is not called wrong.
    results = [(c, replace(OUT_OF_TIME) if x is None and j.verdict == "refuted" else j) for c, j, x in looks]
    turned = [id(c) for c, _, is_turned in looks if is_turned]
    layouts = once(repeated, results, lambda c, j: clock.tried(partial(layout_of, document, c, j), None))
    for (_, j), layout in zip(results, layouts, strict=True):
        j.layout = layout
    if not document.numerator and is_numerator([j.layout for _, j in results], len(turned)):
        document.numerator = True
        again = [(c, partial(judged, document, c, mending=False), j) for c, j in results]
        results = [(c, clock.tried(ask, j) if id(c) in turned else j) for c, ask, j in again]
    for c, j in results:
        if id(c) in turned:
            j.layout = NUMERATOR if j.verdict == "proved" else None
            j.notes += (TRANSPOSED,)
    return results


def _follow(document: Document, results: Results, clock: Clock) -> None:
    """Keep from which wrong claims others follow, and which right ones do not follow in their chain."""
    wrong: Results = []
    for k, (c, j) in enumerate(results):
        if j.verdict == "refuted":
            j.follows = clock.tried(partial(source_of, document, c, j, wrong), None)
            wrong.append((c, j))
        elif j.verdict == "proved" and k and after_wrong(c, results[k - 1]):
            j.notes += (DOES_NOT_FOLLOW,)


def _scaled(document: Document, results: Results, clock: Clock) -> Results:
    """The results under one common scale of dZ, dA, ... where that makes what was refuted right.

    The gradients of the parameters fix the scale: more of those that rest on scaled symbols must be proved with it.
    """
    wrong = [c for c, j in results if j.verdict == "refuted"]
    if not any(isinstance(n, Product) and isinstance(n.factors[0][1], Letter) and n.factors[0][1].name == "d"
               for c in wrong for n in walk(c.left)):  # fmt: skip
        return results
    for scale in _numbers(document):
        document.scale = scale
        looks = (clock.tried(partial(holds, document, c, Options(scale=scale)), None) for c in wrong)
        if not _is_cost_given(document) or any(look is not False for look in looks):
            again = [(c, clock.patiently(c, partial(judged, document, c, mending=False))) for c, _ in results]
            if _fits(results, again):
                return again
            if not _is_cost_given(document) or any(_is_late(j) for _, j in again):
                results = _as_both(results, again)
    document.scale = None
    return results


def _is_cost_given(document: Document) -> bool:
    return any(c.cost is not None for c in document.claims)


def _as_both(results: Results, again: Results) -> Results:
    """Where a document scales dZ in two ways and no cost is given, nobody knows which of its claims are wrong.

    Nor is it known where time ran out.
    """
    reason = "dZ of a cost that is not given: of the sum over the examples, or of their mean? the document has both"
    other = {id(c): "late" if _is_late(j) else j.verdict for c, j in again}
    unclear = ({"proved", "refuted"}, {"late", "refuted"})
    if not any(j.verdict == "refuted" and other[id(c)] in ("proved", "late") for c, j in results):
        return results  # nothing is right in the other way alone: it is not how the document writes
    return [
        (c, Judgement("unread", j.reading, reason=reason) if {j.verdict, other[id(c)]} in unclear else j)
        for c, j in results
    ]


def _numbers(document: Document) -> list[Expr]:
    """The sizes that stand as numbers in the forward pass, as in 1/m: one of them may be kept outside."""
    written: set[Expr] = set()
    for e in document.scope.equations.values():
        walk_through = preorder_traversal(document.algebra.settled_expr(e.rhs))
        for part in walk_through:
            written.add(part)
            if isinstance(part, Index | Entry):
                walk_through.skip()
    names = set(document.sizes)
    if not _is_cost_given(document):  # a cost that is not given may be a mean
        written |= {size(n.name) for c in document.claims for n in walk(c.right) if isinstance(n, Letter)}
        names |= {str(x) for s in document.scope.symbols.values() for n in s.shape for x in n.free_symbols}
    return [size(name) for name in sorted(names) if size(name) in written]


def _fits(before: Results, after: Results) -> bool:
    """Whether a scale makes more claims right, and more of those about a parameter, one of which may be wrong."""
    by_parameter = [(a.verdict, b.verdict) for (_, a), (_, b) in zip(before, after, strict=True) if _is_of_parameter(b)]
    fixed = sum(b == "proved" for _, b in by_parameter)
    kept = sum(a == b == "proved" for a, b in by_parameter)
    lost = sum(a == "proved" and b != "proved" for a, b in by_parameter)
    return fixed > 0 and (not lost or fixed - kept > lost) and _count(after) < _count(before)


def _count(results: Results) -> int:
    return sum(j.verdict == "refuted" for _, j in results)


def _is_of_parameter(j: Judgement) -> bool:
    """Whether a claim about a parameter rests on scaled symbols: then it fixes their scale."""
    return any("carry the factor" in n for n in j.notes) and not j.scaled_left
