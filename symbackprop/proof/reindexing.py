"""Sums over a window, by whichever of two indices: Σ_k w_k g_{i-k} and Σ_t g_t w_{i-t} are one sum.

What lies outside of an axis reads zero, so that either index may run over its whole axis. Both forms lead to the same
choice: that in which fewer entries may lie outside; where they are as many, the one whose size comes first.
"""

from collections.abc import Callable, Container, Iterator, Mapping

from sympy import Add, Expr, Mul, Pow, default_sort_key

from symbackprop.contraction import contract
from symbackprop.indices import Index, Total, fresh, opened, totals
from symbackprop.ranges import is_within
from symbackprop.terms import Bracket, Delta, Entry, Where

Lengths = Mapping[str, tuple[Expr, ...]]
_MOST_ROUNDS = 4


def reindexed(sum_: Total, lengths: Lengths, bounded: Container[str]) -> Expr:
    """The sum by the index of choice; ``bounded`` are tensors that do not read zero outside.

    >>> from symbackprop.indices import size
    >>> N, K = size("N"), size("K")
    >>> i, k, t = Index("i", size("D")), Index("k", K), Index("t", N)
    >>> lengths = {"w": (K,), "g": (N,)}
    >>> a = Total(Entry("w", k)*Entry("g", i - k), k)
    >>> b = Total(Entry("g", t)*Entry("w", i - t), t)
    >>> reindexed(a, lengths, ()) == reindexed(b, lengths, ())
    True
    """
    if any(_ties_indices(d) for d in sum_.atoms(Delta)):
        contracted = contract(sum_, {})
        if contracted != sum_ and not contracted.has(Where):
            return contracted if not isinstance(contracted, Total) else reindexed(contracted, lengths, bounded)
    body, i = _forwards(*sum_.open())
    terms = [opened(term) for term in Add.make_args(body)]
    if not any(_slots(term, i) for term, _ in terms):
        return Total(body, i)
    return Add(*(_summed(_best(term, i, lengths, bounded), inner) for term, inner in terms))


def _ties_indices(delta: Delta) -> bool:
    """[i + k == j]: one of three indices is decided by the two others."""
    return len({x for x in delta.free_symbols | delta.atoms(Index) if isinstance(x, Index)}) > 2


def _forwards(body: Expr, i: Index) -> tuple[Expr, Index]:
    """What conditions compare from the other end of the axis, where that spares them its length: cumsum(y[::-1])."""
    if not body.has(Bracket):
        return body, i
    j = fresh(i)
    turned = body.xreplace({i: j.size - 1 - j})
    return (turned, j) if _ends(turned, j) < _ends(body, i) else (body, i)


def _ends(body: Expr, i: Index) -> int:
    """How many conditions and entries count an index from the end."""
    gaps = [b.args[0] - b.args[1] for b in body.atoms(Bracket)] + [s for e in body.atoms(Entry) for s in e.slots]
    return sum(i.size in s.expand().free_symbols for s in gaps if i in s.free_symbols)


def _summed(outer: tuple[Expr, Index], inner: list[Index]) -> Expr:
    term, i = outer
    return totals(term, i, *inner)


def _best(term: Expr, i: Index, lengths: Lengths, bounded: Container[str]) -> tuple[Expr, Index]:
    """The form of choice among all that lead to one another."""
    forms = {Total(term, i): (term, i)}
    fresh_ones = list(forms.values())
    for _ in range(_MOST_ROUNDS):
        new = {Total(*f): f for form in fresh_ones for f in _others(*form, lengths, bounded)}
        fresh_ones = [f for key, f in new.items() if key not in forms]
        forms |= new
    return min(forms.values(), key=_measure(lengths))


def _measure(lengths: Lengths) -> Callable[[tuple[Expr, Index]], tuple]:
    def measure(form: tuple[Expr, Index]) -> tuple:
        term, i = form
        outside = sum(not is_within(s, lengths[e.name][k], {}) for e, k, s in _slots(term, i) if e.name in lengths)
        return outside, default_sort_key(i.size), default_sort_key(Total(term, i))

    return measure


def _slots(term: Expr, i: Index) -> list[tuple[Entry, int, Expr]]:
    """(entry, axis, slot) of entries with a slot ``±i + rest``; nothing where the index stands elsewhere, too."""
    found, plain = [], False
    for f in Mul.make_args(term):
        base = f.base if isinstance(f, Pow) and f.exp.is_Integer and f.exp.is_positive else f
        if i not in base.free_symbols:
            continue
        if not isinstance(base, Entry):
            return []
        for k, s in enumerate(base.slots):
            if s == i:
                plain = True
            elif s == i.size - 1 - i:
                plain = True
                found.append((base, k, s))
            elif i in s.free_symbols:
                if not isinstance(s, Add) or s.coeff(i) not in (1, -1) or i in (s - s.coeff(i) * i).free_symbols:
                    return []
                found.append((base, k, s))
    return found if plain else []


def _others(term: Expr, i: Index, lengths: Lengths, bounded: Container[str]) -> Iterator[tuple[Expr, Index]]:
    """The same sum by the place in an axis that a moving slot points to."""
    factors = [f.base if isinstance(f, Pow) else f for f in Mul.make_args(term)]
    read = [e for e in factors if isinstance(e, Entry) and i in e.free_symbols]
    if any(e.name in bounded or e.name not in lengths for e in read):
        return
    if any(s == i.size - 1 - i for e in read for s in e.slots):
        j = fresh(i)
        yield term.xreplace({i: j.size - 1 - j}), j
    # Only an entry whose axis is as long as the sum says where the sum ends.
    if not any(s == i and lengths[e.name][k] == i.size for e in read for k, s in enumerate(e.slots)):
        return
    for e, k, s in _slots(term, i):
        t = fresh(Index("t", lengths[e.name][k]))
        yield term.xreplace({i: (t - (s - s.coeff(i) * i)) * s.coeff(i)}), t
