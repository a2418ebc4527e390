"""Renamed copies of a layer: what they contribute to an adjoint is derived once, in the layer's own names."""

from collections.abc import Callable

from symbackprop.contributions import Contributions
from symbackprop.derivation import Path
from symbackprop.equations import Equation, Formula, Renaming

_PREFIX = "d"  # of adjoints in a layer's own formula; renamed with everything else
_NO_NAME = ""  # of the cost there, where the layer does not define it


class Copies:
    """The adjoint equations that the copies in one network share."""

    def __init__(self, formula: Formula, cost: str, is_scalar: bool, adjoint_name: Callable[[str], str]) -> None:
        self.formula, self.cost, self.is_scalar, self.adjoint_name = formula, cost, is_scalar, adjoint_name
        self._bases: dict[tuple[int, str, bool], tuple[Equation, Path]] = {}
        self._renamings: dict[int, Renaming] = {}

    def adjoint(self, e: Equation, name: str) -> tuple[Equation, Path] | None:
        """The adjoint equation of a tensor that only e reads, and the path to it; None where e is no plain copy."""
        local = self._local(e, name)
        if local is None:
            return None
        assert e.renaming is not None and e.renaming.formula is not None
        is_cost = e.name == self.cost and self.is_scalar
        key = (id(e.base), local, is_cost)
        if key not in self._bases:
            within = Contributions(e.renaming.formula, e.base.name if is_cost else _NO_NAME, is_cost, _PREFIX.__add__)
            entry = within.entry(local)
            path = Path(e.base, within.steps(e.base, entry))
            self._bases[key] = Equation(_PREFIX + local, entry.slots, path.result), path
        base, path = self._bases[key]
        renaming = self._renaming(e.renaming, e.renaming.formula)
        return base.renamed(renaming), Path(e, path.base_steps, renaming)

    def _local(self, e: Equation, name: str) -> str | None:
        """The tensor's name in the formula that e is a copy of."""
        if e.renaming is None or e.renaming.formula is None or e.is_boundary:
            return None
        if e.base.name not in e.renaming.formula.tensors:  # an adjoint: no equation of the layer's formula
            return None
        if e.name in self.formula.boundaries or name in self.formula.boundaries:
            return None
        locals_ = [n for n in e.base.reads if e.renaming.name(n) == name]
        return locals_[0] if len(locals_) == 1 else None

    def _renaming(self, renaming: Renaming, layer: Formula) -> Renaming:
        """The copy's names, those of its adjoints included."""
        if id(renaming) not in self._renamings:
            tensors = {n: renaming.name(n) for n in layer.tensors}
            tensors |= {_PREFIX + n: self.adjoint_name(renaming.name(n)) for n in layer.tensors}
            tensors[_NO_NAME] = self.cost
            self._renamings[id(renaming)] = Renaming(tensors, renaming.sizes, layer)
        return self._renamings[id(renaming)]
