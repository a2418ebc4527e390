"""A document as one HTML file: MathML for the mathematics, SVG for the plots, no script and no network."""

import html

from markupsafe import Markup
from math_core import LatexError, LatexToMathML

from symbackprop.sheet.blocks import Document, spans
from symbackprop.sheet.layout import fit
from symbackprop.sheet.marks import MARKS
from symbackprop.sheet.plotting import draw
from symbackprop.sheet.templating import Filters, kind, render

_LINE = 44.0


def to_html(document: Document, fragment: bool = False) -> str:
    """The whole page, or as a fragment its ``<article>`` with its style, to be put into another page."""
    return render("sheet.html.jinja", _FILTERS, autoescape=True, document=document, fragment=fragment)


def text(content: str) -> Markup:
    """Text with mathematics, both safe in HTML.

    >>> text("a < b")
    Markup('a &lt; b')
    """
    return Markup("").join(
        _mathml(p, display=False) if is_math else Markup(html.escape(p)) for is_math, p in spans(content)
    )


def plain(content: str) -> str:
    """The text without mathematics' markup: for places that take no tags.

    >>> plain("proof of $C$")
    'proof of C'
    """
    return "".join(piece for _, piece in spans(content))


def math(latex: str) -> Markup:
    """A formula in display style."""
    return _mathml(latex, display=True) if latex else Markup("")


def _mathml(latex: str, display: bool) -> Markup:
    converter = LatexToMathML()
    try:
        mathml = converter.convert_with_local_state(latex, displaystyle=display)
    except LatexError:
        return Markup(f"<code>{html.escape(latex)}</code>")  # readable still, and nothing is lost
    # Formulas stand in cells of a table; as blocks they would be centred there.
    return Markup(mathml.replace(' display="block"', ' displaystyle="true"'))


_FILTERS: Filters = {
    "text": text,
    "math": math,
    "rows": lambda d: fit(d, _LINE),
    "kind": kind,
    "drawing": draw,
    "plain": plain,
    "sign": lambda mark: MARKS[mark].sign,
}
