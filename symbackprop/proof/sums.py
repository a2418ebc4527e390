"""Sums over indices: deltas contracted, known sums replaced, the rest named canonically.

``total`` takes out what does not depend on the index, opens the sums that do (so that nested sums become one
connected sum), contracts, and names what is left. ``substitute`` makes a polynomial anew with indices replaced.
"""

from collections.abc import Iterable, Mapping

from symbackprop.proof.atoms import (
    REBUILD,
    Atom,
    Frozen,
    Idx,
    Number,
    Poly,
    Term,
    Workspace,
    constant,
    freeze,
    index_value,
    level_of,
    rebuilds,
    thaw,
)
from symbackprop.proof.contraction import contraction
from symbackprop.proof.inversion import inverse_law
from symbackprop.proof.polynomial import add, monomial, multiply, normal, scale
from symbackprop.proof.powers import power
from symbackprop.proof.signature import canonical_order
from symbackprop.proof.sizes import delta_of_slots, size_poly


def substitute(w: Workspace, p: Poly, rule: Mapping[Idx, Poly]) -> Poly:
    """The polynomial with indices replaced by slots."""
    if not rule:
        return p
    kept: Poly = {}
    changed: list[Poly] = []
    powers: dict[tuple[Atom, Number], Poly] = {}
    for term, c in p.items():
        if all(a.free.isdisjoint(rule) for a, _ in term):
            kept[term] = c
        else:
            changed.append(scale(_substituted(w, term, rule, powers), c))
    return add(kept, *changed) if changed else p


def _substituted(w: Workspace, term: Term, rule: Mapping[Idx, Poly], powers: dict[tuple[Atom, Number], Poly]) -> Poly:
    """``powers``: the factors that the rule changes, made anew once for all terms."""
    same: dict[Atom, Number] = {}
    factors: list[Poly] = []
    for a, e in term:
        if a.free.isdisjoint(rule):
            same[a] = e
            continue
        if (a, e) not in powers:
            powers[a, e] = power(w, _rebuilt(w, a, rule), e)
        factors.append(powers[a, e])
    if not all(factors):
        return {}
    result = factors[0]
    for f in factors[1:]:
        result = multiply(w, result, f)
    return multiply(w, normal(w, same), result) if same else result


