"""``symbackprop verify file.py:forward,gradient``: the same verdicts as of functions, and nothing is ever executed."""

import ast
import inspect
import json
import time
from pathlib import Path

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.claims.numpy.source.module import Module
from symbackprop.cli import main
from tests import layer_rows, numpy_functions, numpy_rows
from tests.layer_rows import LAYERS
from tests.numpy_functions import shapes
from tests.numpy_rows import RIGHT, WRONG
from tests.python_files import HOSTILE, LAYER, STYLES
from tests.python_meanings import MEANINGS

GOOD = "import numpy as np\ndef forward(x):\n    return np.sum(x**2)\ndef gradient(x):\n    return 2 * x\n"


@pytest.fixture
def verify(tmp_path, monkeypatch, capsys):
    """The exit code, the report and what went to stderr, for a file of that text."""
    monkeypatch.chdir(tmp_path)

    def run(text, options=LAYER, names="forward,gradient"):
        Path("h.py").write_text(text)
        code = main(["verify", f"h.py:{names}", "--json", *options.split()])
        captured = capsys.readouterr()
        return code, json.loads(captured.out) if captured.out else None, captured.err

    return run


def from_text(module, table, rows):
    """The rows with their functions as they stand in the file, read from a text that defines nothing else."""
    tree = ast.parse(inspect.getsource(module))
    written = next(s.value.elts for s in tree.body if isinstance(s, ast.Assign) and s.targets[0].id == table)
    defined = [*ast.parse(inspect.getsource(numpy_functions)).body, *tree.body]
    head = ["import math", "import numpy as np", "from numpy.linalg import det, inv"]
    head += [ast.unparse(s) for s in defined if isinstance(s, ast.FunctionDef)]
    for row, elements in zip(rows, written, strict=True):
        pair = [("forward", elements.elts[1]), ("gradient", elements.elts[2])]
        names = [e.id if isinstance(e, ast.Name) else name for name, e in pair]
        lambdas = [f"{name} = {ast.unparse(e)}" for name, e in pair if isinstance(e, ast.Lambda)]
        yield pytest.param(row, "\n".join(head + lambdas), names, id=row[0])


def functions(text, names=("forward", "gradient")):
    module = Module(text, "row.py")
    return [module.function(n) for n in names]


@pytest.mark.parametrize("row, text, names", list(from_text(numpy_rows, "RIGHT", RIGHT)))
def test_a_right_gradient_is_proved_from_its_text(row, text, names, patient):
    claim = sb.verify_gradient(*functions(text, names), row[3], shapes(row[4]), row[5])
    assert claim.verdict == "proved", claim


@pytest.mark.parametrize("row, text, names", list(from_text(numpy_rows, "WRONG", WRONG)))
def test_a_wrong_gradient_is_refuted_from_its_text_as_from_the_function(row, text, names, patient):
    claim = sb.verify_gradient(*functions(text, names), row[3], shapes(row[4]), row[5])
    same = sb.verify_gradient(row[1], row[2], row[3], shapes(row[4]), row[5])
    assert (claim.verdict, claim.reading) == ("refuted", same.reading), claim
    assert claim.diagnosis in (row[6] or {same.diagnosis}), claim


@pytest.mark.parametrize("row, text, names", list(from_text(layer_rows, "LAYERS", LAYERS)))
def test_backward_passes_are_judged_from_their_text(row, text, names, patient):
    report = sb.verify_backward(*functions(text, names), shapes(row[3]))
    assert {c.id: c.verdict for c in report.claims} == row[4], report


@pytest.mark.parametrize("name, text, options, verdicts", STYLES, ids=[s[0] for s in STYLES])
def test_files_as_people_write_them(verify, name, text, options, verdicts):
    code, report, err = verify(text, options)
    assert {c["id"]: c["verdict"] for c in report["claims"]} == verdicts, (report, err)
    assert code == (1 if "refuted" in verdicts.values() else 3 if "agrees" in verdicts.values() else 0)
    assert "nothing in the file was executed" in report["notes"][0]


