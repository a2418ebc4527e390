"""Numerical derivatives of a formula's cost by every entry of its tensors, from the loop evaluator.

Complex step where the formula is analytic; central differences with Richardson extrapolation; the same with a tiny
step in balls of extended precision, which decides where float64 cannot.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from symbackprop.derivation import Derivation
from symbackprop.evaluation import Evaluation
from symbackprop.functions import row_of
from symbackprop.indices import Binder, MaxOver
from symbackprop.number_types import VECTOR, arb_numbers
from symbackprop.terms import Maximum, Minimum

PRECISION = 333  # bits, about 100 digits
_STEP_BITS = 120  # the extended step is 2**-120
_CHUNK = 2048


def is_analytic(d: Derivation) -> bool:
    """Whether the complex step applies: no kink anywhere."""
    for e in {id(e.base): e.base for e in d.formula.equations}.values():
        if e.rhs.atoms(MaxOver, Maximum, Minimum):
            return False
        if any((row := row_of(x)) is not None and not row.analytic for x in _nodes(e.rhs)):
            return False
    return True


def _nodes(expr: Any) -> Any:
    yield expr
    for a in (expr.args[0],) if isinstance(expr, Binder) else expr.args:
        yield from _nodes(a)


class Cost:
    """The cost as a function of all perturbed entries at once; not a scalar: the upstream's product with it."""

    def __init__(self, d: Derivation, point: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
        self.d, self.point, self.sizes = d, point, sizes
        self.shapes = {name: np.shape(point[name]) for name in d.wrt}
        self.counts = {name: int(np.prod(s)) for name, s in self.shapes.items()}
        self.entries = sum(self.counts.values())
        self._evaluations: dict[str, Evaluation] = {}

    def value(self, arrays: Mapping[str, Any], numbers: Any) -> Any:
        declared = {t.name: arrays[t.name] for t in self.d.formula.declared}
        if numbers.name not in self._evaluations:
            self._evaluations[numbers.name] = Evaluation(self.d.formula, declared, self.sizes, numbers)
        evaluation = self._evaluations[numbers.name]
        evaluation.move(declared)
        evaluation.run([self.d.cost.name])
        if self.d.upstream is None:
            return evaluation.entry(self.d.cost.name, ())
        upstream = arrays[self.d.upstream.name]
        return sum(
            upstream[w] * evaluation.entry(self.d.cost.name, w)
            for w in np.ndindex(np.shape(upstream)[: len(self.d.cost.shape)])
        )

    def perturbed(self, steps: np.ndarray, entries: range) -> Any:
        """The cost with each of these entries moved by each step: an array (steps, entries)."""
        width = len(entries) * len(steps)
        arrays: dict[str, Any] = dict(self.point)
        start = 0
        for name, count in self.counts.items():
            flat = np.asarray(self.point[name], dtype=steps.dtype).reshape(-1)
            moved = np.repeat(flat[:, None], width, axis=1).reshape(count, len(steps), len(entries))
            for k in range(count):
                if start + k in entries:
                    moved[k, :, start + k - entries.start] += steps
            arrays[name] = moved.reshape(*self.shapes[name], width)
            start += count
        value = self.value(arrays, VECTOR)
        return np.broadcast_to(np.asarray(value), (width,)).reshape(len(steps), len(entries))

    def _chunks(self) -> list[range]:
        return [range(a, min(a + _CHUNK, self.entries)) for a in range(0, self.entries, _CHUNK)]

    def split(self, flat: np.ndarray) -> dict[str, np.ndarray]:
        ends = np.cumsum(list(self.counts.values()))[:-1]
        return {n: part.reshape(self.shapes[n]) for n, part in zip(self.counts, np.split(flat, ends), strict=True)}

    def complex_step(self) -> dict[str, np.ndarray]:
        step = 1e-30
        rows = [np.imag(self.perturbed(np.array([1j * step]), c)[0]) / step for c in self._chunks()]
        return self.split(np.concatenate(rows))

    def richardson(self, h: float) -> dict[str, tuple[np.ndarray, float]]:
        """Central differences at h, h/2 and h/4, extrapolated; the error: disagreement and the cost's rounding."""
        steps = np.array([h, -h, h / 2, -h / 2, h / 4, -h / 4])
        best, spread = [], []
        for c in self._chunks():
            f = self.perturbed(steps, c)
            d1, d2, d3 = ((f[2 * k] - f[2 * k + 1]) / (2 * h / 2**k) for k in range(3))
            first, second = (4 * d2 - d1) / 3, (4 * d3 - d2) / 3
            best.append((16 * second - first) / 15)
            spread.append(np.abs(second - first) / 15 + 2.0**-52 * np.abs(f).max(axis=0) / h * 8)
        values, errors = self.split(np.concatenate(best)), self.split(np.concatenate(spread))
        return {name: (values[name], float(errors[name].max(initial=0.0))) for name in values}

    def extended(self, name: str) -> np.ndarray:
        """Central differences with a tiny step in balls of 100 digits."""
        from flint import arb, ctx

        numbers, exact = arb_numbers(), {n: balls(a) for n, a in self.point.items()}
        result = np.empty(self.shapes[name], dtype=object)
        before, ctx.prec = ctx.prec, PRECISION
        try:
            step = arb(2) ** -_STEP_BITS
            for where in np.ndindex(self.shapes[name]):
                sides = []
                for sign in (1, -1):
                    moved = exact[name].copy()
                    moved[where] += sign * step
                    sides.append(self.value({**exact, name: moved}, numbers))
                result[where] = (sides[0] - sides[1]) / (2 * step)
        finally:
            ctx.prec = before
        return result


def balls(array: Any) -> np.ndarray:
    """An array of exact balls; integers stay what they are."""
    from flint import arb

    array = np.asarray(array)
    if array.dtype.kind in "iub":
        return array
    balls = np.empty(array.shape, dtype=object)
    for where in np.ndindex(array.shape):
        balls[where] = arb(float(array[where]))
    return balls
