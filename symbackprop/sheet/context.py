"""What the parts of the builder share: the derivation, how it is printed, and the numbers of its equations."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain, count
from typing import TYPE_CHECKING

from sympy import Expr, Symbol

from symbackprop.equations import Equation, Slot, Tensor
from symbackprop.latex import Style, equation, expression, symbols
from symbackprop.matrix_form import matrix_form
from symbackprop.naming import opened, taken
from symbackprop.sheet.blocks import Row
from symbackprop.sheet.choices import by_value
from symbackprop.sheet.constants import named_constants
from symbackprop.sheet.lengths import named_lengths, printed_names
from symbackprop.sheet.numbering import numbered, references
from symbackprop.terms import Entry, Partial

if TYPE_CHECKING:
    from symbackprop.derivation import Adjoint, Derivation

_MANY = 3  # copies of one derivation that are all shown in full
_COST_NAMES = ("L", "C", "J", "E", "Q")


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
        cost = d.cost.name if d.upstream is None else self._free_name()
        plain = Style(d.program.names, adjoints, cost, d.cost.name)
        letters = named_lengths(self.formula, lambda shape: _shape(shape, plain)) | named_constants(self.formula)
        return replace(plain, letters=letters)

    @property
    def lengths(self) -> Mapping[Expr, Symbol]:
        """The letters of lengths that would make shapes too long."""
        return {e: letter for e, letter in self.style.letters.items() if not e.is_Rational}

    @property
    def constants(self) -> Mapping[Expr, Symbol]:
        """The letters of long numbers."""
        return {e: letter for e, letter in self.style.letters.items() if e.is_Rational}

    def _free_name(self) -> str:
        """A name for the cost where the formula gives none: what neither a tensor nor a size nor an index is called."""
        taken = printed_names(self.derivation.program)
        names = chain(_COST_NAMES, (f"E{k}" for k in count(1)))
        return next(name for name in names if symbols.tensor(name) not in taken)

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

    def plain(self, length: Expr) -> str:
        """A length or a number without the letters that such have."""
        return expression(length, replace(self.style, letters={}))

    def nodes(self, e: Equation) -> Iterator[Expr]:
        """All nodes of a right side, bound indices under the names with which they are printed."""
        return opened(e.rhs, self.style.names, taken(e.rhs, e))

    def sides(self, e: Equation) -> tuple[str, str]:
        """The left and the right side of an equation."""
        if id(e) not in self._sides:
            left, right = equation(e, self.style)
            partial = self._partial(e)
            self._sides[id(e)] = (left if partial is None else self.latex(partial), right)
        return self._sides[id(e)]

    def _partial(self, e: Equation) -> Partial | None:
        """What the left side of a Jacobian means: ``dz_dx[n, j, n2, i]`` is the derivative of an entry by another."""
        tensors = self.derivation.program.tensors
        of, _, wrt = e.name.removeprefix("d").partition("_d")
        if e.name in tensors or not e.name.startswith("d") or of not in tensors or wrt not in tensors:
            return None
        axes = len(tensors[of].shape)
        return Partial(Entry(of, *e.slots[:axes]), Entry(wrt, *e.slots[axes:]))

    @property
    def sizes(self) -> Mapping[str, int]:
        """Numbers that sizes have, where they are known."""
        return getattr(self.derivation, "sizes", {})

    def row(self, e: Equation, note: str = "", number: int | None = None) -> Row:
        left, right = self.sides(e)
        return Row(left, "=", right, note, number)

    def rows(self, e: Equation, note: str = "", number: int | None = None) -> list[Row]:
        """The equation as one row, or as one for each value of an index that picks among terms."""
        choices = by_value(e)
        if not choices:
            return [self.row(e, note, number)]
        *most, last = (self.row(c) for c in choices)
        return [*most, Row(last.left, last.relation, last.right, note, number)]

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
        return f"${_shape(tensor.shape, self.style)}$" if tensor.shape else "scalar"

    @property
    def cost(self) -> str:
        """The cost's symbol between dollars."""
        return f"${self.style.entry(self.style.cost)}$"


def _shape(shape: tuple[Slot, ...], style: Style) -> str:
    return r" \times ".join(_axis(s, style) for s in shape)


def _axis(slot: Slot, style: Style) -> str:
    if isinstance(slot, tuple):
        return "(" + r" \cdot ".join(_axis(p, style) for p in slot) + ")"
    shown = expression(slot, style)
    return f"({shown})" if slot.is_Add and slot not in style.letters else shown


def listed(parts: Mapping[str, None] | list[str]) -> str:
    """Several things in one sentence.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    *most, last = list(parts)
    return f"{', '.join(most)} and {last}" if most else last
