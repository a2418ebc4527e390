"""Layers whose letters, sizes and activations people write in several ways: for each the verdicts of its claims."""

import pytest

import symbackprop as sb

CHAIN = r"$$\vec{a}^{[l]} = g(\vec{z}^{[l]}) = g(W^{[l]} \vec{a}^{[l-1]} + \vec{b}^{[l]})$$"
ENTROPY = r"$$L(a^{[L]}, y) = -[y \ln a^{[L]} + (1 - y) \ln(1 - a^{[L]})]$$"
GRADIENTS = (
    r"$$\frac{\partial L}{\partial a^{[L]}} = -\frac{y}{a^{[L]}} + \frac{1 - y}{1 - a^{[L]}}$$"
    r"$$\frac{\partial L}{\partial a^{[L]}} = -\frac{y}{a^{[L]}} - \frac{1 - y}{1 - a^{[L]}}$$"
    r"$$\frac{\partial L}{\partial \vec{b}^{[l]}} = \frac{\partial L}{\partial \vec{z}^{[l]}}$$"
    r"$$\frac{\partial L}{\partial \vec{b}^{[l]}} = -\frac{\partial L}{\partial \vec{z}^{[l]}}$$"
)
UNITS = r"$$z_u^{[l]} = \sum_{j=1}^{n^{[l-1]}} w_{uj}^{[l]} a_j^{[l-1]} + b_u^{[l]}$$ $$a_u^{[l]} = g(z_u^{[l]})$$"
FORMS = {
    "the last layer without the arrow that vectors have": (
        CHAIN + ENTROPY + GRADIENTS,
        ["proved", "proved", "refuted", "proved", "refuted"],
    ),
    "each layer with the arrow and without it": (
        CHAIN + ENTROPY + r"$$a^{[l]} = 2 z^{[l]}$$" + GRADIENTS,
        ["proved", "proved", "unread", "proved", "unread"],  # of a^{[L]}, which is a symbol of its own
    ),
    "a layer by its entries, and by its rows": (
        r"$$W^{[l]} = \begin{pmatrix} \leftarrow \vec{w}_1^{[l]} \rightarrow \\ \vdots \\"
        r" \leftarrow \vec{w}_n^{[l]} \rightarrow \end{pmatrix}, \quad"
        r" b^{[l]} = \begin{pmatrix} b_1^{[l]} \\ b_2^{[l]} \\ \vdots \\ b_n^{[l]} \end{pmatrix}$$"
        + CHAIN
        + ENTROPY
        + GRADIENTS,
        ["proved", "proved", "refuted", "proved", "refuted"],
    ),
    "the argument of every layer, named in a chain": (
        r"$$a^{[l]} = g(z^{[l]}) = g(W^{[l]} a^{[l-1]} + b^{[l]})$$"
        r"$$\frac{\partial C}{\partial W^{[l]}} = \frac{\partial C}{\partial z^{[l]}} a^{[l-1]T}$$"
        r"$$\frac{\partial C}{\partial W^{[l]}} = \frac{\partial C}{\partial z^{[l]}} a^{[l]T}$$"
        r"$$\frac{\partial C}{\partial b^{[l]}} = \frac{\partial C}{\partial a^{[l]}} \odot g'(z^{[l]})$$"
        r"$$\frac{\partial C}{\partial b^{[l]}} = \frac{\partial C}{\partial a^{[l]}} \odot g'(a^{[l]})$$",
        ["proved", "proved", "refuted", "proved", "refuted"],
    ),
    "the argument of an entry, named in a chain": (
        r"$$p_j = f(s_j) = f(\sum_i v_{ji} u_i + c_j)$$ $$E = \frac12 \sum_j (p_j - t_j)^2$$"
        r"$$\frac{\partial E}{\partial v_{ji}} = (p_j - t_j) f'(s_j) u_i$$"
        r"$$\frac{\partial E}{\partial v_{ji}} = (p_j - t_j) f(s_j) u_i$$",
        ["proved", "proved", "refuted"],
    ),
    "sums as far as the size of a layer": (
        UNITS + r"$$\frac{\partial C}{\partial a_u^{[l]}} = \sum_{p=1}^{n^{[l+1]}}"
        r" \frac{\partial C}{\partial z_p^{[l+1]}} w_{pu}^{[l+1]}$$"
        r"$$\frac{\partial C}{\partial a_u^{[l]}} = 2 \sum_{p=1}^{n^{[l+1]}}"
        r" \frac{\partial C}{\partial z_p^{[l+1]}} w_{pu}^{[l+1]}$$",
        ["proved", "refuted"],
    ),
    "sums as far as the size of another layer": (
        UNITS + r"$$\frac{\partial C}{\partial a_u^{[l]}} = \sum_{p=1}^{n^{[l]}}"
        r" \frac{\partial C}{\partial z_p^{[l+1]}} w_{pu}^{[l+1]}$$",
        ["unread"],
    ),
    "a function that a sentence names": (
        r"The hidden layers have activations $g$. $$z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}$$"
        r"$$a^{[l]} = g^{[l]}(z^{[l]})$$"
        r"$$\frac{\partial C}{\partial z^{[l]}} = \frac{\partial C}{\partial a^{[l]}} * g'(z^{[l]})$$"
        r"$$\frac{\partial C}{\partial z^{[l]}} = \frac{\partial C}{\partial a^{[l]}} * g'(a^{[l]})$$",
        ["proved", "refuted"],
    ),
    "the argument of a slope without its layer": (
        r"$$z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}$$ $$a^{[l]} = \sigma(z^{[l]})$$"
        r"$$\frac{\partial C}{\partial z^{[l]}} = \frac{\partial C}{\partial a^{[l]}} \odot \sigma'(z)$$"
        r"$$\sigma'(z) = \sigma(z) (1 - \sigma(z))$$ $$\sigma'(z) = \sigma(z) (1 + \sigma(z))$$"
        r"$$\frac{d \sigma}{d z} = \sigma(z)$$",
        ["unread", "proved", "refuted", "refuted"],
    ),
    "neurons by their numbers, beside their letters": (
        r"Here $w_{ij}^l$ leads from $i$ to $j$, with $z_i^l$ and $b_i^l$ of a neuron."
        r"$$z_1^1 = x_1*w_{11}^1 + x_2*w_{21}^1 + b_1^1$$ $$z_2^1 = x_1*w_{12}^1 + x_2*w_{22}^1 + b_2^1$$"
        r"$$z_1^2 = g(z_1^1)*w_{11}^2 + g(z_2^1)*w_{21}^2 + b_1^2$$ $$C = \frac12 (y - z_1^2)^2$$"
        r"$$\frac{\partial C}{\partial w_{21}^2} = (z_1^2 - y) g(z_2^1)$$"
        r"$$\frac{\partial C}{\partial w_{21}^2} = (z_1^2 - y) g(z_1^1)$$",
        ["proved", "refuted"],
    ),
    "a sum over an axis by its number": (
        r"$$Z = X W + b$$ $$\frac{\partial L}{\partial W} = X^T \frac{\partial L}{\partial Z}$$"
        r"$$\frac{\partial L}{\partial b} = \sum_0 \frac{\partial L}{\partial Z}$$"
        r"$$\frac{\partial L}{\partial b} = 2 \sum_0 \frac{\partial L}{\partial Z}$$",
        ["proved", "proved", "refuted"],
    ),
    "a row that nothing takes from its matrix": (
        r"$$z = W x + b$$ $$E = \frac12 \|z - t\|^2$$"
        r"$$\frac{\partial E}{\partial x} = \frac{\partial E}{\partial z} w^\top$$"
        r"$$\frac{\partial E}{\partial x} = W^\top \frac{\partial E}{\partial z}$$"
        r"$$\frac{\partial E}{\partial x} = 2 W^\top \frac{\partial E}{\partial z}$$",
        ["unread", "proved", "refuted"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_verdicts(form):
    """A document's claims, in order."""
    text, expected = FORMS[form]
    assert [c.verdict for c in sb.verify(text).claims] == expected
