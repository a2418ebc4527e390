"""The sign of a normal form: 1 where it is certainly positive, 0 where it is certainly not negative, else None.

In this order: denominators of known sign are multiplied out, positive factors taken away, brackets split into their
cases (each brings a fact: in ``[p > 0]`` p is positive), and what remains is evident, a combination of facts, a
polynomial of one atom, a sum of squares, a sum over an index of terms that are not negative, or the logarithm of
something that is at least 1.
"""

from collections.abc import Iterable
from itertools import combinations
from math import prod

from symbackprop.proof.atoms import (
    Atom,
    Idx,
    Number,
    Poly,
    Term,
    Undecided,
    Workspace,
    constant,
    index_value,
    single,
    thaw,
)
from symbackprop.proof.combination import Fact, combined
from symbackprop.proof.common_sums import in_one_sum
from symbackprop.proof.polynomial import add, is_indicator, multiply, normal, scale
from symbackprop.proof.polynomial_sign import is_sum_of_squares, sign_between
from symbackprop.proof.powers import content, minus, positive_atom
from symbackprop.proof.reductions import by_gibbs, compared_exponents, entry_for_maximum
from symbackprop.proof.scalar import exponential, with_indicator
from symbackprop.proof.squares import around_a_product, differences_of_squares, is_gram
from symbackprop.proof.sums import opened, renamed, substitute
from symbackprop.proof.tangents import tangents

_DEEPEST = 8
_MOST_DENOMINATORS = 12
_BOUNDED = ("sin", "cos", "erf")  # between -1 and 1


def sign_of_poly(w: Workspace, p: Poly, facts: tuple[Fact, ...] = (), depth: int = 0) -> int | None:
    """The sign of a polynomial wherever it is defined and the facts hold."""
    w.tick()
    if not p:
        return 0
    if depth > _DEEPEST:
        return None
    written, p = p, _cleared(w, p, facts, depth)
    if not p:
        return 0
    p = content(w, p, only_positive=True)[2]
    evident = _evident(w, p, facts, depth)
    if evident is not None:
        return evident
    g = _bracket(w, p)
    if g is not None:
        return _by_cases(w, p, g, facts, depth)
    for method in _METHODS:
        found = method(w, p, facts, depth)
        if found is not None:
            return found
    return 0 if is_sum_of_squares(w, written) or _is_around_a_product(w, written, depth) else None


def _cleared(w: Workspace, p: Poly, facts: tuple[Fact, ...], depth: int) -> Poly:
    """The polynomial times what is positive, so that nothing is divided by any more."""
    for _ in range(_MOST_DENOMINATORS):
        lowest: dict[Atom, Number] = {}
        for t in p:
            for a, e in t:
                if e < lowest.get(a, 0) and not positive_plain(w, a):
                    lowest[a] = e
        if not lowest:
            return p
        a = min(lowest, key=lambda a: (-a.level, a.uid))
        e = -lowest[a]
        if isinstance(e, int) and e % 2 and atom_sign(w, a, facts, depth + 1) != 1:
            e += 1  # a square, whatever the sign
        p = add(*(scale(normal(w, _times(t, a, e)), c) for t, c in p.items()))
    return p


def _times(t: Term, a: Atom, e: Number) -> dict[Atom, Number]:
    factors = dict(t)
    factors[a] = factors.get(a, 0) + e
    return factors


def positive_plain(w: Workspace, a: Atom) -> bool:
    """Whether an atom is positive and no sum: negative powers of it come out with the content."""
    return a.kind != "poly" and positive_atom(w, a)


def _evident(w: Workspace, p: Poly, facts: tuple[Fact, ...], depth: int) -> int | None:
    if any(c < 0 for c in p.values()):
        return None
    signs = [term_sign(w, t, facts, depth) for t in p]
    if any(s is None for s in signs):
        return None
    return max(s for s in signs if s is not None)


def term_sign(w: Workspace, t: Term, facts: tuple[Fact, ...], depth: int) -> int | None:
    """The sign of a product."""
    sign = 1
    for a, e in t:
        found = 1 if positive_atom(w, a) else atom_sign(w, a, facts, depth + 1)
        if found is None:
            if isinstance(e, int) and e % 2:
                return None
            if not isinstance(e, int) and e.denominator % 2:
                return None
            found = 0
        if e < 0:
            found = 1  # where it is defined it is not zero
        sign = min(sign, found)
    return sign


