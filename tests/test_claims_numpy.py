"""Gradients in NumPy: right ones proved, wrong ones refuted with the mistake named; what cannot be read says so."""

import inspect

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.testing import assert_gradient
from tests.layer_rows import LAYERS
from tests.numpy_functions import shapes
from tests.numpy_rows import RIGHT, WRONG


def verdict_of(forward, gradient, wrt, text, assume=None):
    return sb.verify_gradient(forward, gradient, wrt, shapes(text), assume or {})


@pytest.mark.parametrize("row", RIGHT, ids=lambda r: r[0])
def test_a_right_gradient_is_proved(row, patient):
    claim = verdict_of(*row[1:])
    assert claim.verdict == "proved", claim


@pytest.mark.parametrize("row", WRONG, ids=lambda r: r[0])
def test_a_wrong_gradient_is_refuted_and_its_mistake_named(row, patient):
    claim = verdict_of(*row[1:6])
    assert claim.verdict == "refuted", claim
    if row[6] is not None:
        assert claim.diagnosis in row[6], claim


@pytest.mark.parametrize("row", [r for r in WRONG if "shape" not in (r[6] or ())], ids=lambda r: r[0])
def test_a_counterexample_shows_two_numbers_that_differ(row):
    found = verdict_of(*row[1:6]).counterexample
    assert found["claimed"] != found["true"]
    assert set(found) == {"sizes", "values", "entry", "claimed", "true"}


def spoiled(gradient, change):
    """The gradient function with its result changed, under the same parameters."""

    def mutant(*args, **kwargs):
        return change(gradient(*args, **kwargs))

    mutant.__signature__ = inspect.signature(gradient)
    return mutant


@pytest.mark.parametrize("row", RIGHT[::3], ids=lambda r: r[0])
@pytest.mark.parametrize("diagnosis, change", [("sign", lambda g: -g), ("factor", lambda g: 3 * g / 7)])
def test_a_spoiled_gradient_is_refuted_and_mended(row, diagnosis, change, patient):
    _, forward, gradient, wrt, text, assume = row
    claim = verdict_of(forward, spoiled(gradient, change), wrt, text, assume)
    assert (claim.verdict, claim.diagnosis) == ("refuted", diagnosis), claim


@pytest.mark.parametrize("row", LAYERS, ids=lambda r: r[0])
def test_backward_passes_of_layers(row, patient):
    _, forward, backward, text, expected = row
    report = sb.verify_backward(forward, backward, shapes(text))
    assert {c.id: c.verdict for c in report.claims} == expected, report


def test_a_size_in_the_code_is_not_a_size_for_all():
    claim = verdict_of(lambda x: np.mean(x**2), lambda x: 2 * x / 5, "x", "x=N")
    assert claim.verdict == "refuted"
    assert "holds at N = 5 only" in claim.notes
    assert verdict_of(lambda x: np.mean(x**2), lambda x: 2 * x / 5, "x", "x=5").verdict == "proved"


def test_what_cannot_be_read_is_judged_by_numbers_and_names_the_line():
    claim = verdict_of(lambda x: np.sum(np.sort(x) ** 2), lambda x: 2 * x, "x", "x=4")
    assert claim.verdict == "agrees"
    assert claim.evidence["points"] == 10 and claim.evidence["digits"] >= 6
    assert "np.sort" in claim.reason
    wrong = verdict_of(lambda x: np.sum(np.sort(x) ** 2), lambda x: x, "x", "x=4")
    assert wrong.verdict == "refuted"


def test_assumptions_that_nothing_satisfies_prove_nothing():
    claim = sb.verify_gradient(
        lambda x: np.sum(np.log(x)), lambda x: 1 / x, "x", {"x": ("N", "N")}, {"x": ["antisymmetric", "positive"]}
    )
    assert claim.verdict == "unread"


def test_a_reading_is_echoed_in_index_notation():
    claim = verdict_of(lambda x, W: np.sum((x @ W) ** 2), lambda x, W: 2 * x.T @ (x @ W), "W", "x=N,D W=D,M")
    assert claim.reading.splitlines()[-1].startswith("dW[")
    assert "sum(" in claim.reading


def test_code_that_fails_is_unread_with_its_error():
    def broken(x):
        raise RuntimeError("no such luck")

    claim = verdict_of(broken, lambda x: x, "x", "x=3")
    assert claim.verdict == "unread" and "no such luck" in claim.reason


def test_a_view_that_is_written_through_is_never_misread():
    def forward(x, r):
        y = x.copy()
        row = y[0]
        row *= 2  # NumPy: y changes too
        return np.sum(r * y)

    def gradient(x, r):
        g = np.array(r)
        g[0] *= 2
        return g

    def forgets_the_view(x, r):
        return r

    assert verdict_of(forward, gradient, "x", "x=2,3 r=2,3").verdict in ("proved", "agrees")
    assert verdict_of(forward, forgets_the_view, "x", "x=2,3 r=2,3").verdict == "refuted"


def test_the_caller_s_functions_and_modules_are_left_as_they_were():
    before = dict(vars(np))
    verdict_of(*RIGHT[0][1:])
    assert all(vars(np)[k] is v for k, v in before.items())


def test_an_input_written_in_place_is_the_caller_s_copy():
    def gradient(x):
        x *= 2
        return x

    assert verdict_of(lambda x: np.sum(x**2), gradient, "x", "x=N").verdict == "proved"


@pytest.mark.parametrize(
    "given, message",
    [
        (dict(wrt="y", shapes={"x": "N"}), "no input 'y'"),
        (dict(wrt="x", shapes={"x": (0,)}), "a size is a positive integer or a name"),
        (dict(wrt="x", shapes={"x": "N"}, assume={"x": "round"}), "unknown assumption 'round'"),
        (dict(wrt="x", shapes={"x": "N"}, assume={"x": "symmetric"}), "no square matrix"),
        (dict(wrt="x", shapes={"x": "N"}, assume={"z": "unit"}), "which has no shape"),
    ],
)
def test_questions_that_make_no_sense_are_refused(given, message):
    with pytest.raises(sb.DataError, match=message):
        sb.verify_gradient(lambda x: np.sum(x), lambda x: np.ones_like(x), **given)


def test_assert_gradient_shows_both_numbers():
    assert_gradient(lambda x: np.sum(x**2), lambda x: 2 * x, "x", {"x": "N"})
    with pytest.raises(AssertionError, match=r"(?s)claimed .* true .*factor"):
        assert_gradient(lambda x: np.sum(x**2), lambda x: x, "x", {"x": "N"})
