"""Expressions as nested Python closures over the values of their free indices, in any number type.

Nothing is vectorised over indices: a sum is a loop. How sizes and entries of tensors are looked up is left to the
class that evaluates (``evaluation.Evaluation``).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import Add, Expr, Integer, Mul, Pow, Rational, oo, pi

from symbackprop.elimination import determinant, inverse
from symbackprop.errors import NotSupported
from symbackprop.functions import row_of
from symbackprop.indices import ArgMax, Binder, Index, MaxOver, Total
from symbackprop.matrix_terms import Determinant, Inverse, MatrixTerm
from symbackprop.number_types import Numbers
from symbackprop.terms import (
    Bracket,
    Delta,
    Entry,
    Flat,
    FloorDiv,
    Less,
    LessEqual,
    Maximum,
    Minimum,
    NotEqual,
    Where,
)

Environment = dict[Index, int]
Closure = Callable[[Environment], Any]


class Closures:
    """Makes closures; ``size`` and ``entry_closure`` are the evaluating class's."""

    numbers: Numbers

    def size(self, expr: Expr) -> int:
        """A size as a number."""
        raise NotImplementedError

    def entry_closure(self, expr: Entry) -> Closure:
        """An entry of a tensor as a function of the values of the free indices."""
        raise NotImplementedError

    def number(self, value: Any) -> Any:
        """A Python integer (a size, an index, a 0/1 bracket) as a number of the type at hand."""
        if isinstance(value, int | np.integer):
            return self.numbers.rational(int(value), 1)
        return value

    def closure(self, expr: Expr) -> Closure:
        """The expression as a function of the values of its free indices. Raises ``NotSupported`` for unknown terms."""
        if isinstance(expr, Index):
            return lambda env: env[expr]
        if isinstance(expr, Rational):
            constant = int(expr) if isinstance(expr, Integer) else self.numbers.rational(expr.p, expr.q)
            return lambda env: constant
        if isinstance(expr, Entry):
            return self.entry_closure(expr)
        if isinstance(expr, Add):
            return self._add(expr)
        if isinstance(expr, Mul):
            return self._mul(expr)
        if isinstance(expr, Pow):
            return self._pow(expr)
        if isinstance(expr, Binder):
            return self._binder(expr)
        if isinstance(expr, Bracket):
            return self._bracket(expr)
        if isinstance(expr, Where):
            condition, a, b = map(self.closure, expr.args)
            return lambda env: a(env) if condition(env) else b(env)
        if isinstance(expr, Maximum | Minimum):
            return self._extremum(expr)
        row = row_of(expr)
        if row is not None:
            inner, number, value, numbers = self.closure(expr.args[0]), self.number, row.value, self.numbers
            return lambda env: value(numbers, number(inner(env)))
        return self._special(expr)

    def _special(self, expr: Expr) -> Closure:
        if expr in (oo, -oo):
            infinity = self.numbers.infinity if expr == oo else -self.numbers.infinity
            return lambda env: infinity
        if expr == pi:
            value = self.numbers.pi()
            return lambda env: value
        if isinstance(expr, Flat):
            parts = [(self.closure(a), self.size(a.size) if isinstance(a, Index) else None) for a in expr.args]
            return lambda env: _flatten([(p(env), n) for p, n in parts])
        if isinstance(expr, FloorDiv):
            a, b = map(self.closure, expr.args)
            return lambda env: a(env) // b(env)
        if isinstance(expr, MatrixTerm):
            return self._matrix(expr)
        if expr.is_Symbol:
            size = self.size(expr)
            return lambda env: size
        raise NotSupported(f"cannot evaluate {type(expr).__name__}: {expr}")

    def _matrix(self, expr: MatrixTerm) -> Closure:
        opened, i, j = expr.open()
        body, count, number = self.closure(opened), self.size(expr.size), self.number
        slots = [self.closure(s) for s in expr.slots]

        def rows(env: Environment) -> list[list[Any]]:
            return [[number(body({**env, i: r, j: c})) for c in range(count)] for r in range(count)]

        if isinstance(expr, Determinant):
            return lambda env: determinant(rows(env))
        assert isinstance(expr, Inverse)

        def entry_of_inverse(env: Environment) -> Any:
            r, c = (self.numbers.whole(s(env)) for s in slots)
            return inverse(rows(env))[r][c]

        return entry_of_inverse

    def _add(self, expr: Expr) -> Closure:
        parts = [self.closure(a) for a in expr.args]

        def add(env: Environment) -> Any:
            total = parts[0](env)
            for p in parts[1:]:
                total = total + p(env)
            return total

        return add

    def _mul(self, expr: Expr) -> Closure:
        # Brackets first: what they make zero is not evaluated, it may lie outside of where it is defined.
        ordered = sorted(expr.args, key=lambda a: not isinstance(a, Bracket))
        parts = [self.closure(a) for a in ordered]
        brackets = sum(isinstance(a, Bracket) for a in ordered)

        def mul(env: Environment) -> Any:
            product = 1
            for k, p in enumerate(parts):
                product = product * p(env)
                if k < brackets and not product:
                    return 0
            return product

        return mul

    def _pow(self, expr: Expr) -> Closure:
        base, exponent, numbers, number = self.closure(expr.base), expr.exp, self.numbers, self.number
        if isinstance(exponent, Rational):
            p, q = exponent.p, exponent.q
            if q == 1 and p >= 0:
                return lambda env: base(env) ** p
            if q == 2 and abs(p) == 1:
                return (
                    (lambda env: numbers.sqrt(number(base(env))))
                    if p > 0
                    else (lambda env: 1 / numbers.sqrt(number(base(env))))
                )
            if p == -1 and q == 1:
                return lambda env: 1 / number(base(env))
            return lambda env: numbers.power(number(base(env)), p, q)
        inner = self.closure(exponent)
        return lambda env: numbers.exp(number(inner(env)) * numbers.log(number(base(env))))

    def _binder(self, expr: Binder) -> Closure:
        opened, i = expr.open()
        body, count, less = self.closure(opened), self.size(i.size), self.numbers.less
        if isinstance(expr, Total):

            def total(env: Environment) -> Any:
                result = 0
                for k in range(count):
                    env[i] = k
                    result = result + body(env)
                return result

            return total

        def best(env: Environment) -> tuple[int, Any]:
            at, value = 0, None
            for k in range(count):
                env[i] = k
                candidate = body(env)
                if value is None or less(value, candidate):
                    at, value = k, candidate
            return at, value

        if isinstance(expr, MaxOver):
            return lambda env: best(env)[1]
        assert isinstance(expr, ArgMax)
        return lambda env: best(env)[0]

    def _bracket(self, expr: Bracket) -> Closure:
        a, b = map(self.closure, expr.args)
        less = self.numbers.less
        if isinstance(expr, Less):
            return lambda env: int(less(a(env), b(env)))
        if isinstance(expr, LessEqual):
            return lambda env: int(not less(b(env), a(env)))

        def equal(env: Environment) -> bool:
            x, y = a(env), b(env)
            return not less(x, y) and not less(y, x)

        if isinstance(expr, Delta):
            return lambda env: int(equal(env))
        assert isinstance(expr, NotEqual)
        return lambda env: int(not equal(env))

    def _extremum(self, expr: Expr) -> Closure:
        a, b = map(self.closure, expr.args)
        less, is_max = self.numbers.less, isinstance(expr, Maximum)

        def extremum(env: Environment) -> Any:
            x, y = a(env), b(env)
            return (y if less(x, y) else x) if is_max else (y if less(y, x) else x)

        return extremum


def _flatten(parts: list[tuple[int, int | None]]) -> int:
    value = 0
    for k, (part, size) in enumerate(parts):
        value = part if k == 0 else value * (size or 1) + part
    return value
