"""Gradients in NumPy as people write them, right and wrong: rows for ``test_claims_numpy``.

A row: name, forward, gradient, variable, shapes (``x=N,D``), assumptions; wrong ones also name the mistakes that are
accepted as the diagnosis.
"""

import math

import numpy as np
from numpy.linalg import det, inv


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def relu(z):
    return np.maximum(0, z)


def shapes(text):
    pairs = (part.split("=") for part in text.split())
    return {n: tuple(int(s) if s.isdigit() else s for s in sizes.split(",") if s) for n, sizes in pairs}


# Losses and layers that take more than a line ----------------------------------------------------------------


def cross_entropy(z, t):
    shifted = z - z.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -logp[np.arange(len(z)), t].mean()


def cross_entropy_z(z, t):
    p = softmax(z)
    p[np.arange(z.shape[0]), t] -= 1
    return p / z.shape[0]


def cross_entropy_z_forgets_mean(z, t):
    p = softmax(z)
    p[np.arange(z.shape[0]), t] -= 1
    return p


def hinge(x, W, y):
    scores = x @ W
    margins = np.maximum(0, scores - (scores * y).sum(axis=1, keepdims=True) + 1)
    return np.sum(margins * (1 - y)) / x.shape[0]


def hinge_W(x, W, y):
    scores = x @ W
    correct = (scores * y).sum(axis=1, keepdims=True)
    active = ((scores - correct + 1) > 0) * (1 - y)
    d = active - y * active.sum(axis=1, keepdims=True)
    return x.T @ d / x.shape[0]


def mlp(x, W1, b1, W2, y):
    h = np.tanh(x @ W1 + b1)
    return 0.5 * np.sum((h @ W2 - y) ** 2)


def mlp_W1(x, W1, b1, W2, y):
    h = np.tanh(x @ W1 + b1)
    return x.T @ (((h @ W2 - y) @ W2.T) * (1 - h**2))


def mlp_W1_no_tanh(x, W1, b1, W2, y):
    h = np.tanh(x @ W1 + b1)
    return x.T @ ((h @ W2 - y) @ W2.T)


def mlp_W1_product(x, W1, b1, W2, y):
    h = np.tanh(x @ W1 + b1)
    return x.T @ (((h @ W2 - y) @ W2.T) @ (1 - h**2))


def mlp_b1(x, W1, b1, W2, y):
    h = np.tanh(x @ W1 + b1)
    return (((h @ W2 - y) @ W2.T) * (1 - h**2)).sum(axis=0)


def gelu(x, r):
    return np.sum(r * 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))))


def gelu_x(x, r):
    u = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    t = np.tanh(u)
    return r * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2))


def rnn(x, h0, Wx, Wh, r):
    h = h0
    for t in range(x.shape[0]):
        h = np.tanh(Wx @ x[t] + Wh @ h)
    return r @ h


def rnn_Wh(x, h0, Wx, Wh, r):
    hs = [h0]
    for t in range(x.shape[0]):
        hs.append(np.tanh(Wx @ x[t] + Wh @ hs[-1]))
    dh, dWh = r, np.zeros_like(Wh)
    for t in reversed(range(x.shape[0])):
        da = dh * (1 - hs[t + 1] ** 2)
        dWh += np.outer(da, hs[t])
        dh = Wh.T @ da
    return dWh


def rnn_Wh_last_step(x, h0, Wx, Wh, r):
    hs = [h0]
    for t in range(x.shape[0]):
        hs.append(np.tanh(Wx @ x[t] + Wh @ hs[-1]))
    return np.outer(r * (1 - hs[-1] ** 2), hs[-2])


def embedding(E, t, r):
    return np.sum(r * E[t])


def embedding_E(E, t, r):
    dE = np.zeros_like(E)
    np.add.at(dE, t, r)
    return dE


def pooled(x, r):
    return np.sum(r * x.reshape(2, 2, 3, 2).mean(axis=(1, 3)))


def pooled_x(x, r):
    return np.repeat(np.repeat(r, 2, axis=0), 2, axis=1) / 4


