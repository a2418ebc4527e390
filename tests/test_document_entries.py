"""Documents that write wholes by their entries: for each a document, and the verdicts of its claims in order.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

SQUARES = r"Let $x, y \in \mathbb{R}^{N \times D}$, $L = \frac{1}{N} \sum_{i,j} (x_{ij} - y_{ij})^2$. "
FORMS = {
    "brackets with the subscripts of what they hold are the whole": (
        SQUARES + r"$$\frac{\partial L}{\partial x} = \left(\frac{2}{N} (x_{ij} - y_{ij})\right)_{ij}$$"
        r"$$\frac{\partial L}{\partial x} = \left(\frac{1}{N} (x_{ij} - y_{ij})\right)_{ij}$$",
        ["proved", "refuted"],
    ),
    "so they are of derivatives by entries": (
        SQUARES + r"$$\frac{\partial L}{\partial x} = \left[\frac{\partial L}{\partial x_{ij}}\right]_{i,j}$$"
        r"$$\frac{\partial L}{\partial x} = \left[\frac{1}{N}\frac{\partial}{\partial x_{ij}}"
        r" \sum_{i,j} (x_{ij} - y_{ij})^2\right]_{ij}$$"
        r"$$\frac{\partial L}{\partial x} = \left[\frac{\partial L}{\partial y_{ij}}\right]_{i,j}$$",
        ["proved", "proved", "refuted"],
    ),
    "in the order of the subscripts outside": (
        SQUARES + r"$$\frac{\partial L}{\partial x}^\top = \left(\frac{2}{N} (x_{ij} - y_{ij})\right)_{ji}$$"
        r"$$\frac{\partial L}{\partial x} = \left(\frac{2}{N} (x_{ij} - y_{ij})\right)_{ji}$$",
        ["proved", "refuted"],
    ),
    "an entry beside an entry": (
        SQUARES + r"$$\frac{\partial L}{\partial x_{ij}} = \left(\frac{2}{N} (x_{ij} - y_{ij})\right)_{ij}$$"
        r"$$\frac{\partial L}{\partial x_{ij}} = \left(\frac{2}{N} (x - y)\right)_{ij}$$"
        r"$$\frac{\partial L}{\partial x_{ij}} = \left(2 (x - y)\right)_{ij}$$",
        ["proved", "proved", "refuted"],
    ),
    "a subscript below a number is an entry of what has that number": (
        r"Let $z_1 = W_1 x$, $a_1 = \tanh(z_1)$, $z_2 = W_2 a_1$ and $C = \sum_j z_{2_j}^2$, where"
        r" $W_1 \in \mathbb{R}^{m \times n}$, $W_2 \in \mathbb{R}^{k \times m}$, $x \in \mathbb{R}^n$."
        r"$$\frac{\partial C}{\partial z_{2_j}} = 2 z_{2_j}$$ $$\frac{\partial C}{\partial z_{2_j}} = z_{2_j}$$"
        r"$$\frac{\partial C}{\partial W_{2_{ij}}} = \frac{\partial C}{\partial z_{2_i}} a_{1_j}$$"
        r"$$\frac{\partial C}{\partial W_{2_{ij}}} = \frac{\partial C}{\partial z_{2_j}} a_{1_i}$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "a definition by entries": (
        r"Let $a \in \mathbb{R}^m$, $b \in \mathbb{R}^n$. $$A = \left(a_i b_j\right)_{ij}$$ $$C = \sum_{i,j} A_{ij}^2$$"
        r"$$A = a b^\top$$ $$\frac{\partial C}{\partial A} = 2 a b^\top$$ $$\frac{\partial C}{\partial A} = a b^\top$$",
        ["proved", "proved", "refuted"],
    ),
    "an entry of the value of a function, below its argument": (
        r"$$S(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$"
        r"$$\frac{\partial S(z)_i}{\partial z_i} = S(z)_i (1 - S(z)_i)$$"
        r"$$\frac{\partial S(z)_i}{\partial z_j} = -S(z)_i S(z)_j, \quad i \neq j$$"
        r"$$\frac{\partial S(z)_i}{\partial z_j} = S(z)_i S(z)_j, \quad i \neq j$$",
        ["proved", "proved", "refuted"],
    ),
    "an entry of what is defined as a whole, and a factor beside the entry of a letter": (
        r"The softmax is $\phi(z) = \frac{e^z}{\sum_j e^{z_j}}$ for $z \in \mathbb{R}^d$. $$g = \lambda (z)_1$$"
        r"$$\frac{\partial \phi(z)_i}{\partial z_i} = \phi(z)_i (1 - \phi(z)_i)$$"
        r"$$\frac{\partial \phi(z)_i}{\partial z_i} = \phi(z)_i (1 + \phi(z)_i)$$ $$\frac{dg}{d\lambda} = z_1$$",
        ["proved", "refuted", "proved"],
    ),
    "a list of dimensions, a diagonal by its entries, an indicator that is defined": (
        r"\begin{align} x &: M \times 1 \\ z, a &: D \times 1 \\ W &: D \times M \end{align}"
        r"$$z = W x, \quad a = \tanh(z), \quad c = \sum_i a_i^2$$"
        r"$$\frac{\partial c}{\partial W} = 2 (a \odot (1 - a \odot a)) x^\top$$"
        r"$$\frac{\partial c}{\partial W} = 2 x (a \odot (1 - a \odot a))^\top$$"
        r"$$\frac{\partial a}{\partial z} = \text{diag}((1 - a_1^2), (1 - a_2^2), \dots, (1 - a_D^2))$$"
        r"$$\frac{\partial a}{\partial z} = \operatorname{diag}(1 - a_1, 1 - a_2, \dots, 1 - a_D)$$"
        r"$$\mathbf 1(i = j) = \begin{cases} 1 & \text{if } i = j \\ 0 & \text{if } i \neq j \end{cases}$$"
        r"$$\frac{\partial a_i}{\partial z_j} = \mathbf 1(i = j) (1 - a_i^2)$$"
        r"$$\frac{\partial a_i}{\partial z_j} = \mathbf 1(i = j) (1 - a_i)$$",
        ["proved", "refuted", "proved", "refuted", "proved", "refuted"],
    ),
    "no list of dimensions, no indicator": (
        r"$$a = \tanh(z)$$ $$D : M \times 1, \quad M = a^2$$ $$\frac{\partial a}{\partial z} = 1 - a^2$$"
        r"$$\mathbf 1(i = j) = \begin{cases} 2 & \text{if } i = j \\ 0 & \text{if } i \neq j \end{cases}$$",
        ["proved", "unread"],
    ),
    "a definition by entries whose sum is misprinted ends nothing": (
        r"Let $W \in \mathbb{R}^{K \times M}$ and $y \in \mathbb{R}^K$ with $\sum_k y_k = 1$. $$z = W x$$"
        r"$$p = \text{softmax}(z)$$ $$L = -\sum_k y_k \log p_k$$"
        r"$$p_i = \frac{\exp(z_i)}{\sum_{i=j}^K \exp(z_j)}$$"
        r"$$\frac{\partial L}{\partial z_i} = p_i - y_i$$ $$\frac{\partial L}{\partial z_i} = p_i + y_i$$",
        ["unread", "proved", "refuted"],
    ),
    "one that reads something else may begin another example": (
        r"Let $W \in \mathbb{R}^{K \times M}$ and $y \in \mathbb{R}^K$ with $\sum_k y_k = 1$. $$z = W x$$"
        r"$$p = \text{softmax}(z)$$ $$L = -\sum_k y_k \log p_k$$"
        r"$$p_i = \frac{\exp(v_i)}{\sum_{i=j}^K \exp(v_j)}$$ $$\frac{\partial L}{\partial z_i} = p_i + y_i$$",
        ["unread"],
    ),
    "what is added to each unit has a subscript 0 before that of the unit": (
        r"$$z_m = \sigma(\alpha_{0m} + \alpha_m^\top x)$$ $$t_k = \beta_{0k} + \beta_k^\top z$$"
        r"$$R = \sum_{k=1}^K (y_k - t_k)^2$$ $$\frac{\partial R}{\partial \beta_{km}} = -2 (y_k - t_k) z_m$$"
        r"$$\frac{\partial R}{\partial \beta_{0k}} = -2 (y_k - t_k)$$"
        r"$$\frac{\partial R}{\partial \alpha_{0m}} = -2 \sum_k (y_k - t_k) \beta_{km} z_m (1 - z_m)$$"
        r"$$\frac{\partial R}{\partial \alpha_{0m}} = -2 \sum_k (y_k - t_k) \beta_{km} z_m$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "one that a sum from 0 has among the others is an entry": (
        r"$$t_k = \sum_{m=0}^M \beta_{mk} z_m$$ $$R = \sum_{k=1}^K (t_k - \beta_{0k})^2$$"
        r"$$\frac{\partial R}{\partial z_m} = 2 \sum_k (t_k - \beta_{0k}) \beta_{mk}$$"
        r"$$\frac{\partial R}{\partial \beta_{0k}} = 2 (t_k - \beta_{0k})$$",
        ["proved", "refuted"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_form_is_read(form: str) -> None:
    document, verdicts = FORMS[form]
    assert [c.verdict for c in sb.verify(document).claims] == verdicts
