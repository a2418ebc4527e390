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
    "* between different shapes is a correlation that nothing refutes": (
        r"$X \in \mathbb{R}^{m \times n}$, $W \in \mathbb{R}^{k \times k}$, $b \in \mathbb{R}$ $$Y = X * W + b$$"
        r"$$\nabla_W L = X * \nabla_Y L$$ $$\nabla_X L = \nabla_Y L * \text{rot180}(W)$$"
        r""
        r"$$\nabla_X L = \nabla_Y L * W$$ $$\nabla_b L = \sum_{i,j} \frac{\partial L}{\partial Y_{ij}}$$"
        r"$$\nabla_W L = -X * \nabla_Y L$$",
        ["proved", "proved", "unread", "proved", "unread"],
    ),
    "a correlation that is called so": (
        r"The cross-correlation of $X \in \mathbb{R}^{n}$ and $w \in \mathbb{R}^{k}$: $$Y = w * X$$"
        r"$$\nabla_w L = X * \nabla_Y L$$ $$\nabla_X L = \nabla_Y L * \text{flip}(w)$$ $$\nabla_X L = \nabla_Y L * w$$"
        r"$$\nabla_w L = -X * \nabla_Y L$$ $$\nabla_w L = X * X$$",
        ["proved", "proved", "refuted", "refuted", "unread"],
    ),
    "the last layers by name": (
        r"$$C_0 = (a^{(L)} - y)^2$$ $$a^{(L)} = \sigma(z^{(L)})$$ $$z^{(L)} = w^{(L)} a^{(L-1)} + b^{(L)}$$"
        r"$$\frac{\partial C_0}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}}"
        r"\frac{\partial a^{(L)}}{\partial z^{(L)}}\frac{\partial C_0}{\partial a^{(L)}}"
        r" = a^{(L-1)}\sigma'(z^{(L)}) 2 (a^{(L)} - y)$$"
        r"$$\frac{\partial C_0}{\partial a^{(L-1)}} = w^{(L)}\sigma'(z^{(L)}) 2 (a^{(L)} - y)$$"
        r"$$\frac{\partial C_0}{\partial b^{(L)}} = 2 (a^{(L)} - y)$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "the last layers by name, entry by entry": (
        r"$$C = \sum_j (a_j^L - y_j)^2$$ $$z_j^L = \sum_k w_{jk}^L a_k^{L-1} + b_j^L$$ $$a_j^L = \sigma(z_j^L)$$"
        r"$$\frac{\partial C}{\partial a_k^{L-1}} = \sum_j w_{jk}^L \sigma'(z_j^L) 2 (a_j^L - y_j)$$"
        r"$$\frac{\partial C}{\partial a_k^{L-1}} = w_{jk}^L \sigma'(z_j^L) 2 (a_j^L - y_j)$$",
        ["proved", "refuted"],
    ),
    "one term of a cost": (
        r"$x_i \in \mathbb{R}^d$, $w \in \mathbb{R}^d$, $b \in \mathbb{R}$"
        r"$$z_i = w^\top x_i + b$$ $$p_i = \sigma(z_i)$$"
        r" $$J(w, b) = -\sum_{i=1}^n [y_i \log p_i + (1 - y_i) \log(1 - p_i)]$$"
        r"$$\frac{d\sigma(z)}{dz} = \sigma(z)(1 - \sigma(z))$$ $$J_i = -[y_i \log p_i + (1 - y_i) \log(1 - p_i)]$$"
        r"$$\frac{dJ_i}{dz_i} = \frac{dJ_i}{dp_i} \frac{dp_i}{dz_i} = p_i - y_i$$"
        r"$$\nabla_w J = \sum_{i=1}^n \frac{dJ_i}{dz_i} \frac{\partial z_i}{\partial w}"
        r" = \sum_{i=1}^n (p_i - y_i) x_i$$ $$\frac{dJ_i}{dz_i} = p_i + y_i$$"
        r" $$\frac{d\sigma(z)}{dz} = \sigma(z)(1 + \sigma(z))$$",
        ["proved", "proved", "proved", "proved", "proved", "refuted", "refuted"],
    ),
    "an update that goes on": (
        r"$$C = (w x - y)^2$$ $$w = w - \eta \frac{\partial C}{\partial w} = w - 2 \eta (w x - y) x$$"
        r"$$\frac{\partial C}{\partial w} = 2 (w x - y) x$$ $$\frac{\partial C}{\partial w} = (w x - y) x$$",
        ["proved", "refuted"],
    ),
    "a gradient by several arguments is a column": (
        r"$$f(u, v) = u^2 + 3 v$$ $$\nabla f(u, v) = \begin{pmatrix} 2u \\ 3 \end{pmatrix}$$"
        r"$$\nabla f = \begin{bmatrix} \frac{\partial f}{\partial u} \\ \frac{\partial f}{\partial v} \end{bmatrix}$$"
        r"$$\nabla f = (2u, 3)$$ $$\nabla f = \begin{pmatrix} 3 \\ 2u \end{pmatrix}$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "another example with a cost of its own": (
        r"$x \in \mathbb{R}^n$, $W \in \mathbb{R}^{m \times n}$ $$y = W x$$ $$\nabla_x L = W^\top \nabla_y L$$"
        r"$$u_i = v_i^2$$ $$\frac{\partial L}{\partial v_i} = 2 v_i \frac{\partial L}{\partial u_i}$$"
        r"$$\frac{\partial L}{\partial v_i} = v_i \frac{\partial L}{\partial u_i}$$",
        ["proved", "proved", "refuted"],
    ),
    "cases of vectors hold entry by entry": (
        r"$x \in \mathbb{R}^n$ $$y = \max(0, x)$$"
        r"$$\nabla_x L = \begin{cases} \nabla_y L & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}$$"
        r"$$\nabla_x L = \begin{cases} \nabla_y L & \text{if } x < 0 \\ 0 & \text{otherwise} \end{cases}$$"
        r"$$\nabla_x L = \nabla_y L \odot \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}$$",
        ["proved", "refuted", "proved"],
    ),
    "one subscript that counts rows everywhere means a row": (
        r"$A = \text{softmax}(S)$ for each row, $S \in \mathbb{R}^{n \times n}$."
        r"$$\frac{\partial L}{\partial S_i} = A_i \odot \left(\frac{\partial L}{\partial A_i}"
        r" - \sum_j \frac{\partial L}{\partial A_{i,j}} A_{i,j}\right)$$"
        r"$$\frac{\partial L}{\partial S_i} = A_i \odot \left(\frac{\partial L}{\partial A_i}"
        r" + \sum_j \frac{\partial L}{\partial A_{i,j}} A_{i,j}\right)$$",
        ["proved", "refuted"],
    ),
    "* between different shapes may be a convolution": (
        r"$X \in \mathbb{R}^{m \times n}$, $K \in \mathbb{R}^{p \times q}$ $$L = \operatorname{tr}(X^\top X)$$"
        r"$$\nabla_X L = K \ast X$$ $$\nabla_X L = X + X$$ $$\nabla_X L = X * X$$",
        ["unread", "proved", "refuted"],
    ),
    # -- what a definition's own shapes say
    "row vectors where nothing is declared": (
        r"$$z_1 = x W_1 + b_1, h = \sigma(z_1), z_2 = h W_2 + b_2, L = \tfrac12 \|z_2 - y\|^2$$"
        r"$$\frac{\partial L}{\partial W_2} = h^\top (z_2 - y), \frac{\partial L}{\partial b_2} = z_2 - y$$"
        r"$$\frac{\partial L}{\partial z_1} = ((z_2 - y) W_2^\top) \odot h \odot (1 - h)$$"
        r"$$\frac{\partial L}{\partial W_1} = x^\top \frac{\partial L}{\partial z_1}$$"
        r"$$\frac{\partial L}{\partial W_2} = 7 h^\top (z_2 - y), \frac{\partial L}{\partial b_2} = y - z_2$$",
        ["proved", "proved", "proved", "proved", "refuted", "refuted"],
    ),
    "layers of rows of any depth": (
        r"$$z^{(l)} = h^{(l-1)} W^{(l)} + b^{(l)}, h^{(l)} = \sigma(z^{(l)})$$"
        r"$$\delta^{(l)} := \frac{\partial J}{\partial z^{(l)}}$$"
        r"$$z^{(l+1)} = h^{(l)} W^{(l+1)} + b^{(l+1)}$$"
        r"$$\delta^{(l)} = (\delta^{(l+1)} W^{(l+1)\top}) \odot \sigma'(z^{(l)})$$"
        r"$$\frac{\partial J}{\partial W^{(l)}} = h^{(l-1)\top} \delta^{(l)}$$"
        r"$$\frac{\partial J}{\partial W^{(l)}} = -h^{(l-1)\top} \delta^{(l)}$$"
        r"$$\delta^{(l)} = (\delta^{(l+1)} W^{(l+1)}) \odot \sigma'(z^{(l)})$$",
        ["proved", "proved", "proved", "refuted", "refuted"],
    ),
    "steps that are rows": (
        r"$$Z_t = X_t B^\top + H_{t-1} A^\top, H_t = Z_t \sigma(Z_t), Y_t = H_t C^\top$$"
        r"$$\frac{\partial L}{\partial C} = \sum_t \left(\frac{\partial L}{\partial Y_t}\right)^\top H_t$$"
        r"$$\frac{\partial L}{\partial B} = \sum_t \left(\frac{\partial L}{\partial Z_t}\right)^\top X_t$$"
        r"$$\frac{\partial L}{\partial C} = -\sum_t \left(\frac{\partial L}{\partial Y_t}\right)^\top H_t$$",
        ["proved", "proved", "refuted"],
    ),
    "the activation of a layer under the letter of a function": (
        r"$$\sigma(x) = \frac{1}{1 + e^{-x}}$$ $$z^{(l)} = W^{(l)} a^{(l-1)}, a^{(l)} = \sigma^{(l)}(z^{(l)})$$"
        r"$$\frac{\partial J}{\partial z^{(l)}} = \sigma'^{(l)}(z^{(l)}) \odot \frac{\partial J}{\partial a^{(l)}}$$"
        r"$$\frac{\partial J}{\partial z^{(l)}} = -\sigma'^{(l)}(z^{(l)}) \odot \frac{\partial J}{\partial a^{(l)}}$$"
        r"$$\frac{\partial J}{\partial z^{(l)}} = a^{(l)} \odot (1-a^{(l)}) \odot"
        r"\frac{\partial J}{\partial a^{(l)}}$$",
        ["proved", "refuted", "unread"],
    ),
    "a chain that names an argument": (
        r"$w, x \in \mathbb{R}^n$ $$\hat y = \sigma(z) = \sigma(w^\top x), L = \tfrac12 (\hat y - y)^2$$"
        r"$$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial z} x, \frac{\partial z}{\partial w} = x$$"
        r"$$\frac{\partial L}{\partial z} = (\hat y - y) \hat y (1 - \hat y)$$"
        r"$$\frac{\partial L}{\partial z} = (\hat y - y) \hat y$$",
        ["proved", "proved", "proved", "proved", "refuted"],
    ),
    "what a block of definitions says of a symbol after it was used": (
        r"$w, x \in \mathbb{R}^n$ $$p = w^\top x$$ $$C = \tfrac12 (p - y)^2$$"
        r" $$\frac{\partial C}{\partial w} = (p - y) x$$"
        r"$$C = -y \ln p - (1 - y) \ln(1 - p)$$ where $p = \sigma(w^\top x)$."
        r"$$\frac{\partial C}{\partial w} = (p - y) x$$ $$\frac{\partial C}{\partial w} = (y - p) x$$",
        ["proved", "proved", "refuted"],
    ),
    "a letter that only an example which is over used": (
        r"$z \in \mathbb{R}^n$, $x \in \mathbb{R}^m$ $$C = \tfrac12 \sum_{i=1}^n (z_i - y_i)^2$$"
        r"$$\frac{\partial C}{\partial z_i} = z_i - y_i$$ $$C = \tfrac12 \sum_{j=1}^m (x_j - y_j)^2$$"
        r"$$\frac{\partial C}{\partial x_j} = x_j - y_j$$ $$\frac{\partial C}{\partial x_j} = x_j + y_j$$",
        ["proved", "proved", "refuted"],
    ),
    "a plain letter before the bold one is defined": (
        r"$$z = w x, a = \sigma(z)$$ $$\frac{da}{dz} = a (1 - a)$$ Now let $\mathbf{z} \in \mathbb{R}^K$."
        r"$$S = \sum_{k=1}^K e^{z_k}$$ $$\frac{\partial S}{\partial z_j} = e^{z_j}$$"
        r"$$\frac{\partial S}{\partial z_j} = -e^{z_j}$$",
        ["proved", "proved", "refuted"],
    ),
    "a case of indices in plain words": (
        r"$$p_i = \frac{e^{z_i}}{\sum_{k=1}^K e^{z_k}}$$ **Case 1: i = j**"
        r" $$\frac{\partial p_i}{\partial z_i} = p_i (1-p_i)$$"
        "\n\n**Case 2: i ≠ j**\n\n" + r"$$\frac{\partial p_i}{\partial z_j} = -p_i p_j$$ So it is $$-p_j p_i$$"
        "\n\n**All**\n\n" + r"with $\delta_{ij} = 1$ if $i = j$, else $0$:"
        r"$$\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)$$"
        r" $$\frac{\partial p_i}{\partial z_j} = -p_i p_j$$",
        ["proved", "proved", "proved", "refuted"],
    ),
    "examples as columns, and a mean kept outside of dZ": (
        r"$A^{[0]} = X \in \mathbb{R}^{n \times m}$ $$Z^{[1]} = W^{[1]} A^{[0]} + b^{[1]}, A^{[1]} = \tanh(Z^{[1]})$$"
        r"$$Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}, A^{[2]} = \text{softmax}(Z^{[2]})$$"
        r"$$dW^{[2]} = \frac1m dZ^{[2]} A^{[1]T}, db^{[2]} = \frac1m \sum dZ^{[2]}$$"
        r"$$dZ^{[1]} = W^{[2]T} dZ^{[2]} \circ \tanh'(Z^{[1]}), db^{[1]} = -\frac1m \sum dZ^{[1]}$$"
        r"$$dZ^{[1]} = -W^{[2]T} dZ^{[2]} \circ \tanh'(Z^{[1]})$$",
        ["proved", "proved", "proved", "refuted", "refuted"],
    ),
    "a mean that is kept outside of dZ and left out": (
        r"$X \in \mathbb{R}^{n \times m}$ $$Z = W X + b, A = \tanh(Z)$$ $$dW = \frac1m dZ X^\top, db = \sum dZ$$"
        r"$$dZ = dA \circ \tanh'(Z), dZ = -dA \circ \tanh'(Z)$$",
        ["unread", "unread", "proved", "refuted"],
    ),
    "a bias whose size nothing says": (
        r"$$Y = X W + b, L = \tfrac12 \|Y - T\|_F^2$$ $$\frac{\partial L}{\partial W} = X^\top (Y - T)$$"
        r"$$\frac{\partial L}{\partial b} = (Y - T)^\top \mathbf{1}$$"
        r"$$\frac{\partial L}{\partial b} = (Y - T) \mathbf{1}$$",
        ["proved", "proved", "refuted"],
    ),
    "updates under the marks of the next value": (
        r"$x, w \in \mathbb{R}$ $$L = (w x - 1)^2$$ $$w_{new} = w_{old} - \eta \frac{\partial L}{\partial w}$$"
        r"$$w^{(t+1)} = w^{(t)} - \eta \nabla_w L = w^{(t)} - 2 \eta x$$"
        r"$$w^+ = w - \eta \frac{\partial L}{\partial w} = 3$$"
        r"$$\frac{\partial L}{\partial w} = 2 (w x - 1) x$$ $$\frac{\partial L}{\partial w} = 2 (w x - 1)$$",
        ["proved", "refuted"],
    ),
    "layers counted by another letter, and a bare letter of theirs": (
        r"$$u = b c, J = 3 u$$ $$\frac{dJ}{dc} = 3 b, \frac{dJ}{dc} = 3 c$$"
        r"$$Z^{[i]} = W^{[i]} A^{[i-1]} + U X, A^{[i]} = \tanh(Z^{[i]})$$"
        r"$$dW^{[l]} = dZ^{[l]} A^{[l-1]T}$$ $$dW^{[l]} = -dZ^{[l]} A^{[l-1]T}$$"
        r"$$W^{[i]} = W^{[i]} - \alpha\, dW^{[i]}$$",
        ["proved", "refuted", "proved", "refuted"],
    ),
    "a loss that is given after it was any": (
        r"$w, x, b, y \in \mathbb{R}$ $$z = w x + b, a = \sigma(z), L = L(a, y)$$"
        r"$$\frac{\partial L}{\partial w} = \frac{\partial L}{\partial a} \cdot \frac{\partial a}{\partial w}$$"
        r"$$L(a, y) = \frac12 (a - y)^2$$ $$\frac{\partial L}{\partial w} = (a - y) \sigma'(z) x$$"
        r"$$\frac{\partial L}{\partial w} = (y - a) \sigma'(z) x$$",
        ["proved", "proved", "refuted"],
    ),
    "what a symbol comes to in numbers is no other definition of it": (
        r"$w, x, y \in \mathbb{R}$ $$p = w x, E = \tfrac12 (p - y)^2$$ $$E = \tfrac12 (0.3 - 1)^2 = 0.245$$"
        r"$$\frac{\partial E}{\partial w} = (p - y) x$$ $$\frac{\partial E}{\partial w} = (y - p) x$$",
        ["unread", "unread", "proved", "refuted"],
    ),
    "a prime on brackets with one variable": (
        r"$$\sigma'(x) = \left(\frac{1}{1+e^{-x}}\right)' = \frac{e^{-x}}{(1+e^{-x})^2}$$"
        r"$$\sigma'(x) = -\left(\frac{1}{1+e^{-x}}\right)'$$",
        ["proved", "proved", "refuted"],
    ),
    "a function that is defined at an entry": (
        r"$$s(a_j) = 1/(1+e^{-a_j})$$ $$a_j = \sum_{k=1}^n w_{kj} x_k, o_j = s(a_j)$$"
        r"$$E = \tfrac12 \sum_j (o_j - t_j)^2$$"
        r"$$\frac{\partial E}{\partial a_j} = (s(a_j) - t_j) s(a_j) [1 - s(a_j)]$$"
        r"$$\frac{\partial E}{\partial a_j} = (s(a_j) - t_j) s(a_j)$$",
        ["proved", "refuted"],
    ),
    "a path through a definition that is not read": (
        r"$x \in \mathbb{R}^n$, $V \in \mathbb{R}^{m \times k}$, $a \in \mathbb{R}^k$ $$a = W x B c$$"
        r"$$L = \|V a\|^2 + \|x\|^2$$ $$\frac{\partial L}{\partial x} = 2 x$$"
        r"$$\frac{\partial L}{\partial a} = 2 V^\top V a$$",
        ["unread", "proved"],
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