def convolution(x, k, r):
    y = np.zeros(x.shape[0] - k.shape[0] + 1)
    for i in range(len(y)):
        y[i] = np.sum(x[i : i + k.shape[0]] * k)
    return r @ y


def convolution_k(x, k, r):
    dk = np.zeros_like(k)
    for i in range(len(r)):
        dk += r[i] * x[i : i + len(k)]
    return dk


def huber(x, y):
    e = x - y
    return np.sum(np.where(np.abs(e) < 1, 0.5 * e**2, np.abs(e) - 0.5))


def huber_x(x, y):
    e = x - y
    return np.where(np.abs(e) < 1, e, np.sign(e))


def branchy(x, y):
    if x[0] > y[0]:
        return x[0] ** 2 * y[0]
    return x[0] * y[0]


def branchy_x(x, y):
    return np.array([2 * x[0] * y[0] if x[0] > y[0] else y[0]])


def masked_relu_x(x, r):
    dx = r.copy()
    dx[x <= 0] = 0
    return dx


def leaky_x(x, r):
    dx = np.array(r)
    dx[x < 0] *= 0.01
    return dx


def layer_norm(x, g, r):
    mu = x.mean(axis=1, keepdims=True)
    return np.sum(r * g * (x - mu) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5))


def layer_norm_x(x, g, r):
    D = x.shape[1]
    s = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    h = (x - x.mean(axis=1, keepdims=True)) / s
    d = r * g
    return (D * d - d.sum(axis=1, keepdims=True) - h * (d * h).sum(axis=1, keepdims=True)) / (D * s)


def layer_norm_x_no_mean_path(x, g, r):
    s = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    h = (x - x.mean(axis=1, keepdims=True)) / s
    d = r * g
    return (d - h * (d * h).mean(axis=1, keepdims=True)) / s


def attention(Q, K, V, R):
    return np.sum(R * (softmax(Q @ K.T / np.sqrt(Q.shape[1])) @ V))


def attention_K(Q, K, V, R):
    P = softmax(Q @ K.T / np.sqrt(Q.shape[1]))
    dP = R @ V.T
    dS = P * (dP - np.sum(dP * P, axis=-1, keepdims=True))
    return dS.T @ Q / np.sqrt(Q.shape[1])


def attention_V(Q, K, V, R):
    return softmax(Q @ K.T / np.sqrt(Q.shape[1])).T @ R


def attention_K_no_scale(Q, K, V, R):
    P = softmax(Q @ K.T / np.sqrt(Q.shape[1]))
    dP = R @ V.T
    return (P * (dP - np.sum(dP * P, axis=-1, keepdims=True))).T @ Q


def attention_K_diagonal_jacobian(Q, K, V, R):
    P = softmax(Q @ K.T / np.sqrt(Q.shape[1]))
    return (P * (1 - P) * (R @ V.T)).T @ Q / np.sqrt(Q.shape[1])


def gated(x, W, r):
    z = W @ x
    a, b = z[:3], z[3:]
    return np.sum(r * a * sigmoid(b))


def gated_W(x, W, r):
    z = W @ x
    a, s = z[:3], sigmoid(z[3:])
    dz = np.concatenate([r * s, r * a * s * (1 - s)])
    return np.outer(dz, x)


def gated_W_swapped(x, W, r):
    z = W @ x
    a, s = z[:3], sigmoid(z[3:])
    return np.outer(np.concatenate([r * a * s * (1 - s), r * s]), x)


