"""Documents that name the class of an example by a letter: for each a document, and the verdicts of its claims.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

SOFTMAX = r"Let $p = \text{softmax}(z)$ and $$L = -\log p_k$$ where $k$ is the correct class. "
COST = (
    r"$$C = -\sum_i y_i \log q_i = -\log q_k$$ where $k$ is the index of the true class, and $q = \text{softmax}(z)$. "
)
DECLARED = r"Let $z \in \mathbb{R}^K$, $t \in \{1,\dots,K\}$, $q = \text{softmax}(z)$ and $y_i = \mathbb{1}[i = t]$."
FORMS = {
    "a class that words name after another example": (
        r"Let $w, x \in \mathbb{R}^n$. $$\hat y = \sigma(w^\top x)$$ $$\ell = (\hat y - t)^2$$ Now"
        r" $$\hat y = \tanh(w^\top x)$$"
        r"and for $K$ classes $$q_i = \frac{e^{z_i}}{\sum_{j=1}^K e^{z_j}}$$ For a one-hot target $y$:"
        r"$$L = -\sum_{k=1}^K y_k \log q_k$$ where $c$ is the true class."
        r"$$\frac{\partial L}{\partial z_j} = q_j - y_j$$ $$\frac{\partial L}{\partial z_j} = y_j - q_j$$",
        ["proved", "refuted"],
    ),
    "a letter that words call the correct class is the number of one": (
        SOFTMAX + r"$$\frac{\partial L}{\partial z_k} = p_k - 1$$ $$\frac{\partial L}{\partial z_k} = p_k + 1$$"
        r"$$\frac{\partial L}{\partial z_i} = p_i - \delta_{ik}$$ $$\frac{\partial L}{\partial z_i} = p_i$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "of all other classes a condition speaks": (
        SOFTMAX + r"For $i \neq k$: $$\frac{\partial L}{\partial z_i} = p_i$$"
        r"For $i \neq k$: $$\frac{\partial L}{\partial z_i} = p_i - 1$$",
        ["proved", "refuted"],
    ),
    "a sum may count by the letter of the class": (
        SOFTMAX + r"$$\frac{\partial L}{\partial z_j} ="
        r" \sum_k \frac{\partial L}{\partial p_k} \frac{\partial p_k}{\partial z_j}$$ $$\sum_k p_k = 2$$",
        ["proved", "refuted"],
    ),
    "a definition with the letter of the class defines for every class": (
        r"$$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$ $$L = -\log p_k$$ Here $k$ is the correct class."
        r"$$\frac{\partial L}{\partial z_i} = p_i - \mathbb{1}[i = k]$$ $$\frac{\partial L}{\partial z_k} = p_k$$",
        ["proved", "refuted"],
    ),
    "the vector whose logarithms the cost sums has its only 1 at the class": (
        COST + r"$$\frac{\partial C}{\partial z} = q - y$$ $$\frac{\partial C}{\partial z} = q + y$$",
        ["proved", "proved", "refuted"],
    ),
    "so has the vector that words call one-hot": (
        r"$$q = \text{softmax}(z)$$ $$C = -\sum_j y_j \log q_j$$ Here $y$ is one-hot. The correct class is $c$."
        r"$$\frac{\partial C}{\partial z_c} = q_c - 1$$ $$\frac{\partial C}{\partial z_c} = q_c$$",
        ["proved", "refuted"],
    ),
    "that vector lies where its outputs lie": (
        r"$$q = \text{softmax}(xW + b)$$ $$C = -\sum_i y_i \log q_i = -\log q_k$$ where $k$ is the true class."
        r"$$\frac{\partial C}{\partial b} = q - y$$ $$\frac{\partial C}{\partial b} = q + y$$",
        ["proved", "proved", "refuted"],
    ),
    "a class in brackets after its vector, and a remark that it is the only one": (
        r"$$q = \text{softmax}(z)$$ For a one-hot label $y$ (true class $c$) \begin{align} L &= -\sum_j y_j \log q_j \\"
        r" &= -\log q_c && \text{since only } y_c = 1 \end{align}"
        r"$$\frac{\partial L}{\partial z} = q - y$$ $$\frac{\partial L}{\partial z} = q + y$$",
        ["proved", "proved", "refuted"],
    ),
    "a condition beside a formula may speak of the class of an example": (
        r"$s = W x$. $$L_i = \sum_{j \neq y_i} \max(0, s_j - s_{y_i} + 1)$$"
        r"$$\frac{\partial L_i}{\partial s_j} = \mathbb{1}(s_j - s_{y_i} + 1 > 0), \quad j \ne y_i$$"
        r"$$\frac{\partial L_i}{\partial s_j} = \mathbb{1}(s_j - s_{y_i} + 1 < 0), \quad j \ne y_i$$",
        ["proved", "refuted"],
    ),
    "the one-hot matrix of the labels": (
        r"Let $Z \in \mathbb{R}^{N \times K}$, and let $Y$ be the one-hot matrix of the labels."
        r"$$P_{ij} = \frac{e^{Z_{ij}}}{\sum_k e^{Z_{ik}}}$$ $$L = -\frac1N \sum_{i=1}^N \log P_{i, y_i}$$"
        r"$$\frac{\partial L}{\partial Z} = \frac1N (P - Y)$$ $$\frac{\partial L}{\partial Z} = \frac1N (Y - P)$$",
        ["proved", "refuted"],
    ),
    "capitals before brackets with several things in them name a cost": (
        r"Let $z, y \in \mathbb{R}^K$, $q = \text{softmax}(z)$, $\sum_i y_i = 1$."
        r"$$J = CE(y, q) = -\sum_i y_i \log q_i$$"
        r"$$\frac{\partial J}{\partial z} = q - y$$ $$\frac{\partial J}{\partial z} = q + y$$",
        ["proved", "refuted"],
    ),
    "beside the entry of that vector the letter may count": (
        COST + r"$$\frac{\partial C}{\partial z_k} = y_k (q_k - 1)$$ $$\frac{\partial C}{\partial z_k} = 2 q_k$$",
        ["proved", "unread", "refuted"],
    ),
    "for other classes the letter is another's": (
        COST + r"For all other classes $$\frac{\partial C}{\partial z_k} = q_k$$",
        ["proved", "unread"],
    ),
    "a letter that is the class in one case counts": (
        r"$$q = \text{softmax}(z)$$ $$C = -\sum_k y_k \log q_k$$ Here $y_k$ is 1 if $k$ is the correct class, else 0."
        r"$$\frac{\partial C}{\partial z_k} = q_k$$",
        ["unread"],
    ),
    "a letter y that stands nowhere but below and in comparisons is a class": (
        r"$$p_k = \frac{e^{f_k}}{\sum_j e^{f_j}}$$ $$L = -\log p_y$$"
        r"$$\frac{\partial L}{\partial f_k} = p_k - \mathbb{1}(y = k)$$ $$\frac{\partial L}{\partial f_k} = p_k$$",
        ["proved", "refuted"],
    ),
    "a letter y that only names a weight is none": (
        r"$$\hat y = W_y h + b_y$$ $$C = \frac12 \hat y^2$$"
        r"$$\frac{\partial C}{\partial b_y} = \hat y$$ $$\frac{\partial C}{\partial b_y} = 2 \hat y$$",
        ["proved", "refuted"],
    ),
    "an entry by a comparison with a declared class": (
        DECLARED + r"$$C = -\sum_i y_i \log q_i = -\log q_t$$"
        r"$$\frac{\partial C}{\partial z} = q - y$$ $$\frac{\partial C}{\partial z} = y - q$$",
        ["proved", "proved", "refuted"],
    ),
    "one word of all, and the others": (
        r"$$J = -\log \frac{\exp(u_o^\top v_c)}{\sum_{w=1}^V \exp(u_w^\top v_c)}$$"
        r"$$\hat y_w = \frac{\exp(u_w^\top v_c)}{\sum_{x=1}^V \exp(u_x^\top v_c)}$$"
        r"$$\frac{\partial J}{\partial v_c} = \sum_{w=1}^V \hat y_w u_w - u_o$$"
        r"$$\frac{\partial J}{\partial v_c} = \sum_{w=1}^V \hat y_w u_w$$"
        r"$$\frac{\partial J}{\partial u_o} = (\hat y_o - 1) v_c$$ $$\frac{\partial J}{\partial u_o} = \hat y_o v_c$$"
        r"$$\frac{\partial J}{\partial u_w} = (\hat y_w - \delta_{wo}) v_c$$"
        r"$$\frac{\partial J}{\partial u_w} = \hat y_w v_c$$ For the other words"
        r"$$\frac{\partial J}{\partial u_w} = \hat y_w v_c$$",
        ["proved", "refuted", "proved", "refuted", "proved", "refuted", "unread"],
    ),
    "one word of all, by its entry in a one-hot vector": (
        r"$$\hat y_o = \frac{\exp(u_o^T v)}{\sum_{w=1}^W \exp(u_w^T v)}$$"
        r"$$J = -\sum_{w=1}^W y_w \log \hat y_w = -\log \hat y_o$$"
        r"$$\frac{\partial J}{\partial v} = \sum_{w=1}^W (\hat y_w - y_w) u_w$$"
        r"$$\frac{\partial J}{\partial u_w} = (\hat y_w - y_w) v$$"
        r"$$\frac{\partial J}{\partial u_w} = (y_w - \hat y_w) v$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "a word beside negative samples is none of them": (
        r"With $K$ negative samples, $$J = -\log \sigma(u_o^\top v) - \sum_{k=1}^K \log \sigma(-u_k^\top v)$$"
        r"$$\frac{\partial J}{\partial v} = (\sigma(u_o^\top v) - 1) u_o + \sum_{k=1}^K \sigma(u_k^\top v) u_k$$"
        r"$$\frac{\partial J}{\partial v} = (\sigma(u_o^\top v) - 1) u_o - \sum_{k=1}^K \sigma(u_k^\top v) u_k$$"
        r"$$\frac{\partial J}{\partial u_o} = (\sigma(u_o^\top v) - 1) v$$"
        r"$$\frac{\partial J}{\partial u_o} = \sigma(u_o^\top v) v$$"
        r"$$\frac{\partial J}{\partial u_k} = \sigma(u_k^\top v) v$$"
        r"$$\frac{\partial J}{\partial u_k} = -\sigma(u_k^\top v) v$$",
        ["proved", "refuted", "proved", "refuted", "proved", "refuted"],
    ),
    "a word beside samples that nobody calls negative": (
        r"$$J = -\log \sigma(u_o^\top v) - \sum_{k=1}^K \log \sigma(-u_k^\top v)$$"
        r"$$\frac{\partial J}{\partial u_o} = (\sigma(u_o^\top v) - 1) v$$",
        ["unread"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_form_is_read(form: str) -> None:
    document, verdicts = FORMS[form]
    assert [c.verdict for c in sb.verify(document).claims] == verdicts
