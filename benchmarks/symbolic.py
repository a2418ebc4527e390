"""Derivation against SymPy's explicit Jacobian and, where it is installed, tensorgrad; how cost grows with depth."""

import subprocess
import sys
import time
from importlib.util import find_spec

import sympy

import symbackprop as sb
from benchmarks.timing import interleaved, report
from symbackprop.codegen.program import build

MLP = """
input x[N,D]
param W1[M,D], b1[M], W2[K,M], b2[K]
label t[N] < K
z1[n,j] = sum(i, x[n,i]*W1[j,i]) + b1[j]
a1[n,j] = relu(z1[n,j])
z2[n,k] = sum(j, a1[n,j]*W2[k,j]) + b2[k]
p[n,k] = exp(z2[n,k])/sum(l, exp(z2[n,l]))
C = mean(n, log(sum(k, exp(z2[n,k]))) - z2[n,t[n]])
"""
COLD = """
import time, symbackprop as sb
from symbackprop import api, notation
text = {text!r}
start = time.perf_counter()
sb.derive(sb.formula(text))
print(time.perf_counter() - start)
"""


def sympy_jacobian(layers: int, width: int = 4) -> sympy.Matrix:
    """The explicit Jacobian of a tanh network by its first weights, entry by entry."""
    a = sympy.Matrix(sympy.symbols(f"x:{width}"))
    weights = []
    for k in range(layers):
        W = sympy.Matrix(width, width, sympy.symbols(f"w{k}_:{width * width}"))
        weights.append(W)
        a = (W * a).applyfunc(sympy.tanh)
    return a.jacobian(list(weights[0]))


def stack(depth: int, width: int = 64) -> sb.Sequential:
    """Dense tanh layers."""
    return sb.Sequential(*(p for _ in range(depth) for p in (sb.Linear(width, width), sb.Tanh())), loss=sb.MSELoss())


def main() -> None:
    cold = subprocess.run([sys.executable, "-c", COLD.format(text=MLP)], capture_output=True, text=True, check=True)
    print(f"two-layer softmax MLP, all gradients, cold after import: {float(cold.stdout) * 1e3:.0f} ms (goal 200)")
    candidates = {f"symbackprop, {n} layers": lambda n=n: stack(n, 4).derive() for n in (2, 3)}
    candidates |= {f"SymPy's Jacobian, {n} layers of 4": lambda n=n: sympy_jacobian(n) for n in (2, 3)}
    report(interleaved(candidates, rounds=3), "symbackprop, 2 layers")
    for depth in (10, 100, 1000):
        start = time.perf_counter()
        derivation = stack(depth).derive()
        derived = time.perf_counter()
        source = build(derivation.program, [derivation.cost.name, *(f"d{n}" for n in derivation.wrt)])
        print(
            f"{depth:5} dense layers: derived in {derived - start:.3f} s, code in {time.perf_counter() - derived:.3f} s"
            f" ({len(source.text) // 1000} kB)"
        )
    _tensorgrad()


def _tensorgrad() -> None:
    if find_spec("tensorgrad") is None:
        print("tensorgrad is not installed: not compared")
        return
    start = time.perf_counter()
    _derive_with_tensorgrad()
    print(f"tensorgrad, two-layer softmax MLP without biases: {(time.perf_counter() - start) * 1e3:.0f} ms")


def _derive_with_tensorgrad() -> None:
    import tensorgrad.functions as F
    from tensorgrad import Variable
    from tensorgrad.tensor import Derivative

    n, d, m, k = sympy.symbols("n d m k")
    X, W1, W2, Y = Variable("X", n, d), Variable("W1", d, m), Variable("W2", m, k), Variable("Y", n, k)
    logits = F.relu(X @ W1) @ W2
    loss = F.sum(F.cross_entropy(logits, Y, dim="k"))
    for weights in (W1, W2):
        Derivative(loss, weights).full_simplify()
