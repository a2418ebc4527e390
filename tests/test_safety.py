"""Homework is untrusted: whatever it holds, it ends in time, executes nothing, and says plainly what is not read."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symbackprop.claims.annotate import annotated
from symbackprop.claims.verify import verify_text
from symbackprop.claims.workers import outcomes
from symbackprop.cli.commands import main
from symbackprop.errors import ReadError, SymbackpropError

HEAD = r"Let $x, y \in \mathbb{R}$, $x > 0$ and $f = x^2 y$. "
ASKED = r"$$\frac{df}{dx} = %s$$"

COMMANDS = {
    "input": r"\input{/etc/passwd}",
    "include": r"\include{/etc/passwd}",
    "shell": r"\write18{touch pwned}",
    "csname": r"\csname input\endcsname{/etc/passwd}",
    "catcode": r"\catcode`\x=13 2 x y",
    "reading": r"\openin5=/etc/passwd \read5 to \x \x",
    "let": r"\let\x\input \x",
    "lua": r"\directlua{os.execute('touch pwned')}",
    "python": r"__import__('os').system('touch pwned')",
    "python in words": r"\text{__import__('os').system('touch pwned')}",
}

MACROS = {
    "itself": r"\newcommand{\a}{\a\a}" + ASKED % r"\a",
    "in a circle": r"\def\a{x\b\b}\def\b{\c\c\c}\def\c{\a\a}" + ASKED % r"\a",
    "doubled again and again": "".join(
        rf"\newcommand{{\{chr(97 + k) * 2}}}{{{(chr(92) + chr(98 + k) * 2) * 10}}}" for k in range(12)
    )
    + ASKED % r"\aa",
    "arguments": r"\newcommand{\b}[1]{#1#1#1#1#1#1#1#1#1}" + ASKED % (r"\b{" * 12 + "x" + "}" * 12),
}

DEEP = {
    kind: ASKED % (opening * 10_000 + "x" + closing * 10_000)
    for kind, (opening, closing) in {
        "brackets": ("(", ")"),
        "braces": ("{", "}"),
        "fractions": (r"\frac{1}{", "}"),
        "powers": ("x^{", "}"),
        "subscripts": ("x_{", "}"),
        "roots": (r"\sqrt{", "}"),
        "words": (r"\text{", "}"),
        "left and right": (r"\left(", r"\right)"),
        "minus": ("-", ""),
    }.items()
}

LARGE = {
    "digits": ASKED % ("9" * 190_000),
    "digits after the point": ASKED % ("0." + "3" * 100_000),
    "a tower": ASKED % "x^{9^{9^{9}}}",
    "a tower of numbers": ASKED % "9^{9^{9^{9}}}",
    "a tower in brackets": ASKED % "(((9^{60})^{60})^{60})^{60}",
    "powers by name": r"$u = x^{64}$, $v = u^{64}$, $w = v^{64}$, $q = w^{64}$ $$\frac{dq}{dx} = 3 x$$",
    "exponentials": ASKED % r"e^{e^{e^{e^{9}}}}",
    "a sum": ASKED % r"\sum_{i=1}^{1000000} x^i",
    "sums of sums": ASKED % r"\sum_{i=1}^{1000}\sum_{j=1}^{1000}\sum_{k=1}^{1000} \sin(i j k x)",
    "a product": ASKED % r"\prod_{i=1}^{1000000} x",
    "a derivative": r"$$\frac{d^{3000000000} f}{dx^{3000000000}} = 0$$",
    "a vector": r"$v \in \mathbb{R}^{1000000000}$ $g = \sum_i v_i^2$ $$\frac{\partial g}{\partial v_i} = 3 v_i$$",
    "a matrix": r"$A \in \mathbb{R}^{100000 \times 100000}$, $v \in \mathbb{R}^{100000}$, $g = v^\top A v$ "
    r"$$\frac{\partial g}{\partial v} = A v$$",
    "multiplied out": ASKED % "(x + y + 1)^{60} (x - y - 2)^{60}",
    "doublings": "".join(rf"$u_{{{k + 1}}} = u_{{{k}}} u_{{{k}}} + u_{{{k}}}$ " for k in range(1, 30))
    + r"$$\frac{d u_{30}}{d u_1} = 1$$",
    "layers": r"$$ \delta^l_j = \sum_k w^{l+1}_{kj} \delta^{l+1}_k \sigma'(z^l_j) $$ $$ \frac{df}{dx} = 3 x y $$",
    "terms": ASKED % ("x + " * 9000 + "x"),
    "factors": ASKED % ("x " * 30_000),
    "columns": ASKED % (r"\begin{pmatrix}" + "x & " * 3000 + r"\end{pmatrix}"),
}

BROKEN = {
    "another end": r"\begin{align} \frac{df}{dx} &= 3 x y \end{equation} \begin{cases} x",
    "no end": r"\begin{align}" * 3000,
    "nul": ASKED % "\x00 3 x y",
    "right to left": ASKED % "\u202e 3 x y \u202d",
    "half a character": ASKED % "\ud800 3 x y",
    "accents": ASKED % ("3 x" + "\u0301" * 5000 + " y"),
    "dollars": "$" * 100_000,
    "backslashes": "\\" * 100_000,
    "ticks": "`" * 100_000,
    "columns": "$$" + "&" * 50_000 + "$$",
}

HOSTILE = {
    **{f"command: {k}": HEAD + ASKED % v for k, v in COMMANDS.items()},
    **{f"macro: {k}": v + HEAD for k, v in MACROS.items()},
    **{f"deep: {k}": HEAD + v for k, v in DEEP.items()},
    **{f"large: {k}": HEAD + v for k, v in LARGE.items()},
    **{f"broken: {k}": HEAD + v for k, v in BROKEN.items()},
}
SECONDS = 5  # of processor time, for reading and for each claim


@pytest.fixture
def empty_folder(tmp_path, monkeypatch):
    """A folder to work in; nothing may have been put there."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_end_in_time_with_a_plain_answer(name, empty_folder):
    started, claims = time.process_time(), 0
    try:
        report = verify_text(HOSTILE[name], None)
        claims = len(report.claims)
        assert "proved" not in {c.verdict for c in report.claims}
        reasons = [c.reason or "" for c in report.claims] + [d.get("reason", "") for d in report.definitions]
        assert not any("a fault of" in r for r in reasons), reasons
        sheet = annotated(HOSTILE[name], report)
        sheet.to_tex(), sheet.to_html()
    except SymbackpropError as e:
        assert str(e)
    assert time.process_time() - started < SECONDS * (claims + 1) + 5  # and the sheet of what was read


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_are_refused(name):
    report = verify_text(HEAD + r"$$\frac{df}{dx} = 2 x y$$" + ASKED % COMMANDS[name], None)
    assert report.summary["proved"] == 1 and report.summary["refuted"] == 0
    unread = [c.reason for c in report.claims if c.verdict == "unread"]
    assert unread or [d["reason"] for d in report.definitions if d["verdict"] == "unread"]


