"""Nets over batches of examples, as lecture notes write them: for each a document, and its claims' verdicts in order.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

LAYERS = (
    r"$$Z^{[1]} = W^{[1]} X + b^{[1]}, A^{[1]} = \tanh(Z^{[1]})$$"
    r"$$Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}, A^{[2]} = \sigma(Z^{[2]})$$"
)
COST = r"$$J = -\frac1m \sum_{i=1}^m \left( y^{(i)} \log a^{[2](i)} + (1 - y^{(i)}) \log(1 - a^{[2](i)}) \right)$$"
STEPS = (
    r"$$dZ^{[2]} = A^{[2]} - Y, dW^{[2]} = \frac1m dZ^{[2]} A^{[1]T}$$"
    r"$$db^{[2]} = \frac1m np.sum(dZ^{[2]}, axis=1, keepdims=True)$$"
)
FORMS = {
    "the cost by examples, the net by batches": (
        LAYERS + COST + STEPS + r"$$dZ^{[1]} = W^{[2]T} dZ^{[2]} * (1 - (A^{[1]})^2)$$"
        r"$$dW^{[1]} = \frac1m dZ^{[1]} X^T$$ $$db^{[1]} = np.sum(dZ^{[1]}, axis=1, keepdims=True)$$",
        ["proved", "proved", "proved", "proved", "proved", "refuted"],
    ),
    "the cost as a product of rows": (
        LAYERS + r"$$J = -\frac1m \left( Y \log(A^{[2]})^T + (1 - Y) \log(1 - A^{[2]})^T \right)$$" + STEPS
        + r"$$dW^{[1]} = dZ^{[1]} X^T$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "targets declared as a row": (
        r"$X \in \mathbb{R}^{n \times m}$, $Y \in \mathbb{R}^{1 \times m}$." + LAYERS + COST + STEPS
        + r"$$dZ^{[2]} = Y - A^{[2]}$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "a row of targets beside outputs of unknown number": (
        r"$X \in \mathbb{R}^{n \times m}$, $Y \in \mathbb{R}^{1 \times m}$." + LAYERS
        + r"$$J = \frac1m \sum_{i=1}^m (A_{1i}^{[2]} - Y_{1i})^2$$ $$dA^{[2]} = 2 (A^{[2]} - Y)$$",
        ["unread"],
    ),
    "derivatives by an example of a batch": (
        LAYERS + COST + r"$$\frac{\partial J}{\partial z^{[2](i)}} = \frac1m (a^{[2](i)} - y^{(i)})$$"
        r"$$\frac{\partial J}{\partial W^{[2]}} = \frac1m \sum_{i=1}^m (a^{[2](i)} - y^{(i)}) a^{[1](i)T}$$"
        r"$$\frac{\partial J}{\partial z^{[2](i)}} = a^{[2](i)} - y^{(i)}$$"
        r"$$\frac{\partial J}{\partial W^{[2]}} = \frac1m \sum_{i=1}^m (a^{[2](i)} - y^{(i)}) x^{(i)T}$$",
        ["proved", "proved", "refuted", "unread"],
    ),
    "layers of one example": (
        r"$$z^{[1](i)} = W^{[1]} x^{(i)} + b^{[1]}, a^{[1](i)} = \tanh(z^{[1](i)})$$"
        r"$$z^{[2](i)} = W^{[2]} a^{[1](i)} + b^{[2]}$$ $$\hat y^{(i)} = a^{[2](i)} = \sigma(z^{[2](i)})$$" + COST
        + r"$$\frac{\partial J}{\partial b^{[2]}} = \frac1m \sum_{i=1}^m (a^{[2](i)} - y^{(i)})$$"
        r"$$\frac{\partial J}{\partial b^{[2]}} = \sum_{i=1}^m (a^{[2](i)} - y^{(i)})$$"
        r"$$\frac{\partial J}{\partial z^{[1](i)}}"
        r" = W^{[2]T} \frac{\partial J}{\partial z^{[2](i)}} \odot (1 - (a^{[1](i)})^2)$$"
        r"$$\frac{\partial J}{\partial z^{[1](i)}} = W^{[2]T} \frac{\partial J}{\partial z^{[2](i)}}$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "calls of NumPy": (
        r"$$Z^{[1]} = np.dot(W^{[1]}, X) + b^{[1]}, A^{[1]} = \tanh(Z^{[1]})$$"
        r"$$Z^{[2]} = \mathrm{np.dot}(W^{[2]}, A^{[1]}) + b^{[2]}, A^{[2]} = \sigma(Z^{[2]})$$"
        r"$$J = -\frac1m \text{np.sum}(np.multiply(Y, np.log(A^{[2]})) + np.multiply(1 - Y, np.log(1 - A^{[2]})))$$"
        + STEPS + r"$$dZ^{[1]} = np.multiply(np.dot(W^{[2]T}, dZ^{[2]}), 1 - np.square(A^{[1]}))$$"
        r"$$dW^{[1]} = \frac1m np.dot(dZ^{[1]}, X)$$"
        r"$$dZ^{[1]} = np.multiply(np.dot(W^{[2]T}, dZ^{[2]}), 1 - A^{[1]})$$",
        ["proved", "proved", "proved", "proved", "refuted", "refuted"],
    ),
    "a sum over an axis of what is no matrix": (
        r"$x \in \mathbb{R}^n$ $$f = x^\top x$$ $$\nabla_x f = np.sum(x, axis=1)$$ $$f = np.sum(np.square(x))$$"
        r"$$f = np.sum(x)$$",
        ["unread", "proved"],
    ),
    "the prime of a layer's activation": (
        r"$$Z^{[1]} = W^{[1]} X + b^{[1]}, A^{[1]} = g^{[1]}(Z^{[1]})$$"
        r"$$Z^{[2]} = W^{[2]} A^{[1]}, J = \|Z^{[2]} - Y\|_F^2$$"
        r"$$dZ^{[1]} = W^{[2]T} dZ^{[2]} * g^{[1]'}(Z^{[1]})$$ $$dZ^{[1]} = W^{[2]T} dZ^{[2]} * {g^{[1]}}'(A^{[1]})$$",
        ["proved", "refuted"],
    ),
    "another name of what a chain ends in": (
        r"$$z = W x + b$$ $$\hat y = a = \sigma(z)$$ $$L = \|\hat y - y\|^2$$"
        r"$$\frac{\partial L}{\partial z} = 2 (a - y) \odot a \odot (1 - a)$$"
        r"$$\frac{\partial L}{\partial z} = 2 (a - y) \odot a$$",
        ["proved", "refuted"],
    ),
    "stars make another symbol": (
        r"$x, w \in \mathbb{R}^n$ $$y = w^\top x, L = (y - y^*)^2$$"
        r"$$\frac{\partial L}{\partial w} = 2 (y - y^\star) x$$"
        r"$$\frac{\partial L}{\partial w} = 2 y x$$ $$\frac{\partial L}{\partial y^{*}} = 2 (y^* - y)$$",
        ["proved", "refuted", "proved"],
    ),
    "a star above a matrix or a function may be an adjoint": (
        r"$x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$ $$g = x^\top A^* x$$ $$\nabla_x g = (A + A^\top) x$$"
        r"$$f = \|x\|^2$$ $$\nabla_x f = 2 x$$",
        ["unread", "proved"],
    ),
    "a loss of which the definition cannot be entered": (
        r"$x, w \in \mathbb{R}$ $$z = w x$$ $$L = \ell(z, I)$$"
        r"$$\frac{\partial \ell}{\partial w} = \frac{\partial \ell}{\partial z} x$$"
        r"$$\frac{dz}{dw} = x$$ $$\frac{dz}{dx} = w$$",
        ["unread", "proved", "proved"],
    ),
    "a sum over the steps before": (
        r"$x_t, w, u, b \in \mathbb{R}$, $h_0 = 0$ $$a_t = w h_{t-1} + u x_t + b, h_t = \tanh(a_t)$$"
        r"$$L = \sum_{t=1}^T h_t^2$$ Let $\delta_t = \frac{\partial L}{\partial a_t}$."
        r"$$\frac{\partial L}{\partial b} = \sum_t \delta_t$$ $$\frac{\partial L}{\partial b} = \sum_t \delta_{t-1}$$",
        ["proved", "refuted"],
    ),
}  # fmt: skip
MENDED = {
    "the cost by examples, the net by batches": ("missing_mean", r"np.sum"),
    "calls of NumPy": ("transpose", r"\top"),
    "a sum over the steps before": ("wrong_index", r"\sum_{t} \delta_{t}"),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read_as_people_mean_it(name):
    text, expected = FORMS[name]
    report = sb.verify(text + "\n")
    assert [c.verdict for c in report.claims] == expected


@pytest.mark.parametrize("name", MENDED)
def test_the_first_wrong_claim_of_a_form_is_mended(name):
    diagnosis, part = MENDED[name]
    wrong = next(c for c in sb.verify(FORMS[name][0] + "\n").claims if c.verdict == "refuted")
    assert wrong.diagnosis == diagnosis
    assert part in wrong.repair
