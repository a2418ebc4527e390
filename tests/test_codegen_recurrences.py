"""Loops in generated code against the loop evaluator: what is computed ahead of them, and terms for single places."""

import pytest

import symbackprop as sb
from symbackprop.codegen.program import build
from tests.test_codegen import compare

STATE = "h[-1,j] = 1/2\nC = sum(t, j, h[t,j]**2)"
HEAD = "input x[T,D], u[T,H]\nparam W[H,D], U[H,H], b[H], c[H]\nindex t < T, j < H\n"
KNOWN = {
    "products and biases": "h[t,j] = tanh(sum(d, W[j,d]*x[t,d]) + b[j] + c[j] + sum(k, U[j,k]*h[t-1,k]))",
    "from the end": "h[t,j] = tanh(sum(d, W[j,d]*x[T-1-t,d]) + sum(k, U[j,k]*h[t-1,k]))",
    "a factor": "h[t,j] = b[j]*sigmoid(u[t,j])*(1 - u[t,j])*h[t-1,j] + tanh(u[t,j])*u[t,j]",
    "a divisor": "h[t,j] = (h[t-1,j] + c[j])/(1 + u[t,j]**2) - 2*u[t,j]*exp(-u[t,j]**2)",
    "inside of a sum": "h[t,j] = tanh(sum(k, U[j,k]*tanh(u[t,k])*h[t-1,k]) - sum(k, u[t,k]))",
    "the step as a number": "h[t,j] = h[t-1,j]*t/(T + 1) + u[t,j]*(t + 1) + t*b[j] + sin(t*c[j])",
    "a condition": "h[t,j] = where(u[t,j] > 0, log(u[t,j]), h[t-1,j]) + where(u[t,j] > 0, sqrt(u[t,j]), 0)",
    "a maximum": "h[t,j] = h[t-1,j]*max(k, u[t,k]) + max(d, x[t,d]*W[j,d])",
    "a shift": "h[t,j] = tanh(h[t-1,j] + sum(d, W[j,d]*x[t-1,d]) + u[t+1,j]*b[j])",
    "one step": "h[t,j] = tanh(h[t-1,j]*c[j]) + b[j]*(t == T - 1) + 3*u[t,j]*(t == 0)",
    "a mean of all steps": "m[j] = mean(t, u[t,j])\nh[t,j] = tanh(h[t-1,j] + (u[t,j] - m[j])*m[j])",
}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", KNOWN)
def test_what_is_known_ahead_of_the_loop_has_the_values_of_the_loops(name, seed):
    text = f"{HEAD}{KNOWN[name]}\n{STATE}"
    compare(sb.formula(text), seed)
    compare(sb.derive(sb.formula(text)).program, seed)


CASES = {
    "all places": "index q < 2\ny[q,n] = (q == 0)*x[n] + (q == 1)*v[n]*x[n]",
    "some places": "index q < 4\ny[q,n] = (q == 2)*x[n] + (q == 0)*v[n]*x[n]",
    "one place twice": "index q < 3\ny[n,q] = (q == 1)*x[n] - (q == 1)*v[n]**2 + 2*(q == 0)",
    "in the middle": "index q < 3, k < 2\ny[n,q,k] = (q == 1)*x[n] + (q == 2)*k",
    "the last": "index i < N\ny[i,n] = (i == N - 1)*x[n]",
    "a place that may not be there": "index i < N\ny[i,n] = (i == 3)*x[n] + (i == 1)*v[n]",
    "with the index itself": "index q < 3\ny[q,n] = (q == 1)*q*x[n] + (q == 2)*v[n]",
    "not for every term": "index q < 3\ny[q,n] = (q == 1)*x[n] + v[n]",
    "two indices": "index q < 2, k < 2\ny[q,k,n] = (q == 1)*(k == 0)*x[n] + (q == 0)*(k == 0)*v[n]",
    "numbers": "index q < 3, n < N\ny[q,n] = 2*(q == 1) + 3*(q == 0)",
    "a scalar of a place": "index q < 3\ny[q] = (q == 1)*sum(n, x[n]) + (q == 0)*sum(n, v[n]**2)",
}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", CASES)
def test_terms_for_single_places_have_the_values_of_the_loops(name, seed):
    compare(_formula(CASES[name]), seed)
    if name != "a place that may not be there":  # whose derivative reads that place
        compare(sb.derive(_formula(CASES[name])).program, seed)


def _formula(text):
    slots = text.partition("y[")[2].partition("]")[0]
    return sb.formula(f"input x[N], v[N]\n{text}\nC = sum({slots}, y[{slots}]**2)")


def test_products_with_inputs_are_taken_out_of_the_loop():
    text = build(sb.formula(f"{HEAD}{KNOWN['products and biases']}\n{STATE}"), ["C"]).text
    ahead, _, steps = text.partition("for t in range")
    calls = [line.partition("#")[0] for line in steps.splitlines()]
    assert ".dot(W" in ahead and not any("W" in c for c in calls if ".dot" in c)


def test_gates_are_written_to_their_places():
    network = sb.Sequential(sb.LSTM(2, 3), sb.Last(), sb.Linear(3, 2), loss=sb.CrossEntropyLoss())
    _, _, backward = network.trainer(sb.SGD(lr=0.1)).source.partition("T - 1, -1, -1)")
    assert "np.equal" not in backward and "None]" not in backward
