"""Documents whose layers nothing declares, with a cost of the last one: for each the verdicts of its claims.

Of every form something right stands beside something wrong. What a cost that could not be read, or that reads weights
itself, says of a layer is neither proved nor refuted.
"""

import pytest

import symbackprop as sb

VECTORS = r"$$z^l = W^l a^{l-1} + b^l$$ $$a^l = \sigma(z^l)$$"
UNITS = r"$$z_j^l = \sum_k w_{jk}^l a_k^{l-1} + b_j^l$$ $$a_j^l = \sigma(z_j^l)$$"
BRACKETS = r"$$z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}, \quad a^{[l]} = \sigma(z^{[l]})$$"
SQUARE = r"$$C = \frac12 \|a^L - y\|^2$$"
PENALTY = r"$$C = \frac12 \|a^L - y\|^2 + \frac\lambda2 \sum_{l} \|W^l\|^2$$"
OF_L = (
    r"$$\frac{\partial C}{\partial z^L} = (a^L - y) \odot \sigma'(z^L)$$"
    r"$$\frac{\partial C}{\partial z^L} = (y - a^L) \odot \sigma'(z^L)$$"
)
FORMS = {
    "the last layer, by its cost": (
        VECTORS + SQUARE + OF_L + r"$$\frac{\partial C}{\partial W^L} = \frac{\partial C}{\partial z^L} (a^{L-1})^T$$"
        r"$$\frac{\partial C}{\partial W^L} = 2 \frac{\partial C}{\partial z^L} (a^{L-1})^T$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "the layers below the last": (
        VECTORS + SQUARE + r"$$\frac{\partial C}{\partial z^{L-1}} = ((W^L)^T \frac{\partial C}{\partial z^L})"
        r" \odot \sigma'(z^{L-1})$$"
        r"$$\frac{\partial C}{\partial z^{L-1}} = ((W^L)^T \frac{\partial C}{\partial z^L}) \odot \sigma'(z^L)$$"
        r"$$\frac{\partial C}{\partial z^{L-1}} = (W^L \frac{\partial C}{\partial z^L}) \odot \sigma'(z^{L-1})$$"
        r"$$\frac{\partial C}{\partial W^{L-1}} = \frac{\partial C}{\partial z^{L-1}} (a^{L-2})^T$$",
        ["proved", "unread", "refuted", "proved"],  # the second does not fit shapes that nobody declares
    ),
    "any layer, by a cost of the last": (
        VECTORS + SQUARE + r"$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$ $$\delta^l = \frac{\partial C}{\partial z^l}$$"
        r"$$\delta^l = ((W^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$$"
        r"$$\delta^l = ((W^{l+1})^T \delta^{l+1}) \odot \sigma'(z^{l+1})$$"
        r"$$\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T$$"
        r"$$\frac{\partial C}{\partial W^l} = \delta^l (a^l)^T$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "unit by unit": (
        UNITS + r"$$C = \frac12 \sum_j (a_j^L - y_j)^2$$ $$\frac{\partial C}{\partial a_j^L} = a_j^L - y_j$$"
        r"$$\frac{\partial C}{\partial a_j^L} = 2 (a_j^L - y_j)$$"
        r"$$\frac{\partial C}{\partial a_k^{L-1}} = \sum_j (a_j^L - y_j) \sigma'(z_j^L) w_{jk}^L$$"
        r"$$\frac{\partial C}{\partial a_k^{L-1}} = (a_j^L - y_j) \sigma'(z_j^L) w_{jk}^L$$"
        r"$$\frac{\partial C}{\partial w_{jk}^l} = \frac{\partial C}{\partial z_j^l} a_k^{l-1}$$"
        r"$$\frac{\partial C}{\partial w_{jk}^l} = \frac{\partial C}{\partial z_j^l} a_k^l$$",
        ["proved", "refuted", "proved", "refuted", "proved", "refuted"],
    ),
    "a number of layers": (
        BRACKETS + r"$$C = \frac12 \|a^{[3]} - y\|^2$$"
        r"$$\frac{\partial C}{\partial z^{[3]}} = (a^{[3]} - y) \odot \sigma'(z^{[3]})$$"
        r"$$\frac{\partial C}{\partial b^{[1]}} = (W^{[2]T} \nabla_{z^{[2]}} C) \odot \sigma'(z^{[1]})$$"
        r"$$\frac{\partial C}{\partial b^{[1]}} = (W^{[2]T} \nabla_{z^{[2]}} C) \odot \sigma(z^{[1]})$$",
        ["proved", "proved", "refuted"],
    ),
    "a cost with its parameters": (
        BRACKETS + r"$$J(W, b) = \frac12 \|a^{[L]} - y\|^2$$"
        r"$$\delta^{[L]} = \frac{\partial J(W, b)}{\partial z^{[L]}} = (a^{[L]} - y) \odot \sigma'(z^{[L]})$$"
        r"$$\frac{\partial J(W, b)}{\partial W^{[l]}} = \frac{\partial J(W, b)}{\partial z^{[l]}} a^{[l-1]T}$$"
        r"$$\frac{\partial J(W, b)}{\partial W^{[l]}} = \frac{\partial J(W, b)}{\partial z^{[l]}} a^{[l]T}$$",
        ["proved", "proved", "refuted"],
    ),
    "a penalty that cannot be read is one of the weights": (
        VECTORS + PENALTY + r"$$\frac{\partial C}{\partial W^l} = \frac{\partial C}{\partial z^l} (a^{l-1})^T$$"
        r"$$\frac{\partial C}{\partial b^l} = \frac{\partial C}{\partial z^l}$$",
        ["unread", "proved"],
    ),
    "a penalty of the last weights": (
        VECTORS + r"$$C = \frac12 \|a^L - y\|^2 + \frac\lambda2 \|W^L\|^2$$"
        r"$$\frac{\partial C}{\partial W^l} = \frac{\partial C}{\partial z^l} (a^{l-1})^T$$"
        r"$$\frac{\partial C}{\partial W^L} = \frac{\partial C}{\partial z^L} (a^{L-1})^T$$"
        r"$$\frac{\partial C}{\partial W^L} = \frac{\partial C}{\partial z^L} (a^{L-1})^T + \lambda W^L$$",
        ["unread", "refuted", "proved"],
    ),
    "a cost of two layers": (
        VECTORS + r"$$C = \frac12 \|a^L - y\|^2 + \|a^{L-1}\|^2$$"
        r"$$\frac{\partial C}{\partial z^l} = ((W^{l+1})^T \frac{\partial C}{\partial z^{l+1}}) \odot \sigma'(z^l)$$",
        ["unread"],
    ),
    "dW of a cost that cannot be read": (
        BRACKETS + r"$$J = \frac1m \sum_q |a^{[L]}_q| + \frac\lambda{2m} \sum_l \|W^{[l]}\|^2$$"
        r"$$dW^{[l]} = dz^{[l]} a^{[l-1]T}$$ $$db^{[l]} = dz^{[l]}$$",
        ["unread", "proved"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_form_is_read(form: str) -> None:
    document, verdicts = FORMS[form]
    assert [c.verdict for c in sb.verify(document).claims] == verdicts
