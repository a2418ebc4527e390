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
BELOW = r"Each layer: $$z_l = W_l a_{l-1} + b_l$$ $$a_l = \sigma(z_l)$$ $$C = \frac12 \|a_L - y\|^2$$"
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
    "layers as subscripts": (
        BELOW + r"$$\delta_l = \frac{\partial C}{\partial z_l}$$"
        r"$$\delta_l = (W_{l+1}^T \delta_{l+1}) \odot \sigma'(z_l)$$"
        r"$$\delta_l = (W_{l+1} \delta_{l+1}) \odot \sigma'(z_l)$$"
        r"$$\frac{\partial C}{\partial W_l} = \delta_l a_{l-1}^T$$ $$\frac{\partial C}{\partial W_l} = \delta_l a_l^T$$"
        r"$$\frac{\partial C}{\partial (W_l)_{jk}} = (\delta_l)_j (a_{l-1})_k$$"
        r"$$\frac{\partial C}{\partial (W_l)_{jk}} = (\delta_l)_k (a_{l-1})_j$$",
        ["proved", "refuted", "proved", "refuted", "proved", "refuted"],
    ),
    "subscripts of units are no layers": (
        r"A layer has units $l$: $$z_l = \sum_k w_{lk} x_k, \quad a_l = z_l + z_{l-1}$$"
        r"$$\frac{\partial z_l}{\partial x_k} = w_{lk}$$ $$\frac{\partial z_l}{\partial x_k} = 2 w_{lk}$$",
        ["proved", "refuted"],
    ),
    "sizes with the number of a layer stay sizes": (
        r"The layers: $W_l \in \mathbb{R}^{n_l \times n_{l-1}}, b_l \in \mathbb{R}^{n_l}$ $$z_l = W_l a_{l-1} + b_l$$"
        r"$$a_l = \tanh(z_l)$$ $$\frac{\partial E}{\partial a_{l-1}} = W_l^T \frac{\partial E}{\partial z_l}$$"
        r"$$\frac{\partial E}{\partial a_{l-1}} = W_l \frac{\partial E}{\partial z_l}$$",
        ["proved", "refuted"],
    ),
    "an activation of each layer": (
        r"$$z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}$$ $$a^{[l]} = g^{[l]}(z^{[l]})$$"
        r"$$\frac{\partial E}{\partial z^{[l]}} = \frac{\partial E}{\partial a^{[l]}} \odot g'^{[l]}(z^{[l]})$$"
        r"$$\frac{\partial E}{\partial z^{[l]}} = \frac{\partial E}{\partial a^{[l]}} \odot g^{[l]}(z^{[l]})$$"
        r"$$\frac{\partial E}{\partial z^{[l]}} = \frac{\partial E}{\partial a^{[l]}} \odot g'^{[l-1]}(z^{[l]})$$",
        ["proved", "refuted", "refuted"],
    ),
    "an activation of each layer, with its number below": (
        r"In each layer $$a_l = \sigma_l(W_l a_{l-1} + b_l)$$"
        r"$$\frac{\partial E}{\partial b_l} = \frac{\partial E}{\partial a_l} \odot \sigma_l'(W_l a_{l-1} + b_l)$$"
        r"$$\frac{\partial E}{\partial b_l} = \frac{\partial E}{\partial a_l} \odot \sigma_l(W_l a_{l-1} + b_l)$$",
        ["proved", "refuted"],
    ),
    "without brackets what layers of any sizes conform with": (
        VECTORS + r"$$\delta^l = \frac{\partial C}{\partial z^l}$$"
        r"$$\delta^l = (W^{l+1})^T \delta^{l+1} \odot \sigma'(z^l)$$"
        r"$$\delta^l = (W^{l+1})^T \delta^{l+1} \odot \sigma(z^l)$$"
        r"$$\delta^l = W^{l+1} \delta^{l+1} \odot \sigma'(z^l)$$",
        ["proved", "refuted", "refuted"],
    ),
    "without brackets two readings of layers of one size": (
        r"$W^l \in \mathbb{R}^{n \times n}, b^l \in \mathbb{R}^n, a^0 \in \mathbb{R}^n$"
        + VECTORS
        + r"$$\frac{\partial C}{\partial z^l} = (W^{l+1})^T \frac{\partial C}{\partial z^{l+1}} \odot \sigma'(z^l)$$",
        ["unread"],
    ),
    "what is written out before it has a name": (
        r"$$a^l = \sigma(w^l a^{l-1} + b^l)$$ Let $z^l = w^l a^{l-1} + b^l$."
        r"$$\delta^l = \frac{\partial C}{\partial z^l}$$"
        r"$$\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)$$"
        r"$$\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(a^l)$$"
        r"$$\frac{\partial C}{\partial b^l} = \delta^l$$ $$\frac{\partial C}{\partial b^l} = 2 \delta^l$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "units that are written out before they have a name": (
        r"$$a_j^l = \sigma(\sum_k w_{jk}^l a_k^{l-1} + b_j^l)$$ with $z_j^l = \sum_k w_{jk}^l a_k^{l-1} + b_j^l$."
        r"$$\delta_j^l = \frac{\partial C}{\partial z_j^l}$$"
        r"$$\delta_j^l = \sum_k w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_j^l)$$"
        r"$$\delta_j^l = \sum_k w_{kj}^{l+1} \delta_k^{l+1} \sigma'(z_k^l)$$",
        ["proved", "refuted"],
    ),
    "a cost that stands before the layers": (
        SQUARE + r"$$a^l = \sigma(w^l a^{l-1} + b^l)$$ and $z^l = w^l a^{l-1} + b^l$." + OF_L,
        ["proved", "refuted"],
    ),
    "a cost of two arguments, at any layer": (
        BRACKETS + r"$$\delta^{[l]} = \frac{\partial \ell(\hat y, y)}{\partial z^{[l]}}$$"
        r"$$\frac{\partial \ell(\hat y, y)}{\partial W^{[l]}} = \delta^{[l]} (a^{[l-1]})^T$$"
        r"$$\frac{\partial \ell(\hat y, y)}{\partial W^{[l]}} = \delta^{[l]} (a^{[l]})^T$$"
        r"$$\delta^{[l]} = ((W^{[l+1]})^T \delta^{[l+1]}) \odot \sigma'(z^{[l]})$$",
        ["proved", "refuted", "proved"],
    ),
    "a cost of something that no layer puts out proves nothing": (
        BRACKETS + r"$$q = V x, \quad E = \ell(q, y)$$"
        r"$$\frac{\partial \ell(q, y)}{\partial z^{[L]}} = 7 \frac{\partial \ell(q, y)}{\partial b^{[L]}}$$",
        ["unread"],
    ),
    "a cost of two arguments, at the last layer": (
        BRACKETS + r"$$\hat y = a^{[L]}, \quad E = \ell(\hat y, y)$$"
        r"$$\frac{\partial \ell(\hat y, y)}{\partial b^{[L]}}"
        r" = \frac{\partial \ell(\hat y, y)}{\partial a^{[L]}} \odot \sigma'(z^{[L]})$$"
        r"$$\frac{\partial \ell(\hat y, y)}{\partial b^{[L]}}"
        r" = \frac{\partial \ell(\hat y, y)}{\partial a^{[L]}} \odot \sigma(z^{[L]})$$",
        ["proved", "refuted"],
    ),
    "a word for what a symbol is": (
        r"$$\delta^L = error \quad C = \text{cost}$$" + VECTORS + r"$$\delta^l = \frac{\partial C}{\partial z^l}$$"
        r"$$\frac{\partial C}{\partial b^l} = \delta^l$$ $$\frac{\partial C}{\partial b^l} = 2 \delta^l$$",
        ["proved", "refuted"],
    ),
    "a word that stands for a symbol": (
        r"$$C = cost \quad cost = w^2$$ $$\frac{\partial C}{\partial w} = 2 w$$ $$\frac{\partial C}{\partial w} = w$$",
        ["proved", "refuted"],
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
