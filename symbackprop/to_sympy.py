"""Terms of ours as plain SymPy: ``IndexedBase``, ``Sum``, ``KroneckerDelta``, ``Piecewise``; for use outside the
package.

Indices count from 0, as everywhere here. A slot that is affine reads zero outside its axis; SymPy has no such notion,
so the axis must be long enough for what is done with the result.
"""

from collections.abc import Mapping

import sympy
from sympy import Expr, S

from symbackprop.errors import NotSupported
from symbackprop.functions import row_of
from symbackprop.indices import Binder, Index, Total
from symbackprop.naming import open_named
from symbackprop.terms import Bracket, Delta, Entry, Flat, FloorDiv, Less, LessEqual, Maximum, Minimum, NotEqual, Where

_RELATIONS = {Less: sympy.StrictLessThan, LessEqual: sympy.LessThan, NotEqual: sympy.Ne}


def to_sympy(expr: Expr, names: Mapping[Expr, tuple[str, ...]]) -> Expr:
    """The expression in SymPy's own classes. Raises ``NotSupported`` for a maximum over an index.

    >>> from symbackprop.indices import size
    >>> i = Index("i", size("N"))
    >>> to_sympy(Total(Entry("x", i)**2, i), {size("N"): ("n",)})
    Sum(x[n]**2, (n, 0, N - 1))
    """
    taken = {i.name for i in expr.free_symbols if isinstance(i, Index)}
    return _convert(expr, names, taken)


def _convert(expr: Expr, names: Mapping[Expr, tuple[str, ...]], taken: set[str]) -> Expr:
    if isinstance(expr, Binder):
        if not isinstance(expr, Total):
            raise NotSupported(f"SymPy has no {type(expr).__name__} over an index")
        body, i = open_named(expr, names, taken)
        plain = _plain(i)
        return sympy.Sum(_convert(body, names, taken | {i.name}), (plain, 0, _convert(i.size, names, taken) - 1))
    if isinstance(expr, Index):
        return _plain(expr)
    args = [_convert(a, names, taken) for a in expr.args] if not isinstance(expr, Entry) else []
    if isinstance(expr, Entry):
        slots = [_convert(s, names, taken) for s in expr.slots]
        return sympy.IndexedBase(expr.name)[tuple(slots)] if slots else sympy.Symbol(expr.name)
    if isinstance(expr, Delta):
        return sympy.KroneckerDelta(*args)
    if isinstance(expr, Bracket):
        return sympy.Piecewise((1, _RELATIONS[type(expr)](*args)), (0, True))
    if isinstance(expr, Where):
        return sympy.Piecewise((args[1], sympy.Ne(args[0], 0)), (args[2], True))
    if isinstance(expr, Maximum | Minimum):
        return (sympy.Max if isinstance(expr, Maximum) else sympy.Min)(*args)
    if isinstance(expr, FloorDiv):
        return sympy.floor(args[0] / args[1])
    if isinstance(expr, Flat):
        value: Expr = S.Zero
        for part, converted in zip(expr.args, args, strict=True):
            value = value * _convert(part.size, names, taken) + converted if isinstance(part, Index) else converted
        return value
    row = row_of(expr)
    if row is not None and row.to_sympy is not None:
        return row.to_sympy(args[0])
    return expr.func(*args) if expr.args else expr


def _plain(i: Index) -> Expr:
    return sympy.Symbol(i.name, integer=True)
