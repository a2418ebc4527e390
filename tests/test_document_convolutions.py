"""Pages about convolutions: a sign that may be one is not read as the product by entries; verdicts of claims, in order.

What the words leave open is neither right nor wrong, so that a right line and a wrong one are unread alike.
"""

import pytest

import symbackprop as sb

LAYER = r"$$Z = A \circledast K + B$$"
CLAIMS = r"$$\frac{\partial L}{\partial K} = A \circledast \frac{\partial L}{\partial Z}$$"
CLAIMS += r"$$\frac{\partial L}{\partial A} = -K \circledast \frac{\partial L}{\partial Z}$$"
WORDS = {
    "no word of a convolution": ("A gate.", ["proved", "refuted"]),
    "by entries, beside a convolution that has another sign": (
        r"Before the convolution, the gate: $\circledast$ denotes element-wise multiplication.",
        ["proved", "refuted"],
    ),
    "the Hadamard product, in brackets": (r"A CNN with a Hadamard product ($\circledast$).", ["proved", "refuted"]),
    "by entries in German": (
        r"Nach der Faltung ein Gatter: $A \circledast K$ ist das elementweise Produkt.",
        ["proved", "refuted"],
    ),
    "a convolution": ("The kernel is convolved with the input.", ["unread", "unread"]),
    "the sign is one": (r"With $\circledast$ as cross-correlation.", ["unread", "unread"]),
    "in German": ("Die Faltung der Eingabe mit dem Kern.", ["unread", "unread"]),
    "in Spanish": ("La convolución de la entrada.", ["unread", "unread"]),
    "in Russian": ("Свёртка входа с ядром.", ["unread", "unread"]),
    "in Chinese": ("输入与卷积核的卷积。", ["unread", "unread"]),
    "another sign is by entries": (
        r"The convolution $\circledast$ and the Hadamard product $\odot$.",
        ["unread", "unread"],
    ),
    "not by entries": (r"Here $\circledast$ is not the element-wise product, but a convolution.", ["unread", "unread"]),
    "by entries, and then summed": (
        r"Of a convolution, $A \circledast K$ takes element-wise products and sums them.",
        ["unread", "unread"],
    ),
    "pointwise, but a convolution": (r"Here $\circledast$ is a pointwise convolution.", ["unread", "unread"]),
}


@pytest.mark.parametrize("name", WORDS)
def test_a_circled_star_is_read_as_the_words_say(name):
    words, expected = WORDS[name]
    report = sb.verify(f"{words}\n{LAYER}\n{CLAIMS}\n")
    assert [c.verdict for c in report.claims] == expected
    reasons = {c.reason.partition(":")[2].strip().partition(":")[0] for c in report.claims if c.verdict == "unread"}
    assert reasons <= {"could be read in two ways"}


def test_what_else_a_page_with_a_convolution_says_is_judged():
    report = sb.verify(
        r"The convolution $X \circledast w$ of $x \in \mathbb{R}^n$:"
        r"$$y_i = \sum_{k=1}^m x_{i+k}w_k$$"
        r"$$\frac{\partial y_i}{\partial w_k} = x_{i+k}$$ $$\frac{\partial y_i}{\partial w_k} = x_i$$"
        r"$$\frac{\partial L}{\partial w} = x \circledast \frac{\partial L}{\partial y}$$" + "\n"
    )
    assert [c.verdict for c in report.claims] == ["proved", "refuted", "unread"]


@pytest.mark.parametrize(("words", "verdict"), [("A convolution.", "unread"), ("Three numbers.", "proved")])
def test_a_star_between_capitals_that_nothing_shows_to_be_arrays(words: str, verdict: str) -> None:
    text = words + r"$$Z = A * K + B$$ $$L = Z^2$$ $$\frac{\partial Z}{\partial A} = K * 1$$"
    text += r"$$\frac{\partial L}{\partial A} = K * \frac{\partial L}{\partial Z}$$"
    assert sb.verify(text).claims[-1].verdict == verdict
