"""What may be said of a sum before it is named: laws that remove a bound index.

Each law takes the factors of a sum and its bound indices, and gives ``(rest, rule, left)``: sum ``rest`` with ``rule``
applied over the indices ``left``; or None.
"""

from collections.abc import Callable

from symbackprop.proof.atoms import (
    Atom,
    Frozen,
    Idx,
    Number,
    Poly,
    Workspace,
    bare_index,
    constant,
    free_of,
    freeze,
    thaw,
)
from symbackprop.proof.polynomial import add, delta, multiply, normal, scale
from symbackprop.proof.sizes import integer_positive, size_poly, value_poly

Contracted = tuple[Poly, dict[Idx, Poly], list[Idx]]
Law = Callable[[Workspace, dict[Atom, Number], list[Idx]], Contracted | None]


def contraction(w: Workspace, factors: dict[Atom, Number], bound: list[Idx]) -> Contracted | None:
    """The first law that applies."""
    for law in LAWS:
        found = law(w, factors, bound)
        if found is not None:
            return found
    return None


def length_within(w: Workspace, slot: Frozen, length: Poly) -> Poly:
    """1 where 0 <= slot < length, else 0."""
    value = thaw(slot)
    low = integer_positive(w, add(value, constant(1)))
    return multiply(w, low, integer_positive(w, add(length, scale(value, -1))))


def _deltas(w: Workspace, factors: dict[Atom, Number], bound: list[Idx]) -> Contracted | None:
    """Σ_i [i == s] f(i) = [0 <= s < size of i] f(s)."""
    guarded: tuple[Atom, Idx, Poly, Poly] | None = None
    for a in (a for a in factors if a.kind == "delta"):
        for i, other in solved(a):
            if i not in bound:
                continue
            j = bare_index(freeze(other))
            guard = constant(1) if j is not None and j.size == i.size else _guard(w, freeze(other), i)
            if guard == constant(1):
                return _put_in(w, factors, bound, (a, i, other, guard))
            guarded = guarded or (a, i, other, guard)  # one that needs no guard goes first: it implies the range
    return None if guarded is None else _put_in(w, factors, bound, guarded)


def _put_in(
    w: Workspace, factors: dict[Atom, Number], bound: list[Idx], found: tuple[Atom, Idx, Poly, Poly]
) -> Contracted:
    a, i, other, guard = found
    rest = normal(w, {b: e for b, e in factors.items() if b is not a})
    return multiply(w, rest, guard), {i: other}, [b for b in bound if b is not i]


def solved(a: Atom) -> list[tuple[Idx, Poly]]:
    """What a delta says of each index that stands in it once and with factor 1 or -1; plain indices first."""
    plain = []
    for mine, other in (a.args, a.args[::-1]):
        i = bare_index(mine)
        if i is not None and i not in free_of(other):
            plain.append((i, thaw(other)))
    gap = add(thaw(a.args[0]), scale(thaw(a.args[1]), -1))
    within = []
    for term, c in gap.items():
        if c in (1, -1) and len(term) == 1 and term[0][0].kind == "index" and term[0][1] == 1:
            i = term[0][0].args[0]
            rest = {t: x for t, x in gap.items() if t != term}
            if i not in free_of(freeze(rest)):
                within.append((i, scale(rest, -c)))
    return plain + within


def _guard(w: Workspace, slot: Frozen, i: Idx) -> Poly:
    return length_within(w, slot, size_poly(w, i.size))


def _alone(factors: dict[Atom, Number], i: Idx) -> tuple[Atom, Number] | None:
    """The one factor in which an index occurs, with its exponent."""
    found = [(a, e) for a, e in factors.items() if i in a.free]
    return found[0] if len(found) == 1 else None


def _known_sums(w: Workspace, factors: dict[Atom, Number], bound: list[Idx]) -> Contracted | None:
    """Σ_k Y[n,k] = 1 for one-hot Y; Σ_k y_k = c and Σ_k x_k² = c² where that is assumed."""
    for i in bound:
        alone = _alone(factors, i)
        if alone is None or alone[0].kind != "entry":
            continue
        a, e = alone
        name, slots = a.args[0], a.args[1]
        if not slots or bare_index(slots[-1]) is not i or any(i in free_of(s) for s in slots[:-1]):
            continue
        if e == 1 and name in w.facts.one_hot:
            value = constant(1)
        elif e == 1 and name in w.facts.sums:
            value = value_poly(w, w.facts.sums[name])
        elif e == 2 and name in w.facts.norms:
            value = multiply(w, value_poly(w, w.facts.norms[name]), value_poly(w, w.facts.norms[name]))
        else:
            continue
        rest = normal(w, {b: x for b, x in factors.items() if b is not a})
        return multiply(w, rest, value), {}, [b for b in bound if b is not i]
    return None


def _orthogonal(w: Workspace, factors: dict[Atom, Number], bound: list[Idx]) -> Contracted | None:
    """Σ_i A[i,j] A[i,k] = [j == k] for AᵀA = I; where A is square, AAᵀ = I as well."""
    known = (w.facts.orthogonal, w.facts.orthonormal_rows)  # orthonormal along axis 0, along axis 1
    for i in bound if any(known) else ():
        found = [(a, e) for a, e in factors.items() if i in a.free]
        if any(a.kind != "entry" or not any(a.args[0] in k for k in known) for a, _ in found):
            continue
        copies = [a for a, e in found for _ in range(e if isinstance(e, int) and e > 0 else 3)]
        if len(copies) != 2 or copies[0].args[0] != copies[1].args[0]:
            continue
        for here, there in ((0, 1), (1, 0)):
            if all(bare_index(a.args[1][here]) is i for a in copies) and (
                copies[0].args[0] in known[here] or _is_square(w, copies[0])
            ):
                others = [a.args[1][there] for a in copies]
                if any(i in free_of(s) for s in others):
                    continue
                rest = normal(w, {b: e for b, e in factors.items() if b not in copies})
                return multiply(w, rest, delta(w, *others)), {}, [b for b in bound if b is not i]
    return None


def _is_square(w: Workspace, a: Atom) -> bool:
    lengths = w.facts.lengths.get(a.args[0], ())
    return len(lengths) == 2 and lengths[0] == lengths[1]


LAWS: list[Law] = [_deltas, _known_sums, _orthogonal]
