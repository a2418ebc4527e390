"""Second moments over random weights, against the mean over every choice of signs, in exact arithmetic."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from sympy import Symbol

import symbackprop as sb
from symbackprop.errors import NotSupported
from symbackprop.evaluation import evaluate
from symbackprop.moments.expectation import second_moment
from symbackprop.terms import Entry

# What is defined, its weights, and shapes of all that it reads; of what has a moment every entry is 1 or -1.
CASES = [
    ("input x[D]\nparam W[M, D]\nz[k] = sum(i, W[k,i]*x[i])", "W", {"W": (2, 3), "x": (3,)}),
    ("input x[D], y[M]\nparam W[M, D]\nz[k] = 3*sum(i, W[k,i]*x[i])*y[k]", "W", {"W": (2, 3), "x": (3,), "y": (2,)}),
    ("input g[M]\nparam W[M, D]\nz[i] = sum(k, W[k,i]*g[k])", "W", {"W": (3, 2), "g": (3,)}),
    ("input x[C, L]\nparam W[C, R]\nindex u < L - R + 1\nz[u] = sum(c, r, W[c,r]*x[c,u+r])", "W",
     {"W": (2, 3), "x": (2, 4)}),
    ("input x[D], y[N]\nparam W[D]\nz = sum(i, W[i]*x[i]) + y[0]", "W", {"W": (3,), "x": (3,), "y": (2,)}),
]  # fmt: skip
REFUSED = [
    ("input x[D]\nparam W[D]\nz = sum(i, W[i]**2*x[i])", "not linear"),
    ("input x[D]\nparam W[D]\nz = tanh(sum(i, W[i]*x[i]))", "not linear"),
    ("input x[D]\nparam W[D]\nz = sum(i, W[i]) + sum(i, x[i])", r"mean of .*x"),
    ("input x[D]\nparam W[R]\nindex u < D\nz[u] = sum(r, W[r]*x[u+r-1])", "beside its axis"),
]


@pytest.mark.parametrize(("text", "weights", "shapes"), CASES, ids=[c[0].splitlines()[-1] for c in CASES])
def test_it_is_the_mean_over_all_signs(text, weights, shapes):
    f = sb.formula(text)
    moments = {n: Entry(f"q_{n}") for n in shapes if n != weights}
    last = second_moment(f.equations[-1], f.tensors, weights, Entry("v"), moments)[-1].after
    sizes = {str(s): n for name, shape in shapes.items() for s, n in zip(f.tensors[name].lengths, shape, strict=True)}
    claimed = last.xreplace({Symbol(s, integer=True, positive=True): n for s, n in sizes.items()})
    claimed = claimed.xreplace({e: 1 for e in claimed.atoms(Entry)})
    random = np.random.default_rng(0)
    others = {n: random.choice([-1, 1], shapes[n]).astype(object) * Fraction(1) for n in moments}
    total, count = 0, 0
    for signs in product((-1, 1), repeat=int(np.prod(shapes[weights]))):
        drawn = (np.array(signs, dtype=object) * Fraction(1)).reshape(shapes[weights])
        total += np.ravel(evaluate(f, {**others, weights: drawn})["z"])[0] ** 2
        count += 1
    assert Fraction(total, count) == claimed


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[c[1] for c in REFUSED])
def test_what_has_no_such_mean_is_refused(text, message):
    f = sb.formula(text)
    with pytest.raises(NotSupported, match=message):
        second_moment(f.equations[-1], f.tensors, "W", Entry("v"), {"x": Entry("q")})
