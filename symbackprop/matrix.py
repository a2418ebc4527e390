"""Matrix algebra as data: what the matrix form of an equation is made of, and how each piece is printed.

Every node has two axes, of which a vector uses the first (a column) and a scalar none; the others have length one.
The tests evaluate a tree and its equation on the same arrays: that is what makes a tree right.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sympy import Expr, Rational

SUM, HADAMARD, PRODUCT, POWER = range(4)
_LABELLED = re.compile(r"\\?[A-Za-z]+(\{\w+\})?\^\{[(\[][^{}]*[)\]]\}")
NameOf = Callable[[str], str]


def _fenced(latex: str) -> str:
    return rf"\left({latex}\right)" if r"\frac" in latex else f"({latex})"


class Matrix:
    """A node: ``latex(name)`` gives LaTeX and how tightly it holds together."""

    def latex(self, name: NameOf) -> tuple[str, int]:
        raise NotImplementedError

    def show(self, name: NameOf, level: int = SUM) -> str:
        latex, own = self.latex(name)
        if own >= level:
            return latex
        return rf"\left({latex}\right)" if r"\frac" in latex else f"({latex})"


@dataclass(frozen=True)
class Named(Matrix):
    """A tensor; a vector is a column."""

    tensor: str

    def latex(self, name: NameOf) -> tuple[str, int]:
        return name(self.tensor), POWER


@dataclass(frozen=True)
class Number(Matrix):
    """A number or a size: added to a matrix it is added to every entry."""

    expr: Expr
    shown: str
    level: int = POWER

    def latex(self, name: NameOf) -> tuple[str, int]:
        return self.shown, self.level


@dataclass(frozen=True)
class Ones(Matrix):
    """The column of ones."""

    size: Expr
    shown: str

    def latex(self, name: NameOf) -> tuple[str, int]:
        return rf"\mathbf{{1}}_{{{self.shown}}}", POWER


@dataclass(frozen=True)
class Identity(Matrix):
    """The identity: a Kronecker delta of row and column."""

    size: Expr
    shown: str

    def latex(self, name: NameOf) -> tuple[str, int]:
        return f"I_{{{self.shown}}}", POWER


@dataclass(frozen=True)
class Transpose(Matrix):
    of: Matrix

    def latex(self, name: NameOf) -> tuple[str, int]:
        shown = self.of.show(name, POWER)
        if _LABELLED.fullmatch(shown):
            return shown[:-1] + r"\top}", POWER  # W^{(1)\top}: the label and the sign share one superscript
        if r"\frac" in shown and not shown.startswith(r"\left"):
            shown = rf"\left({shown}\right)"
        elif "^" in shown:
            shown = f"({shown})" if not shown.startswith(("(", r"\left")) else shown
        return shown + r"^{\top}", POWER


@dataclass(frozen=True)
class Diagonal(Matrix):
    """The diagonal matrix of a column: it scales rows from the left, columns from the right."""

    of: Matrix
    inverse: bool = False

    def latex(self, name: NameOf) -> tuple[str, int]:
        shown = self.of.show(name)
        inside = rf"\left({shown}\right)" if r"\frac" in shown else f"({shown})"
        return rf"\operatorname{{diag}}{inside}" + "^{-1}" * self.inverse, POWER


@dataclass(frozen=True)
class MatMul(Matrix):
    factors: tuple[Matrix, ...]

    def latex(self, name: NameOf) -> tuple[str, int]:
        plain = all(isinstance(f, Number | Named) for f in self.factors[:-1])
        return (" " if plain else r" \, ").join(f.show(name, PRODUCT) for f in self.factors), PRODUCT


@dataclass(frozen=True)
class Hadamard(Matrix):
    """The product entry by entry."""

    factors: tuple[Matrix, ...]

    def latex(self, name: NameOf) -> tuple[str, int]:
        return r" \odot ".join(f.show(name, POWER) for f in self.factors), HADAMARD


@dataclass(frozen=True)
class Quotient(Matrix):
    """The quotient entry by entry."""

    above: Matrix
    below: Matrix

    def latex(self, name: NameOf) -> tuple[str, int]:
        return rf"{self.above.show(name, POWER)} \oslash {self.below.show(name, POWER)}", HADAMARD


@dataclass(frozen=True)
class Scaled(Matrix):
    """A scalar times a matrix; ``scalar`` is a quotient ``above / below`` of scalars."""

    above: Matrix | None
    below: Matrix | None
    sign: int
    of: Matrix | None

    def latex(self, name: NameOf) -> tuple[str, int]:
        top = self.above.show(name, PRODUCT if self.below is None else SUM) if self.above is not None else ""
        if self.below is not None:
            top = rf"\frac{{{top or 1}}}{{{self.below.show(name)}}}"
        # A sign alone commutes with products entry by entry; a number beside them would seem to belong to the first.
        level = PRODUCT if top else HADAMARD
        body = self.of.show(name, level) if self.of is not None else ""
        gap = " " if self.below is None and isinstance(self.of, Named) else r" \, "
        shown = top + gap + body if top and body else top or body or "1"
        return ("-" if self.sign < 0 else "") + shown, SUM if self.sign < 0 else PRODUCT


@dataclass(frozen=True)
class Added(Matrix):
    terms: tuple[Matrix, ...]

    def latex(self, name: NameOf) -> tuple[str, int]:
        latex = self.terms[0].show(name)
        for term in self.terms[1:]:
            shown = term.show(name)
            latex += f" - {shown[1:]}" if shown.startswith("-") else f" + {shown}"
        return latex, SUM


@dataclass(frozen=True)
class Power(Matrix):
    """The power of every entry."""

    of: Matrix
    exponent: Expr
    shown: str
    scalar: bool

    def latex(self, name: NameOf) -> tuple[str, int]:
        base = self.of.show(name, POWER)
        if isinstance(self.of, Applied) and self.of.template.endswith(" {x}"):
            base = f"({base})"
        if self.exponent == Rational(1, 2) and self.scalar:
            return rf"\sqrt{{{self.of.show(name)}}}", POWER
        if "^" in base or r"\frac" in base:
            base = _fenced(base) if not base.startswith(("(", r"\left")) else base
        return f"{base}^{{{'' if self.scalar else chr(92) + 'odot '}{self.shown}}}", POWER


@dataclass(frozen=True)
class Applied(Matrix):
    """A scalar function applied to every entry; ``template`` holds ``{x}`` where the argument stands."""

    of: tuple[Matrix, ...]
    function: str
    template: str

    def latex(self, name: NameOf) -> tuple[str, int]:
        shown = [m.show(name) for m in self.of]
        if self.template.endswith(" {x}"):
            argument = self.of[0].show(name, POWER)
            return self.template.format(x=argument), POWER
        fenced = [rf"\left({s}\right)" if r"\frac" in s else f"({s})" for s in shown]
        template = self.template.replace(r"\left({x}\right)", "{f}").replace(" {x}", "{f}")
        return template.format(x=shown[0], f=fenced[0], y=shown[-1]), POWER


@dataclass(frozen=True)
class SquaredNorm(Matrix):
    """The sum of the squares of all entries; Frobenius' norm for a matrix."""

    of: Matrix
    is_matrix: bool

    def latex(self, name: NameOf) -> tuple[str, int]:
        mark = "_{F}" if self.is_matrix else ""
        return rf"\lVert {self.of.show(name)} \rVert{mark}^{{2}}", POWER


@dataclass(frozen=True)
class OneHot(Matrix):
    """Labels as rows of zeros with one 1, at the label."""

    labels: str
    classes: Expr

    def latex(self, name: NameOf) -> tuple[str, int]:
        return rf"\operatorname{{onehot}}({name(self.labels)})", POWER
