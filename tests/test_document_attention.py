"""Attention as pages write it: along what softmax goes, sums over an axis; verdicts of claims, in order.

Of every form something right and something wrong is claimed, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

ROWS = r"Let $S = \frac{Q K^\top}{\sqrt{r}}$, $P = \mathrm{softmax}(S)$ and $O = P V$."
SCORES = r"$$S = P R^T \quad H = \tanh(S) \quad Y = H U \quad C = \text{sum}(Y) + \text{sum}(H)$$"
SQUARE = r"$P, R, U \in \mathbb{R}^{n \times n}$ $$S = P R^T \quad H = \tanh(S) \quad Y = H U \quad C = \text{sum}(Y)$$"
BY_P = r"$$\frac{\partial C}{\partial P} = %s$$"
THROUGH_H = (
    r"\frac{\partial C}{\partial H} \cdot \frac{\partial \tanh(S)}{\partial S} \cdot \frac{\partial PR^T}{\partial P}"
)
COLUMNS = r"Let $S = \frac{K^\top Q}{\sqrt{r}}$, $P = \mathrm{softmax}(S)$ and $O = V P$."
FORMS = {
    "softmax in front of a matrix is along the rows": (
        ROWS + r"$$dS = P \odot (dP - \text{sum}(dP \odot P, \text{axis}=-1))$$"
        r"$$dQ = \frac{dS K}{\sqrt{r}}$$ $$dQ = dS K$$",
        ["proved", "proved", "refuted"],
    ),
    "and behind it along the columns": (
        COLUMNS + r"$$dS = P \odot (dP - \text{sum}(dP \odot P, \text{axis}=-1))$$"
        r"$$dS = P \odot (dP - \text{sum}(dP \odot P, \text{axis}=0))$$",
        ["refuted", "proved"],
    ),
    "in the function itself": (
        r"$$\text{Attention}(Q, K, V) = \text{softmax}\left(\frac{Q K^\top}{\sqrt{r}}\right) V$$" + ROWS
        + r"$$dK = \frac{dS^\top Q}{\sqrt{r}}$$ $$dK = \frac{dS Q}{\sqrt{r}}$$",
        ["proved", "refuted"],
    ),
    "on both sides it is along neither": (
        ROWS + r"$$R = U P$$ $$dS = P \odot (dP - \text{sum}(dP \odot P, \text{axis}=-1))$$",
        ["unread"],
    ),
    "sums of rows beside a square matrix": (
        r"Let $S \in \mathbb{R}^{n \times n}$, $V \in \mathbb{R}^{n \times r}$. $A = \text{softmax}(S)$, $O = A V$."
        r"$$dS = A \odot (dA - \text{rowsum}(dA \odot A))$$ $$dS = A \odot (dA - \text{rowsum}(dA \odot A)^\top)$$",
        ["proved", "refuted"],
    ),
    "sums of rows by name": (
        ROWS + r"$$dS = P \odot (dP - \text{rowsum}(dP \odot P))$$ $$dS = P \odot (dP - \text{rowsum}(dP \odot S))$$"
        r"$$dS = P \odot (dP - \operatorname{sum}(dP \odot P, dim=-1, keepdim=True))$$",
        ["proved", "refuted", "proved"],
    ),
    "a chain whose numerators are written out": (
        r"$$S = P R^T \quad H = \tanh(S) \quad C = \text{sum}(H)$$" + BY_P % THROUGH_H
        + BY_P % r"\frac{\partial C}{\partial H} \cdot \frac{\partial PR^T}{\partial P}",
        ["proved", "unread"],
    ),
    "numerators written out of numbers": (
        r"$$z = w x, a = \sigma(z), L = (a - y)^2$$ $$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial a}"
        r"\frac{\partial \sigma(z)}{\partial z} \frac{\partial (w x)}{\partial w}$$"
        r"$$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial a} \frac{\partial \sigma(z)}{\partial z}"
        r"\frac{\partial (w x)}{\partial x}$$",
        ["proved", "refuted"],
    ),
    "a product, ⊙ and a product in turn, where nothing else conforms": (
        SCORES + BY_P % (r"\frac{\partial C}{\partial Y} \cdot U^T \odot (1 - H \odot H) \cdot R + \frac{\partial C}"
        r"{\partial H} \odot (1 - H \odot H) \cdot R")
        + BY_P % (r"\frac{\partial C}{\partial Y} \cdot U^T \odot (1 - H) \cdot R + \frac{\partial C}"
        r"{\partial H} \odot (1 - H \odot H) \cdot R"),
        ["proved", "refuted"],
    ),
    "and where all of them do": (
        SQUARE + BY_P % r"\frac{\partial C}{\partial Y} \cdot U^T \odot (1 - H \odot H) \cdot R"
        + BY_P % r"\frac{\partial C}{\partial Y} \cdot U^T \odot (1 - H) \cdot R",
        ["unread", "refuted"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_verdicts(name):
    text, expected = FORMS[name]
    claims = sb.verify(text).claims
    assert [c.verdict for c in claims] == expected, [(c.source, c.verdict, c.reason) for c in claims]
