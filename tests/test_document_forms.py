"""Forms that real documents have: for each a document, and the verdicts of its claims in order.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

WX = r"$W \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $z = W x$. "
FORMS = {
    # -- values, words and conditions that define and claim nothing
    "a value of a conventional function": (
        r"$\sigma(0) = 0.5$ $\sigma(0) = 1$ $$f = \sigma(x)$$ $$\frac{df}{dx} = f(1-f)$$ $$\frac{df}{dx} = f$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "a value of a function that is defined": (
        r"$$f(x) = x^2$$ $f(1) = 1$, $f(2) = 3$ $$f'(x) = 2x$$ $$f'(x) = x$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "a value of what was defined as a symbol": (
        r"$x \in \mathbb{R}$ $$f(x) = x^2$$ $f(1) = 1$ $f(1)=2$ $$\frac{df}{dx} = 2x$$ $$\frac{df}{dx} = x$$",
        ["unread", "unread", "proved", "refuted"],
    ),
    "a value of an unknown function": (
        r"$f(1) = 3$ $$g = f(x)$$ $$\frac{dg}{dx} = f'(x)$$ $$\frac{dg}{dx} = f(x)$$",
        ["unread", "proved", "refuted"],
    ),
    "symbols with what they are called": (
        r"$x_i: \text{input}$, $w: \text{weight}$ $$y = w x$$ $$\frac{dy}{dw} = x$$ $$\frac{dy}{dw} = w$$",
        ["proved", "refuted"],
    ),
    "digits beside letters and below them": (
        r"$i_1 = 0.5$, $w_1 = 2$ $$y = w_1 \times i1 = 1$$ $$y = w1 i_1 = 2$$",
        ["proved", "proved", "refuted"],
    ),
    "a sign between the lines says where": (
        WX + r"The mask is 1 on units with $z > 0$, 1 si $z > 0$. Hence $z > 0$."
        r" $$L = z^\top z$$ $$\frac{\partial L}{\partial z} = 2z$$ $$\frac{\partial L}{\partial z} = z$$",
        ["refuted", "proved", "refuted"],
    ),
    "a case of an input is not assumed": (
        r"It is 1 if $z > 0$. $$f = |z|$$ $$\frac{df}{dz} = 1$$ $$\frac{df}{dz} = \operatorname{sign}(z)$$",
        ["refuted", "proved"],
    ),
    "a condition that begins a sentence is for what follows": (
        r"If $z > 0$, then $$f = |z|$$ $$\frac{df}{dz} = 1$$ $$\frac{df}{dz} = -1$$",
        ["proved", "refuted"],
    ),
    "* between different shapes may be a convolution": (
        r"$X \in \mathbb{R}^{m \times n}$, $K \in \mathbb{R}^{p \times q}$ $$L = \operatorname{tr}(X^\top X)$$"
        r"$$\nabla_X L = K \ast X$$ $$\nabla_X L = X + X$$ $$\nabla_X L = X * X$$",
        ["unread", "proved", "refuted"],
    ),
    # -- what the words beside a matrix say
    "for a symmetric matrix, until words say the opposite": (
        r"Let $x \in \mathbb{R}^n$. For a symmetric matrix $A$: $$f = x^\top A x$$ $$\nabla_x f = 2 A x$$"
        r"$$\nabla_x f = A x$$ If $A$ is not symmetric, $\nabla_x f = (A + A^\top) x$ and $\nabla_x f = 2 A x$.",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "if it is symmetric, for one display": (
        r"$x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$ $$f = x^\top A x$$ If $A$ is symmetric, then"
        r" $$\nabla_x f = 2 A x$$ In general $$\nabla_x f = 2 A x$$ $$\nabla_x f = A x + A^\top x$$",
        ["proved", "refuted", "proved"],
    ),
    "a symmetric matrix in Spanish, after a heading no more": (
        r"Sea $x \in \mathbb{R}^n$ y $A \in \mathbb{R}^{n \times n}$. Para una matriz simétrica $A$: $$f = x^\top A x$$"
        "$$\\nabla_x f = 2 A x$$ \n\n# Otra\n\n$$\\nabla_x f = 2 A x$$",
        ["proved", "refuted"],
    ),
    "let it be positive definite": (
        r"Let $S \in \mathbb{R}^{n \times n}$ be positive definite and $x \in \mathbb{R}^n$. $$f = x^\top S^{-1} x$$"
        r"$$\nabla_x f = 2 S^{-1} x$$ $$\nabla_x f = S^{-1} x$$",
        ["proved", "refuted"],
    ),
    "a declared matrix that is called square later": (
        r"$X \in \mathbb{R}^{m \times n}$ $$\nabla_X \operatorname{tr}(X^\top X) = 2 X$$"
        r" For a square invertible matrix $X$: $$\nabla_X \ln \det(X) = X^{-\top}$$ $$\nabla_X \ln \det(X) = X^{-1}$$",
        ["proved", "proved", "refuted"],
    ),
    "an undeclared matrix of another shape in another line": (
        r"$X \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$ $$f = x^\top A x, g = \sum_i A_{ii}$$"
        r"$\nabla_X \operatorname{tr}(A X) = A^\top$, $\nabla_X \operatorname{tr}(A X) = A$,"
        r" $\nabla_X \operatorname{tr}(X A X) = A$",
        ["proved", "refuted", "unread"],
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read_as_people_mean_it(name):
    text, expected = FORMS[name]
    report = sb.verify(text + "\n")
    assert [c.verdict for c in report.claims] == expected
