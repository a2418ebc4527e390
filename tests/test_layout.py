"""The layout of derivatives: what the report calls it, and which transposes are accepted."""

import pytest

import symbackprop as sb

HEAD = r"""Let $x \in \mathbb{R}^{n}$, $y \in \mathbb{R}^{k}$.
Let $W \in \mathbb{R}^{m \times n}$ and $V \in \mathbb{R}^{k \times m}$.
$$h = W x \qquad z = V h \qquad C = \frac12 \lVert z - y \rVert^2$$
"""
DZ, DV, DW, DX = (rf"\frac{{\partial C}}{{\partial {v}}}" for v in "zVWx")
JACOBIAN = r"\frac{\partial h}{\partial x}"
P, R = "proved", "refuted"
# what stands after the head, the verdicts, the layout
ROWS = {
    "nothing that tells": (r"$$\nabla_z C = z - y$$", [P], "denominator"),
    "a Jacobian with the numerator first": (f"$${JACOBIAN} = W$$", [P], "numerator"),
    "a Jacobian with the denominator first": (rf"$${JACOBIAN} = W^\top$$", [P], "denominator"),
    "both": (rf"$${JACOBIAN} = W = W^\top$$", [P, P], "mixed layout"),
    "a nabla is a column in any": (rf"$$\nabla_z C = z - y \qquad {JACOBIAN} = W$$", [P, P], "numerator"),
    "a gradient as a row": (rf"$${DX} = (z - y)^\top V W$$", [P], "numerator"),
    "a gradient as a column": (rf"$${DX} = W^\top V^\top (z - y)$$", [P], "denominator"),
    "a row and the numerator first": (rf"$${DZ} = (z - y)^\top \qquad {JACOBIAN} = W$$", [P, P], "numerator"),
    "a column and the numerator first": (rf"$${DZ} = z - y \qquad {JACOBIAN} = W$$", [P, P], "mixed layout"),
    "a matrix in its own shape": (rf"$${DV} = (z - y) h^\top$$", [P], "denominator"),
    "one transposed gradient": (rf"$${DV} = h (z - y)^\top$$", [R], "denominator"),
    "several": (rf"$${DV} = h (z - y)^\top$$ $${DW} = x (z - y)^\top V$$", [P, P], "numerator"),
    "several, and as many that are not": (
        rf"$${DV} = h (z - y)^\top$$ $${DW} = x (z - y)^\top V$$"
        rf"$${DV} = (z - y) h^\top$$ $${DW} = V^\top (z - y) x^\top$$",
        [R, R, P, P],
        "denominator",
    ),
    "one, in a document that says so": (rf"In numerator layout: $${DV} = h (z - y)^\top$$", [P], "numerator"),
    "a matrix's own shape, in a document that says otherwise": (
        rf"(Others use numerator layout.) $${DV} = (z - y) h^\top$$",
        [P],
        "denominator",
    ),
}


@pytest.mark.parametrize("text, verdicts, layout", ROWS.values(), ids=ROWS)
def test_layout_is_named(text, verdicts, layout):
    report = sb.verify(HEAD + text)
    assert ([c.verdict for c in report.claims], report.layout) == (verdicts, layout)
    assert report.to_dict()["layout"] == layout
    assert any("mixed layout" in n for n in report.notes) == (layout == "mixed layout")


def test_a_transposed_gradient_is_called_so_and_holds_in_numerator_layout():
    claim = sb.verify(HEAD + rf"$${DV} = h (z - y)^\top$$").claims[0]
    assert claim.diagnosis == "transpose" and any("numerator layout" in n for n in claim.notes)


def test_the_note_on_mixed_layout_names_the_claims():
    report = sb.verify(HEAD + rf"$${JACOBIAN} = W \label{{eq:a}}$$ $${JACOBIAN} = W^\top \label{{eq:b}}$$")
    assert report.notes == ("mixed layout: numerator layout in eq:a; denominator layout in eq:b",)


def test_square_matrices_are_told_apart_by_value():
    head = r"$A \in \mathbb{R}^{n \times n}$, $u, v \in \mathbb{R}^n$. $$f = u^\top A v$$"
    right, wrong = (
        sb.verify(head + rf"$$\frac{{\partial f}}{{\partial A}} = {x}$$") for x in (r"u v^\top", r"v u^\top")
    )
    assert right.claims[0].verdict == "proved" and wrong.claims[0].diagnosis == "transpose"
    assert any("numerator layout" in n for n in wrong.claims[0].notes) and not right.claims[0].notes
