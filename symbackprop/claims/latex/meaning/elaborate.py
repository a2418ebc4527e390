"""A tree to a value: matrix notation, index notation and derivative symbols all become index expressions.

Derivative symbols are replaced by the true derivative; with ``echo`` they stay names, for the reading that is shown.
Anything that is not understood raises ``ReadError`` or ``NotSupported``: nothing is guessed.
"""

from collections.abc import Callable
from typing import Any

from sympy import Expr, Rational

from symbackprop.claims.latex.meaning.application import apply_value
from symbackprop.claims.latex.meaning.blocks import blocks_value, slice_value
from symbackprop.claims.latex.meaning.brackets import condition_value, group_value, special_value
from symbackprop.claims.latex.meaning.casewise import cases_value
from symbackprop.claims.latex.meaning.derivatives import Derivatives
from symbackprop.claims.latex.meaning.explicit import matrix_value
from symbackprop.claims.latex.meaning.gradients import gradient_value
from symbackprop.claims.latex.meaning.options import DEFAULT, Options
from symbackprop.claims.latex.meaning.products import product_value, quotient_value, sum_value
from symbackprop.claims.latex.meaning.reductions import reduce_value
from symbackprop.claims.latex.meaning.scope import Key, Local, Scope, Symbol
from symbackprop.claims.latex.meaning.scripted import script_value
from symbackprop.claims.latex.meaning.superscripts import root_value
from symbackprop.claims.latex.meaning.symbols import symbol_value
from symbackprop.claims.latex.meaning.values import Algebra, Mismatch, Value, scalar
from symbackprop.claims.latex.syntax.scripts import refusal
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Blocks,
    Cases,
    Derivative,
    Group,
    Letter,
    Matrix,
    Node,
    Number,
    Product,
    Quotient,
    Reduce,
    Relation,
    Root,
    Script,
    Slice,
    Special,
    Sum,
    Words,
)
from symbackprop.errors import located
from symbackprop.indices import Index

_DEEPEST = 120


def _number_value(el: "Elaborator", node: Number, local: Local) -> Value:
    return scalar(Rational(node.value.numerator, node.value.denominator))


_VALUES: dict[type[Node], Callable[["Elaborator", Any, Local], Value]] = {
    Number: _number_value,
    Letter: symbol_value,
    Words: symbol_value,
    Script: script_value,
    Sum: sum_value,
    Product: product_value,
    Quotient: quotient_value,
    Root: root_value,
    Group: group_value,
    Apply: apply_value,
    Reduce: reduce_value,
    Derivative: gradient_value,
    Cases: cases_value,
    Matrix: matrix_value,
    Special: special_value,
    Slice: slice_value,
    Blocks: blocks_value,
    Relation: condition_value,
}


class Elaborator:
    """Values of trees in one scope; ``free`` collects the index letters that stand free in a formula.

    One module for each kind of node does the work; what they found out about the notation is kept here.
    """

    def __init__(self, scope: Scope, algebra: Algebra, options: Options = DEFAULT, echo: bool = False) -> None:
        self.scope, self.algebra, self.options, self.echo = scope, algebra, options, echo
        self.free: dict[str, tuple[Index, int]] = {}
        self.derivatives = Derivatives(scope, algebra)
        self.found_before: dict[tuple, Any] = {}
        self.sizes: set[str] = set()
        self.cost: Symbol | None = None
        self.rowwise: bool | None = None
        self.used_jacobian = self.used_partial = self.used_matrix_gradient = self.used_chain = False
        self.used_hadamard = self.used_power = self.used_scale = self.scaled_left = False
        self.used_correlation = self.used_row = self.used_inner = False
        self.at: int | None = None  # of a claim, whose sides are these
        self.sides: tuple[Node, ...] = ()
        self.every_step = False  # a cost that nothing defines reads all steps of a sequence
        self.left_out = ""  # a cost that one which nothing defines may have in it
        self.met_row = False  # a row of a matrix stands as a vector
        self.unreached: list[tuple[Derivative, str]] = []  # by what the forward pass does not go through
        self.of_steps: set[Derivative] = set()  # through all steps, or of one step: ∂ may be either
        self.immediate_only = False  # a derivative through all steps was read as that of one step
        self.open_condition = ""  # letters of a condition beside the claim that nothing says
        self.widths: tuple[Expr, ...] = ()  # of blocks side by side
        self._depth = 0
        self.defining = False  # a right side is read whose shapes nothing but itself says
        self.one_output = False  # the examples that a cost reads are numbers
        self.summing = False  # a cost of several outputs is read: products of columns go entry by entry
        self.claiming = False  # definitions are all read: layers that nothing declares may be made by use
        self.lowest = 0  # layers l + k with k below this are free inputs
        self.pending: set[Key] = set()
        self.shaping: set[str] = set()
        self.factors: set[Node] = set()  # of products of matrices: their powers are products too

    def forward_changed(self) -> None:
        """Equations were added: what was known of the derivatives is void."""
        self.derivatives = Derivatives(self.scope, self.algebra)
        self.derivatives.share(self.found_before)

    def share(self, known: dict[tuple, Any]) -> None:
        """Take over, and add to, what other claims found about derivatives in the same forward pass."""
        self.found_before = known
        self.derivatives.share(known)

    def inputs(self) -> set[str]:
        """The names of the symbols that nothing defines."""
        return {s.name for s in self.scope.symbols.values() if s.name not in self.scope.equations}

    def value(self, node: Node, local: Local) -> Value:
        """The value of a tree. Raises ``ReadError`` at the node that is not understood."""
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                raise refusal("nested too deep", node)
            rule = _VALUES.get(type(node))
            if rule is None:
                raise refusal(f"{type(node).__name__.lower()} is not read here", node)
            return rule(self, node, local)
        except Mismatch as e:
            if getattr(e, "at", None) is None:
                raise located(e, node.at) from None
            raise
        finally:
            self._depth -= 1

    def number(self, node: Node, local: Local) -> Expr:
        """A scalar expression. Raises ``Mismatch`` for a vector."""
        v = self.value(node, local)
        if v.rank:
            raise located(Mismatch("a number is needed here"), node.at)
        return v.expr
