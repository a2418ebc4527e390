"""Ways to write derivatives: names at the end of a chain, variables that are transposed; verdicts of claims in order.

Of every form something right and something wrong is claimed, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

NET = (
    r"Let $W_1 \in \mathbb{R}^{h \times d}$, $W_2 \in \mathbb{R}^{k \times h}$, $x \in \mathbb{R}^d$ and"
    r" $y \in \mathbb{R}^k$."
    r"$$z_1 = W_1 x, \quad a_1 = \tanh(z_1), \quad z_2 = W_2 a_1, \quad L = \frac12 \lVert z_2 - y \rVert^2$$"
)
FORM = r"Let $x \in \mathbb{R}^n$, $A, X \in \mathbb{R}^{m \times n}$, $u = A x$, $f = \frac12 u^\top u$, "
FORM += r"$g = \operatorname{tr}(A^\top X)$."
SAMPLED = (
    r"Let $\mu, \sigma, x, \epsilon \in \mathbb{R}^n$. $$z = \mu + \sigma \odot \epsilon$$"
    r"$$L = \frac12 \|z - x\|^2 + \frac12 \sum_j (\sigma_j^2 + \mu_j^2 - \log \sigma_j^2 - 1)$$"
)
COMPOSED = (  # f is a function of any number, though x is the input elsewhere
    r"Let $x \in \mathbb{R}^n$, $W \in \mathbb{R}^{m \times n}$ and $y \in \mathbb{R}^m$. $$a(x) = W x$$"
    r"$$h(x) = f(a(x))$$ $$f(x) = \frac{1}{1 + e^{-x}}$$ $$L(x) = \frac12 \|h(x) - y\|^2$$"
)
FORMS = {
    "a derivative gets its name at the end of its chain": (
        NET + r"$$\frac{\partial L}{\partial z_2} = z_2 - y = \delta_2$$"
        r"$$\frac{\partial L}{\partial z_1} = W_2^\top \delta_2 \odot (1 - a_1^2) = \delta_1$$"
        r"$$\frac{\partial L}{\partial W_1} = \delta_1 x^\top$$ $$\frac{\partial L}{\partial W_1} = -\delta_1 x^\top$$",
        ["proved", "proved", "proved", "proved", "proved", "refuted"],
    ),
    "and is that derivative where the chain before it is wrong": (
        NET + r"$$\frac{\partial L}{\partial z_2} = y - z_2 = \delta_2$$"
        r"$$\frac{\partial L}{\partial W_2} = \delta_2 a_1^\top$$",
        ["refuted", "proved", "proved"],
    ),
    "the square of a maximum": (
        r"Let $z, m \in \mathbb{R}$, $h = \max(0, m - z)^2$. $$\frac{dh}{dz} = -2 \max(0, m - z)$$"
        r"$$\frac{dh}{dz} = -\max(0, m - z)$$",
        ["proved", "refuted"],
    ),
    "everything written with its argument": (
        COMPOSED
        + r"$$\frac{\partial h(x)}{\partial x} = \frac{\partial h(x)}{\partial a(x)} \frac{\partial a(x)}{\partial x}$$"
        r"$$\frac{\partial h(x)}{\partial a(x)} = \operatorname{diag}(h(x) \odot (1 - h(x)))$$"
        r"$$\frac{\partial h(x)}{\partial a(x)} = \operatorname{diag}(h(x))$$"
        r"$$\frac{\partial L}{\partial h(x)} = h(x) - y$$ $$\frac{\partial L}{\partial h(x)} = y - h(x)$$"
        r"$$\frac{\partial L}{\partial x} = W^\top ((h - y) \odot h \odot (1 - h))$$",
        ["proved", "proved", "refuted", "proved", "refuted", "proved"],
    ),
    "by a logarithm": (
        SAMPLED + r"$$\frac{\partial L}{\partial \log \sigma_j} = (z_j - x_j) \epsilon_j \sigma_j + \sigma_j^2 - 1$$"
        r"$$\frac{\partial L}{\partial \log \sigma_j} = (z_j - x_j) \epsilon_j + \sigma_j^2 - 1$$"
        r"$$\frac{\partial L}{\partial \log \sigma_j^2} = \frac12 (z_j - x_j) \epsilon_j \sigma_j"
        r" + \frac12 (\sigma_j^2 - 1)$$"
        r"$$\frac{\partial z}{\partial \log(\sigma)} = \operatorname{diag}(\sigma \odot \epsilon)$$",
        ["proved", "refuted", "proved", "proved"],
    ),
    "of a cost that may have another in it": (  # whose path would be missing
        r"$$z = u x$$ $$R = \frac12 u^2$$ $$\frac{\partial L}{\partial u} = \frac{\partial L}{\partial z} x$$"
        r"$$\frac{\partial L}{\partial u} = \frac{\partial L}{\partial z} u$$ $$\frac{\partial R}{\partial u} = u$$"
        r"$$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial z} u$$",
        ["unread", "refuted", "proved", "proved"],
    ),
    "of a cost whose letter is a size elsewhere": (
        r"$$\mu = \frac{1}{L} \sum_{i=1}^{L} x_i$$ $$s_i = g_i (x_i - \mu)$$"
        r"$$\frac{\partial L}{\partial g_i} = \frac{\partial L}{\partial s_i} (x_i - \mu)$$"
        r"$$\frac{\partial L}{\partial x_j} = g_j \frac{\partial L}{\partial s_j}"
        r" - \frac{1}{L} \sum_{i=1}^L g_i \frac{\partial L}{\partial s_i}$$"
        r"$$\frac{\partial L}{\partial x_j} = g_j \frac{\partial L}{\partial s_j}"
        r" - L \sum_{i=1}^L g_i \frac{\partial L}{\partial s_i}$$",
        ["proved", "proved", "refuted"],
    ),
    "by a transposed vector, in numerator layout": (
        FORM + r"$$\frac{\partial u}{\partial x^\top} = A$$ $$\frac{\partial u}{\partial x^\top} = A^\top$$"
        r"$$\frac{\partial f}{\partial x^\top} = u^\top A$$ $$\frac{\partial f}{\partial x^\top} = u^\top$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "a Hessian by a vector and its transpose": (
        FORM + r"$$\frac{\partial^2 f}{\partial x \partial x^\top} = A^\top A$$"
        r"$$\frac{\partial^2 f}{\partial x \partial x^\top} = 2 A^\top A$$",
        ["proved", "refuted"],
    ),
    "by a transposed matrix": (
        FORM + r"$$\frac{\partial g}{\partial X^\top} = A^\top$$ $$\frac{\partial g}{\partial X} = A$$"
        r"$$\frac{\partial g}{\partial X^\top} = 2 A^\top$$",
        ["proved", "proved", "refuted"],
    ),
    "by the name that a cost has in a chain": (
        NET.replace("L =", r"L = \text{MSE}(y, z_2) =") + r"$$\frac{\partial \text{MSE}}{\partial z_2} = z_2 - y$$"
        r"$$\frac{\partial \text{MSE}(y, z_2)}{\partial z_2} = y - z_2$$"
        r"$$\frac{\partial L}{\partial W_2} = \frac{\partial \text{MSE}}{\partial z_2} a_1^\top$$",
        ["proved", "refuted", "proved"],
    ),
    "by what a function of two things that nobody gives is called at each step": (
        r"$o_t \in \mathbb{R}^k$ $$h_t = \tanh(W h_{t-1} + U x_t)$$ $$o_t = V h_t$$"
        r"$$L_t = CE(y_t, o_t) = \frac12 \|o_t - y_t\|^2$$"
        r"$$\frac{\partial L_t}{\partial o_t} = o_t - y_t$$ $$\frac{\partial L_t}{\partial o_t} = y_t - o_t$$",
        ["proved", "refuted"],
    ),
    "a gradient of what reads one input alone": (
        r"Let $w \in \mathbb{R}^d$. $$\nabla \|w\|_1 = \operatorname{sign}(w)$$"
        r"$$\nabla \log \|w\|^2 = \frac{2 w}{\|w\|^2}$$"
        r"$$\nabla \log \|w\|^2 = \frac{2 w}{\|w\|}$$",
        ["proved", "proved", "refuted"],
    ),
    "a gradient of what reads two": (
        r"Let $w, x \in \mathbb{R}^d$. $$\nabla (w^\top x) = x$$ $$\nabla_w (w^\top x) = x$$"
        r"$$\nabla_w (w^\top x) = w$$",
        ["unread", "proved", "refuted"],
    ),
    "a chain that begins with the step of a descent": (
        r"Let $w, x \in \mathbb{R}^d$, $o = \sigma(w^\top x)$ and $E = \frac12 (t - o)^2$."
        r"$$\Delta w_i = -\eta \frac{\partial E}{\partial w_i} = \eta (t - o) o (1 - o) x_i$$"
        r"$$\Delta w_i = -\eta \frac{\partial E}{\partial w_i} = \eta (o - t) o (1 - o) x_i$$",
        ["proved", "refuted"],
    ),
    "by a sign with a subscript, of a second order, of what has its arguments": (
        r"Let $o, y \in \mathbb{R}^n$ with $\sum_j y_j = 1$, and $p = \operatorname{softmax}(o)$."
        r"$$c(y, p) = -\sum_j y_j \log p_j$$ $$\partial_{o_j} c(y, p) = p_j - y_j$$"
        r"$$\partial_{o_j}^2 c(y, p) = p_j (1 - p_j)$$ $$\partial_{o_j}^2 c(y, p) = p_j - y_j$$",
        ["proved", "proved", "refuted"],
    ),
    "a vector by a matrix through a vector": (
        NET
        + r"$$\frac{\partial z_2}{\partial W_1} = \frac{\partial z_2}{\partial a_1} \frac{\partial a_1}{\partial W_1}$$"
        r"$$\frac{\partial a_1}{\partial W_1} = \frac{\partial z_1}{\partial W_1} \frac{\partial a_1}{\partial z_1}$$"
        r"$$\frac{\partial a_1}{\partial W_1} = \frac{\partial z_1}{\partial W_1}$$"
        r"$$\frac{\partial a_1}{\partial W_1} = 2 \frac{\partial a_1}{\partial z_1}\frac{\partial z_1}{\partial W_1}$$",
        ["proved", "proved", "refuted", "unread"],
    ),
    "a sign below that was forgotten, or is another": (
        FORM + r"$$\frac{\partial f}{u} = u$$ $$\frac{\partial f}{x_j} = \sum_i \frac{\partial f}{u_i} A_{ij}$$"
        r"$$\frac{\partial f}{dx} = A^\top u$$ $$\frac{df}{\partial x} = A u$$ $$\frac{\partial f}{x} = u$$"
        r"$$\frac{\partial f}{2} = u$$ $$\frac{\partial f}{u x} = u$$"
        r"$$\frac{\partial f}{\partial x_j} = \sum_i \frac{df}{u_i} \frac{du_i}{dx_j}$$",
        ["proved", "proved", "proved", "refuted", "refuted", "unread", "unread", "unread"],
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_verdicts(name):
    text, verdicts = FORMS[name]
    report = sb.verify(text)
    assert [c.verdict for c in report.claims] == verdicts, str(report)
