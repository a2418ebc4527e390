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


ROWS = r"$$\frac{\partial L}{\partial W} = x^\top z$$ $$\frac{\partial L}{\partial x} = z W^\top$$"
COLUMNS = r"$$\frac{\partial L}{\partial W} = z x^\top$$ $$\frac{\partial L}{\partial x} = W^\top z$$"
LYING = {  # how vectors of which the document says the lengths are written, and which lines are right then
    r"$x \in \mathbb{R}^d$, $W \in \mathbb{R}^{d \times h}$, $b \in \mathbb{R}^h$ $$z = x W + b$$": ROWS,
    r"$x \in \mathbb{R}^d$, $W \in \mathbb{R}^{h \times d}$, $b \in \mathbb{R}^h$ $$z = W x + b$$": COLUMNS,
    r"Poids $W$ (taille $2 \times H$), biais $b$ (taille $H$), $x = (x_1, x_2)$. $$z = x W + b$$": ROWS,
    r"Gewichte $W$ (Größe $k \times n$), Eingabe $x$ (Größe $n$). $$z = W x$$": COLUMNS,
    r"$W \in \mathcal{M}_{k,n}(\mathbb{R})$, $x \in \mathcal{M}_{n,1}(\mathbb{R})$ $$z = W x$$": COLUMNS,
    r"$W \in M_n$, $x \in M_{1,n}$ $$z = x W$$": ROWS,
}


@pytest.mark.parametrize("document", LYING)
def test_declared_vectors_lie_where_they_could_not_stand(document: str) -> None:
    claims = sb.verify(document + r"$$L = \frac12 \|z\|^2$$" + ROWS + COLUMNS).claims
    expected = ["proved"] * 2 + ["refuted"] * 2
    assert [c.verdict for c in claims] == (expected if LYING[document] == ROWS else expected[::-1])


def test_vectors_that_stand_and_lie_are_not_read() -> None:
    text = (
        r"$x \in \mathbb{R}^d$, $W \in \mathbb{R}^{d \times h}$, $V \in \mathbb{R}^{k \times h}$"
        r"$$z = x W$$ $$u = V z$$ $$L = \frac12 \|u\|^2$$ $$\frac{\partial L}{\partial x} = W V^\top u$$"
    )
    assert [c.verdict for c in sb.verify(text).claims] == ["unread"]
