"""Layers with their backward passes in NumPy, as authors of kernels write them: rows for ``test_claims_numpy``."""

import numpy as np

from tests.numpy_functions import sigmoid, softmax


def batch_norm(x, gamma, beta):
    mu = x.mean(axis=0)
    return gamma * (x - mu) / np.sqrt(x.var(axis=0) + 1e-5) + beta


def batch_norm_back(dout, x, gamma, beta):
    N = x.shape[0]
    mu, var = x.mean(axis=0), x.var(axis=0)
    std = np.sqrt(var + 1e-5)
    h = (x - mu) / std
    dgamma, dbeta = np.sum(dout * h, axis=0), np.sum(dout, axis=0)
    dh = dout * gamma
    dvar = np.sum(dh * (x - mu) * -0.5 * (var + 1e-5) ** -1.5, axis=0)
    dmu = np.sum(-dh / std, axis=0) + dvar * np.mean(-2 * (x - mu), axis=0)
    return dh / std + dvar * 2 * (x - mu) / N + dmu / N, dgamma, dbeta


def batch_norm_back_variance_sign(dout, x, gamma, beta):
    N = x.shape[0]
    mu, var = x.mean(axis=0), x.var(axis=0)
    std = np.sqrt(var + 1e-5)
    h = (x - mu) / std
    dh = dout * gamma
    dx = (N * dh - dh.sum(axis=0) + h * (dh * h).sum(axis=0)) / (N * std)
    return dx, np.sum(dout * h, axis=0), np.sum(dout, axis=0)


def linear(x, W, b):
    return x @ W.T + b


def linear_back(dout, x, W, b):
    return dout @ W, dout.T @ x, dout.sum(axis=0)


def linear_back_transposed(dout, x, W, b):
    return dout @ W, x.T @ dout, dout.sum(axis=0)


def lstm_cell(x, h, c, W):
    z = W @ np.concatenate([x, h])
    i, f, o, g = sigmoid(z[0:2]), sigmoid(z[2:4]), sigmoid(z[4:6]), np.tanh(z[6:8])
    c1 = f * c + i * g
    return o * np.tanh(c1), c1


def lstm_cell_back(dh, dc, x, h, c, W):
    v = np.concatenate([x, h])
    z = W @ v
    i, f, o, g = sigmoid(z[0:2]), sigmoid(z[2:4]), sigmoid(z[4:6]), np.tanh(z[6:8])
    t = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - t**2)
    dz = np.concatenate([dc * g * i * (1 - i), dc * c * f * (1 - f), dh * t * o * (1 - o), dc * i * (1 - g**2)])
    dv = W.T @ dz
    return {"dx": dv[:3], "dh": dv[3:], "dc": dc * f, "dW": np.outer(dz, v)}


def attention(q, k, v):
    return softmax(q @ k.T) @ v


def attention_back(dout, q, k, v):
    p = softmax(q @ k.T)
    dp = dout @ v.T
    ds = p * (dp - (dp * p).sum(axis=-1, keepdims=True))
    return ds @ k, ds.T @ q, p.T @ dout


def causal(q, k, v):
    s = np.where(np.tril(np.ones((3, 3))) > 0, q @ k.T, -np.inf)
    return softmax(s) @ v


def causal_back(dout, q, k, v):
    p = softmax(np.where(np.tril(np.ones((3, 3))) > 0, q @ k.T, -np.inf))
    dp = dout @ v.T
    ds = p * (dp - (dp * p).sum(axis=-1, keepdims=True))
    return ds @ k, ds.T @ q, p.T @ dout


def softmax_back(dout, z):
    p = softmax(z)
    return p * (dout - np.sum(dout * p, axis=-1, keepdims=True))


def embedding(E, t):
    return E[t]


def embedding_back(dout, E, t):
    dE = np.zeros_like(E)
    np.add.at(dE, t, dout)
    return dE


def swiglu(x, W, V):
    a, b = x @ W, x @ V
    return a * sigmoid(a) * b


def swiglu_back(dout, x, W, V):
    a, b = x @ W, x @ V
    s = sigmoid(a)
    da, db = dout * b * (s + a * s * (1 - s)), dout * a * s
    return da @ W.T + db @ V.T, x.T @ da, x.T @ db


def pooled(x):
    return x.reshape(2, 2, 2, 2).max(axis=(1, 3))


def pooled_back(dout, x):
    y = np.repeat(np.repeat(pooled(x), 2, axis=0), 2, axis=1)
    return (x == y) * np.repeat(np.repeat(dout, 2, axis=0), 2, axis=1)


def residual(x, W):
    return x + np.maximum(0, x @ W)


def residual_back(dout, x, W):
    dz = dout * (x @ W > 0)
    return dout + dz @ W.T, x.T @ dz


def residual_back_no_skip(dout, x, W):
    dz = dout * (x @ W > 0)
    return dz @ W.T, x.T @ dz


# name, forward, backward, shapes, expected verdicts by claim
LAYERS = [
    ("linear", linear, linear_back, "x=N,D W=M,D b=M", {"dx": "proved", "dW": "proved", "db": "proved"}),
    ("linear, transposed", linear, linear_back_transposed, "x=N,D W=M,D b=M",
     {"dx": "proved", "dW": "refuted", "db": "proved"}),
    ("batch norm", batch_norm, batch_norm_back, "x=N,D gamma=D beta=D",
     {"dx": "proved", "dgamma": "proved", "dbeta": "proved"}),
    ("batch norm, sign", batch_norm, batch_norm_back_variance_sign, "x=N,D gamma=D beta=D",
     {"dx": "refuted", "dgamma": "proved", "dbeta": "proved"}),
    ("LSTM cell", lstm_cell, lstm_cell_back, "x=3 h=2 c=2 W=8,5",
     {"dx": "proved", "dh": "proved", "dc": "proved", "dW": "proved"}),
    ("attention", attention, attention_back, "q=N,D k=M,D v=M,E", {"dq": "proved", "dk": "proved", "dv": "proved"}),
    ("softmax", softmax, softmax_back, "z=N,K", {"dz": "proved"}),
    ("embedding", embedding, embedding_back, "E=V,D t=N", {"dE": "proved"}),
    ("swiglu", swiglu, swiglu_back, "x=N,D W=D,M V=D,M", {"dx": "proved", "dW": "proved", "dV": "proved"}),
    ("residual", residual, residual_back, "x=N,D W=D,D", {"dx": "proved", "dW": "proved"}),
    ("residual, no skip", residual, residual_back_no_skip, "x=N,D W=D,D", {"dx": "refuted", "dW": "proved"}),
    ("max pooling", pooled, pooled_back, "x=4,4", {"dx": "proved"}),
    ("causal attention", causal, causal_back, "q=3,2 k=3,2 v=3,2", {"dq": "proved", "dk": "proved", "dv": "proved"}),
]  # fmt: skip
