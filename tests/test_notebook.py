"""The notebook extension, with a stand-in for IPython: the package must not need it."""

import sys
from types import SimpleNamespace

from symbackprop import notebook
from symbackprop.claims.verify import verify_text

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
