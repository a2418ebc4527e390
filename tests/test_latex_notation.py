"""What people write in hand derivations: for each notation a document, and the verdicts of its claims in order.

Of every notation one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

NET = (
    r"$$net_{h1} = w_1 i_1 + b_1, out_{h1} = \frac{1}{1+e^{-net_{h1}}}$$"
    r"$$E_{total} = \frac12 (target_{o1} - out_{h1})^2$$"
)
DOCUMENTS = {
    "a plus below brackets is the positive part": (
        r"$w, x \in \mathbb{R}^n$, $y, b \in \mathbb{R}$ $$L = \left[1 - y\, w^\top x\right]_+$$"
        r"$$\frac{\partial L}{\partial w} = -y x\, \mathbb{1}[y w^\top x < 1]$$"
        r"$$\frac{\partial L}{\partial w} = -y x$$"
        r"$$G = (w^\top x - b)_{+}^2$$ $$\frac{\partial G}{\partial w} = 2 (w^\top x - b)_+ x$$"
        r"$$\frac{\partial G}{\partial w} = (w^\top x - b)_+ x$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "a plus below a letter may be a name": (r"$$f = x_+ + 2 x$$ $$\frac{\partial f}{\partial x} = 2$$", ["unread"]),
    # -- fonts and superscripts
    "a font command as a superscript takes one group": (
        r"$x, \mathrm{k} \in \mathbb{R}$, $x > 0$ $$x^\mathrm{k} + 1 = 1 + x^\mathrm{k}$$"
        r"$$x^\mathit{k} + 1 = 2 + x^\mathit{k}$$",
        ["proved", "refuted"],
    ),
    "script type is a font": (
        r"$$\mathcal{L} = \frac12 (y-t)^2, \frac{\partial \mathcal{L}}{\partial y} = y - t$$"
        r"$$\frac{\partial \mathcal L}{\partial y} = t-y$$",
        ["proved", "refuted"],
    ),
    "a script letter beside a plain one of another meaning": (
        r"$x \in \mathbb{R}^L$, $\mathcal{L} = \frac12 \sum_{l=1}^{L} x_l^2$."
        r" $$\frac{\partial \mathcal{L}}{\partial x_j} = x_j$$ $$\frac{\partial \mathcal{L}}{\partial x_j} = L x_j$$",
        ["proved", "refuted"],
    ),
    "entries of a bold vector in plain type": (
        r"$\mathbf{x}, \mathbf{w} \in \mathbb{R}^n$ $$ y = \mathbf{w}^\top\mathbf{x}, C = y^2$$"
        r"$$\frac{\partial C}{\partial w_i} = 2 y x_i$$ $$\frac{\partial C}{\partial \mathbf{w}} = y \mathbf{x}$$",
        ["proved", "refuted"],
    ),
    "a bold and a plain letter in one formula are two symbols": (
        r"$\mathbf{x} \in \mathbb{R}^n$, $x \in \mathbb{R}$ $$ f = x^2 \|\mathbf{x}\|^2$$"
        r"$$\frac{\partial f}{\partial \mathbf{x}} = 2 x^2 \mathbf{x}$$"
        r"$$\frac{\partial f}{\partial x} = 2 x \|\mathbf{x}\|^2$$ $$\frac{\partial f}{\partial x} = 2 x$$",
        ["proved", "proved", "refuted"],
    ),
    "a plain letter that may be the bold one or another": (
        r"$\mathbf{x} \in \mathbb{R}^n$ $$f = \|\mathbf{x}\|^2$$ $$\frac{\partial f}{\partial x} = 2$$",
        ["unread"],
    ),
    "TeX takes one character of a number": (
        r"$x>0$ $$f = x^2$$ $$\frac{\partial f}{\partial x} = 2 x^.5$$",
        ["unread"],
    ),
    # -- names of several letters
    "names with subscripts in plain italics": (
        NET + r"$$\frac{\partial E_{total}}{\partial out_{h1}} = -(target_{o1} - out_{h1})$$"
        r"$$\frac{\partial out_{h1}}{\partial net_{h1}} = out_{h1}(1 - out_{h1})$$"
        r"$$\frac{\partial out_{h1}}{\partial net_{h1}} = out_{h1}(1 + out_{h1})$$",
        ["proved", "proved", "refuted"],
    ),
    "names in italics, upright and as words are one": (
        r"$$\text{net} = w x + b, \text{out} = \sigma(\text{net}), loss = (\text{out} - t)^2$$"
        r"$$\frac{dloss}{d\text{out}} = 2(out - t)$$"
        r"$$\frac{\partial\mathrm{loss}}{\partial w} = 2(out - t) out (1-out) x$$"
        r"$$\frac{\partial loss}{\partial w} = 2(out - t) out (1-out)$$",
        ["proved", "proved", "refuted"],
    ),
    "a name that no table has, differentiated by": (
        r"$$zed = u v, y = zed^2$$ $$\frac{\partial y}{\partial zed} = 2 zed$$"
        r"$$\frac{\partial y}{\partial u} = 2 zed$$",
        ["proved", "refuted"],
    ),
    "functions in plain italics": (
        r"$$y = exp(-z^2)$$ $$\frac{dy}{dz} = -2z exp(-z^2)$$ $$\frac{dy}{dz} = 2z exp(-z^2)$$",
        ["proved", "refuted"],
    ),
    "letters that stand alone too are a product": (
        r"$$f = abc + a^2$$ $$\frac{df}{da} = bc + 2a$$ $$\frac{df}{db} = a$$",
        ["proved", "refuted"],
    ),
    "a word whose letters all stand alone too": (
        r"$n, e, t >0$ $$net = n e t$$ $$\frac{\partial net}{\partial n} = et$$",
        ["unread"],
    ),
    "words that are no symbol": (r"$$ L = x^2$$ $$ \frac{dL}{dx} = 2x \text{ done}$$", ["unread"]),
    # -- vectors and matrices that are written out
    "a vector by its components": (
        r"$$x = \begin{bmatrix} x_1 \\ x_2 \end{bmatrix}, f = x_1^2 x_2$$"
        r"$$\frac{\partial f}{\partial x} = \begin{bmatrix} 2x_1 x_2 \\ x_1^2 \end{bmatrix}$$"
        r"$$\nabla_x f = \begin{pmatrix} 2x_1 x_2 \\ x_2^2 \end{pmatrix}$$"
        r"$$\frac{\partial f}{\partial x_1} = 2x_1x_2$$",
        ["proved", "refuted", "proved"],
    ),
    "components that are defined one by one": (
        r"$t \in \mathbb{R}$ $$x_1 = 3 t, x_2 = t^2$$ $$x = \begin{bmatrix} x_1 \\ x_2 \end{bmatrix}, f = x^\top x$$"
        r"$$\frac{\partial f}{\partial t} = 18 t + 4 t^3$$ $$\frac{\partial f}{\partial t} = 18 t + 2 t^3$$",
        ["proved", "refuted"],
    ),
    "a Jacobian": (
        r"$x \in \mathbb{R}^2$ $$y = \begin{bmatrix} x_1^2 \\ x_1 x_2 \end{bmatrix}$$"
        r"$$\frac{\partial y}{\partial x} = \begin{bmatrix} 2x_1 & 0 \\ x_2 & x_1 \end{bmatrix}$$"
        r"$$\frac{\partial y}{\partial x} = \begin{bmatrix} 2x_1 & x_2 \\ x_2 & x_1 \end{bmatrix}$$",
        ["proved", "refuted"],
    ),
    "an array in brackets and its transpose": (
        r"$$A = \left( \begin{array}{cc} a & b \\ c & g \end{array} \right), x = \begin{pmatrix} u \\ v \end{pmatrix}$$"
        r"$$f = x^\top A x$$ $$\frac{\partial f}{\partial u} = 2 a u + (b+c) v$$"
        r"$$\frac{\partial f}{\partial u} = 2 a u + b v$$"
        r"$$\frac{\partial f}{\partial x} = \begin{pmatrix} 2a & b+c \\ b+c & 2g\end{pmatrix}"
        r" \begin{pmatrix} u \\ v\end{pmatrix}$$",
        ["proved", "refuted", "proved"],
    ),
    "one equation for a vector of names": (
        r"$$\begin{bmatrix} h_1 \\ h_2 \end{bmatrix} = \begin{bmatrix} w_1 & w_2 \\ w_3 & w_4 \end{bmatrix}"
        r" \begin{bmatrix} x_1 \\ x_2 \end{bmatrix}$$"
        r"$$\frac{\partial h_1}{\partial w_1} = x_1$$ $$\frac{\partial h_2}{\partial w_3} = x_2$$",
        ["proved", "refuted"],
    ),
    "a written vector where the size is a name": (
        r"$x \in \mathbb{R}^n$, $f = \sum_i x_i^2$ $$\frac{\partial f}{\partial x} ="
        r" \begin{bmatrix} 2 x_1 \\ 2x_2 \end{bmatrix}$$",
        ["unread"],
    ),
    "a vector with dots by its general entry": (
        r"$x = (x_1, \dots, x_n)^\top$, $f = \sum_{i=1}^n x_i^2$"
        r"$$\frac{\partial f}{\partial x} = (2x_1, \dots, 2x_n)^\top$$"
        r"$$\frac{\partial f}{\partial x} = \begin{bmatrix} 2 x_1 \\ 2x_2 \\ \vdots \\ 2x_n \end{bmatrix}$$"
        r"$$\frac{\partial f}{\partial x} = \begin{bmatrix} x_1 \\ \vdots \\ x_n \end{bmatrix}$$",
        ["proved", "proved", "refuted"],
    ),
    "a matrix with dots": (
        r"$W = \begin{bmatrix} w_{11} & \cdots & w_{1n} \\"
        r" \vdots & \ddots & \vdots \\ w_{m1} & \cdots & w_{mn} \end{bmatrix}$"
        r", $x \in \mathbb{R}^n$ $$y = Wx, C = \frac12 \|y\|^2$$"
        r"$$\frac{\partial C}{\partial w_{ij}} = y_i x_j$$ $$\frac{\partial C}{\partial w_{ij}} = 2 y_i x_j$$",
        ["proved", "refuted"],
    ),
    "a sum with dots": (
        r"$$y = w_1 x_1 + w_2 x_2 + \dots + w_n x_n + b$$"
        r"$$\frac{\partial y}{\partial w_i} = x_i$$ $$\frac{\partial y}{\partial w_i} = w_i$$",
        ["proved", "refuted"],
    ),
    "dots whose pattern is not plain": (
        r"$$y = w_1 x_1 + w_3 x_2 + \dots + w_n x_n$$ $$\frac{\partial y}{\partial w_i} = x_i$$",
        ["unread"],
    ),
    # -- cases
    "conditions in words and in mathematics inside words": (
        r"$$f(z) = \begin{cases} z & \text{if } z > 0 \\ e^z - 1 & \text{otherwise} \end{cases}$$"
        r"$$f'(z) = \begin{cases} 1 & \text{if $z > 0$} \\ e^z & \text{else} \end{cases}$$"
        r"$$f'(z) = \begin{cases} 1 & z > 0 \\ e^{2z} & z \le 0 \end{cases}$$",
        ["proved", "refuted"],
    ),
    "three cases": (
        r"$$f(z) = \begin{cases} -1 & z < -1 \\ z & -1 \le z \le 1 \\ 1 & z > 1 \end{cases}$$"
        r"$$f'(z) = \begin{cases} 0 & z < -1 \\ 1 & -1 < z < 1 \\ 0 & \text{otherwise} \end{cases}$$"
        r"$$f'(z) = \begin{cases} 1 & z < -1 \\ 1 & -1 < z < 1 \\ 0 & \text{otherwise} \end{cases}$$",
        ["proved", "refuted"],
    ),
    "cases as an array behind a brace": (
        r"$$f(z) = \left\{ \begin{array}{ll} z & \mbox{if } z > 0 \\ 0 & \mbox{otherwise} \end{array} \right.$$"
        r"$$f'(z) = \left\{ \begin{array}{ll} 1, & z > 0, \\ 0, & z \leq 0. \end{array} \right.$$"
        r"$$f'(z) = \left\{ \begin{array}{ll} z, & z > 0, \\ 0, & z \leq 0. \end{array} \right.$$",
        ["proved", "refuted"],
    ),
    "two conditions at once; either of two is not read": (
        r"$x, y \in \mathbb{R}$"
        r"$$f = \begin{cases} x y & x > 0 \text{ and } y > 0 \\ 0 & \text{otherwise} \end{cases}$$"
        r"$$\frac{\partial f}{\partial x} ="
        r" \begin{cases} y & x > 0 \text{ and } y > 0 \\ 0 & \text{otherwise} \end{cases}$$"
        r"$$\frac{\partial f}{\partial x} ="
        r" \begin{cases} y & x > 0 \text{ or } y > 0 \\ 0 & \text{otherwise} \end{cases}$$"
        r"$$\frac{\partial f}{\partial x} ="
        r" \begin{cases} y & x > 0 \\ 0 & \text{otherwise} \end{cases}$$",
        ["proved", "unread", "refuted"],
    ),
    "cases that leave something out, or overlap": (
        r"$$f(z) = \begin{cases} z & z > 0 \\ 0 & z < -1 \end{cases}$$"
        r"$$f'(z) = \begin{cases} 1 & z > 0 \\ 0 & z < -1 \end{cases}$$"
        r"$$\tanh'(z) = \begin{cases} 1 & z > 0 \\ 0 & z < 1 \\ 5 & z > 1 \end{cases}$$",
        ["unread", "unread"],
    ),
    # -- products over an index
    "a product over a number of factors": (
        r"$x \in \mathbb{R}^3$ $$p = \prod_{k=1}^3 x_k$$ $$\frac{\partial p}{\partial x_1} = x_2 x_3$$"
        r"$$\frac{\partial p}{\partial x_i} = \prod_{k \neq i} x_k$$ $$\frac{\partial p}{\partial x_1} = x_1 x_3$$",
        ["proved", "proved", "refuted"],
    ),
    "a product over a named number of factors": (
        r"$x \in \mathbb{R}^n$ $$p = \prod_{k=1}^n x_k$$ $$\frac{\partial p}{\partial x_i} = \prod_{k \neq i} x_k$$",
        ["unread"],
    ),
    "a factor that may stand in a product or after it": (
        r"$x \in \mathbb{R}^3$, $y \in \mathbb{R}$"
        r"$$p = \prod_{k=1}^3 x_k y$$ $$\frac{\partial p}{\partial y} = x_1 x_2 x_3$$",
        ["unread"],
    ),
    "a product with dots": (
        r"$x \in \mathbb{R}^4$ $$p = x_1 x_2 \cdots x_4$$"
        r"$$\frac{\partial p}{\partial x_1} = x_2 x_3 x_4$$ $$\frac{\partial p}{\partial x_1} = x_2 x_3$$",
        ["proved", "refuted"],
    ),
    # -- operators
    "powers of a square matrix are products": (
        r"$A \in \mathbb{R}^{n\times n}$, $x \in \mathbb{R}^n$ $$f = x^\top A^2 x$$"
        r"$$\frac{\partial f}{\partial x} = (A^2 + (A^2)^\top) x$$ $$\frac{\partial f}{\partial x} = 2A^2 x$$"
        r"$$A^2 x = A A x$$ $$A^2 x = (A \odot A) x$$ $$\operatorname{tr}(A^2) = \|A\|_F^2$$",
        ["proved", "refuted", "proved", "unread", "refuted"],
    ),
    "a square where a product or the squares of the entries may be meant": (
        r"$A \in \mathbb{R}^{n\times n}$ $$S = \sum A^2$$ $$\frac{\partial S}{\partial A} = 2A$$",
        ["unread"],
    ),
    "norms and inner products": (
        r"$x \in \mathbb{R}^k$, $A, B \in \mathbb{R}^{m \times n}$"
        r"$$f = \|x\|_1 + \|A\|_F^2 + \langle A, B \rangle + \operatorname{tr}(A^\top B)$$"
        r"$$\frac{\partial f}{\partial x} = \operatorname{sign}(x)$$ $$\frac{\partial f}{\partial A} = 2A + 2B$$"
        r"$$\frac{\partial f}{\partial B} = A$$",
        ["proved", "proved", "refuted"],
    ),
    "a norm that is not differentiable in any simple way": (
        r"$x \in \mathbb{R}^n$ $$f = \|x\|_\infty$$ $$\frac{\partial f}{\partial x} = x$$",
        ["unread"],
    ),
    "the logarithm of a determinant": (
        r"$X \in \mathbb{R}^{n\times n}$ $$f = \log\det X$$"
        r"$$\frac{\partial f}{\partial X} = X^{-\top}$$ $$\frac{\partial f}{\partial X} = X^{-1}$$",
        ["proved", "refuted"],
    ),
    "powers and bases at functions": (
        r"$x > 0, x \in \mathbb{R}$ $$f = \sin^2 x + \log_2 x$$"
        r"$$\frac{df}{dx} = 2 \sin x \cos x + \frac{1}{x \ln 2}$$ $$\frac{df}{dx} = 2 \sin x \cos x + \frac{1}{x}$$"
        r"$$\tanh'(x) = 1 - \tanh(x)^2$$ $$\tanh'(x) = 1 + \tanh(x)^2$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "what may be raised before or after a function is applied": (
        r"$x > 0, x \in \mathbb{R}$ $$f = x$$ $$\frac{\partial f}{\partial x} = \log|x|^2$$",
        ["unread"],
    ),
    "maxima and minima of several numbers": (
        r"$x, y, z \in \mathbb{R}$ $$f = \max(x, y, z), g = \min\{x, 0\}$$ $$\frac{\partial f}{\partial x} = [x > y]$$"
        r"$$\frac{dg}{dx} = [x < 0]$$ $$\frac{dg}{dx} = [x > 0]$$",
        ["refuted", "proved", "refuted"],
    ),
    "ones whose number nothing says": (
        r"$x \in \mathbb{R}^n$ $$f = \mathbf 1^\top \mathbf 1 \mathbf 1^\top x$$"
        r"$$\frac{\partial f}{\partial x} = n \mathbf 1$$ $$\frac{\partial f}{\partial x} = 2 \mathbf 1$$",
        ["unread", "unread"],
    ),
    "functions composed by arrows and dots": (
        r"$x \in \mathbb{R}^n$ $$f = f_L \circ f_{L-1} \circ \dots \circ f_1$$"
        r"$$\frac{\partial f}{\partial x} = \frac{\partial f_L}{\partial f_{L-1}} \cdots"
        r" \frac{\partial f_1}{\partial x}$$",
        ["unread"],
    ),
    # -- what could be read in two ways
    "a vector of parameters that the cost uses one by one": (
        r"$$\theta = [w, b]^\top, J = w^2 + b$$ $$\nabla_\theta J = [2w, 1]^\top$$",
        ["unread"],
    ),
    "a vector of parameters that nothing else mentions": (
        r"$$\theta = (w, b), J = w^2 + b$$"
        r"$$\frac{\partial J}{\partial w} = 2w$$ $$\frac{\partial J}{\partial w} = 3w$$",
        ["proved", "refuted"],
    ),
    "a vector of numbers, and a cost of the vector": (
        r"$$x = \begin{pmatrix} u \\ v\end{pmatrix}, f = \|x\|^2$$ $$\frac{\partial f}{\partial u} = 2u$$"
        r"$$\frac{\partial f}{\partial x} = 2x$$ $$\frac{\partial f}{\partial v} = 2u$$",
        ["proved", "proved", "refuted"],
    ),
    "a long run of letters that no product would be": (
        r"$$h = \tanh(Wxh x + Whh hprev)$$ $$\frac{\partial h}{\partial Whh} = (1-h^2) hprev$$",
        ["unread"],
    ),
    "a family of names": (
        r"$$a = Wxa x + Waa c$$"
        r"$$\frac{\partial a}{\partial Waa} = c$$"
        r"$$\frac{\partial a}{\partial x} = Wxa$$ $$\frac{\partial a}{\partial x} = Waa$$",
        ["proved", "proved", "refuted"],
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_notation_has_its_verdicts(name):
    text, expected = DOCUMENTS[name]
    report = sb.verify(text + "\n")
    assert [c.verdict for c in report.claims] == expected, [(c.verdict, c.reading, c.reason) for c in report.claims]