RIGHT = [
    ("quadratic", lambda x, A: x @ A @ x, lambda x, A: (A + A.T) @ x, "x", "x=N A=N,N", {}),
    ("quadratic symmetric", lambda x, A: x @ A @ x, lambda x, A: 2 * A @ x, "x", "x=N A=N,N", {"A": "symmetric"}),
    ("least squares", lambda X, w, y: np.sum((X @ w - y) ** 2), lambda X, w, y: 2 * X.T @ (X @ w - y), "w",
     "X=N,D w=D y=N", {}),
    ("ridge", lambda X, w, y: np.mean((X @ w - y) ** 2) / 2 + 0.05 * w @ w,
     lambda X, w, y: X.T @ (X @ w - y) / X.shape[0] + 0.1 * w, "w", "X=N,D w=D y=N", {}),
    ("log determinant", lambda S: np.log(np.linalg.det(S)), lambda S: np.linalg.inv(S).T, "S", "S=N,N",
     {"S": "positive_definite"}),
    ("determinant", lambda X: det(X), lambda X: det(X) * inv(X).T, "X", "X=N,N", {}),
    ("trace of inverse", lambda X, A: np.trace(A @ inv(X)), lambda X, A: -(inv(X) @ A @ inv(X)).T, "X",
     "X=N,N A=N,N", {}),
    ("Frobenius", lambda A, B, X: np.sum((A @ X - B) ** 2), lambda A, B, X: 2 * A.T @ (A @ X - B), "X",
     "A=M,N B=M,K X=N,K", {}),
    ("norm", lambda x: np.linalg.norm(x), lambda x: x / np.linalg.norm(x), "x", "x=N", {}),
    ("cosine", lambda x, y: x @ y / (np.linalg.norm(x) * np.linalg.norm(y)),
     lambda x, y: (y - (x @ y) * x / np.linalg.norm(x) ** 2) / (np.linalg.norm(x) * np.linalg.norm(y)),
     "x", "x=N y=N", {}),
    ("logistic", lambda X, w, y: -np.mean(y * np.log(sigmoid(X @ w)) + (1 - y) * np.log(1 - sigmoid(X @ w))),
     lambda X, w, y: X.T @ (sigmoid(X @ w) - y) / len(y), "w", "X=N,D w=D y=N", {"y": "binary"}),
    ("logistic, logits", lambda z, y: np.sum(np.logaddexp(0, z) - y * z), lambda z, y: sigmoid(z) - y, "z",
     "z=N y=N", {}),
    ("softplus", lambda x, r: np.sum(r * np.log1p(np.exp(x))), lambda x, r: r * sigmoid(x), "x", "x=N r=N", {}),
    ("silu", lambda x, r: np.sum(r * x * sigmoid(x)),
     lambda x, r: r * (sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x))), "x", "x=N r=N", {}),
    ("gelu", gelu, gelu_x, "x", "x=N r=N", {}),
    ("tanh", lambda x, r: r @ np.tanh(x), lambda x, r: r / np.cosh(x) ** 2, "x", "x=N r=N", {}),
    ("relu", lambda x, r: np.sum(r * np.maximum(x, 0)), masked_relu_x, "x", "x=N,D r=N,D", {}),
    ("leaky relu", lambda x, r: np.sum(r * np.where(x > 0, x, 0.01 * x)), leaky_x, "x", "x=N,D r=N,D", {}),
    ("clip", lambda x, r: np.sum(r * np.clip(x, -1, 1)), lambda x, r: r * ((x > -1) & (x < 1)), "x", "x=N r=N", {}),
    ("huber", huber, huber_x, "x", "x=N y=N", {}),
    ("branches", branchy, branchy_x, "x", "x=1 y=1", {}),
    ("softmax cross-entropy, labels", cross_entropy, cross_entropy_z, "z", "z=N,K t=N", {}),
    ("softmax cross-entropy, one-hot", lambda z, y: -np.sum(y * np.log(softmax(z))) / z.shape[0],
     lambda z, y: (softmax(z) - y) / len(z), "z", "z=N,K y=N,K", {"y": "one_hot"}),
    ("log-sum-exp", lambda z: np.log(np.sum(np.exp(z - np.max(z)))) + np.max(z),
     lambda z: np.exp(z) / np.sum(np.exp(z)), "z", "z=N", {}),
    ("entropy", lambda z: -np.sum(softmax(z) * np.log(softmax(z))),
     lambda z: -softmax(z) * (np.log(softmax(z)) - np.sum(softmax(z) * np.log(softmax(z)))), "z", "z=N", {}),
    ("Kullback-Leibler", lambda p, q: np.sum(p * np.log(p / q)), lambda p, q: np.log(p) - np.log(q) + 1, "p",
     "p=N q=N", {"p": "unit", "q": "unit"}),
    ("hinge", hinge, hinge_W, "W", "x=N,D W=D,K y=N,K", {"y": "one_hot"}),
    ("two layers W1", mlp, mlp_W1, "W1", "x=N,D W1=D,H b1=H W2=H,M y=N,M", {}),
    ("two layers b1", mlp, mlp_b1, "b1", "x=N,D W1=D,H b1=H W2=H,M y=N,M", {}),
    ("layer norm", layer_norm, layer_norm_x, "x", "x=N,D g=D r=N,D", {}),
    ("attention K", attention, attention_K, "K", "Q=N,D K=M,D V=M,E R=N,E", {}),
    ("attention V", attention, attention_V, "V", "Q=N,D K=M,D V=M,E R=N,E", {}),
    ("gates by slices", gated, gated_W, "W", "x=2 W=6,2 r=3", {}),
    ("recurrent", rnn, rnn_Wh, "Wh", "x=2,2 h0=2 Wx=2,2 Wh=2,2 r=2", {}),
    ("embedding", embedding, embedding_E, "E", "E=V,D t=N r=N,D", {}),
    ("average pooling", pooled, pooled_x, "x", "x=4,6 r=2,3", {}),
    ("convolution by loop", convolution, convolution_k, "k", "x=6 k=3 r=4", {}),
    ("cumulative sum", lambda x, r: r @ np.cumsum(x), lambda x, r: np.cumsum(r[::-1])[::-1], "x", "x=N r=N", {}),
    ("differences", lambda x: np.sum((x[1:] - x[:-1]) ** 2) / 2,
     lambda x: np.concatenate([x[:1] - x[1:2], 2 * x[1:-1] - x[:-2] - x[2:], x[-1:] - x[-2:-1]]), "x", "x=6", {}),
    ("bilinear einsum", lambda a, W, b: np.einsum("i,ij,j->", a, W, b), lambda a, W, b: np.outer(a, b), "W",
     "a=N W=N,M b=M", {}),
    ("batched einsum", lambda x, W, r: np.sum(r * np.einsum("bsd,de->bse", x, W)),
     lambda x, W, r: np.einsum("bsd,bse->de", x, r), "W", "x=B,S,D W=D,E r=B,S,E", {}),
    ("standard deviation", lambda x: np.std(x), lambda x: (x - x.mean()) / (x.size * x.std()), "x", "x=N", {}),
    ("normal likelihood", lambda x, m, s: np.sum(0.5 * ((x - m) / s) ** 2 + np.log(s)),
     lambda x, m, s: (1 - ((x - m) / s) ** 2) / s, "s", "x=N m=N s=N", {"s": "positive"}),
    ("triangle", lambda x, L: np.sum((np.tril(L) @ x) ** 2), lambda x, L: np.tril(2 * np.outer(np.tril(L) @ x, x)), "L",
     "x=N L=N,N", {}),
    ("product", lambda x: np.prod(x), lambda x: np.prod(x) / x, "x", "x=4", {}),
    ("diagonal", lambda X, r: r @ np.diag(X), lambda X, r: np.diag(r), "X", "X=N,N r=N", {}),
    ("contrastive", lambda A, B: -np.mean(np.log(np.exp(np.diag(A @ B.T)) / np.sum(np.exp(A @ B.T), axis=1))),
     lambda A, B: (softmax(A @ B.T) - np.eye(A.shape[0])) @ B / A.shape[0], "A", "A=N,D B=N,D", {}),
    ("Gaussian covariance", lambda x, m, S: -0.5 * (x - m) @ inv(S) @ (x - m) - 0.5 * np.log(det(S)),
     lambda x, m, S: 0.5 * (inv(S) @ np.outer(x - m, x - m) @ inv(S) - inv(S)), "S", "x=N m=N S=N,N",
     {"S": "positive_definite"}),
    ("linear system", lambda A, b: np.sum(np.linalg.solve(A, b)),
     lambda A, b: np.linalg.solve(A.T, np.ones_like(b)), "b", "A=N,N b=N", {}),
    ("slogdet", lambda A: np.linalg.slogdet(A)[1], lambda A: inv(A).T, "A", "A=N,N", {}),
    ("heads", lambda x, r: np.sum(r * x.reshape(2, 3, 2).transpose(1, 0, 2)),
     lambda x, r: r.transpose(1, 0, 2).reshape(2, 6), "x", "x=2,6 r=3,2,2", {}),
    ("Kronecker", lambda A, B, R: np.sum(R * np.kron(A, B)),
     lambda A, B, R: np.einsum("ikjl,kl->ij", R.reshape(2, 2, 2, 2), B), "A", "A=2,2 B=2,2 R=4,4", {}),
    ("maximum by argmax", lambda x, r: np.sum(r * np.max(x, axis=1)),
     lambda x, r: r[:, None] * (np.arange(x.shape[1]) == np.argmax(x, axis=1)[:, None]), "x", "x=N,D r=N", {}),
    ("triplet", lambda a, p, n: np.maximum(0, np.sum((a - p) ** 2) - np.sum((a - n) ** 2) + 1),
     lambda a, p, n: 2 * (n - p) * (np.sum((a - p) ** 2) - np.sum((a - n) ** 2) + 1 > 0), "a", "a=D p=D n=D", {}),
    ("stable logistic", lambda x, y: np.mean(np.maximum(x, 0) - x * y + np.log(1 + np.exp(-np.abs(x)))),
     lambda x, y: (sigmoid(x) - y) / len(x), "x", "x=N y=N", {}),
    ("mish", lambda x, r: np.sum(r * x * np.tanh(np.log1p(np.exp(x)))),
     lambda x, r: r * (np.tanh(np.log1p(np.exp(x))) + x * (1 - np.tanh(np.log1p(np.exp(x))) ** 2) * sigmoid(x)), "x",
     "x=N r=N", {}),
]  # fmt: skip

