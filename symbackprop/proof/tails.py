"""The sign of an expression as its variable goes to an end of its domain, certified from a point on.

On the tail ``t >= start`` everything is written as a sum of ``c * e^(b t² + a t) * t^k * (log t)^l`` with rational b,
a, k and l, and c a ball that holds for the whole tail, or an exact fraction. The highest term rules where the others
together are smaller at the start: each of them falls in proportion from there on.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from sympy import Add, Expr, Mul, Pow, Rational, Symbol, pi

from symbackprop.errors import NotSupported
from symbackprop.proof.enclosure import applied, between, known_function, number
from symbackprop.terms import Less, LessEqual, Maximum, Minimum, Where

Growth = tuple[Fraction, Fraction, Fraction, Fraction]  # (b, a, k, l): later ones grow faster
Sum = dict[Growth, Any]
_ZERO, _ONE = Fraction(0), Fraction(1)
_CONSTANT: Growth = (_ZERO, _ZERO, _ZERO, _ZERO)
_SQUARE: Growth = (_ZERO, _ZERO, Fraction(2), _ZERO)
_LINE: Growth = (_ZERO, _ZERO, _ONE, _ZERO)
_INVERSE: Growth = (_ZERO, _ZERO, -_ONE, _ZERO)
_LOG: Growth = (_ZERO, _ZERO, _ZERO, _ONE)


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

    def limit(self, expr: Expr) -> Any:
        """The limit at the end, as a ball that may be infinite. Raises ``NotSupported`` where none is known."""
        from flint import arb

        terms = self.read(expr)
        lead = max(terms, default=_CONSTANT)
        if lead <= _CONSTANT:
            return _ball(terms.get(_CONSTANT, 0))
        if _ball(terms[lead]).contains(0):
            raise NotSupported("whether it is bounded far out is not certain")
        return arb("inf") if terms[lead] > 0 else arb("-inf")

    def read(self, expr: Expr) -> Sum:
        if expr == self.t:
            return self.x
        if isinstance(expr, Rational):
            return _constant(expr)
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
        name, u = known_function(expr), self.read(expr.args[0])
        if name == "erf" and u and max(u) > _CONSTANT:
            return self._erf(u, self.read((expr.args[0] ** 2).expand()))
        return self._function(name, u)

    def _erf(self, u: Sum, square: Sum) -> Sum:
        """1 - θ e^(-u²)/(u √π) with 1 - 1/(2 u²) < θ < 1, for u > 0; the square is given as it is known exactly."""
        sign = self._decided(self._sign(u))
        far = self._least(_scaled(u, sign))
        theta = between(1 - 1 / (2 * far * far), 1) / applied("atan", number(Rational(1))).sqrt() / 2  # √π = 2 √(π/4)
        rest = _multiplied(self.exp(_scaled(square, -1)), self.inverse(_scaled(u, sign)))
        return _scaled(_added(_constant(1), {g: -c * theta for g, c in rest.items()}), sign)

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
        if name == "atan":  # π/2 - θ/u with 0 < θ < 1, for u > 0
            sign = self._decided(self._sign(u))
            rest = {g: -c * between(0, 1) for g, c in self.inverse(_scaled(u, sign)).items()}
            return _scaled(_added({_CONSTANT: applied("atan", number(Rational(1))) * 2}, rest), sign)
        raise NotSupported(f"{name} on a tail")

    def _sup(self, g: Growth) -> Any:
        """The largest value of a growth that falls on the whole tail."""
        b, a, k, power = g
        start = number(Rational(self.start))
        # The logarithmic derivative 2 b t + a + k/t + l/(t log t) is not positive; log t > 3 throughout.
        rises, slope = max(power, _ZERO), a + 2 * b * self.start
        steady = slope * self.start + max(k, _ZERO) + rises <= 0 if slope else k + rises / 3 <= 0 if k else power <= 0
        if not steady or slope > 0 or b > 0:
            raise NotSupported("a term that does not fall from the start of the tail on")
        log = start.log() ** number(_rational(power))
        return start ** number(_rational(k)) * (start * number(_rational(a + b * self.start))).exp() * log

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
        if _ball(u[lead]).contains(0) or not factor > 0:
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
        (b, a, k, power), c, _, factor = self._led(u)
        if min(b, a, k, power) < 0:
            raise NotSupported("a term that falls")
        return (abs(c * factor) * number(Rational(self.start)) ** number(_rational(k))).lower()

    def _power(self, u: Sum, q: Fraction) -> Sum:
        if q.denominator == 1 and 0 <= q <= 16:
            product = _constant(1)
            for _ in range(int(q)):
                product = _multiplied(product, u)
            return product
        (b, a, k, power), c, r, factor = self._led(u)
        slope = between(1, factor) ** number(_rational(q - 1)) * number(_rational(q))
        outer = {
            (b * q, a * q, k * q, power * q): c ** int(q) if q.denominator == 1 else _ball(c) ** number(_rational(q))
        }
        return _multiplied(outer, _near_one(r, slope))

    def exp(self, u: Sum) -> Sum:
        from flint import fmpq

        slopes = [u.get(g, 0) for g in (_SQUARE, _LINE, _LOG)]
        rest = {g: c for g, c in u.items() if g not in (_SQUARE, _LINE, _LOG)}
        if all(g <= _CONSTANT for g in rest) and all(_ball(s).is_exact() or isinstance(s, fmpq) for s in slopes):
            b, a, k = map(_fraction, slopes)
            outer = {(b, a, k, _ZERO): _ball(rest.pop(_CONSTANT, 0)).exp()}
            return _multiplied(outer, _near_one(rest, between(0, self._hull(rest)).exp()))
        if self._sign(_added(u, {_LINE: number(Rational(1))})) == -1:  # u < -t
            return {(_ZERO, -_ONE, _ZERO, _ZERO): between(0, 1)}
        raise NotSupported("an exponential that grows too fast")

    def _log(self, u: Sum) -> Sum:
        (b, a, k, power), c, r, factor = self._led(u)
        if power:
            raise NotSupported("the logarithm of a logarithm")
        found = _added({_CONSTANT: _ball(c).log()}, {g: x / between(1, factor) for g, x in r.items()})
        return _added(found, {g: number(_rational(x)) for g, x in ((_SQUARE, b), (_LINE, a), (_LOG, k)) if x})

    def inverse(self, u: Sum) -> Sum:
        return self._power(u, Fraction(-1))


def _sigmoid(tail: Tail, u: Sum) -> Sum:
    try:
        return tail.inverse(_added(_constant(1), tail.exp(_scaled(u, -1))))
    except NotSupported:  # so fast that a bound must do: θ e^u with 1/2 < θ < 1 for u < 0, and 1 less that for u > 0
        sign = tail._decided(tail._sign(u))
        rest = {g: -sign * c * between(number(Rational(1, 2)), 1) for g, c in tail.exp(_scaled(u, -sign)).items()}
        return _added(_constant(int(sign > 0)), rest)


def _asinh(tail: Tail, u: Sum) -> Sum:
    """log(u + √(1 + u²)) for u > 0; the function is odd."""
    sign = tail._decided(tail._sign(u))
    v = _scaled(u, sign)
    root = tail._power(_added(_constant(1), _multiplied(v, v)), Fraction(1, 2))
    return _scaled(tail._log(_added(v, root)), sign)


_BY_EXP: dict[str, Callable[[Tail, Sum], Sum]] = {
    "exp": Tail.exp,
    "sigmoid": _sigmoid,
    "tanh": lambda tail, u: _added(_scaled(_sigmoid(tail, _scaled(u, 2)), 2), _constant(-1)),
    "asinh": _asinh,
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


def _ball(c: Any) -> Any:
    from flint import arb

    return arb(c)


def _exact(q: Any) -> Any:
    from flint import fmpq

    return fmpq(int(q.p), int(q.q)) if isinstance(q, Rational) else fmpq(q.numerator, q.denominator)


def _fraction(c: Any) -> Fraction:
    """What an exact number is."""
    from flint import fmpq

    q = c if isinstance(c, int | fmpq) else c.fmpq()
    return Fraction(q) if isinstance(q, int) else Fraction(int(q.p), int(q.q))


def _constant(value: int | Rational) -> Sum:
    return {_CONSTANT: _exact(Rational(value))} if value else {}


def _added(*sums: Sum) -> Sum:
    total: Sum = {}
    for s in sums:
        for g, c in s.items():
            total[g] = total[g] + c if g in total else c
    return {g: c for g, c in total.items() if not _ball(c).is_zero()}


def _scaled(u: Sum, factor: int | Fraction) -> Sum:
    f = _exact(Fraction(factor))
    return {g: c * f for g, c in u.items()} if factor else {}


def _multiplied(u: Sum, v: Sum) -> Sum:
    return _added(*({_over(g, h, -1): c * d} for g, c in u.items() for h, d in v.items()))


def _over(g: Growth, h: Growth, sign: int = 1) -> Growth:
    """The exponents of a quotient; of a product for the other sign."""
    return g[0] - sign * h[0], g[1] - sign * h[1], g[2] - sign * h[2], g[3] - sign * h[3]


def ends(low: int | None, high: int | None, start: int, t: Symbol) -> list[Tail]:
    """Both ends of a domain: infinite ones, and 0 or 1, towards which the variable goes as 1/t."""
    one = _exact(Fraction(1))
    first = {_LINE: -one} if low is None else _added(_constant(low), {_INVERSE: one})
    last = {_LINE: one} if high is None else _added(_constant(high), {_INVERSE: -one})
    return [Tail(start, t, first), Tail(start, t, last)]
