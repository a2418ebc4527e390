"""The guard of a reading: what was lifted and derived against the person's code and numerical differentiation.

An unsound rewrite proves things without looking odd. So nothing is proved or refuted from a reading before, at random
points, its cost, its claimed gradients and its derived gradients have the values that plain NumPy gives.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symbackprop.claims.numpy.arrays import IndexArray
from symbackprop.claims.numpy.axes import indices
from symbackprop.claims.numpy.plain import PlainPoint
from symbackprop.claims.numpy.reading import Reading
from symbackprop.claims.numpy.trace import size_one
from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.errors import SymbackpropError
from symbackprop.evaluation import Evaluation
from symbackprop.number_types import FLOAT

_TOLERANCE = 1e-6
_TOLERANCE_NUMERICAL = 1e-3


def deviation(reading: Reading, sizes: Mapping[str, int], points: Sequence[PlainPoint], cost: Any) -> str | None:
    """What the reading has otherwise than plain NumPy, in words; None where all is well.

    ``cost`` is the person's cost as a function of the arrays.
    """
    formula = _asked(reading)
    for point in points:
        used = {t.name: point.arrays[t.name] for t in formula.declared}
        try:
            values = Evaluation(formula, used, sizes, FLOAT)
            values.run([COST])
            if not _near(values.entry(COST, ()), cost(point.arrays), _TOLERANCE):
                return "the cost, as it was read, has other values than the code"
            for name in reading.claimed:
                if not _near(_array(values, CLAIMED + name), np.asarray(point.claimed[name]), _TOLERANCE):
                    return f"the gradient by {name}, as it was read, has other values than the code"
                if not _near(_array(values, TRUE + name), point.numerical[name], _TOLERANCE_NUMERICAL):
                    return f"the derived gradient by {name} is not what numerical differentiation gives"
        except (SymbackpropError, ArithmeticError, ValueError) as error:
            return f"the reading cannot be evaluated: {error}"
    return None


COST, CLAIMED, TRUE = "L~", "claimed~", "true~"


def _asked(reading: Reading) -> Formula:
    tensors, equations = dict(reading.program.tensors), list(reading.program.equations)
    sides = {COST: (reading.cost, ())}
    for name, claimed in reading.claimed.items():
        sides[CLAIMED + name] = (claimed.expr, claimed.sizes)
        sides[TRUE + name] = (reading.true[name], reading.trace.inputs[name])
    for name, (expr, shape) in sides.items():
        slots = indices(shape)
        equations.append(Equation(name, slots, expr))
        tensors[name] = Tensor(name, "defined", tuple(i.size for i in slots))
    return Formula(tensors, tuple(equations))


def _array(values: Evaluation, name: str) -> Any:
    """The array without axes of length 1."""
    return np.asarray(values.array(name), dtype=float)


def _near(a: Any, b: Any, tolerance: float) -> bool:
    """Whether two arrays that differ in axes of length 1 at most are close."""
    a, b = np.asarray(a, dtype=float).ravel(), np.asarray(b, dtype=float).ravel()
    return a.size == b.size and bool(np.all(np.abs(a - b) <= tolerance * max(1.0, float(np.abs(b).max(initial=0.0)))))


def single_entry(
    array: IndexArray, formula: Formula, point: PlainPoint, sizes: Mapping[str, int], where: Sequence[int]
) -> float:
    """One entry of an array of the formula's names, at a point."""
    slots = indices(array.sizes)
    tensors = {**formula.tensors, CLAIMED: Tensor(CLAIMED, "defined", tuple(i.size for i in slots))}
    whole = Formula(tensors, (*formula.equations, Equation(CLAIMED, slots, array.expr)))
    values = Evaluation(whole, {t.name: point.arrays[t.name] for t in whole.declared}, sizes, FLOAT)
    at = tuple(int(w) for w, n in zip(where, array.sizes, strict=True) if not size_one(n))
    with np.errstate(all="ignore"):
        return float(values.entry(CLAIMED, at))


def true_values(reading: Reading, sizes: Mapping[str, int], point: PlainPoint, name: str) -> Any:
    """The derived gradient at a point, in the shape of the variable."""
    formula = _asked(reading)
    values = Evaluation(formula, {t.name: point.arrays[t.name] for t in formula.declared}, sizes, FLOAT)
    return _array(values, TRUE + name).reshape(np.shape(point.arrays[name]))