def test_a_document_beyond_the_limit_is_refused():
    with pytest.raises(ReadError, match="200000"):
        verify_text("x" * 200_001, None)


def _file(folder: Path, kind: str) -> Path:
    path = folder / "homework.tex"
    if kind == "a folder":
        path.mkdir()
    elif kind == "bytes":
        path.write_bytes(bytes(range(256)) * 40)
    elif kind == "nothing in it":
        path.write_bytes(b"")
    elif kind == "too large":
        path.write_bytes(b"x" * 2_000_000)
    return path


@pytest.mark.parametrize("kind", ["a folder", "bytes", "nothing in it", "no file", "too large"])
def test_what_is_no_homework_is_said_in_short_and_ends_with_2(kind, tmp_path, capsys):
    assert main(["verify", str(_file(tmp_path, kind))]) == 2
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert 1 <= len((out + err).strip().splitlines()) <= 3


def test_bytes_that_are_no_text_leave_the_rest_readable(tmp_path, capsys):
    path = tmp_path / "homework.tex"
    path.write_bytes(b"\xff\xfe " + HEAD.encode() + b"$$\\frac{df}{dx} = 2 x y$$ \xc3\x28")
    assert main(["verify", str(path)]) == 0


def _greedy(file: str) -> int:
    return len("x" * 10**12) if file == "memory" else _endless()


def _endless() -> int:
    while True:
        pass


def test_a_file_has_limits_on_time_and_memory():
    found = {o.file: o for o in outcomes(_greedy, ["memory", "time"], jobs=2, seconds=2)}
    assert "memory" in found["memory"].error and "2 seconds" in found["time"].error


def test_no_program_is_started_and_no_file_opened_for_writing(tmp_path):
    """In a fresh interpreter that reports what it does to its audit hooks."""
    program = """
import sys
from symbackprop.claims.verify import verify_text
seen = []
def hook(event, args):
    written = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if written or event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect"):
        seen.append((event, str(args)))
sys.addaudithook(hook)
verify_text(sys.stdin.read(), None)
sys.exit(repr(seen) if seen else 0)
"""
    text = HEAD + "".join(ASKED % v for v in COMMANDS.values()) + r"$$\frac{df}{dx} = 3 x y$$"
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], input=text, text=True, capture_output=True, cwd=tmp_path, env=env
    )
    assert done.returncode == 0, done.stderr
