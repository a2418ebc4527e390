"""The exponential and the logarithm against their tangents: e^u >= 1 + u, and v^k - 1 >= k log v for v > 0.

A Kullback-Leibler divergence between Gaussians is not negative for no other reason.
"""

from collections.abc import Iterator

from symbackprop.proof.atoms import ONE, Atom, Number, Poly, Workspace, constant, single, thaw
from symbackprop.proof.combination import Fact
from symbackprop.proof.polynomial import add, scale
from symbackprop.proof.powers import minus


def tangents(w: Workspace, a: Atom, p: Poly) -> Iterator[Fact]:
    """What the tangents say of an exponential or a logarithm, at the powers that stand in a polynomial."""
    if a.kind == "exp":
        for e in _exponents(a, p):
            yield Fact(add({((a, e),): 1}, scale({a.args[0]: 1}, -e), {ONE: -1}), False)
    elif a.kind == "log":
        inner = thaw(a.args[0])
        yield Fact(minus(minus(inner, constant(1)), single(a)), False)
        if len(inner) == 1 and len(term := next(iter(inner))) == 1 and inner[term] == 1 and term[0][1] == 1:
            for e in _exponents(term[0][0], p):
                yield Fact(add({((term[0][0], e),): 1}, scale(single(a), -e), {ONE: -1}), False)


def _exponents(a: Atom, p: Poly) -> list[Number]:
    """The exponents with which an atom stands alone in a term."""
    return sorted({t[0][1] for t in p if len(t) == 1 and t[0][0] is a})
