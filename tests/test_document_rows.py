"""One row of a matrix by one subscript: it lies or stands, as the line that it is in needs; wrong lines stay wrong."""

import pytest

import symbackprop as sb

BATCH = r"""
Let $X\in\mathbb{R}^{N\times D}$, $T\in\mathbb{R}^{N\times K}$, $W\in\mathbb{R}^{D\times K}$, $b\in\mathbb{R}^K$.
$$Z = XW + \mathbf 1 b^\top, \quad C = \frac{1}{2N}\lVert Z - T\rVert_F^2$$
"""
# a line about that batch, and its verdict
LINES = [
    (r"\frac{\partial C}{\partial b} = \sum_{n=1}^N \frac{\partial C}{\partial Z_n}", "proved"),
    (r"\frac{\partial C}{\partial b} = \frac1N \sum_{n=1}^N \frac{\partial C}{\partial Z_n}", "refuted"),
    (r"\frac{\partial C}{\partial Z_n} = \frac1N (Z_n - T_n)", "proved"),
    (r"\frac{\partial C}{\partial Z_n} = \frac1N (T_n - Z_n)", "refuted"),
    (r"\frac{\partial C}{\partial W} = \sum_{n=1}^N X_n^\top \frac{\partial C}{\partial Z_n}", "proved"),
    (r"\frac{\partial C}{\partial W} = \frac1N \sum_{n=1}^N X_n^\top (Z_n - T_n)", "proved"),
    (r"\frac{\partial C}{\partial W} = \frac1N \sum_{n=1}^N X_n (Z_n - T_n)^\top", "proved"),
    (r"\frac{\partial C}{\partial W} = \sum_{n=1}^N X_n^\top (Z_n - T_n)", "refuted"),
    (r"\frac{\partial C}{\partial W} = \frac1N \sum_{n=1}^N (Z_n - T_n)^\top X_n", "refuted"),
    (r"\frac{\partial C}{\partial X_n} = \frac{\partial C}{\partial Z_n} W^\top", "proved"),
    (r"\frac{\partial C}{\partial X_n} = W \frac{\partial C}{\partial Z_n}", "proved"),
    (r"\frac{\partial C}{\partial X_n} = W^\top \frac{\partial C}{\partial Z_n}", "refuted"),
    (r"Z_n = X_n W + b", "proved"),
    (r"Z_n = W^\top X_n + b", "proved"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "verdict"), LINES)
def test_rows(line, verdict):
    report = sb.verify(f"{BATCH}$${line}$$")
    assert [c.verdict for c in report.claims] == [verdict], str(report)


DATA = r"$w\in\mathbb{R}^n$, $y\in\mathbb{R}^m$. $$J(w) = \frac{1}{2m} \sum_{i=1}^m (w^\top x_i - y_i)^2$$"
WAYS = [  # in which words say what the rows, or columns, of a matrix are
    (r"Let $X \in \mathbb{R}^{m\times n}$ be the data, whose rows are $x_i^\top$, ", r"X^\top (X w - y)"),
    (r"Let $X \in \mathbb{R}^{m\times n}$ with rows $x_1^\top, \dots, x_m^\top$, ", r"X^\top (X w - y)"),
    (r"Sea $X \in \mathbb{R}^{m\times n}$ con filas $x_i^\top$, ", r"X^\top (X w - y)"),
    (r"Let $X \in \mathbb{R}^{m\times n}$, the $i$-th row of $X$ is $x_i$, ", r"X^\top (X w - y)"),
    (r"Sei $X \in \mathbb{R}^{n\times m}$ mit den Spalten $x_i$, ", r"X (X^\top w - y)"),
]


@pytest.mark.parametrize(("words", "gradient"), WAYS)
def test_rows_in_words(words, gradient):
    report = sb.verify(
        rf"{words}{DATA} $$\nabla J(w) = \frac1m {gradient}$$ $$\nabla J(w) = {gradient}$$"
        r"$$\nabla J(w) = \frac1m \sum_{i=1}^m (w^\top x_i - y_i) x_i$$ $$\nabla J(w) = \sum_{i=1}^m w^\top x_i x_i$$"
    )
    assert [c.verdict for c in report.claims] == ["proved", "refuted", "proved", "refuted"], str(report)


def test_nothing_is_refuted_of_a_matrix_that_nothing_links_to_its_rows():
    apart = r"Let $X \in \mathbb{R}^{m\times n}$, $x_i \in \mathbb{R}^n$, "
    report = sb.verify(rf"{apart}{DATA} $$\nabla J(w) = \frac1m X^\top (X w - y)$$ $$\nabla J(w) = \frac1m y$$")
    assert [c.verdict for c in report.claims] == ["unread", "refuted"], str(report)
    assert "how X is made of x" in report.claims[0].reason