def atom_sign(w: Workspace, a: Atom, facts: tuple[Fact, ...], depth: int) -> int | None:
    """The sign of an atom."""
    if positive_atom(w, a):
        return 1
    if is_indicator(w, a) or a.kind in ("index", "integer_positive"):
        return 0
    if depth > _DEEPEST:
        return None
    if a.kind == "poly":
        return sign_of_poly(w, thaw(a.args[0]), facts, depth + 1)
    if a.kind == "log":
        return sign_of_poly(w, minus(thaw(a.args[0]), constant(1)), facts, depth + 1)
    if a.kind == "sum":
        return _sum_sign(w, a, facts, depth)
    if a.kind == "max":
        return sign_of_poly(w, thaw(a.args[1]), (), depth + 1)
    return None


def _sum_sign(w: Workspace, a: Atom, facts: tuple[Fact, ...], depth: int) -> int | None:
    body, bound = opened(w, a)
    sign = sign_of_poly(w, body, (), depth + 1)
    if sign is not None:
        return sign
    if len(body) == 1 and len(bound) <= 4:
        ((term, c),) = body.items()
        if c > 0 and is_gram(w, term, bound, lambda t: term_sign(w, t, (), depth) is not None):
            return 0
    return None


def _bracket(w: Workspace, p: Poly) -> Atom | None:
    found = {a for t in p for a, e in t if is_indicator(w, a)}
    return min(found, key=lambda a: a.uid) if found else None


def _by_cases(w: Workspace, p: Poly, g: Atom, facts: tuple[Fact, ...], depth: int) -> int | None:
    above, below = facts, facts
    if g.kind == "positive":
        inner = thaw(g.args[0])
        above, below = (*facts, Fact(inner, True)), (*facts, Fact(scale(inner, -1), False))
    holds = sign_of_poly(w, with_indicator(w, p, g, 1), above, depth + 1)
    if holds is None:
        return None
    fails = sign_of_poly(w, with_indicator(w, p, g, 0), below, depth + 1)
    return None if fails is None else min(holds, fails)


def _of_one_atom(w: Workspace, p: Poly, facts: tuple[Fact, ...], depth: int) -> int | None:
    atoms = {a for t in p for a, _ in t}
    if len(atoms) != 1:
        return None
    (a,) = atoms
    exponents = {t: t[0][1] if t else 0 for t in p}
    if not all(isinstance(e, int) and e >= 0 for e in exponents.values()):
        return None
    unit = a.kind == "entry" and a.args[0] in w.facts.unit
    low = 0 if atom_sign(w, a, facts, depth + 1) == 1 else None
    return sign_between({int(e): p[t] for t, e in exponents.items()}, low, 1 if unit else None)


def _from_facts(w: Workspace, p: Poly, facts: tuple[Fact, ...], depth: int) -> int | None:
    atoms = sorted({a for q in (p, *(f.poly for f in facts)) for t in q for a, _ in t}, key=lambda a: a.uid)
    known = [*facts, *(f for a in atoms for f in _facts_about(w, a, p, depth))]
    simple = [t for q in (p, *(f.poly for f in known)) for t in q if term_sign(w, t, (), depth) is not None]
    known += [Fact({t: 1}, term_sign(w, t, (), depth) == 1) for t in dict.fromkeys(simple)]
    found = combined(w, p, known)
    if found is None and 2 <= len(known) <= 6:
        products = [Fact(multiply(w, f.poly, g.poly), f.strict and g.strict) for f, g in combinations(known, 2)]
        found = combined(w, p, [*known, *products])
    return found


def _facts_about(w: Workspace, a: Atom, p: Poly, depth: int) -> Iterable[Fact]:
    """What is known of an atom: a sum of what is not negative and a maximum are at least each of their terms."""
    if a.kind == "entry":
        if a.args[0] in w.facts.positive:
            yield Fact(single(a), True)
        if a.args[0] in w.facts.unit:
            yield Fact(minus(constant(1), single(a)), True)
    elif a.kind == "function" and a.args[0] in _BOUNDED:
        for s in (1, -1):
            yield Fact(add(constant(1), scale(single(a), s)), a.args[0] == "erf")
    elif a.kind in ("exp", "log"):
        yield from tangents(w, a, p)
    elif a.kind in ("sum", "max") and len(a.args[0]) == 1:
        if a.kind == "sum" and _sum_sign(w, a, (), depth) is None:
            return
        (bound,) = a.args[0]
        body: Poly = {a.args[1]: 1} if a.kind == "sum" else thaw(a.args[1])
        for i in sorted({i for t in p for b, _ in t for i in b.free}, key=lambda i: i.uid):
            if i.size == bound.size:
                yield Fact(minus(single(a), substitute(w, body, {bound: index_value(w, i)})), False)


