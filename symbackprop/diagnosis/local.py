"""One equation by itself: what it passes back to a tensor that it reads, by the derived and generated code.

``pull_back`` is the product of an adjoint with the equation's Jacobian. With ones it gives the slopes of an activation,
with the rows of the identity the Jacobian itself.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from symbackprop.codegen.compile import compile_program
from symbackprop.differentiation import derive
from symbackprop.equations import Equation, Formula

Arrays = Mapping[str, np.ndarray]


class Local:
    """An equation of a formula and one of the tensors that it reads; compiled once, for any number of samples."""

    def __init__(self, formula: Formula, equation: Equation, name: str) -> None:
        self.equation, self.name = equation, name
        read = {n: formula.tensors[n] for n in sorted(equation.reads)}
        given = {n: replace(t, role="input" if t.role == "defined" else t.role) for n, t in read.items()}
        tensors = {**given, equation.name: formula.tensors[equation.name]}
        alone = Equation(equation.name, equation.slots, equation.rhs)  # no copy of a layer's any more
        derivation = derive(Formula(tensors, (alone,), formula.names), [name])
        self._adjoint = derivation.adjoint_of(name).name
        self._upstream = "" if derivation.upstream is None else derivation.upstream.name
        self._compiled = compile_program(derivation.program, [self._adjoint])

    def pull_back(self, arrays: Arrays, upstream: np.ndarray, sizes: Mapping[str, int]) -> np.ndarray:
        """Upstream times the Jacobian, in the shape of the tensor; ``sizes`` are those that no array fixes."""
        known = {s.name for s in self._compiled.program.sizes}
        given = {n: arrays[n] for n in self._compiled.source.inputs if n != self._upstream}
        found = self._compiled(**given, **{self._upstream: upstream}, **{k: v for k, v in sizes.items() if k in known})
        return found[self._adjoint]
