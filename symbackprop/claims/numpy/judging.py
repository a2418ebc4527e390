"""Judging a pair of NumPy functions, down the ladder, to claims.

The whole array with its sizes as they were given; entry by entry at integer sizes; numbers alone. Each rung says what
it may say: only the first two prove, and only after the guard. A refutation is looked at again beside its point: what
differs at a kink alone is a convention.
"""

import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from sympy import Integer

from symbackprop.claims.numpy import mending
from symbackprop.claims.numpy.axes import Shape, indices, show
from symbackprop.claims.numpy.echo import echoed
from symbackprop.claims.numpy.entries import by_entry
from symbackprop.claims.numpy.guard import deviation
from symbackprop.claims.numpy.lift import ENTRYWISE, WHOLE, Style
from symbackprop.claims.numpy.literals import assignments, literal_sizes
from symbackprop.claims.numpy.mending import Mending, Repair
from symbackprop.claims.numpy.numeric import as_array, judge_numerically
from symbackprop.claims.numpy.plain import CodeFailed, PlainPoint, concrete_sizes, cost, near, points
from symbackprop.claims.numpy.problem import Problem
from symbackprop.claims.numpy.programs import first_line, place
from symbackprop.claims.numpy.ratios import ratio
from symbackprop.claims.numpy.reading import Reading, labels_of, read
from symbackprop.claims.numpy.trace import size_one
from symbackprop.claims.report import Claim
from symbackprop.errors import DataError
from symbackprop.indices import size
from symbackprop.proof.context import Context
from symbackprop.proof.equal import prove, same_normal_form
from symbackprop.proof.judge import Verdict, judge
from symbackprop.proof.refute import Counterexample

_SECONDS, _QUICK = 4.0, 0.5  # of processor time: by the normal form, and where that is likely to be quick
_WHOLE_CLAIM = 1.1  # of that: for a claim with its repairs and the sizes where it holds
_OF_SHAPES = ("shape", "broadcast", "dimension", "aligned", "axes", "axis")
_AT_KINK = "the two differ only at ties or kinks, where either is a convention"


