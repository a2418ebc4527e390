"""Bounds: true ones proved, false ones refuted, also those that are false by very little or at one point only."""

import pytest

import symbackprop as sb
from symbackprop.equations import Formula
from symbackprop.indices import Index, MaxOver, Total, fresh, size
from symbackprop.proof.bounds import judge_bound
from symbackprop.proof.context import Context
from symbackprop.proof.facts import Assumption
from symbackprop.terms import Entry

SILU = "sigmoid(x) + x*sigmoid(x)*(1 - sigmoid(x))"
GELU = "(1 + erf(x/sqrt(2)))/2 + x*exp(-x**2/2)/sqrt(2*pi)"
# In the real numbers x and y, p > 0 and q inside (0, 1).
TRUE = [
    "sigmoid(x)*(1 - sigmoid(x)) <= 1/4",
    "sigmoid(x)*(1 - sigmoid(x)) > 0",
    "sigmoid(x) > 0",
    "sigmoid(x) < 1",
    "abs(tanh(x)) <= 1",
    "abs(tanh(x)) < 1",
    "1 - tanh(x)**2 <= 1",
    "1 - tanh(x)**2 > 0",
    "(x > 0) <= 1",
    "relu(x) >= 0",
    "relu(x) >= x",
    "abs(x) >= x",
    "log(1 + exp(x)) >= 0",
    "log(1 + exp(x)) > x",
    "softplus(x) > relu(x)",
    "x**2 + y**2 >= 2*x*y",
    "(x - y)**2 >= 0",
    "x**2 + x + 1 > 0",
    "2*x**2 + 2*x*y + y**2 >= 0",
    "q*(1 - q) <= 1/4",
    "q*(1 - q) > 0",
    "q < 1",
    "-log(q) > 0",
    "p + 1/p >= 2",
    "abs(x + y) <= abs(x) + abs(y)",
    "maximum(x, y) >= x",
    "maximum(x, y) >= (x + y)/2",
    "exp(x) >= 1 + x",
    "log(p) <= p - 1",
    "exp(x) > x",
    "cosh(x) >= 1",
    "sin(x) <= 1",
    "atan(x)*x >= 0",
    "erf(x) < 1",
    f"{SILU} <= 1.1",
    f"{SILU} >= -0.1",
    f"{GELU} <= 1.13",
    f"{GELU} >= -0.13",
    "x*sigmoid(x) > -0.2785",
    "x*exp(-x**2) < 0.43",
    "1/(1 + x**2) <= 1",
    "x/(1 + x**2) <= 1/2",
    "tanh(x)*x >= 0",
]
FALSE = [
    "sigmoid(x)*(1 - sigmoid(x)) < 1/4",
    "sigmoid(x)*(1 - sigmoid(x)) <= 1/5",
    "1 - tanh(x)**2 < 1",
    "1 - tanh(x)**2 <= 99/100",
    "abs(tanh(x)) <= 9/10",
    "relu(x) > 0",
    "log(1 + exp(x)) <= x + 1/2",
    "x**2 + y**2 >= 201*x*y/100",
    "(x - y)**2 > 0",
    "q*(1 - q) < 1/4",
    "p + 1/p > 2",
    "abs(x + y) >= abs(x) + abs(y)",
    "exp(x) > 1 + x",
    "exp(x) >= 1 + 101*x/100",
    "log(p) < p - 1",
    f"{SILU} <= 1.09",
    f"{SILU} >= -0.099",
    f"{GELU} <= 1.128",
    "x*sigmoid(x) > -0.2784",
    "x/(1 + x**2) < 1/2",
    "sigmoid(x) <= 1/2",
    "x <= 10**6",
]


def sides(text):
    left, relation, right = next(text.rpartition(r) for r in (" <= ", " >= ", " < ", " > ") if r in text)
    f = sb.formula(f"input x, y, p, q\nl = {left} + 0*x\nr = {right} + 0*x")
    context = Context(f, (Assumption("positive", "p"), Assumption("unit", "q")))
    return f.defining["l"].rhs, relation.strip(), f.defining["r"].rhs, context


@pytest.mark.parametrize("text", TRUE)
def test_true_bounds_are_proved(text):
    assert judge_bound(*sides(text)).verdict == "proved"


@pytest.mark.parametrize("text", FALSE)
def test_false_bounds_are_refuted_by_a_point(text):
    found = judge_bound(*sides(text))
    assert found.verdict == "refuted"
    assert found.counterexample.values.keys() <= {"x", "y", "p", "q"}


@pytest.mark.parametrize("text", ["sigmoid(x)*(1 - sigmoid(x)) < 1/4", "1 - tanh(x)**2 < 1", "exp(x) > 1 + x"])
def test_where_a_strict_bound_is_attained_is_shown(text):
    found = judge_bound(*sides(text))
    assert found.counterexample.values == {"x": "0"}
    assert found.counterexample.claimed == found.counterexample.true
    assert found.notes == ("equality is attained here",)


FORMULA = """input z[N], x[N], y[N]
input A[M,N]
s[i] = exp(z[i])/sum(k, exp(z[k]))
v[m] = sum(i, A[m,i]*x[i])
g = sum(m, v[m]**2)
d = sum(i, abs(x[i]))
e = sum(i, (x[i] - y[i])**2)
h = sum(i, x[i]**2)
"""
TENSORS = [
    ("s", "<=", 1, "proved"), ("s", ">", 0, "proved"), ("s", "<", 1, "refuted"), ("s", "<=", "1/2", "refuted"),
    ("g", ">=", 0, "proved"), ("g", ">", 0, "refuted"), ("d", ">=", 0, "proved"), ("e", ">=", 0, "proved"),
    ("h", ">=", 0, "proved"), ("h", "<=", 10, "refuted"), ("v", ">=", 0, "refuted"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "relation", "bound", "verdict"), TENSORS)
def test_bounds_of_tensors(name, relation, bound, verdict):
    f = sb.formula(FORMULA + f"B = {bound} + 0*x[0]")
    slots = f.defining[name].slots
    assert judge_bound(Entry(name, *slots), relation, f.defining["B"].rhs, Context(f)).verdict == verdict


def test_a_quadratic_form_is_a_sum_of_squares_however_it_is_written():
    i, j, m = Index("i", size("N")), Index("j", size("N")), Index("m", size("M"))
    A, x = (lambda *s: Entry("A", *s)), (lambda s: Entry("x", s))
    form = Total(Total(Total(A(m, i) * A(m, j) * x(i) * x(j), m), j), i)
    assert judge_bound(form, ">=", 0 * form, Context()).verdict == "proved"
    k = fresh(i)
    apart = Total((x(i) - Entry("y", i)) ** 2, i)
    cross = Total(x(k) ** 2, k) + Total(Entry("y", k) ** 2, k) - 2 * Total(x(k) * Entry("y", k), k)
    assert judge_bound(cross, ">=", 0 * apart, Context()).verdict == "proved"
    wrong = Total(Total(A(i, j) * x(i) * x(j), j), i)
    assert judge_bound(wrong, ">=", 0 * wrong, Context()).verdict == "refuted"


def test_a_maximum_is_at_least_each_entry():
    i = Index("i", size("N"))
    k = fresh(i)
    largest = MaxOver(Entry("x", k), k)
    assert judge_bound(largest, ">=", Entry("x", i), Context()).verdict == "proved"
    assert judge_bound(largest, ">", Entry("x", i), Context()).verdict == "refuted"


def test_no_bound_of_an_unknown_relation():
    with pytest.raises(ValueError, match="no relation"):
        judge_bound(Entry("x"), "==", Entry("y"), Context(Formula({}, ())))
