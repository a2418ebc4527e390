"""The worked derivations of exploding gradients, dying units and cures: their numbers, once more by plain NumPy."""

import numpy as np
import pytest
import sympy

from derivations import cures, dying_relu, exploding


def chain(weights, X, activation):
    """A chain of layers without biases: (what each layer reads, the output)."""
    inputs = [X]
    for W in weights[:-1]:
        inputs.append(activation(inputs[-1] @ W.T))
    return inputs, inputs[-1] @ weights[-1].T


def gradients(weights, X, y, activation, slope):
    """Those of the mean squared error; ``slope`` is the activation's in terms of its value."""
    inputs, out = chain(weights, X, activation)
    adjoint, found = 2 * (out - y) / out.size, []
    for k in reversed(range(len(weights))):
        found.append(adjoint.T @ inputs[k])
        adjoint = adjoint @ weights[k]
        if k:
            adjoint = adjoint * slope(inputs[k])
    return found[::-1]


def relu(z):
    return np.maximum(z, 0)


def on(a):
    return (a > 0) * 1.0


@pytest.mark.parametrize("depth", [2, 5])
def test_the_first_weight_gets_the_product_of_the_others(depth):
    first, last = exploding.chain_in_letters(depth)
    letters = sympy.symbols(f"x y w1:{depth + 1}")
    numbers = [1.5, 0.25, *np.linspace(1.1, 2.0, depth)]
    at = {s.name: v for s, v in zip(letters, numbers, strict=True)}
    value = float(first.subs({s: at[s.name] for s in first.free_symbols}))
    x, y, *w = numbers
    step = 1e-6

    def cost(w):
        return (x * np.prod(w) - y) ** 2 / 2

    assert value == pytest.approx((cost([w[0] + step, *w[1:]]) - cost([w[0] - step, *w[1:]])) / (2 * step), rel=1e-6)
    assert float(last.subs({s: at[s.name] for s in last.free_symbols})) == pytest.approx(x * np.prod(w) - y)


def test_explosion_by_plain_numpy():
    depth, factor = exploding.DEEP, exploding.FACTORS[-1]
    X, y = exploding.data()
    weights = list(exploding.weights(depth, factor).values())
    out = chain(weights, X, relu)[1]
    assert exploding.descent(depth, None)[0] == pytest.approx(np.mean((out - y) ** 2))
    report = exploding.measured(depth, factor)
    assert [x.gradient for x in report.layers] == pytest.approx(
        [np.linalg.norm(g) for g in gradients(weights, X, y, relu, on)]
    )
    product = np.prod([np.linalg.norm(W, 2) for W in weights[1:]])
    assert report[0].bound == pytest.approx(product * np.abs(2 * (out - y) / len(X)).max())
    stepped = [W - exploding.RATE * g for W, g in zip(weights, gradients(weights, X, y, relu, on), strict=True)]
    assert exploding.descent(depth, None)[1] == pytest.approx(np.mean((chain(stepped, X, relu)[1] - y) ** 2))
    assert not np.isfinite(exploding.descent(depth, None)[-1])
    clipped = exploding.descent(depth, exploding.CLIP)
    assert len(clipped) == exploding.STEPS + 1 and clipped[-1] < 1 < 100 < clipped[0]


def test_the_dead_stay_dead_and_the_leaky_come_back():
    start, end = dying_relu.trainer("ReLU", dying_relu.BIAS), dying_relu.life("ReLU").trainer
    X, y = dying_relu.data()
    z = X @ start.parameters["0.weight"].T + start.parameters["0.bias"]
    assert (z < 0).all()
    for key in ("0.weight", "0.bias"):
        assert np.array_equal(start.parameters[key], end.parameters[key])
    assert end.parameters["2.bias"] == pytest.approx(y.mean())
    backs = {name: dying_relu.life(name).back for name in dying_relu.ACTIVATIONS}
    assert backs.pop("ReLU") is None and all(0 < b < dying_relu.STEPS for b in backs.values())
    before, after = dying_relu.killed()
    assert min(before) > 0 == min(after)


def test_cures_by_plain_numpy():
    report = cures.vanishing()
    X, y = cures.data()
    weights = list(cures.weights(cures.network(cures.sb.Tanh), cures.TOO_SMALL).values())
    found = gradients(weights, X, y, np.tanh, lambda a: 1 - a**2)
    assert cures.trial(report, "as it is").gradients == pytest.approx([np.linalg.norm(g) for g in found])
    assert {t.name for t in report.trials if t.result == "cured"} >= {"Xavier initialisation", "batch norm"}
    total, plain, clipped = cures.clipped_descents()
    assert total < cures.CLIP and plain == clipped
    exploded = cures.exploding()
    assert "exploding" in exploded.findings
    assert cures.trial(exploded, "gradient clipping").result == "cured"
