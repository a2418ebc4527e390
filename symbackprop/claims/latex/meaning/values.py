"""Matrix notation as index notation: every matrix expression is an index expression with axes.

A ``Value`` has 0, 1 or 2 axes (more only for derivatives of matrices), each an index of its own. A vector is a column
unless it was transposed; ``loose`` vectors (gradients) may stand as rows or columns. Sizes that a document leaves
open (of 1, of I) are unknown symbols that the first use fixes. What does not conform raises ``Mismatch``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count

from sympy import Add, Expr, Integer, S, Symbol

from symbackprop.claims.latex.meaning.stacks import pieces_of
from symbackprop.errors import ReadError
from symbackprop.indices import Index, fresh, totals
from symbackprop.terms import Delta

_unknown = count(1)


class Mismatch(ReadError):
    """Shapes that cannot agree."""


class ManyAxes(Mismatch):
    """A product with an array of more than two axes: nothing says which of them are summed."""


def unknown_size() -> Symbol:
    """A size that the first use will fix."""
    return Symbol(f"?{next(_unknown)}", integer=True, positive=True)


def is_unknown(size: Expr) -> bool:
    return isinstance(size, Symbol) and size.name[0] == "?"


def has_open_size(exprs: Iterable[Expr]) -> bool:
    """Whether some index runs to a size that nothing says, as that of a 1 that meets no other vector."""
    return any(is_unknown(s) for e in exprs for i in e.atoms(Index) for s in i.size.free_symbols)


@dataclass(frozen=True)
class Value:
    """An expression over its axes; free indices that a person named are no axes."""

    axes: tuple[Index, ...]
    expr: Expr
    row: bool = False
    loose: bool = False
    stands: bool = False  # a column of sums with its axis kept: it goes along the rows of a square matrix too

    @property
    def rank(self) -> int:
        return len(self.axes)

    def map(self, function: Callable[[Expr], Expr]) -> "Value":
        return replace(self, expr=function(self.expr))


def scalar(expr: Expr) -> Value:
    return Value((), expr)


def resized(expr: Expr, rule: dict) -> Expr:
    """The expression with unknown sizes replaced, in its indices too."""
    if not rule:
        return expr
    indices = {i: Index(i.name, i.size.xreplace(rule)) for i in expr.atoms(Index) if not i.level}
    return expr.xreplace({**rule, **indices})


class Algebra:
    """Operations on values; ``solved`` collects what unknown sizes turned out to be."""

    def __init__(self) -> None:
        self.solved: dict[Symbol, Expr] = {}

    def size(self, size: Expr) -> Expr:
        while size.atoms(Symbol) & self.solved.keys():
            size = size.xreplace(self.solved)
        return size

    def settled(self, v: Value) -> Value:
        """The value with all sizes that are known by now."""
        axes = tuple(Index(i.name, self.size(i.size)) for i in v.axes)
        return replace(v, axes=axes, expr=self.settled_expr(v.expr))

    def settled_expr(self, expr: Expr) -> Expr:
        inside = expr.atoms(Symbol) if self.solved else set()
        inside |= {s for i in inside if isinstance(i, Index) for s in i.size.atoms(Symbol)}
        return resized(expr, {s: self.size(s) for s in inside & self.solved.keys()})

    def same(self, a: Expr, b: Expr) -> bool:
        """Whether two sizes are equal; an unknown one becomes the other."""
        a, b = self.size(a), self.size(b)
        if a == b or (a - b).expand() == 0:
            return True
        for one, other in ((a, b), (b, a)):
            if is_unknown(one):
                if one in other.free_symbols:
                    return False  # n is never n - k + 1
                self.solved[one] = other
                return True
        return False

    def aligned(self, a: Value, b: Value) -> tuple[Value, Value]:
        """b on the axes of a. Raises ``Mismatch``."""
        if a.rank != b.rank or not all(self.same(i.size, j.size) for i, j in zip(a.axes, b.axes, strict=True)):
            raise Mismatch(f"shapes {self.shown(a)} and {self.shown(b)} do not agree")
        if a.rank == 1 and a.row != b.row and not (a.loose or b.loose):
            raise Mismatch("a row and a column")
        a, b = self.settled(a), self.settled(b)
        return a, replace(b, axes=a.axes, expr=b.expr.xreplace(dict(zip(b.axes, a.axes, strict=True))))

    def shown(self, v: Value) -> str:
        sizes = [str(self.size(i.size)) for i in v.axes]
        if v.rank == 1 and v.row:
            sizes.insert(0, "1")
        return "(" + ", ".join(sizes) + ")"

    # -- operations

    def add(self, a: Value, b: Value, sign: int, along: int | None = None) -> Value:
        """The sum; ``along``: the axis of a matrix along which a vector lies where no size tells."""
        a, b = self._spread(a, b, along)
        if a.rank and b.rank:
            a, b = self.aligned(a, b)
        axes = a.axes or b.axes
        row = (a if a.rank and not a.loose else b if b.rank else a).row
        return Value(
            axes, a.expr + sign * b.expr, row, (a.loose or not a.rank) and (b.loose or not b.rank) and bool(axes)
        )

    def _spread(self, a: Value, b: Value, along: int | None = None) -> tuple[Value, Value]:
        """A vector added to a matrix goes along the one axis that it fits: Ng's b."""
        if {a.rank, b.rank} != {1, 2}:
            return a, b
        matrix, vector = (a, b) if a.rank == 2 else (b, a)
        matrix, vector = self.settled(matrix), self.settled(vector)
        fits = [k for k in (0, 1) if matrix.axes[k].size == vector.axes[0].size]
        if vector.row or vector.stands:
            fits = [k for k in fits if k == int(vector.row)]
        if not fits and along is not None and is_unknown(vector.axes[0].size) and (along == 1 or not vector.row):
            self.same(vector.axes[0].size, matrix.axes[along].size)
            matrix, vector, fits = self.settled(matrix), self.settled(vector), [along]
            a, b = (matrix, vector) if a.rank == 2 else (vector, matrix)
        if len(fits) != 1:
            raise Mismatch(f"a vector {self.shown(vector)} added to a matrix {self.shown(matrix)}")
        axis = vector.axes[0]
        axes = tuple(axis if k == fits[0] else fresh(i) for k, i in enumerate(matrix.axes))
        wide = Value(axes, vector.expr)
        return (a, wide) if a.rank == 2 else (wide, b)

    def hadamard(self, a: Value, b: Value, divide: bool = False) -> Value:
        if not (a.rank and b.rank):
            return Value(a.axes or b.axes, a.expr / b.expr if divide else a.expr * b.expr, (a if a.rank else b).row)
        a, b = self._spread(a, b)
        x, y = self.aligned(a, b)
        row = y.row if x.loose else x.row
        return Value(x.axes, x.expr / y.expr if divide else x.expr * y.expr, row, x.loose and y.loose)

    def product(self, a: Value, b: Value) -> Value:
        """The matrix product, or the product with a number."""
        if not a.rank or not b.rank:
            one = a if a.rank else b
            return Value(a.axes or b.axes, a.expr * b.expr, one.row, one.loose, one.stands)
        if a.rank == 1 and b.rank == 1:
            return self._vectors(a, b)
        if a.rank > 2 or b.rank > 2:
            raise ManyAxes("a product with a derivative of more than two axes")
        if a.rank == 1 and not a.row and not a.loose:
            raise Mismatch(f"a column {self.shown(a)} times a matrix {self.shown(b)}")
        if b.rank == 1 and b.row and not b.loose:
            raise Mismatch(f"a matrix {self.shown(a)} times a row {self.shown(b)}")
        return self._contract(a, b)

    def _contract(self, a: Value, b: Value) -> Value:
        left, right = a.axes[-1], b.axes[0]
        if not self.same(left.size, right.size):
            raise Mismatch(f"the product of {self.shown(a)} and {self.shown(b)}: inner sizes differ")
        a, b = self.settled(a), self.settled(b)
        pieces = pieces_of(b.expr, b.axes[0]) if b.rank == 1 else None
        if pieces is not None:  # W [h, x]
            each = (totals(a.expr.xreplace({a.axes[-1]: place}) * x, i) for i, place, x in pieces)
            return Value(a.axes[:-1], Add(*each), a.rank == 1, a.rank == 1 and a.loose)
        k, *rest = fresh(a.axes[-1]), *map(fresh, b.axes[1:])  # a and b may be one matrix
        body = a.expr.xreplace({a.axes[-1]: k}) * b.expr.xreplace(dict(zip(b.axes, (k, *rest), strict=True)))
        return Value((*a.axes[:-1], *rest), totals(body, k), a.rank == 1, a.rank == 1 and a.loose)

    def _vectors(self, a: Value, b: Value) -> Value:
        if not a.row and b.row:
            return self.outer(a, b)
        if (a.row and not b.row) or (a.loose != b.loose and (a.row or a.loose) and not b.row):
            return self._contract(replace(a, row=True), replace(b, row=False))
        if (a.loose and b.row) or (b.loose and not a.row and not a.loose):
            return self.outer(a, b)
        raise Mismatch(f"the product of two {'rows' if a.row else 'columns'}, {self.shown(a)} and {self.shown(b)}")

    def outer(self, a: Value, b: Value) -> Value:
        if a.rank != 1 or b.rank != 1:
            raise Mismatch("an outer product of something other than two vectors")
        axes = tuple(fresh(i) for i in (*a.axes, *b.axes))
        return Value(axes, a.expr.xreplace({a.axes[0]: axes[0]}) * b.expr.xreplace({b.axes[0]: axes[1]}))

    def transposed(self, v: Value) -> Value:
        if v.rank > 2:
            raise Mismatch("the transpose of more than two axes")
        return replace(v, axes=v.axes[::-1], row=not v.row if v.rank == 1 else False, loose=False)

    def squares(self, v: Value) -> Expr:
        """The sum of the squares of all entries."""
        v = self.settled(v)
        axes = tuple(fresh(i) for i in v.axes)
        return totals(v.expr.xreplace(dict(zip(v.axes, axes, strict=True))) ** 2, *axes)

    def trace(self, v: Value) -> Value:
        if v.rank == 0:
            return v
        if v.rank != 2 or not self.same(v.axes[0].size, v.axes[1].size):
            raise Mismatch(f"the trace of {self.shown(v)}")
        v = self.settled(v)
        k = fresh(v.axes[0])
        return scalar(totals(v.expr.xreplace({v.axes[0]: k, v.axes[1]: k}), k))

    def diagonal(self, v: Value) -> Value:
        """diag of a vector; of a square matrix its diagonal."""
        if v.rank == 1:
            other = fresh(v.axes[0])
            return Value((v.axes[0], other), v.expr * Delta(v.axes[0], other))
        if v.rank == 2 and self.same(v.axes[0].size, v.axes[1].size):
            v = self.settled(v)
            return Value((v.axes[0],), v.expr.xreplace({v.axes[1]: v.axes[0]}))
        raise Mismatch(f"diag of {self.shown(v)}")

    def ones(self) -> Value:
        return Value((Index(f"~o{next(_unknown)}", unknown_size()),), S.One)

    def identity(self) -> Value:
        size = unknown_size()
        i, j = (Index(f"~e{next(_unknown)}", size) for _ in range(2))
        return Value((i, j), Delta(i, j))


def literal(value: int) -> Expr:
    return Integer(value)
