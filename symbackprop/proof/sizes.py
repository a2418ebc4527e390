"""Sizes and index expressions as polynomials, and the brackets over them: [p > 0] for whole-valued p."""

from fractions import Fraction
from typing import Any

from sympy import Add, Expr, Mul, Pow, Rational, Symbol

from symbackprop.proof.atoms import (
    ONE,
    Atom,
    Frozen,
    Number,
    Poly,
    Undecided,
    Workspace,
    constant,
    freeze,
    is_whole,
    single,
    thaw,
)
from symbackprop.proof.polynomial import add, delta, multiply, scale
from symbackprop.proof.powers import minus, power
from symbackprop.terms import FloorDiv


def size_poly(w: Workspace, size: Expr) -> Poly:
    """A size as a polynomial."""
    key = ("size", size)
    if key not in w.memo:
        w.memo[key] = _size_poly(w, size)
    return w.memo[key]


def _size_poly(w: Workspace, size: Expr) -> Poly:
    if isinstance(size, Rational):
        return constant(exact(size))
    if isinstance(size, Symbol):
        return single(w.atom("size", size.name))
    if isinstance(size, Add):
        return add(*(size_poly(w, a) for a in size.args))
    if isinstance(size, Mul):
        result = constant(1)
        for a in size.args:
            result = multiply(w, result, size_poly(w, a))
        return result
    if isinstance(size, Pow) and isinstance(size.exp, Rational):
        return power(w, size_poly(w, size.base), exact(size.exp))
    if isinstance(size, FloorDiv):
        return floor_quotient(w, *(size_poly(w, a) for a in size.args))
    raise Undecided(f"a size that is not read: {size}")


def exact(number: Rational) -> Number:
    """A SymPy rational as a Python one."""
    return int(number.p) if number.q == 1 else Fraction(int(number.p), int(number.q))


def floor_quotient(w: Workspace, a: Poly, b: Poly) -> Poly:
    """a // b; what b divides evidently comes out."""
    whole: Poly = {}
    rest = dict(a)
    if set(b) == {ONE} and isinstance(b[ONE], int):
        whole = {t: c // b[ONE] for t, c in a.items() if isinstance(c, int) and c % b[ONE] == 0 and is_whole(t)}
        rest = {t: c for t, c in a.items() if t not in whole}
        if set(rest) <= {ONE} and isinstance(rest.get(ONE, 0), int):
            return add(whole, constant(rest.get(ONE, 0) // b[ONE]))
    if not rest:
        return whole
    return add(whole, single(w.atom("floor", freeze(rest), freeze(b))))


def integer_positive(w: Workspace, p: Poly) -> Poly:
    """[p > 0] for a whole-valued polynomial in indices and sizes."""
    if not p:
        return {}
    if certainly_at_least(w, p, 1):
        return constant(1)
    if certainly_at_least(w, scale(p, -1), 0):
        return {}
    if p.get(ONE, 0) >= 1 and _prefers_other(w, p):
        return minus(constant(1), integer_positive(w, minus(constant(1), p)))
    return single(w.atom("integer_positive", freeze(p)))


def _prefers_other(w: Workspace, p: Poly) -> bool:
    """[p > 0] and 1 - [1 - p > 0] are the same; the one whose constant is not positive stands."""
    return 1 - p[ONE] <= 0


def certainly_at_least(w: Workspace, p: Poly, low: int) -> bool:
    """Whether a polynomial linear in indices is at least ``low`` for all values of them and all sizes."""
    key = ("least", freeze(p), low)
    if key not in w.memo:
        w.memo[key] = _at_least(w, p, low)
    return w.memo[key]


def delta_of_slots(w: Workspace, a: Frozen, b: Frozen) -> Poly:
    """[a == b] for two slots: 0 where they are never the same, as a step is that ends before the last, and the last."""
    gap = add(thaw(a), scale(thaw(b), -1))
    apart = certainly_at_least(w, gap, 1) or certainly_at_least(w, scale(gap, -1), 1)
    return {} if apart else delta(w, a, b)


def _at_least(w: Workspace, p: Poly, low: int) -> bool:
    smallest: Poly = {}
    for term, c in p.items():
        indices = [(a, e) for a, e in term if a.kind != "size"]
        if not indices:
            smallest = add(smallest, {term: c})
            continue
        if len(indices) > 1 or indices[0][1] != 1 or any(e < 0 for _, e in term):
            return False
        top = _largest(w, indices[0][0])
        if top is None:
            return False
        if c < 0:  # at its largest
            rest = tuple((a, e) for a, e in term if a.kind == "size")
            smallest = add(smallest, multiply(w, {rest: c}, top))
    gap = add(smallest, constant(-low))
    return _not_negative_for_all_sizes(w, gap)


def _largest(w: Workspace, a: Atom) -> Poly | None:
    """The largest value of an index or a label; the smallest is 0."""
    size = a.args[0].size if a.kind == "index" else None
    if a.kind == "entry":
        size = w.facts.classes.get(a.args[0])
    elif a.kind == "argmax":
        size = a.args[0][0].size
    return None if size is None else minus(size_poly(w, size), constant(1))


def _not_negative_for_all_sizes(w: Workspace, p: Poly) -> bool:
    """Each size is 1 + s with s >= 0: then no coefficient may be negative."""
    shifted: Poly = {}
    for term, c in p.items():
        part = constant(c)
        for a, e in term:
            if a.kind != "size" or not isinstance(e, int) or e < 0:
                return False
            for _ in range(e):
                part = multiply(w, part, add(single(a), constant(1)))
        shifted = add(shifted, part)
    return all(c >= 0 for c in shifted.values())


def value_poly(w: Workspace, value: Any) -> Poly:
    """A number or a size expression."""
    return constant(value) if isinstance(value, int | Fraction) else size_poly(w, value)
