"""Optimisers against torch.optim: the same arguments give the same parameters, step by step."""

import inspect

import numpy as np
import pytest
import torch

import symbackprop as sb
from symbackprop.training.optimizers import OPTIMIZERS
from symbackprop.training.update_rules import UPDATES

ARGUMENTS = {
    "SGD": [
        {"lr": 0.1},
        {"lr": 0.1, "momentum": 0.9},
        {"lr": 0.1, "weight_decay": 0.02},
        {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.02, "nesterov": True},
    ],
    "Adam": [
        {},
        {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3},
        {"lr": 0.1, "weight_decay": 0.1},
        {"lr": 0.1, "betas": (0.3, 0.4), "amsgrad": True},
        {"lr": 0.1, "betas": (0.0, 0.9)},
    ],
    "AdamW": [{}, {"lr": 0.1, "weight_decay": 0.3}, {"lr": 0.1, "weight_decay": 0, "amsgrad": True}],
    "RMSprop": [
        {},
        {"lr": 0.1, "alpha": 0.6, "eps": 1e-4, "weight_decay": 0.1},
        {"lr": 0.1, "momentum": 0.9},
        {"lr": 0.1, "centered": True},
        {"lr": 0.1, "centered": True, "momentum": 0.5, "weight_decay": 0.1},
    ],
    "Adagrad": [
        {},
        {"lr": 0.1, "lr_decay": 0.2, "weight_decay": 0.1},
        {"lr": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-3},
    ],
}
ROWS = [(kind, arguments) for kind in OPTIMIZERS for arguments in ARGUMENTS[kind]]
SHAPES = {"W": (3, 4), "b": (4,), "s": (), "K": (2, 1, 3)}


def gradients(seed, dtype="float64"):
    random = np.random.default_rng(seed)
    return {n: np.array(random.normal(size=s) * 10 ** random.uniform(-3, 1), dtype) for n, s in SHAPES.items()}


@pytest.mark.parametrize(("kind", "arguments"), ROWS, ids=str)
def test_steps_are_pytorchs(kind, arguments):
    ours = gradients(100)
    theirs = {n: torch.tensor(w, requires_grad=True) for n, w in ours.items()}
    optimizer = OPTIMIZERS[kind](**arguments)
    reference = getattr(torch.optim, kind)(theirs.values(), **arguments)
    for step in range(10):
        given = gradients(step)
        for n, w in theirs.items():
            w.grad = torch.tensor(given[n])
        kept = {n: g.copy() for n, g in given.items()}
        optimizer.update(ours, given)
        reference.step()
        for n, w in ours.items():
            np.testing.assert_allclose(w, theirs[n].detach().numpy(), rtol=1e-12, atol=1e-12, err_msg=f"{n} {step}")
            np.testing.assert_array_equal(given[n], kept[n])


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_arguments_and_defaults_are_pytorchs(kind):
    theirs = inspect.signature(getattr(torch.optim, kind)).parameters
    for name, parameter in inspect.signature(OPTIMIZERS[kind]).parameters.items():
        assert parameter.default == theirs[name].default, name


@pytest.mark.parametrize(("kind", "arguments"), ROWS, ids=str)
def test_float32_stays_float32_and_close(kind, arguments):
    single, double = gradients(7, "float32"), gradients(7)
    one, other = OPTIMIZERS[kind](**arguments), OPTIMIZERS[kind](**arguments)
    for step in range(5):
        one.update(single, gradients(step, "float32"))
        other.update(double, gradients(step))
    for n, w in single.items():
        assert w.dtype == np.float32
        np.testing.assert_allclose(w, double[n], rtol=2e-4, atol=2e-5)


def classifier(optimizer, dtype="float64"):
    net = sb.Sequential(
        sb.Linear(4, 6), sb.BatchNorm1d(6), sb.Tanh(), sb.Dropout(0.2), sb.Linear(6, 3), loss=sb.CrossEntropyLoss()
    )
    return net.trainer(optimizer, dtype, seed=4)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("kind", "arguments"), ROWS, ids=str)
