"""One derived equation as a person uses it: text, LaTeX, SymPy, a callable."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import sympy
from sympy import Expr

from symbackprop.equations import Equation, Formula
from symbackprop.terms import Entry, Partial
from symbackprop.to_sympy import to_sympy


class Result:
    """A gradient, Jacobian, Hessian or Hessian-vector product.

    ``str()`` is the text notation, ``latex()`` and ``_repr_latex_`` LaTeX, ``to_sympy()`` a SymPy equation,
    ``compile()`` a function of the arrays. ``left`` is what the left side means where its name alone does not say it.
    """

    def __init__(
        self,
        equation: Equation,
        program: Formula,
        adjoints: Mapping[str, str] | None = None,
        cost: str = "C",
        left: Partial | None = None,
    ) -> None:
        self.equation, self.program = equation, program
        self._adjoints, self._cost, self._left = adjoints or {}, cost, left

    @cached_property
    def _text(self) -> str:
        from symbackprop.notation import text

        return text(self.equation, self.program.names)

    def __str__(self) -> str:
        return self._text

    __repr__ = __str__

    def latex(self) -> str:
        """The equation in LaTeX, without dollar signs."""
        from symbackprop.latex import latex

        if self._left is None:
            return latex(self.equation, self.program.names, self._adjoints, self._cost)
        sides = (latex(x, self.program.names, self._adjoints, self._cost) for x in (self._left, self.equation.rhs))
        return " = ".join(sides)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def to_sympy(self) -> Expr:
        """``Eq(left, right)`` in SymPy's own classes. Raises ``NotSupported`` for what SymPy has no word for."""
        left, right = (to_sympy(x, self.program.names) for x in (self.equation.left, self.equation.rhs))
        return sympy.Eq(left, right, evaluate=False)

    def compile(self, backend: str = "numpy") -> Callable[..., Any]:
        """A function ``(**arrays) -> array`` of this quantity; sizes that no array fixes are given by name."""
        from symbackprop.codegen.backends import compile_with

        compiled = compile_with(backend, self.program, [self.equation.name])
        return lambda **arrays: compiled(**arrays)[self.equation.name]

    @property
    def rhs(self) -> Expr:
        """The right side, a SymPy expression in the package's terms."""
        return self.equation.rhs

    @property
    def entry(self) -> Entry:
        """The left side."""
        return self.equation.left