def _rebuilt(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    key = ("rebuilt", a, tuple((i, freeze(rule[i])) for i in sorted(a.free & rule.keys(), key=lambda i: i.uid)))
    if key not in w.memo:
        w.tick()
        w.memo[key] = REBUILD[a.kind](w, a, rule)
    return w.memo[key]


def substituted_slot(w: Workspace, slot: Frozen, rule: Mapping[Idx, Poly]) -> Frozen:
    return freeze(substitute(w, thaw(slot), rule))


@rebuilds("index")
def _index(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    return rule.get(a.args[0], {((a, 1),): 1})


@rebuilds("delta")
def _delta(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    return delta_of_slots(w, *(substituted_slot(w, s, rule) for s in a.args))


@rebuilds("sum")
def _sum(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    body, bound = opened(w, a)
    return total(w, substitute(w, body, rule), bound)


@rebuilds("poly")
def _poly(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    return substitute(w, thaw(a.args[0]), rule)


def renamed(w: Workspace, p: Poly, rule: Mapping[Idx, Idx]) -> Poly:
    return substitute(w, p, {i: index_value(w, j) for i, j in rule.items()})


def opened(w: Workspace, a: Atom) -> tuple[Poly, list[Idx]]:
    """The body of a sum with fresh indices."""
    bound = [w.fresh(b) for b in a.args[0]]
    return renamed(w, {a.args[1]: 1}, dict(zip(a.args[0], bound, strict=True))), bound


def total(w: Workspace, p: Poly, indices: Iterable[Idx]) -> Poly:
    """The sum of a polynomial over indices."""
    indices = list(indices)
    found: list[Poly] = []
    whole: Poly = {}
    for term, c in p.items():
        if indices and any(i in a.free for a, _ in term for i in indices):
            found.append(scale(_total_term(w, term, indices), c))
        else:
            whole[term] = c
    for i in indices if whole else ():
        whole = multiply(w, whole, size_poly(w, i.size))
    return add(whole, *found)


def _total_term(w: Workspace, term: Term, indices: list[Idx]) -> Poly:
    w.tick()
    inside = set(indices)
    outer = {a: e for a, e in term if not (a.free & inside)}
    inner = {a: e for a, e in term if a.free & inside}
    present = set().union(*(a.free for a in inner)) & inside
    result = normal(w, outer)
    for i in indices:
        if i not in present:
            result = multiply(w, result, size_poly(w, i.size))
    bound = [i for i in indices if i in present]
    contracted = contraction(w, inner, bound)
    if contracted is not None:
        rest, rule, left = contracted
        return multiply(w, result, total(w, substitute(w, rest, rule), left))
    inverted = inverse_law(w, inner, bound)
    if inverted is not None:
        whole, beside, rest, rule = inverted
        both = add(whole, multiply(w, beside, substitute(w, rest, rule)))
        return multiply(w, result, total(w, both, bound))
    merged = _with_sums_opened(w, inner, bound)
    if merged is not None:
        return multiply(w, result, total(w, *merged))
    for part, own in _components(inner, bound):
        result = multiply(w, result, _component(w, part, own))
    return result


def _with_sums_opened(w: Workspace, factors: dict[Atom, Number], bound: list[Idx]) -> tuple[Poly, list[Idx]] | None:
    """The factors multiplied out with every sum among them opened, and all bound indices; None where there is none."""
    sums = [(a, e) for a, e in factors.items() if a.kind == "sum" and isinstance(e, int) and e > 0]
    if not sums:
        return None
    body = normal(w, {a: e for a, e in factors.items() if (a, e) not in sums})
    bound = list(bound)
    for a, e in sums:
        for _ in range(e):
            inner, own = opened(w, a)
            bound += own
            body = multiply(w, body, inner)
    return body, bound


def _components(factors: dict[Atom, Number], bound: list[Idx]) -> list[tuple[dict[Atom, Number], list[Idx]]]:
    """The factors in groups that share no bound index."""
    groups: list[tuple[dict[Atom, Number], set[Idx]]] = []
    for a, e in factors.items():
        own = set(a.free) & set(bound)
        touching = [g for g in groups if g[1] & own]
        merged: dict[Atom, Number] = {a: e}
        for g in touching:
            merged |= g[0]
            own |= g[1]
            groups.remove(g)
        groups.append((merged, own))
    return [(part, [i for i in bound if i in own]) for part, own in groups]


def _component(w: Workspace, factors: dict[Atom, Number], bound: list[Idx]) -> Poly:
    """A connected sum as one atom, its indices renamed canonically."""
    term = monomial(factors)
    level = 1 + level_of(term)
    order = canonical_order(w, bound, term)
    names = [w.index(f"#{level}.{k}", b.size) for k, b in enumerate(order)]
    body = renamed(w, {term: 1}, dict(zip(order, names, strict=True)))
    if len(body) == 1:
        ((inner, c),) = body.items()
        return {((w.atom("sum", tuple(names), inner), 1),): c}
    # A bracket changed its sign with the names: each term is summed by itself, its names kept.
    return add(*(scale(_named(w, names, inner), c) for inner, c in body.items()))


def _named(w: Workspace, names: list[Idx], term: Term) -> Poly:
    """The sum of a term over indices that have their canonical names already."""
    present = tuple(n for n in names if any(n in a.free for a, _ in term))
    count = _counted(w, [n for n in names if n not in present])
    return multiply(w, count, {((w.atom("sum", present, term), 1),): 1}) if present else multiply(w, count, {term: 1})


def _counted(w: Workspace, bound: list[Idx]) -> Poly:
    result = constant(1)
    for b in bound:
        result = multiply(w, result, size_poly(w, b.size))
    return result
