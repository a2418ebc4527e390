"""In a notebook: ``%load_ext symbackprop.notebook``, then ``%%verify`` above a derivation.

IPython is no dependency: it hands itself over when it loads the extension. Reports show themselves without it.
"""

from typing import Any


def load_ipython_extension(ipython: Any) -> None:
    """Register the cell magic ``%%verify``; called by ``%load_ext``."""
    ipython.register_magic_function(verify, magic_kind="cell", magic_name="verify")


def verify(line: str, cell: str) -> "Annotated":
    """Judge a cell of LaTeX or Markdown: the text set anew with a verdict beside each claim. Nothing in it is run."""
    from symbackprop.claims.annotate import annotated
    from symbackprop.claims.verify import verify_text

    report = verify_text(cell, None)
    return Annotated(report, annotated(cell, report))


class Annotated:
    """A report with its annotated document, which it displays."""

    def __init__(self, report: Any, sheet: Any) -> None:
        self.report, self.sheet = report, sheet

    def _repr_html_(self) -> str:
        return str(self.sheet.to_html(fragment=True))

    def __repr__(self) -> str:
        return str(self.report)
