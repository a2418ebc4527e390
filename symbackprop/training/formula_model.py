"""A formula as a model to train: which tensor is predicted, how large each size is, how each parameter starts.

The formula has one input, one label or target, parameters, and a scalar cost; the first axis of input and target is the
rows of the data. Parameters keep their names and start as ``xavier_uniform`` where they have two axes or more, else at
zero. A constant is replaced by its number before anything is derived.

What is predicted is the last tensor of the right shape that does not depend on the target: for labels ``(N, K)``, a
softmax before any other; for targets, the target's own shape, and a tensor that the cost reads before any other.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from sympy import Integer, Pow, Rational, Symbol, preorder_traversal

from symbackprop.api import Derivation, derive
from symbackprop.equations import Equation, Formula, Tensor, solve_sizes
from symbackprop.errors import DataError
from symbackprop.functions import row_of
from symbackprop.indices import Total
from symbackprop.network import Network
from symbackprop.notation import formula as read
from symbackprop.notation import text
from symbackprop.terms import Entry
from symbackprop.training.optimizers import Optimizer
from symbackprop.training.trainer import Trainer


class FormulaModel:
    """A formula with the numbers that its sizes and constants have.

    Raises ``DataError`` where the formula is none that can be trained, or sizes or constants are missing.

    >>> import symbackprop as sb
    >>> f = sb.formula('''input x[N,D]; param w[D]; target y[N]
    ... a[n] = sum(i, x[n,i]*w[i]); C = mean(n, (a[n] - y[n])**2)'''.replace("; ", chr(10)))
    >>> model = FormulaModel(f, {"D": 2})
    >>> model.network.output, dict(model.network.parameters)
    ('a', {'w': 'w'})
    """

    def __init__(self, formula: Formula, sizes: Mapping[str, int], constants: Mapping[str, str] | None = None) -> None:
        self.formula, self.sizes, self.constants = formula, dict(sizes), dict(constants or {})
        roles = Roles(formula)
        self._refuse_missing(roles)
        output, task, probabilities = roles.predicted
        parameters = [t.name for t in roles.parameters]
        self.network = Network(
            _with_constants(formula, self.constants),
            self.sizes,
            {n: n for n in parameters},
            {t.name: ("xavier_uniform" if len(t.shape) > 1 else "zeros", None) for t in roles.parameters},
            roles.input.name,
            output,
            roles.target.name,
            task,
            probabilities,
        )

    def _refuse_missing(self, roles: "Roles") -> None:
        missing = [s.name for s in self.formula.sizes if s.name not in self.sizes and s not in roles.of_batch]
        if missing:
            shown = " ".join(f"{name}=..." for name in missing)
            raise DataError(f"the data do not say how large {', '.join(missing)} is: give --size {shown}")

    def derive(self) -> Derivation:
        """The gradients by the input and by every parameter."""
        return derive(self.network.formula, sizes=self.sizes)

    def trainer(
        self, optimizer: Optimizer | None = None, dtype: str = "float64", seed: int = 0, **options: Any
    ) -> Trainer:
        """A trainer with freshly drawn parameters; the options are those of ``Sequential.trainer``."""
        return Trainer(self, self.network, optimizer, dtype, seed, **options)

    def describe(self) -> dict[str, Any]:
        """The model as JSON can hold it."""
        return {"formula": text(self.formula), "sizes": self.sizes, "constants": self.constants}

    @classmethod
    def rebuild(cls, described: Mapping[str, Any]) -> "FormulaModel":
        """The model that ``describe`` described."""
        return cls(read(described["formula"]), described["sizes"], described["constants"])


class Roles:
    """Which tensor of a formula plays which part in training."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self.input = self._only("input", formula.tensors_by_role("input"))
        self.target = self._only("label or target", formula.tensors_by_role("label", "target"))
        self.parameters = formula.tensors_by_role("param")
        if not self.parameters:
            raise DataError("the formula has no param, so there is nothing to train")
        if formula.output.shape:
            raise DataError(f"the last equation defines {formula.output.name}, which is no scalar: a cost is needed")
        masks = formula.tensors_by_role("mask")
        if masks:
            raise DataError(f"mask {masks[0].name}: a formula with a mask cannot be trained from the command line")
        rows = [t.lengths[:1] for t in (self.input, self.target)]
        if rows[0] != rows[1] or not (rows[0] and isinstance(rows[0][0], Symbol)):
            shown = " and ".join(f"{t.name}{list(t.lengths)}" for t in (self.input, self.target))
            raise DataError(f"{shown}: the first axis of both must be the rows of the data, as in x[N,D] and y[N]")

    def _only(self, what: str, found: tuple[Tensor, ...]) -> Tensor:
        if len(found) != 1:
            names = ", ".join(t.name for t in found) or "none"
            raise DataError(f"a formula to train has one {what}; this one has {names}")
        return found[0]

    @property
    def of_batch(self) -> set[Any]:
        """The sizes that change from batch to batch: the number of rows."""
        return {self.input.lengths[0]}

    @cached_property
    def predicted(self) -> tuple[str, str, str | None]:
        """(tensor, task, tensor of probabilities). Raises ``DataError`` where no tensor has a fitting shape."""
        target = self.target
        shape = (*target.lengths, target.classes) if target.role == "label" else target.lengths
        fitting = self._of_shape(shape)
        softmaxes = [e for e in fitting if _is_softmax(e)]
        if softmaxes:
            return softmaxes[-1].name, "classes", softmaxes[-1].name
        if target.role == "label":
            if fitting:
                return fitting[-1].name, "classes", None
            if target.classes == Integer(2):
                fitting = [e for e in self._of_shape(target.lengths) if _is(e, "sigmoid")]
                if fitting:
                    return fitting[-1].name, "binary", fitting[-1].name
        read = [e for e in fitting if e.name in self._cost.reads]
        chosen = (read or fitting)[-1:]
        if not chosen:
            shown = ", ".join(map(str, shape))
            raise DataError(f"nothing is predicted: no tensor [{shown}] is defined without {target.name}")
        if _is(chosen[0], "sigmoid") and self._takes_logarithms:
            return chosen[0].name, "binary", chosen[0].name
        return chosen[0].name, "values", None

    @property
    def _cost(self) -> Equation:
        return self.formula.defining[self.formula.output.name]

    @property
    def _takes_logarithms(self) -> bool:
        rows = (row_of(e) for e in preorder_traversal(self._cost.rhs))
        return any(row is not None and row.name in ("log", "softplus") for row in rows)

    def _of_shape(self, shape: tuple[Any, ...]) -> list[Equation]:
        return [
            e
            for name, e in self.formula.defining.items()
            if self.formula.tensors[name].lengths == shape and name not in self._after_target
        ]

    @cached_property
    def _after_target(self) -> set[str]:
        """Everything that depends on the target."""
        found, pending = set(), [self.target.name]
        while pending:
            for e in self.formula.consumers[pending.pop()]:
                if e.name not in found:
                    found.add(e.name)
                    pending.append(e.name)
        return found


