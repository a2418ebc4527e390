"""What ``fit`` offers beside epochs: early stopping, held-out rows, metrics, callbacks, clipping, penalties."""

import json

import numpy as np
import pytest

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
