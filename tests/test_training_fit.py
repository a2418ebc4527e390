"""What ``fit`` offers beside epochs: early stopping, held-out rows, metrics, callbacks, clipping, penalties."""

import json

import numpy as np
import pytest
import torch

import symbackprop as sb
from symbackprop.training.metrics import METRICS


def data(rows=40, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(size=(rows, 4)), random.integers(0, 3, rows)


def classifier(**options):
    net = sb.Sequential(sb.Linear(4, 6), sb.BatchNorm1d(6), sb.Tanh(), sb.Linear(6, 3), loss=sb.CrossEntropyLoss())
    return net.trainer(options.pop("optimizer", None) or sb.Adam(lr=0.05), seed=1, **options)


def regressor(**options):
    net = sb.Sequential(sb.Linear(4, 3), sb.Tanh(), sb.Linear(3, 2), loss=sb.MSELoss())
    return net.trainer(options.pop("optimizer", None) or sb.SGD(lr=0.1), seed=1, **options)


# Early stopping ----------------------------------------------------------------------


def snapshots():
    """A callback that keeps what a trainer has after each epoch, and what it kept."""
    kept = []

    def keep(epoch, history, trainer):
        kept.append({n: a.copy() for n, a in (trainer.parameters | trainer.buffers).items()})

    return keep, kept


def test_early_stopping_puts_back_the_epoch_of_the_best_validation_loss():
    trainer, (keep, kept) = classifier(), snapshots()
    held = data(30, seed=5)
    history = trainer.fit(*data(), epochs=300, batch_size=10, validation_data=held, early_stopping=4, callbacks=[keep])
    best = int(np.argmin(history.validation_loss))
    assert history.best_epoch == best + 1
    assert history.epochs == best + 1 + 4 < 300
    assert "no better validation loss for 4 epochs" in history.stopped
    assert not history.diverged
    for name, array in (trainer.parameters | trainer.buffers).items():
        np.testing.assert_array_equal(array, kept[best][name], err_msg=name)
        assert "num_batches" in name or not np.array_equal(array, kept[-1][name]), name
    assert trainer.evaluate(*held)[0] == history.validation_loss[best]


def test_early_stopping_puts_back_the_best_where_the_epochs_end_first():
    trainer = classifier()
    held = data(30, seed=5)
    history = trainer.fit(*data(), epochs=60, validation_data=held, early_stopping=60)
    assert not history.stopped
    assert trainer.evaluate(*held)[0] == min(history.validation_loss) < history.validation_loss[-1]


def test_early_stopping_without_validation_watches_the_training_loss():
    X, _ = data()
    trainer = regressor(optimizer=sb.SGD(lr=0.6))
    history = trainer.fit(X, 3 * np.sin(3 * X[:, :2]), epochs=2000, early_stopping=3)
    best = int(np.argmin(history.loss))
    assert (history.best_epoch, history.epochs) == (best + 1, best + 4)
    assert trainer.evaluate(X, 3 * np.sin(3 * X[:, :2]))[0] == pytest.approx(min(history.loss), rel=1e-12)


def test_a_diverged_training_has_the_best_validation_parameters_back():
    trainer = sb.Sequential(sb.Linear(4, 1), loss=sb.MSELoss()).trainer(sb.SGD(lr=50.0))
    X, _ = data()
    history = trainer.fit(X, X.sum(axis=1), epochs=1000, validation_split=0.25, early_stopping=900)
    assert history.diverged and "lower the learning rate" in history.stopped
    assert all(np.isfinite(w).all() for w in trainer.parameters.values())


def test_divergence_puts_back_the_running_statistics_too():
    net = sb.Sequential(sb.BatchNorm1d(4), sb.Linear(4, 1), loss=sb.MSELoss())
    trainer = net.trainer(sb.SGD(lr=1e6))
    X, _ = data()
    before = {k: a.copy() for k, a in trainer.buffers.items()}
    history = trainer.fit(X + 3, X[:, 0], epochs=1000)
    assert history.diverged
    assert history.loss[0] == min(history.loss)
    for key, array in trainer.buffers.items():
        np.testing.assert_array_equal(array, before[key])


# Rows held out ----------------------------------------------------------------------


def test_a_part_of_the_rows_is_held_out_the_same_each_time():
    X, t = data(60)
    seen, trainer = [], classifier()
    step = trainer.checked_step
    trainer.checked_step = lambda X, y: seen.append(X.copy()) or step(X, y)
    for _ in range(2):
        history = trainer.fit(X, t, epochs=1, validation_split=0.25)
    assert len(history.validation_loss) == len(history.validation_accuracy) == 1
    np.testing.assert_array_equal(seen[0], seen[1])
    kept = [(X == row).all(axis=1).argmax() for row in seen[0]]
    for label in range(3):
        assert np.sum(t[kept] == label) == pytest.approx(0.75 * np.sum(t == label), abs=1)
    outside = np.setdiff1d(np.arange(60), kept)
    soft = sb.Sequential(sb.Linear(4, 1), loss=sb.BCEWithLogitsLoss()).trainer()
    assert soft.fit(X, np.linspace(0, 1, 60), validation_split=0.25).validation_loss  # none of its targets is a class
    assert trainer.evaluate(X[outside], t[outside])[0] == history.validation_loss[-1]


# Metrics ----------------------------------------------------------------------


def confusion_f1(truth, predicted):
    hits = sum(t == p == 1 for t, p in zip(truth, predicted, strict=True))
    if not hits:
        return 0.0
    precision, recall = hits / sum(p == 1 for p in predicted), hits / sum(t == 1 for t in truth)
    return 2 * precision * recall / (precision + recall)


def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    random = np.random.default_rng(0)
    for _ in range(20):
        truth, predicted = random.integers(0, 2, (2, 9))
        assert METRICS["f1"].value(truth, predicted) == pytest.approx(confusion_f1(truth, predicted))
    assert METRICS["f1"].value(np.zeros(3), np.zeros(3)) == 0


def test_r2_is_that_of_each_output_on_average():
    truth = np.array([[3, 5], [-0.5, 5], [2, 5], [7, 5.0]])
    predicted = np.array([[2.5, 5], [0.0, 5], [2, 5], [8, 5.0]])
    assert METRICS["r2"].value(truth[:, 0], predicted[:, 0]) == pytest.approx(0.9486081370449679)
    assert METRICS["r2"].value(truth, predicted) == pytest.approx((0.9486081370449679 + 1) / 2)
    assert METRICS["r2"].value(truth, predicted + np.array([0, 1])) == pytest.approx(0.9486081370449679 / 2)


def test_metrics_are_recorded_after_each_epoch():
    trainer, (X, _) = regressor(), data()
    y = np.stack([X[:, 0], X[:, 1] * X[:, 2]], axis=1)
    history = trainer.fit(X, y, epochs=5, validation_split=0.2, metrics=["mse", "mae", "r2"])
    assert {len(v) for v in history.metrics.values()} == {5}
    assert set(history.metrics) == {p + n for p in ("", "validation_") for n in ("mse", "mae", "r2")}
    np.testing.assert_allclose(history.metrics["validation_mse"], history.validation_loss, rtol=1e-12)
    net = sb.Sequential(sb.Linear(4, 1), loss=sb.BCEWithLogitsLoss()).trainer(sb.SGD(lr=0.5))
    t = (X[:, 0] > 0).astype(float)
    history = net.fit(X, t, epochs=4, metrics=("accuracy", "f1"))
    assert history.accuracy[-1] == np.mean(net.predict(X) == t)
    assert history.metrics["f1"][-1] == pytest.approx(confusion_f1(t, net.predict(X)))


# Callbacks ----------------------------------------------------------------------


def test_callbacks_see_every_epoch_and_may_stop():
    seen, trainer = [], classifier()

    def watch(epoch, history, given):
        seen.append((epoch, history.epochs, given is trainer))
        return "stop" if epoch == 3 else None

    after = []
    history = trainer.fit(*data(), epochs=10, callbacks=[watch, lambda epoch, *_: after.append(epoch)])
    assert seen == [(1, 1, True), (2, 2, True), (3, 3, True)]
    assert after == [1, 2, 3]
    assert history.stopped == "by a callback after epoch 3"


# Clipping and penalties ----------------------------------------------------------------------


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


# What does not fit ----------------------------------------------------------------------

REFUSED = [
    (lambda: classifier().fit(*data(), early_stopping=0), "early_stopping must be a positive integer"),
    (lambda: classifier().fit(*data(), validation_split=1.0), "between 0 and 1"),
    (lambda: classifier().fit(*data(), validation_split="0.2"), "must be a number between 0 and 1"),
    (lambda: classifier().fit(*data(), validation_split=0.2, validation_data=data()), "not both"),
    (lambda: classifier().fit(*data(), callbacks=["stop"]), "a callback is a function"),
    (lambda: classifier().fit(*data(), metrics=["auc"]), "no metric 'auc'; there are accuracy, f1, mse"),
    (lambda: classifier().fit(*data(), metrics=["f1"]), "f1 does not fit this loss; there are accuracy"),
    (lambda: regressor().fit(data()[0], np.zeros((40, 2)), metrics="accuracy"), "there are mse, mae, r2"),
    (lambda: classifier(clip_norm=0), "clip_norm must be a number above 0"),
    (lambda: classifier(clip_value=float("nan")), "clip_value must be a number above 0"),
    (lambda: classifier(l1=-0.1), "l1 must not be negative"),
    (lambda: classifier(l2="much"), "l2 must not be negative"),
]


@pytest.mark.parametrize(("action", "message"), REFUSED, ids=[m for _, m in REFUSED])
def test_what_makes_no_sense_is_refused(action, message):
    with pytest.raises(sb.DataError, match=message):
        action()


def test_a_damaged_schedule_in_a_file_is_refused(tmp_path):
    trainer = regressor()
    trainer.fit(data()[0], np.zeros((40, 2)), schedule=sb.StepLR(2))
    trainer.save(tmp_path / "m.npz")
    with np.load(tmp_path / "m.npz") as f:
        arrays = {k: f[k] for k in f.files}
    description = json.loads(str(arrays["description"]))
    description["schedule"]["kind"] = "Nothing"
    np.savez(tmp_path / "m.npz", **arrays | {"description": np.array(json.dumps(description))})
    with pytest.raises(sb.DataError, match="damaged"):
        sb.load(tmp_path / "m.npz")


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
