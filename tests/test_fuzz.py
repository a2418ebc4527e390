"""The fuzz run in small: reproducible, honest about what it finds, and nothing found in the first documents."""

import os
from collections import Counter

import pytest

from fuzz import __main__ as fuzz
from fuzz.mutating import MUTATIONS
from symbackprop.errors import ReadError


def test_a_document_is_the_same_whatever_the_run_began_with(monkeypatch):
    monkeypatch.setattr(fuzz, "verify_text", _refuses)
    assert fuzz.mutant(17) == fuzz.mutant(17) != fuzz.mutant(18)
    assert [t.seed for t in fuzz.trials(6, 13, 5.0, 2)] == list(range(6, 19))


def test_all_ways_to_spoil_change_something():
    assert len(fuzz.examples()) >= 40
    text = fuzz.examples()[0]
    for change in MUTATIONS:
        changed = {change(text, fuzz.random.Random(k)) for k in range(10)}
        assert len(changed) > 5, change.__name__


def test_the_first_documents_do_no_harm(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    assert fuzz.main(["--documents", "20", "--seed", "500"]) == 0
    assert "20 documents" in capsys.readouterr().out and not list(tmp_path.iterdir())


def _refuses(text, file):
    raise ReadError("not today")


def _raises(text, file):
    raise ZeroDivisionError("of no use")


def _dies(text, file):
    os._exit(3)


@pytest.mark.parametrize(("does", "found"), [(_raises, "ZeroDivisionError"), (_dies, "its worker")])
def test_what_raises_or_dies_is_found_and_kept(does, found, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fuzz, "verify_text", does)
    assert fuzz.main(["--documents", "11", "--seed", "3", "-j", "1"]) == 1
    assert f"document 3: {found}" in capsys.readouterr().out
    assert len(list((tmp_path / "fuzz-found").iterdir())) == 11


def test_what_takes_too_long_is_found(monkeypatch):
    monkeypatch.setattr(fuzz, "mutant", lambda seed: "Let $x > 0$ and $y = x^2$. $$\\frac{dy}{dx} = 2x$$")
    found = fuzz.trial(1, 0.0)
    assert found.verdicts == Counter(proved=1) and found.trouble.startswith("too slow")
