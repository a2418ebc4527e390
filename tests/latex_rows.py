"""True derivations in LaTeX as tables: declarations, forward pass and claims, the mathematics as NumPy text.

Keys say what a formula is about: ``Z`` a tensor, ``Z[n,j]`` its entries, ``p[i] by z[j]`` a derivative of an entry by
an entry; without ``by`` the derivative is the cost's. In claims ``dZ`` is the derivative by ``Z``. Where ``upstream``
names the last tensor, the cost is unknown and only its derivative by that tensor is given.
"""

from dataclasses import dataclass, field

from tests.mutants import ROWS


@dataclass(frozen=True)
class Derivation:
    name: str
    shapes: dict[str, tuple[str, ...]]
    forward: dict[str, str]
    claims: dict[str, str]
    upstream: str | None = None
    kinds: dict[str, str] = field(default_factory=dict)  # positive, binary, sums_to_one
    indices: dict[str, str] = field(default_factory=dict)  # the sizes of indices that no declared tensor shows


_X_TO_Y = {"x": ("n",), "W": ("n", "n"), "y": ("n",)}
_SHARE = "np.exp(z[i]) / sum(np.exp(z[k]) for k in range(K))"

NETWORKS = [
    Derivation(
        "two_layers",
        {"X": ("N", "D"), "W1": ("D", "M"), "W2": ("M", "K"), "Y": ("N", "K")},
        {"Z": "X @ W1", "A": "np.tanh(Z)", "P": "A @ W2", "C": "np.sum((P - Y)**2) / (2 * N)"},
        {"P": "(P - Y) / N", "W2": "A.T @ dP", "A": "dP @ W2.T", "Z": "dA * (1 - A * A)", "W1": "X.T @ dZ"},
    ),
    Derivation(
        "two_layers_by_entries",
        {"X": ("N", "D"), "W": ("D", "M"), "V": ("M", "K"), "Y": ("N", "K")},
        {
            "Z[n,j]": "sum(X[n,i] * W[i,j] for i in range(D))",
            "A[n,j]": "np.tanh(Z[n,j])",
            "P[n,k]": "sum(A[n,j] * V[j,k] for j in range(M))",
            "C": "sum(sum((P[n,k] - Y[n,k])**2 for k in range(K)) for n in range(N)) / (2 * N)",
        },
        {
            "P[n,k]": "(P[n,k] - Y[n,k]) / N",
            "V[j,k]": "sum(A[n,j] * dP[n,k] for n in range(N))",
            "A[n,j]": "sum(dP[n,k] * V[j,k] for k in range(K))",
            "Z[n,j]": "dA[n,j] * (1 - A[n,j]**2)",
            "W[i,j]": "sum(X[n,i] * dZ[n,j] for n in range(N))",
            "X[n,i]": "sum(dZ[n,j] * W[i,j] for j in range(M))",
        },
    ),
    Derivation(
        "layers_alike",
        {"x": ("n",), "W1": ("n", "n"), "W2": ("n", "n"), "W3": ("n", "n"), "y": ("n",)},
        {"z1": "W1 @ x", "a1": "np.tanh(z1)", "z2": "W2 @ a1", "a2": "np.tanh(z2)", "z3": "W3 @ a2",
         "C": "np.sum((z3 - y)**2) / 2"},
        {"z3": "z3 - y", "W3": "np.outer(dz3, a2)", "a2": "W3.T @ dz3", "z2": "da2 * (1 - a2**2)",
         "W2": "np.outer(dz2, a1)", "a1": "W2.T @ dz2", "z1": "(W2.T @ dz2) * (1 - a1**2)", "W1": "np.outer(dz1, x)"},
    ),
    Derivation(
        "residual",
        _X_TO_Y,
        {"h": "np.tanh(W @ x)", "o": "h + x", "C": "np.sum((o - y)**2) / 2"},
        {"o": "o - y", "W": "np.outer(do * (1 - h**2), x)", "x": "do + W.T @ (do * (1 - h**2))"},
    ),
    Derivation(
        "softmax",
        {"z": ("K",), "y": ("K",)},
        {"p[i]": _SHARE, "C": "-sum(y[k] * np.log(p[k]) for k in range(K))"},
        {"p[k]": "-y[k] / p[k]", "p[i] by z[j]": "p[i] * ((i == j) - p[j])",
         "z[j]": "p[j] * sum(y[k] for k in range(K)) - y[j]"},
    ),
    Derivation(
        "softmax_of_shares",
        {"z": ("K",), "y": ("K",)},
        {"p[i]": _SHARE, "C": "-sum(y[k] * np.log(p[k]) for k in range(K))"},
        {"z": "p - y", "z[j]": "sum(y[k] * (p[j] - (j == k)) for k in range(K))"},
        kinds={"y": "sums_to_one"},
    ),
    Derivation(
        "attention",
        {"Q": ("n", "d"), "K": ("n", "d"), "V": ("n", "e")},
        {"S": "(Q @ K.T) / np.sqrt(d)", "P[i,j]": "np.exp(S[i,j]) / sum(np.exp(S[i,k]) for k in range(n))",
         "O": "P @ V"},
        {"V": "P.T @ dO", "P": "dO @ V.T", "S[i,j]": "P[i,j] * (dP[i,j] - sum(P[i,k] * dP[i,k] for k in range(n)))",
         "Q": "(dS @ K) / np.sqrt(d)", "K": "(dS.T @ Q) / np.sqrt(d)"},
        upstream="O",
        indices={"i": "n", "j": "n"},
    ),
    Derivation(
        "logistic_regression",
        {"X": ("N", "D"), "w": ("D",), "y": ("N",), "lam": ()},
        {"z": "X @ w", "p": "sigma(z)",
         "C": "-sum(y[n] * np.log(p[n]) + (1 - y[n]) * np.log(1 - p[n]) for n in range(N)) / N + lam / 2 * (w @ w)"},
        {"z": "(p - y) / N", "w": "X.T @ (p - y) / N + lam * w",
         "w[j]": "sum((p[n] - y[n]) * X[n,j] for n in range(N)) / N + lam * w[j]"},
        kinds={"lam": "positive", "y": "binary"},
    ),
    Derivation(
        "batch_norm",
        {"x": ("m",), "gamma": (), "beta": (), "eps": ()},
        {"mu": "sum(x[i] for i in range(m)) / m", "v": "sum((x[i] - mu)**2 for i in range(m)) / m",
         "h[i]": "(x[i] - mu) / np.sqrt(v + eps)", "y[i]": "gamma * h[i] + beta"},
        {"h[i]": "gamma * dy[i]",
         "v": "-sum(dh[i] * (x[i] - mu) for i in range(m)) / (2 * (v + eps) * np.sqrt(v + eps))",
         "gamma": "sum(dy[i] * h[i] for i in range(m))", "beta": "sum(dy[i] for i in range(m))",
         "x[i]": "gamma / (m * np.sqrt(v + eps)) * (m * dy[i] - sum(dy[j] for j in range(m))"
                 " - h[i] * sum(dy[j] * h[j] for j in range(m)))"},
        upstream="y",
        kinds={"eps": "positive"},
    ),
    Derivation(
        "lstm_cell",
        {"f": ("n",), "c": ("n",), "i": ("n",), "g": ("n",), "o": ("n",)},
        {"s": "f * c + i * g", "y": "o * np.tanh(s)"},
        {"o": "dy * np.tanh(s)", "s": "dy * o * (1 - np.tanh(s)**2)", "f": "ds * c", "i": "ds * g", "g": "ds * i",
         "c": "ds * f"},
        upstream="y",
    ),
    Derivation(
        "regression_by_entries",
        {"X": ("N", "D"), "w": ("D",), "y": ("N",)},
        {"r[n]": "sum(X[n,k] * w[k] for k in range(D)) - y[n]", "C": "sum(r[n]**2 for n in range(N)) / (2 * N)"},
        {"r[n]": "r[n] / N", "w[j]": "sum(r[n] * X[n,j] for n in range(N)) / N", "X[n,j]": "r[n] * w[j] / N",
         "y[n]": "-r[n] / N", "r[n] by w[j]": "X[n,j]", "r[n] by y[l]": "-(n == l)"},
    ),
    Derivation(
        "quadratic_by_entries",
        {"A": ("n", "n"), "x": ("n",), "b": ("n",)},
        {"q[i]": "sum(A[i,j] * x[j] for j in range(n))", "C": "sum(x[i] * q[i] + b[i] * x[i] for i in range(n))"},
        {"x[k]": "q[k] + sum(A[i,k] * x[i] for i in range(n)) + b[k]", "A[i,j]": "x[i] * x[j]", "q[i]": "x[i]",
         "q[i] by x[j]": "A[i,j]", "b[i]": "x[i]"},
    ),
    Derivation(
        "neuron",
        {"w": (), "x": (), "b": (), "y": ()},
        {"z": "w * x + b", "a": "sigma(z)", "C": "(a - y)**2 / 2"},
        {"a": "a - y", "z": "(a - y) * a * (1 - a)", "w": "dz * x", "b": "dz", "x": "dz * w", "y": "y - a"},
    ),
    Derivation(
        "unknown_slope",
        {"x": ("n",), "W": ("n", "n"), "V": ("n", "n"), "y": ("n",)},
        {"z": "W @ x", "a": "sigma(z)", "u": "V @ a", "C": "np.sum((u - y)**2) / 2"},
        {"u": "u - y", "z": "(V.T @ (u - y)) * dsigma(z)", "W": "np.outer((V.T @ du) * dsigma(z), x)",
         "V": "np.outer(du, a)", "x": "W.T @ dz"},
    ),
]  # fmt: skip

MATRICES = [Derivation(r.name, r.shapes, {"C": r.loss}, {r.wrt: r.gradient}) for r in ROWS if not r.assume]
DERIVATIONS = NETWORKS + MATRICES
