"""Sums and products of terms, with the laws that products bring about.

Every product goes through ``normal``: an indicator is its own square, a sum with a positive whole exponent is
multiplied out, and a leading term beside a negative power of its own sum is divided:
``L/(cL + R) = 1/c - (R/c)/(cL + R)``. That one law gives Σp = 1, E/(1+E) = 1 - 1/(1+E) and (√v)² = v. Its mirror image
is for exponentials below the line: 1/(E(1+E)) = 1/E - 1/(1+E).
"""

from fractions import Fraction
from math import floor
from typing import Any

from symbackprop.proof.atoms import (
    INDICATORS,
    ONE,
    Atom,
    Frozen,
    Idx,
    Number,
    Poly,
    Term,
    Undecided,
    Workspace,
    bare_index,
    common_step,
    constant,
    freeze,
    thaw,
)
from symbackprop.proof.signature import term_key

_HIGHEST = 24  # the largest power that is multiplied out
_THRESHOLDS = ("positive", "integer_positive")
_PLAIN = frozenset({"size", "exp", "sum", "log", "index", "max", "pi"})


def add(*polys: Poly) -> Poly:
    total: Poly = {}
    for p in polys:
        _accumulate(total, p, 1)
    return total


def _accumulate(total: Poly, p: Poly, factor: Number) -> None:
    for term, c in p.items() if factor == 1 else scale(p, factor).items():
        if term in total:
            c += total[term]
        if c:
            total[term] = c
        else:
            total.pop(term, None)


def scale(p: Poly, factor: Number) -> Poly:
    if factor == 1:
        return dict(p)
    return {t: c * factor for t, c in p.items()} if factor else {}


def multiply(w: Workspace, p: Poly, q: Poly) -> Poly:
    if len(p) > len(q):
        p, q = q, p
    total: Poly = {}
    for s, a in p.items():
        if s == ONE:
            _accumulate(total, q, a)
            continue
        w.tick(len(total))
        for t, b in q.items():
            _accumulate(total, product(w, s, t), a * b)
    return total


def product(w: Workspace, s: Term, t: Term) -> Poly:
    """The product of two terms."""
    if not s or not t:
        return {s or t: 1}
    key = ("product", s, t)
    if key not in w.memo:
        w.tick()
        factors = dict(s)
        for a, e in t:
            factors[a] = factors.get(a, 0) + e
        w.memo[key] = normal(w, factors)
    return w.memo[key]


def monomial(factors: dict[Atom, Number]) -> Term:
    """The term of these factors, exponents as given."""
    return tuple(sorted(((a, _whole(e)) for a, e in factors.items() if e), key=_by_number))


def _by_number(factor: tuple[Atom, Number]) -> int:
    return factor[0].uid


def _whole(e: Number) -> Number:
    return e.numerator if isinstance(e, Fraction) and e.denominator == 1 else e


def normal(w: Workspace, factors: dict[Atom, Number]) -> Poly:
    """The product of powers of atoms, in normal form."""
    if all(a.kind in _PLAIN for a in factors):
        return {monomial(factors): 1}
    factors = {a: e for a, e in factors.items() if e}
    coefficient: Number = 1
    for a, e in list(factors.items()):
        if a.kind == "number":  # the root of a prime
            whole = floor(e)
            coefficient *= Fraction(a.args[0]) ** whole
            factors[a] = e - whole
        elif e > 0 and is_indicator(w, a):
            factors[a] = 1
        elif isinstance(e, int) and e >= 2 and a.kind == "function" and a.args[0] == "sin":  # sin² = 1 - cos²
            cosine = w.atom("function", "cos", a.args[1])
            rest = normal(w, {b: x for b, x in factors.items() if b is not a} | {a: e - 2})
            return scale(multiply(w, {ONE: 1, ((cosine, 2),): -1}, rest), coefficient)
        elif e < 0 and a.kind == "function" and a.args[0] == "sin":  # cos²/sin = 1/sin - sin
            cosine = w.atom("function", "cos", a.args[1])
            if isinstance(factors.get(cosine), int) and factors[cosine] >= 2:
                rest = normal(w, factors | {cosine: factors[cosine] - 2})
                return scale(multiply(w, {ONE: 1, ((a, 2),): -1}, rest), coefficient)
    for pair in (_one_hot_pair, _two_thresholds):
        picked = pair(w, factors)
        if picked is not None:
            return scale(picked, coefficient)
    for a, e in factors.items():
        if a.kind == "poly":
            if e >= 1:
                others = {b: x for b, x in factors.items() if b is not a} | {a: e - floor(e)}
                return scale(multiply(w, whole_power(w, thaw(a.args[0]), floor(e)), normal(w, others)), coefficient)
            if e < 0:
                divided = _divided(w, a, factors) or _divided_from_below(w, a, factors)
                if divided is not None:
                    return scale(divided, coefficient)
    return {monomial(factors): coefficient}


