"""The logistic function written out, of sums and under sums: proved against every way to write the derivative."""

import pytest

import symbackprop as sb
from symbackprop.proof.context import Context
from symbackprop.proof.judge import judge
from symbackprop.terms import Entry

V = "(sum(j, w[j]*x[i,j]) + b)"
FORWARD = {
    "cross entropy": f"C = -sum(i, y[i]*log(1/(1 + exp(-{V}))) + (1 - y[i])*log(1 - 1/(1 + exp(-{V}))))",
    "squares": f"C = sum(i, (1/(1 + exp(-{V})) - y[i])**2)/2",
    "two layers": "h[i,m] = 1/(1 + exp(-w[m]*x[i,m]))\nq[i] = 1/(1 + exp(-sum(m, u[m]*h[i,m])))\n"
    "C = sum(i, (q[i] - y[i])**2)/2",
}
RIGHT = [
    ("cross entropy", f"sum(i, (1/(1 + exp(-{V})) - y[i])*x[i,k])"),
    ("cross entropy", f"sum(i, (sigmoid({V}) - y[i])*x[i,k])"),
    ("cross entropy", f"sum(i, sigmoid({V})*x[i,k]) - sum(i, y[i]*x[i,k])"),
    ("squares", f"sum(i, (sigmoid({V}) - y[i])*sigmoid({V})*(1 - sigmoid({V}))*x[i,k])"),
    ("squares", f"sum(i, (sigmoid({V}) - y[i])*sigmoid({V})*sigmoid(-{V})*x[i,k])"),
    ("squares", f"sum(i, (sigmoid({V}) - y[i])*exp(-{V})/(1 + exp(-{V}))**2*x[i,k])"),
    ("squares", f"sum(i, (sigmoid({V}) - y[i])*exp({V})/(1 + exp({V}))**2*x[i,k])"),
    ("two layers", "sum(i, (q[i] - y[i])*q[i]*(1 - q[i])*u[k]*h[i,k]*(1 - h[i,k])*x[i,k])"),
]
WRONG = [
    ("cross entropy", f"sum(i, (1/(1 + exp({V})) - y[i])*x[i,k])"),
    ("squares", f"sum(i, (sigmoid({V}) - y[i])*exp(-{V})/(1 + exp(-{V}))*x[i,k])"),
    ("squares", f"sum(i, (sigmoid({V}) - y[i])*sigmoid({V})*(1 + sigmoid({V}))*x[i,k])"),
    ("two layers", "sum(i, (q[i] - y[i])*q[i]*(1 - q[i])*u[k]*h[i,k]*x[i,k])"),
]


def verdict(name, claim):
    forward = "input x[N,D], w[D], u[D], b, y[N]\n" + FORWARD[name]
    d = sb.derive(sb.formula(forward), wrt=["w"])
    f = sb.formula(f"{forward}\nG[k] = {claim}")
    slots = f.defining["G"].slots
    context = Context({e.name: e for e in (*d.program.equations, f.defining["G"])})
    return judge(Entry("G", *slots), Entry("dw", *slots), context).verdict


@pytest.mark.parametrize(("name", "claim"), RIGHT)
def test_right_gradients_are_proved(name, claim):
    assert verdict(name, claim) == "proved"


@pytest.mark.parametrize(("name", "claim"), WRONG)
def test_wrong_gradients_are_refuted(name, claim):
    assert verdict(name, claim) == "refuted"
