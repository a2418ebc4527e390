"""Windows that slide, in generated code against the loop evaluator: maxima of them, ties, edges, and convolutions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symbackprop as sb
from symbackprop.codegen.compile import compile_program
from symbackprop.codegen.program import build
from symbackprop.evaluation import evaluate

SMALL = st.integers(1, 4)


def compare(text, arrays, sizes):
    """Every defined tensor of the formula and of its derivatives, twice: no step may leave anything to the next."""
    program = sb.derive(sb.formula(text)).program
    names = list(program.defining)
    compiled = compile_program(program, names)
    other = {name: a if a.dtype.kind == "i" else a[..., ::-1] + 1 for name, a in arrays.items()}
    for given_ in (arrays, other, arrays):
        wanted = evaluate(program, given_, sizes)
        found = compiled(**given_)
        for name in names:
            want = np.asarray(wanted[name], float)
            np.testing.assert_allclose(found[name], want, rtol=1e-9, atol=1e-9, err_msg=f"{name}\n{text}")


@given(SMALL, SMALL, st.integers(0, 2), st.integers(0, 6), st.integers(1, 3), st.integers(0, 9))
def test_maxima_over_windows_of_a_sequence(kernel, stride, padding, more, batch, seed):
    padding = min(padding, kernel // 2)
    layer = sb.MaxPool1d(kernel, stride, padding).text(3)
    text = f"{layer}\nparam w[N, C]\nC_ = sum(n, c, u, w[n,c]*y[n,c,u]**2)"
    random, length = np.random.default_rng(seed), kernel + more
    # Few values, so that many are equal.
    arrays = {"x": random.integers(-1, 2, (batch, 2, length)).astype(float), "w": random.normal(size=(batch, 2))}
    compare(text, arrays, {"N": batch, "C": 2, "L": length})


@given(
    st.tuples(SMALL, SMALL), st.tuples(SMALL, SMALL), st.tuples(st.integers(0, 3), st.integers(0, 3)), st.integers(0, 9)
)
def test_maxima_over_windows_of_an_image(kernel, stride, more, seed):
    text = f"{sb.MaxPool2d(kernel, stride).text(4)}\nC_ = sum(n, c, u, v, y[n,c,u,v]**2)"
    height, width = kernel[0] + more[0], kernel[1] + more[1]
    x = np.random.default_rng(seed).integers(-1, 2, (2, 2, height, width)).astype(float)
    compare(text, {"x": x}, {"N": 2, "C": 2, "H": height, "L": width})


@given(SMALL, st.integers(1, 3), st.integers(0, 3), st.integers(1, 2), st.integers(0, 4), st.sampled_from([1, 2]))
def test_convolutions(kernel, stride, padding, dilation, more, groups):
    layer = sb.Conv1d(2, 4, kernel, stride, padding, dilation, groups)
    text = f"{layer.text(3)}\nC_ = sum(n, o, u, z[n,{'o' if groups == 1 else '(g, o)'},u]**2)"
    text = text if groups == 1 else text.replace("sum(n, o, u, z", "sum(n, g, o, u, z")
    length = max(1, dilation * (kernel - 1) + 1 - 2 * padding) + more
    random = np.random.default_rng(kernel + 7 * length)
    W = random.normal(size=(4, 2 // groups, kernel))
    arrays = {"x": random.normal(size=(2, 2, length)), "W": W, "b": random.normal(size=4)}
    sizes = {"N": 2, "C": 2 // groups, "L": length, "O": 4 // groups, "R": kernel}
    compare(text, arrays, sizes)


@given(st.tuples(SMALL, SMALL), st.tuples(SMALL, SMALL), st.tuples(st.integers(0, 2), st.integers(0, 2)))
def test_convolutions_of_images(kernel, stride, padding):
    text = f"{sb.Conv2d(2, 3, kernel, stride, padding).text(4)}\nC_ = sum(n, o, u, v, z[n,o,u,v]**2)"
    height, width = (max(1, k - 2 * p) + 2 for k, p in zip(kernel, padding, strict=True))
    random = np.random.default_rng(height + 5 * width)
    W, x = random.normal(size=(3, 2, *kernel)), random.normal(size=(2, 2, height, width))
    sizes = {"N": 2, "C": 2, "H": height, "L": width, "O": 3, "R": kernel[0], "S": kernel[1]}
    compare(text, {"x": x, "W": W, "b": random.normal(size=3)}, sizes)


CNN = """input x[N, C, H, L]
param W[O, C, 3, 3], b[O]
index u < H, v < L, p < 4, q < 5, r < 2, s < 2
z[n,o,u,v] = sum(c, i, k, W[o,c,i,k]*x[n,c,u+i-1,v+k-1]) + b[o]
a[n,o,u,v] = relu(z[n,o,u,v])
t[n,o,u,q] = max(s, a[n,o,u,2*q+s])
y[n,o,p,q] = max(r, t[n,o,2*p+r,q])
f[n,(o,p,q)] = y[n,o,p,q]
w[n,o] = mean(u, v, z[n,o,u,v])
C_ = sum(n, j, f[n,j]**2) + sum(n, o, w[n,o]**3)
"""


def test_layers_of_a_net_that_lie_otherwise_than_they_are_written():
    random = np.random.default_rng(1)
    arrays = {"x": random.normal(size=(3, 2, 8, 10)), "W": random.normal(size=(2, 2, 3, 3)), "b": random.normal(size=2)}
    compare(CNN, arrays, {"N": 3, "C": 2, "O": 2, "H": 8, "L": 10})


@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 2), (2, 3)])
def test_no_place_is_compared_with_every_window(kernel, stride):
    text = f"{sb.MaxPool1d(kernel, stride).text(3)}\nC_ = sum(n, c, u, y[n,c,u]**2)"
    source = build(sb.derive(sb.formula(text)).program, ["dx"]).text
    assert ".argmax(" not in source and "matmul" not in source


def test_no_place_is_multiplied_with_every_window():
    text = f"{sb.Conv1d(2, 3, 3, stride=2, padding=1).text(3)}\nC_ = sum(n, o, u, z[n,o,u]**2)"
    source = build(sb.derive(sb.formula(text)).program, ["dx"]).text
    steps = source.partition("def step")[2]
    assert "for place in range(R)" in steps and not any("copyto" in s and "W" in s for s in steps.splitlines())
