"""Layers that their index letters alone tell apart, as textbooks write them: verdicts of claims, in order.

Of every form something right and something wrong is claimed, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

NET = (
    r"$net_j = \sum_i w_{ji} x_i + b_j$, $o_j = \sigma(net_j)$, $net_k = \sum_j w_{kj} o_j + b_k$,"
    r" $o_k = \sigma(net_k)$, $E = \frac12 \sum_k (t_k - o_k)^2$. "
)
FORMS = {
    "errors of both layers as definitions": (
        NET + r"$$\delta_k = (o_k - t_k) o_k (1 - o_k)$$ $$\delta_j = o_j (1 - o_j) \sum_k w_{kj} \delta_k$$"
        r"$$\frac{\partial E}{\partial w_{kj}} = \delta_k o_j$$ $$\frac{\partial E}{\partial w_{ji}} = \delta_j x_i$$"
        r"$$\frac{\partial E}{\partial b_j} = \delta_j$$"
        r"$$\frac{\partial E}{\partial w_{ji}} = x_i \sum_k w_{kj} \delta_k$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "errors as names of derivatives, with an activation that nothing gives": (
        r"$a_j = \sum_i w_{ji} x_i$, $z_j = h(a_j)$, $a_k = \sum_j w_{kj} z_j$, $E = \frac12 \sum_k (a_k - t_k)^2$."
        r"$$\delta_k = \frac{\partial E}{\partial a_k} = a_k - t_k$$"
        r"$$\delta_j = \frac{\partial E}{\partial a_j} = h'(a_j) \sum_k w_{kj} \delta_k$$"
        r"$$\frac{\partial E}{\partial w_{ji}} = \delta_j x_i$$"
        r"$$\frac{\partial E}{\partial a_j} = \sum_k w_{kj} \delta_k$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "weights with the number of their layer above": (
        r"$a_j = \sum_{i=1}^D w^{(1)}_{ji} x_i$, $z_j = \tanh(a_j)$, $y_k = \sum_{j=1}^M w^{(2)}_{kj} z_j$,"
        r" $E = \frac12 \sum_{k=1}^K (y_k - t_k)^2$."
        r"$$\delta_k = \frac{\partial E}{\partial y_k} = y_k - t_k$$"
        r"$$\delta_j = \frac{\partial E}{\partial a_j} = (1 - z_j^2) \sum_{k=1}^K w^{(2)}_{kj} \delta_k$$"
        r"$$\frac{\partial E}{\partial w^{(1)}_{ji}} = \delta_j x_i$$"
        r"$$\frac{\partial E}{\partial w^{(2)}_{kj}} = -\delta_k z_j$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "one layer that is said with two letters stays one": (
        r"$z \in \mathbb{R}^n$, $p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$, $L = -\sum_i y_i \log p_i$, $\sum_i y_i = 1$."
        r"$$\delta_i = \frac{\partial L}{\partial z_i} = p_i - y_i$$ $$\delta_j = y_j - p_j$$ $$\delta_k = p_k - y_k$$",
        ["proved", "refuted", "proved"],
    ),
    "so it does where one of them is the chain rule": (
        r"$z, t \in \mathbb{R}^n$, $y_i = \sigma(z_i)$, $L = \sum_i (y_i - t_i)^2$."
        r"$$\delta_i = \frac{\partial L}{\partial z_i}$$ $$\delta_j = \frac{\partial L}{\partial y_j} y_j (1 - y_j)$$"
        r"$$\delta_j = \frac{\partial L}{\partial y_j} y_j$$",
        ["proved", "refuted"],
    ),
}

FORMS["a subscript of a name for a derivative is a label where it is no index there"] = (
    r"$x, h, g \in \mathbb{R}^n$, $U \in \mathbb{R}^{n \times n}$, $c = \tanh(U h)$, $E = \sum_i g_i c_i x_i$."
    r"$$q = \frac{\partial E}{\partial c}$$ $$\delta_c = q \odot (1 - c^2)$$"
    r"$$\frac{\partial E}{\partial U} = \delta_c h^\top$$ $$\frac{\partial E}{\partial h} = U \delta_c$$",
    ["proved", "refuted"],
)
FORMS["two inputs of which one has a prime"] = (
    r"Let $x, x' \in \mathbb{R}^d$ and $W \in \mathbb{R}^{m \times d}$. $$s = \|W x - W x'\|^2$$"
    r"$$\frac{\partial s}{\partial x'} = -2 W^\top W (x - x')$$ $$\frac{\partial s}{\partial x'} = -2 W^\top W x'$$",
    ["proved", "refuted"],
)
FORMS["a slope of a function that nothing gives is judged in no way"] = (
    NET + r"$$\frac{\partial E}{\partial net_k} = (o_k - t_k) f'(net_k)$$"
    r"$$\frac{\partial E}{\partial net_k} = (o_k - t_k) \sigma'(net_k)$$"
    r"$$\frac{\partial E}{\partial net_k} = (t_k - o_k) \sigma'(net_k)$$",
    ["unread", "proved", "refuted"],
)


@pytest.mark.parametrize("name", FORMS)
def test_verdicts(name):
    text, verdicts = FORMS[name]
    report = sb.verify(text)
    assert [c.verdict for c in report.claims] == verdicts, str(report)


def test_a_mended_line_has_the_letters_of_its_author():
    report = sb.verify(NET + r"$$\frac{\partial E}{\partial net_k} = (t_k - o_k) o_k (1 - o_k)$$")
    assert [c.verdict for c in report.claims] == ["refuted"]
    assert report.claims[0].repair == r"-(t_{k} - o_{k}) o_{k} (1 - o_{k})"
