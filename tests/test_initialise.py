"""How parameters start: deviations, orthogonality, and the same kinds as PyTorch has."""

import math

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.errors import DataError
from symbackprop.training.initialise import fans, initialise

SHAPE = (300, 40, 3)
SCALED = {
    "xavier": lambda into, out: math.sqrt(2 / (into + out)),
    "kaiming": lambda into, out: math.sqrt(2 / into),
}


@pytest.mark.parametrize("kind", ["uniform", "normal"])
@pytest.mark.parametrize("name", SCALED)
@pytest.mark.parametrize("gain", [None, 0.7])
def test_deviation(name, kind, gain):
    drawn = initialise((f"{name}_{kind}", gain), SHAPE, np.random.default_rng(0))
    default = 1 if name == "xavier" else math.sqrt(2)
    expected = SCALED[name](*fans(SHAPE)) * (1 if gain is None else gain / default)
    assert drawn.std() == pytest.approx(expected, rel=0.02)
    assert abs(drawn.mean()) < expected / 50
    assert (kind == "normal") == (abs(drawn).max() > 1.8 * expected)


@pytest.mark.parametrize("shape", [(5, 5), (7, 3), (3, 7), (4, 2, 3), (6,)], ids=str)
@pytest.mark.parametrize("gain", [None, 1.4])
def test_rows_or_columns_are_orthonormal(shape, gain):
    drawn = initialise(("orthogonal", gain), shape, np.random.default_rng(0))
    flat = drawn.reshape(shape[0], -1)
    gram = flat @ flat.T if shape[0] <= flat.shape[1] else flat.T @ flat
    assert drawn.shape == shape
    assert gram == pytest.approx((gain or 1) ** 2 * np.eye(min(flat.shape)), abs=1e-12)


def test_orthogonal_matrices_are_uniform():
    """The trace of a uniform orthogonal matrix has mean 0 and variance 1 (Diaconis and Shahshahani, 1994)."""
    random = np.random.default_rng(0)
    traces = [np.trace(initialise(("orthogonal", None), (4, 4), random)) for _ in range(4000)]
    assert np.mean(traces) == pytest.approx(0, abs=0.06)
    assert np.var(traces) == pytest.approx(1, rel=0.1)


def test_all_weights_of_a_network_start_as_asked_and_biases_as_ever(tmp_path):
    net = sb.Sequential(sb.Linear(6, 6), sb.LayerNorm(6), sb.Tanh(), sb.Linear(6, 3), loss=sb.MSELoss())
    plain, trainer = net.trainer(), net.trainer(init=("orthogonal", 2.0))
    for key, value in trainer.parameters.items():
        if value.ndim == 2:
            assert value @ value.T == pytest.approx(4 * np.eye(len(value)), abs=1e-12)
        else:
            assert value.shape == plain.parameters[key].shape and abs(value).max() <= 1
    trainer.save(tmp_path / "n.npz")
    assert sb.load(tmp_path / "n.npz").options["init"] == ["orthogonal", 2.0]


def test_a_layer_of_a_formula_starts_as_it_is_told():
    layer = sb.FunctionLayer(
        "input x[N, D]\nparam W[M, D]\ny[n, j] = sum(i, W[j, i]*x[n, i])", {"D": 3, "M": 5}, {"W": ("orthogonal", 2.0)}
    )
    drawn = sb.Sequential(layer, loss=sb.MSELoss()).trainer().parameters["0.W"]
    assert drawn.T @ drawn == pytest.approx(4 * np.eye(3), abs=1e-12)


@pytest.mark.parametrize(
    ("init", "message"),
    [
        ("glorot", "no initialiser 'glorot'"),
        (("orthogonal", "big"), "must be a number"),
        (3, "a name"),
        (("zeros", 1, 2), "a name"),
    ],
)
def test_what_cannot_be_is_refused(init, message):
    with pytest.raises(DataError, match=message):
        sb.Sequential(sb.Linear(2, 1), loss=sb.MSELoss()).trainer(init=init)
