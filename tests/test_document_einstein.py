"""Documents in which repeated indices are summed without a sign, in definitions and in claims alike.

Of every form one claim is right and one is wrong; what the convention leaves open is unread.
"""

import pytest

import symbackprop as sb

LAYER = (
    r"$$z_k = w_{kj} x_j + b_k, a_k = \tanh(z_k)$$ $$C = \frac12 (a_k - t_k)(a_k - t_k)$$"
    r"$$\frac{\partial C}{\partial x_j} = (a_k - t_k)(1 - a_k^2) w_{kj}$$"
    r"$$\frac{\partial C}{\partial x_j} = (a_k - t_k) w_{kj}$$"
)
DOCUMENTS = {
    "in English": (r"We use the Einstein summation convention." + LAYER, ["proved", "refuted"]),
    "in other words": (r"Repeated indices are summed." + LAYER, ["proved", "refuted"]),
    "in German": (r"Es gilt die Einsteinsche Summenkonvention." + LAYER, ["proved", "refuted"]),
    "in French": (r"Avec la convention de sommation d'Einstein," + LAYER, ["proved", "refuted"]),
    "in Chinese": (r"采用爱因斯坦求和约定。" + LAYER, ["proved", "refuted"]),
    "where words deny it": (r"We do not use Einstein's convention." + LAYER, ["unread", "unread"]),
    "where sums have their signs": (
        r"In Einstein's notation the signs would go. $$z_k = \sum_j w_{kj} x_j$$ $$C = \frac12 \sum_k z_k^2$$"
        r"$$\frac{\partial C}{\partial x_j} = \sum_k z_k w_{kj}$$ $$\frac{\partial C}{\partial x_j} = z_k w_{kj}$$",
        ["proved", "refuted"],
    ),
    "a square of a cost, and its chain rule": (
        r"Repeated indices are summed. $$z_k = w_{kj} x_j, C = \frac12 (z_k - t_k)^2$$"
        r"$$\frac{\partial C}{\partial w_{pq}} = \frac{\partial C}{\partial z_k} \frac{\partial z_k}{\partial w_{pq}}"
        r"= \frac{\partial C}{\partial z_k} \delta_{kp} x_q = (z_p - t_p) x_q$$"
        r"$$\frac{\partial C}{\partial w_{pq}} = 2 (z_p - t_p) x_q$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "a quadratic form": (
        r"With Einstein notation, $$s = x_i A_{ij} x_j$$ $$\frac{\partial s}{\partial x_k} = (A_{kj} + A_{jk}) x_j$$"
        r"$$\frac{\partial s}{\partial x_k} = 2 A_{kj} x_j$$",
        ["proved", "refuted"],
    ),
    "a batch, whose loss nothing gives": (
        r"Sums over repeated indices are implied: we use Einstein notation. $$y_{bo} = x_{bi} W_{io} + c_o$$"
        r"$$\frac{\partial \ell}{\partial W_{pq}} = x_{bp} \frac{\partial \ell}{\partial y_{bq}}$$"
        r"$$\frac{\partial \ell}{\partial c_q} = \mathbf{1}_b \frac{\partial \ell}{\partial y_{bq}}$$"
        r"$$\frac{\partial \ell}{\partial x_{pq}} = 2 \frac{\partial \ell}{\partial y_{po}} W_{qo}$$"
        r"$$\frac{\partial \ell}{\partial c_q} = \frac{\partial \ell}{\partial y_{bq}}$$",
        ["proved", "proved", "refuted", "unread"],
    ),
    "ones with an index, and no words": (
        r"$$m_b = \frac1D \mathbf{1}_d u_{bd}, r_{bd} = u_{bd} - \mathbf{1}_d m_b$$"
        r"$$q_b = \frac1D \mathbf{1}_d r_{bd}^2$$ $$\frac{\partial m_b}{\partial u_{pq}} = \frac{\mathbf{1}_q}{D}"
        r"\delta_{bp}$$ $$\frac{\partial q_b}{\partial r_{pq}} = \frac2D r_{bq} \delta_{bp}$$"
        r"$$\frac{\partial q_b}{\partial r_{pq}} = \frac2D r_{bq} \delta_{bq}$$"
        r"$$\mathbf{1}_d r_{bd} = \mathbf{1}_d (u_{bd} - \mathbf{1}_d m_b) = D m_b - D m_b = 0$$"
        r"$$\mathbf{1}_d r_{bd} = D m_b$$",
        ["proved", "proved", "refuted", "proved", "proved", "proved", "refuted"],
    ),
    "ones that are as long as a size says": (
        r"$$L = \frac1n \mathbf{1}_n^\top (X w - t)$$ $$\frac{\partial L}{\partial w} = \frac1n X^\top \mathbf{1}_n$$"
        r"$$\frac{\partial L}{\partial w} = X^\top \mathbf{1}_n$$",
        ["proved", "refuted"],
    ),
    "an exponent has its index too": (
        r"Einstein notation: $$p_k = \frac{e^{z_k}}{\mathbf{1}_j e^{z_j}}, L = -t_k \log p_k$$"
        r"$$\frac{\partial L}{\partial z_j} = -t_k (\delta_{kj} - p_j)$$"
        r"$$\frac{\partial L}{\partial z_j} = p_j - t_j$$",
        ["proved", "refuted"],
    ),
    "the same index twice on the left side": (
        r"Einstein notation: $$y_i = a_{ij} x_j$$ $$\frac{\partial y_i}{\partial x_i} = a_{ii}$$"
        r"$$\frac{\partial x_i}{\partial x_i} = 1$$",
        ["unread", "unread"],
    ),
}


@pytest.mark.parametrize("form", DOCUMENTS)
def test_repeated_indices_are_summed(form: str) -> None:
    text, verdicts = DOCUMENTS[form]
    assert [c.verdict for c in sb.verify(text + "\n").claims] == verdicts