def is_indicator(w: Workspace, a: Atom) -> bool:
    """Whether an atom is certainly 0 or 1."""
    return a.kind in INDICATORS or (a.kind == "entry" and a.args[0] in w.facts.binary)


def _one_hot_pair(w: Workspace, factors: dict[Atom, Number]) -> Poly | None:
    """Y[n,k]*Y[n,l] = [k == l]*Y[n,k] for one-hot Y."""
    if not w.facts.one_hot:
        return None
    seen: dict[tuple, Atom] = {}
    for a, e in factors.items():
        if a.kind == "entry" and a.args[0] in w.facts.one_hot and e > 0:
            key = (a.args[0], a.args[1][:-1])
            if key in seen:
                b = seen[key]
                first, second = sorted((a, b), key=lambda x: x.uid)
                rest = {x: y for x, y in factors.items() if x is not second}
                return multiply(w, delta(w, first.args[1][-1], second.args[1][-1]), normal(w, rest))
            seen[key] = a
    return None


def _two_thresholds(w: Workspace, factors: dict[Atom, Number]) -> Poly | None:
    """[p > a]*[p > b] = [p > max(a, b)]; [p > a]*[p < b] = [p > a] + [p < b] - 1 where a < b, else 0."""
    marks = [a for a, e in factors.items() if a.kind in _THRESHOLDS and e > 0]
    for k, a in enumerate(marks):
        for b in marks[:k]:
            (body, bound), (other, limit) = _threshold(w, a), _threshold(w, b)
            if body == other:
                weaker = a if bound <= limit else b
                return normal(w, {x: e for x, e in factors.items() if x is not weaker})
            if body == freeze(scale(thaw(other), -1)):
                if bound + limit >= 0:
                    return {}
                without = [
                    normal(w, {x: e for x, e in factors.items() if x not in gone}) for gone in ((a,), (b,), (a, b))
                ]
                return add(without[0], without[1], scale(without[2], -1))
    return None


def _threshold(w: Workspace, a: Atom) -> tuple[Frozen, Number]:
    """[c*p + k > 0] as [p > -k/c], c > 0 such that the first coefficient of p is 1 or -1."""
    key = ("threshold", a)
    if key not in w.memo:
        p = thaw(a.args[0])
        k = p.pop(ONE, 0)
        c = abs(Fraction(p[min(p, key=lambda t: [(x.uid, e) for x, e in t])]))
        w.memo[key] = freeze(scale(p, 1 / c)), Fraction(-k) / c
    return w.memo[key]


