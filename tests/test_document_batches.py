"""Documents that normalise a batch, feature by feature or one for all: a document for each, with its verdicts.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

NORM = (
    r"$$\mu = \frac{1}{N} \sum_{i=1}^N x_i$$ $$s = \frac{1}{N} \sum_{i=1}^N (x_i - \mu)^2$$"
    r"$$\hat x_i = \frac{x_i - \mu}{\sqrt{s + \epsilon}}$$ $$y_i = \gamma \hat x_i + \beta$$"
)
FEATURES = (
    r"Let $X \in \mathbb{R}^{N \times D}$. $$\mu_j = \frac{1}{N} \sum_{i=1}^N x_{ij}$$"
    r"$$\sigma_j^2 = \frac{1}{N} \sum_{i=1}^N (x_{ij} - \mu_j)^2$$"
    r"$$\hat x_{ij} = \frac{x_{ij} - \mu_j}{\sqrt{\sigma_j^2 + \epsilon}}$$ $$y_{ij} = \gamma_j \hat x_{ij} + \beta_j$$"
)
ROWS = (
    r"Let $x \in \mathbb{R}^{N \times D}$. $$\mu = \frac{1}{N} \sum_{n=1}^N x_n$$"
    r"$$\sigma^2 = \frac{1}{N} \sum_{n=1}^N (x_n - \mu)^2$$"
    r"$$\hat x_n = \frac{x_n - \mu}{\sqrt{\sigma^2 + \epsilon}}$$ $$y_n = \gamma \odot \hat x_n + \beta$$"
)
FORMS = {
    "every row of a matrix is defined by those of another": (
        ROWS + r"$$\frac{\partial L}{\partial \hat x_n} = \gamma \odot \frac{\partial L}{\partial y_n}$$"
        r"$$\frac{\partial L}{\partial \hat x_n} = \frac{\partial L}{\partial y_n}$$"
        r"$$\frac{\partial L}{\partial \gamma} = \sum_{n=1}^N \frac{\partial L}{\partial y_n} \odot \hat x_n$$"
        r"$$\frac{\partial L}{\partial \beta} = \sum_{n=1}^N \frac{\partial L}{\partial y_n}$$",
        ["proved", "refuted", "proved", "proved"],
    ),
    "a number for every row of a matrix": (
        r"Let $X \in \mathbb{R}^{N \times D}$, $w \in \mathbb{R}^D$. $$\hat y_n = w^\top X_n$$"
        r"$$C = \sum_{n=1}^N (\hat y_n - y_n)^2$$"
        r"$$\frac{\partial C}{\partial w} = 2 \sum_{n=1}^N (\hat y_n - y_n) X_n$$"
        r"$$\frac{\partial C}{\partial w} = \sum_{n=1}^N (\hat y_n - y_n) X_n$$",
        ["proved", "refuted"],
    ),
    "a letter that runs along the columns is no row": (
        r"Let $X \in \mathbb{R}^{D \times N}$, $w \in \mathbb{R}^D$. $$\hat y_n = w^\top X_n$$"
        r"$$C = \sum_{n=1}^N (\hat y_n - y_n)^2$$"
        r"$$\frac{\partial C}{\partial w} = \sum_{n=1}^N (\hat y_n - y_n) X_n$$",
        ["unread"],
    ),
    "a quotient of vectors is one of their entries": (
        r"Let $y, z \in \mathbb{R}^K$, $p = \sigma(z)$. $$L = -\sum_k (y_k \log p_k + (1 - y_k) \log(1 - p_k))$$"
        r"$$\frac{\partial L}{\partial p} = -\frac{y}{p} + \frac{1 - y}{1 - p}$$"
        r"$$\frac{\partial L}{\partial p} = -\frac{y}{p} - \frac{1 - y}{1 - p}$$",
        ["proved", "refuted"],
    ),
    "a quotient of matrices that could have no inverse is one of their entries": (
        r"Let $Y, Z \in \mathbb{R}^{N \times K}$, $P = \sigma(Z)$. $$L = -\sum_{i,j} Y_{ij} \log P_{ij}$$"
        r"$$\frac{\partial L}{\partial P} = -\frac{Y}{P}$$ $$\frac{\partial L}{\partial P} = \frac{Y}{P}$$",
        ["proved", "refuted"],
    ),
    "a quotient of square matrices could be a product with an inverse": (
        r"Let $Y, Z \in \mathbb{R}^{K \times K}$, $P = \sigma(Z)$. $$L = -\sum_{i,j} Y_{ij} \log P_{ij}$$"
        r"$$\frac{\partial L}{\partial P} = -\frac{Y}{P}$$",
        ["unread"],
    ),
    "a square with an index is defined for every index": (
        FEATURES
        + r"$$\frac{\partial L}{\partial \gamma_j} = \sum_{i=1}^N \frac{\partial L}{\partial y_{ij}} \hat x_{ij}$$"
        r"$$\frac{\partial L}{\partial \sigma_j^2} = -\frac12 \sum_i \frac{\partial L}{\partial \hat x_{ij}}"
        r" (x_{ij} - \mu_j) (\sigma_j^2 + \epsilon)^{-3/2}$$"
        r"$$\frac{\partial L}{\partial \sigma_j^2} = -\frac12 \sum_i \frac{\partial L}{\partial \hat x_{ij}}"
        r" (x_{ij} - \mu_j) (\sigma_j^2 + \epsilon)^{-1/2}$$",
        ["proved", "proved", "refuted"],
    ),
    "its root is the letter without the square": (
        FEATURES.replace(r"\sqrt{\sigma_j^2 + \epsilon}", r"\sigma_j")
        + r"$$\frac{\partial L}{\partial \sigma_j} = -\sum_i \frac{\partial L}{\partial \hat x_{ij}}"
        r" \frac{x_{ij} - \mu_j}{\sigma_j^2}$$"
        r"$$\frac{\partial L}{\partial \sigma_j} = -\sum_i \frac{\partial L}{\partial \hat x_{ij}}"
        r" \frac{x_{ij} - \mu_j}{\sigma_j}$$",
        ["proved", "refuted"],
    ),
    "a square whose subscript names is one number": (
        NORM.replace("s =", r"\sigma_B^2 =").replace("{s +", r"{\sigma_B^2 +")
        + r"$$\frac{\partial \sigma_B^2}{\partial x_i} = \frac{2}{N} (x_i - \mu)$$"
        r"$$\frac{\partial \sigma_B^2}{\partial x_i} = 2 (x_i - \mu)$$",
        ["proved", "refuted"],
    ),
    "a sum without bounds over a letter that names derivatives by entries": (
        NORM + r"Let $\delta_i = \frac{\partial L}{\partial y_i}$. $$\frac{\partial L}{\partial x_i} ="
        r" \frac{\gamma}{N\sqrt{s+\epsilon}}\Big(N\delta_i - \sum_j \delta_j - \hat x_i \sum_j \delta_j \hat x_j\Big)$$"
        r"$$\frac{\partial L}{\partial x_i} ="
        r" \frac{\gamma}{N\sqrt{s+\epsilon}}\Big(N\delta_i - \sum_j \delta_j + \hat x_i \sum_j \delta_j \hat x_j\Big)$$"
        r"$$\frac{\partial L}{\partial \beta} = \sum_j \delta_j$$",
        ["proved", "refuted", "proved"],
    ),
    "softmax applied to rows": (
        r"Let $S, V \in \mathbb{R}^{n \times n}$. It is applied to the rows: $$A = \text{softmax}(S)$$ $$O = A V$$"
        r"$$\frac{\partial L}{\partial S_{ij}} = A_{ij} \left(\frac{\partial L}{\partial A_{ij}}"
        r" - \sum_k A_{ik} \frac{\partial L}{\partial A_{ik}}\right)$$"
        r"$$\frac{\partial L}{\partial S_{ij}} = A_{ij} \left(\frac{\partial L}{\partial A_{ij}}"
        r" - \sum_k A_{kj} \frac{\partial L}{\partial A_{kj}}\right)$$",
        ["proved", "refuted"],
    ),
    "a size with a subscript is no entry of a capital": (
        r"Row by row, $S = Q K^T / \sqrt{d_k}$, $P = \text{softmax}(S)$, $O = P V$."
        r"$$dP = dO V^T$$ $$D_i = \sum_j P_{ij} dP_{ij}$$ $$dS = P \odot (dP - D)$$"
        r"$$dQ = \frac{1}{\sqrt{d_k}} dS K$$ $$dQ = \frac{1}{d_k} dS K$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "a bias for all examples by a vector of ones": (
        r"$X \in \mathbb{R}^{N \times D}$, $W \in \mathbb{R}^{D \times C}$, $b \in \mathbb{R}^C$,"
        r" $Y \in \mathbb{R}^{N \times C}$"
        r" with $\sum_c Y_{nc} = 1$. $$Z = X W + \mathbf{1} b^\top$$ $$P = \text{softmax}(Z)$$"
        r"$$L = -\frac1N \sum_n \sum_c Y_{nc} \log P_{nc}$$ $$\frac{\partial L}{\partial Z} = \frac1N (P - Y)$$"
        r"$$\frac{\partial L}{\partial b} = \frac1N (P - Y) \mathbf{1}$$"
        r"$$\frac{\partial L}{\partial b} = \frac1N (P - Y)^\top \mathbf{1}$$",
        ["proved", "refuted", "proved"],
    ),
    "examples as columns, of which each has a number": (
        r"Let $x^{(i)} \in \mathbb{R}^n$, $y^{(i)} \in \{0, 1\}$, $i = 1, \dots, m$. $$a^{(i)} = \sigma(w^T x^{(i)})$$"
        r"$$J(w) = -\frac1m \sum_i [y^{(i)} \log a^{(i)} + (1 - y^{(i)}) \log(1 - a^{(i)})]$$"
        r"With the columns $x^{(i)}$ in $X$, $$\nabla_w J = \frac1m X (a - y)$$ $$\nabla_w J = \frac1m X (y - a)$$",
        ["proved", "refuted"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_form_is_read(form: str) -> None:
    document, verdicts = FORMS[form]
    assert [c.verdict for c in sb.verify(document).claims] == verdicts
