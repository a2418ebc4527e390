"""Elementwise rules, written once as text: read by the notation's own parser, shown in LaTeX, run in NumPy in place.

An update rule or a schedule is a formula of numbers and of arrays of one shape. Its text is ours, its reader the one
that formulas have. Numbers (a learning rate, ``1 - beta**t``) are computed as Python floats, so that they are exact in
float32 networks too; what is left of an expression becomes a list of NumPy calls that is worked out once. A new value
is written by the last call of its expression, when nothing reads the old one any more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import numpy as np
from sympy import Add, Expr, Mul, Pow, Rational, S, Symbol

from symbackprop.closures import Closure, Closures
from symbackprop.errors import NotSupported
from symbackprop.latex import latex
from symbackprop.notation import formula
from symbackprop.number_types import FLOAT
from symbackprop.terms import Entry, Maximum, Minimum

Definition = tuple[str, Expr]  # the name on the left, and the value that it gets


@cache
def expression(text: str, names: tuple[str, ...]) -> Expr:
    """The expression in these names, read as a formula's right side.

    >>> expression("sqrt(v) + eps", ("v", "eps"))
    eps + sqrt(v)
    """
    return formula(f"input {', '.join(names)}\nresult = {text}").equations[0].rhs


def names_in(expr: Expr) -> set[str]:
    """The names that an expression reads."""
    return {e.name for e in expr.atoms(Entry)}


def shown(expr: Expr) -> str:
    r"""The expression in LaTeX; the digits of a name are its subscript.

    >>> shown(expression("beta1*m + (1 - beta1)*g", ("beta1", "m", "g")))
    '(1 - \\beta_{1}) g + \\beta_{1} m'
    """
    numbered = {e: Symbol(e.name) for e in expr.atoms(Entry) if e.name[-1].isdigit()}
    return latex(expr.xreplace(numbered))


class _Number(Closures):
    """Reads names from a dictionary that is replaced from one evaluation to the next."""

    numbers = FLOAT

    def __init__(self) -> None:
        self.values: Mapping[str, Any] = {}

    def entry_closure(self, expr: Entry) -> Closure:
        name = expr.name
        return lambda env: self.values[name]

    def _mul(self, expr: Expr) -> Closure:
        # One division at the end: floor(t/s) must not be taken of t times the rounded 1/s.
        below, above = _parted(expr.args, lambda a: isinstance(a, Pow) and a.exp == -1)
        if not below:
            return super()._mul(expr)
        top, bottom = self.closure(Mul(*above)), self.closure(Mul(*(1 / a for a in below)))
        return lambda env: top(env) / bottom(env)

    def _pow(self, expr: Expr) -> Closure:
        if isinstance(expr.exp, Rational):
            return super()._pow(expr)
        # Not by the logarithm: a base may be zero, and 1 - b**t loses what that would round off.
        base, exponent = self.closure(expr.base), self.closure(expr.exp)
        return lambda env: base(env) ** exponent(env)


def number(expr: Expr) -> Callable[[Mapping[str, Any]], float]:
    """A function from the values of the names to that of the expression.

    >>> number(expression("where(t <= 2, t/2, floor(t/2))", ("t",)))({"t": 5.0})
    2.0
    """
    reader = _Number()
    closure = reader.closure(expr)

    def value(values: Mapping[str, Any]) -> float:
        reader.values = values
        return float(closure({}))

    return value


class Program:
    """Definitions, one after the other, as NumPy calls on arrays of one shape.

    ``arrays`` are those that the caller has; any other name that is defined here gets a buffer. Names that are neither
    are numbers, given at each run.

    >>> names = ("w", "g", "alpha")
    >>> w, g = np.array([1.0, 2.0]), np.array([0.5, 1.0])
    >>> Program([("w", expression("w - alpha*g", names))], ["w", "g"]).run({"w": w, "g": g}, {"alpha": 2.0}); w
    array([0., 0.])
    """

    def __init__(self, definitions: Sequence[Definition], arrays: Iterable[str]) -> None:
        self._slots = {name: k for k, name in enumerate(dict.fromkeys((*arrays, *(n for n, _ in definitions))))}
        self._arrays = list(arrays)
        self._calls: list[list[Any]] = []
        self._numbers: list[Callable[[Mapping[str, Any]], float]] = []
        self._free: list[str] = []
        self._buffers = [n for n in self._slots if n not in self._arrays]
        for name, expr in definitions:
            self._define(name, expr)
        places = self._places()
        self._bound = [(ufunc, itemgetter(*(places[o] for o in operands))) for ufunc, *operands in self._calls]
        self._kept: dict[tuple[Any, ...], list[np.ndarray]] = {}

    def run(self, arrays: Mapping[str, np.ndarray], numbers: Mapping[str, float]) -> None:
        """Compute the definitions; those of the caller's arrays are overwritten."""
        self.apply(self.operands(arrays), self.values(numbers))

    def operands(self, arrays: Mapping[str, np.ndarray]) -> list[Any]:
        """What ``apply`` takes: the caller's arrays in the order of ``arrays``, then our buffers and room for numbers.

        The list may be kept, and other arrays of the same shape put into it.
        """
        given = [arrays[n] for n in self._arrays]
        key = given[0].shape, given[0].dtype
        if key not in self._kept:
            self._kept[key] = [np.empty_like(given[0]) for _ in self._buffers]
        return [*given, *self._kept[key], *(0.0 for _ in self._numbers)]

    def values(self, numbers: Mapping[str, float]) -> list[float]:
        """The expressions in numbers alone, computed."""
        return [value(numbers) for value in self._numbers]

    def apply(self, operands: list[Any], values: list[float]) -> None:
        """Make the calls."""
        operands[len(operands) - len(values) :] = values
        for ufunc, of in self._bound:
            ufunc(*of(operands))

    def _places(self) -> dict[Any, int]:
        """Where each operand stands in the list that ``operands`` makes: arrays, buffers, numbers."""
        ordered: list[Any] = [*self._arrays, *self._buffers, *range(len(self._numbers))]
        return {operand: k for k, operand in enumerate(ordered)}

    # Making the calls: an operand is the name of an array or the place of a number ---------------------------------

    def _define(self, name: str, expr: Expr) -> None:
        result = self._operand(expr)
        if not self._is_buffer(result):
            self._calls.append([np.copyto, name, result])
            return
        self._calls[-1][-1] = name
        self._free.append(result)

    def _is_buffer(self, operand: Any) -> bool:
        return isinstance(operand, str) and operand.startswith("buffer ")

    def _call(self, ufunc: Any, *operands: Any) -> str:
        mine = [o for o in operands if self._is_buffer(o)]
        if not mine and not self._free:
            self._free.append(f"buffer {len(self._buffers)}")
            self._buffers.append(self._free[-1])
        out = mine[0] if mine else self._free.pop()
        self._free += [o for o in mine[1:] if o != out]
        self._calls.append([ufunc, *operands, out])
        return out

    def _is_number(self, expr: Expr) -> bool:
        return not names_in(expr) & self._slots.keys()

    def _constant(self, expr: Expr) -> int:
        self._numbers.append(number(expr))
        return len(self._numbers) - 1

    def _operand(self, expr: Expr) -> Any:
        if self._is_number(expr):
            return self._constant(expr)
        if isinstance(expr, Entry):
            return expr.name
        if isinstance(expr, Add):
            return self._sum(expr)
        if isinstance(expr, Mul):
            return self._product(expr)
        if isinstance(expr, Pow):
            return self._power(expr)
        if isinstance(expr, Maximum | Minimum):
            return self._call(_larger if isinstance(expr, Maximum) else _smaller, *map(self._operand, expr.args))
        raise NotSupported(f"no array operation for {expr}")

    def _sum(self, expr: Expr) -> Any:
        numbers, arrays = _parted(expr.args, self._is_number)
        arrays.sort(key=lambda a: (_is_negative(a), not isinstance(a, Entry)))
        result = self._operand(arrays[0])
        for a in arrays[1:]:
            result = self._call(*((np.subtract, result, self._operand(-a)) if _is_negative(a) else
                                  (np.add, result, self._operand(a))))  # fmt: skip
        return self._call(np.add, result, self._constant(Add(*numbers))) if numbers else result

    def _product(self, expr: Expr) -> Any:
        numbers, arrays = _parted(expr.args, self._is_number)
        below, above = _parted(arrays, lambda a: isinstance(a, Pow) and a.exp.is_negative)
        factor = Mul(*numbers)
        result: Any = None if above else self._constant(factor)
        for k, a in enumerate(above):
            result = self._call(np.multiply, result, self._operand(a)) if k else self._operand(a)
        if above and factor != S.One:
            result = self._call(np.multiply, result, self._constant(factor))
        for a in below:
            result = self._call(np.divide, result, self._operand(1 / a))
        return result

    def _power(self, expr: Expr) -> Any:
        base, exponent = expr.args
        if exponent == 2:
            return self._call(np.square, self._operand(base))
        if exponent == Rational(1, 2):
            return self._call(np.sqrt, self._operand(base))
        if exponent.is_negative:
            return self._call(np.divide, self._constant(S.One), self._operand(1 / expr))
        raise NotSupported(f"no array operation for {expr}")


def _larger(a: Any, b: Any, out: np.ndarray) -> None:
    np.maximum(a, b, out=out)


def _smaller(a: Any, b: Any, out: np.ndarray) -> None:
    np.minimum(a, b, out=out)


def _parted(args: Iterable[Expr], test: Callable[[Expr], Any]) -> tuple[list[Expr], list[Expr]]:
    """(those that pass the test, the others)."""
    args = list(args)
    return [a for a in args if test(a)], [a for a in args if not test(a)]


def _is_negative(expr: Expr) -> bool:
    return bool(expr.as_coeff_Mul()[0] < 0)
