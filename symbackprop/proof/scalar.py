"""Functions of one polynomial: exponentials split into monomials, logarithms into factors, brackets into signs.

Where an argument has an indicator as a factor, the function is split by cases, ``f(g*x + (1-g)*y) = g*f(x) +
(1-g)*f(y)``; never on an indicator under a sum. ``[-p > 0] = 1 - [p > 0]`` is used only for a p that vanishes on no
open set (unless it is zero): one that is analytic, or to which a free input is added. A sine or cosine of a sum or of
a multiple is expanded where that stays small.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from symbackprop.proof.angles import expands, wave
from symbackprop.proof.atoms import (
    ONE,
    Atom,
    Idx,
    Number,
    Poly,
    Undecided,
    Workspace,
    constant,
    freeze,
    number_of,
    rebuilds,
    single,
    thaw,
)
from symbackprop.proof.extremes import place_of_largest
from symbackprop.proof.polynomial import add, is_indicator, multiply, normal, scale
from symbackprop.proof.powers import content, is_positive, minus, never_stays_zero, power, sign_of
from symbackprop.proof.sizes import floor_quotient, integer_positive
from symbackprop.proof.sums import substitute

_MOST_CASES = 6
INFINITE = "infinite"


def by_cases(w: Workspace, p: Poly, f: Callable[[Poly], Poly], depth: int = 0) -> Poly:
    """``f(p)`` with the indicators that are factors of p's terms taken out, one after the other."""
    g = _indicator(w, p)
    if g is None or depth >= _MOST_CASES:
        return f(p)
    holds = by_cases(w, with_indicator(w, p, g, 1), f, depth + 1)
    fails = by_cases(w, with_indicator(w, p, g, 0), f, depth + 1)
    if holds == fails:
        return holds
    return add(multiply(w, single(g), minus(holds, fails)), fails)


def _indicator(w: Workspace, p: Poly) -> Atom | None:
    found = [a for t in p for a, e in t if e == 1 and is_indicator(w, a)]
    return min(found, key=lambda a: a.uid) if found else None


def with_indicator(w: Workspace, p: Poly, g: Atom, value: int) -> Poly:
    """A polynomial where one indicator is known."""
    parts: list[Poly] = []
    for t, c in p.items():
        if all(a is not g for a, _ in t):
            parts.append({t: c})
        elif value:
            parts.append(scale(normal(w, {a: e for a, e in t if a is not g}), c))
    return add(*parts)


def exponential(w: Workspace, p: Poly) -> Poly:
    """exp(p) as a product of powers of exp(monomial)."""
    return by_cases(w, p, lambda q: _exp(w, q))


def _exp(w: Workspace, p: Poly) -> Poly:
    infinite = [(t, c) for t, c in p.items() if any(a.kind == INFINITE for a, _ in t)]
    if infinite:
        if len(infinite) == 1 and len(infinite[0][0]) == 1 and infinite[0][1] < 0:
            return {}
        raise Undecided("an exponential of an infinite value")
    factors: dict[Atom, Number] = {}
    logs = constant(1)
    for t, c in p.items():
        if len(t) == 1 and t[0][0].kind == "log" and t[0][1] == 1:
            logs = multiply(w, logs, power(w, thaw(t[0][0].args[0]), c))
        else:
            factors[w.atom("exp", t)] = c
    return multiply(w, normal(w, factors), logs)


