"""Python's operators on the values of interpreted code, each looked at before it is done."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from symbackprop.claims.numpy.source.bounds import bound, exponent
from symbackprop.claims.numpy.source.limits import BITS, ITEMS, Budget, Unread, measured
from symbackprop.claims.numpy.source.values import ARRAYS, Text, checked

Operator = Callable[[Any, Any], Any]

# name for the bounds, a ∘ b, a ∘= b
OPERATORS: Mapping[type, tuple[str, Operator, Operator]] = {
    ast.Add: ("add", operator.add, operator.iadd),
    ast.Sub: ("subtract", operator.sub, operator.isub),
    ast.Mult: ("multiply", operator.mul, operator.imul),
    ast.Div: ("divide", operator.truediv, operator.itruediv),
    ast.FloorDiv: ("floor_divide", operator.floordiv, operator.ifloordiv),
    ast.Mod: ("mod", operator.mod, operator.imod),
    ast.Pow: ("power", operator.pow, operator.ipow),
    ast.MatMult: ("matmul", operator.matmul, operator.imatmul),
    ast.BitAnd: ("bitwise_and", operator.and_, operator.iand),
    ast.BitOr: ("bitwise_or", operator.or_, operator.ior),
}
COMPARISONS: Mapping[type, Operator] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
UNARY: Mapping[type, Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
}
_SEQUENCES = (list, tuple, str)
_NUMBERS = (int, float)


def binary(kind: ast.operator, a: Any, b: Any, budget: Budget, in_place: bool = False) -> Any:
    """``a ∘ b``, or ``a ∘= b``. Raises ``Unread``."""
    if type(kind) not in OPERATORS:
        raise Unread(f"the operator {type(kind).__name__}")
    name, plain, inplace = OPERATORS[type(kind)]
    if isinstance(a, str) and name == "mod":
        return Text()
    _operands(a, b)
    if isinstance(a, _SEQUENCES) or isinstance(b, _SEQUENCES):
        _sequences(name, a, b)
    if isinstance(a, int) and isinstance(b, int):
        _whole(name, a, b)
    if isinstance(a, ARRAYS) or isinstance(b, ARRAYS):
        if name == "power":
            exponent(a, b)
        bound(name, (a, b), {}, budget)
    return checked((inplace if in_place else plain)(a, b))


def compared(kind: ast.cmpop, a: Any, b: Any, budget: Budget) -> Any:
    """A comparison. Raises ``Unread``."""
    if isinstance(kind, ast.Is | ast.IsNot) and not any(x is None or isinstance(x, bool) for x in (a, b)):
        raise Unread("'is' between values; it is interpreted with None alone")
    for x in (a, b):
        if isinstance(x, Text):
            raise Unread("a comparison of a formatted text")
    budget.spend((measured(a) + measured(b)) // 100)
    if isinstance(a, ARRAYS) and isinstance(b, ARRAYS):
        bound("less", (a, b), {}, budget)
    return checked(COMPARISONS[type(kind)](a, b))


def unary(kind: ast.unaryop, a: Any) -> Any:
    """``-a`` and the like. Raises ``Unread``."""
    _operands(a)
    return checked(UNARY[type(kind)](a))


def truth(value: Any) -> bool:
    """Whether it counts as true; arrays of data decide in their own way."""
    if isinstance(value, (*ARRAYS, *_NUMBERS, *_SEQUENCES, dict, range)) or value is None:
        return bool(value)
    raise Unread(f"the truth of a value of type {type(value).__name__}")


def _operands(*values: Any) -> None:
    for x in values:
        if not isinstance(x, (*ARRAYS, *_NUMBERS, *_SEQUENCES)):
            raise Unread(f"arithmetic with a value of type {type(x).__name__}")


def _sequences(name: str, a: Any, b: Any) -> None:
    """Lists and texts get longer by ``+`` and ``*``."""
    size = measured(a) + measured(b)
    for x in (a, b):
        size += len(x) if isinstance(x, str) else 0
    if name == "multiply":
        size *= max(1, *(abs(x) for x in (a, b) if isinstance(x, int)), 1)
    if size > ITEMS:
        raise Unread("a list or text of that length")


def _whole(name: str, a: int, b: int) -> None:
    """Powers and products of whole numbers get longer."""
    bits = a.bit_length() * abs(b) if name == "power" else a.bit_length() + b.bit_length()
    if bits > 2 * BITS:
        raise Unread("a whole number of that length")
