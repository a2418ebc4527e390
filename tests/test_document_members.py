"""Matrices and vectors that are counted, and that nothing declares: verdicts of claims, in order.

Of every form something right and something wrong is claimed, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

MIXED = r"Expert $k$ gives $u_k = M_k r + c_k$, $k = 1, \dots, E$, of weight $g = \mathrm{softmax}(H r)$. "
TOTAL = r"$$s = \sum_{k=1}^E g_k u_k$$ "
BY_M = r"$$\frac{\partial C}{\partial M_k} = %s$$"
BY_C = r"$$\frac{\partial C}{\partial c_k} = %s$$"
BY_G = r"$$\frac{\partial C}{\partial g_k} = %s$$"
UPSTREAM = r"Let $\epsilon = \frac{\partial C}{\partial s}$. "
BRANCHES = r"$$h_j = \tanh(A_j v + a_j)$$ $$o_j = B_j h_j + b_j$$ $$D = \frac12 \sum_{j=1}^J \|o_j - t_j\|^2$$"
FORMS = {
    "nothing shows a vector": (MIXED + TOTAL + UPSTREAM + BY_M % r"g_k \epsilon r^\top", ["unread"]),
    "an average that a transposed upstream gradient shows to be a vector": (
        MIXED + TOTAL + UPSTREAM + BY_M % r"g_k \epsilon r^\top" + BY_C % r"g_k \epsilon" + BY_G % r"\epsilon^\top u_k"
        + BY_M % r"\epsilon r^\top" + BY_C % r"\epsilon" + BY_G % r"\epsilon^\top s",
        ["proved"] * 3 + ["refuted"] * 3,
    ),
    "an average in a norm": (
        MIXED + TOTAL + r"$$C = \frac12 \|s - q\|^2$$" + BY_M % r"g_k (s - q) r^\top" + BY_M % r"g_k (u_k - q) r^\top"
        + BY_M % r"g_k r (s - q)^\top",
        ["proved", "refuted", "refuted"],
    ),
    "an average that is declared": (
        r"$s \in \mathbb{R}^m$. " + MIXED + TOTAL + UPSTREAM + BY_M % r"g_k \epsilon r^\top"
        + BY_M % r"u_k \epsilon r^\top" + BY_C % r"g_k \epsilon" + BY_C % r"\epsilon",
        ["proved", "unread", "proved", "refuted"],
    ),
    "two layers, with biases and targets of each branch": (
        BRANCHES + r"$$\frac{\partial D}{\partial B_j} = (o_j - t_j) h_j^\top$$"
        r"$$\frac{\partial D}{\partial h_j} = B_j^\top (o_j - t_j)$$"
        r"$$\frac{\partial D}{\partial A_j} = (B_j^\top (o_j - t_j) \odot (1 - h_j^2)) v^\top$$"
        r"$$\frac{\partial D}{\partial A_j} = (B_j^\top (o_j - t_j) \odot h_j) v^\top$$"
        r"$$\frac{\partial D}{\partial b_j} = \sum_j (o_j - t_j)$$",
        ["proved"] * 3 + ["refuted"] * 2,
    ),
    # -- refused
    "numbers, and the rows of a matrix": (
        r"$h_i = \tanh(W_i x)$, $y = \sum_{i=1}^n a_i h_i$, $L = \frac12 (y - t)^2$."
        r"$$\frac{\partial L}{\partial W_i} = (y - t) a_i (1 - h_i^2) x^\top$$"
        r"$$\frac{\partial L}{\partial W_i} = (y - t) a_i h_i x^\top$$",
        ["proved", "refuted"],
    ),
    "a letter that nothing counts names a layer": (
        r"$$z_h = M_h x + b_h$$ $$L = \frac12 \|z_h - t\|^2$$ $$\frac{\partial L}{\partial M_h} = z_h x^\top$$",
        ["unread"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_matrices_and_vectors_that_are_counted(form: str) -> None:
    text, verdicts = FORMS[form]
    report = sb.verify(text)
    assert [c.verdict for c in report.claims] == verdicts, str(report)
