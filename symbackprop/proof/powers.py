"""Powers of polynomials: what is common to all terms comes out, the rest is one atom.

Whole exponents let everything out. Fractional ones only what is evidently positive: √(x²) is not x.
"""

from fractions import Fraction
from math import gcd, lcm

from sympy import factorint

from symbackprop.proof.atoms import ONE, Atom, Frozen, Number, Poly, Term, Undecided, Workspace, freeze, thaw
from symbackprop.proof.polynomial import add, is_indicator, monomial, multiply, normal, scale, whole_power
from symbackprop.proof.signature import term_key

_NOT_ANALYTIC = frozenset({"positive", "integer_positive", "delta", "max", "argmax", "floor"})


def positive_atom(w: Workspace, a: Atom) -> bool:
    """Whether an atom is certain to be positive wherever it is defined."""
    if a.kind in ("exp", "size", "pi", "number"):
        return True
    if a.kind == "entry":
        return a.args[0] in w.facts.positive
    if a.kind in ("poly", "sum", "max"):
        key = ("positive", a)
        if key not in w.memo:
            w.memo[key] = is_positive(w, thaw(a.args[0])) if a.kind == "poly" else _binder_positive(w, a)
        return w.memo[key]
    if a.kind == "determinant":
        return _is_definite(w, a)
    return False


def _binder_positive(w: Workspace, a: Atom) -> bool:
    return is_positive(w, {a.args[1]: 1} if a.kind == "sum" else thaw(a.args[1]))


def _is_definite(w: Workspace, a: Atom) -> bool:
    terms = list(a.args[1])
    return len(terms) == 1 and all(x.kind == "entry" and x.args[0] in w.facts.definite for x, _ in terms[0][0])


def _term_sign(w: Workspace, term: Term) -> int:
    """1 for positive, 0 for not negative, -1 for not known."""
    sign = 1
    for a, e in term:
        if positive_atom(w, a) or (isinstance(e, Fraction) and e.denominator % 2 == 0 and e < 0):
            continue
        even = isinstance(e, int) and e % 2 == 0
        root = isinstance(e, Fraction) and e.denominator % 2 == 0
        if not (even or root or _not_negative(w, a)):
            return -1
        sign = 0
    return sign


def _not_negative(w: Workspace, a: Atom) -> bool:
    if a.kind in ("delta", "positive", "integer_positive", "index"):
        return True
    if a.kind == "sum":
        return _term_sign(w, a.args[1]) >= 0
    return a.kind == "entry" and a.args[0] in w.facts.binary


def is_positive(w: Workspace, p: Poly) -> bool:
    """Whether a polynomial is evidently positive: no term is negative, one is positive."""
    if not p or any(c < 0 for c in p.values()):
        return False
    signs = [_term_sign(w, t) for t in p]
    return min(signs) >= 0 and max(signs) == 1


def content(w: Workspace, p: Poly, only_positive: bool = False) -> tuple[Number, Term, Poly]:
    """``(c, t, rest)`` with ``p = c*t*rest``: the common number, the common factors, what remains.

    ``only_positive``: the factors that come out are evidently positive, and so is the number.
    """
    terms = list(p)
    common: dict[Atom, Number] = {}
    for a in {a for t in terms for a, _ in t}:
        if not only_positive or positive_atom(w, a):
            common[a] = min(dict(t).get(a, 0) for t in terms)
    common = {a: e for a, e in common.items() if e}
    if any(e < 0 and a.kind == "poly" for a, e in common.items()):
        return _over_one_denominator(w, p, common, only_positive)
    c = Fraction(gcd(*(Fraction(x).numerator for x in p.values())), lcm(*(Fraction(x).denominator for x in p.values())))
    sign = 1 if only_positive else sign_of(w, p)
    rest: Poly = {}
    for t, x in p.items():
        factors = dict(t)
        for a, e in common.items():
            factors[a] = factors.get(a, 0) - e
        coefficient = x * sign / c
        rest[monomial(factors)] = coefficient.numerator if coefficient.denominator == 1 else coefficient
    return c * sign, monomial(common), rest


