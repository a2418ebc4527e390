"""The check fails whatever is wrong, and says what it did."""

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.checking import check
from tests.formulas import FORMULAS


def _point(derivation, sizes, seed=0):
    from symbackprop.sampling import draw

    return draw(derivation.program, sizes, seed)


@pytest.fixture(scope="module")
def wide():
    """A linear layer with a thousand weights, and its right gradients at a point."""
    d = sb.derive(sb.formula("input x[N,D]\nparam W[M,D]\nC = sum(n, j, tanh(sum(i, x[n,i]*W[j,i])))"), wrt=["W"])
    point = _point(d, {"N": 3, "D": 25, "M": 40})
    return d, point, d.compile()(**point)[1]


def test_right_gradients_pass(wide):
    d, point, right = wide
    report = check(d, arrays=point, gradients=right)
    assert report.passed and report.rows[0].entries == 1000 and report.sizes == {"N": 3, "D": 25, "M": 40}


@pytest.mark.parametrize("size", [2e-6, 1e-3, 1.0])
def test_one_wrong_entry_of_a_thousand_is_caught(wide, size):
    d, point, right = wide
    wrong = right["W"].copy()
    wrong[17, 3] += size * np.linalg.norm(wrong)
    assert not check(d, arrays=point, gradients={"W": wrong}).passed


def test_small_gradients_set_to_zero_are_caught(wide):
    d, point, _ = wide
    tiny = dict(point)
    tiny["x"] = point["x"] * 1e-12
    right = d.compile()(**tiny)[1]["W"]
    assert np.abs(right).max() < 1e-9
    assert check(d, arrays=tiny, gradients={"W": right}).passed
    assert not check(d, arrays=tiny, gradients={"W": np.zeros_like(right)}).passed


def test_overwriting_instead_of_accumulating_on_repeated_labels_is_caught():
    d = sb.derive(sb.formula(FORMULAS["embedding"]))
    sizes = {"N": 4, "T": 3, "V": 2, "D": 3}  # two words, twelve places: each repeats
    point = _point(d, sizes)
    _, right = d.compile()(**point)
    name = next(iter(right))
    labels = next(point[t.name] for t in d.formula.declared if t.role == "label")
    upstream = next(
        v for k, v in point.items() if np.shape(v)[: labels.ndim] == labels.shape and np.ndim(v) > labels.ndim
    )
    wrong = np.zeros_like(right[name])
    wrong[labels] = upstream  # the last one wins
    assert check(d, arrays=point, gradients=right).passed
    assert not check(d, arrays=point, gradients={**right, name: wrong}).passed


@pytest.mark.parametrize("spoil", [lambda g: -g, lambda g: 2 * g, lambda g: g.T.copy(), lambda g: g * np.nan])
def test_sign_factor_transpose_and_nan_are_caught(spoil):
    d = sb.derive(sb.formula("input x[D]\nparam W[D,D]\nC = sum(i, tanh(sum(j, W[i,j]*x[j])))"))
    point = _point(d, {"D": 4})
    _, right = d.compile()(**point)
    assert not check(d, arrays=point, gradients={**right, "W": spoil(right["W"])}).passed


def test_twenty_sigmoid_layers_are_decided_in_extended_precision():
    parts = [p for _ in range(20) for p in (sb.Linear(2, 2), sb.ReLU(), sb.Linear(2, 2), sb.Sigmoid())]
    d = sb.Sequential(*parts, loss=sb.MSELoss()).derive()
    sizes = {name: 2 for name in (s.name for s in d.formula.sizes)}
    point = {k: v * 0.3 for k, v in _point(d, sizes).items()}
    report = check(d, arrays=point)
    assert report.passed, str(report)
    assert any(r.method == "100 digits" for r in report.rows)


def test_the_method_follows_from_the_formula():
    smooth = sb.derive(sb.formula("input x[N]\nC = sum(n, tanh(x[n]))")).check()
    kinked = sb.derive(sb.formula("input x[N]\nC = sum(n, relu(x[n]))")).check()
    assert {r.method for r in smooth.rows} == {"complex step"}
    assert {r.method for r in kinked.rows} == {"central differences"}


def test_points_near_a_kink_are_rejected_and_it_is_said():
    d = sb.derive(sb.formula("input x[N]\nC = sum(n, relu(x[n]))"))
    with pytest.raises(sb.SymbackpropError, match="kink"):
        check(d, arrays={"x": np.array([1e-9, 1.0])})
    notes = [check(d, sizes={"N": 300}, seed=s).notes for s in range(3)]
    assert any("too near a kink" in note for group in notes for note in group)


def test_a_gradient_that_is_zero_passes_and_a_nonzero_claim_does_not():
    d = sb.derive(sb.formula("input x[N], u[N]\nC = sum(n, x[n]**2 + 0*u[n])"))
    point = _point(d, {"N": 3})
    _, right = d.compile()(**point)
    assert check(d, arrays=point, gradients=right).passed
    assert not check(d, arrays=point, gradients={**right, "u": np.full(3, 1e-9)}).passed


def test_the_report_names_tensor_shape_entries_sizes_and_seed():
    text = str(sb.derive(sb.formula("input x[N]\nC = sum(n, x[n]**2)")).check(sizes={"N": 5}, seed=3))
    assert "dx" in text and "N = 5" in text and "seed 3" in text and "ok" in text


def test_a_gradient_of_the_wrong_shape_is_an_error():
    d = sb.derive(sb.formula("input x[N]\nC = sum(n, x[n]**2)"))
    with pytest.raises(sb.DataError, match=r"shape \(2,\), but x has \(3,\)"):
        check(d, arrays={"x": np.ones(3)}, gradients={"x": np.ones(2)})


def test_a_point_where_every_unit_is_dead_is_not_used():
    # Whatever the seed, some unit is alive: a check at a point where all gradients vanish tests nothing.
    net = sb.Sequential(sb.Linear(2, 3), sb.ReLU(), sb.Linear(3, 5), loss=sb.MSELoss()).derive()
    for seed in range(12):
        report = net.check(seed=seed)
        assert report.passed and all(0 < r.max_relative_error < 1e-6 or r.entries <= 3 for r in report.rows)


def test_a_given_point_near_a_kink_is_checked_with_a_smaller_step():
    d = sb.derive(sb.formula("input x[N]\nC = sum(n, relu(x[n])**2 + x[n])"))
    report = check(d, arrays={"x": np.array([1e-4, -1e-5, 1.0])})
    assert report.passed
    wrong = {"x": np.array([1.0, 1.0, 3.0])}  # the first entry lacks 2e-4
    assert not check(d, arrays={"x": np.array([1e-4, -1e-5, 1.0])}, gradients=wrong).passed
