"""What people type without a thought: fractions of vectors, ``+=``, a thin space that lost its backslash.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

UNITS = r"$$z = W x + b$$ $$p = \frac{1}{1 + e^{-z}}$$ $$L = -y^\top \log p - (1 - y)^\top \log (1 - p)$$"
LAYER = r"$$z = W x + b$$ $$a = \sigma(z)$$ $$L = \frac12 \|a - y\|^2$$"
DELTA = r"$$\delta = \frac{\partial L}{\partial z} = (a - y) %s a \odot (1 - a)$$"
CELL = r"$$c_t = f_t \odot c_{t-1} + \tanh(U x_t)$$ $$h_t = \tanh(c_t)$$"
STEP = r"$$\frac{\partial L}{\partial c_t} = \frac{\partial L}{\partial h_t} \odot (1 - h_t^2)$$"
FORMS = {
    "fractions of vectors are of their entries": (
        UNITS + r"$$\frac{\partial L}{\partial p} = -\frac{y}{p} + \frac{1 - y}{1 - p}$$"
        r"$$\frac{\partial L}{\partial p} = -\frac{y}{p} - \frac{1 - y}{1 - p}$$"
        r"$$\frac{\partial L}{\partial z} = p - y$$",
        ["proved", "refuted", "proved"],
    ),
    "a slash as well": (
        UNITS + r"$$\frac{\partial L}{\partial p} = (1 - y) / (1 - p) - y / p$$"
        r"$$\frac{\partial L}{\partial p} = (1 - y) / p - y / (1 - p)$$",
        ["proved", "refuted"],
    ),
    "a fraction with a matrix is not read": (
        r"$A \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$ $$f = x^\top A x$$ $$\nabla_x f = \frac{x}{A} + A x$$",
        ["unread"],
    ),
    "a comma with spaces before a factor": (
        LAYER + DELTA % r"\odot" + r"$$\frac{\partial L}{\partial W} = \delta , x^\top$$"
        r"$$\frac{\partial L}{\partial W} = a , x^\top$$ $$W \leftarrow W - \eta , \delta x^\top$$",
        ["proved", "proved", "refuted"],
    ),
    "a comma that separates": (
        LAYER
        + r"$$\frac{\partial L}{\partial a} = a - y, \frac{\partial L}{\partial z} = (a - y) \odot a \odot (1 - a)$$"
        r"$$\frac{\partial L}{\partial a} = a - y , \qquad \frac{\partial L}{\partial z} = a - y$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "added to what was set before": (
        CELL + STEP + r"$$\frac{\partial L}{\partial c_t} += \frac{\partial L}{\partial c_{t+1}} \odot f_{t+1}$$",
        ["proved"],
    ),
    "another step is added": (
        CELL + STEP + r"$$\frac{\partial L}{\partial c_t} += \frac{\partial L}{\partial c_{t+1}} \odot f_t$$",
        ["refuted"],
    ),
    "a trace and a logarithm in plain letters": (
        r"$A \in \mathbb{R}^{n \times n}$, $X \in \mathbb{R}^{n \times n}$ $$f = tr(A X) - ln(s)$$"
        r"$$\nabla_X f = A^\top$$ $$\nabla_X f = A$$ $$\frac{\partial f}{\partial s} = -\frac1s$$",
        ["proved", "refuted", "proved"],
    ),
    "t and r, which are symbols, before brackets": (
        r"$$t = 2 s$$ $$r = 3 s$$ $$f = tr(s + 1)$$ $$\frac{\partial f}{\partial r} = t (s + 1)$$",
        ["unread"],
    ),
    "what is only added to is an update": (
        LAYER + DELTA % r"\odot" + r"$$W += -\eta \delta x^\top$$ $$\frac{\partial L}{\partial b} = \delta$$",
        ["proved", "proved"],
    ),
    "running averages, as programs name them, are updates": (
        LAYER + r"$$\text{avg1} = \text{beta1} \cdot \text{avg1} + (1 - \text{beta1}) \cdot \text{grad}$$"
        r"$$v = \beta v + (1 - \beta) g^2$$ $$\mu_{new} = (1 - m) \mu + m \mu_{old}$$ $$s = 0.9 s + 0.1 q$$"
        r"$$\frac{\partial L}{\partial b} = (a - y) \odot a \odot (1 - a)$$ $$\frac{\partial L}{\partial b} = a - y$$",
        ["proved", "refuted"],
    ),
    "names as programs have them": (
        r"$$m = \text{beta1} \cdot m + (1 - \text{beta1}) \cdot g$$"
        r"$$\text{m-unbias} = \frac{m}{1 - \text{beta1}^\text{iter}}$$ $$f = \text{lr} * \text{m-unbias}^2$$"
        r"$$\frac{df}{dm} = \frac{2 \text{lr} * \text{m-unbias}}{1 - \text{beta1}^\text{iter}}$$"
        r"$$\frac{df}{dm} = \text{lr} * m$$ $\text{m-unbias} = 0$のとき, $m$ は 0.",
        ["proved", "refuted"],
    ),
    "a Greek letter from a keyboard": (
        r"$$y = \sqrt{x^2 + ϵ}$$ $$\frac{dy}{dϵ} = \frac{1}{2y}$$ $$\frac{dy}{d\epsilon} = \frac{1}{y}$$",
        ["proved", "refuted"],
    ),
    "columns of their own for the signs": (
        r"$$\begin{alignat}{99} f & = & x^2 + x \\ \frac{df}{dx} & = & 2 x + 1 \\"
        r"\frac{df}{dx} & = & 2 x \end{alignat}$$"
        r"$$\begin{alignat*}{2} g &= x^3 & h &= g^2 \\ \frac{dg}{dx} &= 3 x^2 & \frac{dh}{dg} &= g \end{alignat*}$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_typed_is_read(form: str) -> None:
    text, verdicts = FORMS[form]
    assert [c.verdict for c in sb.verify(text).claims] == verdicts
