"""Honesty about LaTeX: every true claim spoiled in every way is refuted, rewritten in every way proved.

A mutant counts only if NumPy alone finds it unequal at random points to what finite differences say is true. The quick
run takes one place of some ways in each claim; ``--hypothesis-profile=fuzz`` takes all ways and places.
"""

from collections import Counter
from itertools import islice

import numpy as np
import pytest
from hypothesis import settings

from symbackprop.claims.verify import verify_text
from tests.latex_documents import document
from tests.latex_mutants import HABITS, REWRITINGS_IN_LATEX, SPOILINGS
from tests.latex_rendering import Unwritable
from tests.latex_rows import DERIVATIONS
from tests.latex_truth import About, points

THOROUGH = settings.default.max_examples > 1000
CLAIMS = [(row, key) for row in DERIVATIONS for key in row.claims]


def differs(row, key, source):
    """Whether a right side has another value than the truth at all points; None where NumPy gives it none."""
    about, found = About.of(key), []
    for point in points(row.name):
        try:
            with np.errstate(all="ignore"):
                got = claimed(point, about, source)
        except AttributeError:  # a number's transpose is no mistake that people make
            return False
        except (ValueError, TypeError, IndexError, NameError):
            return None
        true = point.true(about)
        if not np.all(np.isfinite(got)):
            return None
        found.append(got.shape != true.shape or float(np.max(np.abs(got - true))) > 1e-4)
    return all(found)


def claimed(point, about, source):
    """The value; an index that nothing binds any more may be any: where one value is right, nothing is said."""
    try:
        return point.claimed(about, source)
    except NameError as e:
        each = [point.claimed(about, f"[{source} for {e.name} in [{k}]][0]") for k in range(point.lengths[e.name])]
        true = point.true(about)
        right = [g for g in each if g.shape == true.shape and np.allclose(g, true, atol=1e-4)]
        return right[0] if right else each[0]


def verdict(row, claims, key, style=None):
    """The verdict on the claim about the key."""
    report = verify_text(document(row, claims, *([style] if style else [])), None)
    assert len(report.claims) == len(claims), [c.source for c in report.claims]
    return report.claims[list(claims).index(key)].verdict


def mutants(row, key, ways, most):
    """Spoiled right sides of a claim, with the way, and whether NumPy gives them a value at all."""
    for name, change in ways.items():
        for source in islice(change(row, row.claims[key]), most):
            unequal = differs(row, key, source)
            if unequal is not False:
                yield name, source, unequal is not None


def some(table, k, step):
    return table if THOROUGH else dict(list(table.items())[k % step :: step])


@pytest.mark.parametrize("row", DERIVATIONS, ids=lambda r: r.name)
def test_the_true_claims_are_true(row):
    for point in points(row.name):
        for key, source in row.claims.items():
            true = point.true(About.of(key))
            np.testing.assert_allclose(point.claimed(About.of(key), source), true, rtol=1e-4, atol=1e-6)


def test_every_mutant_is_refuted():
    assert len(DERIVATIONS) >= 40
    used, others, found_all = Counter(), [], Counter()
    for k, (row, key) in enumerate(CLAIMS):
        for name, source, has_value in mutants(row, key, some(SPOILINGS, k, 8), 100 if THOROUGH else 1):
            try:
                found = verdict(row, row.claims | {key: source}, key)
            except Unwritable:
                continue
            used[name] += 1
            found_all[found] += has_value
            if found not in ("refuted", "unread"):
                others.append((row.name, key, name, source, found))
    assert not others
    assert found_all["unread"] <= 0.02 * found_all.total()  # as the sum over an index that nothing has
    assert len(used) >= 15 and sum(used.values()) >= 100


def rewritten(row, k):
    """Documents of the derivation written otherwise: the claims, the claim in question, the habits."""
    for j, (key, source) in enumerate(row.claims.items()):
        for name, change in some(REWRITINGS_IN_LATEX, k + j, 8).items():
            for new in islice(change(row, source), 100 if THOROUGH else 1):
                yield name, row.claims | {key: new}, None
    for name, style in some(HABITS, k, 8).items():
        yield name, row.claims, style


def test_every_rewriting_is_proved():
    found, used, others = Counter(), Counter(), []
    for k, row in enumerate(DERIVATIONS):
        for name, claims, style in rewritten(row, k):
            try:
                report = verify_text(document(row, claims, *([style] if style else [])), None)
            except Unwritable:
                continue
            used[name] += 1
            for c in report.claims:
                found[c.verdict] += 1
                if c.verdict != "proved":
                    others.append((row.name, name, c.source, c.verdict, c.reason))
    assert not found["refuted"], others
    assert len(used) >= 15 and found["proved"] >= 0.95 * found.total(), others
