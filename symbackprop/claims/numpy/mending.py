"""The mistake behind a wrong gradient: small repairs are tried until one of them is right, and proved so.

First the array as a whole (sign, factor, transpose, a missing term), judged by numbers; then each operation of the
person's code, one change at a time. Whatever fits the numbers is proved before it is offered; nothing is guessed.
"""

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import mul

import numpy as np
from sympy import Expr, Integer, Rational

from symbackprop.claims.numpy.arrays import IndexArray
from symbackprop.claims.numpy.axes import Shape, indices
from symbackprop.claims.numpy.changes import Change, changes
from symbackprop.claims.numpy.guard import single_entry, true_values
from symbackprop.claims.numpy.held import Holding
from symbackprop.claims.numpy.lift import input_array, lift
from symbackprop.claims.numpy.plain import PlainPoint
from symbackprop.claims.numpy.problem import Problem
from symbackprop.claims.numpy.ratios import is_near, ratio
from symbackprop.claims.numpy.reading import Reading, gradients
from symbackprop.claims.numpy.spare import has_slopes, key_of, other_inputs, slopes_of, spare_values
from symbackprop.claims.numpy.trace import Trace, tracing
from symbackprop.equations import Equation, Formula
from symbackprop.errors import NotSupported
from symbackprop.indices import size
from symbackprop.latex import latex
from symbackprop.matrix_terms import MatrixTerm
from symbackprop.proof.context import Context
from symbackprop.proof.equal import prove
from symbackprop.proof.refute import Question, search
from symbackprop.substitution import substitute

SECONDS = 1.5  # of processor time: the verdict stands and waits for this
_SHARES = (0.4, 0.6, 0.8, 1.0)  # of that time, when each kind of repair is given up
_PROOF = 0.8
_LONGEST = 120  # operations of a repair that is shown in inputs alone
_SHORT = {"sign": "-G", "transpose": r"G^{\top}"}  # G: what the code returns

_OPERANDS = ("wrong_variable", "extra_term", "extra_activation_derivative", "factor")
Try = tuple[Change, Mapping[str, IndexArray]]


@dataclass(frozen=True)
class Repair:
    """A diagnosis and the mended gradient in LaTeX; "other" has none."""

    diagnosis: str
    latex: str | None = None


