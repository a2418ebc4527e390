"""``follows_from``: what is wrong only because something before it is, and what is wrong by itself."""

import pytest

import symbackprop as sb

HEAD = r"""Let $x \in \mathbb{R}^{n}$, $W \in \mathbb{R}^{m \times n}$, $y, b \in \mathbb{R}^{m}$.
$$z = W x + b \qquad a = \tanh(z) \qquad C = \frac12 \lVert a - y \rVert^2$$
"""
DZ, DW = r"\frac{\partial C}{\partial z}", r"\frac{\partial C}{\partial W}"
WRONG_DZ = rf"$${DZ} = (a - y) \odot (1 + a^2) \label{{dz}}$$"
# lines after the head, and from which claim each refuted one follows
ROWS = {
    "the wrong slope written out": (
        WRONG_DZ + rf"$${DW} = ((a - y) \odot (1 + a^2)) x^\top \label{{dw}}$$",
        {"dz": None, "dw": "dz"},
    ),
    "in another form, through the bias": (
        WRONG_DZ + r"$$\frac{\partial C}{\partial b_j} = (1 + a_j^2)(a_j - y_j) \label{db}$$",
        {"dz": None, "db": "dz"},
    ),
    "backwards to the input": (
        WRONG_DZ + r"$$\nabla_x C = W^\top ((a - y) \odot (1 + a^2)) \label{dx}$$",
        {"dz": None, "dx": "dz"},
    ),
    "with a mistake of its own": (
        WRONG_DZ + rf"$${DW} = 3 ((a - y) \odot (1 + a^2)) x^\top \label{{dw}}$$",
        {"dz": None, "dw": None},
    ),
    "by the symbol it is right": (WRONG_DZ + rf"$${DW} = {DZ} x^\top \label{{dw}}$$", {"dz": None}),
    "along a chain": (
        rf"\begin{{align}} {DZ} &= (a - y) \odot (1 + a^2) \label{{one}} \\"
        r"&= (a - y) + (a - y) \odot a^2 \label{two}"
        r"\\ &= 2 (a - y) \label{three} \end{align}",
        {"one": None, "two": "one", "three": None},
    ),
    "two wrong lines before": (
        r"$$\frac{\partial C}{\partial a} = 2 (a - y) \label{da}$$"
        rf"$${DZ} = 2 (a - y) \odot (1 - a^2) \label{{dz}}$$"
        rf"$${DW} = (2 (a - y) \odot (1 - a^2)) x^\top \label{{dw}}$$",
        {"da": None, "dz": "da", "dw": "da"},
    ),
    "through a name for the derivative": (
        rf"$$\delta := {DZ}$$ $$\delta = y - a \label{{delta}}$$ $${DW} = (y - a) x^\top \label{{dw}}$$",
        {"delta": None, "dw": "delta"},
    ),
    "a number that is wrong elsewhere explains nothing": (
        r"$$\frac{\partial C}{\partial C} = 2 \label{one}$$ $$\frac{\partial C}{\partial a} = 2 (a - y) \label{da}$$",
        {"one": None, "da": None},
    ),
}


@pytest.mark.parametrize("lines, follows", ROWS.values(), ids=ROWS)
def test_what_follows_from_a_wrong_line_says_so(lines, follows):
    report = sb.verify(HEAD + lines)
    assert {c.id: c.follows_from for c in report.claims if c.verdict == "refuted"} == follows
    for c in report.claims:
        assert c.follows_from is None or f"follows from {c.follows_from}" in str(c)


def test_another_path_around_the_wrong_derivative_is_no_excuse():
    text = r"""Let $u \in \mathbb{R}$. $$v = u^2 \qquad C = v^2 + \sin(u)$$
    $$\frac{dC}{dv} = 3 v \label{dv}$$ $$\frac{dC}{du} = 3 v \cdot 2 u \label{du}$$"""
    assert [(c.verdict, c.follows_from) for c in sb.verify(text).claims] == [("refuted", None)] * 2


def test_what_is_right_after_a_wrong_link_is_proved_and_noted():
    first, second = sb.verify(HEAD + r"$$\frac{\partial C}{\partial a} = 2 (a - y) = a - y$$").claims
    assert (first.verdict, second.verdict) == ("refuted", "proved") and "does not follow" in " ".join(second.notes)
    right = sb.verify(HEAD + r"$$\frac{\partial C}{\partial a} = a - y = - (y - a)$$").claims
    assert not any("does not follow" in n for c in right for n in c.notes)
