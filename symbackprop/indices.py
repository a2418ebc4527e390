"""Indices and what binds them: the only place where an index is bound, renamed or compared.

SymPy captures indices silently (in ``Sum.diff``, ``subs`` and ``deltasummation``), and two ``Dummy`` that print alike
differ under ``==``. Hence three decisions:

* an ``Index`` carries its size, so that no table of ranges has to travel along;
* a bound index is renamed to ``#k``, where ``k`` counts the binders nested below it, so that equal sums are equal
  objects whatever a person called their indices;
* a binder is only ever opened with a fresh name (``Binder.open``). ``#k`` cannot be written by a user.

Names for people are chosen when something is printed (``symbackprop.naming``), never kept here.
"""

from itertools import count
from typing import Any

from sympy import Basic, Expr, Integer, S, Symbol

_fresh = count(1_000_000)  # names of one length: their order does not change with how many there were
_SCALAR_ASSUMPTIONS = {"integer": True}


def as_expr(value: Any) -> Expr:
    """A whole number as SymPy's, an expression as it is. Text is refused: SymPy would execute it.

    >>> as_expr(3)
    3
    >>> as_expr("3")
    Traceback (most recent call last):
    TypeError: an expression or a whole number, not '3'
    """
    if isinstance(value, Basic):
        return value
    if isinstance(value, int):
        return Integer(value)
    raise TypeError(f"an expression or a whole number, not {value!r}")


def size(name: str) -> Symbol:
    """A symbolic size: a positive integer.

    >>> size("N").is_positive
    True
    """
    return Symbol(name, integer=True, positive=True)


class Index(Symbol):
    """An index that runs over 0 .. size-1.

    >>> i = Index("i", size("N"))
    >>> i, i.size, i == Index("i", size("M"))
    (i, N, False)
    """

    __slots__ = ("size",)
    size: Expr

    def __new__(cls, name: str, size: Any) -> "Index":
        self = Symbol.__xnew__(cls, name, **_SCALAR_ASSUMPTIONS)
        self.size = as_expr(size)
        return self

    def _hashable_content(self) -> tuple:
        return (self.name, self.size)

    def __getnewargs_ex__(self) -> tuple:
        return (self.name, self.size), {}

    @property
    def level(self) -> int:
        """k for the bound index ``#k``; 0 for every other."""
        return int(self.name[1:]) if self.name[0] == "#" else 0


def fresh(like: Index) -> Index:
    """An index of the same size with a name that nothing else has."""
    return Index(f"~{next(_fresh)}", like.size)


class _Raw(dict):
    """A renaming known to capture nothing; binders apply it without opening themselves."""


def _levels(expr: Any, but: Index) -> int:
    return max((a.level for a in expr.atoms(Index) if a != but), default=0)


class Binder(Expr):
    """What binds one index in a body: ``Total``, ``MaxOver``, ``ArgMax``. Arguments: body, index."""

    is_commutative = True

    def __new__(cls, body: Any, index: Index) -> Any:
        body = as_expr(body)
        bound = Index(f"#{_levels(body, index) + 1}", index.size)
        if index != bound:
            body = body.xreplace(_Raw({index: bound}))
        return Expr.__new__(cls, body, bound)

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def index(self) -> Index:
        return self.args[1]

    @property
    def free_symbols(self) -> set:
        return (self.body.free_symbols - {self.index}) | self.index.size.free_symbols

    def open(self, with_index: Index | None = None) -> tuple[Expr, Index]:
        """The body with its index under a fresh name: the only way into a binder."""
        i = with_index or fresh(self.index)
        return self.body.xreplace(_Raw({self.index: i})), i

    def _xreplace(self, rule: dict) -> tuple[Any, bool]:
        if self in rule:
            return rule[self], True
        if isinstance(rule, _Raw):
            body, changed = self.body._xreplace(rule)
            # Not through the constructor: an outer #k that arrives in the body must not raise the inner level.
            return (Expr.__new__(type(self), body, self.index), True) if changed else (self, False)
        opened, i = self.open()
        new, changed = opened._xreplace(rule)
        size, resized = i.size._xreplace(rule)
        if not (changed or resized):
            return self, False
        return self.func(new.xreplace(_Raw({i: Index(i.name, size)})) if resized else new, Index(i.name, size)), True

    def _eval_subs(self, old: Any, new: Any) -> Any:
        return self.xreplace({old: new})


class Total(Binder):
    """The sum of the body over the index.

    >>> from symbackprop.terms import Entry
    >>> N = size("N"); i, j = Index("i", N), Index("j", N)
    >>> Total(Entry("x", i), i) == Total(Entry("x", j), j)
    True
    >>> Total(Entry("x", i), i).free_symbols == {N, Entry("x", i).tensor}
    True
    """

    def __new__(cls, body: Any, index: Index) -> Any:
        body = as_expr(body)
        if body is S.Zero:
            return S.Zero
        return super().__new__(cls, body, index)

    def _eval_derivative(self, s: Any) -> Expr:
        body, i = self.open()
        return Total(body.diff(s), i)


class MaxOver(Binder):
    """The maximum of the body over the index; where several attain it, the first counts."""

    def _eval_derivative(self, s: Any) -> Expr:
        from symbackprop.terms import Delta  # terms stand on indices; this one rule needs both

        body, i = self.open()
        return Total(Delta(i, ArgMax(self.body, self.index)) * body.diff(s), i)


class ArgMax(Binder):
    """The first index at which the body is largest: an integer."""

    is_integer = True

    def _eval_derivative(self, s: Any) -> Expr:
        return S.Zero


def totals(body: Any, *indices: Index) -> Expr:
    """The sum over several indices, the last one innermost.

    >>> from symbackprop.terms import Entry
    >>> i, j = Index("i", size("N")), Index("j", size("M"))
    >>> totals(Entry("x", i, j), i, j) == Total(Total(Entry("x", i, j), j), i)
    True
    """
    for i in reversed(indices):
        body = Total(body, i)
    return body


def opened(expr: Expr) -> tuple[Expr, list[Index]]:
    """What stands under all the sums that an expression begins with, and their indices, the innermost last.

    >>> from symbackprop.terms import Entry
    >>> i, j = Index("i", size("N")), Index("j", size("M"))
    >>> body, found = opened(totals(Entry("x", i, j), i, j))
    >>> totals(body, *found) == totals(Entry("x", i, j), i, j)
    True
    """
    indices: list[Index] = []
    while isinstance(expr, Total):
        expr, i = expr.open()
        indices.append(i)
    return expr, indices


def is_literal(size: Any) -> bool:
    """Whether a size is a number rather than a name."""
    return isinstance(size, Integer)
