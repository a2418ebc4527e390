"""Whether an equation is linear in a tensor, and with which coefficients: read off the expression, nothing is tried."""

from sympy import Add, Expr, Mul

from symbackprop.indices import Total
from symbackprop.terms import Entry, Where

_NOT_LINEAR = 99


def mentions(expr: Expr, name: str) -> bool:
    """Whether the tensor is read in the expression."""
    return any(e.name == name for e in expr.atoms(Entry))


def degree(expr: Expr, name: str) -> int:
    """0 where the tensor is not read, 1 where the expression is affine in its entries, else a large number.

    >>> import symbackprop as sb
    >>> z, a = sb.formula('''input x[N]; param w
    ... z[n] = w*x[n] + 1; a[n] = tanh(z[n])*x[n]'''.replace("; ", chr(10))).equations
    >>> degree(z.rhs, "x"), degree(z.rhs, "y"), degree(a.rhs, "z")
    (1, 0, 99)
    """
    if not mentions(expr, name):
        return 0
    if isinstance(expr, Entry):
        return 1 if expr.name == name and not any(mentions(s, name) for s in expr.slots) else _NOT_LINEAR
    if isinstance(expr, Add):
        return max(degree(a, name) for a in expr.args)
    if isinstance(expr, Mul):
        return min(_NOT_LINEAR, sum(degree(a, name) for a in expr.args))
    if isinstance(expr, Total):
        return degree(expr.body, name)
    if isinstance(expr, Where) and not mentions(expr.args[0], name):
        return max(degree(a, name) for a in expr.args[1:])
    return _NOT_LINEAR


def coefficients(expr: Expr, name: str) -> set[str]:
    """The tensors on which the derivative of an affine expression by the tensor depends."""
    if not mentions(expr, name):
        return set()
    if isinstance(expr, Add):
        return {n for a in expr.args for n in coefficients(a, name)}
    if isinstance(expr, Total):
        return coefficients(expr.body, name)
    if isinstance(expr, Where):
        return _names(expr.args[0]) | {n for a in expr.args[1:] for n in coefficients(a, name)}
    if isinstance(expr, Mul):
        inner = {n for a in expr.args for n in coefficients(a, name)}
        return inner | {n for a in expr.args if not mentions(a, name) for n in _names(a)}
    return _names(expr) - {name}


def _names(expr: Expr) -> set[str]:
    return {e.name for e in expr.atoms(Entry)}
