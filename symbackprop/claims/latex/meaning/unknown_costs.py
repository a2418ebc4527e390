"""Functions of several arguments that nobody gives, as ``L = \\ell(\\hat y, y)``: their derivatives may be any numbers.

Such a function stands for the sum of its arguments' entries, each times an input of its own: its first derivatives are
then those inputs, which is all that the chain rule needs. Its value means nothing; what would use it is unread.
"""

from typing import TYPE_CHECKING

from sympy import Expr, S

from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.meaning.values import Value, scalar
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Product, Script
from symbackprop.claims.latex.syntax.writing import latex_of
from symbackprop.errors import ReadError
from symbackprop.indices import Index, fresh, totals
from symbackprop.terms import Entry

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator

_COSTS = ("ell", "loss", "cost")  # of one argument too


def is_application(head: Node, after: Node) -> bool:
    """Whether a letter nobody knows stands before the brackets of such a function."""
    base = head.base if isinstance(head, Script) else head
    if not isinstance(base, Letter) or (isinstance(head, Script) and (head.primes or head.above is not None)):
        return False
    if not isinstance(after, Group) or after.kind != "(":
        return False
    return len(after.items) > 1 or base.name in _COSTS


def application(node: Node) -> tuple[str, Group] | None:
    """The name and the arguments of a right side that is one application."""
    if isinstance(node, Product) and len(node.factors) == 2:
        (_, head), (op, after) = node.factors
        if op == "" and isinstance(after, Group) and is_application(head, after):
            return latex_of(head), after
    return None


def cost_value(el: "Elaborator", name: str, arguments: Group, local: Local) -> Value:
    """The surrogate of one application; the same application twice is the same number."""
    total: Expr = S.Zero
    known = el.scope.surrogates.setdefault(f"{name} of {latex_of(arguments)}", [])
    for k, item in enumerate(arguments.items):
        v = el.algebra.settled(el.value(item, local))
        if k == len(known):
            known.append(el.scope.free_name((f"d{name.strip(chr(92))}_d{k + 1}", "", "")))
        axes = tuple(fresh(i) for i in v.axes)
        expr = v.expr.xreplace(dict(zip(v.axes, axes, strict=True)))
        free = sorted((i for i in expr.atoms(Index) if not i.level and i not in axes), key=lambda i: i.name)
        total += totals(Entry(known[k], *free, *axes) * expr, *axes)
    return scalar(total)


def refuse_values(el: "Elaborator", *sides: Expr) -> None:
    """Raises ``ReadError`` where a side uses what such a function comes to, not its derivatives alone."""
    surrogates = {name for names in el.scope.surrogates.values() for name in names} | el.scope.unsaid
    symbols = {s.name for s in el.scope.symbols.values()}
    for e in {e for x in sides for e in x.atoms(Entry)} if surrogates else ():
        if e.name in symbols and el.derivatives.reach(e.name) & surrogates:
            raise ReadError("the value of a function that is not given: only its derivatives can be judged")
