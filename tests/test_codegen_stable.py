"""Stabilising laws: equal at moderate values, finite and right where the textbook's expression overflows."""

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.codegen.compile import compile_program
from symbackprop.codegen.program import build
from symbackprop.evaluation import evaluate

SOFTMAX = "input z[N,K]\np[n,k] = exp(z[n,k])/sum(j, exp(z[n,j]))"
FUSED = "input z[N,K]\nlabel t[N] < K\nC = mean(n, log(sum(k, exp(z[n,k]))) - z[n,t[n]])"
NAMED = "input z[N,K]\nlabel t[N] < K\np[n,k] = exp(z[n,k])/sum(j, exp(z[n,j]))\nC = -mean(n, log(p[n,t[n]]))"
LOGITS = "input z[N]\ntarget y[N]\nC = -mean(n, y[n]*log(sigmoid(z[n])) + (1 - y[n])*log(1 - sigmoid(z[n])))"
NAMED_LOGITS = "input z[N]\ntarget y[N]\np[n] = sigmoid(z[n])\nC = -mean(n, y[n]*log(p[n]) + (1 - y[n])*log(1 - p[n]))"
TEXTBOOK = "input z[N]\nC = sum(n, log(1 + exp(z[n])) + 1/(1 + exp(-z[n])) + exp(z[n])/(1 + exp(z[n])))"
TWO_SUMS = "input z[N,K,L]\nl[n] = log(sum(k, sum(m, exp(z[n,k,m]))))"
WEIGHTED = "input z[N,K], v[K]\no[n] = sum(k, exp(z[n,k])*v[k])/sum(j, exp(z[n,j]))"

ALL = [SOFTMAX, FUSED, NAMED, LOGITS, NAMED_LOGITS, TEXTBOOK, TWO_SUMS, WEIGHTED]


def arrays_for(formula, scale):
    random = np.random.default_rng(3)
    sizes = {"N": 4, "K": 3, "L": 2}
    found = {}
    for t in formula.declared:
        shape = tuple(sizes[str(n)] for n in t.lengths)
        if t.role == "label":
            found[t.name] = np.array([0, 2, 1, 2])
        elif t.role == "target":
            found[t.name] = np.array([0.0, 1.0, 1.0, 0.0])
        else:
            found[t.name] = scale * random.choice([-1.0, 1.0], shape) * random.uniform(0.5, 1.0, shape)
    return found


@pytest.mark.parametrize("text", ALL)
def test_the_laws_keep_values_and_gradients(text):
    program = sb.derive(sb.formula(text)).program
    arrays = {**arrays_for(program, 2.0)}
    names = list(program.defining)
    got = compile_program(program, names)(**arrays)
    wanted = evaluate(program, arrays)
    for name in names:
        np.testing.assert_allclose(got[name], np.asarray(wanted[name], float), rtol=1e-12, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("text", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_are_finite_for_logits_of_a_thousand(text, dtype):
    formula = sb.formula(text)
    found = compile_program(formula, list(formula.defining))(**arrays_for(formula, 1000.0), dtype=dtype)
    assert all(np.isfinite(a).all() for a in found.values())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_cross_entropy_is_right_for_logits_of_a_thousand(dtype):
    program = sb.derive(sb.formula(FUSED)).program
    z, t = np.array([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 1000.0]]), np.array([1, 2])
    found = compile_program(program, ["C", "dz"])(z=z, t=t, dtype=dtype)
    np.testing.assert_allclose(found["C"], (2000 + np.log(2)) / 2, rtol=1e-6)
    np.testing.assert_allclose(found["dz"], [[0.5, -0.5, 0.0], [0.0, 0.25, -0.25]], atol=1e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logistic_loss_is_right_for_logits_of_a_thousand(dtype):
    program = sb.derive(sb.formula(LOGITS)).program
    found = compile_program(program, ["C", "dz"])(z=[1000.0, -1000.0], y=[0.0, 0.0], dtype=dtype)
    np.testing.assert_allclose(found["C"], 500.0, rtol=1e-6)
    np.testing.assert_allclose(found["dz"], [0.5, 0.0], atol=1e-7)


def test_maximum_and_exponential_of_a_softmax_are_computed_once():
    text = build(sb.formula(SOFTMAX), ["p"]).text
    assert text.count("np.maximum.reduce(") == 1
    assert text.count("np.exp(") == 1
