"""What does not wait for the steps of a recurrence: it is computed for all of them at once, ahead of the loop.

A step is many calls on small arrays, so each call that leaves the loop counts: the products of all inputs with their
weights become one matrix product, the slopes of all gates one pass.
"""

from collections.abc import Callable, Mapping

from sympy import Expr

from symbackprop.codegen.sizes import is_scalar
from symbackprop.indices import ArgMax, Index
from symbackprop.terms import Entry

Join = Callable[..., Expr]


class Ahead:
    """Tells apart what a recurrence computes from what is known by then. ``stepped`` names what it computes."""

    def __init__(self, loop: Mapping[Index, str], stepped: frozenset[str]) -> None:
        self.loop, self.stepped = loop, stepped

    def is_known(self, e: Expr) -> bool:
        """Whether an expression that differs from step to step is known for all of them before the first."""
        if not self.loop or isinstance(e, Entry | Index | ArgMax) or is_scalar(e, self.loop):
            return False
        return bool(e.free_symbols & set(self.loop)) and not self._waits(e)

    def together(self, parts: tuple[Expr, ...], join: Join) -> tuple[Expr, ...]:
        """The terms of a sum or the factors of a product, those that are known joined to one."""
        if not self.loop:
            return parts
        fit = [p for p in parts if p.atoms(Entry) and not self._waits(p)]
        joined = join(*fit)
        if len(fit) == len(parts) or not self.is_known(joined):
            return parts
        return (*(p for p in parts if p not in fit), joined)

    def _waits(self, e: Expr) -> bool:
        return any(x.name in self.stepped for x in e.atoms(Entry))