@dataclass
class Mending:
    """One refuted gradient with all that is known about it."""

    problem: Problem
    reading: Reading
    points: list[PlainPoint]
    sizes: dict[str, int]
    name: str
    wrt: tuple[str, ...] | None
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        """The derived gradient is known better than its numerical value."""
        self._start = time.process_time()
        self.points = [
            replace(p, numerical={self.name: true_values(self.reading, self.sizes, p, self.name)}) for p in self.points
        ]

    def find(self) -> Repair:
        """The first repair that is proved."""
        for diagnosis, array in self._whole():
            if self._is_right(array, self.reading.trace):
                return Repair(diagnosis, self._shown(array, self.reading.trace) or _SHORT.get(diagnosis))
        limits = [self._start + share * self.seconds for share in _SHARES]
        plain = self._run(None, {})
        if plain is None:
            return self._forgotten(limits[-1]) or Repair("other")
        operations, others = self._tries(plain[1])
        return (
            self._first(operations, limits[0])
            or self._forgotten(limits[1])
            or self._scaled(plain[1], limits[2])
            or self._first(others, limits[3])
            or Repair("other")
        )

    def _first(self, tries: Iterable[Try], limit: float) -> Repair | None:
        """The first change that makes the gradient right."""
        for change, instead in tries:
            if time.process_time() > limit:
                return None
            run = self._run(change, instead)
            if run is not None and run[0].sizes == self._shape and self._fits(*run):
                if self._is_right(*run):
                    return Repair(self._refined(change), self._shown(*run))
        return None

    def _forgotten(self, limit: float) -> Repair | None:
        """The use that was taken for a constant."""
        if self.reading.claimed[self.name].sizes != self._shape:
            return None
        holding = Holding(self.reading, self.name)
        for held in holding.candidates(self.points, self.sizes, limit):
            context = Context(held.program, self.problem.assumptions)
            claimed, at = self.reading.claimed[self.name].expr, indices(self._shape)
            for keep in (self.reading.forward, frozenset()):
                if prove(claimed, held.gradient, replace(context, keep=keep), at, self._left()):
                    alone = all(u.equation == holding.cost.name and u.tensor == self.name for u in held.uses)
                    return Repair("missing_term" if alone else "missing_path", self._shown_true())
        return None

    def _scaled(self, trace: Trace, limit: float) -> Repair | None:
        """One value of the code that a number makes good."""
        known = self._recomputed()
        for place, site in enumerate(trace.sites):
            if time.process_time() > limit:
                return None
            if key_of(site) in known or not isinstance(site.result, IndexArray):
                continue
            k = self._scale(place)
            for diagnosis, number in self._numbers(k) if k is not None else ():
                run = self._run(_times(diagnosis, place, number), {})
                if run is not None and self._fits(*run) and self._is_right(*run):
                    return Repair(diagnosis, self._shown(*run))
        return None

    def _scale(self, place: int) -> Expr | None:
        """The number by which the value at a place would make the gradient right, if it enters linearly."""
        moved = []
        for c in (2, 3):
            run = self._run(_times("factor", place, Integer(c)), {})
            if run is None or run[0].sizes != self._shape:
                return None
            formula = run[1].formula()
            try:
                moved.append([single_entry(run[0], formula, p, self.sizes, self._worst(p)) for p in self.points])
            except Exception:  # outside of its domain
                return None
        pairs = []
        for p, two, three in zip(self.points, *moved, strict=True):
            here = self._worst(p)
            one, true = float(np.asarray(p.claimed[self.name], dtype=float)[here]), float(p.numerical[self.name][here])
            if not math.isclose(three - two, two - one, rel_tol=1e-6, abs_tol=1e-9):
                return None
            pairs.append((two - one, true - one + (two - one)))
        return ratio([(np.array([a]), np.array([b])) for a, b in pairs])

    @property
    def _shape(self) -> Shape:
        return self.problem.shapes[self.name]

    # The array as a whole ------------------------------------------------------------------------------------

    def _whole(self) -> Iterator[tuple[str, IndexArray]]:
        claimed = self.reading.claimed[self.name]
        if claimed.sizes != self._shape:
            return
        pairs = [(np.asarray(p.claimed[self.name], dtype=float), p.numerical[self.name]) for p in self.points]
        k = ratio(pairs)
        with tracing(self.reading.trace.branch()):
            if k is not None:
                for diagnosis, number in self._numbers(k):
                    yield diagnosis, -claimed if number == -1 else claimed * IndexArray(number, ())
            if claimed.ndim == 2 and claimed.sizes[0] == claimed.sizes[1]:
                if all(is_near(c.T, t) for c, t in pairs):
                    yield "transpose", claimed.T
            for name, shape in self.reading.trace.inputs.items():
                m = ratio([(p.arrays[name], t - c) for p, (c, t) in zip(self.points, pairs, strict=True)])
                if shape == self._shape and m is not None:
                    yield "missing_term", claimed + IndexArray(m, ()) * input_array(name, shape)

    def _numbers(self, k: Expr) -> Iterator[tuple[str, Expr]]:
        """What a number may stand for, with the mistake that it makes good: sizes before bare numbers."""
        if k == -1:
            yield "sign", k
            return
        if k == 0:
            yield "extra_term", k
            return
        numbers = {size(n): Integer(v) for n, v in self.sizes.items()}
        for shape in self.reading.trace.inputs.values():
            for n in (*shape, *map(mul, shape, shape[1:])):
                for power in (-1, 1, -Rational(1, 2), Rational(1, 2)):
                    if n.xreplace(numbers) > 1 and k == n.xreplace(numbers) ** power:
                        is_mean = power == -1 and self._has_mean(len(shape))
                        yield "missing_mean" if is_mean else "factor", n**power
        yield "factor", k

    def _has_mean(self, axes: int) -> bool:
        """Whether the forward pass takes a mean: by name, or dividing over a batch."""
        names = [s.name for s in self.reading.forward_sites]
        return "mean" in names or (axes > 1 and "divide" in names)

    # One operation at a time ---------------------------------------------------------------------------------

    def _tries(self, trace: Trace) -> tuple[list[Try], list[Try]]:
        """Changes to the operations, and changes to what they are done to; what the forward pass does too is last."""
        known = self._recomputed()
        with tracing(trace.branch()):
            spare = spare_values(self.reading, trace)
            slopes = slopes_of(self.reading)
            inputs = list(other_inputs(self.reading, spare, slopes))
            candidates = sorted(
                changes(trace.sites, spare, slopes),
                key=lambda c: c.diagnosis != "extra_term" and all(key_of(trace.sites[k]) in known for k in c.places),
            )
        tries: list[Try] = [(c, {}) for c in candidates]
        first = [t for t in tries if t[0].diagnosis not in _OPERANDS]
        rest = [t for t in tries if t[0].diagnosis in _OPERANDS and t[0].diagnosis != "factor"]
        return first, [*rest, *inputs, *(t for t in tries if t[0].diagnosis == "factor")]

    def _recomputed(self) -> set[tuple]:
        return {key_of(s) for s in self.reading.forward_sites}

    def _run(self, change: Change | None, instead: Mapping[str, IndexArray]) -> tuple[IndexArray, Trace] | None:
        """The backward function with one operation or one input changed; None where that makes no sense."""
        trace = self.reading.start.branch(None if change is None else (change.places, change.do))
        try:
            value = lift(self.problem.backward, trace, first=self.problem.upstream, instead=instead)
            return gradients(self.problem, value, self.wrt, trace.labels)[self.name], trace
        except Exception:  # a change may make any nonsense of the code
            return None

    def _fits(self, array: IndexArray, trace: Trace) -> bool:
        """Whether the changed gradient has the right values at the points."""
        formula = trace.formula()
        for p in self.points:
            true, where = p.numerical[self.name], self._worst(p)
            try:
                one = single_entry(array, formula, p, self.sizes, where)
            except Exception:  # outside of its domain
                return False
            if not is_near(np.asarray(one), np.asarray(true[where])):
                return False
        return True

    def _worst(self, p: PlainPoint) -> tuple[int, ...]:
        """The entry where the claim is farthest from the truth."""
        true = p.numerical[self.name]
        claimed = np.asarray(p.claimed[self.name], dtype=float)
        gap = np.abs(true - claimed) if claimed.shape == true.shape else np.abs(true)
        return tuple(int(k) for k in np.unravel_index(int(np.argmax(gap)), true.shape))

    def _refined(self, change: Change) -> str:
        """An extra factor that is no slope is just a factor."""
        return (
            "factor"
            if change.diagnosis == "extra_activation_derivative" and not has_slopes(self.reading)
            else change.diagnosis
        )

    # Proof ---------------------------------------------------------------------------------------------------

    def _left(self) -> float:
        """The time that a proof may take."""
        return max(0.0, min(_PROOF, self._start + self.seconds - time.process_time()))

    def _is_right(self, array: IndexArray, trace: Trace) -> bool:
        """Whether the mended gradient is proved; the mended code's names come first, since its shapes are new."""
        whole, derived = trace.formula(), self.reading.program
        own = {e.name for e in whole.equations}
        written = self.reading.trace.equations.keys() - self.reading.start.equations.keys()
        rest = [e for e in derived.equations if e.name not in own and e.name not in written]
        context = Context(
            Formula({**derived.tensors, **whole.tensors}, (*whole.equations, *rest)), self.problem.assumptions
        )
        true, at = self.reading.true[self.name], indices(self._shape)
        if search(Question(array.expr, true, context, at), 1, time.process_time() + self._left())[0] is not None:
            return False
        for keep in (self.reading.forward, frozenset()):
            if prove(array.expr, true, replace(context, keep=keep), at, self._left()):
                return True
        return False

    def _shown_true(self) -> str | None:
        """The derived gradient in LaTeX."""
        return self._written(self.reading.program, self.reading.true[self.name])

    def _shown(self, array: IndexArray, trace: Trace) -> str | None:
        """The mended gradient in LaTeX."""
        return self._written(trace.formula(), array.expr)

    def _written(self, formula: Formula, expr: Expr) -> str | None:
        """A gradient in LaTeX, in inputs alone where that is short."""
        try:
            closed = substitute(expr, formula, set(formula.defining))
            expr = closed if closed.count_ops() <= _LONGEST else expr
        except NotSupported:  # too long
            pass
        return None if expr.has(MatrixTerm) else latex(Equation(f"d{self.name}", indices(self._shape), expr))


def _times(diagnosis: str, place: int, number: Expr) -> Change:
    return Change(diagnosis, frozenset({place}), lambda f, *args, **kw: f(*args, **kw) * IndexArray(number, ()))
