"""Classic mistakes, with the verdicts and the diagnoses that fit; what is right beside them is proved."""

MISTAKES = {
    (
        r"$W_1\in\mathbb{R}^{h\times d}$, $W_2\in\mathbb{R}^{k\times h}$, $b_1\in\mathbb{R}^h$, "
        r"$x\in\mathbb{R}^d$, $y\in\mathbb{R}^k$ $$z = W_1x+b_1,\quad h=\tanh(z), \quad \hat y = W_2 h, \quad "
        r"L=\frac12\lVert\hat y - y\rVert^2$$ $$\frac{\partial L}{\partial W_2} = h(\hat y-y)^\top$$"
    ): (["refuted"], ["transpose"]),
    (
        r"$W_1\in\mathbb{R}^{h\times d}$, $W_2\in\mathbb{R}^{k\times h}$, $b_1\in\mathbb{R}^h$, "
        r"$x\in\mathbb{R}^d$, $y\in\mathbb{R}^k$ $$z = W_1x+b_1,\quad h=\tanh(z), \quad \hat y = W_2 h, \quad "
        r"L=\frac12\lVert\hat y - y\rVert^2$$ $$\frac{\partial L}{\partial z} = W_2^\top(\hat y-y)$$"
    ): (["refuted"], ["missing_activation_derivative"]),
    (
        r"$W_1\in\mathbb{R}^{h\times d}$, $W_2\in\mathbb{R}^{k\times h}$, $b_1\in\mathbb{R}^h$, "
        r"$x\in\mathbb{R}^d$, $y\in\mathbb{R}^k$ $$z = W_1x+b_1,\quad h=\tanh(z), \quad \hat y = W_2 h, \quad "
        r"L=\frac12\lVert\hat y - y\rVert^2$$ $$\frac{\partial L}{\partial z} = W_2(\hat y-y)\odot(1-h^2)$$"
    ): (["refuted"], ["shape", "transpose"]),
    (
        r"$W_1\in\mathbb{R}^{h\times d}$, $W_2\in\mathbb{R}^{k\times h}$, $b_1\in\mathbb{R}^h$, "
        r"$x\in\mathbb{R}^d$, $y\in\mathbb{R}^k$ $$z = W_1x+b_1,\quad h=\tanh(z), \quad \hat y = W_2 h, \quad "
        r"L=\frac12\lVert\hat y - y\rVert^2$$ $$\frac{\partial L}{\partial z} = W_2^\top(\hat "
        r"y-y)\odot(1-z^2)$$"
    ): (["refuted"], ["wrong_variable"]),
    (
        r"$W_1\in\mathbb{R}^{h\times d}$, $W_2\in\mathbb{R}^{k\times h}$, $b_1\in\mathbb{R}^h$, "
        r"$x\in\mathbb{R}^d$, $y\in\mathbb{R}^k$ $$z = W_1x+b_1,\quad h=\tanh(z), \quad \hat y = W_2 h, \quad "
        r"L=\frac12\lVert\hat y - y\rVert^2$$ $$\frac{\partial L}{\partial z} = W_2^\top(y-\hat "
        r"y)\odot(1-h^2)$$"
    ): (["refuted"], ["sign"]),
    (
        r"$W_1\in\mathbb{R}^{h\times d}$, $W_2\in\mathbb{R}^{k\times h}$, $b_1\in\mathbb{R}^h$, "
        r"$x\in\mathbb{R}^d$, $y\in\mathbb{R}^k$ $$z = W_1x+b_1,\quad h=\tanh(z), \quad \hat y = W_2 h, \quad "
        r"L=\frac12\lVert\hat y - y\rVert^2$$ $$\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial "
        r"z} h^\top$$"
    ): (["refuted"], ["shape", "wrong_layer", "wrong_variable"]),
    (
        r"$W_1\in\mathbb{R}^{h\times d}$, $W_2\in\mathbb{R}^{k\times h}$, $b_1\in\mathbb{R}^h$, "
        r"$x\in\mathbb{R}^d$, $y\in\mathbb{R}^k$ $$z = W_1x+b_1,\quad h=\tanh(z), \quad \hat y = W_2 h, \quad "
        r"L=\frac12\lVert\hat y - y\rVert^2$$ $$\frac{\partial L}{\partial z} = (1-h^2)\odot W_1^\top(\hat "
        r"y-y)$$"
    ): (["refuted"], ["shape", "wrong_layer"]),
    (
        r"$X\in\mathbb{R}^{N\times D}$, $W\in\mathbb{R}^{D\times K}$, $b\in\mathbb{R}^K$, "
        r"$Y\in\mathbb{R}^{N\times K}$ $$Z = XW + \mathbf 1 b^\top, \quad A=\sigma(Z),\quad L = "
        r"\frac1{2N}\lVert A-Y\rVert_F^2$$ $$\frac{\partial L}{\partial Z} = (A-Y)\odot A\odot(1-A)$$"
    ): (["refuted"], ["factor", "missing_mean"]),
    (
        r"$X\in\mathbb{R}^{N\times D}$, $W\in\mathbb{R}^{D\times K}$, $b\in\mathbb{R}^K$, "
        r"$Y\in\mathbb{R}^{N\times K}$ $$Z = XW + \mathbf 1 b^\top, \quad A=\sigma(Z),\quad L = "
        r"\frac1{2N}\lVert A-Y\rVert_F^2$$ $$\frac{\partial L}{\partial b} = \frac1N (A-Y)\odot A\odot(1-A)$$"
    ): (["refuted"], ["missing_sum", "shape"]),
    (
        r"$X\in\mathbb{R}^{N\times D}$, $W\in\mathbb{R}^{D\times K}$, $b\in\mathbb{R}^K$, "
        r"$Y\in\mathbb{R}^{N\times K}$ $$Z = XW + \mathbf 1 b^\top, \quad A=\sigma(Z),\quad L = "
        r"\frac1{2N}\lVert A-Y\rVert_F^2$$ $$\frac{\partial L}{\partial W} = X^\top\frac1N (A-Y)$$"
    ): (["refuted"], ["missing_activation_derivative"]),
    (
        r"$X\in\mathbb{R}^{N\times D}$, $W\in\mathbb{R}^{D\times K}$, $b\in\mathbb{R}^K$, "
        r"$Y\in\mathbb{R}^{N\times K}$ $$Z = XW + \mathbf 1 b^\top, \quad A=\sigma(Z),\quad L = "
        r"\frac1{2N}\lVert A-Y\rVert_F^2$$ $$\frac{\partial L}{\partial W} = \frac1N (A-Y)^\top X$$"
    ): (["refuted"], ["missing_activation_derivative", "shape", "transpose"]),
    (
        r"$z,y\in\mathbb{R}^K$, $\sum_k y_k=1$ $$p_i=\frac{e^{z_i}}{\sum_k e^{z_k}},\quad L=-\sum_i y_i\log "
        r"p_i$$ $$\frac{\partial L}{\partial z_i} = y_i - p_i$$"
    ): (["refuted"], ["sign"]),
    (
        r"$z,y\in\mathbb{R}^K$, $\sum_k y_k=1$ $$p_i=\frac{e^{z_i}}{\sum_k e^{z_k}},\quad L=-\sum_i y_i\log "
        r"p_i$$ $$\frac{\partial p_i}{\partial z_j} = p_i(1-p_i)$$"
    ): (["refuted"], ["missing_sum", "missing_term", "wrong_index"]),
    (
        r"$z,y\in\mathbb{R}^K$, $\sum_k y_k=1$ $$p_i=\frac{e^{z_i}}{\sum_k e^{z_k}},\quad L=-\sum_i y_i\log "
        r"p_i$$ $$\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij}+p_j)$$"
    ): (["refuted"], ["sign"]),
    (
        r"$z,y\in\mathbb{R}^K$, $\sum_k y_k=1$ $$p_i=\frac{e^{z_i}}{\sum_k e^{z_k}},\quad L=-\sum_i y_i\log "
        r"p_i$$ $$\frac{\partial L}{\partial z_i} = -\frac{y_i}{p_i}p_i(1-p_i)$$"
    ): (["refuted"], ["missing_path", "missing_sum", "missing_term"]),
    (
        r"$x\in\mathbb{R}^n$, $W\in\mathbb{R}^{n\times n}$ $$y = x + Wx,\quad L=\frac12\lVert y\rVert^2$$ "
        r"$$\frac{\partial L}{\partial x} = W^\top y$$"
    ): (["refuted"], ["missing_path", "missing_term"]),
    (r"$x\in\mathbb{R}^n$ $$L=\sum_i \mathrm{ReLU}(x_i)$$ $$\frac{\partial L}{\partial x_i} = [x_i<0]$$"): (
        ["refuted"],
        ["wrong_branch"],
    ),
    (
        r"$x\in\mathbb{R}^n$, $w\in\mathbb{R}^n$, $\lambda>0$ $$L = (w^\top x-y)^2+\lambda\lVert w\rVert^2$$ "
        r"$$\frac{\partial L}{\partial w} = 2(w^\top x-y)x+\lambda w$$"
    ): (["refuted"], ["factor"]),
    (
        r"$x\in\mathbb{R}^n$, $w\in\mathbb{R}^n$, $y\in\mathbb{R}$ $$a=\sigma(w^\top x),\quad L = "
        r"\frac12(a-y)^2$$ $$\frac{\partial L}{\partial w} = (a-y)\sigma(a)(1-\sigma(a))x$$"
    ): (["refuted"], ["wrong_function", "wrong_variable"]),
    (
        r"$A\in\mathbb{R}^{n\times n},x\in\mathbb{R}^n$ $$f=x^\top Ax$$ $$\frac{\partial f}{\partial x} = "
        r"(A+A)x$$"
    ): (["refuted"], ["transpose"]),
    (
        r"$A\in\mathbb{R}^{m\times n},B\in\mathbb{R}^{n\times p},C\in\mathbb{R}^{p\times m}$ "
        r"$$f=\operatorname{tr}(ABC)$$ $$\frac{\partial f}{\partial B} = CA$$"
    ): (["refuted"], ["order", "transpose"]),
    (
        r"$A\in\mathbb{R}^{n\times n},B\in\mathbb{R}^{n\times n}$ $$f=\operatorname{tr}(AB)$$ $$\frac{\partial"
        r" f}{\partial A} = B$$"
    ): (["refuted"], ["transpose"]),
    (
        r"$Q,K,V\in\mathbb{R}^{n\times d}$. Row-wise softmax. $$S=\frac{1}{\sqrt d}QK^\top,\quad "
        r"P=\operatorname{softmax}(S),\quad O=PV$$ $$\bar Q=\bar S K$$"
    ): (["refuted"], ["factor", "missing_term"]),
    (
        r"$x\in\mathbb{R}^n$ $$m=\frac1n\sum_i x_i,\quad v=\frac1n\sum_i(x_i-m)^2,\quad "
        r"y_i=\frac{x_i-m}{\sqrt{v+\epsilon}}$$ $$\frac{\partial L}{\partial x_i} = "
        r"\frac{1}{\sqrt{v+\epsilon}}\frac{\partial L}{\partial y_i}$$"
    ): (["refuted"], ["missing_path", "missing_term"]),
    (r"$$f=\cosh x$$ $$\frac{df}{dx} = -\sinh x$$"): (["refuted"], ["sign"]),
    (r"$$f=\ln(x^2+1)$$ $$\frac{df}{dx} = \frac{1}{x^2+1}$$"): (
        ["refuted"],
        ["factor", "missing_activation_derivative", "missing_term"],
    ),
    (r"$$f=x\sin x$$ $$\frac{df}{dx} = \cos x$$"): (["refuted"], ["factor", "missing_path", "missing_term"]),
    (r"$$f = e^{-x^2}$$ $$f'(x) = -2x e^{-x^2}$$"): (["proved"], []),
    (r"$$f(x) = \tanh(x)$$ $$f'(x) = 1-f(x)^2$$ $$f'(x)=1-x^2$$"): (["proved", "refuted"], ["wrong_variable"]),
    (
        r"$$\sigma(x)=\frac{1}{1+e^{-x}}$$ "
        r"$$\sigma'(x)=\frac{e^{-x}}{(1+e^{-x})^2}=\sigma(x)(1-\sigma(x))=\sigma(x)\sigma(-x)$$ "
        r"$$\tanh(x)=2\sigma(2x)-1$$ $$\sigma''(x) = \sigma'(x)(1-2\sigma(x))$$"
    ): (["proved", "proved", "proved", "proved", "proved"], []),
}
