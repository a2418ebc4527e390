"""Sums over windows with symbolic sizes: either index, kernels of one and two axes, and the mistakes close by."""

import pytest

import symbackprop as sb
from symbackprop.proof.context import Context
from symbackprop.proof.judge import judge

ONE = "input w[K], x[N], g[N-K+1]\nindex k < K\nindex t < N-K+1\n"
TWO = "input W[K,L], X[N,M], G[N-K+1, M-L+1]\nindex s < N-K+1\nindex t < M-L+1\n"
# Declarations, and two ways to write one sum.
SAME = {
    "by the input": (ONE, "sum(k, w[k]*g[i-k])", "sum(s, g[s]*w[i-s])"),
    "by the input, written as a place": (ONE, "sum(k, w[k]*g[i-k])", "sum(j, w[i-j]*g[j])"),
    "forwards": (ONE, "sum(k, w[k]*x[t+k])", "sum(j, x[j]*w[j-t])"),
    "by the input, from the end": (ONE, "sum(k, w[K-1-k]*g[i-K+1+k])", "sum(k, w[k]*g[i-k])"),
    "two axes": (TWO, "sum(k, l, W[k,l]*G[i-k,j-l])", "sum(s, t, G[s,t]*W[i-s,j-t])"),
    "a square": (ONE, "sum(k, w[k]**2*g[i-k])", "sum(s, g[s]*w[i-s]**2)"),
}  # fmt: skip
OTHER = {
    "flipped": (ONE, "sum(k, w[k]*g[i-k])", "sum(k, w[K-1-k]*g[i-k])"),
    "turned round": (ONE, "sum(k, w[k]*g[i-k])", "sum(k, w[k]*g[i+k])"),
    "one place off": (ONE, "sum(k, w[k]*g[i-k])", "sum(s, g[s]*w[i-s-1])"),
    "one axis alone": (TWO, "sum(k, l, W[k,l]*G[i-k,j-l])", "sum(s, t, G[s,t]*W[i-s,t-j])"),
}


def verdict(declared, left, right):
    free = "t" if "[t+" in left else "i, j" if "l," in left else "i"
    extra = "" if free == "t" else "index i < N\n" + "index j < M\n" * ("j" in free)
    f = sb.formula(f"{declared}{extra}a[{free}] = {left}\nb[{free}] = {right}")
    a, b = f.defining["a"], f.defining["b"]
    return judge(a.rhs, b.rhs.xreplace(dict(zip(b.slots, a.slots, strict=True))), Context(f)).verdict


@pytest.mark.parametrize("name", SAME)
def test_both_forms_are_proved_equal(name):
    assert verdict(*SAME[name]) == "proved"


@pytest.mark.parametrize("name", OTHER)
def test_mistakes_are_refuted(name):
    assert verdict(*OTHER[name]) == "refuted"
