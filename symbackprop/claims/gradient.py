"""``verify_gradient`` and ``verify_backward``: plain NumPy gradients, proved or refuted.

The forward function is read into index notation and derived; what the gradient function computes is read the same way
and judged against it. The ladder: the whole array with its sizes as they were given; entry by entry at integer sizes;
numbers alone. Each rung says what it may say: only the first two prove, and only after the guard.
"""

import inspect
import linecache
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from sympy import Integer

from symbackprop.claims.numpy.axes import Shape, indices
from symbackprop.claims.numpy.entries import by_entry
from symbackprop.claims.numpy.guard import deviation
from symbackprop.claims.numpy.lift import ENTRYWISE, WHOLE, Style
from symbackprop.claims.numpy.mending import Mending, Repair
from symbackprop.claims.numpy.numeric import as_array, judge_numerically
from symbackprop.claims.numpy.plain import CodeFailed, PlainPoint, concrete_sizes, cost, near, points
from symbackprop.claims.numpy.problem import Problem, read_assumptions, read_shapes
from symbackprop.claims.numpy.reading import Reading, read
from symbackprop.claims.numpy.trace import size_one
from symbackprop.claims.report import Claim, Report
from symbackprop.errors import DataError
from symbackprop.indices import size
from symbackprop.proof.context import Context
from symbackprop.proof.equal import prove, same_normal_form
from symbackprop.proof.judge import Verdict, judge
from symbackprop.proof.refute import Counterexample

_SECONDS, _QUICK = 4.0, 0.5
_AT_KINK = "the two differ only at ties or kinks, where either is a convention"


def verify_gradient(
    forward: Callable[..., Any],
    gradient: Callable[..., Any],
    wrt: str,
    shapes: Mapping[str, Any],
    assume: Mapping[str, Any] | None = None,
) -> Claim:
    """Whether ``gradient(**arrays)`` is the gradient of the scalar ``forward(**arrays)`` by ``wrt``.

    Sizes in ``shapes`` are integers, or names: then a proof holds for every size. Raises ``DataError`` for arguments
    that make no question. The functions are run.

    >>> import numpy as np
    >>> def loss(x, w): return np.sum((x @ w)**2)
    >>> def by_w(x, w): return 2 * x.T @ (x @ w)
    >>> verify_gradient(loss, by_w, "w", {"x": ("N", "D"), "w": ("D",)}).verdict
    'proved'
    """
    problem = _problem(forward, gradient, shapes, assume, ())
    if wrt not in problem.shapes:
        raise DataError(f"no input {wrt!r} to differentiate by; there are {', '.join(problem.shapes)}")
    (claim,) = _Judging(problem, (wrt,)).claims()
    return claim


def verify_backward(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    shapes: Mapping[str, Any],
    assume: Mapping[str, Any] | None = None,
) -> Report:
    """Whether ``backward(dout, **arrays)`` returns the gradients of every argument of ``forward``; a claim for each.

        The gradients come as a tuple in the order of the arguments, or as a dict; None makes no claim.

        >>> import numpy as np
        >>> def linear(x, w): return x @ w
        >>> def back(dout, x, w): return dout @ w.T, x.T @ dout
        >>> str(verify_backward(linear, back, {"x": ("N", "D"), "w": ("D", "M")}).summary["proved"])
        '2'
    """
    upstream = tuple(n for n in _parameters(backward) if n not in shapes)
    problem = _problem(forward, backward, shapes, assume, upstream or ("dout",))
    claims = _Judging(problem, None).claims()
    inputs = tuple({"name": n, "shape": [str(k) for k in s], "how": "declared"} for n, s in problem.shapes.items())
    assumptions = tuple(f"{a.tensor} is {a.kind.replace('_', ' ')}" for a in problem.assumptions)
    return Report(None, tuple(claims), inputs=inputs, assumptions=assumptions)


def _problem(
    forward: Callable[..., Any], backward: Callable[..., Any], shapes: Mapping, assume: Any, upstream: tuple[str, ...]
) -> Problem:
    read_ = read_shapes(shapes)
    return Problem(forward, backward, read_, read_assumptions(assume or {}, read_), upstream)


def _parameters(function: Callable[..., Any]) -> list[str]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


