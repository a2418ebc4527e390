"""What a user holds: a derivation with everything that can be made from it.

``symbackprop.derivation`` derives and knows nothing of LaTeX or NumPy; the class here adds the ways out, each loaded
when it is asked for.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from symbackprop import derivation as core
from symbackprop import differentiation
from symbackprop.equations import Equation, Formula
from symbackprop.factoring import collect
from symbackprop.jacobian import hessian, hvp, jacobian
from symbackprop.result import Result
from symbackprop.substitution import substitute
from symbackprop.terms import Entry, Partial

if TYPE_CHECKING:
    from symbackprop.checking import CheckReport
    from symbackprop.sheet.sheet import Sheet


@dataclass(frozen=True, repr=False)
class Derivation(core.Derivation):
    """The gradients of a formula; see ``derive``. ``sizes`` are numbers that named sizes have, where they are known."""

    sizes: Mapping[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "\n".join(str(self.gradient(name)) for name in self.wrt)

    @property
    def gradients(self) -> dict[str, Result]:
        """The gradient by each of the wanted tensors, in named intermediates."""
        return {name: self.gradient(name) for name in self.wrt}

    def gradient(self, name: str, closed: bool = False) -> Result:
        """The derivative of the cost by a tensor, in named intermediates; ``closed``: in inputs alone.

        Raises ``DataError`` where there is no such gradient, ``NotSupported`` where a recurrence has no closed form.

        >>> import symbackprop as sb
        >>> d = sb.derive(sb.formula("input x[D]" + chr(10) + "param w[D]" + chr(10) + "C = sum(i, w[i]*x[i])**2"))
        >>> d.gradient("w")
        dw[i] = 2*x[i]*sum(i2, w[i2]*x[i2])
        """
        equation = self.adjoint_of(name)
        if closed:
            rhs = collect(substitute(equation.rhs, self.program, set(self.program.defining)))
            equation = Equation(equation.name, equation.slots, rhs)
        return Result(equation, self.program, self._adjoint_names, self.cost.name)

    @property
    def _adjoint_names(self) -> dict[str, str]:
        names = {a.equation.name: a.tensor.name for a in self.adjoints.values()}
        if self.upstream is not None:
            names[self.upstream.name] = self.cost.name
        return names

    def jacobian(self, of: str, wrt: str) -> Result:
        """All derivatives of the entries of one tensor by those of another, with Kronecker deltas.

        >>> import symbackprop as sb
        >>> f = sb.formula("input x[D]" + chr(10) + "param W[M,D]" + chr(10) + "z[j] = sum(i, W[j,i]*x[i])")
        >>> sb.derive(f).jacobian("z", "x")
        dz_dx[j,i] = W[j,i]
        """
        equation, program = jacobian(self.formula, of, wrt)
        row = self.formula.defining[of]
        left = Partial(row.left, Entry(wrt, *equation.slots[len(row.slots) :]))
        return Result(equation, program, cost=self.cost.name, left=left)

    def hessian(self, a: str, b: str | None = None) -> Result:
        """Second derivatives of the cost by a and b, ``d2C_da_db[..., ...]``."""
        equation, program = hessian(self, a, b or a)
        return Result(equation, program, self._adjoint_names, self.cost.name)

    def hvp(self, name: str) -> Result:
        """The Hessian times a direction, which is the input ``v_<name>``."""
        second = hvp(self, name)
        return Result(second.adjoint_of(name), second.program, self._adjoint_names, self.cost.name)

    def check(
        self,
        sizes: Mapping[str, int] | None = None,
        seed: int = 0,
        tolerance: float = 1e-6,
        arrays: Mapping[str, Any] | None = None,
        gradients: Mapping[str, Any] | None = None,
    ) -> "CheckReport":
        """Every entry of every gradient against numerical derivatives; see ``symbackprop.checking``."""
        from symbackprop.checking import check

        return check(self, sizes, seed, tolerance, arrays, gradients)

    def sheet(self, detail: str = "full", check: Any = True, **options: Any) -> "Sheet":
        """The derivation sheet; ``check``: run the check and show its table (or a report of your own, or False)."""
        from symbackprop.sheet.build import build

        report = self.check() if check is True else check or None
        return build(self, detail, report, **options)

    def source(self, backend: str = "numpy") -> str:
        """A standalone module that computes the value and all gradients; comments cite the sheet's equation numbers."""
        from symbackprop.codegen.backends import source_for
        from symbackprop.sheet.numbering import references

        return source_for(backend, self.program, self._outputs, self.formula.title, references(self))

    def compile(self, backend: str = "numpy") -> Callable[..., tuple[Any, dict[str, Any]]]:
        """``(**arrays) -> (value, {name: gradient})``; sizes that no array fixes are given by name, ``S=2``."""
        from symbackprop.codegen.backends import compile_with

        compiled = compile_with(backend, self.program, self._outputs)
        value, gradients = self.cost.name, {n: self.adjoint_of(n).name for n in self.wrt}

        def value_and_gradients(**arrays: Any) -> tuple[Any, dict[str, Any]]:
            found = compiled(**arrays)
            # A scalar comes as NumPy's number, not as an array without axes.
            return found[value][()], {n: found[adjoint][()] for n, adjoint in gradients.items()}

        return value_and_gradients

    @property
    def _outputs(self) -> list[str]:
        return [self.cost.name, *(self.adjoint_of(n).name for n in self.wrt)]


def derive(
    formula: Formula, wrt: Iterable[str] | None = None, outputs: Sequence[str] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Derivation:  # fmt: skip
    """The gradients of a formula's cost by ``wrt`` (default: every input and param).

    ``outputs``: what is differentiated (default: the last equation); a scalar is the cost, else its adjoint
    ``d<name>`` is one more input. Raises ``DataError`` for names that are not in the formula.

    >>> import symbackprop as sb
    >>> f = sb.formula("input x[N,D]" + chr(10) + "param W[D,M]" + chr(10) + "z[n,j] = sum(i, x[n,i]*W[i,j])")
    >>> sb.derive(f, wrt=["W"])
    dW[i,j] = sum(n, x[n,i]*dz[n,j])
    """
    derived = differentiation.derive(formula, wrt, outputs)
    return Derivation(**{f.name: getattr(derived, f.name) for f in fields(derived)}, sizes=dict(sizes or {}))
