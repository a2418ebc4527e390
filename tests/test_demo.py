"""The main job, end to end on real data."""

import re
import runpy

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.data import Scaling, load_iris
from symbackprop.demo import run_demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    out, said = tmp_path_factory.mktemp("demo") / "new" / "folder", []
    passed = run_demo(out, show=said.append)
    return out, "\n".join(said), passed


def test_it_learns_iris_and_every_gradient_is_right(demo):
    _, said, passed = demo
    assert passed
    assert float(re.search(r"mean held-out accuracy ([\d.]+)", said)[1]) >= 0.94
    assert len(re.findall(r"seed \d: loss", said)) == 5
    assert "WRONG" not in said


def test_it_says_what_it_derived(demo):
    assert "dW1[j,i] = sum(n, dz1[n,j]*x[n,i])" in demo[1]
    assert "dz2[n,k] = (p[n,k] - (t[n] == k))/N" in demo[1]


def test_every_file_that_it_names_is_there(demo):
    out, said, _ = demo
    named = set(re.findall(r"iris\w*\.\w+", said))
    assert {"iris.tex", "iris.html", "iris.md", "iris_program.py", "iris.npz"} <= named
    assert named == {p.name for p in out.iterdir()}


def test_without_tex_everything_else_is_written_and_a_line_says_how_to_get_a_pdf(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    said = []
    assert run_demo(tmp_path / "out", epochs=2, show=said.append)
    assert "no PDF: install TeX" in "\n".join(said)
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert names == {"iris.tex", "iris.html", "iris.md", "iris_program.py", "iris.npz"}


def test_the_sheet_shows_curves_and_the_program_cites_its_equations(demo):
    out, *_ = demo
    tex = (out / "iris.tex").read_text()
    assert all(word in tex for word in ("Loss, epoch by epoch", "Norm of the gradient", "held-out accuracy"))
    cited = set(re.findall(r"# \((\d+)\)", (out / "iris_program.py").read_text()))
    assert cited
    assert all(rf"\tag{{{number}}}" in tex for number in cited)


def test_the_program_stands_alone_and_agrees_with_the_saved_network(demo):
    out, *_ = demo
    trainer, iris = sb.load(out / "iris.npz"), load_iris()
    X = Scaling.of(iris.X).apply(iris.X)
    run = runpy.run_path(str(out / "iris_program.py"))["run"]
    p = trainer.parameters
    found = run(X, p["0.weight"], p["0.bias"], p["2.weight"], p["2.bias"], iris.y)
    loss, gradients = trainer.loss_and_gradients(X, iris.y)
    assert float(found["C"]) == pytest.approx(loss)
    np.testing.assert_allclose(found["dW1"], gradients["0.weight"], atol=1e-14)
    assert trainer.evaluate(X, iris.y)[1] > 0.9
