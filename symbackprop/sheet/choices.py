"""An equation whose index picks among terms, as one equation for each of its values: LSTM's gates one by one."""

from sympy import Integer, S

from symbackprop.equations import Equation
from symbackprop.indices import Index
from symbackprop.terms import Delta


def by_value(equation: Equation) -> list[Equation]:
    """The equation at each value of such an index, in order; empty where there is none.

    The index stands on the left, has few values, and on the right occurs in Kronecker deltas with each of them alone.

    >>> from symbackprop.indices import size
    >>> from symbackprop.terms import Entry
    >>> i, n = Index("i", Integer(2)), Index("n", size("N"))
    >>> by_value(Equation("y", (i, n), Entry("a", n)*Delta(i, 0) + Entry("b", n)*Delta(i, 1)))
    [y[0, n] = a[n], y[1, n] = b[n]]
    """
    rhs = equation.rhs
    for i in equation.indices:
        deltas = {value: d for d in rhs.atoms(Delta) if (value := _value(d, i)) is not None}
        if len(deltas) < 2 or not i.size.is_Integer or set(deltas) != set(range(int(i.size))):
            continue
        at = {v: rhs.xreplace({d: S.One if w == v else S.Zero for w, d in deltas.items()}) for v in sorted(deltas)}
        if any(i in r.free_symbols for r in at.values()):
            continue
        return [
            Equation(equation.name, (s.xreplace({i: Integer(v)}) for s in equation.slots), r) for v, r in at.items()
        ]
    return []


def _value(delta: Delta, i: Index) -> int | None:
    """The number with which a delta compares the index."""
    numbers = [int(a) for a in delta.args if a.is_Integer]
    return numbers[0] if i in delta.args and numbers else None
