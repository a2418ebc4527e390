"""The numbers of the worked derivations, once more and by plain NumPy."""

from itertools import pairwise

import numpy as np
import pytest

import symbackprop as sb
from derivations import (
    bias_as_weight,
    composition,
    convolution,
    copying,
    gradient_descent,
    graph_walked_backwards,
    layer_jacobians,
    learning_rate,
    penalties,
    secant_and_tangent,
    through_time,
    total_derivative,
    two_neurons,
)
from derivations._activation import slopes
from derivations._pieces import number, values
from symbackprop.number_types import FLOAT
from symbackprop.sheet.blocks import Plot, Table
from tests.test_derivations import blocks, sheet


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_graph_walked_backwards_by_plain_numpy():
    p = {k: np.array(v) for k, v in graph_walked_backwards.POINT.items()}
    a = sigmoid(p["X"] @ p["W1"] + p["b1"])
    z = a @ p["W2"] + p["b2"]
    dz = 2 * (z - p["Y"]) / z.size
    dz1 = dz @ p["W2"].T * a * (1 - a)
    wanted = {"C": np.mean((z - p["Y"]) ** 2), "dZ2": dz, "dW2": a.T @ dz, "db2": dz.sum(0), "dZ1": dz1}
    wanted |= {"dW1": p["X"].T @ dz1, "db1": dz1.sum(0), "dX": dz1 @ p["W1"].T}
    text = sheet("graph_walked_backwards").to_tex()
    for name, value in wanted.items():
        for v in np.ravel(value):
            assert number(v) in text, name
    titles = [s.title for s in sheet("graph_walked_backwards").sections]
    nodes = [t for t in titles if t in ("MSE", "Linear 2", "Sigmoid", "Linear 1")]
    assert nodes == ["MSE", "Linear 2", "Sigmoid", "Linear 1"]


def test_two_neurons_by_plain_numpy():
    x, y = (np.array(two_neurons.POINT[k]) for k in "xy")
    w1, w2 = two_neurons.POINT["w1"], two_neurons.POINT["w2"]

    def cost(w1, w2):
        return np.mean((sigmoid(sigmoid(x * w1) * w2) - y) ** 2)

    z = sigmoid(x * w1)
    p = sigmoid(z * w2)
    d1 = np.mean(2 * (p - y) * p * (1 - p) * w2 * z * (1 - z) * x)
    d2 = np.mean(2 * (p - y) * p * (1 - p) * z)
    text = sheet("two_neurons").to_tex()
    new = w1 - two_neurons.RATE * d1, w2 - two_neurons.RATE * d2
    for value in (d1, d2, *new, cost(w1, w2), cost(*new)):
        assert number(abs(value), 6) in text
    assert "three factors" in text and "five factors" in text and text.count(r"\leftarrow") >= 4
    costs = two_neurons.descent(derived(two_neurons), two_neurons.POINT, 200)
    assert costs[0] == pytest.approx(cost(w1, w2)) and all(b < a for a, b in pairwise(costs))


def derived(module):
    return sb.derive(sb.formula(module.FORMULA))


def test_secant_tangent_and_mean_value():
    f = secant_and_tangent.Square(derived(secant_and_tangent))
    assert (f.slope(4), f.secant(4, 5), f.slope(secant_and_tangent.MIDDLE)) == (8, 9, 9)
    assert f.value(5) - f.value(4) == 9
    plots = [b for b in blocks("secant_and_tangent") if isinstance(b, Plot)]
    assert len(plots) == 2 and all(len(p.series) == 5 for p in plots)
    (_, curve), (_, secant) = ((s.label, dict(s.points)) for s in plots[0].series[:2])
    assert curve[4.0] == 16 and (secant[7.0] - secant[1.0]) / 6 == 9


@pytest.mark.parametrize(("name", "high"), [("sigmoid", 0.25), ("tanh", 1.0)])
def test_the_bound_is_attained_at_the_origin_alone(name, high):
    xs = np.linspace(-5, 5, 1001)
    derivative = slopes(name, xs)[1]
    by_definition = {"sigmoid": sigmoid(xs) * sigmoid(-xs), "tanh": 1 / np.cosh(xs) ** 2}[name]
    assert np.allclose(derivative, by_definition, rtol=1e-10)
    assert derivative.max() == high and list(xs[derivative == high]) == [0.0] and derivative.min() > 0


