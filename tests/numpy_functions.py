"""Losses and their gradients in NumPy that take more than a line, right and wrong; ``numpy_rows`` names them."""

import math

import numpy as np


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


def embedding_E_overwritten(E, t, r):
    dE = np.zeros_like(E)
    dE[t] += r
    return dE


def padded_pool(x, r):
    wide = np.pad(x, 1, constant_values=-np.inf)
    return sum(r[i] * np.max(wide[i : i + 3]) for i in range(3))


def padded_pool_x(x, r):
    wide = np.pad(x, 1, constant_values=-np.inf)
    d = np.zeros(6)
    for i in range(3):
        d[i : i + 3] += r[i] * (wide[i : i + 3] == np.max(wide[i : i + 3]))
    return d[1:-1]


def pooled(x, r):
    return np.sum(r * x.reshape(2, 2, 3, 2).mean(axis=(1, 3)))


def pooled_x(x, r):
    return np.repeat(np.repeat(r, 2, axis=0), 2, axis=1) / 4


def group_norm(x, g, r):
    z = x.reshape(x.shape[0], 2, -1)
    h = (z - z.mean(-1, keepdims=True)) / np.sqrt(z.var(-1, keepdims=True) + 1e-5)
    return np.sum(r * g[:, None] * h.reshape(x.shape))


def group_norm_x(x, g, r):
    z = x.reshape(x.shape[0], 2, -1)
    s = np.sqrt(z.var(-1, keepdims=True) + 1e-5)
    h = (z - z.mean(-1, keepdims=True)) / s
    d = (r * g[:, None]).reshape(z.shape)
    return ((d - d.mean(-1, keepdims=True) - h * (d * h).mean(-1, keepdims=True)) / s).reshape(x.shape)


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


def slices(x, w):
    return np.sum((w[0] * x[:-2] + w[1] * x[1:-1] + w[2] * x[2:]) ** 2)


def slices_x(x, w):
    y = w[0] * x[:-2] + w[1] * x[1:-1] + w[2] * x[2:]
    d = np.zeros_like(x)
    d[:-2] += 2 * w[0] * y
    d[1:-1] += 2 * w[1] * y
    d[2:] += 2 * w[2] * y
    return d


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
