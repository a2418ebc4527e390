"""Inverses and determinants as atoms, with the laws of products, transposes and scalars.

An ``inverse`` atom is ((row, column), matrix, i, j): entry (i, j) of the inverse of the matrix whose entry
(row, column) is the polynomial.
"""

from collections.abc import Mapping

from symbackprop.proof.atoms import (
    Atom,
    Frozen,
    Idx,
    Number,
    Poly,
    Workspace,
    bare_index,
    freeze,
    index_value,
    level_of,
    rebuilds,
    single,
    thaw,
)
from symbackprop.proof.polynomial import delta, monomial, multiply, normal, scale
from symbackprop.proof.powers import content, power
from symbackprop.proof.signature import coloured
from symbackprop.proof.sums import opened, renamed, substitute, substituted_slot, total


def inverse(w: Workspace, m: Poly, row: Idx, column: Idx, i: Frozen, j: Frozen) -> Poly:
    """Entry (i, j) of the inverse of m[row, column]."""
    outer, m = _scalar(w, m, row, column)
    if _is_delta(w, m, row, column):
        return multiply(w, power(w, outer, -1), delta(w, i, j))
    halves = _halves(w, m, row, column)
    if halves is not None:
        a, b, k = halves  # m[row, column] = Σ_k a[row, k] b[k, column]; its inverse is inv(b) inv(a)
        first = inverse(w, b, k, column, i, freeze(index_value(w, k)))
        second = inverse(w, a, row, k, freeze(index_value(w, k)), j)
        return multiply(w, power(w, outer, -1), total(w, multiply(w, first, second), [k]))
    if len(m) == 1:
        ((term, c),) = m.items()
        if c == 1 and len(term) == 1 and term[0][1] == 1 and term[0][0].kind == "inverse":
            undone = _undone(w, term[0][0], row, column, i, j)
            if undone is not None:
                return multiply(w, power(w, outer, -1), undone)
    matrix, turned = _canonical(w, m, row, column)
    if turned:
        i, j = j, i
    if _is_symmetric(w, matrix):
        i, j = sorted((i, j), key=lambda s: sorted((tuple((a.uid, e) for a, e in t), c) for t, c in s))
    return multiply(w, power(w, outer, -1), single(w.atom("inverse", *matrix, i, j)))


def determinant(w: Workspace, m: Poly, row: Idx, column: Idx) -> Poly:
    """The determinant of m[row, column]."""
    outer, m = _scalar(w, m, row, column)
    if outer != {(): 1}:
        size = _literal(row)
        if size is None:
            m, outer = multiply(w, outer, m), {(): 1}
        else:
            outer = power(w, outer, size)
    if _is_delta(w, m, row, column):
        return outer
    halves = _halves(w, m, row, column)
    if halves is not None:
        a, b, k = halves
        return multiply(w, outer, multiply(w, determinant(w, a, row, k), determinant(w, b, k, column)))
    if len(m) == 1:
        ((term, c),) = m.items()
        if c == 1 and len(term) == 1 and term[0][0].kind == "inverse" and _plain(term[0][0], row, column):
            return multiply(w, outer, power(w, single(w.atom("determinant", *term[0][0].args[:2])), -1))
    return multiply(w, outer, single(w.atom("determinant", *_canonical(w, m, row, column)[0])))


def _literal(i: Idx) -> int | None:
    return int(i.size) if i.size.is_Integer else None


def _scalar(w: Workspace, m: Poly, row: Idx, column: Idx) -> tuple[Poly, Poly]:
    """A scalar factor common to all entries, and the rest."""
    c, common, _ = content(w, m)
    outside: dict[Atom, Number] = {a: e for a, e in common if not a.free & {row, column} and a.kind != "delta"}
    factor = scale(normal(w, outside), c)
    return factor, multiply(w, m, power(w, factor, -1))


