"""What stands beside formulas: conditions in the text, functions said in a chain, definitions further down.

Of every form one claim is right and one is wrong, so that reading it as nothing, or as anything, is seen.
"""

import pytest

import symbackprop as sb

SOFTMAX = r"$$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$" + "\n\n"
SLOPE = r"$\frac{\partial p_i}{\partial z_k} = %s$"
COST = SOFTMAX + "The loss of %s $y_i$ is\n" + r"$$L = -\sum_i y_i \log p_i$$" + "\n\n"
BY_SCORE = r"$$\frac{\partial L}{\partial z_k} = %s$$" + "\n\n"
BY_CASE = r"$$\frac{\partial p_i}{\partial z_k} = %s$$" + "\n\n"
LAYER = r"$$z = W x + b$$ $$a = f(z) = \max(0, z)$$ $$C = \frac12 (u^\top a - y)^2$$"
TWO = (
    r"$$z^{(1)} = W^{(1)} x$$ $$a^{(1)} = f(z^{(1)}) = %s$$ $$z^{(2)} = W^{(2)} a^{(1)}$$ $$a^{(2)} = f(z^{(2)}) = %s$$"
)
STEPS = r"$$z_t = U x_t$$ $$p_t = \operatorname{softmax}(z_t)$$ $$L = -\sum_{t=1}^T y_t^\top \log p_t$$ %s."
BY_STEP = r"$$\frac{\partial L}{\partial U} = \sum_t (%s) x_t^\top$$"
BY_A = r"$$\frac{\partial L}{\partial a} = %s$$"
HINGE = r"Let $m > 0$ and $u = w^\top x$. $$L = \max(0, m - u)^2$$ "
BY_U = r"$$\frac{\partial L}{\partial u} = %s$$"
BATCH = (
    r"$P = \mathrm{softmax}(Z)$ row by row, $Z = X W$, $L = -\frac1N \sum_{n=1}^N \sum_{c=1}^C Y_{nc} \log P_{nc}$ %s. "
)
OF_BATCH = r"$$\frac{\partial L}{\partial Z} = \frac1N (%s)$$"
FORMS = {
    "a condition before a formula in the text": (
        SOFTMAX + f"For $i = k$: {SLOPE % 'p_k (1 - p_k)'}\nFor $i \\neq k$: {SLOPE % '-p_i p_k'}\n"
        f"For $i \\neq k$: {SLOPE % 'p_i p_k'}\n",
        ["proved", "proved", "refuted"],
    ),
    "a condition after a formula in the text": (
        SOFTMAX + f"So {SLOPE % '-p_i p_k'} for $i \\neq k$, and {SLOPE % 'p_i (1 - p_k)'} if $i = k$.\n"
        f"Is {SLOPE % '-p_i'} for $i \\neq k$?\n",
        ["proved", "proved", "refuted"],
    ),
    "no condition on what follows in another line": (
        SOFTMAX + f"For $i \\neq k$: {SLOPE % '-p_i p_k'}\nAll of them:\n"
        r"$$\frac{\partial p_i}{\partial z_k} = p_i (\delta_{ik} - p_k)$$"
        r"$$\frac{\partial p_i}{\partial z_k} = -p_i p_k$$",
        ["proved", "proved", "refuted"],
    ),
    "one-hot targets by their entries": (
        COST % "one-hot targets" + BY_SCORE % "p_k - y_k" + BY_SCORE % "p_k + y_k",
        ["proved", "refuted"],
    ),
    "a size that is told after a definition was written again": (
        r"$$o = W x + b$$ $$p = \operatorname{softmax}(o)$$ $$p_j = \frac{e^{o_j}}{\sum_k e^{o_k}}$$"
        r" For a label vector $y$ (one-hot), $$c = -\sum_{j=1}^q y_j \log p_j$$"
        + r"$$\frac{\partial c}{\partial o_j} = p_j - y_j$$"
        r"$$\frac{\partial c}{\partial o_j} = y_j - p_j$$",
        ["proved", "proved", "refuted"],
    ),
    "one-hot rows": (BATCH % "with one-hot rows $Y$" + OF_BATCH % "P - Y" + OF_BATCH % "Y - P", ["proved", "refuted"]),
    "a matrix that holds one-hot labels": (
        BATCH % "where $Y$ holds the one-hot encoded labels" + OF_BATCH % "P - Y" + OF_BATCH % "Y - P",
        ["proved", "refuted"],
    ),
    "labels that are one-hot, nobody says which letter they have": (
        BATCH % "where the labels are one-hot encoded" + OF_BATCH % "P - Y" + OF_BATCH % "Y - P",
        ["unread", "refuted"],
    ),
    "rows that sum to one": (
        BATCH % "where every row of $Y$ sums to one" + OF_BATCH % "P - Y" + OF_BATCH % "Y - P",
        ["unread", "refuted"],
    ),
    "nothing is said of the labels": (BATCH % "as always" + OF_BATCH % "P - Y", ["refuted"]),
    "orthogonal rows make no orthogonal matrix": (
        r"Let $x \in \mathbb{R}^n$ and take a matrix with orthogonal rows $Q \in \mathbb{R}^{n \times n}$."
        r"$$L = \frac12 \|Q x\|^2$$ $$\frac{\partial L}{\partial x} = x$$",
        ["refuted"],
    ),
    "one-hot targets of steps": (
        STEPS % "wobei $y_t$ ein One-Hot-Vektor ist" + BY_STEP % r"p_t - y_t" + BY_STEP % r"y_t - p_t",
        ["proved", "refuted"],
    ),
    "one-hot targets of examples": (
        r"Let $x^{(i)} \in \mathbb{R}^d$ and let each $y^{(i)}$ be one-hot, $i = 1, \dots, m$."
        r"$$z^{(i)} = W x^{(i)}$$"
        r"$$p^{(i)}_k = \frac{e^{z_k^{(i)}}}{\sum_j e^{z_j^{(i)}}}$$"
        r"$$L = -\sum_{i=1}^m \sum_k y^{(i)}_k \log p^{(i)}_k$$"
        r"$$\frac{\partial L}{\partial z^{(i)}} = p^{(i)} - y^{(i)}$$"
        r"$$\frac{\partial L}{\partial z^{(i)}} = y^{(i)} - p^{(i)}$$",
        ["proved", "refuted"],
    ),
    "words that say it of a case, up to the next sentence": (
        r"Let $a, b \in \mathbb{R}^d$. $$L = \max(0, \|a\|^2 - a^\top b)$$ When the loss is active, "
        + BY_A % "2 a - b"
        + BY_A % "2 a + b"
        + " In general this is not the derivative: "
        + BY_A % "2 a - b"
        + " If the loss is not active, "
        + BY_A % "2 a - b",
        ["proved", "unread", "refuted", "unread"],
    ),
    "a cost that words call positive": (
        r"Let $a, b \in \mathbb{R}^d$. $$L = [\|a\|^2 - a^\top b]_+$$ Where the loss is positive we have "
        + BY_A % "2 a - b"
        + BY_A % "2 a",
        ["proved", "unread"],
    ),
    "a cost that is no positive part, and that words call positive": (
        r"Let $a, b \in \mathbb{R}^d$. $$L = \|a\|^2 - a^\top b$$ Where the loss is positive we have " + BY_A % "2 a",
        ["unread"],
    ),
    "an order beside a colon says of which case the next formulas are": (
        HINGE
        + "For $u < m$: "
        + BY_U % "2 (u - m)"
        + " In all cases "
        + BY_U % r"-2 \max(0, m - u)"
        + BY_U % "2 u - m",
        ["unread", "proved", "refuted"],
    ),
    "an order beside a colon, in Russian": (HINGE + "При $u < m$: " + BY_U % "2 (u - m)", ["unread"]),
    "an order before a word for when, in Chinese": (HINGE + "当 $u < m$ 时 " + BY_U % "2 (u - m)", ["unread"]),
    "an order that a sentence of its own supposes": (
        HINGE + "Suppose $u < m$. Then we get " + BY_U % "2 (u - m)" + " In general " + BY_U % "2 (u - m)",
        ["unread", "refuted"],
    ),
    "the differential of the cost is no derivative of it": (
        r"Let $f = \operatorname{tr}(A X B X^\top)$ with $X \in \mathbb{R}^{m \times n}$."
        r"$$df = \operatorname{tr}(A\, dX\, B X^\top) + \operatorname{tr}(A X B\, dX^\top)$$"
        r"$$\frac{\partial f}{\partial X} = A^\top X B^\top + A X B$$"
        r"$$\frac{\partial f}{\partial X} = 2 A X B$$",
        ["unread", "proved", "refuted"],
    ),
    "d of what words call differentials": (
        r"$$z = W x$$ $$p = \sigma(z)$$ Taking differentials, $$dp = p \odot (1 - p) \odot dz$$"
        r"$$\frac{\partial L}{\partial z} = p \odot (1 - p) \odot \frac{\partial L}{\partial p}$$",
        ["unread", "proved"],
    ),
    "an order of a norm, in Italian": (HINGE + "Per $|u| < m$ vale " + BY_U % "2 (u - m)", ["unread"]),
    "one-hot targets in Japanese": (
        r"$y$ は one-hot ベクトルとする。" + COST % "weights" + BY_SCORE % "p_k - y_k" + BY_SCORE % "p_k + y_k",
        ["proved", "refuted"],
    ),
    "weights of classes that are positive have the length of what they stand beside": (
        r"Let $p = \operatorname{softmax}(z)$ and $\alpha_k > 0$. $$L = -\sum_k \alpha_k y_k \log p_k$$"
        r"$$\frac{\partial L}{\partial z_k} = p_k \sum_j \alpha_j y_j - \alpha_k y_k$$"
        r"$$\frac{\partial L}{\partial z_k} = \alpha_k (p_k - y_k)$$",
        ["proved", "refuted"],
    ),
    "targets of which nothing is said": (COST % "targets" + BY_SCORE % "p_k - y_k", ["refuted"]),
    "a letter that is defined further down": (
        COST % "the targets"
        + BY_SCORE % r"p_k \sum_i y_i - y_k"
        + BY_SCORE % r"p_k \sum_i y_i + y_k"
        + r"Then $$y_i = \gamma z_i + \beta$$ $$\frac{\partial y_i}{\partial \gamma} = z_i$$",
        ["unread", "refuted", "proved"],
    ),
    "the function of a layer said in its chain": (
        LAYER
        + r"$$\frac{\partial C}{\partial z} = (u^\top a - y) u \odot f'(z)$$"
        + r"$$\frac{\partial C}{\partial z_i} = (u^\top a - y) u_i [z_i > 0]$$"
        + r"$$\frac{\partial C}{\partial z_i} = (u^\top a - y) u_i a_i$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "one function for two layers": (
        TWO % (r"\tanh(z^{(1)})", r"\tanh(z^{(2)})")
        + r"$$f'(z^{(2)}) = 1 - (a^{(2)})^2$$ $$f'(z^{(1)}) = 1 - a^{(1)}$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "a letter for two functions is none of them": (
        TWO % (r"\max(0, z^{(1)})", r"\tanh(z^{(2)})") + r"$$f'(z^{(2)}) = 1 - (a^{(2)})^2$$",
        ["unread", "unread", "unread"],
    ),
    "diag of a letter that nothing says": (
        r"$$\frac{\partial \tanh(s)}{\partial s} = \operatorname{diag}(1 - \tanh^2(s))$$"
        r"$$\frac{\partial \tanh(s)}{\partial s} = \operatorname{diag}(1 - \tanh(s))$$",
        ["proved", "refuted"],
    ),
    "a heading names a case for all displays below it, up to words that put the cases together": (
        SOFTMAX
        + "**Case 1: $i = k$**\n\n"
        + "".join(BY_CASE % x for x in ("p_k (1 - p_k)", "p_i (1 - p_k)"))
        + "**Case 2: $i \\neq k$**\n\n$f = e^{z_i}$, $f' = 0$\n"
        + "".join(BY_CASE % x for x in ("0 - p_i p_k", "-p_i p_k", "p_i p_k"))
        + "Combining both cases\n"
        + "".join(BY_CASE % x for x in ("-p_i p_k", "p_i (\\delta_{ik} - p_k)")),
        ["proved", "proved", "unread", "proved", "proved", "refuted", "refuted", "proved"],
    ),
    "a case under a heading in Korean": (
        SOFTMAX
        + "**경우 2: $i \\neq k$ (다른 인덱스)**\n\n"
        + BY_CASE % "-p_i p_k"
        + BY_CASE % "-p_k p_i"
        + BY_CASE % "p_k",
        ["proved", "proved", "refuted"],
    ),
    **{
        f"what something is in each case restricts nothing: {words}": (
            SOFTMAX + words + BY_CASE % "p_i (1 - p_k)" + BY_CASE % "p_i (\\delta_{ik} - p_k)",
            ["refuted", "proved"],
        )
        for words in (
            r"With Kronecker's delta $\delta_{ik}$ (1 if $i = k$, else 0):",
            r"With $\delta_{ik}$, which is 1 when $i = k$ and 0 otherwise:",
            r"$\delta_{ik}$ equals one for $i = k$ and zero for $i \neq k$:",
            r"크로네커 델타 $\delta_{ik}$를 사용하면 ($i = k$일 때 1, 아니면 0):",
            r"当 $i = k$ 时 $\delta_{ik}$ 为 1，否则为 0：",
            r"Mit $\delta_{ik}$ (1 für $i = k$, sonst 0):",
        )
    },
    "letters of the quotient rule in a line of text": (
        SOFTMAX
        + "With $f = e^{z_i}$ and $f' = e^{z_i}$,\n\n"
        + BY_CASE % "p_i (\\delta_{ik} - p_k)"
        + BY_CASE % "p_i p_k",
        ["unread", "proved", "refuted"],
    ),
    "a definition in a line of text that a display has": (
        SOFTMAX + "With $f = e^{z_i}$ and $f' = e^{z_i}$,\n\n" + BY_CASE % "p_i p_k" + r"$$g = 2 f$$",
        ["unread", "unread"],
    ),
    "items that begin with the sign of a difference": (
        COST % "one-hot vector"
        + "- $p_k - y_k > 0$: too high\n- $p_k - y_k < 0$: too low\n- $p_k - y_k = 0$: right\n\n"
        + BY_SCORE % "p_k - y_k"
        + BY_SCORE % "y_k - p_k",
        ["proved", "refuted"],
    ),
    "the largest entry by a word": (
        r"Let $z \in \mathbb{R}^K$. $$\log \sum_j e^{z_j} = \log\left(\sum_j e^{z_j - z_{\max}}\right) + z_{\max}$$"
        r"$$\log \sum_j e^{z_j} = \log\left(\sum_j e^{z_j - z_{max}}\right) - z_{max}$$"
        r"$$p_i = \frac{e^{z_i - z_{\text{max}}}}{\sum_j e^{z_j - z_{\text{max}}}}$$"
        r"$$\frac{\partial p_i}{\partial z_k} = p_i (\delta_{ik} - p_k)$$",
        ["proved", "refuted", "proved"],
    ),
    # -- what a number is in
    "labels that are -1 or 1": (
        r"Labels $s_i \in \{-1, +1\}$, $m_i = s_i (v^\top r_i + c)$ for $i = 1, \dots, N$. $$E = \sum_i e^{-m_i}$$"
        r"$$\frac{\partial E}{\partial c} = -\sum_i s_i e^{-m_i}$$"
        r"$$\frac{\partial E}{\partial c} = \sum_i s_i e^{-m_i}$$"
        r"$$\frac{\partial^2 E}{\partial c^2} = \sum_i e^{-m_i}$$",
        ["proved", "refuted", "agrees"],
    ),
    "intervals with their ends, at which strict bounds may fail": (
        r"Let $q \in [0, 1]$ and $f = -\log q$. $$\frac{df}{dq} = -\frac{1}{q}$$ $$\frac{df}{dq} = \frac{1}{q}$$"
        r"$$q (1 - q) \ge 0$$ $$q (1 - q) > 0$$ $$f > 0$$",
        ["proved", "refuted", "proved", "unread", "unread"],
    ),
    "intervals of all numbers, and of those that are not negative": (
        r"Let $a \in [0, \infty)$, $b \in (0, \infty)$, $u \in (-\infty, +\infty)$."
        r"$$\sqrt{a^2} = a$$ $$\sqrt{u^2} = u$$ $$e^b > 1$$ $$e^a > 1$$",
        ["proved", "refuted", "proved", "unread"],
    ),
    "of other intervals nothing is refuted": (
        r"Let $a \in [-1, 1]$. $$g = a b$$ $$\frac{dg}{db} = a$$ $$\frac{dg}{db} = b$$",
        ["proved", "unread"],
    ),
    "a largest number of its own": (
        r"$$y = x \cdot s_{\max}, s_{\max} = 3$$ $$\frac{dy}{dx} = s_{max}$$ $$\frac{dy}{dx} = 2 s_{max}$$",
        ["proved", "refuted"],
    ),
    "a class and its vector in Korean": (
        r"$$q = \text{softmax}(z)$$ 원-핫 인코딩된 정답 레이블 $y$에 대해: $$C = -\sum_j y_j \log q_j$$"
        r"정답 클래스 $c$에서만: $$C = -\log(q_c)$$ $$\frac{\partial C}{\partial q_c} = -\frac{1}{q_c}$$"
        r"$$\frac{\partial C}{\partial z} = q - y$$ $$\frac{\partial C}{\partial z_c} = q_c$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "a class in German that counts elsewhere": (
        r"$$q = \text{softmax}(z)$$ $$C = -\sum_j y_j \log q_j$$ Sei $y$ ein One-Hot-Vektor. Für jede Klasse $c$ und"
        r" die richtige Klasse $c$ gilt $$\frac{\partial C}{\partial z_c} = q_c - 1$$",
        ["unread"],
    ),
    "a matrix times a vector with a cross": (
        r"Let $W \in \mathbb{R}^n$, $X \in \mathbb{R}^{m \times n}$ and $y \in \mathbb{R}^m$."
        r"$$Z = X \times W$$ $$L = \|Z - y\|^2$$"
        r"$$\frac{\partial L}{\partial W} = 2 X^\top (Z - y)$$ $$\frac{\partial L}{\partial W} = X^\top (Z - y)$$",
        ["proved", "refuted"],
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_what_stands_beside_formulas_is_read(name: str) -> None:
    text, verdicts = FORMS[name]
    assert [c.verdict for c in sb.verify(text + "\n").claims] == verdicts