def _of_squares(w: Workspace, p: Poly, facts: tuple[Fact, ...], depth: int) -> int | None:
    return 0 if is_sum_of_squares(w, p) else None


def _of_sums(w: Workspace, p: Poly, facts: tuple[Fact, ...], depth: int) -> int | None:
    """Sums over one index of the same size as one sum."""
    bodies: dict[Idx, Poly] = {}
    for t, c in p.items():
        if len(t) != 1 or t[0][1] != 1 or t[0][0].kind != "sum" or len(t[0][0].args[0]) != 1:
            return None
        (bound,) = t[0][0].args[0]
        name = w.index("~all", bound.size)
        body = scale(renamed(w, {t[0][0].args[1]: 1}, {bound: name}), c)
        bodies[name] = add(bodies.get(name, {}), body)
    signs = [sign_of_poly(w, body, (), depth + 1) for body in bodies.values()]
    return None if any(s is None for s in signs) else min(s for s in signs if s is not None)


def _of_logarithms(w: Workspace, p: Poly, facts: tuple[Fact, ...], depth: int) -> int | None:
    """p has the sign of e^p - 1, which has no logarithm any more."""
    logs = [t for t in p if any(a.kind == "log" for a, _ in t)]
    if not logs or any(len(t) != 1 or t[0][1] != 1 or not isinstance(p[t], int) for t in logs):
        return None
    try:
        return sign_of_poly(w, minus(exponential(w, p), constant(1)), facts, depth + 1)
    except Undecided:
        return None


def _factored(w: Workspace, p: Poly, facts: tuple[Fact, ...], depth: int) -> int | None:
    """Common factors of known sign apart."""
    c, common, rest = content(w, p)
    signs = [_factor_sign(w, a, e, facts, depth) for a, e in common]
    if not common or None in signs:
        return None
    known = [s for s in signs if s is not None]
    turned = prod([1 if c > 0 else -1, *(direction for direction, _ in known)])
    found = sign_of_poly(w, scale(rest, turned), facts, depth + 1)
    return None if found is None else min(found, *(int(strict) for _, strict in known))


def _factor_sign(w: Workspace, a: Atom, e: Number, facts: tuple[Fact, ...], depth: int) -> tuple[int, bool] | None:
    """(1 or -1, whether it is never zero); a fact may say it."""
    sign = term_sign(w, ((a, e),), facts, depth)
    if sign is not None:
        return 1, sign == 1
    for f in facts:
        if list(f.poly) == [((a, 1),)]:
            return (1 if f.poly[(a, 1),] > 0 else -1), f.strict or e < 0
    return None


def _of_roots(w: Workspace, p: Poly, facts: tuple[Fact, ...], depth: int) -> int | None:
    """By squaring."""
    for squared in differences_of_squares(w, p, lambda t: _is_not_negative(w, t, facts, depth)):
        found = sign_of_poly(w, squared, facts, depth + 1)
        if found is not None:
            return found
    return None


def _is_around_a_product(w: Workspace, p: Poly, depth: int) -> bool:
    return any(all(sign_of_poly(w, q, (), depth + 1) is not None for q in pair) for pair in around_a_product(w, p))


def _is_not_negative(w: Workspace, t: Term, facts: tuple[Fact, ...], depth: int) -> bool:
    signs = [_factor_sign(w, a, e, facts, depth) for a, e in t]
    return None not in signs and prod(s[0] for s in signs if s) > 0


def _reduced(w: Workspace, p: Poly, facts: tuple[Fact, ...], depth: int) -> int | None:
    """By the sign of another polynomial. Of the terms of a sum nothing is known from the whole: no facts go on."""
    for reduction, keeps_facts in _REDUCTIONS:
        simpler = reduction(w, p)
        found = None if simpler is None else sign_of_poly(w, simpler, facts if keeps_facts else (), depth + 1)
        if found is not None:
            return found
    return None


_REDUCTIONS = ((entry_for_maximum, True), (compared_exponents, True), (in_one_sum, False), (by_gibbs, True))
_METHODS = (_of_one_atom, _factored, _of_roots, _from_facts, _of_squares, _of_sums, _reduced, _of_logarithms)
