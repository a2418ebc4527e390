"""Names that people see for bound indices: chosen when something is printed, from what the author called that range.

Both printers (text and LaTeX) go through ``open_named``, so a sum has the same letter wherever it is shown.
"""

from collections.abc import Collection, Iterator, Mapping

from sympy import Expr

from symbackprop.equations import Equation
from symbackprop.indices import Binder, Index
from symbackprop.terms import Entry

_POOL = "ijklmnpqrsuvw"


def choose(size: Expr, names: Mapping[Expr, tuple[str, ...]], taken: Collection[str]) -> str:
    """A name for an index over that size, which is not taken.

    >>> from symbackprop.indices import size
    >>> N = size("N")
    >>> choose(N, {N: ("n",)}, ()), choose(N, {N: ("n",)}, ("n",)), choose(N, {}, ("i",))
    ('n', 'n2', 'j')
    """
    preferred = names.get(size, ())
    for name in preferred:
        if name not in taken:
            return name
    if preferred:
        return next(f"{preferred[0]}{k}" for k in range(2, 1000) if f"{preferred[0]}{k}" not in taken)
    spoken_for = {n for known in names.values() for n in known}
    for name in (*_POOL, *(f"{letter}{k}" for k in range(2, 100) for letter in _POOL)):
        if name not in taken and name not in spoken_for:
            return name
    raise AssertionError("more nested indices than any formula has")


def open_named(binder: Binder, names: Mapping[Expr, tuple[str, ...]], taken: Collection[str]) -> tuple[Expr, Index]:
    """The body of a binder with its index under a name for people."""
    return binder.open(Index(choose(binder.index.size, names, taken), binder.index.size))


def opened(expr: Expr, names: Mapping[Expr, tuple[str, ...]], taken: Collection[str]) -> Iterator[Expr]:
    """All nodes, outermost first, with bound indices under the names that printers give them.

    >>> from symbackprop.indices import Total, size
    >>> i = Index("i", size("N"))
    >>> list(opened(Total(i**2, i), {}, ("i",)))
    [Total(#1**2, #1), j**2, j, 2]
    """
    yield expr
    if isinstance(expr, Binder):
        body, i = open_named(expr, names, taken)
        yield from opened(body, names, {*taken, i.name})
        return
    for a in expr.args:
        if isinstance(a, Expr):
            yield from opened(a, names, taken)


def taken(expr: Expr, under: Equation | None) -> frozenset[str]:
    """The names that bound indices of an expression must not have, which stands under that left side."""
    free = frozenset(s.name for s in expr.free_symbols) | {x.name for x in expr.atoms(Entry)}
    return free | {i.name for i in under.indices} if under is not None else free
