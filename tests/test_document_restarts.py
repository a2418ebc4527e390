"""Documents in which a second example begins and speaks of a cost that only the first one states.

Of every form one claim is right and one is wrong. What is right with what the cost may be in the new example is proved
and says so; what is wrong stays unread, since the new example does not state the cost.
"""

import pytest

import symbackprop as sb

UNIT = (
    "# One unit\n\n"
    r"$$z = w x + b$$ $$a = \sigma(z)$$ "
    r"$$L(a, y) = \frac{1}{2} (a - y)^2$$ $$\frac{\partial L}{\partial w} = (a - y) \sigma'(z) x$$"
)
NET = (
    "\n\n# Two layers\n\n"
    r"$x \in \mathbb{R}^4$, $a^1 \in \mathbb{R}^5$, $W^1 \in \mathbb{R}^{5 \times 4}$. "
    r"$$z^1 = W^1 x + b^1$$ $$a^1 = \tanh(z^1)$$ $$z^2 = W^2 a^1 + b^2$$ $$a^2 = \sigma(z^2)$$"
)
ONE = NET.replace(". ", r", $W^2 \in \mathbb{R}^{1 \times 5}$, $a^2 \in \mathbb{R}^1$. ", 1)
MANY = NET.replace(". ", r", $W^2 \in \mathbb{R}^{3 \times 5}$, $a^2 \in \mathbb{R}^3$. ", 1)
FUNCTION, ANY, FORMULA = "the same function of a_2", "any function of a_2", "the same formula"
UNSAID = "began a new example"
PART = "which as it is defined does not depend on"
OFF = "does not go through"
BOTH = "may have u in it or not"
FORMS = {
    "one input in examples of its own": (
        r"Let $A, B \in \mathbb{R}^{p \times p}$ and $H = A B$."
        r"$$\frac{\partial L}{\partial A} = \frac{\partial L}{\partial H} B^\top$$"
        r"Let $X, W \in \mathbb{R}^{n \times m}$ and $u = X\mathbf{1_m}$."
        r"$$\frac{\partial L}{\partial X} = \frac{\partial L}{\partial u} \mathbf{1_m^T}$$ Let $Y = X \odot W$."
        r"$$\frac{\partial L}{\partial X} = \frac{\partial L}{\partial Y} \odot W$$",
        [None, None, BOTH],
    ),
    "a letter with another shape at the end of a chain": (
        r"Let $Y = W X$ where $W \in \mathbb{R}^{n \times m}$ and $X \in \mathbb{R}^{m \times n}$."
        r"$$\frac{\partial L}{\partial X} = W^\top \frac{\partial L}{\partial Y}$$"
        r"$$W = Q K^\top \in \mathbb{R}^{n \times n}$$ $$C = \tanh(W)$$"
        r"$$\frac{\partial L}{\partial K} = \frac{\partial L}{\partial W}^\top Q$$",
        [None, None],
    ),
    "a part of which the cost knows nothing": (
        r"$$q_i = \tanh(u_i)$$ $$L = \sum_i q_i^2$$ $$\frac{\partial L}{\partial u_k} = 2 q_k (1 - q_k^2)$$"
        r"$$H = A B$$ $$\frac{\partial L}{\partial B} = A^\top \frac{\partial L}{\partial H}$$"
        r"$$\frac{\partial L}{\partial B} = 2 A^\top \frac{\partial L}{\partial H}$$ $$dA = dH B^\top$$",
        [None, PART, OFF, None],
    ),
    "the same function of the last layer": (
        UNIT + ONE + r"$$\delta^2 = (a^2 - y) \sigma'(z^2)$$"
        r"$$\frac{\partial L}{\partial W^2} = \delta^2 (a^1)^T$$ $$\frac{\partial L}{\partial b^2} = \delta^2$$"
        r"$$\frac{\partial L}{\partial b^2} = 2 \delta^2$$ $$\frac{\partial L}{\partial W^2} = z^2 (a^1)^T$$",
        [None, FUNCTION, FUNCTION, UNSAID, UNSAID],
    ),
    "an error with the wrong sign": (
        UNIT + ONE + r"$$\delta^2 = (y - a^2) \sigma'(z^2)$$ $$\frac{\partial L}{\partial b^2} = \delta^2$$",
        [None, UNSAID],
    ),
    "any function of a last layer of several units": (
        UNIT + MANY + r"$$\frac{\partial L}{\partial W^2} = \frac{\partial L}{\partial z^2} (a^1)^T$$"
        r"$$\frac{\partial L}{\partial W^2} = 2 \frac{\partial L}{\partial z^2} (a^1)^T$$"
        r"$$\frac{\partial L}{\partial a^1} = (W^2)^T \frac{\partial L}{\partial z^2}$$"
        r"$$\frac{\partial L}{\partial a^1} = W^2 \frac{\partial L}{\partial z^2}$$",
        [None, ANY, UNSAID, ANY, UNSAID],
    ),
    "a penalty of the weights is no function of the outputs": (
        UNIT.replace("L(a, y)", "L").replace(r"(a - y)^2$$", r"(a - y)^2 + \frac12 w^2$$").replace("x$$", "x + w$$")
        + MANY
        + r"$$\frac{\partial L}{\partial W^2} = \frac{\partial L}{\partial z^2} (a^1)^T$$",
        [None, UNSAID],
    ),
    "a formula of which every letter is defined again": (
        UNIT + "\n\n# Another input\n\n"
        r"$$z = w x^2$$ $$\frac{\partial L}{\partial w} = (a - y) \sigma'(z) x^2$$"
        r"$$\frac{\partial L}{\partial w} = (a - y) \sigma'(z) x$$ $$\frac{\partial a}{\partial w} = \sigma'(z) x^2$$"
        r"$$\frac{\partial a}{\partial w} = \sigma'(z) w^2$$",
        [None, FORMULA, UNSAID, FORMULA, UNSAID],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_claims_of_a_new_example_say_what_they_were_taken_of(form: str) -> None:
    text, expected = FORMS[form]
    claims = sb.verify(text).claims
    assert len(claims) == len(expected)
    for claim, said in zip(claims, expected, strict=True):
        if said in (UNSAID, OFF, BOTH):
            assert claim.verdict == "unread" and said in claim.reason
        else:
            taken = [n for n in claim.notes if "is taken" in n]
            assert claim.verdict == "proved" and len(taken) == (said is not None)
            assert said is None or said in taken[0]


ERROR = (
    r"Let $z = W h + b$, $p = \mathrm{softmax}(z)$, $y$ a one-hot vector and $L = -\sum_k y_k \log p_k$. "
    r"$$\frac{\partial L}{\partial z} = p - y = \delta$$ $$\frac{\partial L}{\partial W} = \delta h^\top$$ "
)
SUMMARIES = {
    r"$$\delta = p - y$$ $$\frac{\partial L}{\partial b} = \delta$$": ["proved", "proved"],
    r"$$\delta = y - p$$ $$\frac{\partial L}{\partial b} = \delta$$": ["refuted", "proved"],
    r"For a batch, $$\delta = \frac{p - y}{N}$$ $$\frac{\partial L}{\partial b} = \delta$$": ["unread"],
    r"$$\frac{\partial L}{\partial W} = 2 \delta h^\top$$ For a batch, $$\delta = \frac{p - y}{N}$$": ["refuted"],
}


@pytest.mark.parametrize("summary", SUMMARIES)
def test_an_error_that_a_chain_names_may_be_said_again_or_be_that_of_a_batch(summary: str) -> None:
    claims = sb.verify(ERROR + summary).claims
    assert [c.verdict for c in claims] == ["proved"] * 3 + SUMMARIES[summary]


ONCE = r"$$z = W x + b$$ $$a = \tanh(z)$$ "
PARTS = {
    "numbers, and then vectors": (
        "# Numbers\n\nHere all variables are numbers.\n" + ONCE + r"$$C = \frac12 (a - y)^2$$ "
        r"$$\frac{\partial C}{\partial W} = (a - y)(1 - a^2) x$$ $$\frac{\partial C}{\partial W} = (a - y) x$$ "
        "\n\n# Vectors\n\n" + ONCE + r"$$C = \frac12 (a - y)^\top (a - y)$$ "
        r"$$\frac{\partial C}{\partial W} = ((a - y) \odot (1 - a^2)) x^\top$$"
        r"$$\frac{\partial C}{\partial W} = x ((a - y) \odot (1 - a^2))^\top$$",
        ["proved", "refuted", "proved", "refuted"],
        True,
    ),
    "a vector that is a matrix further down, of an input that is declared once": (
        "\\section{One output}\n"
        r"$x \in \mathbb{R}^n$ and $w \in \mathbb{R}^n$. $$z = w^\top x$$ $$a = \sigma(z)$$"
        r"$$C = \frac12 (a - y)^2$$ $$\frac{\partial C}{\partial w} = (a - y) a (1 - a) x$$"
        "\n\\section{Many outputs}\n"
        r"Now $w$ is a $K \times n$ matrix. $$z = w x$$ $$a = \tanh(z)$$"
        r"$$C = \frac12 \|a - y\|^2$$ $$\frac{\partial C}{\partial w} = ((a - y) \odot (1 - a^2)) x^\top$$"
        r"$$\frac{\partial C}{\partial w} = (a - y) x^\top$$",
        ["proved", "proved", "refuted"],
        True,
    ),
    "what is transposed is no number, whatever words say": (
        "# Scalar form\nAll variables are numbers.\n" + ONCE + r"$$C = \frac12 (a - y)^\top (a - y)$$ "
        r"$$\frac{\partial C}{\partial W} = x ((a - y) \odot (1 - a^2))^\top$$",
        ["refuted"],
        False,
    ),
    "a cost that the second part does not define again": (
        "# Scalar form\n" + ONCE + r"$$C = \frac12 (a - y)^2$$ $$\frac{\partial C}{\partial W} = (a - y)(1 - a^2) x$$"
        "\n\n# Vectors\n" + ONCE + r"$$\frac{\partial C}{\partial W} = (a - y) x^\top$$",
        ["unread", "proved", "proved", "refuted"],
        False,
    ),
}


@pytest.mark.parametrize("form", PARTS)
def test_parts_under_their_own_headings_may_have_other_shapes(form: str) -> None:
    text, verdicts, renewed = PARTS[form]
    report = sb.verify(text)
    assert [c.verdict for c in report.claims] == verdicts
    assert set(report.redefined) == ({"z", "a", "C"} if renewed else set())
