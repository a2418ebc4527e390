"""Forms in which the pages of courses write their formulas: for each a document, and its claims' verdicts in order.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

PAGES = {
    # -- convolutions
    "an entry of X * K is another way to write the entry of Y": (
        r"$X \in \mathbb{R}^{H \times W}$, $K \in \mathbb{R}^{M \times N}$ $$(X \ast K)_{ij} = Y_{ij} ="
        r" \sum_{m=0}^{M-1}\sum_{n=0}^{N-1} X_{i+m,j+n} K_{mn} + b$$"
        r"$$\delta_{ij} = \frac{\partial L}{\partial Y_{ij}}$$ $\delta \in \mathbb{R}^{H - M + 1 \times W - N + 1}$"
        r"$$\frac{\partial L}{\partial K_{mn}} = \sum_{i,j} \delta_{ij} X_{i+m,j+n}$$"
        r"$$\frac{\partial L}{\partial X_{ab}} = \sum_{i,j} \delta_{ij} K_{a-i,b-j}$$"
        r"$$\frac{\partial L}{\partial X_{ij}} = \sum_{m=0}^{M-1}\sum_{n=0}^{N-1} \delta_{i+m,j+n} K_{mn}$$"
        r"$$\frac{\partial L}{\partial b} = \delta_{ij}$$",
        ["proved", "proved", "refuted", "refuted"],
    ),
    "a kernel turned round": (
        r"$x \in \mathbb{R}^{n}$, $k \in \mathbb{R}^{m}$ $$r_i = k_{m-1-i}, y_i = \sum_{j=0}^{m-1} x_{i+j} k_j$$"
        r"$$z_i = \sum_{j=0}^{m-1} x_{i+j} r_j, s = \sum_{i=0}^{m-1} k_i r_i$$"
        r"$$z_i = \sum_{j=0}^{m-1} x_{i+j} k_{m-1-j}$$ $$\frac{\partial s}{\partial k_i} = 2 k_{m-1-i}$$"
        r"$$\frac{\partial s}{\partial k_i} = 3 k_{m-1-i}$$",
        ["proved", "proved", "refuted"],
    ),
    "a window over what nothing declares": (
        r"For $y_i = \sum_j x_{i+j} \cdot w_j$, we have:"
        r"$$\frac{\partial L}{\partial w_j} = \sum_i \frac{\partial L}{\partial y_i} \cdot x_{i+j}$$"
        r"$$\frac{\partial L}{\partial w_j} = \sum_i 2 \frac{\partial L}{\partial y_i} \cdot x_{i+j}$$",
        ["proved", "refuted"],
    ),
    "an index letter that is also the name of a bias": (
        r"$x \in \mathbb{R}^{n}$ $$y_i = x_i + b, f = \sum_i y_{i}^2$$"
        r"$$\frac{\partial f}{\partial x_b} = 2 y_b$$ $$\frac{\partial f}{\partial x_b} = y_b$$",
        ["proved", "refuted"],
    ),
    # -- declarations
    "a declaration in brackets after an equation": (
        r"$x \in \mathbb{R}^2$, $a^{[1]} \in \mathbb{R}^3$, $a^{[2]} \in \mathbb{R}^1$"
        r"$$z^{[1]} = W^{[1]} x + b^{[1]}$$ $$a^{[1]} = \tanh(z^{[1]})$$"
        r"$$z^{[2]} = W^{[2]} a^{[1]} + b^{[2]} \quad (W^{[2]} \in \mathbb{R}^{1 \times 3})$$"
        r"$$a^{[2]} = \sigma(z^{[2]})$$ $$L = -y \log a^{[2]} - (1-y) \log (1 - a^{[2]})$$"
        r"$$\frac{\partial L}{\partial W^{[2]}} = (a^{[2]} - y) a^{[1]\top}$$"
        r"$$\frac{\partial L}{\partial W^{[2]}} = (a^{[2]} + y) a^{[1]\top}$$",
        ["proved", "refuted"],
    ),
    "numbers first, and a net whose input is declared under a later heading": (
        r"# One unit"
        "\n"
        r"$$z = w x + b$$ $$a = \sigma(z)$$ $$L = \frac12 (a - y)^2$$"
        r"$$\frac{\partial L}{\partial w} = (a - y) \cdot \sigma'(z) \cdot x$$"
        r"$$\frac{\partial L}{\partial b} = (a - y) \cdot \sigma(z)$$"
        "\n\n# A net\n\n"
        r"An input $x \in \mathbb{R}^2$, hidden $a^{[1]} \in \mathbb{R}^3$,"
        r" output $a^{[2]} \in \mathbb{R}^1$."
        r"$$z^{[1]} = W^{[1]} x + b^{[1]} \quad (W^{[1]} \in \mathbb{R}^{3 \times 2})$$ $$a^{[1]} = \tanh(z^{[1]})$$"
        r"$$z^{[2]} = W^{[2]} a^{[1]} + b^{[2]} \quad (W^{[2]} \in \mathbb{R}^{1 \times 3})$$"
        r"$$a^{[2]} = \sigma(z^{[2]})$$ $$C = \frac12 (a^{[2]} - t)^2$$"
        r"$$\frac{\partial C}{\partial b^{[2]}} = (a^{[2]} - t) \sigma'(z^{[2]})$$"
        r"$$\frac{\partial C}{\partial b^{[2]}} = (a^{[2]} - t) \sigma(z^{[2]})$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    # -- sums
    "a sum over a set that nothing says more of": (
        r"$$a_j = \sum_{k \in B} o_k w_{kj}$$ where $B$ are the units that feed $j$."
        r"$$\frac{\partial E}{\partial w_{ij}} = \frac{\partial E}{\partial a_j} o_i$$"
        r"$$\frac{\partial E}{\partial w_{ij}} = 2 \frac{\partial E}{\partial a_j} o_i$$",
        ["proved", "refuted"],
    ),
    "the mean over a set": (
        r"$$L = \frac{1}{|B|} \sum_{i \in B} (w x_i - y_i)^2$$"
        r"$$\frac{\partial L}{\partial w} = \frac{2}{|B|} \sum_{i \in B} (w x_i - y_i) x_i$$"
        r"$$\frac{\partial L}{\partial w} = 2 \sum_{i \in B} (w x_i - y_i) x_i$$",
        ["proved", "refuted"],
    ),
    "two sets of one index are two": (
        r"$$f = \sum_{i \in A} x_i^2, g = \sum_{i \in B} x_i^2$$"
        r"$$\frac{\partial f}{\partial x_i} = 2 x_i$$",
        ["unread"],
    ),
    "a set of some of the indices is not all of them": (
        r"$x \in \mathbb{R}^N$ $$f = \sum_{i \in B} x_i^2$$ $$\frac{\partial f}{\partial x_i} = 2 x_i$$",
        ["unread"],
    ),
    "a sum over examples that shows no index": (
        r"$$Q = X W_Q + b_Q, K = X W_K + b_K, S = Q K^\top$$"
        r"$$\frac{\partial L}{\partial b_Q} = \sum_{b,i} \frac{\partial L}{\partial Q}$$"
        r"$$\frac{\partial L}{\partial b_Q} = 2 \sum_{b,i} \frac{\partial L}{\partial Q}$$",
        ["proved", "refuted"],
    ),
    # -- labels
    "labels that nothing declares": (
        r"$$z_{nk} = \sum_d x_{nd} w_{dk}, p_{nk} = \frac{e^{z_{nk}}}{\sum_j e^{z_{nj}}},"
        r" L = -\frac1N \sum_{n=1}^N \log p_{n y_n}$$"
        r"$$\frac{\partial L}{\partial z_{nk}} = \frac1N (p_{nk} - 1\{k = y_n\})$$"
        r"$$\frac{\partial L}{\partial z_{nk}} = \frac1N (p_{nk} + 1\{k = y_n\})$$",
        ["proved", "refuted"],
    ),
    "labels of steps": (
        r"$$h^{(t)} = \tanh(U x^{(t)} + W h^{(t-1)} + b), o^{(t)} = V h^{(t)} + c,"
        r" \hat y^{(t)} = \mathrm{softmax}(o^{(t)})$$"
        r"$$L^{(t)} = -\log \hat y^{(t)}_{y_t}, L = \sum_t L^{(t)}$$"
        r"$$\nabla_V L = \sum_t (\nabla_{o^{(t)}} L) (h^{(t)})^T$$ $$\nabla_c L = \sum_t \nabla_{o^{(t)}} L$$"
        r"$$\nabla_c L = 2 \sum_t \nabla_{o^{(t)}} L$$",
        ["proved", "proved", "refuted"],
    ),
    # -- each unit alone
    "a diagonal Jacobian by its diagonal": (
        r"$$z = W x + b, a = \sigma(z), L = \|a - y\|^2$$ $$\frac{\partial a}{\partial z} = a (1 - a)$$"
        r"$$\frac{\partial a}{\partial z} = \sigma'(z)$$ $$\frac{\partial z}{\partial b} = 1$$"
        r"$$\frac{\partial a}{\partial z} = a (1 + a)$$",
        ["proved", "proved", "proved", "unread"],
    ),
    "a Jacobian that is not diagonal is no vector": (
        r"$$z = W x + b, p = \mathrm{softmax}(z)$$ $$\frac{\partial p}{\partial z} = p (1 - p)$$"
        r"$$\frac{\partial p}{\partial z} = \mathrm{diag}(p) - p p^\top$$",
        ["unread", "proved"],
    ),
    "a gradient by a matrix is not read for each unit": (
        r"$$f = \operatorname{tr}(W)$$ $$\frac{\partial f}{\partial W} = 1$$ $$\frac{\partial f}{\partial W} = I$$",
        ["unread", "proved"],
    ),
    "declared vectors are vectors": (
        r"$z \in \mathbb{R}^n$ $$a = \sigma(z)$$ $$\frac{\partial a}{\partial z} = a (1 - a)$$"
        r"$$\frac{\partial a}{\partial z} = \mathrm{diag}(a \odot (1 - a))$$",
        ["refuted", "proved"],
    ),
    "products of undeclared vectors entry by entry": (
        r"$$z = W x + b, a = \sigma(z), L = \frac12 \|a - y\|^2$$"
        r"$$\frac{\partial L}{\partial z} = (a - y) \cdot \sigma'(z)$$ $$\delta = \frac{\partial L}{\partial z}$$"
        r"$$\delta = (a - y) \sigma'(z)$$ $$\delta = (a - y) \sigma(z)$$",
        ["proved", "proved", "unread"],
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_form_of_a_page_is_read_as_it_is_meant(name):
    text, expected = PAGES[name]
    report = sb.verify(text + "\n")
    assert [c.verdict for c in report.claims] == expected
