"""Activations that are formulas, on a network's sheet: derivative, certified bounds and plot of each."""

import pytest

import symbackprop as sb
from symbackprop.functions import FUNCTIONS
from symbackprop.sheet.blocks import Plot, Statement
from tests.test_bounds import ACTIVATIONS

FORMULAS = [a for a in ACTIVATIONS if a.function.partition("(")[0] not in FUNCTIONS or a.function.count("x") > 1]
# What only moves the line through 0 has nothing to show.
STATED = {
    "GELU": r"-0.12890414\ldots \le f'(x) \le 1.12890414\ldots",
    "LeakyReLU": r"\le f'(x) \le 1",
    "Softsign": "-1 < f(x) < 1",
}


def section(layer):
    sheet = sb.Sequential(layer, sb.Linear(3, 2), loss=sb.MSELoss()).derive().sheet(check=False)
    found = [s for s in sheet.sections if s.title.startswith("The function $f$")]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("layer", FORMULAS, ids=lambda a: a.kind)
def test_each_has_its_derivative_bounds_and_plot(layer):
    blocks = section(layer).blocks
    (claim,) = [b for b in blocks if isinstance(b, Statement)]
    (plot,) = [b for b in blocks if isinstance(b, Plot)]
    texts = " ".join(p.text for p in claim.blocks)
    assert STATED.get(layer.kind, "f'(x)") in texts
    bounds = sb.bounds(layer).derivative
    slope = next(s for s in plot.series if s.label == "$f'(x)$")
    values = [y for _, y in slope.points]
    if bounds.high.value is not None:
        assert max(values) <= float(bounds.high) + 1e-9
    if bounds.low.value is not None:
        assert min(values) >= float(bounds.low) - 1e-9


def test_functions_of_the_table_and_layers_without_a_function_have_none():
    net = sb.Sequential(sb.Linear(3, 2), sb.Tanh(), sb.LayerNorm(2), sb.ReLU(), loss=sb.MSELoss())
    assert not [s for s in net.derive().sheet(check=False).sections if s.title.startswith("The function")]
