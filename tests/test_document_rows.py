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
