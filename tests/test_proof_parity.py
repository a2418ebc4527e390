"""Indices with a step: 2 i meets 2 j where i meets j, and an odd place never meets an even one."""

import pytest

import symbackprop as sb
from symbackprop.proof.context import Context
from symbackprop.proof.judge import judge

DECLARED = "input x[3*N], g[N]\nindex i < N\nindex j < N\n"
# Two ways to write one array over i and j, or over i.
SAME = {
    "even places": ("(2*i == 2*j)", "(i == j)"),
    "odd and even": ("(2*i + 1 == 2*j)", "0"),
    "both shifted": ("(2*i + 3 == 2*j + 1)", "(i + 1 == j)"),
    "steps of three": ("(3*i - 6 == 3*j)", "(i == j + 2)"),
    "a sum over every third": ("sum(k, g[k]*(3*k + 1 == 3*i + 1))", "g[i]"),
    "a sum over others": ("sum(k, g[k]*(3*k + 1 == 3*i))", "0"),
    "different steps": ("(6*i == 4*j)", "(3*i == 2*j)"),
}
OTHER = {
    "one step off": ("(2*i + 2 == 2*j)", "(i == j)"),
    "never by parity alone": ("(2*i + 1 == 3*j)", "0"),
    "twice": ("sum(k, g[k]*(3*k == 3*i))", "2*g[i]"),
}


def verdict(left, right):
    f = sb.formula(f"{DECLARED}a[i,j] = {left} + 0*g[i]\nb[i,j] = {right} + 0*g[i]")
    a, b = f.defining["a"], f.defining["b"]
    return judge(a.rhs, b.rhs.xreplace(dict(zip(b.slots, a.slots, strict=True))), Context(f)).verdict


@pytest.mark.parametrize("name", SAME)
def test_steps_are_divided_out(name):
    assert verdict(*SAME[name]) == "proved"


@pytest.mark.parametrize("name", OTHER)
def test_others_are_refuted(name):
    assert verdict(*OTHER[name]) == "refuted"
