"""``symbackprop diagnose`` as typed in a shell."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.cli import main
from symbackprop.sheet import pdf

NET = """input x[N,D]
param W[D,M], b[M], V[M,K], c[K]
label t[N] < K
h[n,j] = relu(sum(i, x[n,i]*W[i,j]) + b[j])
z[n,k] = sum(j, h[n,j]*V[j,k]) + c[k]
C = mean(n, log(sum(k, exp(z[n,k]))) - z[n,t[n]])
"""
DEEP = """import symbackprop as sb
layers = [sb.Linear(4, 8), sb.Sigmoid()]
for _ in range(6):
    layers += [sb.Linear(8, 8), sb.Sigmoid()]
net = sb.Sequential(*layers, sb.Linear(8, 3), loss=sb.CrossEntropyLoss())
without_loss = sb.Sequential(sb.Linear(4, 3))
"""
ON_IRIS = ("--data", "iris", "--standardize")


@pytest.fixture
def diagnose(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.txt").write_text(NET)
    (tmp_path / "deep.py").write_text(DEEP)

    def run(*arguments, verb="diagnose"):
        code = main([verb, *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_deep_network_gets_its_table_and_its_cures(diagnose):
    code, out, err = diagnose("deep.py:net", *ON_IRIS)
    assert (code, err) == (0, "")
    rows = [line.split() for line in out.splitlines() if "sigmoid(x)" in line and "■" in line]
    assert [r[0] for r in rows] == ["0", "2", "4", "6", "8", "10", "12"]
    gradients, arrives, bounds = (np.array([float(r[k]) for r in rows]) for k in (2, 3, 4))
    assert (np.diff(gradients) > 0).all() and (arrives <= bounds).all()
    assert "vanishing: layers 0, 2" in out
    assert any(line.startswith("batch norm") and "cured" in line for line in out.splitlines())


def test_a_formula_takes_its_sizes_from_the_data(diagnose):
    code, out, _ = diagnose("net.txt", *ON_IRIS, "--size", "M=6", "--no-cures")
    assert code == 0 and "W, b" in out and "V, c" in out and "every layer is healthy" in out


def test_json_is_on_stdout_alone(diagnose, tmp_path):
    code, out, err = diagnose("deep.py:net", *ON_IRIS, "--json", "--steps", "2", "--seed", "3", "--out", "d.md")
    found = json.loads(out)
    assert (code, err, found["seed"], found["samples"]) == (0, "", 3, 150)
    assert found["layers"][0]["arrives"] <= found["layers"][0]["bound"]
    assert {t["name"] for t in found["trials"]} >= {"as it is", "batch norm"}
    assert (tmp_path / "d.md").exists()


@pytest.mark.parametrize("suffix", [".html", ".tex", ".md", ".svg"])
def test_the_sheet_is_written(diagnose, tmp_path, suffix):
    code, out, _ = diagnose("deep.py:net", *ON_IRIS, "--no-cures", "--out", f"d{suffix}")
    text = (tmp_path / f"d{suffix}").read_text()
    assert code == 0 and f"d{suffix}: the " in out
    assert "vanishing" in text or suffix == ".svg"
    if suffix == ".svg":
        root = ET.fromstring(text)
        assert len([e for e in root.iter() if e.tag.endswith("path")]) == 3
        assert "its bound" in [e.text for e in root.iter()]


@pytest.mark.skipif(pdf.find_tex() is None, reason="no pdflatex")
def test_the_pdf_is_written(diagnose, tmp_path):
    assert diagnose("deep.py:net", *ON_IRIS, "--steps", "1", "--out", "d.pdf")[0] == 0
    assert (tmp_path / "d.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("file", "more"), [("net.txt", ("--size", "M=6")), ("deep.py:net", ())], ids=["formula", "net"]
)
def test_a_saved_network_is_looked_at_as_it_was_left(diagnose, file, more):
    assert diagnose(file, *more, *ON_IRIS, "--epochs", "3", "--save", "m.npz", verb="train")[0] == 0
    code, out, err = diagnose("m.npz", "--data", "iris", "--json", "--no-cures")
    assert (code, err) == (0, "")
    kept = np.load("m.npz")
    X, y = _iris()
    expected = sb.load("m.npz").evaluate((X - kept["data:mean"]) / kept["data:deviation"], y)[0]
    assert json.loads(out)["loss"] == pytest.approx(expected)


def _iris():
    from symbackprop.data import load_iris

    table = load_iris()
    return table.X, table.y


REFUSED = [
    (("net.txt", "--data", "iris"), "give --size M=..."),
    (("net.txt", "--data", "iris", "--size", "Q=3"), "the formula has no size 'Q'; it has N, D, M, K"),
    (("nothing.txt", "--data", "iris"), "no file 'nothing.txt'"),
    (("nothing.npz", "--data", "iris"), "no file 'nothing.npz'"),
    (("deep.py:net", "--data", "nothing.csv"), "nothing.csv"),
    (("deep.py:without_loss", "--data", "iris"), "has no loss"),
    (("deep.py:net", "--data", "iris", "--size", "M=3"), "--size and --const are for formulas"),
    (("deep.py:net", "--data", "iris", "--out", "d.png"), "'d.png' must end in .html or .pdf or .tex or .md or .svg"),
    (("deep.py:net", "--data", "iris", "--steps", "some"), "'some' is no whole number from 0 on"),
    (("deep.py:net", "--data", "iris", "--lr", "-1"), "no number from 0 on"),
    (("deep.py:net",), "--data"),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED, ids=lambda v: " ".join(v) if isinstance(v, tuple) else "")
def test_mistakes_are_named(diagnose, arguments, message):
    code, out, err = diagnose(*arguments)
    assert (code, out) == (2, "")
    assert message in err and "Traceback" not in err


def test_a_file_that_is_none_of_ours_is_refused(diagnose):
    np.savez("other.npz", a=np.ones(3))
    code, _, err = diagnose("other.npz", "--data", "iris")
    assert code == 2 and "no file that symbackprop saved" in err
    diagnose("net.txt", "--data", "iris", "--size", "M=6", "--epochs", "1", "--save", "m.npz", verb="train")
    assert "leave --size, --const and --standardize out" in diagnose("m.npz", "--data", "iris", "--standardize")[2]