def test_relu_has_two_slopes_and_a_convention():
    assert list(slopes("relu", np.array([-2.0, 0.0, 2.0]))[1]) == [0, 0, 1]
    rows = next(b for b in blocks("relu_derivative") if isinstance(b, Table) and "from the left" in b.header[1]).rows
    assert {row[1:] for row in rows} == {("$0$", "$1$")}


def test_layer_jacobians_by_plain_numpy():
    p = {k: np.array(v) for k, v in layer_jacobians.POINT.items()}
    z = p["W"] @ p["a"] + p["b"]
    d = layer_jacobians.layer("relu")
    found = {pair: layer_jacobians.jacobian_at(d, *pair) for pair in (("z", "a"), ("z", "b"), ("h", "z"), ("h", "a"))}
    assert set(np.sign(z)) == {-1, 1}
    assert np.array_equal(found["z", "a"], p["W"]) and np.array_equal(found["z", "b"], np.eye(3))
    assert np.array_equal(found["h", "z"], np.diag((z > 0).astype(float)))
    assert np.array_equal(found["h", "a"], np.diag(z > 0) @ p["W"])
    by_w = layer_jacobians.jacobian_at(d, "z", "W")
    assert np.array_equal(by_w, np.einsum("jk,i->jki", np.eye(3), p["a"]))


def test_the_paths_add_up_to_the_total_derivative():
    d = derived(total_derivative)
    at = values(d, total_derivative.POINT)
    terms = total_derivative.path_terms(at, d)
    assert terms.shape == (3, 2) and np.allclose(terms.sum(axis=0), at["da1"])
    assert np.abs(terms - at["da1"]).min() > 1e-3, "no path alone is the derivative"
    rules = next(b for b in blocks("total_derivative") if isinstance(b, Table) and "needs" in b.header[2]).rows
    total = {row[0] for row in rules if row[2].startswith("total")}
    assert total == {"$a^{(1)}$", "$x$"}


def test_descent_goes_against_the_sign_and_arrives():
    points = gradient_descent.descend(gradient_descent.derivation())
    X, Y = gradient_descent.X, gradient_descent.Y
    for before, after in pairwise(points):
        assert np.allclose(before.gradient, 2 / len(Y) * X.T @ (X @ before.w - Y))
        assert np.array_equal(np.sign(after.w - before.w), -np.sign(before.gradient)) and after.cost < before.cost
    assert np.allclose(points[-1].w, [2, -1], atol=1e-3)


def test_the_reversed_order_is_the_transposed_layout():
    found = composition.jacobians(composition.vector_derivation())
    p = {k: np.array(v) for k, v in composition.POINT.items()}
    u = np.tanh(p["A"] @ p["x"])
    f, g = p["B"] * 2 * u, (1 - u**2)[:, None] * p["A"]
    assert np.allclose(found["yx"], f @ g) and np.allclose(found["yx"].T, g.T @ f.T)
    with pytest.raises(ValueError, match="mismatch"):
        found["ux"] @ found["yu"]


def test_a_bias_is_the_weight_of_a_constant_input():
    plain, with_one = bias_as_weight.both_forms()
    letters = bias_as_weight.symbols()
    symbolic = bias_as_weight.pairs(
        bias_as_weight.gradients(plain, letters, bias_as_weight.SYMBOLS),
        bias_as_weight.gradients(with_one, bias_as_weight.augmented(letters), bias_as_weight.SYMBOLS),
    )
    assert len(symbolic) == 9 and all(a == b and a.free_symbols for _, a, b in symbolic)
    p = {k: np.array(v) for k, v in bias_as_weight.POINT.items()}
    found = bias_as_weight.gradients(with_one, bias_as_weight.augmented(p), FLOAT)
    h = sigmoid(p["W"].T @ p["x"] + p["b"])
    y = sigmoid(p["w"] @ h + p["c"])
    assert float(found["y"]) == pytest.approx(y)
    assert np.allclose(np.asarray(found["dV"][0], dtype=float), y * (1 - y) * p["w"] * h * (1 - h))


