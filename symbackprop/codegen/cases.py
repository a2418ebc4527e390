"""Sums whose every term is for one value of an index, Σ_k [q = k] a_k: each value is written to its own place.

Such is the adjoint of a tensor that is read at fixed places, as the gates of a recurrent layer are. Multiplying by
masks would compute every term for all values of the index.
"""

from sympy import Add, Expr, Integer, Mul

from symbackprop.indices import Index
from symbackprop.terms import Delta, Entry


def cases(e: Expr, indices: tuple[Index, ...]) -> tuple[Index, dict[Expr, Expr]] | None:
    """The index and what stands at each of its values, zero at all others; None where the terms are not of that form.

    >>> from symbackprop.indices import size
    >>> q, j = Index("q", Integer(2)), Index("j", size("H"))
    >>> a, b = Entry("a", j), Entry("b", j)
    >>> cases(a * Delta(q, 1) + b * Delta(q, 0) + 2 * b * Delta(q, 1), (q, j))
    (q, {0: b[j], 1: a[j] + 2*b[j]})
    """
    for q in indices:
        found: dict[Expr, Expr] = {}
        for term in _terms(e):
            value, rest = _case(term, q)
            if value is None:
                break
            found[value] = found.get(value, Integer(0)) + rest
        else:
            if len(found) == 1 or all(isinstance(v, Integer) for v in found):
                return q, found
    return None


def _terms(e: Expr) -> list[Expr]:
    """The terms of a sum, those of factors that are themselves such sums among them."""
    found: list[Expr] = []
    for term in Add.make_args(e):
        factors = Mul.make_args(term)
        inner = next((f for f in factors if isinstance(f, Add) and f.atoms(Delta)), None)
        if inner is None or len(factors) == 1:
            found.append(term)
        else:
            rest = Mul(*(f for f in factors if f is not inner))
            found += [rest * t for t in _terms(inner)]
    return found


def _case(term: Expr, q: Index) -> tuple[Expr | None, Expr]:
    """The value of the index that a term is for, surely within its range, and what the term has there."""
    factors = Mul.make_args(term)
    for f in factors:
        if isinstance(f, Delta) and q in f.args:
            (value,) = [a for a in f.args if a != q] or [q]
            rest = Mul(*(g for g in factors if g is not f))
            inside = value.is_nonnegative and (q.size - value).is_positive
            if inside and not value.atoms(Index, Entry) and q not in rest.atoms(Index):
                return value, rest
    return None, term