@pytest.mark.parametrize("name, text, options, verdicts", STYLES, ids=[s[0] for s in STYLES])
def test_interpreted_functions_return_what_python_returns(name, text, options, verdicts, tmp_path):
    (tmp_path / "h.py").write_text(text)
    names = {}
    code = compile(text, "h.py", "exec")
    exec(code, names)  # a text of this test, not a stranger's
    rng = np.random.default_rng(0)
    known = {"N": 3, "D": 4, "K": 5}
    given = {}
    for option in options.split("--shape ")[1:]:
        argument, _, sizes = option.split()[0].partition("=")
        given[argument] = rng.uniform(0.1, 1, [known.get(n) or int(n) for n in sizes.split(",") if n])
    for function in functions(text):
        arguments = {n: given.get(n, np.ones((3, 4))) for n in inspect.signature(function).parameters}
        mine = function(**{n: a.copy() for n, a in arguments.items()})
        python = names[function.__name__](**{n: a.copy() for n, a in arguments.items()})
        assert type(mine) is type(python)
        for a, b in zip(parts(mine), parts(python), strict=True):
            assert np.array_equal(a, b)


@pytest.mark.parametrize("text", MEANINGS, ids=range(len(MEANINGS)))
def test_code_means_what_it_means_in_python(text):
    names = {}
    exec(compile(text, "h.py", "exec"), names)  # a text of this test, not a stranger's
    x = np.array([0.25, 0.75, 1.5])
    assert same(Module(text, "h.py").function("f")(x.copy()), names["f"](x.copy()))


def same(a, b):
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b)
    return type(a) is type(b) and a == b


def parts(value):
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, tuple) else [value]


@pytest.mark.parametrize("name, body, said", HOSTILE, ids=[h[0] for h in HOSTILE])
def test_hostile_code_is_unread_and_never_executed(verify, name, body, said):
    lines = body.replace("\n", "\n    ")
    text = GOOD.replace("    return np.sum(x**2)\n", f"    {lines}\n    return np.sum(x**2)\n")
    started = time.monotonic()  # the work is done in another process
    code, report, err = verify(text, "--wrt x --shape x=4")
    assert time.monotonic() - started < 60
    assert code == 2 and "Traceback" not in err
    assert said in str([c["reason"] for c in report["claims"]] + report["notes"]), report
    assert {p.name for p in Path().iterdir()} == {"h.py"}


@pytest.mark.parametrize(
    "line", ["open('evil', 'w')", "import os; os.system('touch evil')", "for i in range(10**12): pass", "9**9**9"]
)
def test_a_file_s_own_lines_are_not_executed(verify, line):
    code, report, _ = verify(f"{line}\n{GOOD}{line}\n")
    assert (code, report["summary"]["proved"]) == (0, 1)
    assert {p.name for p in Path().iterdir()} == {"h.py"}


@pytest.mark.parametrize(
    "lines, said",
    [
        ("np.sum = np.mean", "the file changes it"),
        ("def change():\n    global np\n    np = None", "the file changes it"),
        ("from helpers import *", "the module helpers is not interpreted"),
        ("for np in (1, 2): pass", "set in a way that is not interpreted"),
        ("class np: pass", "set in a way that is not interpreted"),
        ("forward = wrap(forward)", "there is no 'wrap' in the file"),
    ],
)
def test_what_a_file_may_have_changed_is_not_guessed(verify, lines, said):
    code, report, _ = verify(f"{GOOD}{lines}\n")
    assert code == 2 and said in report["claims"][0]["reason"], report


def test_a_list_of_the_file_that_other_lines_may_change_is_unknown(verify):
    text = GOOD.replace("x**2)", "K[0] * x**2)").replace("2 * x", "6 * x")
    code, report, _ = verify(f"K = [3]\n{text}")
    assert (code, report["claims"][0]["verdict"]) == (0, "proved")
    code, report, _ = verify(f"K = [3]\n{text}K.insert(0, 5)\n")
    assert code == 2 and "K: line" in report["claims"][0]["reason"]
    code, report, _ = verify(f"K = [3]\n{text}K[0] = 5\n")  # this line is read
    assert (code, report["claims"][0]["verdict"]) == (1, "refuted")


