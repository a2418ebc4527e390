"""How far each index runs: a fixpoint over all equations, from declared shapes and bare uses.

A bare use gives an index the length of its axis; the left side of an equation gives its tensor the lengths of its
indices. Only when that is stuck, a use elsewhere gives an axis the range of the index that reads it; last, an adjoint
has the shape of its base. The printer asks the same question, to know which indices must be declared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sympy import Expr

from symbackprop.equations import Tensor, length
from symbackprop.notation.syntax import Place


class Axis(NamedTuple):
    """A slot of a tensor, or one part of a grouped slot."""

    tensor: str
    slot: int
    part: int | None = None

    def __str__(self) -> str:
        return f"axis {self.slot} of {self.tensor}" + ("" if self.part is None else f", part {self.part}")


@dataclass(eq=False)
class Runner:
    """One index in one place: free in an equation, or bound by one sum."""

    name: str
    at: Place
    size: Expr | None = None
    why: str = ""  # what gave it its size


class Use(NamedTuple):
    runner: Runner
    axis: Axis
    at: Place


@dataclass
class Ranges:
    """What is known, ``axes``, and what was seen: ``uses`` bare on an axis, ``lefts`` that define one."""

    groups: Mapping[str, tuple[int, ...]]
    axes: dict[Axis, Expr] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    lefts: list[tuple[Axis, Runner]] = field(default_factory=list)

    def declare(self, tensor: Tensor) -> None:
        for k, slot in enumerate(tensor.shape):
            for part, size in enumerate(slot if isinstance(slot, tuple) else ()):
                self.axes[Axis(tensor.name, k, part)] = size
            self.axes[Axis(tensor.name, k)] = length(slot)

    def length(self, axis: Axis) -> Expr | None:
        if axis in self.axes or axis.part is not None or not (parts := self.groups[axis.tensor][axis.slot]):
            return self.axes.get(axis)
        sizes = [self.axes.get(Axis(axis.tensor, axis.slot, m)) for m in range(parts)]
        return None if None in sizes else length(tuple(sizes))

    def solve(self) -> None:
        """Give every runner its size as far as that follows; the others keep None."""
        self._spread()
        left_of = {axis: runner for axis, runner in self.lefts}
        while self._backwards(left_of) or self._from_base():
            self._spread()

    def _spread(self) -> None:
        lefts = list(self.lefts)
        uses = [u for u in self.uses if u.runner.size is None]
        while True:
            for axis, runner in lefts:
                if runner.size is not None:
                    self.axes.setdefault(axis, runner.size)
            for use in uses:
                if use.runner.size is None and (found := self.length(use.axis)) is not None:
                    use.runner.size, use.runner.why = found, str(use.axis)
                    for axis, runner in lefts:
                        if runner is use.runner:
                            self.axes.setdefault(axis, found)
            before = len(uses)
            uses = [u for u in uses if u.runner.size is None]
            lefts = [(axis, runner) for axis, runner in lefts if runner.size is None]
            if len(uses) == before:
                return

    def _backwards(self, left_of: Mapping[Axis, Runner]) -> bool:
        for use in self.uses:
            runner = left_of.get(use.axis)
            if runner is not None and runner.size is None and use.runner.size is not None:
                runner.size, runner.why = use.runner.size, f"its use as {use.axis}"
                return True
        return False

    def _from_base(self) -> bool:
        for axis, runner in self.lefts:
            if runner.size is None and axis.tensor[0] == "d" and axis.tensor[1:] in self.groups:
                base = axis._replace(tensor=axis.tensor[1:])
                if base.slot < len(self.groups[base.tensor]) and (found := self.length(base)) is not None:
                    runner.size, runner.why = found, str(base)
                    return True
        return False
