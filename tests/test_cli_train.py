"""``symbackprop train`` as typed in a shell: what it learns, writes, and says where it cannot."""

import numpy as np
import pytest

import symbackprop as sb


@pytest.mark.parametrize("arguments", [("net.txt", "--size", "M=10"), ("mynet.py:net",)])
def test_train_on_iris(command, folder, arguments):
    more = ("--standardize", "--lr", "0.05", "--save", "m.npz", "--sheet", "s.html")
    code, out, _ = command("train", arguments[0], "--data", "iris", *arguments[1:], *more)
    assert code == 0
    assert "0 = setosa, 1 = versicolor, 2 = virginica" in out
    accuracy = float(out.split("held-out part: loss ")[1].split("accuracy ")[1].split()[0])
    assert accuracy > 0.9
    assert "WRONG" not in out and "max. relative error" in out
    assert "Loss, epoch by epoch" in (folder / "s.html").read_text()


def test_train_on_digits(command, folder):
    more = ("--size", "M=16", "--lr", "0.005", "--epochs", "20")
    code, out, _ = command("train", "net.txt", "--data", "digits", "--target", "digit", *more)
    assert code == 0 and "digits.csv.gz: 1205 rows to train on, 592 held out" in out
    assert float(out.split("held-out part: loss ")[1].split("accuracy ")[1].split()[0]) > 0.8


def test_a_saved_training_knows_how_its_data_were_prepared(command, folder):
    command("train", "net.txt", "--data", "iris", "--size", "M=10", "--standardize", "--lr", "0.05", "--save", "m.npz")
    from symbackprop.data import load_iris

    iris, trainer = load_iris(), sb.load("m.npz")
    with np.load("m.npz") as f:
        X = (iris.X - f["data:mean"]) / f["data:deviation"]
        assert f["data:classes"].tolist() == list(iris.classes)
    assert trainer.evaluate(X, iris.y)[1] > 0.9


def test_train_a_regression_from_csv_and_npz(command, folder):
    code, out, _ = command("train", "line.txt", "--data", "line.csv", "--held-out", "0", "--epochs", "300")
    assert code == 0
    assert "0 held out" in out
    rows = np.loadtxt("line.csv", delimiter=",", skiprows=1)
    np.savez("line.npz", x=rows[:, :2], y=rows[:, 2])
    assert command("train", "line.txt", "--data", "line.npz", "--held-out", "0", "--epochs", "300")[1] == out.replace(
        "line.csv", "line.npz"
    )


def test_where_the_trained_network_cannot_be_checked_its_formulas_are(command):
    code, out, _ = command("train", "net.txt", "--data", "iris", "--size", "M=500", "--epochs", "2")
    assert code == 0
    assert "4003 parameters are too many" in out and "at small sizes" in out and "ok" in out


def test_a_diverging_training_says_so_and_ends_with_1(command):
    code, out, _ = command("train", "line.txt", "--data", "line.csv", "--lr", "100", "--epochs", "2000")
    assert code == 1
    assert "stopped: the loss was" in out and "lower the learning rate" in out


def test_an_interrupted_training_still_reports_and_saves(command, folder, monkeypatch):
    from symbackprop.training.fitting import Fit

    record, count = Fit._record, iter(range(100))

    def interrupt(self, loss):
        record(self, loss)
        if next(count) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Fit, "_record", interrupt)
    code, out, _ = command("train", "line.txt", "--data", "line.csv", "--save", "m.npz")
    assert code == 130
    assert "interrupted" in out
    assert (folder / "m.npz").exists()
