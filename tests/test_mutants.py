"""Honesty, by the thousand: every true gradient spoiled in every way must be refuted, rewritten in every way proved.

A mutant counts only if NumPy alone, at random points, finds it unequal to the true gradient, which finite differences
confirm. The quick run takes one place of every other mutation in each row; ``--hypothesis-profile=fuzz`` takes all
places.
"""

from collections import Counter
from itertools import islice

import numpy as np
import pytest
from hypothesis import settings

from symbackprop.claims.gradient import verify_gradient
from symbackprop.claims.verify import verify_text
from tests.mutants import MUTATIONS, REWRITINGS, ROWS

_SIZES = {"N": 3, "D": 4, "M": 2, "K": 5, "n": 3}
_THOROUGH = settings.default.max_examples > 1000
_PLACES = 100 if _THOROUGH else 1


def function(source, row):
    """The test's own text as a function."""
    names = {"np": np}
    exec(f"def f({', '.join(row.shapes)}): return {source}", names)
    return names["f"]


def points(row):
    rng = np.random.default_rng(7)
    for _ in range(2):
        arrays = {k: rng.normal(size=[_SIZES[s] for s in shape]) for k, shape in row.shapes.items()}
        if row.assume:
            arrays["Y"] = np.eye(_SIZES["K"])[rng.integers(_SIZES["K"], size=_SIZES["N"])]
        yield arrays


def is_unequal(mutant, row):
    """Whether NumPy finds another value than the true gradient's; an expression that fails says nothing."""
    found = []
    for arrays in points(row):
        try:
            with np.errstate(all="ignore"):
                got = np.asarray(function(mutant, row)(**arrays))
        except (ValueError, TypeError, IndexError, NameError):  # shapes or names that do not fit
            return False
        true = np.asarray(function(row.gradient, row)(**arrays))
        if not np.all(np.isfinite(got)):
            return False
        found.append(got.shape != true.shape or float(np.max(np.abs(got - true))) > 1e-6)
    return all(found)


def verdict(source, row):
    found = verify_gradient(function(row.loss, row), function(source, row), row.wrt, row.shapes, row.assume)
    return found.verdict


def candidates(row, ways, count):
    for name, change in ways.items():
        yield from ((name, m) for m in islice(change(row.gradient), count))


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_the_true_gradients_are_true(row):
    for arrays in points(row):
        true = function(row.gradient, row)(**arrays)
        numerical = np.zeros_like(arrays[row.wrt])
        for at in np.ndindex(numerical.shape):
            step = np.zeros_like(numerical)
            step[at] = 1e-5
            loss = function(row.loss, row)
            up, down = (loss(**arrays | {row.wrt: arrays[row.wrt] + s}) for s in (step, -step))
            numerical[at] = (up - down) / 2e-5
        np.testing.assert_allclose(true, numerical, rtol=1e-5, atol=1e-6)


def test_every_mutant_is_refuted():
    assert len(ROWS) >= 40
    used = Counter()
    others = []
    for k, row in enumerate(ROWS):
        ways = dict(list(MUTATIONS.items())[(0 if _THOROUGH else k % 2) :: 1 if _THOROUGH else 2])
        for name, mutant in candidates(row, ways, _PLACES):
            if is_unequal(mutant, row):
                used[name] += 1
                if (found := verdict(mutant, row)) != "refuted":
                    others.append((row.name, name, mutant, found))
    assert not others
    assert len(used) >= 15 and sum(used.values()) >= 150


def test_every_rewriting_is_proved():
    found = Counter()
    others = []
    used = set()
    for row in ROWS:
        for name, source in candidates(row, REWRITINGS, _PLACES):
            result = verdict(source, row)
            used.add(name)
            found[result] += 1
            if result != "proved":
                others.append((row.name, name, source, result))
    assert not found["refuted"], others
    assert len(used) >= 15 and found["proved"] >= 0.95 * found.total(), others


@pytest.mark.parametrize(
    "text",
    [
        r"Let $x \in \mathbb{R}$, $x > 0$, $x < 0$ and $y = x^2$. $$\frac{dy}{dx} = 3x$$",
        r"Let $p \in \mathbb{R}^{n}$ with $\sum_{k} p_k = 1$ and $\sum_k p_k = 2$, $C = \sum_k p_k^2$. "
        r"$$\frac{\partial C}{\partial p_k} = 3 p_k$$",
        r"Let $x \in \mathbb{R}^{n}$ with $\lVert x \rVert = -1$ and $C = \sum_k x_k^2$. $$\nabla_x C = 5 x$$",
    ],
)  # fmt: skip
def test_contradictory_assumptions_prove_nothing(text):
    assert "proved" not in [c.verdict for c in verify_text(text, None).claims]


def test_a_false_law_among_the_assumptions_is_a_claim():
    report = verify_text(
        r"Let $x \in \mathbb{R}$ and $y = \tanh(x)$. Suppose $\tanh'(x) = 1 - x^2$. Then"
        "\n"
        r"$$\frac{dy}{dx} = 1 - x^2$$",
        None,
    )
    assert [c.verdict for c in report.claims] == ["refuted", "refuted"]


def test_a_net_that_forgot_the_mean_everywhere_is_refuted():
    text = r"""
    Let $X \in \mathbb{R}^{N \times D}$, $W \in \mathbb{R}^{D \times M}$, $Y \in \mathbb{R}^{N \times M}$.
    $$Z = X W, \qquad C = \frac{1}{2N} \lVert Z - Y \rVert_F^2$$
    $$\frac{\partial C}{\partial Z} = Z - Y$$
    $$\frac{\partial C}{\partial W} = X^\top (Z - Y)$$"""
    assert [c.verdict for c in verify_text(text, None).claims] == ["refuted", "refuted"]
