"""The commands as typed in a shell: what they print and write, how they end, what a slip of the finger gets."""

import json
import runpy
import subprocess
import sys

import numpy as np
import pytest

import symbackprop as sb
from symbackprop import __version__
from symbackprop.cli.commands import VERBS

SQUARE = "input x[N]; C = sum(n, x[n]**2)"


# Starting ----------------------------------------------------------------------


def test_help_and_version_load_nothing_heavy():
    code = (
        "import sys; from symbackprop.cli import main\n"
        "assert main(['--help']) == 0 == main(['--version']) == main(['train', '--help'])\n"
        "heavy = {'sympy', 'numpy', 'jinja2', 'scipy', 'flint', 'tqdm', 'math_core'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert all(verb in run.stdout for verb in VERBS)
    assert f"symbackprop {__version__}" in run.stdout


def test_python_dash_m_is_the_same_command():
    run = subprocess.run(
        [sys.executable, "-m", "symbackprop", "derive", SQUARE], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0
    assert "dx[n] = 2*x[n]" in run.stdout


# derive ----------------------------------------------------------------------


def test_derive_prints_the_whole_backward_pass(command):
    code, out, _ = command("derive", "net.txt", "--wrt", "W", "b")
    assert code == 0
    assert "dW[i,j] = sum(n, x[n,i]*dh[n,j]*" in out
    assert "# on the way" in out
    assert "dV" not in out and "dx" not in out


def test_what_derive_prints_is_a_formula_again(command):
    _, out, _ = command("derive", "net.txt")
    again = sb.formula(out)
    assert {"dW", "db", "dV", "dc", "dx"} <= set(again.defining)


def test_derive_reads_inline_text_files_and_stdin(command, folder, monkeypatch):
    import io

    (folder / "square.txt").write_text(SQUARE.replace("; ", "\n"))
    monkeypatch.setattr("sys.stdin", io.StringIO(SQUARE.replace("; ", "\n")))
    outputs = {command("derive", given)[1] for given in (SQUARE, SQUARE.replace("; ", "\n"), "square.txt", "-")}
    assert len(outputs) == 1


def test_derive_as_json_names_everything(command):
    _, out, _ = command("derive", "net.txt", "--format", "json", "--wrt", "W")
    found = json.loads(out)
    assert (found["cost"], found["wrt"], found["sizes"]) == ("C", ["W"], ["N", "D", "M", "K"])
    (wanted,) = [g for g in found["gradients"] if g["wanted"]]
    assert (wanted["name"], wanted["of"], wanted["shape"]) == ("dW", "W", ["D", "M"])
    assert r"\frac{\partial C}{\partial W_{ij}}" in wanted["latex"]
    assert wanted["text"].startswith("dW[i,j] = ")
    assert {"name": "t", "role": "label", "shape": ["N"]} in found["tensors"]


def test_derive_as_latex_is_one_aligned_block(command):
    _, out, _ = command("derive", SQUARE, "--format", "latex")
    assert out.startswith(r"\begin{aligned}") and out.rstrip().endswith(r"\end{aligned}")
    assert r"\frac{\partial C}{\partial x_{n}} &= 2 x_{n}" in out


def test_derive_takes_a_network(command):
    code, out, _ = command("derive", "mynet.py:net")
    assert code == 0
    assert "dW2[j,i] = sum(n, dz2[n,j]*a1[n,i])" in out


# sheet, export ----------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["tex", "html", "md"])
@pytest.mark.parametrize("given", ["net.txt", "mynet.py:net"])
def test_sheet_writes_the_format_of_its_suffix(command, folder, suffix, given):
    code, out, _ = command("sheet", given, "-o", f"out.{suffix}", "--detail", "steps")
    assert code == 0
    assert "WRONG" not in out and "ok" in out
    start = {"tex": "\\documentclass", "html": "<!doctype html", "md": "# "}[suffix]
    assert (folder / f"out.{suffix}").read_text().lower().startswith(start)


def test_sheet_as_a_fragment_checked_at_given_sizes(command, folder):
    code, out, _ = command("sheet", "net.txt", "-o", "part.tex", "--fragment", "--size", "N=2", "M=3")
    assert code == 0
    assert "N = 2" in out and "M = 3" in out
    assert "documentclass" not in (folder / "part.tex").read_text()


def test_sheet_without_a_check_says_nothing_of_one(command, folder):
    _, out, _ = command("sheet", "net.txt", "-o", "a.md", "--no-check")
    assert "tolerance" not in out
    assert "numerical differentiation" not in (folder / "a.md").read_text()


def test_a_failed_check_ends_with_1(command, monkeypatch):
    from dataclasses import replace

    from symbackprop.api import Derivation

    right = Derivation.check

    def wrong(self, *arguments):
        report = right(self, *arguments)
        return replace(report, rows=tuple(replace(r, passed=False) for r in report.rows))

    monkeypatch.setattr(Derivation, "check", wrong)
    code, out, _ = command("sheet", "net.txt", "-o", "a.md")
    assert code == 1
    assert "WRONG" in out


def test_export_writes_a_program_that_runs_alone(command, folder):
    (folder / "square.txt").write_text(SQUARE.replace("; ", "\n"))
    assert command("export", "square.txt", "-o", "square.py")[0] == 0
    found = runpy.run_path(str(folder / "square.py"))["run"](np.array([1.0, 2.0]))
    assert (float(found["C"]), found["dx"].tolist()) == (5.0, [2.0, 4.0])
    assert command("export", "square.txt")[1] == (folder / "square.py").read_text()


# Bad input ----------------------------------------------------------------------

BAD = {
    ("trian", "net.txt"): "no command 'trian'; did you mean 'train'?",
    ("frobnicate",): "there are demo, derive",
    (): "VERB",
    ("derive",): "FORMULA|FILE",
    ("derive", ""): "the formula is empty",
    ("derive", "nothing.txt"): "no file 'nothing.txt'",
    ("derive", "net"): "there is net.txt",
    ("derive", "."): "is a folder",
    ("derive", "C = foo(x)"): "there is no function 'foo'",
    ("derive", "input x[N]; C = sum(n, x[n]^2)"): "a power is written x**2",
    ("derive", SQUARE, "--wrt", "q"): "no tensor 'q'",
    ("derive", "net.txt", "--format", "xml"): "'text', 'latex', 'json'",
    ("derive", "mynet.py"): "say which network is meant; there are mynet.py:net",
    ("derive", "mynet.py:other"): "mynet.py has no network 'other'",
    ("derive", "none.py:net"): "no file 'none.py'",
    ("derive", "broken.py:net"): "broken.py, line 2: ZeroDivisionError",
    ("derive", "syntax.py:net"): "syntax.py, line 1: invalid syntax",
    ("sheet", "net.txt"): "-o/--output",
    ("sheet", "net.txt", "-o", "a.docx"): "must end in .tex or .html or .md or .pdf",
    ("sheet", "net.txt", "-o", "nowhere/a.tex"): "there is no folder 'nowhere'",
    ("sheet", "net.txt", "-o", "a.pdf", "--fragment"): "a PDF cannot be a fragment",
    ("sheet", "net.txt", "-o", "a.md", "--size", "Q=3"): "no size 'Q'; it has N, D, M, K",
    ("sheet", "net.txt", "-o", "a.md", "--size", "M=abc"): "a size is a positive whole number, not 'abc'",
    ("sheet", "net.txt", "-o", "a.md", "--size", "M"): "write NAME=NUMBER",
    ("export", "net.txt", "--backend", "cobol"): "no backend 'cobol'; there is numpy",
    ("export", "net.txt", "-o", "a.txt"): "must end in .py",
    ("train", "net.txt"): "--data",
    ("train", "net.txt", "--data", "iris"): "how large M is: give --size M=...",
    ("train", "net.txt", "--data", "iris", "--size", "M=3", "D=5"): "axis 1 is 4, but D is 5",
    ("train", "net.txt", "--data", "iris", "--size", "M=3", "K=2"): "species has 3 classes, but K = 2",
    ("train", "net.txt", "--data", "iris", "--size", "M=1000000000000"): "not enough memory",
    ("train", "net.txt", "--data", "none.csv", "--size", "M=3"): "none.csv: no such file",
    ("train", "net.txt", "--data", "net.txt", "--size", "M=3"): ".csv or .npz",
    ("train", "net.txt", "--data", "line.csv", "--size", "M=3"): "y holds numbers such as",
    ("train", "net.txt", "--data", "iris", "--size", "M=3", "--held-out", "1"): "from 0 on and below 1",
    ("train", "net.txt", "--data", "iris", "--size", "M=3", "--lr", "-1"): "'-1' is no number from 0 on",
    ("train", "net.txt", "--data", "iris", "--size", "M=3", "--epochs", "0"): "positive whole number",
    ("train", "net.txt", "--data", "iris", "--size", "M=3", "--const", "q=1"): "no const 'q'",
    ("train", "line.txt", "--data", "line.csv", "--seed", "-1"): "'-1' is no whole number from 0 on",
    ("train", "line.txt", "--data", "line.csv", "--target", "w"): "no column 'w'",
    ("train", "line.txt", "--data", "iris"): "3 classes, but y takes one number a row",
    ("train", "mynet.py:net", "--data", "iris", "--size", "M=3"): "are for formulas",
    ("train", "mynet.py:without_loss", "--data", "iris"): "has no loss",
    ("train", "mynet.py:net", "--data", "line.csv"): "y holds numbers",
}


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_bad_input_is_one_short_block_and_ends_with_2(command, arguments):
    code, out, err = command(*arguments)
    assert code == 2
    assert BAD[arguments] in err
    assert err.startswith("error: ") and "Traceback" not in err
    assert len(err.splitlines()) <= 6
    assert "error" not in out


def test_an_error_in_a_file_names_file_line_and_column_with_a_caret(command, folder):
    (folder / "bad.txt").write_text("input x[N]\nC = sum(n, x[n]) + q\n")
    _, _, err = command("derive", "bad.txt")
    lines = err.splitlines()
    assert lines[0].startswith("error: bad.txt, line 2, column 20: ")
    assert lines[2].index("^") == lines[1].index("q")


@pytest.mark.parametrize("arguments", [("--debug", "derive", "x = = 1"), ("derive", "x = = 1", "--debug")])
def test_debug_shows_the_traceback(command, arguments):
    code, _, err = command(*arguments)
    assert code == 2
    assert "Traceback" in err


def test_a_fault_of_ours_says_that_it_is_one(command, monkeypatch):
    def fail(args):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(VERBS["derive"], "run", fail)
    code, _, err = command("derive", SQUARE)
    assert code == 2
    assert "ZeroDivisionError: oops" in err and "fault of symbackprop" in err


def test_a_reader_that_leaves_is_no_error():
    line = f"{sys.executable} -m symbackprop derive '{SQUARE}' | true; exit ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
