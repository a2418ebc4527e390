"""What a derivation is: for each tensor its adjoint equation, the paths that lead there, and the steps: frozen data.

Rendering lives in ``sheet``, code in ``codegen``; ``differentiation`` makes these values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr

from symbackprop.equations import Equation, Formula, Renaming, Tensor
from symbackprop.errors import DataError


@dataclass(frozen=True)
class Step:
    """One application of a law of ``rules.LAWS``."""

    law: str
    before: Expr
    after: Expr

    def renamed(self, renaming: Renaming) -> "Step":
        return Step(self.law, renaming.expr(self.before), renaming.expr(self.after))


@dataclass(frozen=True)
class Path:
    """What reaches a tensor's adjoint through one consumer: the chain rule and the laws that follow, to the result.

    ``base_steps`` are in the names of ``renaming``'s formula; ``steps`` and ``result`` are in those of the network.
    """

    consumer: Equation
    base_steps: tuple[Step, ...]
    renaming: Renaming | None = None

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        if self.renaming is None:
            return self.base_steps
        return tuple(s.renamed(self.renaming) for s in self.base_steps)

    @property
    def result(self) -> Expr:
        return self.steps[-1].after


@dataclass(frozen=True)
class Adjoint:
    """The derivative of the cost by one tensor. Several paths: the total derivative sums over them."""

    tensor: Tensor
    equation: Equation
    paths: tuple[Path, ...]
    steps: tuple[Step, ...] = ()  # from the sum of the paths to the equation's right side; empty where nothing was left
    boundaries: tuple[Equation, ...] = ()

    @property
    def law(self) -> str:
        return "chain_rule" if len(self.paths) == 1 else "total_derivative"


@dataclass(frozen=True)
class Derivation:
    """A formula with the adjoint of every tensor that matters.

    ``cost`` is what is differentiated; where it is not a scalar, its adjoint ``upstream`` is one more input.
    """

    formula: Formula
    cost: Tensor
    wrt: tuple[str, ...]
    adjoints: Mapping[str, Adjoint]  # by the name of the forward tensor, in the order in which they are derived
    program: Formula  # the forward equations and the adjoint equations
    upstream: Tensor | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step of the whole derivation, in order."""
        return tuple(s for a in self.adjoints.values() for s in (*(s for p in a.paths for s in p.steps), *a.steps))

    def adjoint_of(self, name: str) -> Equation:
        """The equation of the gradient by a tensor. Raises ``DataError`` with the names that there are."""
        if name not in self.adjoints:
            raise DataError(f"no gradient by {name!r}; there are {', '.join(self.adjoints)}")
        return self.adjoints[name].equation
