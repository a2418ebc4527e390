"""Expressions and equations as LaTeX, in the order and the shape in which a hand writes them.

Decisions:

* Only commands that amsmath, KaTeX, MathJax and math-core all know, so one string serves every format of the sheet.
* An adjoint ``dz[n,j]`` is shown as what it is, the derivative of the cost by z; ``Style.adjoints`` says which.
* A sum binds like a product: it reaches to the next + or - of its level, and stands last among a product's factors.
* Sums carry no range: the notation table gives each index its range once.
* Parentheses grow only around what is tall; ``\\left`` around one letter would only add space.
"""

from collections.abc import Sequence
from functools import singledispatchmethod
from typing import Any

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Rational, S, Symbol
from sympy.core.numbers import Infinity, NegativeInfinity

from symbackprop.equations import Equation
from symbackprop.functions import row_of
from symbackprop.indices import ArgMax, Binder, Index, MaxOver, Total
from symbackprop.latex import symbols
from symbackprop.latex.choices import merged
from symbackprop.latex.pieces import Style, derivative, is_decimal, is_tall, juxtapose, number, parentheses
from symbackprop.latex.surds import surds
from symbackprop.naming import open_named, taken
from symbackprop.ordering import ordered_factors, ordered_terms
from symbackprop.terms import (
    Bracket,
    Delta,
    Entry,
    Flat,
    FloorDiv,
    Less,
    LessEqual,
    Maximum,
    Minimum,
    NotEqual,
    Partial,
    Where,
)

SUM, PRODUCT, ARGUMENT, POWER = range(4)  # how tightly the surroundings bind
_RELATION = {Delta: "=", NotEqual: r"\ne", Less: "<", LessEqual: r"\le"}
_CONDITION = 45  # characters of LaTeX that conditions of a case take on one line
_FLIPPED = {Delta: "=", NotEqual: r"\ne", Less: ">", LessEqual: r"\ge"}


