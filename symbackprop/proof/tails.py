"""The sign of an expression as its variable goes to an end of its domain, certified from a point on.

On the tail ``t >= start`` everything is written as a sum of ``c * e^(a t) * t^k * (log t)^l`` with rational a, k and l,
and a ball c that holds for the whole tail. The highest term rules where the others together are smaller at the start:
each of them falls in proportion from there on.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from sympy import Add, Expr, Mul, Pow, Rational, Symbol, pi

from symbackprop.errors import NotSupported
from symbackprop.proof.enclosure import applied, between, known_function, number
from symbackprop.terms import Less, LessEqual, Maximum, Minimum, Where

Growth = tuple[Fraction, Fraction, Fraction]  # (a, k, l): later ones grow faster
Sum = dict[Growth, Any]
_CONSTANT: Growth = (Fraction(0), Fraction(0), Fraction(0))
_LINE: Growth = (Fraction(0), Fraction(1), Fraction(0))
_LOG: Growth = (Fraction(0), Fraction(0), Fraction(1))


class Tail:
    """Sums of growths on ``t >= start``; ``x`` is the variable as such a sum."""

    def __init__(self, start: int, t: Symbol, x: Sum) -> None:
        self.start, self.t, self.x = start, t, x

    def sign(self, expr: Expr) -> int | None:
        """1, -1 or 0 where the expression has that sign on the whole tail, None where that is not certain."""
        try:
            return self._sign(self.read(expr))
        except (NotSupported, ZeroDivisionError, ValueError, OverflowError):
            return None

    def read(self, expr: Expr) -> Sum:
        if expr == self.t:
            return self.x
        if isinstance(expr, Rational):
            return {_CONSTANT: number(expr)} if expr else {}
        if expr == pi:
            return {_CONSTANT: applied("atan", number(Rational(1))) * 4}  # π
        if isinstance(expr, Add):
            return _added(*map(self.read, expr.args))
        if isinstance(expr, Mul):
            product = self.read(expr.args[0])
            for a in expr.args[1:]:
                product = _multiplied(product, self.read(a))
            return product
        if isinstance(expr, Pow) and isinstance(expr.exp, Rational):
            return self._power(self.read(expr.base), Fraction(int(expr.exp.p), int(expr.exp.q)))
        return self._chosen(expr)

    def _chosen(self, expr: Expr) -> Sum:
        if isinstance(expr, Where):
            holds = self._sign(self.read(expr.args[0]))
            return self.read(expr.args[1 if self._decided(holds) else 2])
        if isinstance(expr, Maximum | Minimum | Less | LessEqual):
            a, b = map(self.read, expr.args)
            gap = self._decided(self._sign(_added(a, _scaled(b, -1))))
            if isinstance(expr, Less | LessEqual):
                return _constant(int(gap < 0 or (gap == 0 and isinstance(expr, LessEqual))))
            return a if (gap > 0) == isinstance(expr, Maximum) else b
        return self._function(known_function(expr), self.read(expr.args[0]))

    @staticmethod
    def _decided(sign: int | None) -> int:
        if sign is None:
            raise NotSupported("a comparison is not decided on the tail")
        return sign

    def _function(self, name: str, u: Sum) -> Sum:
        if name in _BY_SIGN:
            return _BY_SIGN[name](u, self._decided(self._sign(u)))
        if name == "log":
            return self._log(u)
        if name in _BY_EXP:
            return _BY_EXP[name](self, u)
        if all(g <= _CONSTANT for g in u):
            return {_CONSTANT: applied(name, self._hull(u))}
        if name in ("sin", "cos"):
            return {_CONSTANT: between(-1, 1)}
        if name in ("erf", "atan"):
            sign = self._decided(self._sign(u))
            low, high = applied(name, self._least(u)), applied("atan", number(Rational(1))) * 2 if name == "atan" else 1
            return {_CONSTANT: between(low, high) * sign}
        raise NotSupported(f"{name} on a tail")

    def _sup(self, g: Growth) -> Any:
        """The largest value of a growth that falls on the whole tail."""
        a, k, power = g
        start = number(Rational(self.start))
        # The logarithmic derivative a + k/t + l/(t log t) is not positive; log t > 3 throughout.
        rises, zero = max(power, Fraction(0)), Fraction(0)
        steady = a * self.start + max(k, zero) + rises <= 0 if a else k + rises / 3 <= 0 if k else power <= 0
        if not steady or a > 0:
            raise NotSupported("a term that does not fall from the start of the tail on")
        log = start.log() ** number(_rational(power))
        return start ** number(_rational(k)) * (start * number(_rational(a))).exp() * log

    def _hull(self, u: Sum) -> Any:
        """The values of a bounded sum on the tail."""
        hull = number(Rational(0))
        for g, c in u.items():
            hull = hull + (c if g == _CONSTANT else c * between(0, self._sup(g)))
        return hull

    def _led(self, u: Sum) -> tuple[Growth, Any, Sum, Any]:
        """(growth, coefficient, r, factor): u is the leading term times 1 + r, and that is in the positive factor."""
        if not u:
            raise NotSupported("zero on the tail")
        lead = max(u)
        others = {_over(g, lead): c / u[lead] for g, c in u.items() if g != lead}
        factor = 1 + self._hull(others)
        if u[lead].contains(0) or not factor > 0:
            raise NotSupported("no term leads on the tail")
        return lead, u[lead], others, factor

    def _sign(self, u: Sum) -> int | None:
        if not u:
            return 0
        try:
            return 1 if self._led(u)[1] > 0 else -1
        except NotSupported:
            hull = self._hull(u)
            return 1 if hull > 0 else -1 if hull < 0 else None

    def _least(self, u: Sum) -> Any:
        (a, k, power), c, _, factor = self._led(u)
        if min(a, k, power) < 0:
            raise NotSupported("a term that falls")
        return (abs(c * factor) * number(Rational(self.start)) ** number(_rational(k))).lower()

    def _power(self, u: Sum, q: Fraction) -> Sum:
        if q.denominator == 1 and 0 <= q <= 16:
            product = _constant(1)
            for _ in range(int(q)):
                product = _multiplied(product, u)
            return product
        (a, k, power), c, r, factor = self._led(u)
        slope = between(1, factor) ** number(_rational(q - 1)) * number(_rational(q))
        outer = {(a * q, k * q, power * q): c ** (int(q) if q.denominator == 1 else number(_rational(q)))}
        return _multiplied(outer, _near_one(r, slope))

    def exp(self, u: Sum) -> Sum:
        zero = number(Rational(0))
        slopes = [u.get(g, zero) for g in (_LINE, _LOG)]
        rest = {g: c for g, c in u.items() if g not in (_LINE, _LOG)}
        if all(g <= _CONSTANT for g in rest) and all(s.is_exact() for s in slopes):
            a, k = (Fraction(int(s.fmpq().p), int(s.fmpq().q)) for s in slopes)
            constant = rest.pop(_CONSTANT, zero)
            outer = {(a, k, Fraction(0)): constant.exp()}
            return _multiplied(outer, _near_one(rest, between(0, self._hull(rest)).exp()))
        if self._sign(_added(u, {_LINE: number(Rational(1))})) == -1:  # u < -t
            return {(Fraction(-1), Fraction(0), Fraction(0)): between(0, 1)}
        raise NotSupported("an exponential that grows too fast")

    def _log(self, u: Sum) -> Sum:
        (a, k, power), c, r, factor = self._led(u)
        if power:
            raise NotSupported("the logarithm of a logarithm")
        found = _added({_CONSTANT: c.log()}, {g: x / between(1, factor) for g, x in r.items()})
        return _added(found, {g: number(_rational(x)) for g, x in ((_LINE, a), (_LOG, k)) if x})

    def inverse(self, u: Sum) -> Sum:
        return self._power(u, Fraction(-1))


def _sigmoid(tail: Tail, u: Sum) -> Sum:
    return tail.inverse(_added(_constant(1), tail.exp(_scaled(u, -1))))


_BY_EXP: dict[str, Callable[[Tail, Sum], Sum]] = {
    "exp": Tail.exp,
    "sigmoid": _sigmoid,
    "tanh": lambda tail, u: _added(_scaled(_sigmoid(tail, _scaled(u, 2)), 2), _constant(-1)),
    "softplus": lambda tail, u: tail._log(_added(_constant(1), tail.exp(u))),
    "sinh": lambda tail, u: _scaled(_added(tail.exp(u), _scaled(tail.exp(_scaled(u, -1)), -1)), Fraction(1, 2)),
    "cosh": lambda tail, u: _scaled(_added(tail.exp(u), tail.exp(_scaled(u, -1))), Fraction(1, 2)),
}
_BY_SIGN: dict[str, Callable[[Sum, int], Sum]] = {
    "relu": lambda u, sign: u if sign > 0 else {},
    "abs": lambda u, sign: _scaled(u, sign),
    "sign": lambda u, sign: _constant(sign),
    "step": lambda u, sign: _constant(int(sign > 0)),
}


def _near_one(r: Sum, slope: Any) -> Sum:
    """f(1 + r) where f(1) = 1 and f' is in ``slope`` between."""
    return _added(_constant(1), {g: c * slope for g, c in r.items()})


