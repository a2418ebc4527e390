"""What the programs that set Markdown write otherwise than LaTeX, and functions and layers that pages only speak of.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen; what two
readings would judge otherwise is unread.
"""

import pytest

import symbackprop as sb

DIALECTS = {
    # -- words of other programs
    "part, bold and space": (
        r"$\bold{u} \in \mathbb{R}^n$ $$g = \bold{u}^\top \bold{u}$$ $$\frac{\part g}{\part \bold{u}} = 2\bold{u}$$"
        r"$$\frac{\part g}{\part \bold{u}} = \bold{u}$$",
        ["proved", "refuted"],
    ),
    "what a document calls part itself": (
        r"\newcommand{\part}[1]{\frac{df}{d#1}} $$f = x^2$$ $$\part{x} = 2x$$ $$\part{x} = x$$",
        ["proved", "refuted"],
    ),
    "a box around a formula and its full stop": (
        r"$$f = x^2 y$$ $$\boxed{\frac{\partial f}{\partial x} = 2xy.}$$"
        r"$$\boxed{\frac{\partial f}{\partial x} = 2xy, \qquad \frac{\partial f}{\partial y} = x.}$$",
        ["proved", "proved", "refuted"],
    ),
    "cases as an encyclopaedia writes them, and a group of nothing after a sign": (
        r"$$ {\displaystyle f(a) = \left\{{\begin{array}{rcl} 0&{\mbox{si}}&a<0\\"
        r"a&{\mbox{si}}&a \geq 0 \end{array}}\right.} $$"
        r"$$ f'(a) = \left\{\begin{array}{ll} 0& a<0\\1&a>0 \end{array}\right. $$ $$y = w \cdot{} f(x)$$"
        r"$$\frac{\partial y}{\partial w} = f(x)$$ $$\frac{\partial y}{\partial w} = w \cdot{} f(x)$$",
        ["proved", "proved", "refuted"],
    ),
    "a box around what is multiplied": (
        r"$$f = x^2 + 3x$$ $$\frac{df}{dx} = 1 \cdot \boxed{2x + 3}$$ $$\frac{df}{dx} = 2 \boxed{2x + 3}$$",
        ["proved", "refuted"],
    ),
    "the letter of sums as their sign": (
        r"$$s_i = \tanh(\Sigma_j v_{ij} u_j)$$ $$E = \frac12 \Sigma_{i=1}^n (s_i - t_i)^2$$"
        r"$$\frac{\partial E}{\partial u_j} = \Sigma_{i=1}^n (s_i - t_i)(1 - s_i^2) v_{ij}$$"
        r"$$\frac{\partial E}{\partial u_j} = \Sigma_{i=1}^n (s_i - t_i) v_{ij}$$",
        ["proved", "refuted"],
    ),
    "a matrix with the letter of sums": (
        r"Let $\Sigma \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$. $$q_i = \sum_j \Sigma_{ij} x_j$$"
        r"$$\frac{\partial q_i}{\partial x_j} = \Sigma_{ij}$$ $$\frac{\partial q_i}{\partial x_j} = \Sigma_{ji}$$",
        ["proved", "refuted"],
    ),
    "what is set below a sum in rows, and a circle in a circle": (
        r"$$z_{ij} = \sum_{\substack{m=1}}^{M} A_{im} B_{mj}$$ $$Q = \sum_{\substack{i \\ j}} z_{ij}^2$$"
        r"$$\frac{\partial Q}{\partial A_{im}} = 2 \sum_{\substack{j}} z_{ij} B_{mj}$$"
        r"$$\frac{\partial Q}{\partial z} = z \circledcirc z$$",
        ["proved", "refuted"],
    ),
    "an index that is said to lie between": (
        r"$$s = \sum_{1 \le k \le n} w_k^2 x_k$$ $$\frac{\partial s}{\partial w_k} = 2 w_k x_k$$"
        r"$$\frac{\partial s}{\partial w_k} = w_k x_k$$"
        r"$$r = \sum_{k=1}^n v_k^2 = \sum_{0 < k < n + 1} v_k^2 = \sum_{1 < k \le n} v_k^2$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    # -- functions
    "a logarithm without its backslash beside what it multiplies": (
        r"$$C = -qlog\hat q - (1 - q)log(1 - \hat q)$$"
        r"$$\frac{dC}{d\hat q} = -\frac{q}{\hat q} + \frac{1 - q}{1 - \hat q}$$"
        r"$$\frac{dC}{d\hat q} = -\frac{q}{\hat q} - \frac{1 - q}{1 - \hat q}$$",
        ["proved", "refuted"],
    ),
    "letters that stand alone are no logarithm": (
        r"$$u = l + o + g$$ $$f = log\hat q$$ $$\frac{\partial f}{\partial \hat q} = l o g$$"
        r"$$\frac{\partial f}{\partial \hat q} = \frac{1}{\hat q}$$",
        ["proved", "refuted"],
    ),
    "a special case of an activation after what holds for any": (
        r"$$u = W x, h = \phi(u)$$ $$L = \sum_i h_i^2$$"
        r"$$\frac{\partial L}{\partial u_i} = 2 h_i \phi'(u_i)$$ $$\frac{\partial L}{\partial u_i} = 2 h_i$$"
        r"In the special case $$\phi(s) = \tanh(s)$$"
        r"$$\frac{\partial L}{\partial u_i} = 2 h_i (1 - h_i^2)$$"
        r"$$\frac{\partial L}{\partial u_i} = 2 h_i (1 - h_i)$$",
        ["proved", "unread", "proved", "refuted"],
    ),
    "an indicator written as 1 of a symbol": (
        r"$$h = \max(u, 0), f = h^2$$ $$\frac{df}{du} = 2 h \cdot 1(u)$$ $$\frac{df}{du} = 2h$$"
        r"$$\frac{df}{du} = -2h$$",
        ["unread", "proved", "refuted"],
    ),
    "the law of a function of one number where its letter is a vector elsewhere": (
        r"$$z = x W + b, h = \sigma(z)$$ $$\sigma'(x) = \left(\frac{1}{1+e^{-x}}\right)' = \frac{e^{-x}}{(1+e^{-x})^2}"
        r"= \frac{e^{-x}}{(1+e^{-x})}$$ $$\sigma'(x) = \sigma(x) (1 - \sigma(x))$$"
        r"$$L = \sum_i h_i$$ $$\frac{\partial L}{\partial h_i} = 1$$",
        ["proved", "proved", "refuted", "proved", "proved"],
    ),
    "a number added to all scores of a softmax": (
        r"$$\text{softmax}(x) = \text{softmax}(x + c)$$"
        r"$$\text{softmax}(x + c)_i = \frac{e^{x_i + c}}{\sum_{j=1}^n e^{x_j + c}} = \text{softmax}(x)_i$$"
        r"$$\text{softmax}(x + c)_i = \frac{e^{x_i} e^c}{\sum_{j=1}^n e^{x_j}}$$"
        r"$$\text{softmax}(x) = \text{softmax}(x) + c$$ $$\text{softmax}(x + c) = \text{softmax}(2 x)$$",
        ["proved", "proved", "proved", "refuted", "unread", "refuted"],
    ),
    "what a claim about derivatives adds to an argument is unknown": (
        r"$w, x \in \mathbb{R}^n$ $$z = w^\top x, a = \sigma(z)$$"
        r"$$\frac{\partial a}{\partial z} = \sigma'(z + c)$$ $$\text{softmax}(x) = \text{softmax}(c x)$$",
        ["unread", "unread"],
    ),
    # -- shapes in words, and entries of what is transposed
    "shapes that words give": (
        r"where $h$ is a ($N$, $H$) matrix, $W$ is a ($H$, $C$) matrix and $b$ is a ($C$, 1) column vector. "
        r"$$y = hW + b$$ $$\frac{dL}{dW} = h^\top \frac{dL}{dy}$$ $$\frac{dL}{dW} = \frac{dL}{dy} h^\top$$"
        r"$$\frac{d y_{pq}}{d w_{ij}} = \frac{d}{d w_{ij}}\left(\sum_{u=1}^H h_{pu} w_{uq} + b_q\right)$$"
        r"$$\frac{d y_{pq}}{d w_{ij}} = 1(q = j) h_{pi}$$ $$\frac{d y_{pq}}{d w_{ij}} = 1(q = j) h_{pi} + 1$$",
        ["proved", "refuted", "proved", "proved", "refuted"],
    ),
    "shapes in words after the formula, typed in several ways": (
        r"$$y = hW + b$$ $h$ has shape $(N, H)$, $W$ is of shape H x C, $b$ is a $C$-dimensional vector."
        r"$$\frac{dL}{dh} = \frac{dL}{dy} W^\top$$ $$\frac{dL}{dh} = W^\top \frac{dL}{dy}$$",
        ["proved", "refuted"],
    ),
    "shapes in words that do not conform are not held against a formula": (
        r"$$y = Wx + b$$ where $x$ is a (N, D) matrix. $$L = \sum_i y_i^2$$"
        r"$$\frac{\partial L}{\partial y} = 2y$$ $$\frac{\partial L}{\partial y} = y$$",
        ["proved", "refuted"],
    ),
    "entries of a transposed matrix by the axes that its indices run over": (
        r"$h \in \mathbb{R}^{N \times H}$, $W \in \mathbb{R}^{H \times C}$ $$y = hW$$"
        r"$$\frac{dL}{d w_{ij}} = \sum_p h^\intercal_{i,p} \left(\frac{dL}{dy}\right)_{p,j}$$"
        r"$$\frac{dL}{d w_{ij}} = 2 \sum_p h^T_{ip} \frac{dL}{d y_{pj}}$$",
        ["proved", "refuted"],
    ),
    "entries of a transposed square matrix could be either": (
        r"$A \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$ $$f = x^\top A x$$"
        r"$$\frac{\partial f}{\partial x_i} = \sum_j (A_{ij} + A^\top_{ij}) x_j$$"
        r"$$\frac{\partial f}{\partial x_i} = \sum_j (A_{ij} + (A^\top)_{ij}) x_j$$"
        r"$$\frac{\partial f}{\partial x_i} = \sum_j (A_{ij} - (A^\top)_{ij}) x_j$$",
        ["unread", "proved", "refuted"],
    ),
    # -- sums without their sign
    "Einstein's convention in a definition": (
        r"$$z_k = w_{kj} x_j + b_k$$ $$C = \frac12 \sum_k (z_k - t_k)^2$$"
        r"$$\frac{\partial C}{\partial w_{kj}} = (z_k - t_k) x_j$$ $$\frac{\partial C}{\partial w_{kj}} = z_k x_j$$"
        r"$$\frac{\partial C}{\partial x_j} = \sum_k (z_k - t_k) w_{kj}$$"
        r"$$\frac{\partial C}{\partial x_j} = (z_k - t_k) w_{kj}$$",
        ["proved", "refuted", "proved", "unread"],
    ),
    "in a claim a sum without its sign is missing": (
        r"$$z_k = \sum_j w_{kj} x_j$$ $$C = \frac12 \sum_k z_k^2$$"
        r"$$\frac{\partial C}{\partial x_j} = \sum_k z_k w_{kj}$$ $$\frac{\partial C}{\partial x_j} = z_k w_{kj}$$",
        ["proved", "refuted"],
    ),
    "an index that stands three times is not summed over": (
        r"$$z_k = w_{kj} x_j y_j$$ $$\frac{\partial z_k}{\partial x_j} = w_{kj} y_j$$",
        ["unread"],
    ),
    # -- layers counted from the next
    "definitions of the layer l + 1": (
        r"$$z^{(l+1)} = W^{(l)} a^{(l)} + b^{(l)}, a^{(l+1)} = f(z^{(l+1)})$$"
        r"$$\delta^{(l)} = \frac{\partial J}{\partial z^{(l)}}$$"
        r"$$\delta^{(l)} = ((W^{(l)})^T \delta^{(l+1)}) \odot f'(z^{(l)})$$"
        r"$$\delta^{(l)} = ((W^{(l)})^T \delta^{(l+1)}) \odot f(z^{(l)})$$"
        r"$$\frac{\partial J}{\partial W^{(l)}} = \delta^{(l+1)} (a^{(l)})^T$$"
        r"$$\frac{\partial J}{\partial W^{(l)}} = 2 \delta^{(l+1)} (a^{(l)})^T$$"
        r"$$\frac{\partial J}{\partial b^{(l)}} = \delta^{(l+1)}$$",
        ["proved", "refuted", "proved", "refuted", "proved"],
    ),
    "entries of the layer l + 1": (
        r"$$z_j^{[l+1]} = \sum_i W_{ji}^{[l]} a_i^{[l]} + b_j^{[l]}$$ $$a_j^{[l]} = g(z_j^{[l]})$$"
        r"$$\frac{\partial z_j^{[l+1]}}{\partial a_i^{[l]}} = W_{ji}^{[l]}$$"
        r"$$\frac{\partial z_j^{[l+1]}}{\partial a_i^{[l]}} = W_{ji}^{[l+1]}$$",
        ["proved", "refuted"],
    ),
    "powers of l + 1 are no layers": (
        r"$$f = x^{l+1}$$ $$\frac{df}{dx} = (l+1) x^l$$ $$\frac{df}{dx} = l x^l$$",
        ["proved", "refuted"],
    ),
    # -- layers that are only spoken of
    "the last layer of a net that nothing defines": (
        r"$$C = \frac12 \sum_j (a^L_j - t_j)^2$$ $$\nabla_a C = a^L - t$$ $$\nabla_a C = t - a^L$$",
        ["proved", "refuted"],
    ),
    "small letters for the weights of layers, and one that stands alone in a last remark": (
        r"$$z^l = w^l a^{l-1} + b^l, a^l = \sigma(z^l)$$ $$\delta^l = \frac{\partial C}{\partial z^l}$$"
        r"$$\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$$"
        r"$$\delta^l = (w^{l+1} \delta^{l+1}) \odot \sigma'(z^l)$$"
        r"$$\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T$$"
        r"$$\frac{\partial C}{\partial w^l} = 2 \delta^l (a^{l-1})^T$$"
        r"$$\frac{\partial C}{\partial w} = a_{in} e_{out}$$",
        ["proved", "refuted", "proved", "refuted", "unread"],
    ),
    "powers that are no layers": (
        r"$$f = x^n$$ $$\frac{df}{dx} = n x^{n-1}$$ $$\frac{df}{dx} = x^{n-1}$$",
        ["proved", "refuted"],
    ),
    "labels declared one by one are the entries of a vector": (
        r"$x_i \in \mathbb{R}^d$, $y_i \in \{0,1\}$, $w \in \mathbb{R}^d$ $$p_i = \sigma(w^\top x_i)$$"
        r"$$J = -\sum_{i=1}^n \left(y_i \log p_i + (1 - y_i) \log(1 - p_i)\right)$$"
        r"$$\nabla_w J = \sum_{i=1}^n (p_i - y_i) x_i$$ $$\nabla_w J = \sum_{i=1}^n (y_i - p_i) x_i$$",
        ["proved", "refuted"],
    ),
    # -- time
    "time above symbols, and a bias called d": (
        r"$$z^t = u x^t + v s^{t-1} + b, s^t = \tanh(z^t), o^t = r s^t + d$$ $$L^t = \frac12 (o^t - y^t)^2$$"
        r"$$\frac{\partial L^t}{\partial d} = o^t - y^t$$ $$\frac{\partial L^t}{\partial d} = y^t - o^t$$"
        r"$$\frac{\partial L^t}{\partial s^t} = r (o^t - y^t)$$ $$\frac{\partial L^t}{\partial s^t} = r (y^t - o^t)$$",
        ["proved", "refuted", "proved", "unread"],
    ),
    "powers beside a t that counts nothing": (
        r"$$f = a^t$$ $$\frac{df}{dt} = a^t \log a$$ $$\frac{df}{dt} = t a^{t-1}$$",
        ["proved", "refuted"],
    ),
    "a first step that the others follow from": (
        r"$$z_t = u x_t + v s_{t-1} + b, z_0 = u x_0 + b, s_t = \tanh(z_t)$$"
        r"$$\frac{\partial s_0}{\partial b} = 1 - s_0^2$$ $$\frac{\partial s_0}{\partial b} = 0$$"
        r"$$\frac{\partial s_0}{\partial v} = 0$$",
        ["proved", "refuted", "proved"],
    ),
    "nothing is refuted after a definition that was not read": (
        r"$$a^t = w x^t$$ $$h^t = \sigma(a^t)$$ $$\frac{\partial h^0}{\partial v} = 0$$",
        ["unread", "unread", "unread"],
    ),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_is_read_as_people_mean_it(name):
    text, expected = DIALECTS[name]
    report = sb.verify(text + "\n")
    assert [c.verdict for c in report.claims] == expected


def test_what_cannot_be_read_costs_itself_alone():
    text = r"For $A \in \mathbb{R}^{2 \times 3}$, $b \in \mathbb{R}^4$: $$s^{(1)} = A b = t$$"
    report = sb.verify(text + r"$$f = x^2$$ $$\frac{df}{dx} = 2x$$" + "\n")
    assert report.claims[-1].verdict == "proved"
