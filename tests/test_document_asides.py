"""Derivations with remarks beside their rows: for each a document, and the verdicts of its claims in order.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

NET = r"Let $W \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $y \in \mathbb{R}^m$, $z = W x$, "
NET += r"$C = \frac12 \lVert z - y \rVert^2$. "
FORMS = {
    "the next row goes on from the formula, not from the reason beside it": (
        NET
        + r"\begin{align} \frac{\partial C}{\partial x} &= W^\top \frac{\partial C}{\partial z} &\because z = W x \\"
        r" &= W^\top (z - y) \\ &= W^\top (z + y) \end{align}",
        ["proved", "proved", "refuted", "proved"],
    ),
    "nor from an equation after words of a reason": (
        NET + r"\begin{align} \frac{\partial C}{\partial x} &= W^\top \frac{\partial C}{\partial z}"
        r" && \text{(chain rule, } z = W x) \\ &= W^\top (z - y) && \text{since } C = \frac12 \lVert z - y \rVert^2 \\"
        r" &= W^\top (z + y) \end{align}",
        ["proved", "proved", "refuted", "proved", "proved"],
    ),
    "a name of the column of remarks is no formula": (
        NET + r"\begin{align} \frac{\partial C}{\partial x} &= \left(\frac{\partial C}{\partial z}^\top W\right)^\top"
        r" &\text{transpose of }W \\ &= W^\top (z - y) \\ &= 2 W^\top (z - y) \end{align}",
        ["proved", "proved", "refuted"],
    ),
    "which index is meant says nothing of a letter": (
        r"Let $x \in \mathbb{R}^n$, $C = \sum_k x_k^2$. \begin{align} \frac{\partial C}{\partial x_i}"
        r" &= \sum_k \frac{\partial x_k^2}{\partial x_i} \\ &= 2 x_i &\text{nonzero for }k=i \\ &= x_i \end{align}"
        r"$$\frac{\partial C}{\partial x_k} = 2 x_k$$",
        ["proved", "proved", "refuted", "proved"],
    ),
    "a condition beside a row stays one": (
        r"Let $x \in \mathbb{R}^n$, $p_i = \frac{e^{x_i}}{\sum_k e^{x_k}}$."
        r"\begin{align} \frac{\partial p_i}{\partial x_j} &= -p_i p_j & \text{if } i \neq j \end{align}"
        r"\begin{align} \frac{\partial p_i}{\partial x_j} &= p_i p_j & \text{if } i \neq j \end{align}",
        ["proved", "refuted"],
    ),
    "each row has the condition beside it": (
        r"Let $x \in \mathbb{R}^n$, $p_i = \frac{e^{x_i}}{\sum_k e^{x_k}}$."
        r"\begin{align} \frac{\partial p_i}{\partial x_j} &= p_i (1 - p_i) & \text{if } i = j \\"
        r" &= -p_i p_j & \text{if } i \neq j \end{align}"
        r"\begin{align} \frac{\partial p_i}{\partial x_j} &= -p_i p_j & \text{if } i = j \\"
        r" &= p_i (1 - p_i) & \text{if } i \neq j \end{align}",
        ["proved", "proved", "refuted", "refuted"],
    ),
    "conditions that exclude one another prove nothing": (
        r"Let $x \in \mathbb{R}^n$. $$C = \sum_i x_i^2$$"
        r"$$\frac{\partial C}{\partial x_i} = 5 x_j, \quad i = j, \quad i \neq j$$"
        r"$$\frac{\partial C}{\partial x_i} = 2 x_j, \quad i = j$$",
        ["unread", "proved"],
    ),
    "a second formula after and is a formula": (
        NET + r"\begin{align} \frac{\partial C}{\partial z} &= z - y & \text{and} &&"
        r" \frac{\partial C}{\partial y} &= z - y \end{align}",
        ["proved", "refuted"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_form_is_read(form: str) -> None:
    document, verdicts = FORMS[form]
    assert [c.verdict for c in sb.verify(document).claims] == verdicts
