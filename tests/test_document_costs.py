"""Costs that are written for one unit, of a layer that nobody says to have one: for each the verdicts of its claims.

What is proved holds for any number of units over which the cost is summed, so for one too; what is wrong of one is
refuted, and nothing else.
"""

import pytest

import symbackprop as sb

NET = (
    r"$$h = \tanh(V x + c)$$ $$s = W h + b$$ $$p = \sigma(s)$$"
    r"$$\mathcal{L}(p, t) = -\left(t \log p + (1 - t) \log(1 - p)\right)$$"
)
LAYERS = r"$$z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}$$ $$a^{[l]} = g^{[l]}(z^{[l]})$$"
ENTROPY = r"$$\mathcal{L}(a^{[L]}, y) = -[y \ln a^{[L]} + (1 - y) \ln(1 - a^{[L]})]$$"
SQUARE = r"$$u = A v + b$$ $$E = (u - t)^2$$"
FORMS = {
    "the entropy of a layer in d-notation": (
        NET + r"$$ds = p - t$$ $$dW = ds\, h^\top$$ $$dh = W^\top ds$$ $$db = ds$$"
        r"$$ds = t - p$$ $$db = 2 ds$$ $$dh = -W^\top ds$$",
        ["proved"] * 4 + ["refuted"] * 3,
    ),
    "the entropy before the layers": (
        r"$$L(\hat y, y) = -(y \log \hat y + (1 - y) \log(1 - \hat y))$$"
        r"$$z = W x + b$$ $$\hat y = \sigma(z)$$ $$dz = \hat y - y$$ $$dW = dz\, x^\top$$ $$dz = \hat y + y$$",
        ["proved", "proved", "refuted"],
    ),
    "the entropy of the last layer": (
        LAYERS + ENTROPY + r"$$\frac{\partial \mathcal{L}}{\partial a^{[L]}} = -\frac{y}{a^{[L]}}"
        r" + \frac{1 - y}{1 - a^{[L]}}$$"
        r"$$\frac{\partial \mathcal{L}}{\partial a^{[L]}} = \frac{y}{a^{[L]}} + \frac{1 - y}{1 - a^{[L]}}$$"
        r"$$\frac{\partial \mathcal{L}}{\partial W^{[l]}} = \frac{\partial \mathcal{L}}{\partial z^{[l]}} a^{[l-1]T}$$",
        ["proved", "refuted", "proved"],
    ),
    "the output named at the end of a chain": (
        r"$$s = W h + b$$ $$p = \sigma(s) = \hat y$$ $$L = -(t \log \hat y + (1 - t) \log(1 - \hat y))$$"
        r"$$\frac{\partial L}{\partial s} = \hat y - t$$ $$\frac{\partial L}{\partial s} = p - t$$"
        r"$$\frac{\partial L}{\partial W} = \frac{\partial L}{\partial s} h^\top$$"
        r"$$\frac{\partial L}{\partial s} = p + t$$",
        ["proved", "proved", "proved", "proved", "refuted"],
    ),
    "slopes without a sign between them, in d-notation": (
        r"$$s = W h + b$$ $$p = \sigma(s)$$ $$J = (p - t)^2$$ $$dW = ds\, h^\top$$ $$db = 2 (p - t) p (1 - p)$$"
        r"$$db = (p - t) p (1 - p)$$",
        ["proved", "proved", "unread"],
    ),
    "a square without bars": (
        SQUARE + r"$$\frac{\partial E}{\partial u} = 2 (u - t)$$"
        r"$$\frac{\partial E}{\partial A} = \frac{\partial E}{\partial u} v^\top$$"
        r"$$\frac{\partial E}{\partial v} = A^\top \frac{\partial E}{\partial u}$$"
        r"$$\frac{\partial E}{\partial u} = u - t$$"
        r"$$\frac{\partial E}{\partial v} = 2 A^\top \frac{\partial E}{\partial u}$$",
        ["proved", "proved", "proved", "refuted", "refuted"],
    ),
    "a number comes before a sum": (
        r"$$u = w^\top v + b$$ $$E = (u - t)^2$$ $$\frac{\partial E}{\partial w} = 2 (u - t) v$$"
        r"$$\frac{\partial E}{\partial b} = 2 (u - t)$$ $$\frac{\partial E}{\partial b} = u - t$$",
        ["proved", "proved", "refuted"],
    ),
    "wrong of several units alone": (
        SQUARE + r"$$\frac{\partial E}{\partial u} = 2 \mathbf{1} \mathbf{1}^\top (u - t)$$",
        ["unread"],
    ),
    "what is declared a vector is no cost of one unit": (
        r"Let $x, t \in \mathbb{R}^n$. $$E = (x - t)^2$$"
        r"$$\frac{\partial E}{\partial x} = 2 \operatorname{diag}(x - t)$$"
        r"$$\frac{\partial E}{\partial x} = 3 \operatorname{diag}(x - t)$$",
        ["proved", "refuted"],
    ),
    "a matrix with the letter of a cost, and its own upstream": (
        r"$$C = A x$$ $$dx = A^\top dC$$ $$dA = dC\, x^\top$$ $$dx = 2 A^\top dC$$",
        ["proved", "proved", "refuted"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_verdicts(form):
    """A document's claims, in order."""
    text, expected = FORMS[form]
    assert [c.verdict for c in sb.verify(text).claims] == expected


def test_said():
    """The report says how such a cost is read."""
    notes = sb.verify(NET + r"$$dW = ds\, h^\top$$").notes
    assert "L is read as the sum over all units of what is written for each" in notes
