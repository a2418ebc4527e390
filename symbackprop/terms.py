"""The terms of the one currency, beside SymPy's sums, products and powers.

``Entry`` is one element of a tensor, ``Delta`` and the other brackets are 0 or 1, ``Where`` chooses. All of them are
SymPy expressions that know their derivative, so ``expr.diff(entry)`` is SymPy's chain rule at work.

Reading rules, which the evaluator, the printers and the code generators share:

* a slot that is a sum of two terms or more is *affine*: it reads zero outside the axis; every other slot must be
  inside it;
* ``Where`` evaluates only the branch that it takes;
* ``Flat`` is one slot made of several indices, the last one fastest, as in row-major memory.
"""

from typing import Any

from sympy import Add, Expr, Integer, Number, S, Symbol

from symbackprop.indices import Index, Total, as_expr


class Entry(Expr):
    """One entry of a tensor, ``x[i, j]``; a scalar has no slots.

    >>> from symbackprop.indices import size
    >>> N = size("N"); i, p = Index("i", N), Index("p", N)
    >>> (Entry("x", i)**2).diff(Entry("x", p))
    2*[i == p]*x[i]
    """

    is_commutative = True
    is_symbol = True
    _diff_wrt = True

    def __new__(cls, tensor: Any, *slots: Any) -> "Entry":
        return Expr.__new__(cls, Symbol(tensor) if isinstance(tensor, str) else tensor, *map(as_expr, slots))

    @property
    def tensor(self) -> Symbol:
        return self.args[0]

    @property
    def name(self) -> str:
        return self.args[0].name

    @property
    def slots(self) -> tuple:
        return self.args[1:]

    def _eval_derivative(self, s: Any) -> Expr:
        if not isinstance(s, Entry) or s.tensor != self.tensor:
            return S.Zero
        product: Expr = S.One
        for mine, other in zip(self.slots, s.slots, strict=True):
            product *= Delta(mine, other)
        return product

    def _sympystr(self, printer: Any) -> str:
        inner = ", ".join(printer._print(s) for s in self.slots)
        return f"{self.name}[{inner}]" if self.slots else self.name


class Flat(Expr):
    """Several indices as one slot, row-major: ``(c, h, w)`` is (c*H + h)*W + w."""

    is_commutative = True
    is_integer = True

    def __new__(cls, *indices: Any) -> Any:
        return Expr.__new__(cls, *indices) if len(indices) > 1 else indices[0]

    def _eval_derivative(self, s: Any) -> Expr:
        return S.Zero

    def _sympystr(self, printer: Any) -> str:
        return "(" + ", ".join(printer._print(a) for a in self.args) + ")"


