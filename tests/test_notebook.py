"""The notebook extension, with a stand-in for IPython: the package must not need it."""

import json
import sys
from types import SimpleNamespace

from symbackprop import notebook
from symbackprop.claims.annotate import annotated_file
from symbackprop.claims.verify import verify_file, verify_text

CELL = "Let $x > 0$ and $y = x^2$.\n$$\\frac{dy}{dx} = -2x$$\n"


def test_the_cell_magic_sets_the_cell_anew_with_its_verdicts():
    magics = {}
    shell = SimpleNamespace(
        register_magic_function=lambda f, magic_kind, magic_name: magics.__setitem__((magic_kind, magic_name), f)
    )
    notebook.load_ipython_extension(shell)
    shown = magics["cell", "verify"]("", CELL)
    page = shown._repr_html_()
    assert 'class="mark refuted"' in page and "mended" in page and "<html" not in page
    assert shown.report.first_wrong == "2" and "✗ 2" in repr(shown)
    assert "IPython" not in sys.modules


def test_reports_and_claims_show_themselves():
    report = verify_text(CELL, None)
    assert "✗</b> 2" in report._repr_html_() and "✗</b> 2" in report.claims[0]._repr_html_()
    hostile = verify_text("$x > 0$ $y = x$ $$\\frac{dy}{dx} = 1 \\label{<script>}$$", None)
    assert "<script>" not in hostile._repr_html_() and "&lt;script&gt;" in hostile._repr_html_()


def _cell(kind, *lines):
    return {"cell_type": kind, "source": [f"{x}\n" for x in lines]}


def _file(tmp_path, *cells):
    path = tmp_path / "homework.ipynb"
    path.write_text(json.dumps({"cells": list(cells)}))
    return path


def test_claims_of_a_notebook_are_called_by_cell_and_line(tmp_path):
    path = _file(
        tmp_path,
        _cell("markdown", "# Title", "Let $x > 0$ and $y = x^2$."),
        _cell("code", "import this"),
        _cell("markdown", "Then", r"  $$\frac{dy}{dx} = 2x = -2x$$", r"$$\frac{dy}{dx} = 3x \label{eq:third}$$"),
        _cell("markdown", r"  $$\frac{dy}{dx} = 2x$$", "", r"$$\frac{\partial y}{\partial x} = \csname x$$"),
    )
    report = verify_file(path)
    assert [(c.id, c.verdict) for c in report.claims] == [
        ("3:2", "proved"),
        ("3:2:2", "refuted"),
        ("eq:third", "refuted"),
        ("4:1", "proved"),
        ("4:3", "unread"),
    ]
    assert [(c.cell, c.line, c.column) for c in report.claims][:4:3] == [(3, 2, 5), (4, 1, 5)]
    assert "The first wrong step is 3:2:2, cell 3, line 2 (sign)." in str(report)
    said = report["4:3"].reason.split("\n")
    assert said[0].startswith("cell 4, line 3, column ") and said[2].index("^") == said[1].index("\\csname")
    assert report.definitions[0]["line"] == 2 and report.definitions[0]["cell"] == 1
    assert report.to_dict()["claims"][0]["cell"] == 3


def test_each_claim_of_a_notebook_is_annotated_in_its_place(tmp_path):
    same = r"$$\frac{dy}{dx} = 2x$$"  # at the same line and column of two cells
    path = _file(
        tmp_path, _cell("markdown", "Let $x > 0$ and $y = x^2$."), _cell("markdown", same), _cell("markdown", same)
    )
    rows = [
        r for s in annotated_file(path, verify_file(path)).sections for b in s.blocks for r in getattr(b, "rows", ())
    ]
    assert [r.note for r in rows if getattr(r, "mark", "")] == ["2:1", "3:1"]


def test_a_document_that_is_no_notebook_has_no_cells():
    assert "cell" not in verify_text(CELL, None).to_dict()["claims"][0]
