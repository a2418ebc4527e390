"""Ways in which one document writes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sympy import Expr


@dataclass(frozen=True)
class Options:
    """Ways in which one document writes: layout of Jacobians, of matrix gradients, partial or total derivatives."""

    numerator: bool = False
    matrices_transposed: bool = False
    partial: bool = False
    loose_hadamard: bool = False
    hadamard_in_turn: bool = False  # A B ⊙ C D from left to right
    entrywise_powers: bool = False
    one_activation: bool = False  # σ^{(l)} is the σ that is known, not any function of layer l
    over_examples: bool = False  # a sum over nothing, of a matrix, is over the examples that it has
    rows_lie: bool = False  # X_n of a matrix X is a row, and X_n^T a column
    by_units: bool = False  # ∂a/∂z of vectors is that of each unit alone, and what stands beside too
    correlation: str = "valid"  # how * between arrays of different sizes lays one over the other
    all_ends: bool = False  # a cost that nothing defines may have in it what the document names as another cost
    last_step: bool = False  # a cost that nothing defines reads the last step of a sequence alone
    scale: Expr | None = None

    @property
    def orders_hadamard(self) -> bool:
        """Whether ⊙ and the products beside it are worked out in another order than the usual one."""
        return self.loose_hadamard or self.hadamard_in_turn


DEFAULT = Options()


def orders_of_hadamard(options: Options, is_refuted: bool) -> Iterator[tuple[Options, str]]:
    """Other orders in which ⊙ and the products beside it may be worked out, with what to say where truth differs."""
    said = "⊙ beside a product can be read in two ways: (A b) ⊙ c is {}, A (b ⊙ c) is {}; set brackets"
    yield replace(options, loose_hadamard=True), said
    if is_refuted:
        said = "⊙ between products can be read in two ways: as usual it is {}, from left to right {}; set brackets"
        yield replace(options, hadamard_in_turn=True), said
