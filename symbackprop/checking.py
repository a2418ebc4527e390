"""Every entry of every gradient against numerical differentiation of the forward formulas by the loop evaluator.

Complex step where the formula is analytic, else central differences with Richardson extrapolation and an error
estimate. All entries are perturbed, nothing is projected or sampled. Where float64's own error exceeds the tolerance,
or the verdict would be "wrong", balls of extended precision decide. A point too near a kink is rejected and drawn
again, and the report says so.

The error of an entry is relative to the norm of its gradient: an entry that is wrong by more than ``tolerance`` of it
fails.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symbackprop.derivation import Derivation
from symbackprop.equations import solve_sizes
from symbackprop.errors import DataError, NotSupported
from symbackprop.evaluation import Evaluation
from symbackprop.number_types import VECTOR, KinkCrossed, arb_numbers
from symbackprop.numerical import PRECISION, Cost, balls, is_analytic
from symbackprop.sampling import draw, small_sizes

_CERTAIN = 1000  # an error so many times that of the reference is one of the claimed gradient


@dataclass(frozen=True)
class CheckRow:
    """The comparison of one gradient: ``shape`` and ``entries`` of its tensor, and how the reference was computed."""

    tensor: str
    shape: tuple[int, ...]
    entries: int
    max_relative_error: float
    method: str
    passed: bool


@dataclass(frozen=True)
class CheckReport:
    """What was compared, where and how. ``passed`` is true only if every entry of every gradient is right."""

    rows: tuple[CheckRow, ...]
    sizes: Mapping[str, int]
    seed: int
    tolerance: float
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return all(r.passed for r in self.rows)

    def __str__(self) -> str:
        head = ("gradient", "shape", "entries", "max. relative error", "method", "")
        table = [
            ("d" + r.tensor, "×".join(map(str, r.shape)) or "scalar", str(r.entries), f"{r.max_relative_error:.1e}",
             r.method, "ok" if r.passed else "WRONG")
            for r in self.rows
        ]  # fmt: skip
        widths = [max(len(row[k]) for row in (head, *table)) for k in range(len(head))]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in (head, *table)]
        where = ", ".join(f"{k} = {v}" for k, v in self.sizes.items())
        return "\n".join(
            [*lines, f"at {where or 'fixed sizes'}; seed {self.seed}; tolerance {self.tolerance:g}", *self.notes]
        )


@dataclass(frozen=True)
class _Reference:
    """Numerical derivatives by one tensor, a bound on their own error, and how they were computed."""

    values: np.ndarray
    error: float
    method: str


def check(
    derivation: Derivation,
    sizes: Mapping[str, int] | None = None,
    seed: int = 0,
    tolerance: float = 1e-6,
    arrays: Mapping[str, Any] | None = None,
    gradients: Mapping[str, Any] | None = None,
) -> CheckReport:
    """Compare gradients with numerical derivatives, entry by entry.

    ``gradients`` by tensor name are compared if given, else those of the derivation, by the loop evaluator.
    ``arrays``: the point; drawn at random where not given, at small distinct ``sizes`` unless those are given.

    >>> import symbackprop as sb
    >>> f = sb.formula("input x[N]" + chr(10) + "C = sum(n, tanh(x[n]))")
    >>> check(sb.derive(f)).passed
    True
    """
    notes: tuple[str, ...] = ()
    if arrays is not None:
        point = dict(arrays)
        used = _sizes_of(derivation, point, sizes or {})
        references = _references_near_kinks(derivation, point, used)
    else:
        used, point, references, notes = _draw_until_smooth(derivation, sizes, seed)
    program = _Program(derivation, point, used)
    rows = []
    for name, reference in references.items():
        claimed = np.asarray(gradients[name], dtype=float) if gradients is not None else program.gradient(name)
        if claimed.shape != reference.values.shape:
            raise DataError(
                f"the gradient of {name} has shape {claimed.shape}, but {name} has {reference.values.shape}"
            )
        rows.append(_compare(name, claimed, reference, tolerance, program, exact=gradients is None))
    return CheckReport(tuple(rows), used, seed, tolerance, notes)


def _draw_until_smooth(
    derivation: Derivation, given: Mapping[str, int] | None, seed: int
) -> tuple[dict[str, int], dict[str, Any], dict[str, _Reference], tuple[str, ...]]:
    """Sizes and a point at which the formula is smooth and finite, with its numerical derivatives.

    A point at which some gradient is zero throughout, as where every ReLU is dead, would test little: another is drawn,
    and the first of them used only where there is no better one.
    """
    kinks = 0
    flat = None
    for attempt in range(60):
        # Other sizes now and then: some make no sense for the formula, such as a padding wider than the kernel.
        sizes = small_sizes(derivation.formula, seed + attempt // 6, given)
        point = draw(_with_upstream(derivation), sizes, seed + 1000 * attempt, positive=attempt % 4 == 3)
        try:
            references = _references(derivation, point, sizes)
        except KinkCrossed:
            kinks += 1
            continue
        if not all(np.isfinite(r.values).all() for r in references.values()):
            continue
        noted = (f"points too near a kink, drawn again: {kinks}",) if kinks else ()
        if all(r.values.any() for r in references.values()):
            return sizes, point, references, noted
        flat = flat or (sizes, point, references, noted)
        if attempt >= 8:
            break
    if flat is None:
        raise DataError("no random point found where the formula is smooth and finite; give arrays=")
    return flat


def _references_near_kinks(d: Derivation, point: Mapping[str, Any], sizes: Mapping[str, int]) -> dict[str, _Reference]:
    """For a point that was given: smaller steps where the usual one crosses a kink.

    What a small step costs in precision shows in its error estimate, and the extended precision makes up for it. Raises
    ``KinkCrossed`` for a point that is closer to a kink than that.
    """
    for step in (2.0**-9, 2.0**-14, 2.0**-19):
        try:
            return _references(d, point, sizes, step)
        except KinkCrossed:
            continue
    return _references(d, point, sizes, 2.0**-24)


def _sizes_of(derivation: Derivation, point: Mapping[str, Any], given: Mapping[str, int]) -> dict[str, int]:
    shapes = {t.name: np.shape(point[t.name]) for t in derivation.formula.declared if t.name in point}
    return {s.name: n for s, n in solve_sizes(derivation.formula, shapes, given).items()}


def _with_upstream(derivation: Derivation) -> Any:
    return derivation.program if derivation.upstream is not None else derivation.formula


def _references(
    d: Derivation, point: Mapping[str, Any], sizes: Mapping[str, int], step: float = 2.0**-9
) -> dict[str, _Reference]:
    cost = Cost(d, point, sizes)
    with np.errstate(all="ignore"):
        if is_analytic(d):
            found = cost.complex_step()
            # Rounding: of the gradient itself, and of what cancelled to make it, as large as its neighbours.
            largest = max(map(_norm, found.values()), default=0.0)
            return {
                name: _Reference(g, 1e-13 * _norm(g) + 1e-15 * largest, "complex step") for name, g in found.items()
            }
        return {name: _Reference(g, error, "central differences") for name, (g, error) in cost.richardson(step).items()}


def _norm(g: np.ndarray) -> float:
    return float(np.sqrt(np.sum(np.asarray(g, dtype=float) ** 2)))


class _Program:
    """The derivation's own gradients by the loop evaluator, in float64 or in balls."""

    def __init__(self, d: Derivation, point: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
        self.d, self.point, self.sizes = d, point, sizes
        self.cost = Cost(d, point, sizes)
        self._float: Evaluation | None = None
        self._balls: Evaluation | None = None

    def gradient(self, name: str) -> np.ndarray:
        if self._float is None:
            self._float = Evaluation(self.d.program, self.point, self.sizes, VECTOR)
        with np.errstate(all="ignore"):
            return np.asarray(self._of(self._float, name), dtype=float)

    def extended(self, name: str) -> np.ndarray:
        from flint import ctx

        before, ctx.prec = ctx.prec, PRECISION
        try:
            if self._balls is None:
                exact = {n: balls(a) for n, a in self.point.items()}
                self._balls = Evaluation(self.d.program, exact, self.sizes, arb_numbers())
            return np.asarray(self._of(self._balls, name), dtype=object)
        finally:
            ctx.prec = before

    def _of(self, evaluation: Evaluation, name: str) -> Any:
        adjoint = self.d.adjoint_of(name).name
        evaluation.run([adjoint])
        return evaluation.array(adjoint)


def _compare(
    name: str, claimed: np.ndarray, reference: _Reference, tolerance: float, program: _Program, exact: bool
) -> CheckRow:
    """float64 where it is certain; else the extended precision has the last word."""
    norm = _norm(reference.values)
    gap = float(np.max(np.abs(claimed - reference.values), initial=0.0))
    method, error = reference.method, _relative(gap, norm)
    is_right = error <= tolerance and reference.error <= tolerance * norm
    # A derivation of ours is not judged by its rounding in float64 (1 - a² where a is 1 but for the last digit).
    is_wrong = not exact and error > tolerance and min(gap, norm) > _CERTAIN * reference.error
    if not (is_right or is_wrong or not np.isfinite(gap)):
        method, error = _decide(name, claimed, program, exact, method, error)
    return CheckRow(name, claimed.shape, claimed.size, error, method, bool(error <= tolerance))


def _decide(
    name: str, claimed: np.ndarray, program: _Program, exact: bool, method: str, error: float
) -> tuple[str, float]:
    try:
        truth = program.cost.extended(name)
        mine: Callable[[tuple], Any] = program.extended(name).__getitem__ if exact else claimed.__getitem__
        gaps: list[Any] = [abs(float(_middle(mine(w) - truth[w]))) for w in np.ndindex(truth.shape)]
        norm = float(np.sqrt(sum(float(_middle(t)) ** 2 for t in truth.reshape(-1))))
    except (KinkCrossed, NotSupported):
        return method, error
    floor = 1e-30 if exact else 1e-13 * max(1.0, float(np.max(np.abs(claimed), initial=0.0)))
    if norm <= 1e-30:  # a gradient that is zero: what is left of the claimed one must be rounding
        return "100 digits", 0.0 if max(gaps, default=0.0) <= floor else np.inf
    return "100 digits", _relative(max(gaps, default=0.0), norm)


def _middle(ball: Any) -> Any:
    return ball.mid() if hasattr(ball, "mid") else ball


def _relative(gap: float, norm: float) -> float:
    if not np.isfinite(gap):
        return np.inf
    return gap / norm if norm else (0.0 if gap == 0 else np.inf)
