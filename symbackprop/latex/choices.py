"""Choices as a hand writes them: what lies between two ends is one condition."""

from sympy import Expr

from symbackprop.terms import Less, LessEqual, Where


def merged(expr: Where) -> Where:
    """Two choices of one value as one.

    "a where x < 0, else a where n <= x, else b" is "b where 0 <= x < n, else a".

    >>> from symbackprop.indices import Index, size
    >>> i, n, a, b = Index("i", size("N")), size("N"), size("A"), size("B")
    >>> merged(Where(Less(i, 0), a, Where(LessEqual(n, i), a, b))).args[1:]
    (B, A)
    """
    condition, a, b = expr.args
    if isinstance(b, Where) and b.args[1] == a and all(isinstance(c, Less | LessEqual) for c in (condition, b.args[0])):
        return Where(_negated(condition) * _negated(b.args[0]), b.args[2], a)
    return expr


def _negated(relation: Expr) -> Expr:
    x, y = relation.args
    return LessEqual(y, x) if isinstance(relation, Less) else Less(y, x)