def _rational(q: Fraction) -> Rational:
    return Rational(q.numerator, q.denominator)


def _constant(value: int) -> Sum:
    return {_CONSTANT: number(Rational(value))} if value else {}


def _added(*sums: Sum) -> Sum:
    total: Sum = {}
    for s in sums:
        for g, c in s.items():
            total[g] = total[g] + c if g in total else c
    return {g: c for g, c in total.items() if not c.is_zero()}


def _scaled(u: Sum, factor: int | Fraction) -> Sum:
    f = number(_rational(Fraction(factor)))
    return {g: c * f for g, c in u.items()} if factor else {}


def _multiplied(u: Sum, v: Sum) -> Sum:
    return _added(*({_over(g, h, -1): c * d} for g, c in u.items() for h, d in v.items()))


def _over(g: Growth, h: Growth, sign: int = 1) -> Growth:
    """The exponents of a quotient; of a product for the other sign."""
    return g[0] - sign * h[0], g[1] - sign * h[1], g[2] - sign * h[2]


def ends(low: int | None, high: int | None, start: int, t: Symbol) -> list[Tail]:
    """Both ends of a domain: infinite ones, and 0 or 1, towards which the variable goes as 1/t."""
    one = number(Rational(1))
    far, near = _LINE, (Fraction(0), Fraction(-1), Fraction(0))
    first = {far: -one} if low is None else _added(_constant(low), {near: one})
    last = {far: one} if high is None else _added(_constant(high), {near: -one})
    return [Tail(start, t, first), Tail(start, t, last)]
