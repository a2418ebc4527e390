"""``symbackprop train`` with optimisers, schedules, clipping, penalties and early stopping."""

import pytest

import symbackprop as sb
from symbackprop.cli import main

NET = """input x[N,D]
param W[D,M], b[M], V[M,K], c[K]
label t[N] < K
h[n,j] = tanh(sum(i, x[n,i]*W[i,j]) + b[j])
z[n,k] = sum(j, h[n,j]*V[j,k]) + c[k]
C = mean(n, log(sum(k, exp(z[n,k]))) - z[n,t[n]])
"""


@pytest.fixture
def train(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.txt").write_text(NET)

    def run(*arguments):
        code = main(["train", "net.txt", "--data", "iris", "--size", "M=6", "--standardize", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_options_reach_the_training(train):
    code, out, _ = train(
        "--optimizer", "Adam", "--schedule", "OneCycleLR", "max_lr=0.05", "three_phase=true", "--clip-norm", "1",
        "--clip-value", "0.5", "--init", "orthogonal", "1.5", "--l1", "0.0001", "--l2", "0.001",
        "--epochs", "20", "--save", "m.npz", "--sheet", "s.md",
    )  # fmt: skip
    assert code == 0, out
    assert float(out.split("held-out part: loss ")[1].split("accuracy ")[1].split()[0]) > 0.9
    trainer = sb.load("m.npz")
    assert trainer.optimizer.kind == "Adam"
    assert trainer.options == {"clip_value": 0.5, "clip_norm": 1.0, "l1": 1e-4, "l2": 1e-3, "init": ["orthogonal", 1.5]}
    assert trainer.schedule.kind == "OneCycleLR"
    assert trainer.schedule.arguments["three_phase"] is True
    assert trainer.schedule.done == trainer.schedule.arguments["total_steps"]
    with open("s.md") as f:
        written = f.read()
    assert "OneCycleLR" in written and r"\lVert g \rVert" in written


def test_early_stopping_is_no_failure(train):
    code, out, _ = train("--optimizer", "Adam", "--lr", "0.05", "--early-stopping", "5", "--epochs", "500")
    assert code == 0
    assert "stopped: no better validation loss for 5 epochs" in out


def test_each_optimiser_has_its_own_defaults(train):
    for kind, lr, more in (("SGD", 0.02, ()), ("Adam", 1e-3, ()), ("RMSprop", 1e-2, ("--momentum", "0.5"))):
        assert train("--optimizer", kind, *more, "--epochs", "1", "--save", "m.npz")[0] == 0
        arguments = sb.load("m.npz").optimizer.arguments
        assert arguments["lr"] == lr
        assert arguments.get("momentum") == {"SGD": 0.9, "RMSprop": 0.5}.get(kind)


def test_a_cosine_is_as_long_as_the_training(train):
    assert train("--schedule", "CosineAnnealingLR", "--epochs", "7", "--save", "m.npz")[0] == 0
    trainer = sb.load("m.npz")
    assert trainer.schedule.arguments["T_max"] == 7
    assert trainer.optimizer.lr == pytest.approx(0, abs=1e-12)


REFUSED = [
    (("--schedule", "StepLR"), "StepLR needs step_size=..."),
    (("--schedule", "Foo"), "no schedule 'Foo'; there are StepLR, ExponentialLR"),
    (("--schedule", "StepLR", "size=3"), "no argument 'size'; it has step_size, gamma"),
    (("--schedule", "StepLR", "step_size=3", "gamma=half"), "gamma must not be negative, got 'half'"),
    (("--optimizer", "Adam", "--momentum", "0.9"), "Adam has no momentum"),
    (("--optimizer", "Lion"), "choose from"),
    (("--clip-norm", "0"), "clip_norm must be a number above 0"),
    (("--init", "glorot"), "no initialiser 'glorot'; there are zeros"),
    (("--init", "orthogonal", "big"), "must be a number, not 'big'"),
    (("--init", "orthogonal", "1", "2"), "a name and a gain"),
    (("--early-stopping", "0"), "no positive whole number"),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED, ids=str)
def test_bad_options_are_named(train, arguments, message):
    code, out, err = train(*arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_rows_are_square_images_for_a_network_of_images(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cnn.py").write_text(
        "import symbackprop as sb\n"
        "net = sb.Sequential(sb.Conv2d(1, 4, 3), sb.ReLU(), sb.MaxPool2d(2), sb.Flatten(), sb.Linear(36, 10),\n"
        "                    loss=sb.CrossEntropyLoss())\n"
        "two = sb.Sequential(sb.Conv2d(2, 4, 3), sb.Flatten(), sb.Linear(144, 10), loss=sb.CrossEntropyLoss())\n"
    )
    digits = ["--data", "digits", "--optimizer", "Adam", "--lr", "0.01", "--epochs", "2", "--standardize"]
    assert main(["train", "cnn.py:net", *digits]) == 0
    out = capsys.readouterr().out
    assert float(out.split("held-out part: loss ")[1].split("accuracy ")[1].split()[0]) > 0.8
    assert main(["train", "cnn.py:two", *digits]) == 2
    assert "X has shape (1797, 64), but the network takes (N, 2, any, any)" in capsys.readouterr().err
