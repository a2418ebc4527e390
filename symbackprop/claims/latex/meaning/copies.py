"""``\\nabla_{W^{(t)}} h^{(t)}``: W has no steps, and W^{(t)} is W as step t uses it.

So the derivative by it is the immediate one, of that step alone: what the steps before make of W is held fixed.
"""

from typing import TYPE_CHECKING

from sympy import Expr

from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.meaning.sequences import free_step, key_of_sequence, letter_of
from symbackprop.claims.latex.syntax.scripts import refusal
from symbackprop.claims.latex.syntax.tree import Derivative, Letter, Node, Script, Superscript
from symbackprop.terms import Entry

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def used_at(el: "Elaborator", by: Node, local: Local) -> tuple[Symbol, Expr] | None:
    """The symbol and the step of ``W^{(t)}``, where W is an input without steps and nothing has its steps."""
    if not isinstance(by, Script) or not isinstance(by.base, Letter) or by.below or by.primes or by.above is None:
        return None
    label = by.above.label
    letter = letter_of(label) if label is not None and by.above == Superscript(label=label, bracket="(") else None
    if label is None or letter not in el.scope.steps or key_of_sequence(by.base.name) in el.scope.symbols:
        return None
    plain = find(el, by.base, local)
    symbol = plain.what if plain is not None else None
    if not isinstance(symbol, Symbol) or symbol.step is not None or symbol.name in el.scope.equations:
        return None
    return symbol, free_step(el, letter, label, local)


def immediate(el: "Elaborator", expr: Expr, by: Entry, step: Expr, node: Derivative) -> Expr:
    """The derivative of an entry of that step. Raises ``ReadError`` for anything else."""
    if not isinstance(expr, Entry) or not expr.slots or expr.slots[0] != step:
        raise refusal("the derivative of something else than the same step by what a step uses", node)
    return el.derivatives.partial(expr, by)
