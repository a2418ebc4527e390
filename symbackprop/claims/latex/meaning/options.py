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
    one_activation: bool = False  # σ^{(l)} is the σ that is known, not any function of layer l
    over_examples: bool = False  # a sum over nothing, of a matrix, is over the examples that it has
    rows_lie: bool = False  # X_n of a matrix X is a row, and X_n^T a column
    by_units: bool = False  # ∂a/∂z of vectors is that of each unit alone, and what stands beside too
    correlation: str = "valid"  # how * between arrays of different sizes lays one over the other
    all_ends: bool = False  # a cost that nothing defines may have in it what the document names as another cost
    scale: Expr | None = None


DEFAULT = Options()
