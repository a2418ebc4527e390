"""How formulas stand in real documents, and how their rows and words are written: verdicts of claims, in order.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

WRITTEN = {
    "a row by one subscript, transposed": (
        r"$A = \text{softmax}(S)$ for each row, $S \in \mathbb{R}^{n \times m}$."
        r"$$\frac{\partial L}{\partial S_{i,k}} "
        r" = \sum_j A_{i,j} (\delta_{jk} - A_{i,k}) \frac{\partial L}{\partial A_{i,j}}$$"
        r"$$\frac{\partial L}{\partial S_i} = (\text{diag}(A_i) - A_i A_i^\top) \frac{\partial L}{\partial A_i}$$"
        r"$$\frac{\partial L}{\partial S_i} = (\text{diag}(A_i) - A_i^\top A_i) \frac{\partial L}{\partial A_i}$$"
        r"$$\frac{\partial L}{\partial S_i} = A_i \odot \frac{\partial L}{\partial A_i}$$",
        ["proved", "proved", "unread", "refuted"],
    ),
    # -- where formulas stand, and how Markdown escapes them
    "fences of mathematics": (
        "```math\nf = x^2\n```\n\n``` math\n\\frac{df}{dx} = 2x\n```\n"
        "```\n$g = 3$\n```\n~~~math\n\\frac{df}{dx} = x\n~~~\n",
        ["proved", "refuted"],
    ),
    "ticks inside dollars": (
        "Let $`f = x^2`$. Then $`\\frac{df}{dx} = 2x`$, not $`\\frac{df}{dx} = x`$, and `$` is a dollar.",
        ["proved", "refuted"],
    ),
    "quoted displays": (
        "> $$\n> f = x^2\n> $$\n>\n>[!note]\n>$$\n>\\begin{align*}\n> \\frac{df}{dx} &= 2x \\\\[5pt]\n"
        ">\\frac{df}{dx} &= x\n>\\end{align*}\n>$$\n",
        ["proved", "refuted"],
    ),
    "escaped delimiters and underscores": (
        "Let \\\\(x\\\\) be given.\n\n\\\\[\n\\begin{split}\nf\\_1 &= x^2 \\\\\\\\\n\\frac{df\\_1}{dx} &= 2x \\\\\\\\\n"
        "\\frac{df_1}{dx} &= x\n\\end{split}\n\\\\]\n",
        ["proved", "refuted"],
    ),
    "line breaks of TeX are no delimiters": (
        "\\documentclass{article}\\begin{document} a \\\\[2pt] b \\[f = x^2\\] c \\\\] d \\[\\frac{df}{dx} = 2x\\]"
        " \\[\\frac{df}{dx} = x\\] \\end{document}",
        ["proved", "refuted"],
    ),
    "displays in lists, tables and paragraphs": (
        "1. first $$f = x^2$$ and so\n   - it is\n     $$\n     \\frac{df}{dx} = 2x\n     $$\n\n| a | b |\n|---|---|\n"
        "| slope | $\\frac{df}{dx} = x$ |\n",
        ["proved", "refuted"],
    ),
    "entities": (
        "$x &gt; 0$ $$\\begin{aligned} f &amp;= \\sqrt{x^2} \\\\ \\frac{df}{dx} &amp;= 1 \\\\ \\frac{df}{dx}&amp;=-1"
        "\\end{aligned}$$",
        ["proved", "refuted"],
    ),
    "numbers, comments and stops after a formula": (
        r"$$f = x^2 \quad \text{// the square}$$ $$\frac{df}{dx} = 2x \qquad (1)$$ $$\frac{df}{dx} = x \tag{2}$$"
        r"$$\frac{df}{dx} \hspace{2pt} = \quad 2x,$$ $$\frac{df}{dx} = x \hspace{1cm} (3):$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    # -- arrows
    "a forward pass with arrows": (
        r"$x, w \in \mathbb{R}^n$ $$z \leftarrow w^\top x$$ $$L \leftarrow z^2$$"
        r"$$\frac{\partial L}{\partial w} = 2 z x$$ $$\frac{\partial L}{\partial w} = z x$$"
        r"$$w \leftarrow w - \eta \frac{\partial L}{\partial w}$$ $$w \leftarrow w - \eta\, dw$$ $$z \leftarrow 3 z$$"
        r"$$\frac{\partial L}{\partial w} = 2 z x$$",
        ["proved", "refuted", "proved"],
    ),
    "start values with arrows define nothing": (
        r"$w \leftarrow 0$, $w \leftarrow w_0$ $$L = w^2$$ $$\frac{dL}{dw} = 2w$$ $$\frac{dL}{dw} = 0$$",
        ["proved", "refuted"],
    ),
    "batch normalisation as an algorithm": (
        r"$$\mu \leftarrow \frac{1}{m} \sum_{i=1}^{m} x_i \quad \text{// mean}$$"
        r"$$\sigma^2 \leftarrow \frac{1}{m} \sum_{i=1}^{m} (x_i - \mu)^2 \quad \text{// variance}$$"
        r"$$\hat{x}_i \leftarrow \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}$$"
        r"$$y_i \leftarrow \gamma \hat{x}_i + \beta \equiv \text{BN}_{\gamma,\beta}(x_i)$$"
        r"$$\frac{\partial \ell}{\partial \hat x_i} = \frac{\partial \ell}{\partial y_i} \cdot \gamma$$"
        r"$$\frac{\partial \ell}{\partial \gamma} = \sum_{i=1}^m \frac{\partial \ell}{\partial y_i} \hat x_i$$"
        r"$$\frac{\partial \ell}{\partial \gamma} = \sum_{i=1}^m \frac{\partial \ell}{\partial y_i} x_i$$",
        ["proved", "proved", "refuted"],
    ),
    # -- dots, numbers, bullets, words
    "three full stops": (
        r"$x \in \mathbb{R}^n$ $$f = x_1^2 + ... + x_n^2$$ $$\frac{df}{dx_i} = 2 x_i$$ $$\frac{df}{dx_i} = x_i$$",
        ["proved", "refuted"],
    ),
    "bold numbers and bullets": (
        r"$$1)\;f = x^2$$ $$2)\;\frac{df}{dx} = \mathbf{2.0} x$$ $$\frac{df}{dx}$$"
        r"$$a)\;\frac{df}{dx} = \mathbf{1.5} x$$",
        ["proved", "refuted"],
    ),
    "words and arrows of a proof": (
        r"$$\text{Let } f = x^2 \Longrightarrow \frac{df}{dx} = 2x \therefore \frac{df}{dx} = x \because f = x^2$$"
        r"$$\text{Similarly, }\frac{df}{dx} = 2x \text{ where } f = x^2, \text{then}\; \frac{df}{dx} = 3x$$",
        ["proved", "refuted", "proved", "proved", "proved", "refuted"],
    ),
    "words in brackets inside a chain": (
        r"$$f = x^2$$ $$\frac{df}{dx} \text{ (by the power rule)} = \text{(as said) } x + \text{(again)}\; x$$"
        r"$$\frac{df}{dx} \text{ (by the power rule)} = x$$",
        ["proved", "refuted"],
    ),
    "a sign at the end of a display and at the start of the next": (
        r"$$f = x^2 + x^3$$ $$\frac{df}{dx} =$$ and so $$= 2x + 3x^2 =$$ $$= x (2 + 3x)$$"
        r"$$\begin{aligned} \frac{df}{dx} = \\ = 2x + x^2 \end{aligned}$$",
        ["proved", "proved", "refuted"],
    ),
    "braces around a script": (
        r"$x \in \mathbb{R}^n$ $$f = \sum_k x{_k}^2$$ $$\frac{\partial f}{\partial x{_{k}}} = 2 x{_k}$$"
        r"$$\frac{\partial f}{\partial x{_k}} = x_k$$",
        ["proved", "refuted"],
    ),
    "a dot between two vectors in bold": (
        r"$$J(\mathbf{v}) = \frac12 \sum_{i=1}^{n} (t^{(i)} - \mathbf{v} \cdot \mathbf{u}^{(i)})^2$$"
        r"$$\frac{\partial J}{\partial v_j} = -\sum_{i=1}^{n} u_j^{(i)} (t^{(i)} - \mathbf{u}^{(i)} \cdot \mathbf{v})$$"
        r"$$\nabla J(\mathbf v) = \sum_{i=1}^{n} (t^{(i)} - \mathbf{v} \cdot \mathbf{u}^{(i)}) \mathbf{u}^{(i)}$$",
        ["proved", "refuted"],
    ),
    "with an arrow, and with a logarithm": (
        r"$$s = \vec w \cdot \vec x + b$$ $$\frac{\partial s}{\partial \vec w} = \vec x$$"
        r"$$\nabla_{\vec w} s = \vec w$$ $\mathbf q \in \mathbb{R}^n$ $$H = -\mathbf r \cdot \log \mathbf q$$"
        r"$$\frac{\partial H}{\partial q_i} = -\frac{r_i}{q_i}$$ $$\frac{\partial H}{\partial q_i} = \frac{r_i}{q_i}$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "a dot that makes a vector is no inner product": (
        r"$\mathbf f, \mathbf g, \mathbf u \in \mathbb{R}^n$ $$\mathbf h = \mathbf f \cdot \mathbf g$$"
        r"$$s = \mathbf u \cdot \mathbf h$$ $$\frac{\partial s}{\partial \mathbf u} = \mathbf h$$",
        ["unread"],
    ),
    "what a chain means as a probability": (
        r"$$z = w x + b$$ $$\hat y = \sigma(z) = \frac{1}{1 + e^{-z}} = P(y = 1 \mid x)$$"
        r"$$\frac{\partial \hat y}{\partial w} = \hat y (1 - \hat y) x$$"
        r"$$\frac{\partial \hat y}{\partial w} = \hat y x$$",
        ["proved", "proved", "refuted"],
    ),
    "and right after what is defined": (
        r"$$z = w x + b$$ $$\hat y = p(y = 1 | x) = \sigma(z)$$"
        r"$$\frac{\partial \hat y}{\partial b} = \hat y (1 - \hat y)$$"
        r"$$\frac{\partial \hat y}{\partial b} = \hat y (1 + \hat y)$$",
        ["proved", "refuted"],
    ),
    "names in type of programs": (
        r"$x, y \in \mathbb{R}^n$ $$\texttt{err} = x - y$$ $$f = \texttt{err}^\top \texttt{err}$$"
        r"$$\nabla_x f = 2 \, \texttt{err}$$ $$\nabla_y f = 2 \, \texttt{err}$$",
        ["proved", "refuted"],
    ),
    # -- cases
    "for which values something holds defines none": (
        r"$$\hat y = \sigma(z), L = -y \log \hat y - (1-y)\log(1-\hat y)$$ If $y = 1$, it is $L = -\log \hat y$;"
        r" when $y = 0$ it is $-\log(1-\hat y)$. In general $$\frac{\partial L}{\partial z} = \hat y - y$$"
        r"$$\frac{\partial L}{\partial z} = \hat y - 1$$",
        ["unread", "proved", "refuted"],
    ),
    "at a point": (
        r"$$L = (a-y)^2, a = wx+b$$ At $x = 0$: $\frac{\partial L}{\partial w} = 0$."
        r" Otherwise $$\frac{\partial L}{\partial w} = 2(a-y)x$$ $$\frac{\partial L}{\partial w} = 0$$",
        ["unread", "proved", "refuted"],
    ),
    "a case after what it is of": (
        r"$$f = |z|$$ Here $$\frac{df}{dz} = 1$$ if $z > 0$. Then $$\frac{df}{dz} = 1$$",
        ["unread", "refuted"],
    ),
    "one case and the other": (
        r"$$f = |z|$$ If $z > 0$, then $\frac{df}{dz} = 1$ and $\frac{df}{dz} = -1$. If $z < 0$, then"
        r" $\frac{df}{dz} = -1$. If $z > 0$, $\frac{df}{dz} = 1$, otherwise $\frac{df}{dz} = -1$."
        r" In general $$\frac{df}{dz} = 1$$",
        ["proved", "refuted", "unread", "unread", "unread", "refuted"],
    ),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_read_as_people_mean_it(name):
    text, expected = WRITTEN[name]
    report = sb.verify(text + "\n")
    assert [c.verdict for c in report.claims] == expected