def _over_one_denominator(
    w: Workspace, p: Poly, common: dict[Atom, Number], only_positive: bool
) -> tuple[Number, Term, Poly]:
    """The content where sums stand in denominators: what is above the line is multiplied out and looked at again."""
    below = {a: e for a, e in common.items() if e < 0 and a.kind == "poly"}
    above: Poly = {}
    for t, x in p.items():
        factors = dict(t)
        for a, e in below.items():
            factors[a] = factors.get(a, 0) - e
        above = add(above, scale(normal(w, factors), x))
    if not above:
        raise Undecided("division by zero")
    c, outer, rest = content(w, above, only_positive)
    for a, e in outer:
        below[a] = below.get(a, 0) + e
    return c, monomial(below), rest


def sign_of(w: Workspace, p: Poly) -> int:
    """The sign to take out: that of the highest terms, evidently positive ones with sizes first; 1 where they tie."""
    groups: dict[tuple, Number] = {}
    for t, c in p.items():
        sizes = sum(e for a, e in t if a.kind == "size")
        key = (_term_sign(w, t) >= 0, sizes, term_key(t))
        groups[key] = groups.get(key, 0) + c
    for key in sorted(groups, reverse=True):
        if groups[key]:
            return 1 if groups[key] > 0 else -1
    return 1


def power(w: Workspace, p: Poly, q: Number) -> Poly:
    """``p**q`` for a rational q. Raises ``Undecided`` for a negative power of zero."""
    q = q.numerator if isinstance(q, Fraction) and q.denominator == 1 else q
    if isinstance(q, int) and q >= 0:
        return whole_power(w, p, q)
    if not p:
        if q > 0:
            return {}
        raise Undecided("division by zero")
    key = ("power", freeze(p), q)
    if key not in w.memo:
        w.memo[key] = _term_power(w, p, q) if len(p) == 1 else _sum_power(w, p, q)
    return w.memo[key]


def _sum_power(w: Workspace, p: Poly, q: Number) -> Poly:
    c, common, rest = content(w, p, only_positive=not isinstance(q, int))
    if len(rest) == 1:
        return _term_power(w, scale(multiply(w, {common: 1}, rest), c), q)
    outer = multiply(w, _number_power(w, c, q), normal(w, {a: e * q for a, e in common}))
    sums = _common_sums(w, rest, q)
    rest = {monomial(_without(t, sums)): x for t, x in rest.items()} if sums else rest
    outer = multiply(w, outer, normal(w, {a: e * q for a, e in sums.items()}))
    squares = _common_squares(rest, q)
    if squares:
        rest = {monomial(_without(t, squares)): x for t, x in rest.items()}
        for a, e in squares.items():
            outer = multiply(w, outer, _absolute(w, {a: e}, q) or {})
    return multiply(w, outer, {((w.atom("poly", freeze(rest)), q),): 1})


def _common_sums(w: Workspace, p: Poly, q: Number) -> dict[Atom, int]:
    """Sums of what is not negative that all terms have: they come out of a root."""
    found: dict[Atom, int] = {}
    for a in {a for t in p for a, _ in t if a.kind == "sum"} if not isinstance(q, int) else ():
        lowest = min(dict(t).get(a, 0) for t in p)
        if isinstance(lowest, int) and lowest > 0 and _not_negative(w, a):
            found[a] = lowest
    return found


def _common_squares(p: Poly, q: Number) -> dict[Atom, int]:
    """Even powers of entries that all terms have: what comes out of a root is their absolute value."""
    found: dict[Atom, int] = {}
    for a in {a for t in p for a, _ in t if a.kind == "entry"} if not isinstance(q, int) else ():
        lowest = min(dict(t).get(a, 0) for t in p)
        if isinstance(lowest, int) and lowest // 2 * 2 and not lowest // 2 * 2 * q % 1:
            found[a] = lowest // 2 * 2
    return found


def _without(term: Term, taken: dict[Atom, int]) -> dict[Atom, Number]:
    factors = dict(term)
    for a, e in taken.items():
        factors[a] = factors.get(a, 0) - e
    return factors


