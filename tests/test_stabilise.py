"""The stable rewrites of code generation are equalities for all real values: each is proved, none only measured."""

import pytest

import symbackprop as sb
from symbackprop.proof.context import Context
from symbackprop.proof.judge import judge
from symbackprop.stabilise import STABLE_LAWS, stabilise

TEXTS = {
    "log-sum-exp": "y[n] = log(sum(k, exp(z[n,k])))",
    "softmax": "y[n,k] = exp(z[n,k])/sum(j, exp(z[n,j]))",
    "log of the logistic function": "y[n,k] = log(sigmoid(z[n,k]))",
    "log of its complement": "y[n,k] = log(1 - sigmoid(z[n,k]))",
    "cross-entropy": "y[n] = log(sum(k, exp(z[n,k]))) - z[n,0]",
    "log of 1 + exp": "y[n,k] = log(1 + exp(z[n,k]))",
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_rewrite_changes_the_formula_and_is_proved_equal(name):
    equation = sb.formula("input z[N,K]\n" + TEXTS[name]).equations[0]
    stable = stabilise(equation.rhs)
    assert stable != equation.rhs
    assert judge(stable, equation.rhs, Context(), equation.indices).verdict == "proved"


def test_every_stable_law_is_a_statement():
    assert STABLE_LAWS and all("=" in law.latex for law in STABLE_LAWS.values())