def test_a_call_sees_nothing_of_calls_before():
    module = Module(
        "SEEN = []\ndef f(x, a=[]):\n    SEEN.append(x)\n    a.append(x)\n    return len(SEEN) + len(a)", "a.py"
    )
    assert [module.function("f")(1) for _ in range(3)] == [2, 2, 2]
    f = module.function("f")
    assert [f(1) for _ in range(3)] == [2, 2, 2]


@pytest.mark.parametrize(
    "names, options, said",
    [
        ("forward,grad", LAYER, "h.py has no function 'grad'; it has forward, gradient"),
        ("forward", LAYER, "say which functions: h.py:forward,gradient"),
        ("forward,gradient", "--wrt x", "forward takes 'x', which has no shape"),
        ("forward,gradient", "--shape x=N", "say by which argument"),
        ("forward,gradient", "--wrt y --shape x=N", "no function takes 'y'"),
        ("forward,gradient", "--wrt x --shape x=N --shape q=N", "no function takes 'q'"),
        ("forward,gradient", "--wrt x --shape x=0", "a size is a positive integer or a name"),
        ("forward,gradient", "--wrt x --shape x=N --assume x=round", "unknown assumption 'round'"),
        ("forward,gradient", "--backward --wrt x --shape x=N", "no --wrt"),
        ("forward,gradient", "--wrt x --shape x", "'x' is no shape"),
        ("forward,gradient", "--wrt x --shape x=N --annotate out.html", "--annotate is for derivations"),
    ],
)
def test_a_question_that_makes_no_sense_is_one_short_error(verify, names, options, said):
    code, _, err = verify(GOOD, options, names)
    assert code == 2 and said in err and len(err.splitlines()) <= 2, err


def test_a_gradient_function_for_each_variable(verify):
    text = (
        "import numpy as np\ndef forward(x, y):\n    return np.sum(x * y)\n"
        "by_x = lambda x, y: y\ndef by_y(x, y):\n    return 2 * x\n"
    )
    code, report, _ = verify(text, "--wrt x --wrt y --shape x=N --shape y=N", "forward,by_x,by_y")
    assert {c["id"]: (c["verdict"], c["line"]) for c in report["claims"]} == {"dx": ("proved", 4), "dy": ("refuted", 5)}
    assert code == 1


def test_options_of_python_files_are_refused_for_documents(verify, capsys):
    assert main(["verify", "a.tex", "--wrt", "x"]) == 2
    assert "FILE.py:forward,gradient" in capsys.readouterr().err


def test_run_executes_the_file_and_says_so(verify):
    text = GOOD + "open('executed', 'w').close()\n"
    code, report, _ = verify(text, f"{LAYER} --run")
    assert code == 0 and "executed (--run)" in report["notes"][0] and Path("executed").exists()


def test_a_reason_names_the_line():
    claim = sb.verify_gradient(*functions(GOOD.replace("2 * x", "np.fft.fft(x)")), "x", {"x": "N"})
    assert claim.verdict == "unread" and claim.line == 4
    assert claim.reason.startswith("line 5, `return np.fft.fft(x)`: ") and "numpy.fft" in claim.reason


@pytest.mark.parametrize(
    "gradient, verdict",
    [
        ("x @ np.ones((7, 7))", "refuted"),
        ("np.linalg.solve(np.zeros((len(x), len(x))), x)", "unread"),
        ("int('two') * x", "unread"),
        ("2 * x if x > 0 else x", "unread"),
    ],
)
def test_only_shapes_that_do_not_fit_refute_code_that_fails(gradient, verdict):
    text = GOOD.replace("2 * x", gradient)
    assert sb.verify_gradient(*functions(text), "x", {"x": "N"}).verdict == verdict
    names = {}
    exec(compile(text, "h.py", "exec"), names)  # a text of this test, not a stranger's
    assert sb.verify_gradient(names["forward"], names["gradient"], "x", {"x": "N"}).verdict == verdict