class FloorDiv(Expr):
    """Integer division of sizes and indices, rounded down."""

    is_commutative = True
    is_integer = True

    def __new__(cls, a: Any, b: Any) -> Any:
        a, b = as_expr(a), as_expr(b)
        if isinstance(a, Integer) and isinstance(b, Integer) and b:
            return Integer(int(a) // int(b))
        return a if b is S.One else Expr.__new__(cls, a, b)

    def _eval_derivative(self, s: Any) -> Expr:
        return S.Zero

    def _sympystr(self, printer: Any) -> str:
        a, b = (f"({printer._print(x)})" if x.args else printer._print(x) for x in self.args)
        return f"{a}//{b}"


class Bracket(Expr):
    """A relation as a number: 1 where it holds, else 0 (Iverson's bracket)."""

    is_commutative = True
    is_integer = True
    symbol = ""

    def __new__(cls, a: Any, b: Any) -> Any:
        a, b = as_expr(a), as_expr(b)
        gap = a - b
        if isinstance(gap, Number):
            return S.One if cls.holds(gap) else S.Zero
        certain = None if gap.atoms(Index, Entry) else cls.certain(gap)
        return Expr.__new__(cls, a, b) if certain is None else S.One if certain else S.Zero

    @staticmethod
    def certain(gap: Any) -> bool | None:
        """Whether the relation holds for all sizes (they are positive integers); None where it depends on them."""
        return None

    @staticmethod
    def holds(gap: Any) -> bool:
        raise NotImplementedError

    def _eval_derivative(self, s: Any) -> Expr:
        return S.Zero

    def _eval_power(self, exponent: Any) -> Expr | None:
        return self if exponent.is_positive else None

    def _sympystr(self, printer: Any) -> str:
        a, b = (printer._print(x) for x in self.args)
        return f"[{a} {self.symbol} {b}]"


class Delta(Bracket):
    """Kronecker's delta, ``i == j``; on flattened slots the product of the deltas of their parts.

    >>> from symbackprop.indices import size
    >>> i, j = Index("i", size("N")), Index("j", size("N"))
    >>> Delta(i, j) == Delta(j, i), Delta(i, i), Delta(i, i + 1), Delta(i, j)**2
    (True, 1, 0, [i == j])
    """

    symbol = "=="

    def __new__(cls, a: Any, b: Any) -> Any:
        a, b = as_expr(a), as_expr(b)
        if isinstance(a, Flat) and isinstance(b, Flat) and len(a.args) == len(b.args):
            if all(_size_of(p) == _size_of(q) for p, q in zip(a.args[1:], b.args[1:], strict=True)):
                product: Expr = S.One
                for p, q in zip(a.args, b.args, strict=True):
                    product *= Delta(p, q)
                return product
        if a.compare(b) > 0:
            a, b = b, a
        return super().__new__(cls, a, b)

    @staticmethod
    def holds(gap: Any) -> bool:
        return bool(gap == 0)

    @staticmethod
    def certain(gap: Any) -> bool | None:
        return gap.is_zero


def _size_of(slot: Any) -> Any:
    return slot.size if isinstance(slot, Index) else None


class NotEqual(Bracket):
    symbol = "!="

    @staticmethod
    def holds(gap: Any) -> bool:
        return gap != 0


class Less(Bracket):
    symbol = "<"

    @staticmethod
    def holds(gap: Any) -> bool:
        return bool(gap < 0)

    @staticmethod
    def certain(gap: Any) -> bool | None:
        return gap.is_negative


class LessEqual(Bracket):
    symbol = "<="

    @staticmethod
    def holds(gap: Any) -> bool:
        return bool(gap <= 0)

    @staticmethod
    def certain(gap: Any) -> bool | None:
        return gap.is_nonpositive


class Where(Expr):
    """``a`` where the condition is not zero, else ``b``; only the branch taken is evaluated."""

    is_commutative = True

    def __new__(cls, condition: Any, a: Any, b: Any) -> Any:
        condition, a, b = as_expr(condition), as_expr(a), as_expr(b)
        if isinstance(condition, Number):
            return a if condition else b
        return a if a == b else Expr.__new__(cls, condition, a, b)

    def _eval_derivative(self, s: Any) -> Expr:
        condition, a, b = self.args
        return Where(condition, a.diff(s), b.diff(s))


class Extremum(Expr):
    """One of two numbers; where they are equal the first counts."""

    is_commutative = True

    def __new__(cls, a: Any, b: Any) -> Any:
        a, b = as_expr(a), as_expr(b)
        if isinstance(a, Number) and isinstance(b, Number):
            return b if cls.second_wins(a, b) else a
        return a if a == b else Expr.__new__(cls, a, b)

    @staticmethod
    def second_wins(a: Any, b: Any) -> Any:
        """The bracket that is 1 where the second number is taken."""
        raise NotImplementedError

    def _eval_derivative(self, s: Any) -> Expr:
        a, b = self.args
        second = self.second_wins(a, b)
        first = LessEqual(*reversed(second.args)) if isinstance(second, Less) else 1 - second
        return first * a.diff(s) + second * b.diff(s)


class Maximum(Extremum):
    """The larger of two numbers."""

    @staticmethod
    def second_wins(a: Any, b: Any) -> Any:
        return Less(a, b)


class Minimum(Extremum):
    """The smaller of two numbers."""

    @staticmethod
    def second_wins(a: Any, b: Any) -> Any:
        return Less(b, a)


class Partial(Expr):
    """A derivative that is named but not taken yet: the partial of one entry's equation by another entry."""

    is_commutative = True

    def _sympystr(self, printer: Any) -> str:
        return f"d({printer._print(self.args[0])})/d({printer._print(self.args[1])})"


def is_affine(slot: Any) -> bool:
    """Whether a slot is a sum of two terms or more, and so reads zero outside the axis.

    >>> from symbackprop.indices import size
    >>> h = Index("h", size("H"))
    >>> is_affine(2*h - 1), is_affine(h)
    (True, False)
    """
    return isinstance(slot, Add)


def entries(expr: Any) -> set[Entry]:
    """All entries in an expression, those under binders (with their bound indices) included."""
    return expr.atoms(Entry)


__all__ = [
    "Bracket",
    "Delta",
    "Entry",
    "Flat",
    "FloorDiv",
    "Less",
    "LessEqual",
    "Maximum",
    "Minimum",
    "NotEqual",
    "Partial",
    "Total",
    "Where",
    "entries",
    "is_affine",
]