def test_a_run_goes_on_from_its_file_bit_for_bit(kind, arguments, dtype, tmp_path):
    random = np.random.default_rng(0)
    X, t = random.normal(size=(23, 4)), random.integers(0, 3, 23)
    whole = classifier(OPTIMIZERS[kind](**arguments), dtype)
    loss = whole.fit(X, t, epochs=10, batch_size=8).loss
    first = classifier(OPTIMIZERS[kind](**arguments), dtype)
    begun = first.fit(X, t, epochs=5, batch_size=8).loss
    first.save(tmp_path / "m.npz")
    second = sb.load(tmp_path / "m.npz")
    assert second.optimizer.arguments == first.optimizer.arguments
    assert begun + second.fit(X, t, epochs=5, batch_size=8).loss == loss
    for key, values in (whole.parameters | whole.buffers).items():
        np.testing.assert_array_equal((second.parameters | second.buffers)[key], values, err_msg=key)
    np.testing.assert_array_equal(second.predict_proba(X), whole.predict_proba(X))


def test_a_state_comes_back_into_an_optimiser_that_has_run():
    w, same = gradients(1), gradients(1)
    optimizer = sb.Adam(lr=0.1)
    optimizer.update(w, gradients(2))
    state, kept = optimizer.state(), {n: a.copy() for n, a in w.items()}
    state = {n: a.copy() for n, a in state.items()}
    optimizer.update(w, gradients(3))
    for n, a in kept.items():
        same[n][...] = a
    optimizer.restore(state)
    optimizer.update(same, gradients(3))
    for n, a in w.items():
        np.testing.assert_array_equal(a, same[n])


def test_arguments_may_change_while_training():
    ours = {"w": np.array([1.0, -2.0])}
    theirs = torch.tensor(ours["w"], requires_grad=True)
    optimizer, reference = sb.SGD(lr=0.1), torch.optim.SGD([theirs], lr=0.1)
    for step, (lr, momentum) in enumerate([(0.1, 0.5), (0.3, 0.9), (0.3, 0.7)]):
        optimizer.lr = reference.param_groups[0]["lr"] = lr
        optimizer.momentum = reference.param_groups[0]["momentum"] = momentum
        g = np.array([0.5, step])
        theirs.grad = torch.tensor(g)
        optimizer.update(ours, {"w": g})
        reference.step()
        np.testing.assert_allclose(ours["w"], theirs.detach().numpy(), rtol=1e-14)


REFUSED = [
    ("Adam", {"betas": (0.9, 1.0)}, "betas must be two numbers"),
    ("Adam", {"betas": 0.9}, "betas must be two numbers"),
    ("Adam", {"betas": (0.9,)}, "betas must be two numbers"),
    ("AdamW", {"weight_decay": -1}, "weight_decay must not be negative"),
    ("RMSprop", {"alpha": float("nan")}, "alpha must not be negative"),
    ("RMSprop", {"lr": "0.1"}, "lr must not be negative"),
    ("Adagrad", {"initial_accumulator_value": -0.1}, "initial_accumulator_value must not be negative"),
    ("Adagrad", {"eps": float("inf")}, "eps must not be negative"),
]


@pytest.mark.parametrize(("kind", "arguments", "message"), REFUSED)
def test_arguments_that_make_no_sense_are_refused(kind, arguments, message):
    with pytest.raises(sb.DataError, match=f"{kind}: {message}"):
        OPTIMIZERS[kind](**arguments)


def test_an_optimiser_that_has_trained_one_network_is_not_taken_for_another():
    optimizer = sb.Adam()
    random = np.random.default_rng(0)
    classifier(optimizer).step(random.normal(size=(5, 4)), [0, 1, 2, 0, 1])
    with pytest.raises(sb.DataError, match="has trained another network"):
        classifier(optimizer)


def test_every_rule_has_a_class_and_its_rule_in_latex():
    assert OPTIMIZERS.keys() == UPDATES.keys() == ARGUMENTS.keys()
    assert sb.SGD(lr=0.1).rule == (r"g \leftarrow \frac{\partial C}{\partial w}", r"w \leftarrow w - \alpha g")
    assert sb.SGD(momentum=0.9).rule[1:] == (r"v \leftarrow g + \mu v", r"w \leftarrow w - \alpha v")
    assert sb.AdamW(betas=(0.8, 0.9)).values == {"alpha": 1e-3, "beta1": 0.8, "beta2": 0.9, "lambda": 0.01, "eps": 1e-8}