def _is(e: Equation, function: str) -> bool:
    row = row_of(e.rhs)
    return row is not None and row.name == function


def _is_softmax(e: Equation) -> bool:
    """Whether the equation is exp(...) over a sum."""
    factors = e.rhs.args if e.rhs.is_Mul else ()
    over_sum = any(isinstance(a, Pow) and a.exp == -1 and isinstance(a.base, Total) for a in factors)
    return over_sum and any((row := row_of(a)) is not None and row.name == "exp" for a in factors)


def _with_constants(formula: Formula, constants: Mapping[str, str]) -> Formula:
    declared = [t.name for t in formula.tensors_by_role("const")]
    missing = [n for n in declared if n not in constants]
    if missing:
        raise DataError(f"const {missing[0]} has no number: give --const {missing[0]}=..., or write it in the formula")
    unknown = [n for n in constants if n not in declared]
    if unknown:
        raise DataError(f"the formula has no const {unknown[0]!r}; it has {', '.join(declared) or 'none'}")
    values = {Entry(n): Rational(constants[n]) for n in declared}
    for n in declared:
        if formula.tensors[n].positive and not values[Entry(n)] > 0:
            raise DataError(f"const {n} > 0, but {constants[n]} is given")
    equations = tuple(Equation(e.name, e.slots, e.rhs.xreplace(values)) for e in formula.equations) if values else None
    tensors = {n: t for n, t in formula.tensors.items() if n not in declared}
    return replace(formula, tensors=tensors, equations=equations or formula.equations, source="")


def sizes_from(formula: Formula, shapes: Mapping[str, tuple[int, ...]], given: Mapping[str, int]) -> dict[str, int]:
    """The sizes by name, rows of the batch aside, from the shapes of the data and those given.

    Raises ``DataError`` where they disagree.
    """
    rows = Roles(formula).of_batch
    return {s.name: n for s, n in solve_sizes(formula, shapes, given).items() if s not in rows}
