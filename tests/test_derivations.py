"""The worked derivations: every sheet builds, its checks passed, all formats hold it, and its numbers are right.

The folder is the list: a new derivation is tested here without a line being added.
"""

import html
import re
from functools import cache
from xml.etree import ElementTree

import pytest

import derivations
from derivations.__main__ import main
from derivations._pictures import PICTURES, missing, path, picture, write_pictures
from symbackprop.sheet import pdf
from symbackprop.sheet.blocks import Statement, Table

needs_tex = pytest.mark.skipif(pdf.find_tex() is None, reason="no pdflatex")
NAMES = derivations.names()
COVERED = {f"S{k}" for k in range(1, 31)}
_OVERFULL_POINTS = 2.0


@cache
def sheet(name):
    return derivations.load(name).sheet()


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    """Each derivation in turn; the scope keeps its tests together, so that processes seldom make a sheet twice."""
    return request.param


def blocks(name):
    """All blocks of a sheet, those inside of statements included."""
    todo = [b for s in sheet(name).sections for b in s.blocks]
    while todo:
        b = todo.pop(0)
        todo = [*b.blocks, *todo] if isinstance(b, Statement) else todo
        yield b


def test_all_statements_of_the_first_issue_are_covered():
    assert {s for w in derivations.all_worked() for s in w.covers} >= COVERED


def test_the_readme_lists_the_folder():
    assert derivations.README.read_text() == derivations.readme_with_table()
    assert all(f"[{name}]({name}.py)" in derivations.table() for name in NAMES)


def _shown(svg):
    """What a picture says, numbers aside, and how much it draws."""
    root = ElementTree.fromstring(svg)
    texts = [e.text for e in root.iter() if e.text and e.text.strip() and not re.match(r"[−\d.]+(e[+−]\d+)?$", e.text)]
    texts = [t for t in texts if not re.match("10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+$", t)]
    drawn = [e for e in root.iter() if e.tag.endswith(("path", "circle", "rect"))]
    return texts, len(drawn)


def test_each_derivation_has_its_picture(name):
    svg = path(name).read_text(encoding="utf-8")
    assert len(svg) < 60_000 and _shown(svg) == _shown(picture(name, sheet(name))), "python -m derivations --pictures"
    texts, drawn = _shown(svg)
    assert drawn > 2 and not re.search(r"[$\\{}]", "".join(texts)), "LaTeX that _svg has no letters for"
    assert f'<img src="pictures/{name}.svg"' in derivations.README.read_text(encoding="utf-8")


def test_no_picture_without_a_derivation():
    assert {file.name for file in PICTURES.iterdir()} <= {f"{name}.svg" for name in NAMES}


def test_every_check_passed(name):
    checks = [b for b in blocks(name) if isinstance(b, Table) and b.header[-1] == "Result"]
    assert checks and all(row[-1] == "passed" for table in checks for row in table.rows)


def test_texts_are_written(name, tmp_path):
    for suffix in (".tex", ".html", ".md"):
        text = html.unescape(sheet(name).save(tmp_path / f"{name}{suffix}").read_text())
        assert derivations.load(name).title.partition("$")[0] in text
        assert len(text) > 3000 and "object at 0x" not in text
    listed = re.sub(r"<pre>.*?</pre>", "", sheet(name).to_html(), flags=re.DOTALL)
    assert "<code>" not in listed, "a formula that MathML could not hold"


@needs_tex
def test_tex_compiles_without_overfull_lines(name):
    document, log = pdf.compile_tex(sheet(name).to_tex())
    assert document.startswith(b"%PDF")
    too_wide = [float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert max(too_wide, default=0.0) <= _OVERFULL_POINTS


def test_pictures_are_written_where_they_are_missing(tmp_path, monkeypatch):
    monkeypatch.setattr("derivations._pictures.PICTURES", tmp_path)
    monkeypatch.setattr("derivations._pictures.names", lambda: ["chain_of_three", "logistic_derivative"])
    (tmp_path / "gone.svg").write_text("of a derivation that is no more")
    assert len(write_pictures(missing())) == 2 and missing() == []
    assert sorted(p.stem for p in tmp_path.iterdir()) == ["chain_of_three", "logistic_derivative"]
    (tmp_path / "chain_of_three.svg").write_text("old")
    assert [p.stem for p in write_pictures(["chain_of_three"])] == ["chain_of_three"]
    texts, _ = _shown((tmp_path / "chain_of_three.svg").read_text())
    assert {"x", "w", "s", "u", "v", "y"} <= set(texts)
    assert "the bound 1/4" in _shown((tmp_path / "logistic_derivative.svg").read_text())[0]


def test_the_command_writes_what_is_asked_for(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("derivations.__main__.find_tex", lambda: None)
    assert main(["chain_of_three", "--out", str(tmp_path)]) == 0
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".html", ".md", ".tex"]
    assert "no PDFs: install TeX" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["no_such_derivation"])
    assert "there are" in capsys.readouterr().err
