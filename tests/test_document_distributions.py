"""Documents that write distributions as functions of their outcomes: for each the verdicts of its claims."""

import pytest

import symbackprop as sb

ENTROPY = r"$$H(p, q) = -\sum_x p(x) \log q(x)$$"
FORMS = {
    "values of distributions are entries": (
        ENTROPY + r"$$\frac{\partial H}{\partial q(x)} = -\frac{p(x)}{q(x)}$$"
        r"$$\frac{\partial H}{\partial q(x)} = \frac{p(x)}{q(x)}$$ $$\frac{\partial H}{\partial p(x)} = -\log q(x)$$",
        ["proved", "refuted", "proved"],
    ),
    "outcomes of a set": (
        r"$$H(p, q) = -\sum_{x \in \mathcal X} p(x) \log q(x)$$"
        r"$$\frac{\partial H}{\partial q(x)} = -\frac{p(x)}{q(x)}$$"
        r"$$\frac{\partial H}{\partial q(x)} = -\frac{q(x)}{p(x)}$$",
        ["proved", "refuted"],
    ),
    "outcomes that are numbered": (
        r"$$H(p, q) = -\sum_{i=1}^n p(x_i) \log q(x_i)$$"
        r"$$\frac{\partial H}{\partial q(x_i)} = -\frac{p(x_i)}{q(x_i)}$$"
        r"$$\frac{\partial H}{\partial q(x_i)} = -\frac{1}{q(x_i)}$$",
        ["proved", "refuted"],
    ),
    "a distribution that a softmax gives": (
        r"$$q = \mathrm{softmax}(z)$$" + ENTROPY + r"$$\frac{\partial q(x)}{\partial z_x} = q(x) (1 - q(x))$$"
        r"$$\frac{\partial q(x)}{\partial z_x} = q(x)^2$$",
        ["proved", "refuted"],
    ),
    "examples are no outcomes where they have a meaning": (
        r"$$z_i = w x_i$$ $$L = \sum_i p(x_i)$$ $$\frac{\partial L}{\partial p(x_i)} = 1$$",
        ["unread"],
    ),
    "bars between two distributions": (
        r"$$D_{KL}(p \| q) = \sum_i p_i \log\frac{p_i}{q_i}, \quad q = \operatorname{softmax}(z)$$"
        r" with $\sum_i p_i = 1$."
        r"$$\frac{\partial D_{KL}}{\partial z_i} = q_i - p_i$$"
        r"$$\frac{\partial D_{KL}(p || q)}{\partial q_i} = \frac{p_i}{q_i}$$",
        ["proved", "refuted"],
    ),
    "a function that is defined stays one": (
        r"$$p(x) = 3 x^2$$ $$p'(x) = 6 x$$ $$p'(x) = 3 x$$",
        ["proved", "refuted"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_form_is_read(form: str) -> None:
    document, verdicts = FORMS[form]
    assert [c.verdict for c in sb.verify(document).claims] == verdicts
