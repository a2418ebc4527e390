"""Documents that name a function with its parameter as a subscript, ``h_\\theta(x)``: each with its claims' verdicts.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

LINE = r"$$h_\theta(x) = \theta_0 + \theta_1 x$$"
CURVE = r"$$h_{\theta}(x) = \frac{1}{1 + e^{-(\theta_0 + \theta_1 x)}}$$"
COST = r"\text{Cost}(h_\theta(x%s), y%s) = -y%s \log h_\theta(x%s) - (1 - y%s) \log(1 - h_\theta(x%s))"
MEAN_COST = r"$$J(\theta) = \frac1m \sum_{i=1}^m \text{Cost}(h_\theta(x^{(i)}), y^{(i)})$$"
SLOPE = r"$$\frac{\partial J}{\partial \theta_1} = \frac1m \sum_{i=1}^m (h_\theta(x^{(i)}) %s y^{(i)}) x^{(i)}$$"
FORMS = {
    "a line through examples": (
        LINE + r"$$J(\theta_0, \theta_1) = \frac{1}{2m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)})^2$$"
        r"$$\frac{\partial h_\theta}{\partial \theta_1} = x$$ $$\frac{\partial h_\theta(x)}{\partial \theta_0} = x$$"
        + SLOPE % "-"
        + SLOPE % "+",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "a function whose name stands alone is taken of its own argument": (
        r"$$h(x) = \frac{1}{1 + e^{-a - b x}}$$ $$J = \sum_{i=1}^m (h(x^{(i)}) - y^{(i)})^2$$"
        r"$$\frac{\partial h}{\partial a} = h(x)(1 - h(x))$$ $$\frac{\partial h}{\partial b} = h(x)(1 - h(x)) x$$"
        r"$$\frac{\partial h}{\partial b} = h(x)(1 - h(x))$$",
        ["proved", "proved", "refuted"],
    ),
    "or of what it is differentiated by": (
        r"$$f(x) = x^2$$ $$z = w u$$ $$y = f(z)$$"
        r"$$\frac{\partial f}{\partial z} = 2 z$$ $$\frac{\partial f}{\partial z} = z$$",
        ["proved", "refuted"],
    ),
    "examples by their subscript": (
        r"$$h_\theta(x_i) = \theta_0 + \theta_1 x_i, \quad i = 1, \dots, m$$"
        r"$$J(\theta_0, \theta_1) = \frac{1}{2m} \sum_{i=1}^m (h_\theta(x_i) - y_i)^2$$"
        r"$$\frac{\partial J}{\partial \theta_1} = \frac1m \sum_{i=1}^m (h_\theta(x_i) - y_i)"
        r" \frac{\partial h_\theta(x_i)}{\partial \theta_1} = \frac1m \sum_{i=1}^m (h_\theta(x_i) - y_i) x_i"
        r" = \frac1m \sum_{i=1}^m (h_\theta(x_i) - y_i)$$",
        ["proved", "proved", "refuted"],
    ),
    "a cost of one example by name": (
        CURVE + MEAN_COST + f"$${COST % (('',) * 6)}$$"
        r"$$\frac{\partial}{\partial \theta_0} \text{Cost}(h_\theta(x), y) = h_\theta(x) - y$$"
        r"$$\frac{\partial}{\partial \theta_0} \text{Cost}(h_\theta(x), y) = h_\theta(x) + y$$"
        + SLOPE % "-"
        + SLOPE % "+",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "all of it said of the example i, and the slope of any": (
        r"$$h_{\theta}(x^{(i)}) = \frac{1}{1 + e^{-\theta_0 - \theta_1 x^{(i)}}}$$"
        + MEAN_COST
        + f"$${COST % (('^{(i)}',) * 6)}$$"
        + r"$$\frac{\partial h_\theta}{\partial \theta_1} = h_\theta(x) (1 - h_\theta(x)) x$$"
        r"$$\frac{\partial h_\theta}{\partial \theta_1} = h_\theta(x) (1 - h_\theta(x))$$"
        r"$$\frac{\partial}{\partial \theta_0} \left( \log h_\theta(x^{(i)}) \right) ="
        r" \frac{\partial}{\partial h_\theta} \left( \log h_\theta(x^{(i)}) \right)"
        r" \frac{\partial h_\theta}{\partial \theta_0} = 1 - h_\theta(x^{(i)})$$"
        r"$$\frac{\partial}{\partial \theta_0} \left( \log h_\theta(x^{(i)}) \right) = h_\theta(x^{(i)})$$"
        + SLOPE % "-"
        + SLOPE % "+",
        ["proved", "refuted", "proved", "proved", "refuted", "proved", "refuted"],
    ),
    "many features": (
        r"$$h_\theta(x) = \sigma(\theta^\top x)$$"
        r"$$J(\theta) = -\frac1m \sum_{i=1}^m [y^{(i)} \log h_\theta(x^{(i)})"
        r" + (1 - y^{(i)}) \log(1 - h_\theta(x^{(i)}))]$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \frac1m \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \frac1m \sum_{i=1}^m (y^{(i)} - h_\theta(x^{(i)})) x_j^{(i)}$$",
        ["proved", "refuted"],
    ),
    "one feature, and then many": (
        LINE
        + r"$$J(\theta_0, \theta_1) = \frac{1}{2m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)})^2$$"
        + SLOPE % "-"
        + SLOPE % "+"
        + r"With $n$ features $x_1, \ldots, x_n$ and the parameters $\theta_0, \theta_1, \ldots, \theta_n$"
        r" $$h_\theta(x) = \theta_0 + \theta_1 x_1 + \dots + \theta_n x_n = \theta^T x$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \frac1m \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \sum_{i=1}^m (h_\theta(x^{(i)}) + y^{(i)}) x_j^{(i)}$$",
        ["proved", "refuted", "unread", "unread"],
    ),
    "one feature and the matrix of all examples with dots": (
        r"$$X = \begin{bmatrix} 1 & x^{(1)} \\ \vdots & \vdots \\ 1 & x^{(m)} \end{bmatrix}$$"
        + CURVE
        + MEAN_COST
        + f"$${COST % (('',) * 6)}$$"
        + SLOPE % "-"
        + SLOPE % "+",
        ["proved", "refuted"],
    ),
    "all examples at once": (
        r"$$h = \sigma(X\theta)$$ $$J(\theta) = \frac1m \left(-y^T \log(h) - (1-y)^T \log(1-h)\right)$$"
        r"$$\nabla_\theta J = \frac1m X^T (h - y)$$ $$\nabla_\theta J = \frac1m X^T (h + y)$$",
        ["proved", "refuted"],
    ),
    "all examples of a line at once": (
        r"$$J(\theta) = \frac{1}{2m} (X\theta - y)^T (X\theta - y)$$"
        r"$$\nabla_\theta J = \frac1m X^T (X\theta - y)$$ $$\nabla_\theta J = \frac{1}{2m} X^T (X\theta - y)$$",
        ["proved", "refuted"],
    ),
    "an output that is the function, in one chain": (
        r"$$\hat y = h_\theta(x) = \theta^T x$$ $$J(\theta) = \frac{1}{2m} \sum_{i=1}^m (\hat y^{(i)} - y^{(i)})^2$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \frac1m \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \frac1m \sum_{i=1}^m (\hat y^{(i)} + y^{(i)}) x_j^{(i)}$$",
        ["proved", "refuted"],
    ),
    "a function that is defined before a chain goes on from it": (
        r"$$h_\theta(x) = \theta^T x$$ $$\hat y = h_\theta(x) = 2 \theta^T x$$ $$J = (\hat y - y)^2$$"
        r"$$\frac{\partial J}{\partial \theta_j} = 2 (\hat y - y) x_j$$",
        ["refuted", "proved"],
    ),
    "what is taken from a product of vectors by name is a number": (
        r"$$h_\theta(x) = \theta^T x$$ $$J(\theta) = \frac12 (h_\theta(x) - y)^2$$"
        r"$$\frac{\partial}{\partial \theta_j} J(\theta) = (h_\theta(x) - y) \frac{\partial}{\partial \theta_j}"
        r" (h_\theta(x) - y) = (h_\theta(x) - y) x_j = (y - h_\theta(x)) x_j$$",
        ["proved", "proved", "refuted"],
    ),
    "two parameters below, and a power of the value": (
        r"$$f_{w,b}(x) = w x + b$$ $$J(w, b) = \sum_{i=1}^m (f_{w,b}(x^{(i)}) - y^{(i)})^2$$"
        r"$$\frac{\partial}{\partial b} f_{w,b}(x)^2 = 2 f_{w,b}(x)$$"
        r"$$\frac{\partial}{\partial w} f_{w,b}(x)^2 = 2 x$$"
        r"$$\frac{\partial J}{\partial w} = \sum_{i=1}^m 2 (f_{w,b}(x^{(i)}) - y^{(i)}) x^{(i)}$$",
        ["proved", "refuted", "proved"],
    ),
    "an index below is no parameter": (
        r"$x \in \mathbb{R}^n$, $W \in \mathbb{R}^{K \times n}$ $$f_k(x) = \sum_{j=1}^n W_{kj} x_j$$"
        r"$$\frac{\partial f_k}{\partial x_j} = W_{kj}$$ $$\frac{\partial f_k}{\partial x_j} = x_j$$",
        ["proved", "refuted"],
    ),
    "the likelihood of all examples": (
        r"$$h_\theta(x) = \sigma(\theta^T x)$$"
        r"$$L(\theta) = \prod_{i=1}^m h_\theta(x^{(i)})^{y^{(i)}} (1 - h_\theta(x^{(i)}))^{1 - y^{(i)}}$$"
        r"$$\ell(\theta) = \log L(\theta)$$"
        r"$$\ell(\theta) = \sum_{i=1}^m \left( y^{(i)} \log h_\theta(x^{(i)})"
        r" + (1 - y^{(i)}) \log(1 - h_\theta(x^{(i)})) \right)$$"
        r"$$\frac{\partial \ell}{\partial \theta_j} = \sum_{i=1}^m (y^{(i)} - h_\theta(x^{(i)})) x_j^{(i)}$$"
        r"$$\frac{\partial \ell}{\partial \theta_j} = \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}$$",
        ["proved", "proved", "refuted"],
    ),
    "a sum without brackets reaches all terms of the cost": (
        r"$$h_\theta(x) = \sigma(\theta^T x)$$"
        r"$$J(\theta) = -\frac1m \left[ \sum_{i=1}^m y^{(i)} \log h_\theta(x^{(i)})"
        r" + (1 - y^{(i)}) \log(1 - h_\theta(x^{(i)})) \right] + \frac{\lambda}{2m} \sum_{j=1}^n \theta_j^2$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \frac1m \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}"
        r" + \frac{\lambda}{m} \theta_j$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \frac1m \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}"
        r" + \frac{\lambda}{2m} \theta_j$$",
        ["proved", "refuted"],
    ),
    "terms that are struck out with their signs are no factors": (
        r"$$J = y h^2$$ $$\frac{\partial J}{\partial h} = 2 y h \cancel{- y h} \cancel{+ y h}$$"
        r"$$\frac{\partial J}{\partial h} = \cancel{2} y h \cancel{- y h}$$",
        ["proved", "refuted"],
    ),
    "features that are scaled before, by what := gives them": (
        r"$$x_i := \frac{x_i - \mu_i}{\max_i - \min_i}$$ $$x_i := \frac{x_i - \mu_i}{\sigma_i}$$"
        r"$$h_\theta(x) = \theta^T x$$ $$J = \frac12 (h_\theta(x) - y)^2$$"
        r"$$\frac{\partial J}{\partial \theta_j} = (h_\theta(x) - y) x_j$$"
        r"$$\frac{\partial J}{\partial \theta_j} = (y - h_\theta(x)) x_j$$"
        r"$$\theta := (1 - \alpha \lambda) \theta - \alpha \frac{\partial J}{\partial \theta}$$",
        ["proved", "refuted"],
    ),
    "a chain that puts in what a cost of one example is": (
        CURVE
        + MEAN_COST
        + f"$${COST % (('^{(i)}',) * 6)}$$"
        + MEAN_COST[:-2]
        + r"= \frac1m \sum_{i=1}^m \left( -y^{(i)} \log h_\theta(x^{(i)})"
        r" - (1 - y^{(i)}) \log(1 - h_\theta(x^{(i)})) \right)$$" + SLOPE % "-" + SLOPE % "+",
        ["proved", "proved", "proved", "refuted"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_form_is_read(form: str) -> None:
    text, verdicts = FORMS[form]
    assert [c.verdict for c in sb.verify(text).claims] == verdicts
