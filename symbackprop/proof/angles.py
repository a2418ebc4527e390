"""Sines and cosines of sums and of multiples, written in those of the single angles: both ways to write them agree."""

from fractions import Fraction

from symbackprop.proof.atoms import Poly, Workspace, constant, freeze, single
from symbackprop.proof.polynomial import add, multiply, scale
from symbackprop.proof.powers import minus

_MOST_ANGLES, _MOST_TURNS = 3, 6


def expands(q: Poly) -> bool:
    """Whether the argument is a sum or a multiple, and a short one."""
    multiples = [abs(Fraction(c).numerator) for c in q.values()]
    return 1 < len(q) + max(multiples, default=0) - 1 and len(q) <= _MOST_ANGLES and sum(multiples) <= _MOST_TURNS


def wave(w: Workspace, name: str, q: Poly) -> Poly:
    """sin(a + b) = sin a cos b + cos a sin b, cos(a + b) = cos a cos b - sin a sin b, one part after the other."""
    sine: Poly = {}
    cosine = constant(1)
    for t, c in q.items():
        part: Poly = {t: Fraction(1, Fraction(c).denominator)}
        s, k = (single(w.atom("function", f, freeze(part))) for f in ("sin", "cos"))
        for _ in range(abs(Fraction(c).numerator)):
            turned = scale(s, 1 if c > 0 else -1)
            sine, cosine = (
                add(multiply(w, sine, k), multiply(w, cosine, turned)),
                minus(multiply(w, cosine, k), multiply(w, sine, turned)),
            )
    return sine if name == "sin" else cosine