class Printer:
    """Prints expressions under one left side; ``taken`` are the names that bound indices must not use."""

    def __init__(self, style: Style, left_indices: tuple[Index, ...] = (), taken: frozenset[str] = frozenset()) -> None:
        self.style, self.left_indices, self.taken = style, left_indices, taken

    def show(self, expr: Expr, level: int = SUM) -> str:
        """The expression, in parentheses where its surroundings bind tighter than it does."""
        latex, own = self._print(self.style.letters.get(expr, expr))
        return latex if own >= level else parentheses(latex)

    @singledispatchmethod
    def _print(self, expr: Expr) -> tuple[str, int]:
        row = row_of(expr)
        if row is None:
            raise AssertionError(f"no LaTeX for {type(expr).__name__}")
        return self._function(row.latex, expr.args[0])

    # Names and numbers -------------------------------------------------------------------------------------------

    @_print.register
    def _(self, expr: Entry) -> tuple[str, int]:
        return self.style.entry(expr.name, self.slots(expr.slots)), POWER

    @_print.register
    def _(self, expr: Symbol) -> tuple[str, int]:
        return (symbols.index(expr.name) if isinstance(expr, Index) else symbols.size(expr.name)), POWER

    @_print.register
    def _(self, expr: Integer) -> tuple[str, int]:
        return str(expr), SUM if expr < 0 else POWER

    @_print.register
    def _(self, expr: Rational) -> tuple[str, int]:
        return number(expr), SUM if expr < 0 else PRODUCT

    @_print.register
    def _(self, expr: sympy.NumberSymbol) -> tuple[str, int]:
        return sympy.latex(expr), POWER

    @_print.register
    def _(self, expr: Infinity | NegativeInfinity) -> tuple[str, int]:
        return (r"\infty", POWER) if expr > 0 else (r"-\infty", SUM)

    @_print.register
    def _(self, expr: Flat) -> tuple[str, int]:
        return "(" + ",".join(self.show(s) for s in expr.args) + ")", POWER

    def slots(self, slots: tuple[Expr, ...]) -> str:
        """Slots side by side where each is one letter, else with commas."""
        shown = [self.show(s) for s in slots]
        bare = all(isinstance(s, Index) and len(s.name.rstrip("23")) == 1 for s in slots)
        return "".join(shown) if bare else ",".join(shown)

    # Sums, products, powers --------------------------------------------------------------------------------------

    @_print.register
    def _(self, expr: Add) -> tuple[str, int]:
        latex = ""
        for sign, term in ordered_terms(expr, self.left_indices):
            shown = self.show(term, PRODUCT)
            latex += (f" {'-' if sign < 0 else '+'} " if latex else "-" * (sign < 0)) + shown
        return latex, SUM

    @_print.register
    def _(self, expr: Mul) -> tuple[str, int]:
        return self._product(expr)

    def _product(self, expr: Expr) -> tuple[str, int]:
        coefficient, numerator, denominator = surds(
            *ordered_factors(expr, self.left_indices, self.style.adjoints.__contains__)
        )
        # The chain rule reads outwards in: the derivative of the cost first, then what it is multiplied by.
        numerator = sorted(numerator, key=lambda f: isinstance(f, Partial))
        sign, coefficient = ("-", -coefficient) if coefficient < 0 else ("", coefficient)
        sums = [f for f in numerator if isinstance(f, Binder)]
        small = [f for f in numerator if not isinstance(f, Binder)]
        if denominator or (isinstance(coefficient, Rational) and coefficient.q != 1 and not is_decimal(coefficient)):
            above, beside = (small, []) if not sums and self._fits_fraction(small) else ([], small)
            shown = [self._fraction(coefficient, above, denominator)]
        else:
            beside = small
            shown = [self.show(coefficient)] if coefficient != 1 else []
        shown += [self.show(f, PRODUCT if k + 1 == len(beside) + len(sums) else ARGUMENT) for k, f in enumerate(beside)]
        # Each sum reaches as far as it can; all but the last are fenced in.
        shown += [self.show(f, PRODUCT if k + 1 == len(sums) else POWER) for k, f in enumerate(sums)]
        return sign + juxtapose(shown or ["1"]), SUM if sign else PRODUCT

    def _fraction(self, coefficient: Expr, above: list[Expr], below: list[Expr]) -> str:
        top, bottom = (
            (Integer(coefficient.p), Integer(coefficient.q)) if coefficient.is_Rational else (coefficient, S.One)
        )
        return rf"\frac{{{self._row(top, above)}}}{{{self._row(bottom, below)}}}"

    def _fits_fraction(self, factors: list[Expr]) -> bool:
        """Whether factors stand on the bar of a fraction: one or two flat ones; others stand beside it."""
        return len(factors) <= 2 and not any(is_tall(self.show(f)) for f in factors)

    def _row(self, coefficient: Expr, factors: list[Expr]) -> str:
        """A product as numerator or denominator: alone there, it needs no parentheses."""
        lead = [self.show(coefficient)] if coefficient != 1 or not factors else []
        single = not lead and len(factors) == 1
        return juxtapose(lead + [self.show(f, SUM if single else ARGUMENT) for f in factors])

    @_print.register
    def _(self, expr: Pow) -> tuple[str, int]:
        base, exponent = expr.args
        if exponent.is_Rational and exponent < 0:
            return self._product(expr)
        if exponent == Rational(1, 2):
            return rf"\sqrt{{{self.show(base)}}}", POWER
        above = self._exponent(exponent)
        row = row_of(base)
        if row is not None and row.latex.endswith(" {x}"):
            # tanh² x: the exponent stands at the name; doubled braces survive the template.
            return self._function(row.latex.replace(" {x}", f"^{{{{{above}}}}} {{x}}"), base.args[0])
        shown = self.show(base, POWER)
        if isinstance(base, Entry) and ("^" in shown or r"\frac" in shown):
            shown = parentheses(shown)
        return f"{shown}^{{{above}}}", ARGUMENT

    def _exponent(self, exponent: Expr) -> str:
        if exponent.is_Rational and exponent.q != 1:
            return f"{exponent.p}/{exponent.q}"
        return self.show(exponent)

    # Functions ---------------------------------------------------------------------------------------------------

    def _function(self, template: str, argument: Expr) -> tuple[str, int]:
        """A row's LaTeX around its argument; its own fences grow only where needed."""
        shown = self.show(argument)
        if r"\left({x}\right)" in template:
            return template.replace(r"\left({x}\right)", "{x}").format(x=parentheses(shown)), POWER
        if template.endswith(" {x}"):
            bare = self.show(argument, ARGUMENT)
            return template.format(x=bare if not _starts_function(argument) else parentheses(shown)), ARGUMENT
        if template == "e^{{{x}}}" and (is_tall(shown) or len(shown) > 40):
            return rf"\exp{parentheses(shown)}", ARGUMENT
        return template.format(x=shown), ARGUMENT

    @_print.register
    def _(self, expr: Maximum) -> tuple[str, int]:
        return r"\max" + parentheses(", ".join(self.show(a) for a in expr.args)), ARGUMENT

    @_print.register
    def _(self, expr: Minimum) -> tuple[str, int]:
        return r"\min" + parentheses(", ".join(self.show(a) for a in expr.args)), ARGUMENT

    @_print.register
    def _(self, expr: FloorDiv) -> tuple[str, int]:
        return r"\lfloor {} / {} \rfloor".format(*(self.show(a, PRODUCT) for a in expr.args)), POWER

    @_print.register
    def _(self, expr: Partial) -> tuple[str, int]:
        above, by = expr.args
        whole = isinstance(above, Entry) and above.name == self.style.differentiated and not above.slots
        shown = symbols.tensor(self.style.cost) if whole else self.show(above, POWER)
        return derivative(shown, self.show(by, POWER)), ARGUMENT

    # Brackets and choices ----------------------------------------------------------------------------------------

    @_print.register
    def _(self, expr: Bracket) -> tuple[str, int]:
        if isinstance(expr, Delta) and not expr.atoms(Entry):
            return rf"\delta_{{{self.slots(tuple(sorted(expr.args, key=self._left_first)))}}}", POWER
        relation = self.relation(expr)
        return (rf"\left[{relation}\right]" if is_tall(relation) else f"[{relation}]"), POWER

    def relation(self, expr: Bracket) -> str:
        """The relation inside a bracket, what varies on the left."""
        a, b = expr.args
        flip = a.is_number and not b.is_number
        table, (a, b) = (_FLIPPED, (b, a)) if flip else (_RELATION, (a, b))
        return f"{self.show(a)} {table[type(expr)]} {self.show(b)}"

    def _left_first(self, slot: Expr) -> tuple[int, str]:
        order = self.left_indices.index(slot) if slot in self.left_indices else len(self.left_indices)
        return order, str(slot)

    @_print.register
    def _(self, expr: Where) -> tuple[str, int]:
        condition, a, b = merged(expr).args
        first, *rest = self.conditions(Mul.make_args(condition))
        if (a, b) == (S.One, S.Zero) and not rest and not first.startswith(r"\delta"):
            return (rf"\left[{first}\right]" if is_tall(first) else f"[{first}]"), POWER
        rows = [rf"{self.show(a)} & \text{{if }} {first}"]
        if sum(map(len, rest)) + len(first) <= _CONDITION:
            rows[0] += "".join(rf" \text{{ and }} {c}" for c in rest)
        else:
            rows += [rf" & \text{{and }} {c}" for c in rest]
        rows.append(rf"{self.show(b)} & \text{{otherwise}}")
        joined = r" \\ ".join(rows)
        return rf"\begin{{cases}} {joined} \end{{cases}}", ARGUMENT

    def conditions(self, parts: Sequence[Expr]) -> list[str]:
        """Relations that must all hold; a lower and an upper bound of one thing become one."""
        shown: list[str] = []
        upper = {p.args[0]: p for p in parts if isinstance(p, Less | LessEqual)}
        used: set[Expr] = set()
        for p in parts:
            other = upper.get(p.args[1]) if isinstance(p, Less | LessEqual) else None
            if other is not None and other is not p:
                used |= {p, other}
                ends = f"{self.show(p.args[0])} {_RELATION[type(p)]} {self.show(p.args[1])}"
                shown.append(f"{ends} {_RELATION[type(other)]} {self.show(other.args[1])}")
        for p in parts:
            if p not in used:
                shown.append(self.relation(p) if isinstance(p, Bracket) else rf"{self.show(p)} \ne 0")
        return shown

    # Binders -----------------------------------------------------------------------------------------------------

    @_print.register
    def _(self, expr: Total) -> tuple[str, int]:
        return self._binder(expr, r"\sum")

    @_print.register
    def _(self, expr: MaxOver) -> tuple[str, int]:
        return self._binder(expr, r"\max")

    @_print.register
    def _(self, expr: ArgMax) -> tuple[str, int]:
        return self._binder(expr, r"\arg\max")

    def _binder(self, expr: Binder, sign: str) -> tuple[str, int]:
        """One sign for sums (or maxima) nested in one another: they read as one over several indices."""
        bound: list[Index] = []
        body, inner = expr, self
        while isinstance(body, type(expr)) and (not bound or not isinstance(expr, ArgMax)):
            body, i = open_named(body, self.style.names, inner.taken)
            bound.append(i)
            inner = Printer(self.style, (*inner.left_indices, i), inner.taken | {i.name})
        below = ", ".join(self.show(i) for i in bound)
        return rf"{sign}_{{{below}}} {inner.show(body, PRODUCT)}", PRODUCT


def _starts_function(argument: Expr) -> bool:
    """Whether the argument of ``\\tanh`` and the like is itself a function: log sin x is hard to read."""
    row = row_of(argument)
    return row is not None and row.latex.endswith(" {x}")


def equation(e: Equation, style: Style) -> tuple[str, str]:
    """The left and the right side of an equation."""
    return expression(e.left, style, e), expression(e.rhs, style, e)


def expression(expr: Any, style: Style, under: Equation | None = None) -> str:
    """An expression that stands under the left side of an equation, or on its own."""
    expr = sympy.Integer(expr) if isinstance(expr, int) else expr
    return Printer(style, under.indices if under is not None else (), taken(expr, under)).show(expr)
