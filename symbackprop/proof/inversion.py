"""A matrix beside its own inverse: Σ_k inv(M)[i,k] M[k,l] = [i == l], also where M is a sum.

With M = cX + R for an input X, ``Σ_k inv(M)[i,k] X[k,l] = ([i == l] - Σ_k inv(M)[i,k] R[k,l])/c``: the same law as the
division by a leading term, so that products of a matrix and its inverse have one form.
"""

from dataclasses import dataclass

from symbackprop.proof.atoms import (
    Atom,
    Frozen,
    Idx,
    Number,
    Poly,
    Workspace,
    bare_index,
    constant,
    freeze,
    index_value,
)
from symbackprop.proof.polynomial import delta, multiply, normal, scale
from symbackprop.proof.powers import power
from symbackprop.proof.signature import term_key


@dataclass(frozen=True)
class Leader:
    """M = factor*entry + rest; ``row`` and ``column`` say which slots of the entry run over M's."""

    entry: Atom
    row: int
    column: int
    factor: Poly
    rest: Poly


def leader(w: Workspace, a: Atom) -> Leader | None:
    """The leading entry of the matrix that the atom inverts."""
    key = ("leader", a.args[:2])
    if key not in w.memo:
        w.memo[key] = _leader(w, a)
    return w.memo[key]


def _leader(w: Workspace, a: Atom) -> Leader | None:
    (row, column), matrix = a.args[:2]
    found = []
    for term, c in matrix:
        moving = [(b, e) for b, e in term if b.free & {row, column}]
        if len(moving) != 1 or moving[0][1] != 1 or moving[0][0].kind != "entry":
            continue
        slots = [bare_index(s) for s in moving[0][0].args[1]]
        if slots.count(row) == 1 and slots.count(column) == 1:
            factor = {tuple(x for x in term if x != moving[0]): c}
            rest = {t: x for t, x in matrix if t != term}
            found.append((term_key(term), Leader(moving[0][0], slots.index(row), slots.index(column), factor, rest)))
    found.sort(key=lambda f: f[0], reverse=True)
    return found[0][1] if found and (len(found) == 1 or found[0][0] != found[1][0]) else None


def beside_inverse(
    w: Workspace, factors: dict[Atom, Number], bound: list[Idx]
) -> tuple[Poly, Frozen, Idx, Leader, tuple[Frozen, Frozen], Atom] | None:
    """The first inverse that stands beside the leading entry of its matrix and shares a bound index with nothing else:
    (other factors, other slot of the inverse, shared index, leader, (row, column) of the entry, inverse)."""
    for a, e in factors.items():
        if a.kind != "inverse" or e != 1:
            continue
        for side in (2, 3):
            k = bare_index(a.args[side])
            if k not in bound or k is None:
                continue
            beside = [(b, x) for b, x in factors.items() if b is not a and k in b.free]
            lead = leader(w, a)
            if lead is None or len(beside) != 1 or beside[0][1] != 1:
                continue
            b = beside[0][0]
            places = _places(b, lead, k, want_row=side == 3)
            if places is not None and k not in _free(a.args[5 - side]):
                others = normal(w, {f: x for f, x in factors.items() if f is not a and f is not b})
                return others, a.args[5 - side], k, lead, places, a
    return None


def _free(slot: Frozen) -> set[Idx]:
    return {i for term, _ in slot for b, _ in term for i in b.free}


def _places(b: Atom, lead: Leader, k: Idx, want_row: bool) -> tuple[Frozen, Frozen] | None:
    """The slots of an entry that stand for the matrix's row and column, where k is the one that is wanted."""
    if b.kind != "entry" or b.args[0] != lead.entry.args[0]:
        return None
    options = [(lead.row, lead.column)] + ([(lead.column, lead.row)] if b.args[2] else [])
    for r, c in options:
        slots = b.args[1]
        same = all(s == t for n, (s, t) in enumerate(zip(slots, lead.entry.args[1], strict=True)) if n not in (r, c))
        mine, other = (slots[r], slots[c]) if want_row else (slots[c], slots[r])
        if same and bare_index(mine) is k and k not in _free(other):
            return slots[r], slots[c]
    return None


def inverse_law(
    w: Workspace, factors: dict[Atom, Number], bound: list[Idx]
) -> tuple[Poly, Poly, Poly, dict[Idx, Poly]] | None:
    """``(whole, beside, rest, rule)``: what is to be summed is ``whole + beside*(rest with rule applied)``.

    ``whole`` holds [k == 0] for the index k that is gone, so that summing over k as well leaves it as it is.
    """
    found = beside_inverse(w, factors, bound)
    if found is None:
        return None
    others, slot, k, lead, (row, column), a = found
    end = column if bare_index(row) is k else row
    once = delta(w, freeze(index_value(w, k)), freeze(constant(0)))
    scaled = multiply(w, others, power(w, lead.factor, -1))
    whole = multiply(w, scaled, multiply(w, delta(w, slot, end), once))
    names = a.args[0]
    rule = {names[0]: dict(row), names[1]: dict(column)}
    return whole, scale(multiply(w, scaled, {((a, 1),): 1}), -1), lead.rest, rule
