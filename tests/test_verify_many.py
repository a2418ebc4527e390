"""``symbackprop verify`` for a class: many files, formats for programs, limits that one bad file cannot escape."""

import csv
import io
import json
import os
import time

import pytest

from symbackprop.claims import verify as judging
from symbackprop.claims.workers import outcomes
from symbackprop.cli import main

RIGHT = "Let $x > 0$ and $y = x^2$.\n$$\\frac{dy}{dx} = 2x$$\n"
WRONG = "Let $x > 0$ and $y = x^2$.\n$$\\frac{dy}{dx} = -2x$$\n"
VAGUE = "Let $x > 0$ and $y = x^2$.\n$$\\frac{dy}{dx} = 2 q$$\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {"right": RIGHT, "wrong": WRONG, "vague": VAGUE, "empty": "no formula here\n"}.items():
        (tmp_path / f"{name}.tex").write_text(text)
    return tmp_path


@pytest.fixture
def command(folder, capsys):
    def run(*arguments):
        code = main(["verify", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.mark.parametrize(
    "files, code",
    [
        (["right"], 0),
        (["wrong"], 1),
        (["vague"], 2),
        (["empty"], 2),
        (["right", "vague", "wrong"], 1),
        (["right", "vague"], 2),
        (["right", "right"], 0),
    ],
)
def test_the_exit_code_is_that_of_the_worst_file(command, files, code):
    assert command(*(f"{f}.tex" for f in files))[0] == code


def test_json_is_one_object_a_line_in_the_order_of_the_files(command):
    names = ["wrong.tex", "right.tex", "empty.tex", "missing.tex"]
    _, out, err = command(*names, "--json", "-j", "3")
    found = [json.loads(line) for line in out.splitlines()]
    assert [f["file"] for f in found] == names
    assert [f["summary"]["refuted"] for f in found] == [1, 0, 0, 0]
    assert found[3]["claims"] == [] and "missing.tex" in found[3]["error"]
    assert "error" not in found[0] and "missing.tex" in err


def test_csv_is_a_line_a_file(command, folder):
    (folder / "=1+1.tex").write_text(RIGHT)
    code, out, _ = command("right.tex", "wrong.tex", "vague.tex", "missing.tex", "=1+1.tex", "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(r["file"], r["proved"], r["refuted"], r["unread"]) for r in rows[:3]] == [
        ("right.tex", "1", "0", "0"),
        ("wrong.tex", "0", "1", "0"),
        ("vague.tex", "0", "0", "1"),
    ]
    assert (rows[1]["first_wrong"], rows[1]["diagnosis"]) == ("2", "sign") and rows[0]["first_wrong"] == ""
    assert "no file" in rows[3]["error"] and code == 1
    assert rows[4]["file"] == "'=1+1.tex"  # no spreadsheet computes it


def test_neither_colours_nor_a_bar_where_there_is_no_terminal(command):
    _, out, err = command("right.tex", "wrong.tex")
    assert "\033" not in out and err == "" and "✓" in out and "✗" in out


def test_colours_and_a_bar_on_a_terminal(command, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    _, out, err = command("right.tex", "wrong.tex")
    assert "\033[32m✓" in out and "\033[31m✗" in out and "1/2" in err


def test_one_missing_file_is_one_short_error(command):
    code, out, err = command("missing.tex")
    assert (code, out) == (2, "") and err.splitlines() == ["error: no file 'missing.tex'"]


@pytest.mark.parametrize(
    "deed, said",
    [
        (lambda name: time.sleep(60), "stopped after 0.5 seconds"),
        (lambda name: bytearray(8 << 30), "memory"),
        (lambda name: os._exit(1), "died"),
        (lambda name: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_what_a_file_does_to_its_reader_stays_its_own(deed, said):
    def task(name):
        return deed(name) if name == "bad" else len(name)

    started = time.monotonic()
    found = list(outcomes(task, ["good", "bad", "better"], jobs=2, seconds=0.5))
    assert [f.value for f in found] == [4, None, 6] and said in found[1].error
    assert time.monotonic() - started < 5


def test_a_stopped_file_is_an_entry_like_any_other(command, monkeypatch):
    whole = judging.verify_file
    monkeypatch.setattr(judging, "verify_file", lambda name, given: os._exit(9) if name == "wrong.tex" else whole(name))
    code, out, err = command("wrong.tex", "right.tex", "--json")
    stopped, judged = map(json.loads, out.splitlines())
    assert stopped["summary"] == dict.fromkeys(("proved", "refuted", "agrees", "unread"), 0) and stopped["notes"]
    assert judged["summary"]["proved"] == 1 and code == 2 and "Traceback" not in err
