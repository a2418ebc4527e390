"""Worked examples in numbers: what is rounded agrees, what is wrong is refuted, entry by entry.

Of every form one claim is right and one is wrong.
"""

import pytest

import symbackprop as sb

ARRAY = (
    r"$$x = \begin{bmatrix} 1 \\ 3 \end{bmatrix}$$ $$W = \begin{bmatrix} 0.5 & 1 \\ -1 & 0.25 \end{bmatrix}$$"
    r"$$z = W x$$"
)
UNITS = "# One unit\n\n" r"$$z = w x$$ $$a = \tanh(z)$$" "\n\n# Two units\n\n"
TWO = r"$x = 0.5$, $w^1 = 2$, $w^2 = 3$. $$z^1 = w^1 x$$ $$a^1 = \sigma(z^1)$$ $$z^2 = w^2 a^1$$ $$a^2 = \sigma(z^2)$$"
FORMS = {
    "a vector of rounded numbers": (
        ARRAY + r"$$a = \sigma(z) = \begin{bmatrix} 0.9707 \\ 0.4378 \end{bmatrix}$$"
        r"$$b = \sigma(z) = \begin{bmatrix} 0.9707 \\ 0.9378 \end{bmatrix}$$"
        r"$$c = \sigma(z) = \begin{bmatrix} 0.1707 \\ 0.4378 \end{bmatrix}$$",
        ["agrees", "refuted", "refuted"],
    ),
    "a vector of which one number is rounded more than it says": (
        ARRAY + r"$$a = \sigma(z) = \begin{bmatrix} 0.9707 \\ 0.4400 \end{bmatrix}$$",
        ["unread"],
    ),
    "the symbol of a layer that stands alone, after the letter stood alone": (
        UNITS + TWO + r"$$a^2 = 0.8950$$ $$1 - a^2 = 0.1004$$ $$1 - a^2 = 0.9$$",
        ["unread", "agrees", "refuted"],
    ),
    "a power where the letter stands alone again": (
        UNITS + TWO + r"$$1 - a^2 = 0.9$$ $$a = 0.5$$",
        ["unread"],
    ),
    "a number of terms that is given after what holds for any": (
        r"$$J = \frac{1}{m} \sum_{i=1}^m (w x_i - y_i)^2$$"
        r"$$\frac{\partial J}{\partial w} = \frac{2}{m} \sum_{i=1}^m (w x_i - y_i) x_i$$"
        r"$$\frac{\partial J}{\partial w} = \frac{1}{m} \sum_{i=1}^m (w x_i - y_i) x_i$$ $$m = 3$$"
        r"$$\frac{\partial J}{\partial w} = \frac{2}{3} \sum_{i=1}^m (w x_i - y_i) x_i$$",
        ["proved", "refuted", "unread"],
    ),
    "a matrix of numbers after a text about any examples, and parameters by the names of their entries": (
        r"$$\theta = [\theta_0, \theta_1, \dots]$$ $$J = \frac{1}{m} \sum_{i=1}^m (\theta^T x^{(i)} - y^{(i)})^2$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \frac{2}{m} \sum_{i=1}^m (\theta^T x^{(i)} - y^{(i)}) x_j^{(i)}$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \frac{1}{m} \sum_{i=1}^m (\theta^T x^{(i)} - y^{(i)}) x_j^{(i)}$$"
        r"$$X = \begin{bmatrix} 1 & 5 \\ 1 & 2 \end{bmatrix}$$",
        ["proved", "refuted"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_numbers_are_compared(form: str) -> None:
    text, verdicts = FORMS[form]
    assert [c.verdict for c in sb.verify(text).claims] == verdicts
