"""How a tensor lies in memory: what an equation that reads or writes it has to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr, Integer

from symbackprop.equations import Equation, Formula, length


@dataclass(frozen=True)
class Layout:
    """``defined``: its buffer is allocated once, so that views of it are made once too.

    ``before`` and ``after`` count the boundary steps that lie around its time axis ``axis`` in the buffer ``«x:name»``.
    ``shape`` and ``axis`` are as it lies in memory; ``order`` gives the axes as written in that order (none: the same).
    """

    name: str
    shape: tuple[Any, ...]
    defined: bool
    integer: bool = False
    axis: int = -1
    before: int = 0
    after: int = 0
    order: tuple[int, ...] = ()
    turned: bool = False  # copies for windows have the first axis last

    def arranged(self, slots: Sequence[Any]) -> tuple[Any, ...]:
        """What stands for the axes as written, in the order in which they lie."""
        return tuple(slots[k] for k in self.order) if self.order else tuple(slots)

    @property
    def lengths(self) -> tuple[Expr, ...]:
        return tuple(length(s) for s in self.shape)

    @property
    def extended(self) -> bool:
        return bool(self.before or self.after)

    @property
    def contiguous(self) -> bool:
        return not self.extended or self.axis == 0

    @property
    def key(self) -> tuple:
        """What the text of an equation that reads it depends on, beside names and sizes."""
        return (
            self.defined,
            self.integer,
            self.axis,
            self.before,
            self.after,
            len(self.shape),
            self.order,
            self.turned,
        )


def extent(boundaries: tuple[Equation, ...]) -> tuple[int, int, int]:
    """Time axis of a tensor, and how many boundary steps lie before and after."""
    axis, before, after = -1, 0, 0
    for e in boundaries:
        for k, slot in enumerate(e.slots):
            if slot.is_number and slot < 0:
                axis, before = k, max(before, -int(slot))
            elif slot.is_number or slot.is_Add or slot.is_positive:
                number = slot.as_coeff_Add()[0] if not slot.is_number else Integer(-1)
                axis, after = k, max(after, int(number) + 1)
    return axis, before, after


def layouts(
    formula: Formula,
    integers: frozenset[str],
    orders: Mapping[str, tuple[int, ...]] | None = None,
    turned: frozenset[str] = frozenset(),
) -> dict[str, Layout]:
    """The layout of every tensor of a formula; ``orders`` names those that lie otherwise than they are written."""
    found = {}
    for name, t in formula.tensors.items():
        axis, before, after = extent(formula.boundaries.get(name, ()))
        integer = t.role == "label" or name in integers
        order = (orders or {}).get(name, ())
        lying = Layout(name, t.shape, t.role == "defined", integer, axis, before, after, order, name in turned)
        axis = order.index(axis) if order and axis >= 0 else axis
        found[name] = replace(lying, shape=lying.arranged(t.shape), axis=axis)
    return found