def _term_power(w: Workspace, p: Poly, q: Number) -> Poly:
    ((term, c),) = p.items()
    if isinstance(q, int):
        return scale(normal(w, {a: e * q for a, e in term}), Fraction(c) ** q)
    out: dict[Atom, Number] = {
        a: e * q for a, e in term if positive_atom(w, a) or (isinstance(e, Fraction) and e.denominator % 2 == 0)
    }
    kept = {a: e for a, e in term if a not in out}
    sign = 1 if c > 0 else -1
    size = abs(Fraction(c))
    absolute = _absolute(w, kept, q) if sign > 0 else None
    if absolute is not None:
        return multiply(w, _number_power(w, size, q), multiply(w, normal(w, out), absolute))
    outer = multiply(w, _number_power(w, size, q), normal(w, out))
    if not kept:
        if sign < 0:
            raise Undecided("a root of a negative number")
        return outer
    alone = len(kept) == 1 and all(isinstance(e, int) and e % 2 for e in kept.values())
    if sign > 0 and (alone or all(isinstance(e, int) and _not_negative(w, a) for a, e in kept.items())):
        return multiply(w, outer, normal(w, {a: e * q for a, e in kept.items()}))
    inner: Frozen = freeze({monomial(kept): sign})
    return multiply(w, outer, {((w.atom("poly", inner), q),): 1})


def _absolute(w: Workspace, kept: dict[Atom, Number], q: Number) -> Poly | None:
    """√(x²) = |x| = x(2[x > 0] - 1) for an entry x."""
    if len(kept) != 1:
        return None
    ((a, e),) = kept.items()
    if a.kind != "entry" or not isinstance(e, int) or e % 2 or (e * q) % 1:
        return None
    above = w.atom("positive", freeze({((a, 1),): 1}))
    return power(w, multiply(w, {((a, 1),): 1}, {((above, 1),): 2, ONE: -1}), e * q)


def _number_power(w: Workspace, c: Number, q: Number) -> Poly:
    """A rational number to a rational power: roots of primes are atoms."""
    if isinstance(q, int):
        return {ONE: Fraction(c) ** q}
    if c < 0:
        raise Undecided("a root of a negative number")
    value = Fraction(c)
    factors: dict[Atom, Number] = {}
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        if number > 10**12:
            raise Undecided("a root of a large number")
        for prime, e in factorint(number).items():
            factors[w.atom("number", int(prime))] = q * int(e) * sign
    return normal(w, factors)


def is_analytic(w: Workspace, value: object) -> bool:
    """Whether nothing inside has a kink or a jump."""
    if isinstance(value, Atom):
        if value.kind == "entry" and value.args[0] in w.facts.defined:
            return False  # a ReLU may have kept its name
        if value.kind == "function" and value.args[0] == "floor":
            return False
        inner = all(is_analytic(w, x) for x in value.args)
        return value.kind not in _NOT_ANALYTIC and not is_indicator(w, value) and inner
    if isinstance(value, tuple | frozenset | dict):
        return all(is_analytic(w, x) for x in value)
    return True


def never_stays_zero(w: Workspace, p: Poly) -> bool:
    """Whether p vanishes on no open set: nothing has a kink, or a free input is added that is nowhere else in p."""
    if is_analytic(w, p):
        return True
    for t in p:
        if len(t) == 1 and t[0][1] == 1 and t[0][0].kind == "entry":
            name = t[0][0].args[0]
            others = w.facts.behind(entry_names({u: c for u, c in p.items() if u != t}))
            if w.facts.free(name) and others is not None and name not in others:
                return True
    return False


def entry_names(value: object) -> set[str]:
    """The tensors whose entries stand anywhere inside."""
    if isinstance(value, Atom):
        own = {value.args[0]} if value.kind == "entry" else set()
        return own.union(*map(entry_names, value.args))
    return set().union(*map(entry_names, value)) if isinstance(value, tuple | frozenset | dict) else set()


def negate(p: Poly) -> Poly:
    return scale(p, -1)


def minus(p: Poly, q: Poly) -> Poly:
    return add(p, negate(q))
