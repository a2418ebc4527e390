"""One training step of generated code against the same step written by hand in plain NumPy."""

from itertools import pairwise

import numpy as np

import symbackprop as sb
from benchmarks.timing import interleaved, report

NETS = {
    "Iris 4-10-3, batch 150": ((4, 10, 3), 150),
    "digits 64-128-64-10, batch 128": ((64, 128, 64, 10), 128),
    "784-256-128-10, batch 128": ((784, 256, 128, 10), 128),
}


def plain_step(parameters: list[tuple[np.ndarray, np.ndarray]], X: np.ndarray, t: np.ndarray, lr: float) -> float:
    """ReLU network with softmax cross-entropy as a textbook writes it."""
    a, kept = X, [X]
    for k, (W, b) in enumerate(parameters):
        z = a @ W.T + b
        a = np.maximum(z, 0) if k < len(parameters) - 1 else z
        kept.append(a)
    e = np.exp(a - a.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(t)), t]).mean()
    d = p.copy()
    d[np.arange(len(t)), t] -= 1
    d /= len(t)
    for k in reversed(range(len(parameters))):
        W, b = parameters[k]
        dW, db = d.T @ kept[k], d.sum(axis=0)
        if k:
            d = (d @ W) * (kept[k] > 0)
        W -= lr * dW
        b -= lr * db
    return float(loss)


def main() -> None:
    random = np.random.default_rng(0)
    for name, (widths, batch) in NETS.items():
        layers = [p for a, b in pairwise(widths) for p in (sb.Linear(a, b), sb.ReLU())][:-1]
        trainer = sb.Sequential(*layers, loss=sb.CrossEntropyLoss()).trainer(sb.SGD(lr=0.01))
        X, t = random.normal(size=(batch, widths[0])), random.integers(0, widths[-1], batch)
        w = list(trainer.parameters.values())
        mine = [(W.copy(), b.copy()) for W, b in zip(w[::2], w[1::2], strict=True)]
        print(name)
        candidates = {
            "plain NumPy": lambda mine=mine, X=X, t=t: plain_step(mine, X, t, 0.01),
            "generated": lambda trainer=trainer, X=X, t=t: trainer.step(X, t),
        }
        report(interleaved(candidates, rounds=200), "plain NumPy")
