"""Documents that write wholes by their entries: for each a document, and the verdicts of its claims in order.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

SQUARES = r"Let $x, y \in \mathbb{R}^{N \times D}$, $L = \frac{1}{N} \sum_{i,j} (x_{ij} - y_{ij})^2$. "
FORMS = {
    "brackets with the subscripts of what they hold are the whole": (
        SQUARES + r"$$\frac{\partial L}{\partial x} = \left(\frac{2}{N} (x_{ij} - y_{ij})\right)_{ij}$$"
        r"$$\frac{\partial L}{\partial x} = \left(\frac{1}{N} (x_{ij} - y_{ij})\right)_{ij}$$",
        ["proved", "refuted"],
    ),
    "so they are of derivatives by entries": (
        SQUARES + r"$$\frac{\partial L}{\partial x} = \left[\frac{\partial L}{\partial x_{ij}}\right]_{i,j}$$"
        r"$$\frac{\partial L}{\partial x} = \left[\frac{1}{N}\frac{\partial}{\partial x_{ij}}"
        r" \sum_{i,j} (x_{ij} - y_{ij})^2\right]_{ij}$$"
        r"$$\frac{\partial L}{\partial x} = \left[\frac{\partial L}{\partial y_{ij}}\right]_{i,j}$$",
        ["proved", "proved", "refuted"],
    ),
    "in the order of the subscripts outside": (
        SQUARES + r"$$\frac{\partial L}{\partial x}^\top = \left(\frac{2}{N} (x_{ij} - y_{ij})\right)_{ji}$$"
        r"$$\frac{\partial L}{\partial x} = \left(\frac{2}{N} (x_{ij} - y_{ij})\right)_{ji}$$",
        ["proved", "refuted"],
    ),
    "an entry beside an entry": (
        SQUARES + r"$$\frac{\partial L}{\partial x_{ij}} = \left(\frac{2}{N} (x_{ij} - y_{ij})\right)_{ij}$$"
        r"$$\frac{\partial L}{\partial x_{ij}} = \left(\frac{2}{N} (x - y)\right)_{ij}$$"
        r"$$\frac{\partial L}{\partial x_{ij}} = \left(2 (x - y)\right)_{ij}$$",
        ["proved", "proved", "refuted"],
    ),
    "a subscript below a number is an entry of what has that number": (
        r"Let $z_1 = W_1 x$, $a_1 = \tanh(z_1)$, $z_2 = W_2 a_1$ and $C = \sum_j z_{2_j}^2$, where"
        r" $W_1 \in \mathbb{R}^{m \times n}$, $W_2 \in \mathbb{R}^{k \times m}$, $x \in \mathbb{R}^n$."
        r"$$\frac{\partial C}{\partial z_{2_j}} = 2 z_{2_j}$$ $$\frac{\partial C}{\partial z_{2_j}} = z_{2_j}$$"
        r"$$\frac{\partial C}{\partial W_{2_{ij}}} = \frac{\partial C}{\partial z_{2_i}} a_{1_j}$$"
        r"$$\frac{\partial C}{\partial W_{2_{ij}}} = \frac{\partial C}{\partial z_{2_j}} a_{1_i}$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "a definition by entries": (
        r"Let $a \in \mathbb{R}^m$, $b \in \mathbb{R}^n$. $$A = \left(a_i b_j\right)_{ij}$$ $$C = \sum_{i,j} A_{ij}^2$$"
        r"$$A = a b^\top$$ $$\frac{\partial C}{\partial A} = 2 a b^\top$$ $$\frac{\partial C}{\partial A} = a b^\top$$",
        ["proved", "proved", "refuted"],
    ),
    "an entry of the value of a function, below its argument": (
        r"$$S(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$"
        r"$$\frac{\partial S(z)_i}{\partial z_i} = S(z)_i (1 - S(z)_i)$$"
        r"$$\frac{\partial S(z)_i}{\partial z_j} = -S(z)_i S(z)_j, \quad i \neq j$$"
        r"$$\frac{\partial S(z)_i}{\partial z_j} = S(z)_i S(z)_j, \quad i \neq j$$",
        ["proved", "proved", "refuted"],
    ),
    "an entry of what is defined as a whole, and a factor beside the entry of a letter": (
        r"The softmax is $\phi(z) = \frac{e^z}{\sum_j e^{z_j}}$ for $z \in \mathbb{R}^d$. $$g = \lambda (z)_1$$"
        r"$$\frac{\partial \phi(z)_i}{\partial z_i} = \phi(z)_i (1 - \phi(z)_i)$$"
        r"$$\frac{\partial \phi(z)_i}{\partial z_i} = \phi(z)_i (1 + \phi(z)_i)$$ $$\frac{dg}{d\lambda} = z_1$$",
        ["proved", "refuted", "proved"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_form_is_read(form: str) -> None:
    document, verdicts = FORMS[form]
    assert [c.verdict for c in sb.verify(document).claims] == verdicts
