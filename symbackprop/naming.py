"""Names that people see for bound indices: chosen when something is printed, from what the author called that range.

Both printers (text and LaTeX) go through ``open_named``, so a sum has the same letter wherever it is shown.
"""

from collections.abc import Collection, Mapping

from sympy import Expr

from symbackprop.indices import Binder, Index

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