def _is_delta(w: Workspace, m: Poly, row: Idx, column: Idx) -> bool:
    return m == delta(w, freeze(index_value(w, row)), freeze(index_value(w, column)))


def _halves(w: Workspace, m: Poly, row: Idx, column: Idx) -> tuple[Poly, Poly, Idx] | None:
    """A product of two square matrices, split at its first bound index that separates row from column."""
    if len(m) != 1:
        return None
    ((term, c),) = m.items()
    if c != 1 or len(term) != 1 or term[0][1] != 1 or term[0][0].kind != "sum":
        return None
    opened_body, bound = opened(w, term[0][0])
    if len(opened_body) != 1:
        return None
    ((body, c),) = opened_body.items()
    if c != 1:
        return None
    for k in bound:
        if k.size != row.size:
            continue
        left = _reached(body, {row}, k)
        if column in left or len(left & set(bound)) + 1 > len(bound):
            continue
        a = {f: e for f, e in body if f.free & (left - {k})}
        b = {f: e for f, e in body if f not in a}
        if not a or not b or any(row in f.free for f in b):
            continue
        own = [x for x in bound if x in left and x is not k]
        others = [x for x in bound if x is not k and x not in own]
        return total(w, {monomial(a): 1}, own), total(w, {monomial(b): 1}, others), k
    return None


def _reached(body: tuple, start: set[Idx], cut: Idx) -> set[Idx]:
    """The indices connected with the start by factors, not passing through ``cut``."""
    reached, grew = set(start), True
    while grew:
        grew = False
        for f, _ in body:
            new = f.free - {cut} - reached
            if new and f.free & reached:
                reached |= new
                grew = True
    return reached


def _canonical(w: Workspace, m: Poly, row: Idx, column: Idx) -> tuple[tuple, bool]:
    """The matrix with canonical names, and whether it was transposed for that."""
    level = 1 + level_of(m)
    names = w.index(f"#{level}.0", row.size), w.index(f"#{level}.1", column.size)
    plain = freeze(renamed(w, m, {row: names[0], column: names[1]}))
    turned = freeze(renamed(w, m, {row: names[1], column: names[0]}))
    key, other = _orientation(w, plain, names), _orientation(w, turned, names)
    return ((names, turned), True) if other < key else ((names, plain), False)


def _orientation(w: Workspace, m: Frozen, names: tuple[Idx, Idx]) -> tuple:
    memo: dict = {}
    colours = {names[0]: 1, names[1]: 2}
    return tuple(sorted((coloured(t, colours, memo), hash(c)) for t, c in m))


def _is_symmetric(w: Workspace, matrix: tuple) -> bool:
    (row, column), m = matrix
    p = thaw(m)
    return renamed(w, p, {row: column, column: row}) == p


def _plain(a: Atom, row: Idx, column: Idx) -> bool:
    return {bare_index(a.args[2]), bare_index(a.args[3])} == {row, column}


def _undone(w: Workspace, a: Atom, row: Idx, column: Idx, i: Frozen, j: Frozen) -> Poly | None:
    """The inverse of an inverse."""
    if not _plain(a, row, column):
        return None
    if bare_index(a.args[2]) is not row:
        i, j = j, i
    r, c = a.args[0]
    return substitute(w, thaw(a.args[1]), {r: thaw(i), c: thaw(j)})


@rebuilds("inverse")
def _inverse_again(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    m, row, column = _opened(w, a, rule)
    return inverse(w, m, row, column, *(substituted_slot(w, s, rule) for s in a.args[2:]))


@rebuilds("determinant")
def _determinant_again(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> Poly:
    return determinant(w, *_opened(w, a, rule))


def _opened(w: Workspace, a: Atom, rule: Mapping[Idx, Poly]) -> tuple[Poly, Idx, Idx]:
    row, column = (w.fresh(b) for b in a.args[0])
    m = renamed(w, thaw(a.args[1]), dict(zip(a.args[0], (row, column), strict=True)))
    return substitute(w, m, rule), row, column
