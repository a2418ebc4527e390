"""Documents about one example and about all of them: for each a document, and the verdicts of its claims in order.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

SQUARES = r"$$J = \frac{1}{2m} \sum_{i=1}^m (w^T x^{(i)} - y^{(i)})^2$$"
FORMS = {
    "a column of what is written for all examples, with dots": (
        r"$$J(\mathbf{v}) = \frac12 \sum_{i=1}^{n} (t^{(i)} - \mathbf{v}^\top \mathbf{u}^{(i)})^2$$"
        r"$$e = \begin{pmatrix} t^{(1)} - \mathbf{v}^\top \mathbf{u}^{(1)} \\ \vdots \\"
        r" t^{(n)} - \mathbf{v}^\top \mathbf{u}^{(n)} \end{pmatrix}$$"
        r"$$\frac{\partial J}{\partial v_j} = -\sum_{i=1}^{n} u_j^{(i)} e_i$$"
        r"$$\frac{\partial J}{\partial v_j} = -n u_j^{(i)} (t^{(i)} - \mathbf{v}^\top \mathbf{u}^{(i)})$$",
        ["proved", "refuted"],
    ),
    "an output that is defined anew is so at each example": (
        r"$$h_\theta(x) = \theta^\top x$$ $$J = \frac12 \sum_i (h_\theta(x^{(i)}) - y^{(i)})^2$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \sum_i (h_\theta(x^{(i)}) - y^{(i)}) x^{(i)}_j$$"
        r"Logistic: $$h_\theta(x) = \sigma(\theta^\top x)$$"
        r"$$J = -\sum_i [y^{(i)} \log h_\theta(x^{(i)}) + (1 - y^{(i)}) \log(1 - h_\theta(x^{(i)}))]$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \sum_i (h_\theta(x^{(i)}) - y^{(i)}) x^{(i)}_j$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \sum_i (h_\theta(x^{(i)}) + y^{(i)}) x^{(i)}_j$$",
        ["proved", "proved", "refuted"],
    ),
    # -- defined for one example, read at each
    "an output that is defined for one example and summed over all": (
        r"$$\hat{y} = w^T x + b$$ $$J(w) = \frac{1}{N} \sum_{i=1}^{N} \frac{1}{2}(\hat{y}^{(i)} - y^{(i)})^2$$"
        r"$$\nabla_w J = \frac{1}{N} \sum_{i=1}^{N} (\hat{y}^{(i)} - y^{(i)}) x^{(i)}$$"
        r"$$\frac{\partial J}{\partial b} = \frac{1}{N} \sum_{i=1}^{N} (\hat{y}^{(i)} + y^{(i)})$$",
        ["proved", "refuted"],
    ),
    "a loss of one example and the mean of all losses": (
        r"$$\hat{y} = w^T x + b$$ $$\ell = \frac12 (\hat y - y)^2$$ $$J = \frac{1}{N} \sum_{i=1}^{N} \ell^{(i)}$$"
        r"$$\frac{\partial \ell}{\partial w} = (\hat y - y) x$$"
        r"$$\frac{\partial J}{\partial w} = \frac{1}{N} \sum_{i=1}^{N} \frac{\partial \ell^{(i)}}{\partial w}$$"
        r"$$\frac{\partial J}{\partial w} = \sum_{i=1}^{N} \frac{\partial \ell^{(i)}}{\partial w}$$",
        ["proved", "proved", "refuted"],
    ),
    "a cost before the layers of one example": (
        r"$$J = -\frac{1}{m} \sum_{i=1}^{m} [y^{(i)} \log a^{[2](i)} + (1 - y^{(i)}) \log(1 - a^{[2](i)})]$$"
        r"$$z^{[1]} = W^{[1]} x + b^{[1]}$$ $$a^{[1]} = \tanh(z^{[1]})$$"
        r"$$z^{[2]} = W^{[2]} a^{[1]} + b^{[2]}$$ $$a^{[2]} = \sigma(z^{[2]})$$"
        r"$$\frac{\partial J}{\partial W^{[2]}} = \frac{1}{m}\sum_{i=1}^m (a^{[2](i)} - y^{(i)}) a^{[1](i)T}$$"
        r"$$\frac{\partial J}{\partial b^{[2]}} = \sum_{i=1}^m (a^{[2](i)} - y^{(i)})$$",
        ["proved", "refuted"],
    ),
    "a penalty does not go through the examples": (
        r"$$\hat y = w x^2$$ $$C = \sum_{i=1}^m (\hat y^{(i)} - y^{(i)})^2 + \lambda w^2$$"
        r"$$\frac{\partial C}{\partial w} = \sum_i 2 (\hat y^{(i)} - y^{(i)}) (x^{(i)})^2 + 2 \lambda w$$"
        r"$$\frac{\partial C}{\partial w} = \sum_i 2 (\hat y^{(i)} - y^{(i)}) x^{(i)} + 2 \lambda w$$",
        ["proved", "refuted"],
    ),
    "where nothing differs from example to example a letter with a label is an input": (
        r"$$s = w b$$ $$C = \sum_{i=1}^m s^{(i)}$$ $$\frac{\partial C}{\partial w} = m b$$",
        ["unread"],
    ),
    # -- all examples at once
    "a design matrix whose rows are the examples": (
        SQUARES + r"$$\nabla_w J = \frac1m X^T (Xw - y)$$ $$\nabla_w J = \frac1m X^T (Xw + y)$$"
        r"$$J = \frac{1}{2m} \lVert Xw - y \rVert^2$$ $$\nabla_w J = \frac1m X^T (y - Xw)$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "a design matrix before its rows": (
        r"$$J = \frac{1}{2m} \lVert Xw - y \rVert^2$$"
        r"$$\nabla_w J = \frac1m \sum_{i=1}^m (w^T x^{(i)} - y^{(i)}) x^{(i)}$$"
        r"$$\nabla_w J = \frac1m \sum_{i=1}^m (w^T x^{(i)} + y^{(i)}) x^{(i)}$$",
        ["proved", "refuted"],
    ),
    "bold letters for all examples and plain ones for each": (
        r"$$\hat y = \mathbf w^T \mathbf x$$ $$\ell = \frac12 (\hat y - y)^2$$"
        r"$$J = \frac{1}{2N} \sum_{i=1}^N (\hat y^{(i)} - y^{(i)})^2"
        r" = \frac{1}{2N} \|\mathbf{X}\mathbf{w} - \mathbf{y}\|^2$$"
        r"$$\frac{\partial \ell}{\partial w_j} = (\hat y - y) x_j$$"
        r"$$\nabla_{\mathbf w} J = \frac1N \sum_{i=1}^N (\hat y^{(i)} - y^{(i)}) \mathbf x^{(i)}"
        r" = \frac1N \mathbf X^T (\mathbf X \mathbf w - \mathbf y) = \mathbf X^T (\mathbf X \mathbf w - \mathbf y)$$",
        ["proved", "proved", "proved", "proved", "refuted"],
    ),
    "examples in the columns": (
        SQUARES + r"$$\nabla_w J = \frac1m X (w^T X - Y)^T$$ $$\nabla_w J = \frac1m X (w^T X + Y)^T$$",
        ["proved", "refuted"],
    ),
    "a matrix that a document multiplies from both sides is not read": (
        SQUARES + r"$$\nabla_w J = \frac1m X^T (Xw - y)$$ $$\nabla_w J = \frac1m X (w^T X - Y)^T$$",
        ["unread", "unread"],
    ),
    "a small letter without its label is no batch where no matrix stands": (
        SQUARES + r"$$\nabla_w J = (w^T x - y) x$$",
        ["unread"],
    ),
    # -- sums of terms counted from 0, classes
    "a sum with an intercept is the product that it explains": (
        r"$$h_\theta(x) = \sigma(\theta^T x) = \sigma(\theta_0 + \theta_1 x_1 + ... + \theta_n x_n)$$"
        r"$$J(\theta) = -\frac1m \sum_{i=1}^m [y^{(i)} \log h_\theta(x^{(i)})"
        r" + (1-y^{(i)}) \log(1-h_\theta(x^{(i)}))]$$"
        r"$$\frac{\partial J}{\partial \theta_j} = \frac1m \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}$$"
        r"$$\nabla_\theta J = \frac1m X^T (\sigma(X\theta) - y)$$ $$\nabla_\theta J = X^T (\sigma(X\theta) - y)$$",
        ["proved", "proved", "refuted"],
    ),
    "a sum of other terms explains nothing": (
        r"$$h = w^T x$$ $$h = w_0 + w_1 x_1^2 + \dots + w_n x_n^2$$",
        ["unread"],
    ),
    "probabilities of classes and labels that are compared with them": (
        r"$$P(y=k|x) = \frac{e^{\theta_k^T x}}{\sum_{j=1}^{K} e^{\theta_j^T x}}$$"
        r"$$J(\theta) = -\frac1m \sum_{i=1}^m \sum_{k=1}^K \mathbb{1}\{y^{(i)}=k\}"
        r" \log \frac{e^{\theta_k^T x^{(i)}}}{\sum_{j=1}^{K} e^{\theta_j^T x^{(i)}}}$$"
        r"$$\nabla_{\theta_k} J = -\frac1m \sum_{i=1}^m x^{(i)} (1\{y^{(i)} = k\} - P(y^{(i)} = k | x^{(i)}))$$"
        r"$$\nabla_{\theta_k} J = -\frac1m \sum_{i=1}^m x^{(i)} (1\{y^{(i)} = k\} + P(y^{(i)} = k | x^{(i)}))$$",
        ["proved", "refuted"],
    ),
    "nothing is refuted of a number that is compared with an index": (
        r"$$p_k = \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}$$ $$J = -\sum_{k=1}^K \log p_k + y^2$$"
        r"$$\frac{\partial J}{\partial z_k} = K p_k - \mathbb{1}[y = k]$$",
        ["unread"],
    ),
    "a letter that words call the correct class is no index, and its vector is one-hot": (
        r"$$C = -\sum_i y_i \log p_i = -\log p_k$$ where $k$ is the index of the correct class."
        r" $$p = \text{softmax}(z)$$"
        r"$$\frac{\partial C}{\partial z} = p - y$$ $$\frac{\partial C}{\partial z} = p + y$$",
        ["proved", "proved", "refuted"],
    ),
    # -- sizes that a sum alone says
    "a sum says how long a vector is that nothing else says": (
        r"Let $e = Xw - y$. $$J = \frac{1}{2N} e^T e = \frac{1}{2N} \sum_{i=1}^{N} e_i^2$$"
        r"$$\frac{\partial J}{\partial e} = \frac{1}{N} e$$ $$\frac{\partial J}{\partial e} = e$$",
        ["proved", "proved", "refuted"],
    ),
    "a sum over the wrong axis does not say how long it is": (
        r"$W \in \mathbb{R}^{m \times n}$ $$z = W x$$ $$s = \sum_{i=1}^m z_i$$ $$c = \sum_{i=1}^m x_i$$",
        [],
    ),
    # -- functions
    "functions by their names in plain letters": (
        r"$$a = ReLU(z)$$ $$\frac{da}{dz} = \mathbb{1}[z > 0]$$ $$\frac{da}{dz} = \mathbb{1}[z < 0]$$",
        ["proved", "refuted"],
    ),
    "a function and its argument as text": (
        r"$z \in \mathbb{R}^n$ $$p = \text{softmax}(z)$$ $$\text{softmax(z)}_i = p_i$$ $$\text{softmax(z)}_i = 2 p_i$$",
        ["proved", "refuted"],
    ),
    # -- products and sums over examples
    "the product of the probabilities of all examples": (
        r"Let $p_i = \sigma(w^T x_i)$ with $w \in \mathbb{R}^d$. $$P(w) = \prod_{i=1}^n p_i^{y_i} (1 - p_i)^{1 - y_i}$$"
        r"$$J(w) = -\frac1n \log P(w)$$"
        r"$$\frac{\partial J}{\partial w} = \frac1n \sum_{i=1}^n (p_i - y_i) x_i$$"
        r"$$\frac{\partial J}{\partial w} = \sum_{i=1}^n (p_i - y_i) x_i$$",
        ["proved", "refuted"],
    ),
    "the likelihood of normal observations": (
        r"$x_i, \mu, s \in \mathbb{R}$"
        r"$$L = \prod_{i=1}^n \frac{1}{\sqrt{2 \pi s^2}} e^{-\frac{(x_i - \mu)^2}{2 s^2}}$$ $$\ell = \log L$$"
        r"$$\frac{\partial \ell}{\partial \mu} = \frac{1}{s^2} \sum_{i=1}^n (x_i - \mu)$$"
        r"$$\frac{\partial \ell}{\partial s} = -\frac1s + \frac{1}{s^3} \sum_{i=1}^n (x_i - \mu)^2$$",
        ["proved", "refuted"],
    ),
    "a product of what may be negative has no logarithm": (
        r"$u, v \in \mathbb{R}^n$ $$P = \prod_{i=1}^n u_i v_i$$ $$\frac{\partial P}{\partial u_k} = v_k P$$",
        ["unread"],
    ),
    "a sum that reaches the second of two kinds of terms, with a minus before it": (
        r"Let $p_i = \sigma(w^T x_i)$ with $w \in \mathbb{R}^d$."
        r"$$L = -\sum_{i=1}^n y_i \log p_i + (1 - y_i) \log (1 - p_i)$$"
        r"$$\frac{\partial L}{\partial w} = \sum_{i=1}^n (p_i - y_i) x_i$$"
        r"$$\frac{\partial L}{\partial w} = \sum_{i=1}^n (y_i - p_i) x_i$$",
        ["proved", "refuted"],
    ),
    "a minus before a sum of which nobody knows what it reaches": (
        r"$u, y \in \mathbb{R}^n$ $$L = -\sum_{i=1}^n y_i u_i + \log (1 + e^{u_i})$$"
        r"$$\frac{\partial L}{\partial u_k} = -y_k - \sigma(u_k)$$",
        ["unread"],
    ),
    "a sum of a claim after which its index recurs": (
        r"$p \in (0,1)^n$, $y \in \mathbb{R}^n$ $$L = \sum_i \left( y_i \log p_i + \log (1 - p_i) \right)$$"
        r"$$\ell = L = \sum_i y_i \log p_i + \log (1 - p_i) = \sum_i (y_i \log p_i) + \log (1 - p_1)$$",
        ["unread", "refuted"],
    ),
    # -- a cost before the layers
    "a cost from before there were layers is any function of the last one": (
        r"$$J = (w^T x - y)^2$$ $$\frac{\partial J}{\partial w} = 2 (w^T x - y) x$$"
        r"$$z^{(l)} = W^{(l)} h^{(l-1)} + b^{(l)}$$ $$h^{(l)} = \sigma(z^{(l)})$$ $$\ell = u^T u$$"
        r"$$\delta^{(l)} = \frac{\partial J}{\partial z^{(l)}}$$"
        r"$$\frac{\partial J}{\partial W^{(l)}} = \delta^{(l)} h^{(l-1)T}$$"
        r"$$\frac{\partial J}{\partial b^{(l)}} = 2 \delta^{(l)}$$",
        ["proved", "proved", "refuted"],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_form_is_read(form: str) -> None:
    text, verdicts = FORMS[form]
    assert [c.verdict for c in sb.verify(text).claims] == verdicts
