"""Maxima over an index, where they are attained, and brackets that ask for it.

Away from ties, an entry equals the maximum exactly at the first index where it is attained.
"""

from collections.abc import Mapping
from fractions import Fraction

from symbackprop.proof.atoms import (
    Atom,
    Idx,
    Number,
    Poly,
    Workspace,
    constant,
    free_of,
    freeze,
    index_value,
    level_of,
    rebuilds,
    single,
    thaw,
)
from symbackprop.proof.polynomial import add, delta, monomial, multiply, normal, scale
from symbackprop.proof.powers import content, is_analytic, minus, positive_atom
from symbackprop.proof.sums import renamed, substitute


def place_of_largest(w: Workspace, gap: Poly) -> Poly | None:
    """[gap > 0] where the gap is that of a maximum and one of its entries; None where it is not."""
    found = at_largest(w, gap)
    if found is not None:
        return minus(constant(1), found)
    return None if at_largest(w, scale(gap, -1)) is None else {}


def _without_ties(w: Workspace, body: Poly) -> bool:
    """Whether two entries are never equal on an open set: not so after a ReLU, or where labels choose."""
    entries = [a for t in body for a, _ in t]
    return is_analytic(w, body) and not any(_chooses(w, a) for a in entries)


def _chooses(w: Workspace, value: object) -> bool:
    if isinstance(value, Atom):
        return (value.kind == "entry" and value.args[0] in w.facts.classes) or any(_chooses(w, x) for x in value.args)
    return isinstance(value, tuple | frozenset) and any(_chooses(w, x) for x in value)


def at_largest(w: Workspace, gap: Poly) -> Poly | None:
    """[gap == 0] where the gap is ``max_i f(i) - f(k)``: [argmax f == k]; None where it is not."""
    for term, c in gap.items():
        if c <= 0 or len(term) != 1 or term[0][0].kind != "max" or term[0][1] != 1:
            continue
        a = term[0][0]
        (bound,), body = a.args[0], thaw(a.args[1])
        if not _without_ties(w, body):
            continue
        entry: Poly = {t: -Fraction(x) / c for t, x in gap.items() if t != term}
        for k in sorted(free_of(freeze(entry)) - a.free, key=lambda i: i.uid):
            if k.size == bound.size and substitute(w, body, {bound: index_value(w, k)}) == entry:
                i = w.fresh(bound)
                place = position_of_largest(w, renamed(w, body, {bound: i}), i)
                return delta(w, freeze(place), freeze(index_value(w, k)))
    return None


def largest(w: Workspace, p: Poly, i: Idx) -> Poly:
    """max over i; what does not depend on i comes out, and so does a positive factor."""
    outside = {t: c for t, c in p.items() if all(i not in a.free for a, _ in t)}
    inside = {t: c for t, c in p.items() if t not in outside}
    if not inside:
        return outside
    c, common, rest = _positive_content(w, inside, i)
    factor = scale(normal(w, dict(common)), c)
    return add(outside, multiply(w, factor, single(_binder(w, "max", rest, i))))


def _positive_content(w: Workspace, p: Poly, i: Idx) -> tuple[Number, tuple, Poly]:
    c, common, _ = content(w, p, only_positive=True)
    common = monomial({a: e for a, e in common if i not in a.free and positive_atom(w, a)})
    rest: Poly = {}
    for t, x in p.items():
        rest = add(rest, scale(multiply(w, {t: 1}, normal(w, {a: -e for a, e in common})), Fraction(x) / c))
    return c, common, rest


def position_of_largest(w: Workspace, p: Poly, i: Idx) -> Poly:
    """The first index at which p is largest."""
    inside = {t: c for t, c in p.items() if any(i in a.free for a, _ in t)}
    if not inside:
        return {}
    return single(_binder(w, "argmax", _positive_content(w, inside, i)[2], i))


def _binder(w: Workspace, kind: str, body: Poly, i: Idx) -> Atom:
    name = w.index(f"#{1 + level_of(body)}.0", i.size)
    return w.atom(kind, (name,), freeze(renamed(w, body, {i: name})))


@rebuilds("max", "argmax")
def _binder_again(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    (bound,) = a.args[0]
    i = w.fresh(bound)
    body = substitute(w, renamed(w, thaw(a.args[1]), {bound: i}), rule)
    return largest(w, body, i) if a.kind == "max" else position_of_largest(w, body, i)