@dataclass
class _Judging:
    """One problem on its way down the ladder."""

    problem: Problem
    wrt: tuple[str, ...] | None
    reason: str | None = None
    style: Style = WHOLE
    labels: dict[str, Any] = field(default_factory=dict)

    def claims(self) -> list[Claim]:
        reading = self._reading(WHOLE)
        sizes = concrete_sizes(self.problem, 0)
        try:
            found = points(self.problem.at(sizes), self.wrt, self._classes(sizes), wanted=2)
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
            self.reason = self.reason or f"{_place(error, self.problem)}{error or type(error).__name__}"
            return None
        self.labels = dict(reading.trace.labels)
        return reading

    def _one(self, name: str, reading: Reading | None, found: list[PlainPoint], sizes: Mapping[str, int]) -> Claim:
        misfit = self._misfit(name, reading, found, sizes)
        if misfit is not None:
            return misfit
        verdict = None
        if reading is not None:
            verdict = self._judged(name, reading)
            if verdict.verdict == "refuted" and self.style is WHOLE:
                repair = Mending(self.problem, reading, found, dict(sizes), name, self.wrt).find()
                return self._claim(name, verdict, diagnosis=repair.diagnosis, repair=repair.latex)
            if verdict.verdict == "agrees" and self.style is WHOLE and not self.problem.names_sizes:
                verdict = self._entry_by_entry(name, found, sizes) or verdict
            if verdict.verdict != "unread":
                return self._claim(name, verdict)
        numerical = judge_numerically(self.problem, self.wrt, self._classes(sizes), sizes, name)
        numerical = replace(numerical, notes=(*numerical.notes, *(verdict.notes if verdict else ())))
        return self._claim(name, numerical, reason=self.reason)

    def _entry_by_entry(self, name: str, found: list[PlainPoint], sizes: Mapping[str, int]) -> Verdict | None:
        """The next rung, for what whole arrays could not prove."""
        reading = self._guarded(self._reading(ENTRYWISE), found, sizes)
        if reading is None:
            return None
        context = Context(reading.program, self.problem.assumptions)
        at = indices(self.problem.shapes[name])
        verdict = by_entry(reading.claimed[name].expr, reading.true[name], context, at, _SECONDS)
        return verdict if verdict.verdict == "proved" else None

    def _judged(self, name: str, reading: Reading) -> Verdict:
        """By the normal form: with the forward pass's names kept, which is quick, else down to the inputs."""
        claimed, true, at = reading.claimed[name].expr, reading.true[name], indices(self.problem.shapes[name])
        context = Context(reading.program, self.problem.assumptions)
        if self.style is not WHOLE:
            verdict = by_entry(claimed, true, context, at, _SECONDS)
        elif reading.forward and prove(claimed, true, replace(context, keep=reading.forward), at, _QUICK):
            return Verdict("proved")
        else:
            verdict = judge(claimed, true, context, at, _SECONDS)
        if verdict.counterexample is None:
            return verdict
        found = replace(verdict.counterexample, entry=_full(verdict.counterexample.entry, self.problem.shapes[name]))
        if self._confirmed(name, found):
            return replace(verdict, counterexample=found)
        if self.style is WHOLE and same_normal_form(claimed, true, context, time.monotonic() + _QUICK):
            return Verdict("proved", notes=(_AT_KINK,))
        return Verdict("unread", notes=(_AT_KINK,))

    def _confirmed(self, name: str, found: Counterexample) -> bool:
        """Whether the person's code is wrong around a counterexample too: at a kink alone it is a convention."""
        problem = self.problem.at(found.sizes)
        values = {n: as_array(v, n in self.labels) for n, v in found.values.items()}
        around = near(problem, self.wrt, self._classes(found.sizes), values)
        gap = abs(float(found.claimed) - float(found.true))
        return not around or any(abs(p.gap(name, found.entry)) > gap / 3 for p in around)

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
            mended = Mending(self.problem, reading, found, dict(sizes), name, self.wrt).find()
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
        if failed.place == "backward" and isinstance(failed.error, ValueError):
            return Claim(**self._head(name), verdict="refuted", diagnosis="shape", notes=(str(failed),))
        return Claim(**self._head(name), verdict="unread", reason=f"{_place(failed.error, self.problem)}{failed}")

    def _head(self, name: str) -> dict[str, Any]:
        code = getattr(self.problem.backward, "__code__", None)
        title = getattr(self.problem.backward, "__name__", "gradient")
        return {
            "id": f"d{name}",
            "line": code.co_firstlineno if code else 1,
            "column": 1,
            "source": f"d{name} of {title}({', '.join(_parameters(self.problem.backward))})",
            "reading": None,
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


def _numbers(sizes: Mapping[str, int]) -> dict[Any, Any]:
    return {size(n): Integer(v) for n, v in sizes.items()}


def _place(error: BaseException, problem: Problem) -> str:
    """Where in the person's code it was: "line 7, `z = np.fft.fft(x)`: "."""
    files = {f.__code__.co_filename for f in (problem.forward, problem.backward) if hasattr(f, "__code__")}
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in files]
    if not frames:
        return ""
    line = linecache.getline(frames[-1].filename, frames[-1].lineno or 0).strip()
    return f"line {frames[-1].lineno}{f', `{line}`' if line else ''}: "
