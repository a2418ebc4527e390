"""Layers are shown with the brackets that the author writes, in mended lines and in the document set anew."""

import pytest

from symbackprop.claims.annotate import annotated
from symbackprop.claims.verify import verify_text

_LAST = r"""
$$C_0 = (a^{(L)} - y)^2$$ $$a^{(L)} = \sigma(z^{(L)})$$ $$z^{(L)} = a^{(L-1)} w^{(L)} + b^{(L)}$$
$$\frac{\partial C_0}{\partial b^{(L)}} = 2(a^{(L)} - y)$$
"""
_NUMBERS = r"""
$$z^1 = W^1 x + b^1$$ $$a^1 = \sigma(z^1)$$ $$z^2 = W^2 a^1 + b^2$$ $$L = \frac12 \|z^2 - y\|^2$$
$$\frac{\partial L}{\partial a^1} = W^2 (z^2 - y)$$
"""
_SQUARE = _NUMBERS.replace("^1", "^{[1]}").replace("W^2", "W^{[2]}").replace("z^2", "z^{[2]}").replace("b^2", "b^{[2]}")

# document, the mended right side, what the document set anew has as a symbol of a layer
STYLES = [
    (_LAST, r"2 (a^{(L)} - y) \sigma'(z^{(L)})", r"a^{(L-1)}"),
    (_NUMBERS, r"(W^{2})^{\top} (z^{2} - y)", r"z^{1}"),
    (_SQUARE, r"W^{[2]\top} (z^{[2]} - y)", r"z^{[1]}"),
    (_SQUARE.replace("^{[", "^{(").replace("]}", ")}"), r"W^{(2)\top} (z^{(2)} - y)", r"z^{(1)}"),
]


@pytest.mark.parametrize(("text", "mended", "shown"), STYLES, ids=["last", "numbers", "square", "round"])
def test_layers_are_shown_as_the_author_writes_them(text, mended, shown):
    report = verify_text(text, None)
    assert [c.repair for c in report.claims] == [mended]
    assert shown in annotated(text, report).to_tex()


@pytest.mark.parametrize("text", [t for t, _, _ in STYLES], ids=["last", "numbers", "square", "round"])
def test_a_mended_line_is_read_and_proved_in_its_document(text):
    report = verify_text(text, None)
    claim = report.claims[0]
    before, _, wrong = text.rstrip().rpartition("= ")
    report = verify_text(f"{before}= {claim.repair}$$\n", None)
    assert [c.verdict for c in report.claims] == ["proved"], wrong
