"""Homework judged against a task: the task comes first and wins, whatever it is written in."""

import json

import pytest

import symbackprop as sb
from symbackprop.cli import main
from symbackprop.errors import DataError, ReadError

TASK = r"""Let $x \in \mathbb{R}^{n}$, $W \in \mathbb{R}^{m \times n}$, $y \in \mathbb{R}^{m}$.
$$z = W x \qquad a = \tanh(z) \qquad C = \frac12 \lVert a - y \rVert^2$$
$$\frac{\partial C}{\partial z} = 7$$
"""
FORMULA = """input x[n], y[m]
param W[m,n]
z[j] = sum(i, W[j,i]*x[i])
a[j] = tanh(z[j])
C = sum(j, (a[j] - y[j])**2)/2
"""
GRADIENT = r"$$\frac{\partial C}{\partial W} = ((a - y) \odot (1 - a^2)) x^\top$$"
# what the homework says, and its verdicts against the task
ROWS = {
    "derives only": (GRADIENT, ["proved"]),
    "derives wrongly": (GRADIENT.replace("1 - a^2", "1 + a^2"), ["refuted"]),
    "restates": (r"$$z = W x \qquad C = \frac12 \sum_j (\tanh(z_j) - y_j)^2$$" + GRADIENT, ["proved"] * 3),
    "restates with a difference": (r"$$a = \sigma(z)$$" + GRADIENT, ["refuted", "proved"]),
    "names sizes its own way": (
        r"$W \in \mathbb{R}^{p \times q}$ $$a_j = \tanh(\sum_{i=1}^q W_{ji} x_i)$$",
        ["proved"],
    ),
    "turns a matrix round": (r"$$z = W^\top x$$", ["refuted"]),
    "goes through a step of its own": (
        r"$$e = a - y$$ $$C = \frac12 e^\top e$$ $$\frac{\partial C}{\partial e} = e$$"
        r"$$\frac{\partial C}{\partial z} = e \odot (1 - a^2)$$",
        ["proved"] * 3,
    ),
    "through a step that the task does not write": (r"$$e = a - y$$ $$\frac{\partial C}{\partial e} = e$$", ["proved"]),
    "through a step that it does not have": (r"$$u = 3 a$$ $$\frac{\partial C}{\partial u} = a - y$$", ["unread"]),
    "through such a step by name": (
        r"$$u = 3 a$$ $$\delta := \frac{\partial C}{\partial u}$$ $$\delta = a - y$$",
        ["unread"],
    ),
    "with a step that it does not differentiate by": (
        r"$$e = a - y$$ $$\frac{\partial C}{\partial z} = 2 e$$",
        ["refuted"],
    ),
    "a later scalar is not the cost": (
        GRADIENT.replace(r"\frac{\partial C}{\partial W}", "dW") + r"$$R = 3 x^\top x$$",
        ["proved"],
    ),
}


@pytest.mark.parametrize("task", [TASK, FORMULA], ids=["LaTeX", "text notation"])
@pytest.mark.parametrize("homework, verdicts", ROWS.values(), ids=ROWS)
def test_homework_is_judged_against_the_task(homework, verdicts, task):
    assert [c.verdict for c in sb.verify(homework, given=task).claims] == verdicts


def test_a_formula_object_is_a_task_too():
    assert sb.verify(GRADIENT, given=sb.formula(FORMULA)).summary["proved"] == 1


def test_a_differing_restatement_says_what_the_task_defines_and_begins_no_example():
    report = sb.verify("\n" + r"  $$a = \sigma(z)$$", given=TASK)
    (claim,) = report.claims
    assert (claim.verdict, claim.line, claim.column) == ("refuted", 2, 5) and claim.counterexample is not None
    assert "the task defines a[i] = tanh(z[i])" in claim.notes
    assert report.redefined == () and report.exit_code == 1


def test_another_shape_is_noted_and_the_task_wins():
    report = sb.verify(r"$W \in \mathbb{R}^{n \times m}$ $$z = W x$$", given=TASK)
    assert report.summary["proved"] == 1 and any("another shape: m, n" in n for n in report.notes)


def test_places_are_those_of_the_homework():
    report = sb.verify("\n\n$$\\frac{dC}{dx} = 2 q$$", given=TASK)
    assert [(c.id, c.line) for c in report.claims] == [("3", 3)] and "line 3" in (report.claims[0].reason or "line 3")
    assert report.definitions == ()


def test_what_of_the_task_is_not_read_is_said():
    report = sb.verify(r"$$\frac{dy}{dx} = 3x$$", given=r"Let $x > 0$. $$y = x^2 \qquad u = \csname x$$")
    assert report.summary["refuted"] == 0 and any("of the task" in n for n in report.notes)


def test_macros_that_differ_are_refused():
    with pytest.raises(ReadError, match="differently"):
        sb.verify(r"\newcommand{\p}{y} $\p = 1$", given=r"\newcommand{\p}{x} $\p > 0$")


@pytest.mark.parametrize("suffix, task", [("tex", TASK), ("md", TASK), ("txt", FORMULA), ("sbp", FORMULA)])
def test_the_command_judges_several_files_against_one_task(suffix, task, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"task.{suffix}").write_text(task)
    (tmp_path / "a.tex").write_text(GRADIENT)
    (tmp_path / "b.tex").write_text(GRADIENT.replace("x^", "y^"))
    assert main(["verify", "a.tex", "b.tex", "--given", f"task.{suffix}", "--json", "-j", "2"]) == 1
    found = [json.loads(line)["summary"] for line in capsys.readouterr().out.splitlines()]
    assert [f["proved"] for f in found] == [1, 0] and found[1]["refuted"] == 1
    assert main(["verify", "a.tex", "--given", f"task.{suffix}", "--annotate", "o.html"]) == 0


def test_a_task_that_is_not_there_is_one_error(tmp_path, capsys):
    (tmp_path / "a.tex").write_text(GRADIENT)
    assert main(["verify", str(tmp_path / "a.tex"), "--given", "nothing.tex"]) == 2
    assert capsys.readouterr().err.count("no file") == 1
    with pytest.raises(DataError):
        sb.verify(GRADIENT, given="nothing.tex")
