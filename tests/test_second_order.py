"""Jacobians, Hessians and Hessian-vector products against finite differences of compiled gradients."""

import numpy as np
import pytest

import symbackprop as sb
from tests.formulas import FORMULAS

LOGISTIC = "input x[N,D]\nparam w[D]\ntarget y[N]\nz[n] = sum(i, x[n,i]*w[i])\nC = mean(n, softplus(z[n]) - y[n]*z[n])"
NET_2_2_1 = """
input x[N,D]
param W[M,D], b[M], v[M], c
target y[N]
z[n,j] = sum(i, x[n,i]*W[j,i]) + b[j]
a[n,j] = sigmoid(z[n,j])
u[n] = sum(j, v[j]*a[n,j]) + c
o[n] = sigmoid(u[n])
C = mean(n, (o[n] - y[n])**2)
"""
ATTENTION = """
input X[T,E]
param Q[T,D], K[T,D], V[T,D]
index s < T
S[t,s] = sum(d, Q[t,d]*K[s,d])/sqrt(D)
P[t,s] = exp(S[t,s])/sum(r, exp(S[t,r]))
O[t,d] = sum(s, P[t,s]*V[s,d])
C = sum(t, d, O[t,d]**2)
"""
CASES = {"logistic": (LOGISTIC, "w"), "2-2-1": (NET_2_2_1, "W"), "attention": (ATTENTION, "Q")}


def _numeric_hessian(derivation, point, name, h=1e-5):
    gradient = derivation.compile()
    columns = []
    for where in np.ndindex(point[name].shape):
        sides = []
        for sign in (1, -1):
            moved = dict(point) | {name: point[name].copy()}
            moved[name][where] += sign * h
            sides.append(gradient(**moved)[1][name])
        columns.append((sides[0] - sides[1]) / (2 * h))
    stacked = np.stack(columns, axis=-1)
    return stacked.reshape(*point[name].shape, *point[name].shape)


@pytest.mark.parametrize("case", CASES)
def test_hessian_and_product_with_a_direction(case):
    from symbackprop.sampling import draw, small_sizes

    text, name = CASES[case]
    d = sb.derive(sb.formula(text), wrt=[name])
    point = draw(d.formula, small_sizes(d.formula), seed=1)
    numeric = _numeric_hessian(d, point, name)
    np.testing.assert_allclose(d.hessian(name).compile()(**point), numeric, rtol=1e-5, atol=1e-7)
    direction = np.random.default_rng(2).normal(size=point[name].shape)
    expected = np.tensordot(numeric, direction, axes=direction.ndim)
    product = d.hvp(name).compile()(**point, **{f"v_{name}": direction})
    np.testing.assert_allclose(product, expected, rtol=1e-5, atol=1e-7)


def test_mixed_second_derivatives():
    d = sb.derive(sb.formula("input x\nparam a, b\nC = a*b**2*x"))
    assert str(d.hessian("a", "b")).endswith("= 2*b*x")


def test_jacobians_of_a_layer_hold_deltas():
    d = sb.derive(sb.formula("input a[D]\nparam W[M,D], b[M]\nz[j] = sum(i, W[j,i]*a[i]) + b[j]\ny[j] = relu(z[j])"))
    assert str(d.jacobian("z", "a")) == "dz_da[j,i] = W[j,i]"
    assert str(d.jacobian("z", "b")) == "dz_db[j,j2] = (j == j2)"
    W, a, b = np.random.default_rng(0).normal(size=(3, 2)), np.array([0.3, -1.0]), np.zeros(3)
    steps = d.jacobian("y", "z").compile()(a=a, W=W, b=b)
    np.testing.assert_array_equal(steps, np.diag((W @ a > 0).astype(float)))


def test_jacobian_of_a_network_matches_its_layers_product():
    d = sb.Sequential(sb.Linear(3, 4), sb.Tanh(), sb.Linear(4, 2)).derive()
    jacobian = d.jacobian("z2", "x")
    r = np.random.default_rng(0)
    p = dict(
        x=r.normal(size=(5, 3)),
        W1=r.normal(size=(4, 3)),
        b1=r.normal(size=4),
        W2=r.normal(size=(2, 4)),
        b2=r.normal(size=2),
    )
    found = jacobian.compile()(**p)
    a = np.tanh(p["x"] @ p["W1"].T + p["b1"])
    for n in range(5):
        np.testing.assert_allclose(found[n, :, n, :], p["W2"] @ np.diag(1 - a[n] ** 2) @ p["W1"])
        assert not found[n, :, (n + 1) % 5, :].any()


def test_hessian_of_a_network_made_of_layers():
    d = sb.Sequential(sb.Linear(2, 2), sb.Sigmoid(), sb.Linear(2, 1), loss=sb.MSELoss()).derive()
    r = np.random.default_rng(0)
    shapes = dict(x=(4, 2), W1=(2, 2), b1=(2,), W2=(1, 2), b2=(1,), y=(4, 1))
    p = {k: r.normal(size=s) for k, s in shapes.items()}
    np.testing.assert_allclose(d.hessian("W1").compile()(**p), _numeric_hessian(d, p, "W1"), rtol=1e-5, atol=1e-7)


def test_second_derivatives_need_a_scalar():
    d = sb.derive(sb.formula("input x[N]\ny[n] = x[n]**2"))
    with pytest.raises(sb.DataError, match="not a scalar"):
        d.hessian("x")


def test_a_recurrence_has_no_closed_form():
    d = sb.derive(sb.formula(FORMULAS["recurrent"]))
    with pytest.raises(sb.NotSupported, match="recurrence"):
        d.gradient(d.wrt[0], closed=True)
