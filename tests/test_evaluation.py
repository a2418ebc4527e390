"""The plain reading of formulas, in every number type."""

from fractions import Fraction

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.evaluation import evaluate
from symbackprop.number_types import COMPLEX, FLOAT, FRACTION, VECTOR, KinkCrossed, arb_numbers, mpmath_numbers

LINEAR = "input x[N,D]\nparam W[D,M]\nz[n,j] = sum(i, x[n,i]*W[i,j])\nC = mean(n, sum(j, z[n,j]**2))"
X, W = np.array([[1, 2, -1], [0, 3, 1]]), np.array([[1, -1], [2, 0], [1, 4]])


def test_loops_agree_with_numpy():
    found = evaluate(sb.formula(LINEAR), {"x": X, "W": W})
    np.testing.assert_allclose(found["z"], X @ W)
    assert found["C"] == pytest.approx(((X @ W) ** 2).sum() / 2)


def test_fractions_stay_exact():
    exact = np.vectorize(Fraction, otypes=[object])
    found = evaluate(sb.formula(LINEAR + "\nr = C/7"), {"x": exact(X) / 3, "W": exact(W)}, numbers=FRACTION)
    assert found["r"] == Fraction(int(((X @ W) ** 2).sum()), 2 * 9 * 7)


def test_fractions_refuse_what_is_not_rational():
    with pytest.raises(sb.NotSupported):
        evaluate(sb.formula("input x\ny = exp(x)"), {"x": np.array(Fraction(1, 2), dtype=object)}, numbers=FRACTION)


@pytest.mark.parametrize("numbers", [FLOAT, COMPLEX, mpmath_numbers(), arb_numbers(), VECTOR], ids=lambda n: n.name)
def test_number_types_agree(numbers):
    import flint
    import mpmath

    make = {"mpmath": mpmath.mpf, "arb": flint.arb, "complex": complex}.get(numbers.name, float)
    text = "input x\ny = tanh(x) + sigmoid(x)*log(3 + x**2) - sqrt(x + 2)/exp(x) + softplus(x) + abs(x) + sin(x)*cos(x)"
    found = evaluate(sb.formula(text), {"x": np.array(make(0.75), dtype=object)}, numbers=numbers)["y"]
    expected = evaluate(sb.formula(text), {"x": 0.75})["y"]
    difference = found - make(float(expected))
    assert abs(float(difference.real if numbers.name == "complex" else difference)) < 1e-12


def test_affine_slots_read_zero_outside_and_bare_ones_must_be_inside():
    f = sb.formula("input x[N]\nindex h < N + 2\ny[h] = x[h-1]")
    assert evaluate(f, {"x": [5.0, 6.0]})["y"].tolist() == [0, 5, 6, 0]
    f = sb.formula("label t[N] < K\ninput E[K]\ny[n] = E[t[n]]")
    with pytest.raises(sb.DataError, match="outside"):
        evaluate(f, {"t": np.array([0, 3]), "E": [1.0, 2.0]})


def test_where_evaluates_only_the_branch_that_it_takes():
    f = sb.formula("input x[N]\ny[n] = where(x[n] > 0, log(x[n]), 0)")
    assert evaluate(f, {"x": [1.0, -1.0]})["y"].tolist() == [0, 0]


def test_recurrences_run_from_their_boundary_both_ways():
    forward = sb.formula("input x[T], h0\nh[t] = 2*h[t-1] + x[t]\nh[-1] = h0")
    assert evaluate(forward, {"x": [1.0, 0.0, 0.0], "h0": 1.0})["h"].tolist() == [3, 6, 12]
    backward = sb.formula("input x[T]\ng[t] = 2*g[t+1] + x[t]\ng[T] = 0")
    assert evaluate(backward, {"x": [0.0, 0.0, 1.0]})["g"].tolist() == [4, 2, 1]


def test_a_long_recurrence_does_not_exhaust_the_stack():
    f = sb.formula("input x[T]\nh[t] = h[t-1] + x[t]\nh[-1] = 0")
    assert evaluate(f, {"x": np.ones(5000)})["h"][-1] == 5000


def test_ties_take_the_first_maximum():
    f = sb.formula("input x[N]\nk = argmax(n, x[n])\nm = max(n, x[n])")
    found = evaluate(f, {"x": [1.0, 3.0, 3.0]})
    assert found["k"] == 1 and found["m"] == 3


def test_perturbed_copies_that_disagree_are_refused():
    copies = {"x": np.array([-1e-3, 1e-3])}  # one scalar, perturbed two ways
    with pytest.raises(KinkCrossed):
        evaluate(sb.formula("input x\ny = relu(x)"), copies, numbers=VECTOR)


def test_grouped_slots_are_row_major():
    f = sb.formula("input x[A,B]\ny[(a,b)] = x[a,b]\nz[k] = y[k]")
    x = np.arange(6.0).reshape(2, 3)
    assert evaluate(f, {"x": x})["y"].tolist() == x.ravel().tolist()


def test_missing_arrays_and_sizes_are_named():
    f = sb.formula("input x[N]\nparam w\ny[n] = w*x[n]")
    with pytest.raises(sb.DataError, match="no array for w"):
        evaluate(f, {"x": [1.0]})
    f = sb.formula("size S\ninput x[N]\nindex h < N - S\ny[h] = x[h+S]")
    with pytest.raises(sb.DataError, match="give S by name"):
        evaluate(f, {"x": [1.0, 2.0, 3.0]})
    assert evaluate(f, {"x": [1.0, 2.0, 3.0]}, {"S": 2})["y"].tolist() == [3]


def test_arrays_that_contradict_one_another_are_named():
    with pytest.raises(sb.DataError, match=r"W has shape \(4, 2\): axis 0 is 4, but D is 3"):
        evaluate(sb.formula(LINEAR), {"x": np.ones((2, 3)), "W": np.ones((4, 2))})