WRONG = [
    ("quadratic, not symmetric", lambda x, A: x @ A @ x, lambda x, A: 2 * A @ x, "x", "x=N A=N,N", {}, None),
    ("least squares, sign", lambda X, w, y: np.sum((X @ w - y) ** 2), lambda X, w, y: 2 * X.T @ (y - X @ w), "w",
     "X=N,D w=D y=N", {}, {"sign"}),
    ("least squares, factor", lambda X, w, y: np.sum((X @ w - y) ** 2), lambda X, w, y: X.T @ (X @ w - y), "w",
     "X=N,D w=D y=N", {}, {"factor"}),
    ("mean forgotten", lambda X, w, y: np.mean((X @ w - y) ** 2), lambda X, w, y: 2 * X.T @ (X @ w - y), "w",
     "X=N,D w=D y=N", {}, {"missing_mean"}),
    ("cross-entropy, mean forgotten", cross_entropy, cross_entropy_z_forgets_mean, "z", "z=N,K t=N", {},
     {"missing_mean"}),
    ("transposed", lambda x, W, R: np.sum(R * (x @ W)), lambda x, W, R: R.T @ x, "W", "x=N,D W=D,M R=N,M", {},
     {"transpose"}),
    ("transposed, square", lambda X, A: np.trace(X @ A), lambda X, A: A, "X", "X=N,N A=N,N", {}, {"transpose"}),
    ("log determinant, transposed", lambda S: np.log(np.abs(det(S))), lambda S: inv(S), "S", "S=N,N", {},
     {"transpose"}),
    ("order", lambda X, A, B: np.sum(B * (A @ X)), lambda X, A, B: B @ A.T, "X", "X=N,N A=N,N B=N,N", {}, {"order"}),
    ("wrong variable", lambda X, W, R: np.sum(R * (X @ W)), lambda X, W, R: R @ X.T, "X", "X=N,N W=N,N R=N,N", {},
     {"wrong_variable"}),
    ("inverse, sign", lambda X, A: np.trace(A @ inv(X)), lambda X, A: (inv(X) @ A @ inv(X)).T, "X", "X=N,N A=N,N", {},
     {"sign"}),
    ("tanh' forgotten", mlp, mlp_W1_no_tanh, "W1", "x=N,D W1=D,H b1=H W2=H,M y=N,M", {},
     {"missing_activation_derivative"}),
    ("product for Hadamard", mlp, mlp_W1_product, "W1", "x=3,3 W1=3,3 b1=3 W2=3,3 y=3,3", {}, {"hadamard_as_product"}),
    ("sigmoid at the wrong place", lambda x, r: np.sum(r * sigmoid(x)),
     lambda x, r: r * sigmoid(x) * (1 - x), "x", "x=N r=N", {}, {"wrong_variable", "stale_variable", "other"}),
    ("tanh squared", lambda x, r: r @ np.tanh(x), lambda x, r: r * np.tanh(x) ** 2, "x", "x=N r=N", {},
     {"missing_term", "sign", "other"}),
    ("relu, wrong side", lambda x, r: np.sum(r * relu(x)), lambda x, r: r * (x < 0), "x", "x=N r=N", {},
     {"wrong_branch", "sign"}),
    ("relu, mask of the output", lambda x, r: np.sum(r * relu(x)), lambda x, r: r * (relu(x) >= 0), "x", "x=N r=N", {},
     {"wrong_branch"}),
    ("recurrent, last step only", rnn, rnn_Wh_last_step, "Wh", "x=2,2 h0=2 Wx=2,2 Wh=2,2 r=2", {},
     {"missing_path", "missing_sum", "missing_term", "other"}),
    ("layer norm, mean's path", layer_norm, layer_norm_x_no_mean_path, "x", "x=N,D g=D r=N,D", {},
     {"missing_path", "missing_term", "other"}),
    ("attention, scale forgotten", attention, attention_K_no_scale, "K", "Q=N,D K=M,D V=M,E R=N,E", {}, {"factor"}),
    ("attention, p(1-p)", attention, attention_K_diagonal_jacobian, "K", "Q=N,D K=M,D V=M,E R=N,E", {},
     {"missing_sum", "missing_term", "missing_path", "other"}),
    ("gates swapped", gated, gated_W_swapped, "W", "x=2 W=6,2 r=3", {}, {"swapped", "wrong_index", "order", "other"}),
    ("bias not summed", lambda x, b, r: np.sum(r * (x + b)), lambda x, b, r: r, "b", "x=N,D b=D r=N,D", {},
     {"shape", "missing_sum"}),
    ("weight decay without the weight", lambda W, D: np.sum(D * W) + 0.1 * np.sum(W**2), lambda W, D: D + 0.2, "W",
     "W=N,M D=N,M", {}, {"missing_term", "factor", "wrong_variable", "other"}),
    ("weight decay forgotten", lambda X, w, y: np.sum((X @ w - y) ** 2) / 2 + w @ w, lambda X, w, y: X.T @ (X @ w - y),
     "w", "X=N,D w=D y=N", {}, {"missing_term"}),
    ("product rule, one factor", lambda x: np.sum(x * np.exp(x)), lambda x: np.exp(x), "x", "x=N", {},
     {"missing_term", "missing_path", "other"}),
    ("sum over the wrong axis", lambda x, b, r: np.sum(r * (x + b)), lambda x, b, r: r.sum(axis=1), "b",
     "x=N,N b=N r=N,N", {}, {"wrong_index", "transpose", "other"}),
    ("mean for sum", lambda x, b, r: np.sum(r * (x + b)), lambda x, b, r: r.mean(axis=0), "b", "x=N,D b=D r=N,D", {},
     {"factor", "missing_mean", "extra_sum", "other"}),
    ("label smoothing lost", lambda z, y: -np.sum((0.9 * y + 0.1 / 4) * np.log(softmax(z))),
     lambda z, y: softmax(z) - y,
     "z", "z=N,4 y=N,4", {"y": "one_hot"}, {"missing_term", "factor", "wrong_variable", "other"}),
]  # fmt: skip
