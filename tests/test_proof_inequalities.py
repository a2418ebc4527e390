"""Inequalities between sums with symbolic sizes: Cauchy's, the triangle's, Gibbs's, and false ones close by."""

import pytest

import symbackprop as sb
from symbackprop.proof.bounds import judge_bound
from symbackprop.proof.context import Context
from symbackprop.proof.facts import Assumption

DECLARED = "input W[M, D], x[D], y[D], v[M], t, u, s[D], z[M]\n"
ASSUMED = (
    *(Assumption(k, n, *v) for n in "pq" for k, v in (("unit", ()), ("sum", (1,)))),
    Assumption("positive", "s"),
)
XX, YY, XY = "sum(i, x[i]**2)", "sum(i, y[i]**2)", "sum(i, x[i]*y[i])"
WW, WX, VV = "sum(i, j, W[i,j]**2)", "sum(i, sum(j, W[i,j]*x[j])**2)", "sum(k, v[k]**2)"
LSE, MAX = "log(sum(i, exp(x[i])))", "max(i, x[i])"
TRUE = {
    "Cauchy": f"{XY}**2 <= {XX}*{YY}",
    "Cauchy with roots": f"abs({XY}) <= sqrt({XX})*sqrt({YY})",
    "triangle": f"sqrt(sum(i, (x[i] + y[i])**2)) <= sqrt({XX}) + sqrt({YY})",
    "of sums": "abs(sum(i, x[i])) <= sum(i, abs(x[i]))",
    "a matrix's norm": f"{WX} <= {WW}*{XX}",
    "a matrix's norm with roots": f"sqrt({WX}) <= sqrt({WW})*sqrt({XX})",
    "a bilinear form": f"sum(i, j, v[i]*W[i,j]*x[j])**2 <= {VV}*{WW}*{XX}",
    "mean and mean square": f"(sum(i, x[i])/D)**2 <= {XX}/D",
    "norms of one vector": f"sum(i, abs(x[i])) <= sqrt(D)*sqrt({XX})",
    "twice a product": f"2*{XY} <= {XX} + {YY}",
    "a slope's gradient": f"sum(k, (sigmoid(z[k])*(1 - sigmoid(z[k]))*v[k])**2) <= {VV}/16",
    "through a layer": "abs(sum(k, W[k,0]*sigmoid(z[k])*(1 - sigmoid(z[k]))*v[k])) <= sum(k, abs(W[k,0])*abs(v[k]))/4",
    "a layer at once": f"sum(j, (sigmoid(x[j])*(1 - sigmoid(x[j]))*sum(k, W[k,j]*v[k]))**2) <= {WW}*{VV}/16",
    "a root of a product": f"sqrt({XX}*{VV}) <= sqrt({XX})*sqrt({VV})",
    "less than the largest": f"{MAX} <= {LSE}",
    "more than the largest": f"{LSE} <= {MAX} + log(D)",
    "Gibbs": "sum(i, p[i]*log(p[i]/q[i])) >= 0",
    "entropy": "-sum(i, p[i]*log(p[i])) <= log(D)",
    "cross-entropy": "-sum(i, p[i]*log(q[i])) >= -sum(i, p[i]*log(p[i]))",
    "Gaussians": "sum(i, exp(y[i]) + x[i]**2 - y[i] - 1) >= 0",
    "Gaussians, by deviations": "sum(i, s[i]**2 + x[i]**2 - log(s[i]**2) - 1)/2 >= 0",
    "an absolute value": "abs(tanh(t)) <= abs(t)",
    "an absolute value of a shifted one": "abs(sigmoid(t) - 1/2) <= abs(t)/4",
    "an absolute value and a sine": "abs(sin(t)) <= abs(t)",
    "absolute values beside a square": "2*abs(t) <= 1 + t**2",
    "a slope times a distance": "abs(tanh(x[0]) - tanh(y[0])) <= abs(x[0] - y[0])",
    "a slope of a quarter": "abs(sigmoid(t) - sigmoid(u)) <= abs(u - t)/4",
    "largest and norm": f"max(i, abs(x[i])) <= sqrt({XX})",
    "a factor below one": f"(1 - tanh(t)**2)*{XX} <= {XX}",
}
FALSE = {
    "Cauchy, too sharp": f"{XY}**2 <= {XX}*{YY}*99/100",
    "Cauchy, strict": f"{XY}**2 < {XX}*{YY}",
    "Cauchy, turned round": f"{XY}**2 >= {XX}*{YY}",
    "triangle, without one side": f"sqrt(sum(i, (x[i] + y[i])**2)) <= sqrt({XX})",
    "of sums, turned round": "abs(sum(i, x[i])) >= sum(i, abs(x[i]))",
    "a matrix's norm, halved": f"{WX} <= {WW}*{XX}/2",
    "mean and mean square, without D": f"sum(i, x[i])**2 <= {XX}",
    "a slope's gradient, too sharp": f"sum(k, (sigmoid(z[k])*(1 - sigmoid(z[k]))*v[k])**2) <= {VV}/17",
    "a layer at once, too sharp": f"sum(j, (sigmoid(x[j])*(1 - sigmoid(x[j]))*sum(k, W[k,j]*v[k]))**2) <= {WW}*{VV}/17",
    "Gaussians, one too many": "sum(i, exp(y[i]) + x[i]**2 - y[i] - 2) >= 0",
    "Gaussians, by deviations, one too many": "sum(i, s[i]**2 + x[i]**2 - log(s[i]**2) - 2)/2 >= 0",
    "an absolute value, too sharp": "abs(tanh(t)) <= 99*abs(t)/100",
    "an absolute value, strict": "abs(tanh(t)) < abs(t)",
    "an absolute value, turned round": "abs(tanh(t)) >= abs(t)",
    "a slope of a fifth": "abs(sigmoid(t) - sigmoid(u)) <= abs(u - t)/5",
    "a slope without bound": "abs(exp(t) - exp(u)) <= abs(u - t)",
    "largest and norm, turned round": f"max(i, abs(x[i])) >= sqrt({XX})",
    "below the largest": f"{LSE} <= {MAX}",
    "Gibbs, turned round": "sum(i, p[i]*log(p[i]/q[i])) <= 0",
    "entropy, above": "-sum(i, p[i]*log(p[i])) >= log(D)",
    "weights of any sign": "sum(i, x[i]*log(p[i]/q[i])) >= 0",
}


def verdict(text):
    left, relation, right = next(text.rpartition(r) for r in (" <= ", " >= ", " < ", " > ") if r in text)
    of_chances = any(a in text for a in ("p[", "q["))
    f = sb.formula(
        f"{DECLARED}{'input p[D], q[D]' * of_chances}\nl = {left} + 0*sum(i, x[i])\nr = {right} + 0*sum(i, x[i])"
    )
    return judge_bound(
        f.defining["l"].rhs, relation.strip(), f.defining["r"].rhs, Context(f, ASSUMED if of_chances else ())
    ).verdict


@pytest.mark.parametrize("name", TRUE)
def test_what_holds_for_all_sizes_is_proved(name):
    assert verdict(TRUE[name]) == "proved"


@pytest.mark.parametrize("name", FALSE)
def test_what_does_not_is_refuted(name):
    assert verdict(FALSE[name]) == "refuted"