def delta(w: Workspace, a: Any, b: Any) -> Poly:
    """[a == b] for two slots."""
    gap = add(thaw(a), scale(thaw(b), -1))
    if set(gap) <= {ONE}:
        return {} if gap else constant(1)
    step = common_step(gap)
    if step > 1:  # 2 i == 2 j is i == j, and 2 i + 1 == 2 j is never
        if gap.get(ONE, 0) % step:
            return {}
        gap = {t: c // step for t, c in gap.items()}
        a, b = (freeze({t: c * sign for t, c in gap.items() if c * sign > 0}) for sign in (1, -1))
    named = [(t[0][0].uid, t, c) for t, c in gap.items() if _is_index(t) and c in (1, -1)]
    if named:  # i == j + 1 and j == i - 1 are one relation: the first index stands alone
        _, t, c = min(named, key=lambda x: x[0])
        rest = {s: -x * c for s, x in gap.items() if s != t}
        if set(rest) <= {ONE} and not _may_be(t[0][0].args[0], rest.get(ONE, 0)):
            return {}
        a, b = freeze({t: 1}), freeze(rest)
    i, j = bare_index(a), bare_index(b)
    if (i is None) == (j is None):
        a, b = sorted((a, b), key=_slot_number)
    elif i is None:
        a, b = b, a
    return {((w.atom("delta", a, b), 1),): 1}


def _may_be(i: Idx, value: Number) -> bool:
    """Whether an index can have that value."""
    return value >= 0 and not (i.size.is_Integer and value >= int(i.size))


def _is_index(term: Term) -> bool:
    return len(term) == 1 and term[0][0].kind == "index" and term[0][1] == 1


def _slot_number(slot: Any) -> tuple:
    i = bare_index(slot)
    if i is not None:
        return (0, i.uid)
    return (1, *sorted((tuple((a.uid, e) for a, e in t), c) for t, c in slot))


def _divided(w: Workspace, a: Atom, factors: dict[Atom, Number]) -> Poly | None:
    """The term rewritten where the leading term of the sum ``a`` divides what stands beside it."""
    leader = leading(w, a)
    if leader is None:
        return None
    term, c = leader
    for b, e in term:
        have = factors.get(b, 0)
        if have < e or e < 0:
            return None
    w.tick()
    rest = dict(factors)
    for b, e in term:
        rest[b] -= e
    others: Poly = {t: -Fraction(x) / c for t, x in a.args[0] if t != term}
    raised = normal(w, {**rest, a: rest.get(a, 0) + 1})
    return add(scale(raised, Fraction(1) / c), multiply(w, others, normal(w, rest)))


def _divided_from_below(w: Workspace, a: Atom, factors: dict[Atom, Number]) -> Poly | None:
    """T/(E (cT + R)) = (1/E - (R/E)/(cT + R))/c for an exponential E that all of R has, so that none stays below."""
    for b, have in factors.items():
        if b.kind != "exp" or have >= 0 or factors[a] > -1:
            continue
        without = [(t, x) for t, x in a.args[0] if dict(t).get(b, 0) <= 0]
        if len(without) != 1 or any(e < 0 or factors.get(d, 0) < e for d, e in without[0][0]):
            continue
        w.tick()
        term, c = without[0]
        over = {**factors, **{d: factors[d] - e for d, e in term}}
        found = scale(normal(w, over | {a: factors[a] + 1}), Fraction(1) / c)
        for t, x in a.args[0] - {without[0]}:
            found = add(found, scale(normal(w, _beside(over, t)), -Fraction(x) / c))
        return found
    return None


def _beside(factors: dict[Atom, Number], term: Term) -> dict[Atom, Number]:
    result = dict(factors)
    for a, e in term:
        result[a] = result.get(a, 0) + e
    return result


def leading(w: Workspace, a: Atom) -> tuple[Term, Number] | None:
    """The leading term of a sum and its coefficient; None where two terms are alike but for their indices."""
    key = ("leading", a)
    if key not in w.memo:
        items = list(a.args[0])
        ranked = sorted(((term_key(t), k) for k, (t, _) in enumerate(items)), reverse=True)
        unique = len(ranked) < 2 or ranked[0][0] != ranked[1][0]
        term = items[ranked[0][1]]
        w.memo[key] = term if unique and term[0] and all(e > 0 for _, e in term[0]) else None
    return w.memo[key]


def whole_power(w: Workspace, p: Poly, n: int) -> Poly:
    """A power with a whole exponent that is not negative, multiplied out."""
    if n > _HIGHEST:
        raise Undecided(f"a power of {n} is not multiplied out")
    result = constant(1)
    while n:
        if n & 1:
            result = multiply(w, result, p)
        n >>= 1
        if n:
            p = multiply(w, p, p)
    return result
