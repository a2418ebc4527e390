"""Trainings that are saved go on bit for bit; files of other programs are refused."""

import numpy as np
import pytest

import symbackprop as sb
from tests.test_training import batch, classifier


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_loaded_trainer_goes_on_bit_for_bit(tmp_path, dtype):
    trainer = classifier().trainer(sb.SGD(lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-3), dtype, seed=4)
    X, t = batch(40)
    trainer.fit(X, t, epochs=3, batch_size=7)
    trainer.save(tmp_path / "m.npz")
    loaded = sb.load(tmp_path / "m.npz")
    assert loaded.fit(X, t, epochs=4, batch_size=7).loss == trainer.fit(X, t, epochs=4, batch_size=7).loss
    for key, w in trainer.parameters.items():
        assert np.array_equal(loaded.parameters[key], w)


def test_shared_and_residual_layers_come_back_from_a_file(tmp_path):
    shared = sb.Linear(3, 3)
    net = sb.Sequential(shared, sb.Residual(sb.Linear(3, 3), sb.Tanh()), shared, loss=sb.MSELoss())
    trainer = net.trainer(seed=2)
    trainer.save(tmp_path / "m.npz")
    loaded = sb.load(tmp_path / "m.npz")
    assert loaded.parameters["0.weight"] is loaded.parameters["2.weight"]
    X = np.random.default_rng(0).normal(size=(4, 3))
    assert np.array_equal(loaded.predict(X), trainer.predict(X))


def test_a_save_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "m.npz"
    classifier().trainer(seed=0).save(path)
    before = path.read_bytes()

    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="disk full"):
        classifier().trainer(seed=1).save(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["m.npz"]


def test_files_of_other_programs_are_refused(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(2))
    (tmp_path / "text.npz").write_text("hello")
    for name in ("other.npz", "text.npz"):
        with pytest.raises(sb.DataError, match="no file that symbackprop saved"):
            sb.load(tmp_path / name)
