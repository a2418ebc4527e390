"""Clipped steps are PyTorch's; penalties are derived from the cost, for every kind of layer."""

import numpy as np
import pytest
import torch

import symbackprop as sb
from tests.test_training_fit import classifier, data, regressor


def counterpart(trainer):
    net = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2)).double()
    net.load_state_dict({k: torch.tensor(w) for k, w in trainer.parameters.items()})
    return net


CLIPS = [
    {"clip_value": 0.02},
    {"clip_norm": 0.05},
    {"clip_norm": 1e3},
    {"clip_value": 0.05, "clip_norm": 0.1},
]


@pytest.mark.parametrize("bounds", CLIPS, ids=str)
def test_clipped_steps_are_pytorchs(bounds):
    X, _ = data()
    y = np.sin(X[:, :2]) * 5
    trainer = regressor(optimizer=sb.SGD(lr=0.5, momentum=0.5), **bounds)
    net = counterpart(trainer)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.5, momentum=0.5)
    for _ in range(10):
        raw = trainer.gradients(X, y)
        trainer.step(X, y)
        np.testing.assert_array_equal(trainer.last[trainer.adjoints["W1"]], raw["0.weight"])
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(net(torch.tensor(X)), torch.tensor(y)).backward()
        if "clip_value" in bounds:
            torch.nn.utils.clip_grad_value_(net.parameters(), bounds["clip_value"])
        if "clip_norm" in bounds:
            torch.nn.utils.clip_grad_norm_(net.parameters(), bounds["clip_norm"])
        optimizer.step()
    for key, w in net.state_dict().items():
        np.testing.assert_allclose(trainer.parameters[key], w.numpy(), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(("l1", "l2"), [(0.03, 0.0), (0.0, 0.1), (1e-5, 0.25)])
def test_penalties_are_derived_from_the_cost(l1, l2):
    X, _ = data()
    y = np.sin(X[:, :2])
    trainer = regressor(l1=l1, l2=l2)
    trainer.parameters["0.weight"][0, 1] = 0.0  # the sub-gradient of |w| there is 0, as PyTorch takes it
    net = counterpart(trainer)
    plain = torch.nn.functional.mse_loss(net(torch.tensor(X)), torch.tensor(y))
    weights = [w for n, w in net.named_parameters() if n.endswith("weight")]
    cost = plain + l1 * sum(w.abs().sum() for w in weights) + l2 / 2 * sum((w**2).sum() for w in weights)
    cost.backward()
    loss, gradients = trainer.loss_and_gradients(X, y)
    assert loss == pytest.approx(cost.item(), rel=1e-12)
    for key, w in net.named_parameters():
        np.testing.assert_allclose(gradients[key], w.grad.numpy(), rtol=1e-11, atol=1e-13)
    assert trainer.evaluate(X, y)[0] == pytest.approx(plain.item(), rel=1e-12)
    report = trainer.derivation.check()
    assert report.passed, str(report)


def test_penalties_leave_predictions_and_running_statistics_alone():
    X, t = data()
    with_penalty, without = classifier(l2=0.0, l1=0.0), classifier(l2=1e-9)
    np.testing.assert_array_equal(with_penalty.predict_proba(X), without.predict_proba(X))
    for trainer in (with_penalty, without):
        trainer.step(X, t)
    for key, array in with_penalty.buffers.items():
        np.testing.assert_allclose(array, without.buffers[key], rtol=1e-12)


def test_clipping_and_penalties_come_back_from_a_file(tmp_path):
    X, _ = data()
    y = np.sin(X[:, :2])
    trainer = regressor(clip_value=0.5, clip_norm=0.05, l1=0.01, l2=np.float32(0.25))
    trainer.fit(X, y, epochs=3)
    trainer.save(tmp_path / "m.npz")
    loaded = sb.load(tmp_path / "m.npz")
    assert loaded.options == {"clip_value": 0.5, "clip_norm": 0.05, "l1": 0.01, "l2": 0.25, "init": None}
    assert loaded.fit(X, y, epochs=3).loss == trainer.fit(X, y, epochs=3).loss


def test_the_sheet_shows_clipping_and_penalty():
    trainer = regressor(clip_value=0.5, clip_norm=2.0, l2=0.1, optimizer=sb.RMSprop(centered=True))
    history = trainer.fit(data()[0], np.zeros((40, 2)), epochs=2, schedule=sb.ReduceLROnPlateau())
    written = trainer.derivation.sheet(detail="result", check=False, history=history).to_md()
    assert trainer.cost == "J"
    for part in (
        r"\frac{\partial J}{\partial w}",
        r"\lVert g \rVert",
        r"\min(g, 0.5)",
        "RMSprop",
        "ReduceLROnPlateau",
        r"\rho = 0.99",
    ):
        assert part in written


DEEP = {
    "convolution": ([sb.Conv2d(2, 3, 3, padding=1), sb.BatchNorm2d(3), sb.ReLU(), sb.MaxPool2d(2)], (4, 2, 4, 4)),
    "grouped": ([sb.Conv1d(4, 4, 2, groups=2), sb.GroupNorm(2, 4), sb.GELU()], (3, 4, 5)),
    "recurrent": ([sb.LSTM(3, 4), sb.GRU(4, 2), sb.Last()], (2, 3, 3)),
    "attention": ([sb.SelfAttention(4, 2), sb.LayerNorm(4)], (2, 3, 4)),
    "residual": ([sb.Linear(3, 3), sb.Residual(sb.Linear(3, 3), sb.Dropout(0.5), sb.Softmax())], (4, 3)),
}


@pytest.mark.parametrize("name", DEEP)
def test_penalties_go_with_every_kind_of_layer(name):
    layers, shape = DEEP[name]
    net = sb.Sequential(*layers, loss=sb.MSELoss(), axes=len(shape))
    plain, trainer = net.trainer(seed=2), net.trainer(seed=2, l1=0.02, l2=0.3)
    X = np.random.default_rng(1).normal(size=shape)
    y = np.zeros(plain.predict(X).shape)
    loss, without = plain.loss_and_gradients(X, y)
    cost, gradients = trainer.loss_and_gradients(X, y)
    weights = {k: w for k, w in plain.parameters.items() if w.ndim > 1}
    penalty = sum(0.02 * np.abs(w).sum() + 0.15 * (w**2).sum() for w in weights.values())
    assert cost == pytest.approx(loss + penalty, rel=1e-12)
    for key, g in gradients.items():
        w = weights.get(key, 0)
        np.testing.assert_allclose(g, without[key] + 0.02 * np.sign(w) + 0.3 * w, rtol=1e-9, atol=1e-12, err_msg=key)


def test_penalties_go_with_labels_and_weighted_classes():
    net = sb.Sequential(
        sb.Embedding(5, 3), sb.RNN(3, 4), sb.Last(), sb.Linear(4, 3), loss=sb.CrossEntropyLoss(weight=[1.0, 2.0, 3.0])
    )
    words, classes = np.array([[0, 1, 4], [2, 2, 3]] * 2), np.array([0, 2] * 2)
    plain, trainer = net.trainer(), net.trainer(l2=0.5)
    for key, g in trainer.gradients(words, classes).items():
        w = plain.parameters[key] if plain.parameters[key].ndim > 1 else 0
        np.testing.assert_allclose(g, plain.gradients(words, classes)[key] + 0.5 * w, rtol=1e-9, atol=1e-12)
    assert trainer.fit(words, classes, epochs=2, validation_split=0.5).validation_accuracy
