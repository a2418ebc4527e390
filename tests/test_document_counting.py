"""From where a document counts: entries and members of a family from 0 where it says so, else from 1.

Of every form one claim is right and one is wrong.
"""

import pytest

import symbackprop as sb

KEYS = (
    r"Let $q, k_j \in \mathbb{R}^d$ for $j = 0, \dots, K$. $$s_j = q^\top k_j$$"
    r"$$L = -\log\frac{e^{s_0}}{\sum_{l=0}^K e^{s_l}}$$"
)
WEIGHTS = r"Let $w \in \mathbb{R}^{M+1}$ and $t$ be a number, $j = 0, \dots, M$. $$y = \sum_{j=0}^M w_j t^j$$"
NUMBERED = r"Let $c_k \in \mathbb{R}^d$ for $k = 1, \dots, K$. $$r = \sum_k \|c_k\|^2$$"
FORMS = {
    "the input gradient of a kernel of any size, nothing declared": (
        r"$$y_i = \sum_{k=0}^{K-1} w_k x_{i+k}$$"
        r"$$\frac{\partial L}{\partial x_j} = \sum_{k=0}^{K-1} \frac{\partial L}{\partial y_{j-k}} w_k$$"
        r"$$\frac{\partial L}{\partial x_j} = \sum_{k=0}^{K-1} \frac{\partial L}{\partial y_{j+k}} w_k$$",
        ["proved", "refuted"],
    ),
    "members of a family from 0": (
        KEYS + r"$$p_j = \frac{e^{s_j}}{\sum_{l=0}^K e^{s_l}}$$"
        r"$$\frac{\partial L}{\partial s_j} = p_j - \mathbb{1}[j = 0]$$"
        r"$$\frac{\partial L}{\partial q} = \sum_{j=0}^K p_j k_j - k_0$$"
        r"$$\frac{\partial L}{\partial q} = \sum_{j=1}^K p_j k_j - k_0$$",
        ["proved", "proved", "refuted"],
    ),
    "entries of a vector from 0": (
        WEIGHTS + r"$$\frac{\partial y}{\partial w_j} = t^j$$"
        r"$$\frac{\partial y}{\partial w_0} = 1$$"
        r"$$\frac{\partial y}{\partial w_1} = t$$"
        r"$$\frac{\partial y}{\partial w_1} = t^2$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "members that one of another letter makes, and sums over them": (
        r"Let $x_i \in \mathbb{R}^d$ for $i = 1, \dots, n$ and $V \in \mathbb{R}^{m \times d}$. $$v_j = V x_j$$"
        r"$$o_i = \sum_j a_{ij} v_j$$ $$E = \sum_i \frac{1}{2} \|o_i\|^2$$"
        r"$$\frac{\partial E}{\partial v_j} = \sum_i a_{ij} o_i$$"
        r"$$\frac{\partial E}{\partial a_{ij}} = o_i^\top v_j$$"
        r"$$\frac{\partial E}{\partial v_j} = \sum_i a_{ji} o_i$$",
        ["proved", "proved", "refuted"],
    ),
    "numbers of which only the sign is declared": (
        r"Let $w, x_i \in \mathbb{R}^d$, $y_i \ge 0$, $i = 1, \dots, n$. $$u_i = e^{w^\top x_i}$$"
        r"$$J(w) = \sum_{i=1}^n (u_i - y_i \log u_i)$$ $$\nabla J(w) = \sum_i (u_i - y_i) x_i$$"
        r"$$\nabla J(w) = \sum_i (y_i - u_i) x_i$$",
        ["proved", "refuted"],
    ),
    "an entry of a vector that has a label": (
        r"Let $x \in \mathbb{R}^d$, $W_t \in \mathbb{R}^{n \times d}$, $b_t \in \mathbb{R}^n$."
        r"$$t = \sigma(W_t x + b_t)$$"
        r"$$\frac{\partial t_i}{\partial b_{t,j}} = t_i (1 - t_i) \delta_{ij}$$"
        r"$$\frac{\partial t_i}{\partial b_{t,j}} = t_i (1 - t_j)$$",
        ["proved", "refuted"],
    ),
    "no member 0 where they are counted from 1": (
        NUMBERED + r"$$\frac{\partial r}{\partial c_k} = 2 c_k$$"
        r"$$\frac{\partial r}{\partial c_0} = 2 c_0$$"
        r"$$\frac{\partial r}{\partial c_1} = c_1$$",
        ["proved", "unread", "refuted"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_first_has_the_number_that_the_document_says(form: str) -> None:
    text, verdicts = FORMS[form]
    report = sb.verify(text)
    assert [c.verdict for c in report.claims] == verdicts, str(report)


def test_a_size_cannot_be_its_own_by_less():
    report = sb.verify(
        r"$$s_i = \sum_{k=1}^K w_k x_{i+k-1}$$ $$r = s - x$$ $$\frac{\partial s_i}{\partial w_k} = x_{i+k-1}$$"
    )
    assert [c.verdict for c in report.claims] == ["proved"]
    assert [d["verdict"] for d in report.definitions] == ["read", "unread"]
