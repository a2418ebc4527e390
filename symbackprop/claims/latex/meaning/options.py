"""Ways in which one document writes."""

from dataclasses import dataclass

from sympy import Expr


@dataclass(frozen=True)
class Options:
    """Ways in which one document writes: layout of Jacobians, of matrix gradients, partial or total derivatives."""

    numerator: bool = False
    matrices_transposed: bool = False
    partial: bool = False
    loose_hadamard: bool = False
    entrywise_powers: bool = False
    scale: Expr | None = None


DEFAULT = Options()