def parameters(function: Callable[..., Any]) -> list[str]:
    """The names that arguments can be handed over by position to."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


@dataclass
class Judging:
    """One problem on its way down the ladder."""

    problem: Problem
    wrt: tuple[str, ...] | None
    reason: str | None = None
    style: Style = WHOLE
    labels: dict[str, Any] = field(default_factory=dict)
    echoes: dict[str, str | None] = field(default_factory=dict)
    end: float = 0.0  # of the time of a claim

    def claims(self) -> list[Claim]:
        reading = self._reading(WHOLE)
        try:
            sizes, found = self._points()
        except CodeFailed as failed:
            return [self._failed(n, failed) for n in self.wrt or ("out",)]
        if not found:
            reason = "no point where both functions are finite"
            return [self._claim(n, Verdict("unread"), reason=reason) for n in self.wrt or ("out",)]
        reading = self._guarded(reading, found, sizes)
        if reading is None and not self.problem.names_sizes:
            self.style = ENTRYWISE
            reading = self._guarded(self._reading(ENTRYWISE), found, sizes)
        return [self._one(n, reading, found, sizes) for n in found[0].numerical]

    def _points(self) -> tuple[dict[str, int], list[PlainPoint]]:
        """Random points, at sizes for which the forward function runs."""
        first: CodeFailed | None = None
        usual = concrete_sizes(self.problem, 0)
        for sizes in (usual, *assignments(self.problem, usual)):
            try:
                return sizes, points(self.problem.at(sizes), self.wrt, self._classes(sizes), wanted=2)
            except CodeFailed as failed:
                if failed.place != "forward":
                    raise
                first = first or failed
        assert first is not None
        raise first

    def _where_it_holds(self, name: str) -> tuple[str, ...]:
        """Notes on sizes, written as numbers into the code, for which a refuted gradient would be right."""
        notes = []
        for size_name in self.problem.size_names:
            for n in literal_sizes(self.problem):
                if not self._left(_QUICK):
                    return ()
                there = self.problem.at({size_name: n})
                try:
                    reading = read(there, self.wrt)
                except Exception:  # whatever the code raises at that size
                    continue
                context, at = Context(reading.program, there.assumptions), indices(there.shapes[name])
                if reading.claimed[name].sizes == there.shapes[name] and prove(
                    reading.claimed[name].expr, reading.true[name], context, at, self._left(_QUICK)
                ):
                    notes.append(f"holds at {size_name} = {n}")
        return (f"{notes[0]} only",) if len(notes) == 1 else tuple(notes)

    def _guarded(self, reading: Reading | None, found: list[PlainPoint], sizes: Mapping[str, int]) -> Reading | None:
        """The reading, if it bears the guard."""
        if reading is None:
            return None
        concrete = self.problem.at(sizes)
        wrong = deviation(reading, sizes, found, lambda arrays: cost(concrete, arrays))
        self.reason = wrong or self.reason
        return None if wrong else reading

    def _classes(self, sizes: Mapping[str, int]) -> dict[str, Any]:
        return {n: k.xreplace(_numbers(sizes)) for n, k in self.labels.items()}

    def _reading(self, style: Style) -> Reading | None:
        try:
            reading = read(self.problem, self.wrt, style)
        except DataError:
            raise
        except Exception as error:  # whatever the person's code raises on arrays that are not numbers
            self.reason = self.reason or f"{self._place(error)}{error or type(error).__name__}"
            self.labels = self.labels or labels_of(self.problem, style)
            return None
        self.labels = dict(reading.trace.labels)
        if style is WHOLE:
            self.echoes = {n: echoed(n, a.expr, a.sizes, reading.program) for n, a in reading.claimed.items()}
        return reading

    def _left(self, most: float) -> float:
        """What may be used of the claim's time."""
        return max(0.0, min(most, self.end - time.process_time()))

    def _one(self, name: str, reading: Reading | None, found: list[PlainPoint], sizes: Mapping[str, int]) -> Claim:
        self.end = time.process_time() + _WHOLE_CLAIM * _SECONDS
        misfit = self._misfit(name, reading, found, sizes)
        if misfit is not None:
            return misfit
        verdict = None
        if reading is not None:
            verdict = self._judged(name, reading)
            if verdict.verdict == "refuted" and self.style is WHOLE:
                repair = self._repair(name, reading, found, sizes)
                verdict = replace(verdict, notes=(*verdict.notes, *self._where_it_holds(name)))
                return self._claim(name, verdict, diagnosis=repair.diagnosis, repair=repair.latex)
            if verdict.verdict == "agrees" and self.style is WHOLE and not self.problem.names_sizes:
                verdict = self._entry_by_entry(name, found, sizes) or verdict
            if verdict.verdict == "refuted":
                return self._claim(name, verdict, diagnosis=self._proportional(name, reading, found))
            if verdict.verdict != "unread":
                return self._claim(name, verdict)
        numerical = judge_numerically(self.problem, self.wrt, self._classes(sizes), sizes, name)
        numerical = replace(numerical, notes=(*numerical.notes, *(verdict.notes if verdict else ())))
        diagnosis = "other" if numerical.verdict == "refuted" else None
        return self._claim(name, numerical, reason=self.reason, diagnosis=diagnosis)

    def _entry_by_entry(self, name: str, found: list[PlainPoint], sizes: Mapping[str, int]) -> Verdict | None:
        """The next rung, for what whole arrays could not prove."""
        reading = self._guarded(self._reading(ENTRYWISE), found, sizes)
        if reading is None:
            return None
        context = Context(reading.program, self.problem.assumptions)
        at = indices(self.problem.shapes[name])
        verdict = by_entry(reading.claimed[name].expr, reading.true[name], context, at, self._left(_SECONDS / 2))
        return verdict if verdict.verdict == "proved" else None

    def _proportional(self, name: str, reading: Reading, found: list[PlainPoint]) -> str:
        """The mistake in entry-by-entry code, where a number makes it good."""
        k = ratio([(np.asarray(p.claimed[name], dtype=float), p.numerical[name]) for p in found], 1e-5)
        if k is None:
            return "other"
        context, at = Context(reading.program, self.problem.assumptions), indices(self.problem.shapes[name])
        mended = by_entry(k * reading.claimed[name].expr, reading.true[name], context, at, self._left(mending.SECONDS))
        return "other" if mended.verdict != "proved" else "sign" if k == -1 else "factor"

    def _judged(self, name: str, reading: Reading) -> Verdict:
        """By the normal form: with the forward pass's names kept, which is quick, else down to the inputs."""
        claimed, true, at = reading.claimed[name].expr, reading.true[name], indices(self.problem.shapes[name])
        context = Context(reading.program, self.problem.assumptions)
        if self.style is not WHOLE:
            verdict = by_entry(claimed, true, context, at, self._left(_SECONDS))
        elif reading.forward and prove(claimed, true, replace(context, keep=reading.forward), at, _QUICK):
            return Verdict("proved")
        else:
            verdict = judge(claimed, true, context, at, self._left(_SECONDS))
        if verdict.counterexample is None:
            return verdict
        found = replace(verdict.counterexample, entry=_full(verdict.counterexample.entry, self.problem.shapes[name]))
        if found.claimed == found.true:  # what rounded constants in the code make is no mistake
            return Verdict("unread")
        if self._confirmed(name, found):
            return replace(verdict, counterexample=found)
        if self.style is WHOLE and same_normal_form(claimed, true, context, time.process_time() + _QUICK):
            return Verdict("proved", notes=(_AT_KINK,))
        return Verdict("unread", notes=(_AT_KINK,))

    def _confirmed(self, name: str, found: Counterexample) -> bool:
        """Whether the person's code is wrong around a counterexample too: at a kink alone it is a convention."""
        problem = self.problem.at(found.sizes)
        values = {n: as_array(v, n in self.labels) for n, v in found.values.items()}
        around = near(problem, self.wrt, self._classes(found.sizes), values)
        gap = abs(float(found.claimed) - float(found.true))
        return not around or any(abs(p.gap(name, found.entry)) > gap / 3 for p in around)

    def _repair(self, name: str, reading: Reading, found: list[PlainPoint], sizes: Mapping[str, int]) -> Repair:
        seconds = self._left(mending.SECONDS)
        return Mending(self.problem, reading, found, dict(sizes), name, self.wrt, seconds).find()

    def _misfit(
        self, name: str, reading: Reading | None, found: list[PlainPoint], sizes: Mapping[str, int]
    ) -> Claim | None:
        """The refutation of a gradient whose shape is not the variable's."""
        point = found[0]
        claimed, wanted = np.asarray(point.claimed[name]), np.shape(point.arrays[name])
        if claimed.shape == wanted:
            return None
        transposed = claimed.T
        mends = transposed.shape == wanted and bool(
            np.allclose(transposed, point.numerical[name], rtol=1e-5, atol=1e-6)
        )
        note = f"the gradient has shape {claimed.shape}, {name} has shape {wanted}"
        shown = {"sizes": dict(sizes), "values": {}, "entry": [], "claimed": f"shape {claimed.shape}"}
        repair = Repair("transpose", r"G^{\top}") if mends else Repair("shape")
        if not mends and reading is not None and self.style is WHOLE:
            mended = self._repair(name, reading, found, sizes)
            repair = repair if mended.latex is None else mended
        return Claim(
            **self._head(name),
            verdict="refuted",
            counterexample={**shown, "true": f"shape {wanted}"},
            diagnosis=repair.diagnosis,
            repair=repair.latex,
            notes=(note,),
        )

    def _failed(self, name: str, failed: CodeFailed) -> Claim:
        """Code that raises: a gradient whose shapes cannot agree is refuted, all else is not understood."""
        if failed.place == "backward" and _is_about_shapes(failed.error):
            sizes = concrete_sizes(self.problem, 0)
            shown = {"sizes": sizes, "values": {}, "entry": [], "claimed": str(failed.error)}
            wanted = (
                f"shape {show(self.problem.at(sizes).shapes[name])}" if name in self.problem.shapes else "a gradient"
            )
            notes = (str(failed), *(self._where_it_holds(name) if name in self.problem.shapes else ()))
            found = {**shown, "true": wanted}
            return Claim(**self._head(name), verdict="refuted", counterexample=found, diagnosis="shape", notes=notes)
        return Claim(**self._head(name), verdict="unread", reason=f"{self._place(failed.error)}{failed}")

    def _place(self, error: BaseException) -> str:
        return place(error, (self.problem.forward, self.problem.backward))

    def _head(self, name: str) -> dict[str, Any]:
        title = getattr(self.problem.backward, "__name__", "gradient")
        return {
            "id": f"d{name}",
            "line": first_line(self.problem.backward),
            "column": 1,
            "source": f"d{name} of {title}({', '.join(parameters(self.problem.backward))})",
            "reading": self.echoes.get(name),
        }

    def _claim(self, name: str, verdict: Verdict, **more: Any) -> Claim:
        found = None if verdict.counterexample is None else asdict(verdict.counterexample)
        if found is not None:
            found["entry"] = list(found["entry"])
        return Claim(
            **self._head(name),
            verdict=verdict.verdict,
            counterexample=found,
            evidence=verdict.evidence,
            notes=verdict.notes,
            **more,
        )


def _full(entry: tuple[int, ...], shape: Shape) -> tuple[int, ...]:
    """The entry with the zeros of axes of length 1."""
    rest = iter(entry)
    return tuple(0 if size_one(n) else next(rest) for n in shape)


def _is_about_shapes(error: Exception) -> bool:
    """NumPy's errors have no type for it: other errors of value (a singular matrix) say nothing of the gradient."""
    return isinstance(error, ValueError) and any(word in str(error) for word in _OF_SHAPES)


def _numbers(sizes: Mapping[str, int]) -> dict[Any, Any]:
    return {size(n): Integer(v) for n, v in sizes.items()}
