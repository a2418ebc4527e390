"""Attention as pages write it: along what softmax goes, sums over an axis; verdicts of claims, in order.

Of every form something right and something wrong is claimed, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

ROWS = r"Let $S = \frac{Q K^\top}{\sqrt{r}}$, $P = \mathrm{softmax}(S)$ and $O = P V$."
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
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_verdicts(name):
    text, expected = FORMS[name]
    claims = sb.verify(text).claims
    assert [c.verdict for c in claims] == expected, [(c.source, c.verdict, c.reason) for c in claims]