def test_penalties_by_plain_numpy():
    X, y = penalties.points(penalties.SEEN, penalties.SEED)
    for k, p in enumerate(penalties.PENALTIES):
        w = penalties.weights(k)
        wanted = 2 / len(y) * X.T @ (X @ w - y) + p.l1 * np.sign(w) + p.l2 * w
        assert all(np.allclose(found, wanted) for found in penalties.gradients(k))
    least = np.linalg.solve(2 / len(y) * X.T @ X + penalties.PENALTIES[1].l2 * np.eye(8), 2 / len(y) * X.T @ y)
    assert np.allclose(penalties.weights(1), least, atol=1e-3)
    assert list(np.abs(penalties.weights(2)) < 1e-3) == [False] * 2 + [True] * 6


def test_backpropagation_through_time_by_plain_numpy():
    p = {k: np.array(v) for k, v in through_time.POINT.items()}
    x, U, V, y = p["x"], p["U"], p["V"], p["y"]
    h = [p["h0"]]
    for t in range(3):
        h.append(np.tanh(p["W"] @ x[t] + U @ h[-1]))
    dU, dW, later = 0, 0, np.zeros(2)
    for t in (2, 1, 0):
        dh = V.T @ (V @ h[t + 1] - y[t]) + U.T @ later
        later = dh * (1 - h[t + 1] ** 2)
        dU, dW = dU + np.outer(later, h[t]), dW + np.outer(later, x[t])
    at = values(through_time.derivation(), through_time.POINT)
    assert np.allclose(at["dU"], dU) and np.allclose(at["dW"], dW) and np.allclose(at["dh0"], U.T @ later)
    text = sheet("through_time").to_tex()
    assert all(number(abs(v)) in text for v in (*dU.ravel(), *dW.ravel()))


def test_convolution_by_plain_numpy():
    x, K, dy = (np.array(convolution.POINT[k], dtype=float) for k in ("x", "K", "dy"))
    z = sum(K[r, s] * x[r : r + 4, s : s + 4] for r in range(2) for s in range(2))
    dz = np.zeros((4, 4))
    for p in range(2):
        for q in range(2):
            window = z[2 * p : 2 * p + 2, 2 * q : 2 * q + 2]
            row, column = divmod(int(window.argmax()), 2)
            dz[2 * p + row, 2 * q + column] = dy[p, q]
    dx = np.zeros((5, 5))
    for r in range(2):
        for s in range(2):
            dx[r : r + 4, s : s + 4] += K[r, s] * dz
    dK = [[np.sum(x[r : r + 4, s : s + 4] * dz) for s in range(2)] for r in range(2)]
    at = convolution.at_point()
    for name, wanted in {"z": z, "dz": dz, "dx": dx, "dK": dK, "db": dz.sum()}.items():
        assert np.array_equal(at[name], wanted), name


def test_a_quadratic_descends_exactly_below_two_over_the_largest_eigenvalue():
    A, start = learning_rate.A, learning_rate.START
    assert np.allclose(np.linalg.eigvalsh(A), [1, 10])
    for alpha in (0.005, 0.1, 0.19, 0.2, 0.21):
        points, costs = learning_rate.descend(alpha, 30)
        step = np.eye(2) - alpha * A
        wanted = np.array([np.linalg.matrix_power(step, t) @ start for t in range(31)])
        assert np.allclose(points, wanted) and np.allclose(costs, np.einsum("ti,ij,tj->t", wanted, A, wanted) / 2)
        assert (np.abs(np.linalg.eigvals(step)).max() < 1 - 1e-9) == (alpha < 0.2)


def test_attention_by_plain_numpy():
    Q, K, V, dO = (np.array(copying.POINT[k]) for k in ("Q", "K", "V", "dO"))
    e = np.tril(np.exp(Q @ K.T / np.sqrt(2)))
    P = e / e.sum(axis=1, keepdims=True)
    dP = dO @ V.T
    dS = P * (dP - (dP * P).sum(axis=1, keepdims=True))
    at = values(copying.attention(), copying.POINT)
    wanted = {
        "P": P,
        "O": P @ V,
        "dP": dP,
        "dS": dS,
        "dQ": dS @ K / np.sqrt(2),
        "dK": dS.T @ Q / np.sqrt(2),
        "dV": P.T @ dO,
    }
    for name, value in wanted.items():
        assert np.allclose(at[name], value), name
