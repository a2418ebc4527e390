"""Gradients with those of statistics put in: batch norm's three terms, and the same numbers as before."""

from dataclasses import replace

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.equations import Equation
from symbackprop.evaluation import evaluate
from symbackprop.indices import size
from symbackprop.terms import Entry
from symbackprop.together import together

# A layer, how many axes its input has, and a shape of it.
ROWS = [
    (sb.BatchNorm1d(3), (5, 3)),
    (sb.BatchNorm2d(2), (2, 2, 3, 2)),
    (sb.LayerNorm(4), (2, 3, 4)),
    (sb.LayerNorm(4, elementwise_affine=False), (3, 4)),
    (sb.GroupNorm(2, 4), (2, 4, 3)),
    (sb.RMSNorm(4), (3, 4)),
]


@pytest.mark.parametrize(("layer", "shape"), ROWS, ids=str)
def test_it_is_the_same_gradient_without_those_of_statistics(layer, shape):
    d = sb.derive(sb.formula(layer.formula(len(shape), training=True)))
    adjoint = d.adjoints["x"]
    statistics, expr = together(d, adjoint)
    assert statistics
    read = {e.name for e in expr.atoms(Entry)}
    assert not read & {d.adjoint_of(n).name for n in ("m", "v", "r") if n in d.adjoints}
    equations = (*d.program.equations, Equation("again", adjoint.equation.slots, expr))
    tensors = {**d.program.tensors, "again": replace(d.program.tensors["dx"], name="again")}
    again = replace(d.program, equations=equations, tensors=tensors)
    random = np.random.default_rng(0)
    arrays = {"x": random.normal(size=shape), "dy": random.normal(size=shape)}
    arrays |= {t.name: random.random(_shape(t, layer.sizes)) for t in d.program.declared if t.name not in arrays}
    found = evaluate(again, arrays)
    np.testing.assert_allclose(found["again"].astype(float), found["dx"].astype(float), rtol=1e-12, atol=1e-12)


def _shape(tensor, sizes):
    return tuple(int(n.xreplace({size(k): v for k, v in sizes.items()})) for n in tensor.lengths)


def test_batch_norm_has_three_terms():
    d = sb.derive(sb.formula(sb.BatchNorm1d(3).formula(2, training=True)))
    _, expr = together(d, d.adjoints["x"])
    assert str(expr) == (
        "(dxhat[n, c] - xhat[n, c]*Total(dxhat[#1, c]*xhat[#1, c], #1)/N - Total(dxhat[#1, c], #1)/N)/sigma[c]"
    )


@pytest.mark.parametrize(
    "text", ["m = mean(n, x[n])", "m = sum(n, x[n])/N", "m = mean(n, x[n]**2)", "m = sum(n, x[n])"]
)
def test_only_deviations_from_the_mean_vanish(text):
    d = sb.derive(sb.formula(f"input x[N]\n{text}\nv = sum(n, (x[n] - m)**2)\nC = v*m"))
    laws = [s.law for s in d.steps]
    assert ("deviations" in laws) == text.endswith(("mean(n, x[n])", "sum(n, x[n])/N"))
    assert d.check().passed


WITHOUT = [
    [sb.Linear(3, 4), sb.Tanh(), sb.Linear(4, 2)],
    [sb.Conv2d(1, 2, 3), sb.MaxPool2d(2), sb.Flatten()],
    [sb.LSTM(2, 3), sb.Last(), sb.Linear(3, 2)],
    [sb.SelfAttention(4, 2, causal=True)],
]


@pytest.mark.parametrize("layers", WITHOUT, ids=str)
def test_a_net_without_statistics_has_nothing_to_put_in(layers):
    d = sb.Sequential(*layers, loss=sb.MSELoss()).derive()
    assert not any(together(d, a) for a in d.adjoints.values())
