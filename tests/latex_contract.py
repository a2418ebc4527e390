"""Snippets written to the contract, each with the verdicts of its claims in order: one or more for every notation."""

CONTRACT = {
    (r"$x \in \mathbb{R}^n$, $A \in \mathbb{S}^n_{++}$ $$f = x^\top A^{-1} x$$ $$\nabla_x f = 2A^{-1}x$$"): ["proved"],
    (r"$A \in \mathbb{S}^n_{++}$ $$f = \log\det A$$ $$\frac{\partial f}{\partial A} = A^{-1}$$"): ["proved"],
    (
        r"$x\in\mathbb{R}^n$, $y\in\mathbb{R}^n$, $\mathbf 1^\top y = 1$ $$L = \log \sum_i e^{x_i} - y^\top "
        r"x$$ $$\frac{\partial L}{\partial x} = \operatorname{softmax}(x) - y$$"
    ): ["proved"],
    (
        r"$x\in\mathbb{R}^n$, $y\in\mathbb{R}^n$, $\mathbf 1^\top y = 1$ $$L = -y^\top \log "
        r"\operatorname{softmax}(x)$$ $$\frac{\partial L}{\partial x} = \operatorname{softmax}(x) - y$$"
    ): ["proved"],
    (
        r"$t \in \{1,\dots,K\}^N$, $Z \in \mathbb{R}^{N\times K}$ $$L = \frac1N\sum_{n=1}^N \left(\log \sum_k "
        r"e^{Z_{nk}} - Z_{n t_n}\right)$$ $$\frac{\partial L}{\partial Z_{nk}} = "
        r"\frac1N\left(\frac{e^{Z_{nk}}}{\sum_j e^{Z_{nj}}} - [k = t_n]\right)$$"
    ): ["proved"],
    (
        r"$Y \in \{0,1\}^{N\times K}$, $\sum_k Y_{nk} = 1$, $Z\in\mathbb{R}^{N\times K}$ $$P_{nk} = "
        r"\frac{e^{Z_{nk}}}{\sum_j e^{Z_{nj}}}$$ $$L = -\frac1N\sum_{n,k} Y_{nk}\log P_{nk}$$ $$\frac{\partial"
        r" L}{\partial Z} = \frac1N (P - Y)$$"
    ): ["proved"],
    (
        r"$f \colon \mathbb{R} \to \mathbb{R}$, $w,x\in\mathbb{R}^n$ $$y = f(w^\top x)$$ $$\frac{\partial "
        r"y}{\partial w} = f'(w^\top x) x$$"
    ): ["proved"],
    (
        r"$\ell \colon \mathbb{R}^q \times \mathbb{R}^q \to \mathbb{R}$, $W\in\mathbb{R}^{q\times n}$, "
        r"$x\in\mathbb{R}^n$, $y\in\mathbb{R}^q$ $$z = Wx$$ $$L = \ell(z, y)$$ $$\frac{\partial L}{\partial W}"
        r" = \frac{\partial L}{\partial z} x^\top$$"
    ): ["proved"],
    (
        r"$W\in\mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$ $$y \coloneqq Wx$$ $$\frac{\partial y}{\partial x} "
        r"= W$$"
    ): ["proved"],
    (
        r"$W\in\mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$ $$y \triangleq Wx, \quad L \equiv \tfrac12 \lVert y"
        r" \rVert_2^2$$ $$\frac{\partial L}{\partial W} = y x^\intercal$$ $$\frac{\partial L}{\partial W} = x "
        r"y^\intercal$$"
    ): ["proved", "refuted"],
    (
        r"$Q \in \mathbb{R}^{n\times n}$, $Q^\top Q = I$, $x \in\mathbb{R}^n$ $$f = \lVert Qx\rVert^2$$ "
        r"$$\nabla_x f = 2x$$"
    ): ["proved"],
    (
        r"$A \in \mathbb{R}^{n\times n}$, $A = A^\top$, $x\in\mathbb{R}^n$ $$f = x^\top A x$$ $$\nabla_x f = "
        r"2Ax$$"
    ): ["proved"],
    (
        r"$A \in \mathbb{R}^{n\times n}$, $A = -A^\top$, $x\in\mathbb{R}^n$ $$f = x^\top A x$$ $$\nabla_x f = "
        r"0$$"
    ): ["proved"],
    (r"$A \in \mathbb{R}^{n\times n}$, $x\in\mathbb{R}^n$ $$f = x^\top A x$$ $$\nabla_x f = 2Ax$$"): ["refuted"],
    (
        r"$w, x\in\mathbb{R}^n$, $\lVert w \rVert = 1$ $$f = w^\top x / \lVert w \rVert$$ $$\frac{\partial "
        r"f}{\partial x} = w$$"
    ): ["proved"],
    (
        r"$w\in\mathbb{R}^n$, $\lambda > 0$, $y\in\mathbb{R}^m$, $X\in\mathbb{R}^{m\times n}$ $$J(w) = \lVert "
        r"Xw-y\rVert_2^2 + \lambda \lVert w\rVert_2^2$$ $$\nabla J = 2X^\top(Xw-y) + 2\lambda w$$ $$w "
        r"\leftarrow w - \alpha \nabla J$$"
    ): ["proved"],
    (
        r"$A\in\mathbb{R}^{m\times n}, B\in\mathbb{R}^{n\times m}$ $$f = \operatorname{tr}(AB)$$ "
        r"$$\frac{\partial f}{\partial A} = B^\top$$"
    ): ["proved"],
    (
        r"$A\in\mathbb{R}^{m\times n}, B\in\mathbb{R}^{m\times n}$ $$f = \langle A, B\rangle$$ "
        r"$$\frac{\partial f}{\partial A} = B$$"
    ): ["proved"],
    (r"$A\in\mathbb{R}^{n\times n}$ $$\frac{\partial \det A}{\partial A} = \det(A) A^{-\top}$$"): ["proved"],
    (
        r"$A\in\mathbb{R}^{n\times n}$, $a,b\in\mathbb{R}^n$ $$\frac{\partial}{\partial A} (a^\top A^{-1} b) ="
        r" -A^{-\top} a b^\top A^{-\top}$$"
    ): ["proved"],
    (
        r"$x, y\in\mathbb{R}^n$ $$L = \sum_i \max(0, 1 - y_i x_i)$$ $$\frac{\partial L}{\partial x_i} = -y_i "
        r"[y_i x_i < 1]$$"
    ): ["proved"],
    (
        r"$z\in\mathbb{R}$ $$f(z) = \begin{cases} z & z > 0 \\ \alpha z & z \le 0 \end{cases}$$ $$f'(z) = "
        r"\begin{cases} 1 & z > 0 \\ \alpha & z \le 0\end{cases}$$"
    ): ["proved"],
    (r"$x\in\mathbb{R}^n$ $$y = x \oslash \lVert x \rVert$$"): [],
    (
        r"$x, g\in\mathbb{R}^n$ $$\mu = \frac1n \mathbf 1^\top x, \quad s = \sqrt{\frac1n \lVert x - "
        r"\mu\rVert^2 + \epsilon}, \quad \hat x = \frac{x-\mu}{s}$$ $$\bar x = \frac1s\left(\bar{\hat x} - "
        r"\frac1n \sum_i \bar{\hat x}_i - \hat x \frac1n \sum_i \bar{\hat x}_i \hat x_i\right)$$"
    ): ["proved"],
    (
        r"$X\in\mathbb{R}^{N\times D}$, $W\in\mathbb{R}^{D\times M}$, $b\in\mathbb{R}^M$, "
        r"$Y\in\mathbb{R}^{N\times M}$ $$Z = XW + \mathbf 1 b^\top, \quad A = \sigma(Z), \quad J = "
        r"\frac{1}{2N}\lVert A - Y\rVert_F^2$$ $$dZ = \frac1N (A - Y)\odot A \odot (1-A)$$ $$dW = X^\top dZ, "
        r"\quad db = dZ^\top \mathbf 1$$ $$dW = X^\top dZ \, \sigma'(Z)$$"
    ): ["proved", "proved", "proved", "refuted"],
    (
        r"$Q,K\in\mathbb{R}^{n\times d}$, $V\in\mathbb{R}^{n\times d}$. The softmax is applied row-wise. $$S ="
        r" \frac{QK^\top}{\sqrt d}, \quad P = \operatorname{softmax}(S), \quad O = PV$$ $$\bar V = P^\top \bar"
        r" O, \quad \bar P = \bar O V^\top$$ $$\bar S = P\odot(\bar P - (\bar P \odot P)\mathbf 1\mathbf "
        r"1^\top)$$ $$\bar Q = \frac{1}{\sqrt d}\bar S K, \quad \bar K = \frac{1}{\sqrt d} \bar S^\top Q$$"
    ): ["proved", "proved", "proved", "proved", "proved"],
    (
        r"$x\in\mathbb{R}^n$, $w \in \mathbb{R}^k$ $$y_i = \sum_{p=1}^k w_p x_{i+p-1}$$ $$\frac{\partial "
        r"L}{\partial w_p} = \sum_i \frac{\partial L}{\partial y_i} x_{i+p-1}$$"
    ): ["proved"],
    (
        r"$x,y\in\mathbb{R}^n$ $$c = \frac{x^\top y}{\lVert x\rVert\lVert y\rVert}$$ $$\frac{\partial "
        r"c}{\partial x} = \frac{y}{\lVert x\rVert\lVert y\rVert} - c\frac{x}{\lVert x\rVert^2}$$"
    ): ["proved"],
    (
        r"$\mu, s \in\mathbb{R}^n$ $$K = \frac12\sum_i \left(\mu_i^2 + e^{s_i} - s_i - 1\right)$$ "
        r"$$\frac{\partial K}{\partial \mu} = \mu, \quad \frac{\partial K}{\partial s_i} = "
        r"\frac12(e^{s_i}-1)$$"
    ): ["proved", "proved"],
    (
        r"Seja $x \in \mathbb{R}^n$ e $w\in\mathbb{R}^n$. $$z = w^\top x + b,\quad a=\sigma(z),\quad L = "
        r"\frac12 (a-y)^2$$ onde $b,y\in\mathbb{R}$. Logo $$\frac{\partial L}{\partial w} = (a-y)a(1-a)x$$ e "
        r"$$\frac{\partial L}{\partial b} = (a-y)a(1-a)$$ $$\frac{\partial L}{\partial b} = (a-y)$$"
    ): ["proved", "proved", "refuted"],
    (
        r"$x\in\mathbb{R}^n$ $$f = \log\sum_i e^{x_i}$$ $$\frac{\partial^2 f}{\partial x_i\partial x_j} = "
        r"p_i\delta_{ij} - p_ip_j$$ where $p = \operatorname{softmax}(x)$."
    ): ["proved"],
    (
        r"$W_1\in\mathbb{R}^{h\times d}$, $W_2\in\mathbb{R}^{k\times h}$, $x\in\mathbb{R}^d$, "
        r"$y\in\mathbb{R}^k$ $$h = \mathrm{ReLU}(W_1x), \quad \hat y = W_2 h, \quad L=\frac12\lVert\hat y - "
        r"y\rVert^2$$ $$\frac{\partial L}{\partial W_1} = \left(W_2^\top(\hat y-y)\odot \mathbb "
        r"1[W_1x>0]\right)x^\top$$"
    ): ["proved"],
    (
        r"$x\in\mathbb{R}$ $$y = x^2, \quad z = x y$$ $$\frac{dz}{dx} = 3x^2$$ $$\frac{\partial z}{\partial x}"
        r" = y$$ $$\frac{dz}{dx} = y$$"
    ): ["proved", "proved", "refuted"],
    (
        r"$a^{[0]} = x$, $x\in\mathbb{R}^{n_0}$, $W^{[l]}\in\mathbb{R}^{n_l\times n_{l-1}}$, "
        r"$b^{[l]}\in\mathbb{R}^{n_l}$ $$z^{[l]} = W^{[l]}a^{[l-1]} + b^{[l]}, \quad a^{[l]} = g(z^{[l]})$$ "
        r"$$dz^{[l]} = W^{[l+1]\top}dz^{[l+1]}\odot g'(z^{[l]}), \quad dW^{[l]} = dz^{[l]}a^{[l-1]\top}, \quad"
        r" db^{[l]} = dz^{[l]}$$"
    ): ["proved", "proved", "proved"],
    (r"$p\in(0,1)$, $y\in\{0,1\}$ $$L = -y\log p - (1-y)\log(1-p)$$ $$\frac{dL}{dp} = \frac{p-y}{p(1-p)}$$"): [
        "proved"
    ],
    (r"$X\in\mathbb{R}^{n\times n}$ $$f = \operatorname{tr}(X^2)$$ $$\nabla_X f = 2X^\top$$"): ["proved"],
    (
        r"$x\in\mathbb{R}^n$ $$f=\lVert x\rVert_1$$ $$\frac{\partial f}{\partial x_i} = "
        r"\operatorname{sign}(x_i)$$"
    ): ["proved"],
    (
        r"$x \in\mathbb{R}^n$ $$m = \max_j x_j, \quad f = m + \log\sum_j e^{x_j - m}$$ $$\frac{\partial "
        r"f}{\partial x_i} = \frac{e^{x_i-m}}{\sum_j e^{x_j-m}}$$"
    ): ["proved"],
    (r"$x\in\mathbb{R}^n$ $$w \leftarrow w + \alpha \frac{\partial C}{\partial w}$$"): [],
    (
        r"$A\in\mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$, $y\in\mathbb{R}^m$ $$f(x) = \tfrac12\lVert "
        r"Ax-y\rVert^2, \quad \nabla f(x) = A^\top(Ax-y), \quad \nabla^2 f(x) = A^\top A$$"
    ): ["proved", "proved"],
    (
        r"$x\in\mathbb{R}^d$, $h_{0},c_{0}\in\mathbb{R}^m$, $W_f,W_i,W_o,W_g\in\mathbb{R}^{m\times d}$ "
        r"$$f=\sigma(W_fx),\quad i=\sigma(W_ix),\quad o=\sigma(W_ox),\quad g=\tanh(W_gx)$$ $$c=f\odot "
        r"c_0+i\odot g,\quad h=o\odot\tanh(c)$$ $$\bar c = \bar h\odot o\odot(1-\tanh^2(c))$$ $$\bar f=\bar "
        r"c\odot c_0,\quad \bar W_f = (\bar f\odot f\odot(1-f))x^\top$$"
    ): ["proved", "proved", "proved"],
    (
        r"$E\in\mathbb{R}^{V\times d}$, $t\in\{1,\dots,V\}^N$ $$x_{nj} = E_{t_n j},\quad "
        r"L=\frac12\sum_{n,j}x_{nj}^2$$ $$\frac{\partial L}{\partial E_{vj}} = \sum_n [t_n=v]\, x_{nj}$$"
    ): ["proved"],
    (
        r"Numerator layout. $A\in\mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$ $$y=Ax,\quad f = \lVert "
        r"y\rVert^2$$ $$\frac{\partial y}{\partial x}=A,\quad \frac{\partial f}{\partial A} = 2 x y^\top$$"
    ): ["proved", "proved"],
    (
        r"$x\in\mathbb{R}^n$, $w_1,w_2\in\mathbb{R}^n$ $$u=\tanh(w_1^\top x),\quad v=\tanh(w_2^\top x),\quad L"
        r" = uv$$ $$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial u}\frac{\partial u}{\partial "
        r"x}+\frac{\partial L}{\partial v}\frac{\partial v}{\partial x} = v(1-u^2)w_1+u(1-v^2)w_2$$ "
        r"$$\frac{\partial L}{\partial x}=\frac{\partial L}{\partial u}\frac{\partial u}{\partial x}$$"
    ): ["proved", "proved", "refuted"],
    (
        r"$x\in\mathbb{R}^n$, $W\in\mathbb{R}^{n\times n}$ $$h_1=\sigma(Wx),\quad h_2=\sigma(Wh_1),\quad "
        r"L=\mathbf 1^\top h_2$$ $$\delta_2 = h_2\odot(1-h_2),\quad \delta_1=(W^\top\delta_2)\odot "
        r"h_1\odot(1-h_1)$$ $$\frac{\partial L}{\partial W}=\delta_2h_1^\top+\delta_1x^\top$$ $$\frac{\partial"
        r" L}{\partial W}=\delta_2h_1^\top$$"
    ): ["proved", "refuted"],
    (
        r"$X\in\mathbb{R}^{N\times D}$ $$\mu_j=\frac1N\sum_n X_{nj},\quad "
        r"v_j=\frac1N\sum_n(X_{nj}-\mu_j)^2,\quad \hat X_{nj}=\frac{X_{nj}-\mu_j}{\sqrt{v_j+\epsilon}},\quad "
        r"Y_{nj}=\gamma_j\hat X_{nj}+\beta_j$$ $$\frac{\partial L}{\partial \gamma_j}=\sum_n\frac{\partial "
        r"L}{\partial Y_{nj}}\hat X_{nj},\quad\frac{\partial L}{\partial\beta_j}=\sum_n\frac{\partial "
        r"L}{\partial Y_{nj}}$$ $$\frac{\partial L}{\partial "
        r"X_{nj}}=\frac{\gamma_j}{N\sqrt{v_j+\epsilon}}\left(N\frac{\partial L}{\partial "
        r"Y_{nj}}-\sum_m\frac{\partial L}{\partial Y_{mj}}-\hat X_{nj}\sum_m\frac{\partial L}{\partial "
        r"Y_{mj}}\hat X_{mj}\right)$$"
    ): ["proved", "proved", "proved"],
    (
        r"$x\in\mathbb{R}^n,g\in\mathbb{R}^n$ $$r=\sqrt{\frac1n\sum_i x_i^2+\epsilon},\quad "
        r"y_i=g_i\frac{x_i}{r}$$ $$\frac{\partial L}{\partial x_i}=\frac1r\left(g_i\bar "
        r"y_i-\frac{x_i}{nr^2}\sum_j\bar y_jg_jx_j\right)$$"
    ): ["proved"],
    (
        r"$A\in\mathbb{R}^{n\times n}$, $b\in\mathbb{R}^n$ $$x=A^{-1}b,\quad L=\frac12\lVert x\rVert^2$$ "
        r"$$\frac{\partial L}{\partial b}=A^{-\top}x,\quad\frac{\partial L}{\partial A}=-A^{-\top}xx^\top$$"
    ): ["proved", "proved"],
    (
        r"$w\in\mathbb{R}^n$, $x_i\in\mathbb{R}^n$, $y_i\in\mathbb{R}$ $$L=\sum_{i=1}^N\max(0,1-y_iw^\top "
        r"x_i)+\frac\lambda2\lVert w\rVert^2$$ $$\frac{\partial L}{\partial w}=\lambda w-\sum_{i=1}^N\mathbb "
        r"1[y_iw^\top x_i<1]\,y_ix_i$$"
    ): ["proved"],
    (
        r"$\theta\in\mathbb{R}^n$, $x^{(i)}\in\mathbb{R}^n$, $y^{(i)}\in\mathbb{R}$ "
        r"$$h^{(i)}=\sigma(\theta^\top x^{(i)}),\quad J=-\frac1m\sum_{i=1}^m\left[y^{(i)}\log "
        r"h^{(i)}+(1-y^{(i)})\log(1-h^{(i)})\right]$$ $$\frac{\partial "
        r"J}{\partial\theta}=\frac1m\sum_{i=1}^m(h^{(i)}-y^{(i)})x^{(i)}$$ $$\frac{\partial "
        r"J}{\partial\theta}=\sum_{i=1}^m(h^{(i)}-y^{(i)})x^{(i)}$$"
    ): ["proved", "refuted"],
    (
        r"$u,v\in\mathbb{R}^n$ $$s=\frac{1}{1+\lVert u-v\rVert^2}$$ $$\frac{\partial s}{\partial "
        r"u}=-2s^2(u-v)$$"
    ): ["proved"],
    (
        r"$x\in\mathbb{R}^n$ $$p=\operatorname{softmax}(x),\quad H=-\sum_ip_i\log p_i$$ $$\frac{\partial "
        r"H}{\partial x_i}=-p_i(\log p_i+H)$$"
    ): ["proved"],
    (
        r"$x\in\mathbb{R}^n$ $$p=\operatorname{softmax}(x/T)$$ $$\frac{\partial p_i}{\partial "
        r"x_j}=\frac1Tp_i(\delta_{ij}-p_j)$$ $$\frac{\partial p}{\partial "
        r"x}=\frac1T(\operatorname{diag}(p)-pp^\top)$$"
    ): ["proved", "proved"],
    (
        r"$x\in\mathbb{R}$ $$f=\frac12x\left(1+\operatorname{erf}\left(\frac{x}{\sqrt2}\right)\right)$$ "
        r"$$f'(x)=\Phi$$"
    ): ["unread"],
    (
        r"$z\in\mathbb{R}$ "
        r"$$\operatorname{softplus}'(z)=\sigma(z),\quad\frac{d}{dz}\left(z\sigma(z)\right)=\sigma(z)(1+z(1-\sigma(z)))$$"
    ): ["proved", "proved"],
    (
        r"$X\in\mathbb{R}^{m\times n}$ $$\frac{\partial\operatorname{tr}(X^\top X)}{\partial "
        r"X}=2X,\qquad\frac{\partial\lVert X\rVert_F^2}{\partial X}=2X$$"
    ): ["proved", "proved"],
    (
        r"$a,b\in\mathbb{R}^n$ $$\frac{\partial a^\top b}{\partial a}=b,\quad\frac{\partial a^\top b}{\partial"
        r" a}=b^\top$$"
    ): ["proved", "proved"],
    (
        r"$x \in \mathbb{R}^n$, $A\in\mathbb{R}^{m\times n}$ $$\frac{\partial (Ax)}{\partial x}=A "
        r"\quad\Rightarrow\quad \frac{\partial \lVert Ax\rVert^2}{\partial x} = 2A^\top Ax$$"
    ): ["proved", "proved"],
    (
        r"$W\in\mathbb{R}^{m\times n},x\in\mathbb{R}^n,t\in\mathbb{R}^m$ "
        r"$$E(W)=\tfrac12\sum_k\left(\sum_jW_{kj}x_j-t_k\right)^2$$ $$\frac{\partial E}{\partial "
        r"W_{kj}}=\left(\sum_{j}W_{kj}x_j-t_k\right)x_j$$"
    ): ["proved"],
    (
        r"$W\in\mathbb{R}^{m\times n},x\in\mathbb{R}^n,t\in\mathbb{R}^m$ "
        r"$$E(W)=\tfrac12\sum_k\left(\sum_jW_{kj}x_j-t_k\right)^2$$ $$\frac{\partial E}{\partial "
        r"W_{kj}}=\left(\sum_{i}W_{ki}x_i-t_k\right)x_j$$"
    ): ["proved"],
}
