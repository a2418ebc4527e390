"""The trainer as a user relies on it: PyTorch's names, exact updates, bad input refused, nothing lost."""

import math

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.training.checking import check_trained
from symbackprop.training.fitting import Fit
from symbackprop.training.memory import Memory

IRIS_SHAPES = {"0.weight": (10, 4), "0.bias": (10,), "2.weight": (3, 10), "2.bias": (3,)}


def classifier():
    return sb.Sequential(sb.Linear(4, 10), sb.ReLU(), sb.Linear(10, 3), loss=sb.CrossEntropyLoss())


def regressor():
    return sb.Sequential(sb.Linear(3, 5), sb.Tanh(), sb.Linear(5, 2), loss=sb.MSELoss())


def batch(rows=12, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(size=(rows, 4)), random.integers(0, 3, rows)


def plain_loss_and_gradients(p, X, t):
    """The classifier as a textbook writes it, independent of the package."""
    z1 = X @ p["0.weight"].T + p["0.bias"]
    a1 = np.maximum(z1, 0)
    z2 = a1 @ p["2.weight"].T + p["2.bias"]
    q = np.exp(z2 - z2.max(axis=1, keepdims=True))
    q /= q.sum(axis=1, keepdims=True)
    rows = np.arange(len(X))
    loss = -np.log(q[rows, t]).mean()
    q[rows, t] -= 1
    d2 = q / len(X)
    d1 = (d2 @ p["2.weight"]) * (z1 > 0)
    return loss, {"0.weight": d1.T @ X, "0.bias": d1.sum(0), "2.weight": d2.T @ a1, "2.bias": d2.sum(0)}


# Parameters ----------------------------------------------------------------------


def test_parameters_have_the_names_and_shapes_of_a_state_dict():
    assert {k: w.shape for k, w in classifier().trainer().parameters.items()} == IRIS_SHAPES
    nested = sb.Sequential(sb.Linear(3, 3), sb.Residual(sb.Linear(3, 3), sb.Tanh()), loss=sb.MSELoss()).trainer()
    assert list(nested.parameters) == ["0.weight", "0.bias", "1.0.weight", "1.0.bias"]


def test_a_layer_used_twice_shares_its_parameters():
    shared = sb.Linear(3, 3)
    trainer = sb.Sequential(shared, sb.Tanh(), shared, loss=sb.MSELoss()).trainer(sb.SGD(lr=0.1))
    assert trainer.parameters["0.weight"] is trainer.parameters["2.weight"]
    X = np.random.default_rng(0).normal(size=(5, 3))
    assert check_trained(trainer, X, X).passed


def test_linear_layers_start_within_the_bound_of_pytorch():
    weight = sb.Sequential(sb.Linear(100, 50), loss=sb.MSELoss()).trainer().parameters["0.weight"]
    assert 0.099 < np.abs(weight).max() <= 0.1  # uniform within 1/sqrt(in_features)


def test_the_seed_decides_the_start():
    first, same, other = (classifier().trainer(seed=s).parameters["0.weight"] for s in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_assigning_into_parameters_changes_the_network():
    trainer = classifier().trainer()
    X, _ = batch()
    for w in trainer.parameters.values():
        w[...] = 0
    np.testing.assert_allclose(trainer.predict_proba(X), 1 / 3)
    trainer.parameters["2.bias"][1] = 50
    assert trainer.predict(X).tolist() == [1] * len(X)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_all_arrays_have_the_dtype_asked_for(dtype):
    trainer = classifier().trainer(sb.SGD(lr=0.1, momentum=0.9), dtype=dtype)
    X, t = batch()
    trainer.fit(X, t, epochs=3)
    arrays = [*trainer.parameters.values(), *trainer.gradients(X, t).values(), trainer.predict_proba(X)]
    assert {a.dtype for a in arrays} == {np.dtype(dtype)}
    assert check_trained(trainer, X, t).passed


def test_other_dtypes_are_refused():
    with pytest.raises(sb.DataError, match="float32, float64"):
        classifier().trainer(dtype="float16")


# Values and updates ----------------------------------------------------------------------


def test_loss_and_gradients_are_those_of_the_textbook():
    trainer = classifier().trainer(seed=3)
    X, t = batch()
    loss, gradients = trainer.loss_and_gradients(X, t)
    expected_loss, expected = plain_loss_and_gradients(trainer.parameters, X, t)
    assert loss == pytest.approx(expected_loss, rel=1e-14)
    for key, g in gradients.items():
        np.testing.assert_allclose(g, expected[key], rtol=1e-12, atol=1e-15)


def test_loss_and_gradients_reuse_their_arrays_and_gradients_do_not():
    trainer = classifier().trainer()
    _, first = trainer.loss_and_gradients(*batch(seed=0))
    kept = trainer.gradients(*batch(seed=0))
    _, second = trainer.loss_and_gradients(*batch(seed=1))
    assert first["0.weight"] is second["0.weight"]
    assert not np.array_equal(kept["0.weight"], second["0.weight"])


OPTIMISERS = {
    "plain": {"lr": 0.1},
    "momentum": {"lr": 0.1, "momentum": 0.9},
    "nesterov": {"lr": 0.1, "momentum": 0.9, "nesterov": True},
    "weight decay": {"lr": 0.1, "weight_decay": 0.01},
    "all": {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.02, "nesterov": True},
}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_sgd_updates_as_pytorch_documents_them(name):
    arguments = {"momentum": 0.0, "weight_decay": 0.0, "nesterov": False} | OPTIMISERS[name]
    trainer = classifier().trainer(sb.SGD(**OPTIMISERS[name]), seed=1)
    w = {k: a.copy() for k, a in trainer.parameters.items()}
    velocity = {}
    for seed in range(6):
        X, t = batch(seed=seed)
        _, gradients = plain_loss_and_gradients(w, X, t)
        for k, g in gradients.items():
            g = g + arguments["weight_decay"] * w[k]
            if arguments["momentum"]:
                velocity[k] = arguments["momentum"] * velocity[k] + g if k in velocity else g
                g = g + arguments["momentum"] * velocity[k] if arguments["nesterov"] else velocity[k]
            w[k] = w[k] - arguments["lr"] * g
        trainer.step(X, t)
    for k, a in trainer.parameters.items():
        np.testing.assert_allclose(a, w[k], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("arguments", [{"lr": -1}, {"momentum": -0.1}, {"lr": math.nan}, {"nesterov": True}])
def test_sgd_refuses_arguments_that_make_no_sense(arguments):
    with pytest.raises(sb.DataError, match="SGD"):
        sb.SGD(**arguments)


@pytest.mark.parametrize("logit", [-1000.0, 1000.0])
def test_losses_are_finite_for_huge_logits(logit):
    X = np.array([[1.0], [-1.0]])
    one_of_two = sb.Sequential(sb.Linear(1, 2, bias=False), loss=sb.CrossEntropyLoss()).trainer()
    one_of_two.parameters["0.weight"][...] = [[logit], [-logit]]
    binary = sb.Sequential(sb.Linear(1, 1, bias=False), loss=sb.BCEWithLogitsLoss()).trainer()
    after_sigmoid = sb.Sequential(sb.Linear(1, 1, bias=False), sb.Sigmoid(), loss=sb.BCELoss()).trainer()
    for trainer in (binary, after_sigmoid):
        trainer.parameters["0.weight"][...] = logit
        loss, gradients = trainer.loss_and_gradients(X, [[0.0], [1.0]])
        assert loss in (0.0, 1000.0)
        assert all(np.isfinite(g).all() for g in gradients.values())
    loss, gradients = one_of_two.loss_and_gradients(X, [0, 1])
    assert loss in (0.0, 2000.0)
    assert np.isfinite(gradients["0.weight"]).all()
    np.testing.assert_allclose(one_of_two.predict_proba(X).sum(axis=1), 1)


# Training ----------------------------------------------------------------------

XOR_X, XOR_Y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])


@pytest.mark.parametrize("loss", ["BCELoss", "MSELoss"])
def test_xor_is_learnt_to_all_four_right(loss):
    net = sb.Sequential(sb.Linear(2, 4), sb.Tanh(), sb.Linear(4, 1), sb.Sigmoid(), loss=getattr(sb, loss)())
    trainer = net.trainer(sb.SGD(lr=0.5, momentum=0.9), seed=0)
    history = trainer.fit(XOR_X, XOR_Y, epochs=1500)
    assert history.loss[-1] < 0.02
    assert np.round(trainer.predict(XOR_X)).ravel().tolist() == XOR_Y.tolist()
    assert check_trained(trainer, XOR_X, XOR_Y).passed


def test_history_has_one_number_an_epoch():
    trainer = classifier().trainer(sb.SGD(lr=0.1))
    X, t = batch()
    history = trainer.fit(X, t, epochs=7, batch_size=5, validation_data=batch(seed=1))
    assert history.epochs == 7
    assert len(history.validation_loss) == len(history.validation_accuracy) == 7
    assert {len(norms) for norms in history.gradient_norms.values()} == {7}
    assert not history.stopped


def test_training_is_repeatable_by_its_seed():
    def run(seed):
        trainer = classifier().trainer(sb.SGD(lr=0.1), seed=seed)
        return trainer.fit(*batch(30), epochs=5, batch_size=8).loss

    assert run(0) == run(0) != run(1)


def test_a_bar_is_shown_where_it_is_asked_for(capsys):
    trainer = classifier().trainer(sb.SGD(lr=0.1))
    trainer.fit(*batch(), epochs=2)
    assert capsys.readouterr().err == ""
    trainer.fit(*batch(), epochs=2, progress=True)
    assert "2/2" in capsys.readouterr().err


def test_divergence_stops_and_keeps_the_parameters_of_the_best_loss():
    linear = sb.Sequential(sb.Linear(2, 1), loss=sb.MSELoss()).trainer(sb.SGD(lr=100.0))
    X = np.random.default_rng(0).normal(size=(8, 2))
    y = X.sum(axis=1)
    history = linear.fit(X, y, epochs=1000)
    assert "lower the learning rate" in history.stopped
    assert history.epochs < 1000
    assert linear.evaluate(X, y)[0] == pytest.approx(min(history.loss))


def test_a_step_with_an_infinite_loss_changes_nothing():
    trainer = sb.Sequential(sb.Linear(1, 1), loss=sb.MSELoss()).trainer(sb.SGD(lr=0.1))
    before = {k: w.copy() for k, w in trainer.parameters.items()}
    with np.errstate(over="ignore"):
        assert math.isinf(trainer.step([[1e200]], [[-1e200]]))
    assert all(np.array_equal(trainer.parameters[k], w) for k, w in before.items())


def test_ctrl_c_returns_the_history_so_far(monkeypatch):
    trainer = classifier().trainer(sb.SGD(lr=0.1))
    record, count = Fit._record, iter(range(100))

    def interrupt(self, loss):
        record(self, loss)
        if next(count) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(Fit, "_record", interrupt)
    history = trainer.fit(*batch(), epochs=50)
    assert history.epochs == 4
    assert "interrupted" in history.stopped


# Input that does not fit ----------------------------------------------------------------------

NAN = np.array([[0, 1, 2, 3], [4, np.nan, 6, 7.0]])
BAD_DATA = [
    (np.zeros((2, 5)), [0, 1], r"X has shape \(2, 5\), but the network takes \(N, 4\)"),
    (np.zeros(4), [0], r"X has shape \(4,\), but the network takes \(N, 4\)"),
    (np.zeros((0, 4)), [], "X is empty"),
    ([["a"] * 4], [0], "X must hold numbers"),
    (NAN, [0, 1], r"X\[1, 1\] is nan; 1 of 8 entries"),
    (np.full((1, 4), np.inf), [0], r"X\[0, 0\] is inf"),
    (np.zeros((2, 4)), [0, 3], r"y\[1\] is 3, but labels run from 0 to 2"),
    (np.zeros((2, 4)), [-1, 0], r"y\[0\] is -1"),
    (np.zeros((2, 4)), [0, 1, 2], r"y has shape \(3,\), but the labels of this batch have \(2,\)"),
    (np.zeros((2, 4)), [0.5, 1], "whole numbers from 0 to 2"),
    (np.zeros((2, 4)), ["a", "b"], "whole numbers from 0 to 2"),
]


@pytest.mark.parametrize(("X", "y", "message"), BAD_DATA)
@pytest.mark.parametrize("method", ["step", "fit", "gradients", "evaluate"])
def test_bad_data_are_refused_and_named(X, y, message, method):
    trainer = classifier().trainer()
    with pytest.raises(sb.DataError, match=message):
        getattr(trainer, method)(X, y)


def test_bad_targets_of_a_regression_name_both_shapes():
    with pytest.raises(sb.DataError, match=r"y has shape \(4, 3\), but the network's output has \(4, 2\)"):
        regressor().trainer().step(np.zeros((4, 3)), np.zeros((4, 3)))
    with pytest.raises(sb.DataError, match=r"y\[0, 1\] is nan"):
        regressor().trainer().step(np.zeros((1, 3)), [[0, np.nan]])


@pytest.mark.parametrize("argument", [{"epochs": 0}, {"epochs": 1.5}, {"batch_size": 0}, {"batch_size": True}])
def test_counts_must_be_positive_integers(argument):
    with pytest.raises(sb.DataError, match=f"{next(iter(argument))} must be a positive integer"):
        classifier().trainer().fit(*batch(), **argument)


def test_a_trainer_needs_a_loss():
    with pytest.raises(sb.DataError, match="needs a loss"):
        sb.Sequential(sb.Linear(2, 2)).trainer()


def test_arrays_that_cannot_fit_are_refused_before_they_are_made():
    memory = Memory(total=1000)
    memory.claim({"a": (50,)}, itemsize=8)
    with pytest.raises(sb.DataError, match=r"not enough memory: .* b of shape \(10, 10\)"):
        memory.claim({"b": (10, 10)}, itemsize=8)


# Files ----------------------------------------------------------------------
