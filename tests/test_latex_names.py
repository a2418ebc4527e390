# ruff: noqa: E501
"""Names and labels as people write them: for each habit a document, and the verdicts of its claims in order.

Of every habit one claim is right and one is wrong, or both are refused because the name could be two.
"""

import pytest

import symbackprop as sb

LAYERS = (
    r"$x \in \mathbb{R}^2$, $W^1 \in \mathbb{R}^{3 \times 2}$, $b^1 \in \mathbb{R}^3$, $W^2 \in \mathbb{R}^{4\times 3}$,"
    r" $b^2, y \in \mathbb{R}^4$ $$z^1 = W^1 x + b^1$$ $$a^1 = \text{ReLU}(z^1)$$ $$z^2 = W^2 a^1 + b^2 $$"
    r"$$ a^2 = \sigma(z^2) $$ $$L = \frac12 \|a^2 - y\|^2$$ $$\delta^2 = (a^2 - y) \odot \sigma'(z^2)$$"
    r"$$\delta^1 = (W^2)^T \delta^2 \odot \text{ReLU}'(z^1)$$"
)
DOCUMENTS = {
    # -- a letter in bold and in plain type
    "a number beside the vector of such numbers": (
        r"$\mathbf{w}, \mathbf{x} \in \mathbb{R}^n$ $$\hat y = \mathbf{w}^T \mathbf{x} + b, L = \frac12(\hat y - y)^2$$"
        r"$$J = \|\mathbf{y} - \mathbf{X} \mathbf{w} \|^2, C = L + J$$"
        r"$$\frac{\partial L}{\partial w_j} = (\hat y - y) x_j$$ $$\frac{\partial L}{\partial w_j} = (\hat y - y) w_j$$",
        ["proved", "refuted"],
    ),
    "a vector of its entries, and the letter of a function": (
        r"$$\mathbf{z} = [z_1, \dots, z_K]^T$$ $$\hat y_k = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}$$"
        r"$$\ell = -\sum_{k=1}^K y_k \log \hat y_k$$ $$\sum_k y_k = 1$$"
        r"$$\nabla_{\mathbf z} \ell = \hat{\mathbf y} - \mathbf y$$  $$\nabla_{\mathbf z} \ell = \mathbf y-\hat{\mathbf y}$$"
        r"$$s(z) = \frac{1}{1+e^{-z}}$$ $$s'(z) = s(z)(1-s(z))$$ $$s'(z) = s(z)(1+s(z))$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "a bold e and that of powers": (
        r"$$\mathbf{e} = \mathbf{X}\mathbf{w} - \mathbf{y}$$ $$J = \frac12 \mathbf{e}^T \mathbf{e} = \frac12 \sum_i e_i^2$$"
        r"$$\nabla_{\mathbf w} J = \mathbf{X}^T (\mathbf{X}\mathbf{w} - \mathbf{y})$$"
        r"$$\frac{\partial J}{\partial w_j} = \sum_i e_i X_{ij}$$ $$\frac{\partial J}{\partial w_j} = 2\sum_i e_i X_{ij}$$"
        r"$$s(t) = e^{-t}$$ $$s'(t) = -e^{-t}$$",
        ["proved", "proved", "proved", "refuted", "proved"],
    ),
    "a layer's bold symbols and their entries in plain type": (
        r"$\mathbf{x} \in \mathbb{R}^n$, $\mathbf{W} \in \mathbb{R}^{m \times n}$"
        r"$$\mathbf{z} = \mathbf{W}\mathbf{x}, L = \frac12 \|\mathbf{z}\|^2$$"
        r"$$\frac{\partial L}{\partial W_{ij}} = z_i x_j$$ $$\frac{\partial L}{\partial W_{ij}} = x_i z_j$$",
        ["proved", "refuted"],
    ),
    "the plain letter where only the bold one is defined: that formula alone is refused": (
        r"$$\mathbf{z} = \mathbf{W}\mathbf{x}, \mathbf{a} = \sigma(\mathbf{z}), L = \frac12 \|\mathbf{a}\|^2$$"
        r"$$\frac{\partial L}{\partial \mathbf{z}} = \mathbf{a} \odot \sigma'(z)$$"
        r"$$\frac{\partial L}{\partial \mathbf{z}} = \mathbf{a} \odot \sigma'(\mathbf{z})$$"
        r"$$\frac{\partial L}{\partial \mathbf{z}} = \mathbf{a} \odot \sigma(\mathbf{z})$$",
        ["unread", "proved", "refuted"],
    ),
    "the bold letter where only the plain one is defined": (
        r"$$\hat y = \mathbf{X} \mathbf{w}$$ $$ J = \|\hat{\mathbf y} - \mathbf{y}\|^2 $$"
        r"$$\nabla_{\mathbf{w}} J = 2 \mathbf{X}^T (\hat{y} - \mathbf{y})$$",
        ["unread"],
    ),
    "both of them defined as vectors": (
        r"$$\mathbf{z} = \mathbf{W}\mathbf{x}, L = \|\mathbf{z}\|^2$$ $$z = Wx$$ $$\frac{\partial L}{\partial z} = 2z$$",
        ["unread"],
    ),
    # -- the number of a layer as a plain superscript
    "layers one and two without brackets": (
        LAYERS
        + r"$$\frac{\partial L}{\partial W^2} = \delta^2 (a^1)^T$$ $$\frac{\partial L}{\partial b^2} = \delta^2$$"
        r"$$\frac{\partial L}{\partial W^1} = \delta^1 x^T$$ $$\frac{\partial L}{\partial b^1} = \delta^1 \odot \delta^1$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "squares beside numbers of layers": (
        LAYERS + r"$$R = L + x^\top x, S = \|x\|^2 + s^2$$ $$\frac{\partial S}{\partial s} = 2s$$"
        r"$$\frac{\partial S}{\partial s} = s^2$$",
        ["proved", "refuted"],
    ),
    "a letter first without and then with the number of a layer": (
        r"$w, v \in \mathbb{R}$ $$z = w v + c, f = z^3$$ $$\frac{\partial f}{\partial w} = 3 z^2 v$$"
        + LAYERS
        + r"$$\frac{\partial L}{\partial b^2} = \delta^2$$ $$\frac{\partial L}{\partial z^2} = \delta^2$$"
        r"$$\frac{\partial f}{\partial c} = 3 z^2$$ $$\frac{\partial L}{\partial z^2} = 2\delta^2$$",
        ["proved", "proved", "proved", "unread", "refuted"],
    ),
    "first powers of a polynomial": (
        r"$$f(x) = x^3 + x^2 + x^1$$ $$\frac{df}{dx} = 3x^2+2x + 1$$ $$\frac{df}{dx} = 3x^2+2x$$",
        ["proved", "refuted"],
    ),
    "powers on left sides": (
        r"$$r^2 = u^2 + v^2$$ $$\frac{\partial r^2}{\partial u} = 2u$$ $$\frac{\partial r^2}{\partial u} = 2v$$",
        ["proved", "refuted"],
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_name_is_read_as_people_mean_it(name):
    text, verdicts = DOCUMENTS[name]
    report = sb.verify(text)
    assert [c.verdict for c in report.claims] == verdicts, [(c.source, c.reason) for c in report.claims]
