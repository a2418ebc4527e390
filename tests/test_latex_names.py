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
    # -- names of two capitals
    "a cost of two capitals, in a sentence": (
        r"Let $q = \sigma(u)$ and $FL = -(1-q)^\gamma \log q$."
        r"$$\frac{d FL}{du} = (1-q)^\gamma (\gamma q \log q + q - 1)$$"
        r"$$\frac{\partial FL}{\partial u} = (1-q)^\gamma (\gamma q \log q - q + 1)$$",
        ["proved", "refuted"],
    ),
    "one in a display, and another of it": (
        r"$$BE = -t \log q - (1 - t) \log(1 - q)$$ $$TE = 2 \cdot BE$$ $$\frac{\partial TE}{\partial q} = \frac{2(q - t)}{q (1 - q)}$$"
        r"$$\frac{\partial BE}{\partial q} = \frac{2(q - t)}{q (1 - q)}$$",
        ["proved", "refuted"],
    ),
    "a product of letters of which one stands alone too": (
        r"$A \in \mathbb{R}^{n \times n}$, $f = \operatorname{tr}(A)$. $$AB = I$$ $$\frac{\partial f}{\partial A} = I$$",
        ["unread", "proved"],
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
    # -- words and letters above and below that name
    "recurrent weights by the words above them": (
        r"$x_t \in \mathbb{R}^n$, $h_t \in \mathbb{R}^m$, $y_t \in \mathbb{R}^k$"
        r"$$h_t = \tanh(W^{hx}x_t + W^{hh}h_{t-1} + b_h)$$ $$ o_t = W^{yh}h_t + b_y$$ $$L_t = \frac12 \|o_t - y_t\|^2, L = \sum_t L_t$$"
        r"$$\frac{\partial L}{\partial W^{yh}} = \sum_t (o_t - y_t) h_t^T$$ $$\frac{\partial L}{\partial W^{yh}} = \sum_t (y_t - o_t) h_t^T$$",
        ["proved", "refuted"],
    ),
    "projections by the letters above them": (
        r"$X \in \mathbb{R}^{n \times d}$, $W^Q, W^K \in \mathbb{R}^{d \times k}$ $$Q = X W^Q, K = X W^K$$ $$S = Q K^\top$$"
        r"$$L = \|S\|_F^2$$ $$\frac{\partial L}{\partial W^Q} = X^\top \frac{\partial L}{\partial Q}$$"
        r"$$\frac{\partial L}{\partial W^Q} = X^\top \frac{\partial L}{\partial K}$$",
        ["proved", "refuted"],
    ),
    "entries of symbols that have a name below": (
        r"$x \in \mathbb{R}^n$, $W_1 \in \mathbb{R}^{n \times n}$, $W_2 \in \mathbb{R}^{n \times n}$, $y \in \mathbb{R}^n$"
        r"$$z_1 = W_1 x, a_1 = \text{ReLU}(z_1), z_2 = W_2 a_1, y_{\text{pred}} = \text{softmax}(z_2)$$"
        r"$$y_{\text{pred}, i} = \frac{e^{z_{2,i}}}{\sum_{j=1}^n e^{z_{2,j}}}$$ $$L = -\sum_{i=1}^n y_i \log(y_{\text{pred}, i})$$"
        r"$$\sum_i y_i = 1$$ $$\delta_2 = \frac{\partial L}{\partial z_2} = y_{\text{pred}} - y$$"
        r"$$\frac{\partial L}{\partial W_2} = \delta_2 a_1^T$$ $$\frac{\partial L}{\partial W_2} = \delta_2 x^T$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "a word below a letter that has entries": (
        r"$Q, K \in \mathbb{R}^{n \times m}$ $$S = \frac{Q K^\top}{\sqrt{d_k}}$$ $$S_{\text{scaled}} = S_{\text{raw}} / \sqrt{d_k}$$"
        r"$$S_{\text{raw}} = Q K^\top$$ $$\frac{\partial L}{\partial Q} = \frac{\partial L}{\partial S_{\text{raw}}} K$$"
        r"$$\frac{\partial L}{\partial S_{\text{raw}}} = \frac{1}{\sqrt{d_k}} \frac{\partial L}{\partial S_{\text{scaled}}}$$"
        r"$$\frac{\partial L}{\partial S_{\text{raw}}} = \frac{1}{d_k} \frac{\partial L}{\partial S_{\text{scaled}}}$$",
        ["proved", "proved", "refuted"],
    ),
    "letters above that are exponents": (
        r"$a, b \in \mathbb{R}$ $$f = x^n + y^k + z^{ab}, \frac{\partial f}{\partial x} = n x^{n-1}$$"
        r"$$\frac{\partial f}{\partial y} = k y^{k}$$ $$\frac{\partial f}{\partial z} = a b z^{ab-1}$$",
        ["proved", "refuted", "proved"],
    ),
    "a name above a letter that also stands without": (
        r"$u, x \in \mathbb{R}^n$, $M, W \in \mathbb{R}^{n \times n}$ $$x^{in} = M u, y = W x^{in} + x, L = \frac12 \|y\|^2$$"
        r"$$\frac{\partial L}{\partial x^{in}} = W^T y$$ $$\frac{\partial L}{\partial x^{in}} = W y$$",
        ["proved", "refuted"],
    ),
    # -- layers in the manner of courses
    "a transposition above a label, and activations of layers": (
        r"$x \in \mathbb{R}^n$, $y \in \mathbb{R}^k$, $W^{[1]} \in \mathbb{R}^{h \times n}$, $W^{[2]} \in \mathbb{R}^{k \times h}$"
        r"$$z^{[1]} = W^{[1]} x + b^{[1]}$$ $$a^{[1]} = g^{[1]}(z^{[1]})$$ $$z^{[2]} = W^{[2]} a^{[1]} + b^{[2]}$$"
        r"$$L = \frac12 \|z^{[2]} - y\|^2$$ $$dW^{[2]} = dz^{[2]} a^{[1]^T}$$"
        r"$$dz^{[1]} = W^{[2]^T} dz^{[2]} * g'^{[1]}(z^{[1]})$$ $$dz^{[1]} = W^{[2]^T} dz^{[2]} * g^{[1]}(z^{[1]})$$"
        r"$$dW^{[1]} = dz^{[1]} x^{\top}$$",
        ["proved", "proved", "refuted", "proved"],
    ),
    "a step from one layer to the one below": (
        r"$$z^{[i]} = W^{[i]} a^{[i-1]} + b^{[i]}, a^{[i]} = \tanh(z^{[i]})$$"
        r"$$dz^{[i-1]} = (W^{[i]T} dz^{[i]}) * (1 - (a^{[i-1]})^2)$$ $$dz^{[i-1]} = (W^{[i]T} dz^{[i]}) * (1 - a^{[i-1]})$$",
        ["proved", "refuted"],
    ),
    # -- softmax by entries
    "softmax of an entry is the entry of the softmax": (
        r"$z \in \mathbb{R}^K$ $$\hat{y}_k = \text{softmax}(z_k) = \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}$$"
        r"$$\frac{\partial \hat y_i}{\partial z_i} = \hat y_i (1-\hat y_i)$$ $$\frac{\partial \hat y_i}{\partial z_i} = \hat y_i$$",
        ["proved", "proved", "refuted"],
    ),
    "an entry of a softmax": (
        r"$x \in \mathbb{R}^n$, $c \in \mathbb{R}$ $$\text{softmax}(x+c)_i = \frac{e^{x_i+c}}{\sum _{j=1}^n{e^{x_j+c}}}"
        r" = \text{softmax}(x)_i$$ $$\text{softmax}(2x)_i = \text{softmax}(x)_i$$",
        ["proved", "proved", "refuted"],
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_name_is_read_as_people_mean_it(name):
    text, verdicts = DOCUMENTS[name]
    report = sb.verify(text)
    assert [c.verdict for c in report.claims] == verdicts, [(c.source, c.reason) for c in report.claims]


def test_an_upright_name_is_the_slanted_one_unless_both_are_used() -> None:
    cost = r"$p, y \in \mathbb{R}^n$ $${\mathrm{H}}(y, p) = -\sum_{j=1}^n y_j \log p_j$$"
    claims = (
        r"$$\frac{\partial H}{\partial p_i} = -\frac{y_i}{p_i}$$ $$\frac{\partial H}{\partial p_i} = \frac{y_i}{p_i}$$"
    )
    assert [c.verdict for c in sb.verify(cost + claims).claims] == ["proved", "refuted"]
    two = r"$$K = \mathrm{K} x$$ $$\frac{dK}{dx} = \mathrm{K}$$ $$\frac{dK}{dx} = K$$"
    assert [c.verdict for c in sb.verify(two).claims] == ["proved", "refuted"]


def test_a_number_and_then_a_vector_in_bold_are_two_symbols() -> None:
    text = (
        r"$s = \mathbf w^\top \mathbf x$, $a = \sigma(s)$ $$\frac{da}{ds} = a (1 - a)$$"
        r"$$\mathbf p = \tanh(\mathbf s)$$ $$\frac{\partial p_i}{\partial s_i} = 1 - p_i^2$$"
        r"$$\frac{\partial p_i}{\partial s_i} = p_i$$"
    )
    assert [c.verdict for c in sb.verify(text).claims] == ["proved", "proved", "refuted"]
