"""What the parts of the builder share: the derivation, how it is printed, and the numbers of its equations."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from sympy import Expr

from symbackprop.equations import Equation, Slot, Tensor
from symbackprop.latex import Style, equation, expression
from symbackprop.matrix_form import matrix_form
from symbackprop.sheet.blocks import Row
from symbackprop.sheet.numbering import numbered, references

if TYPE_CHECKING:
    from symbackprop.derivation import Adjoint, Derivation

_MANY = 3  # copies of one derivation that are all shown in full
_COST_NAMES = ("L", "C", "J", "E")


class Context:
    """One sheet in the making."""

    def __init__(self, derivation: "Derivation") -> None:
        self.derivation = derivation
        self.formula = derivation.formula
        self.references = references(derivation)
        self._numbers = {id(e): number for number, e in numbered(derivation)}
        self._count = len(self._numbers)
        self._sides: dict[int, tuple[str, str]] = {}

    @cached_property
    def _kinds(self) -> dict[int, list["Adjoint"]]:
        """The adjoints that are renamed copies of one equation."""
        kinds: dict[int, list[Adjoint]] = {}
        for a in self.derivation.adjoints.values():
            kinds.setdefault(id(a.equation.base), []).append(a)
        return kinds

    def first_of_kind(self, adjoint: "Adjoint") -> "Adjoint":
        """The adjoint whose steps stand for this one's: itself, unless it is one of many copies."""
        alike = self._kinds[id(adjoint.equation.base)]
        return alike[0] if len(alike) > _MANY else adjoint

    @cached_property
    def style(self) -> Style:
        """How this derivation is printed: every adjoint as a derivative of the cost."""
        d = self.derivation
        adjoints = {a.equation.name: name for name, a in d.adjoints.items()}
        if d.upstream is not None and d.cost.name not in adjoints.values():
            adjoints[d.upstream.name] = d.cost.name
        names = d.program.tensors
        cost = d.cost.name if d.upstream is None else next(c for c in _COST_NAMES if c not in names)
        return Style(d.program.names, adjoints, cost, d.cost.name)

    def number(self, e: Equation) -> int:
        """The number of an equation of the derivation."""
        return self._numbers[id(e)]

    def next_number(self) -> int:
        """A number for an equation that the sheet adds."""
        self._count += 1
        return self._count

    def tensor(self, name: str) -> str:
        """The symbol of a tensor between dollars, an adjoint as a derivative."""
        return f"${self.style.entry(name)}$"

    def latex(self, expr: Expr, under: Equation | None = None) -> str:
        return expression(expr, self.style, under)

    def sides(self, e: Equation) -> tuple[str, str]:
        """The left and the right side of an equation."""
        if id(e) not in self._sides:
            self._sides[id(e)] = equation(e, self.style)
        return self._sides[id(e)]

    def row(self, e: Equation, note: str = "", number: int | None = None) -> Row:
        left, right = self.sides(e)
        return Row(left, "=", right, note, number)

    def matrix_row(self, e: Equation) -> Row | None:
        """The matrix form as a row, where there is one that says more than the index form does."""
        if not e.slots:
            return None
        form = matrix_form(e, self.derivation.program.tensors, self.style)
        if form is None:
            return None
        left, _, right = form.partition(" = ")
        return Row(left, "=", right, "in matrix form")

    def shape(self, tensor: Tensor) -> str:
        """The shape as text: N × D, or scalar."""
        if not tensor.shape:
            return "scalar"
        return "$" + r" \times ".join(self._axis(s) for s in tensor.shape) + "$"

    def _axis(self, slot: Slot) -> str:
        if isinstance(slot, tuple):
            return "(" + r" \cdot ".join(self.latex(p) for p in slot) + ")"
        return f"({self.latex(slot)})" if slot.is_Add else self.latex(slot)

    @property
    def cost(self) -> str:
        """The cost's symbol between dollars."""
        return f"${self.style.entry(self.style.cost)}$"


def listed(parts: Mapping[str, None] | list[str]) -> str:
    """Several things in one sentence.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    *most, last = list(parts)
    return f"{', '.join(most)} and {last}" if most else last
