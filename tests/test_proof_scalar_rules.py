"""The calculus table, read from LaTeX: every right rule is proved, every wrong one refuted."""

import pytest

import symbackprop as sb

from .scalar_rules import RIGHT, WRONG


def verdict(where, function, variable, derivative):
    declared = ". ".join(f"${w}$" for w in where.split(", ")) if ">" in where else f"${where}$"
    text = (
        f"{declared}.\n\n$$ F = {function} $$\n\n$$ \\frac{{\\partial F}}{{\\partial {variable}}} = {derivative} $$\n"
    )
    (claim,) = sb.verify(text).claims
    return claim.verdict


@pytest.mark.parametrize("rule", RIGHT, ids=lambda r: r[1])
def test_rules_are_proved(rule):
    assert verdict(*rule) == "proved"


@pytest.mark.parametrize("rule", WRONG, ids=lambda r: f"{r[1]} -> {r[3]}")
def test_wrong_rules_are_refuted(rule):
    assert verdict(*rule) == "refuted"
