"""Claims that one expression bounds another: the sign of their difference, proved, or a point where it is wrong.

The ladder is that of ``judge``: a point where the balls break the relation refutes; then the sign of the normal form
proves (``nonnegative``), or for one real number certified enclosures do (``one_variable``); else the points that were
tried are evidence. A strict bound that is attained is refuted by the point where it is.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

from sympy import Expr, Integer, S, Symbol

from symbackprop.errors import NotSupported, SymbackpropError
from symbackprop.indices import Index
from symbackprop.proof.absolute_values import has_bars, not_negative_by_halves
from symbackprop.proof.atoms import OutOfTime, Undecided, Workspace
from symbackprop.proof.context import Context
from symbackprop.proof.equal import free_indices, unfoldings
from symbackprop.proof.judge import Verdict
from symbackprop.proof.kinks import filled
from symbackprop.proof.mean_value import by_mean_value
from symbackprop.proof.nonnegative import sign_of_poly
from symbackprop.proof.one_variable import sign_on
from symbackprop.proof.reading import Reader
from symbackprop.proof.refute import Point, Question, search, shown, shrink
from symbackprop.substitution import substitute
from symbackprop.terms import Entry

RELATIONS = ("<", "<=", ">", ">=")
_WITNESSES = 4
_POINTS = 12
_MOST_ZEROED = 6  # tensors
_PRECISION = 128


def judge_bound(
    left: Expr,
    relation: str,
    right: Expr,
    context: Context,
    indices: Sequence[Index] | None = None,
    seconds: float = 5.0,
) -> Verdict:
    """Whether ``left relation right`` holds entry by entry over the free indices; ``relation`` is one of ``RELATIONS``.

    >>> from symbackprop.functions import apply
    >>> from symbackprop.terms import Entry
    >>> from sympy import Rational
    >>> z = Entry("z"); slope = apply("sigmoid", z).diff(z)
    >>> [judge_bound(slope, r, Rational(1, 4), Context()).verdict for r in ("<=", "<")]
    ['proved', 'refuted']
    """
    if relation not in RELATIONS:
        raise ValueError(f"{relation!r} is no relation of order; known are {', '.join(RELATIONS)}")
    deadline = time.process_time() + seconds
    try:
        free = free_indices(left, right) if indices is None else tuple(indices)
        question = Question(left, right, context, free, relation=relation)
        return _Bound(question, deadline).verdict()
    except SymbackpropError as e:
        return Verdict("unread", notes=(str(e),))


@contextmanager
def _many_bits() -> Iterator[None]:
    import flint  # bounds alone need it

    before, flint.ctx.prec = flint.ctx.prec, _PRECISION
    try:
        yield
    finally:
        flint.ctx.prec = before


class _Bound:
    """One bound: the question, and the difference that is to be positive or not negative."""

    def __init__(self, question: Question, deadline: float) -> None:
        self.question, self.deadline = question, deadline
        self.is_strict = question.relation in ("<", ">")
        a, b = question.a, question.b
        self.gap = b - a if question.relation in ("<", "<=") else a - b

    def verdict(self) -> Verdict:
        point, agreeing = search(self.question, _WITNESSES, self.deadline)
        point = point or self._at_special_points()
        if point is not None:
            return self._refuted(point)
        sign = self._sign_of_normal_form()
        if not self._suffices(sign):
            found, point = self._of_one_number()
            if point is not None:
                return self._refuted(point)
            sign = found if sign is None else sign
            sign = found if self._suffices(found) else sign
        if not self._suffices(sign) and self._by_mean_value():
            sign = 0 if sign is None else sign
        if self._suffices(sign) and agreeing:
            return Verdict("proved")
        point, more = search(self.question, _POINTS, self.deadline)
        agreeing = max(agreeing, more, key=len)
        if point is not None:
            return self._refuted(point)
        if not agreeing:
            return Verdict("unread", notes=(self.question.reason or "no admissible point was found",))
        notes = ("the bound is proved, but not that it is strict",) if sign == 0 else ()
        digits = int(min(p.bits for p in agreeing) * 0.30103)
        return Verdict("agrees", evidence={"points": len(agreeing), "digits": digits}, notes=notes)

    def _suffices(self, sign: int | None) -> bool:
        return sign == 1 or (sign == 0 and not self.is_strict)

    def _refuted(self, point: Point) -> Verdict:
        point = shrink(self.question, point, self.deadline)
        notes: tuple[str, ...] = ()
        if self.is_strict and bool(point.claimed == point.true):
            notes = ("equality is attained here",)
        return Verdict("refuted", shown(point, self.question), notes=notes)

    def _sign_of_normal_form(self) -> int | None:
        question, context = self.question, self.question.context
        w = Workspace(question.facts, (time.process_time() + self.deadline) / 2)
        best: int | None = None
        for unfold in unfoldings(context, question.a, question.b):
            try:
                sign = sign_of_poly(w, Reader(w, unfold, question.formula.boundaries).read(self.gap))
            except OutOfTime:
                return best
            except (Undecided, RecursionError):
                continue
            best = sign if best is None else best
            if self._suffices(sign):
                return sign
        return best

    def _by_mean_value(self) -> bool:
        seconds = (self.deadline - time.process_time()) / 4

        def holds(gap: Expr) -> bool:
            return judge_bound(gap, ">=", S.Zero, Context(), (), seconds).verdict == "proved"

        return by_mean_value(self.gap, self._is_zero, holds)

    # -- one real number

    def _of_one_number(self) -> tuple[int | None, Point | None]:
        try:
            gap = substitute(self.gap, self.question.context.formula, list(self.question.context.unfolded))
        except (NotSupported, RecursionError):
            return None, None
        variables = gap.atoms(Entry)
        t = Symbol("t", real=True)
        if len(variables) != 1:
            return None, None
        (variable,) = variables
        f = gap.xreplace({variable: t})
        if f.free_symbols != {t} or f.atoms(Index):
            return None, None
        facts = self.question.facts
        low = 0 if variable.name in facts.positive else None
        high = 1 if variable.name in facts.unit else None
        with _many_bits():
            if low is None and high is None and has_bars(f):
                if not_negative_by_halves(f, t, lambda e: self._is_zero(e.xreplace({t: variable})), self.deadline):
                    return 0, None
            found = sign_on(f, t, low, high, self._is_zero, self.deadline)
        point = None if found.below is None else self._where(variable.name, found.below)
        return found.sign, point

    def _is_zero(self, expr: Expr) -> bool:
        try:
            w = Workspace(self.question.facts, self.deadline)
            return not Reader(w, {}).read(expr)
        except Undecided:
            return False

    # -- points of our choice

    def _where(self, name: str, value: Fraction) -> Point | None:
        return self._at({name: value}, Fraction(1))

    def _at_special_points(self) -> Point | None:
        """All entries alike, or those of one tensor zero, where slopes are largest, and the others 1."""
        used = self.question.inputs_used()
        names = [t.name for t in self.question.formula.declared if t.name in used][:_MOST_ZEROED]
        alike: list[tuple[dict[str, Fraction], Fraction]] = [({}, Fraction(v)) for v in (0, 1, -1)]
        for values, otherwise in (*alike, *(({n: Fraction(0)}, Fraction(1)) for n in names if len(names) > 1)):
            point = self._at(values, otherwise)
            if point is not None:
                return point
        return None

    def _at(self, values: dict[str, Fraction], otherwise: Fraction) -> Point | None:
        """Where all entries of a tensor are one number, if the relation is broken there."""
        formula = self.question.formula
        for sizes in ({s.name: 1 for s in formula.sizes}, self.question.sizes(0)):
            try:
                numbers = {s: Integer(sizes[s.name]) for s in formula.sizes}
                found = {
                    t.name: filled(t, self.question.facts, numbers, values.get(t.name, otherwise))
                    for t in formula.declared
                }
                arrays = {name: a for name, a in found.items() if a is not None}
                point = self.question.compare(sizes, arrays) if len(arrays) == len(found) else None
            except (SymbackpropError, OutOfTime):
                continue
            if point is not None and point.entry is not None:
                return point
        return None
