"""Reverse differentiation of scalar equations: the tape that entry-by-entry code writes down.

Every intermediate is one number with a name; its adjoint is the sum over the equations that read it. Numbers have no
indices, so nothing has to be contracted.
"""

from collections.abc import Iterable, Mapping

from sympy import Add, Expr, Integer, S

from symbackprop.equations import Equation
from symbackprop.terms import Entry


def adjoints(
    equations: Mapping[str, Equation], cost: Expr, wanted: Iterable[Entry], prefix: str = "d"
) -> tuple[list[Equation], dict[Entry, Expr]]:
    """The adjoint equations of the intermediates, and the derivative of the cost by each wanted entry.

    >>> x = Entry("x", 0)
    >>> adjoints({"v": Equation("v", (), x**2)}, 3*Entry("v"), [x])[1]
    {x[0]: 2*dv*x[0]}
    """
    wanted = list(wanted)
    parts: dict[Entry, list[Expr]] = {}
    found: list[Equation] = []

    def pass_on(expr: Expr, seed: Expr) -> None:
        for e in sorted(expr.atoms(Entry), key=str):
            if e.name in equations or e in asked:
                derivative = expr.diff(e)
                if derivative != 0:
                    parts.setdefault(e, []).append(seed * derivative)

    asked = set(wanted)
    pass_on(cost, Integer(1))
    for name in reversed(list(equations)):
        left = Entry(name)
        if left in parts:
            adjoint = Equation(prefix + name, (), Add(*parts[left]))
            found.append(adjoint)
            pass_on(equations[name].rhs, adjoint.left)
    return found, {e: Add(*parts.get(e, [S.Zero])) for e in wanted}