@rebuilds("exp")
def _exp_again(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    return exponential(w, substitute(w, {a.args[0]: 1}, rule))


def logarithm(w: Workspace, p: Poly) -> Poly:
    """log(p) with what is evidently positive taken out."""
    return by_cases(w, p, lambda q: _log(w, q))


def _log(w: Workspace, p: Poly) -> Poly:
    if not p:
        raise Undecided("the logarithm of zero")
    c, common, rest = content(w, p, only_positive=True)
    result = _log_number(w, Fraction(c))
    for a, e in common:
        result = add(result, scale(_log_atom(w, a), e))
    if rest == {ONE: 1}:
        return result
    return add(result, _log_rest(w, rest))


def _log_rest(w: Workspace, rest: Poly) -> Poly:
    if len(rest) == 1:
        ((t, c),) = rest.items()
        if c == 1 and len(t) == 1 and (not isinstance(t[0][1], int) or t[0][1] % 2):  # log(x³) = 3 log(x)
            return scale(single(w.atom("log", freeze(single(t[0][0])))), t[0][1])
    return single(w.atom("log", freeze(rest)))


def _log_atom(w: Workspace, a: Atom) -> Poly:
    if a.kind == "exp":
        return {a.args[0]: 1}
    if a.kind == "poly":
        return single(w.atom("log", a.args[0]))
    return single(w.atom("log", freeze(single(a))))


def _log_number(w: Workspace, c: Fraction) -> Poly:
    from sympy import factorint

    result: Poly = {}
    for number, sign in ((c.numerator, 1), (c.denominator, -1)):
        if number > 10**12:
            raise Undecided("the logarithm of a large number")
        for prime, e in factorint(number).items():
            result = add(result, scale(single(w.atom("log", freeze(constant(int(prime))))), sign * int(e)))
    return result


@rebuilds("log")
def _log_again(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    return logarithm(w, substitute(w, thaw(a.args[0]), rule))


def positive(w: Workspace, p: Poly) -> Poly:
    """[p > 0]."""
    return by_cases(w, p, lambda q: _positive(w, q))


def _positive(w: Workspace, p: Poly) -> Poly:
    value = number_of(p)
    if value is not None:
        return constant(int(value > 0))
    if is_positive(w, p):
        return constant(1)
    if is_positive(w, scale(p, -1)):
        return {}
    apart = _exponents_apart(w, p)
    if apart is not None:
        return positive(w, apart)
    place = place_of_largest(w, p)
    if place is not None:
        return place
    p = content(w, p, only_positive=True)[2]
    if sign_of(w, p) < 0 and never_stays_zero(w, p):
        return minus(constant(1), single(w.atom("positive", freeze(scale(p, -1)))))
    return single(w.atom("positive", freeze(p)))


def _exponents_apart(w: Workspace, p: Poly) -> Poly | None:
    """log a - log b, where p = a - b for two products of exponentials: [e^x > e^y] = [x > y]."""
    if len(p) != 2 or not all(t == ONE or all(a.kind == "exp" for a, _ in t) for t in p):
        return None
    (s, c), (t, d) = p.items()
    if c * d > 0:
        return None
    (s, c), (t, d) = ((s, c), (t, d)) if c > 0 else ((t, d), (s, c))
    return minus(_log(w, {s: c}), _log(w, {t: -d}))


@rebuilds("positive")
def _positive_again(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    return positive(w, substitute(w, thaw(a.args[0]), rule))


@rebuilds("integer_positive")
def _integer_positive_again(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    return integer_positive(w, substitute(w, thaw(a.args[0]), rule))


@rebuilds("floor")
def _floor_again(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    return floor_quotient(w, *(substitute(w, thaw(x), rule) for x in a.args))


def sign(w: Workspace, p: Poly) -> Poly:
    return minus(positive(w, p), positive(w, scale(p, -1)))


def sigmoid(w: Workspace, p: Poly) -> Poly:
    """1 - 1/(1 + e^p)."""
    return by_cases(w, p, lambda q: minus(constant(1), power(w, add(constant(1), _exp(w, q)), -1)))


def tanh(w: Workspace, p: Poly) -> Poly:
    """1 - 2/(1 + e^2p)."""

    def f(q: Poly) -> Poly:
        return minus(constant(1), scale(power(w, add(constant(1), _exp(w, scale(q, 2))), -1), 2))

    return by_cases(w, p, f)


def softplus(w: Workspace, p: Poly) -> Poly:
    return by_cases(w, p, lambda q: _log(w, add(constant(1), _exp(w, q))))


def _sinh(w: Workspace, p: Poly, parity: int) -> Poly:
    """(e^p ± e^-p)/2, minus for the odd one."""
    both = add(exponential(w, p), scale(exponential(w, scale(p, -1)), parity))
    return scale(both, Fraction(1, 2))


def _arsinh(w: Workspace, p: Poly, under: int) -> Poly:
    """log(p + √(p² ± 1))."""

    def f(q: Poly) -> Poly:
        root = power(w, add(multiply(w, q, q), constant(under)), Fraction(1, 2))
        return _log(w, add(q, root))

    def odd(q: Poly) -> Poly:
        return scale(f(scale(q, -1)), -1) if under > 0 and q and sign_of(w, q) < 0 else f(q) if q else {}

    return by_cases(w, p, odd)


def _artanh(w: Workspace, p: Poly) -> Poly:
    """log((1 + p)/(1 - p))/2."""
    ratio = multiply(w, add(constant(1), p), power(w, minus(constant(1), p), -1))
    return scale(logarithm(w, ratio), Fraction(1, 2))


_PARITY = {"sin": -1, "cos": 1, "erf": -1, "atan": -1, "asin": -1}


def other(w: Workspace, name: str, p: Poly) -> Poly:
    """A function that is an atom by name; an odd or an even one by its parity."""

    def f(q: Poly) -> Poly:
        if name in ("sin", "cos") and expands(q):
            return wave(w, name, q)
        if name in _PARITY:
            if not q:
                return constant(1 if name == "cos" else 0)
            if sign_of(w, q) < 0:
                return scale(single(w.atom("function", name, freeze(scale(q, -1)))), _PARITY[name])
        return single(w.atom("function", name, freeze(q)))

    return by_cases(w, p, f)


@rebuilds("function")
def _other_again(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    return other(w, a.args[0], substitute(w, thaw(a.args[1]), rule))


FUNCTIONS: dict[str, Callable[[Workspace, Poly], Poly]] = {
    "exp": exponential,
    "log": logarithm,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "softplus": softplus,
    "sqrt": lambda w, p: power(w, p, Fraction(1, 2)),
    "tan": lambda w, p: multiply(w, other(w, "sin", p), power(w, other(w, "cos", p), -1)),
    "acos": lambda w, p: minus(scale(single(w.atom("pi")), Fraction(1, 2)), other(w, "asin", p)),
    "sinh": lambda w, p: _sinh(w, p, -1),
    "cosh": lambda w, p: _sinh(w, p, 1),
    "asinh": lambda w, p: _arsinh(w, p, 1),
    "acosh": lambda w, p: _arsinh(w, p, -1),
    "atanh": _artanh,
    "relu": lambda w, p: multiply(w, p, positive(w, p)),
    "step": positive,
    "abs": lambda w, p: multiply(w, p, sign(w, p)),
    "sign": sign,
}


def function(w: Workspace, name: str, p: Poly) -> Poly:
    """A function of the table applied to a polynomial."""
    return FUNCTIONS[name](w, p) if name in FUNCTIONS else other(w, name, p)
