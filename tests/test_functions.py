"""Each row of the table of functions: its derivative, its NumPy body, its bounds and its kinks against numbers."""

import math

import numpy as np
import pytest
import sympy

import symbackprop as sb
from symbackprop.functions import FUNCTIONS
from symbackprop.number_types import FLOAT

ROWS = list(FUNCTIONS.values())
GRID = np.concatenate([np.linspace(-8, 8, 401) + 0.003, [-30.0, 30.0]])


def _grid(row):
    return np.array([x for x in GRID if row.defined(x) and not row.has_kink_at(x)])


def _values(text, x):
    return sb.formula(f"input x[N]\ny[n] = {text}"), {"x": x}


def _compiled(text, x):
    formula, arrays = _values(text, x)
    return sb.Result(formula.equations[-1], formula).compile()(**arrays)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_generated_code_agrees_with_the_table(row):
    x = _grid(row)
    np.testing.assert_allclose(
        _compiled(f"{row.name}(x[n])", x), [row.value(FLOAT, v) for v in x], rtol=1e-12, atol=1e-15
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_the_derivative_is_the_slope(row):
    d = sb.derive(sb.formula(f"input x[N]\ny[n] = {row.name}(x[n])"))
    x = _grid(row)
    _, g = d.compile()(x=x, dy=np.ones_like(x))
    h = 1e-5
    slope = [(row.value(FLOAT, v + h) - row.value(FLOAT, v - h)) / (2 * h) for v in x]
    scale = np.maximum(1, np.abs(slope))
    np.testing.assert_allclose(g["x"] / scale, slope / scale, rtol=1e-5, atol=1e-6)


def _check_bound(values, bound):
    low, high = float(bound.low), float(bound.high)
    assert (values >= low - 1e-12).all() and (values <= high + 1e-12).all()
    middle = values[(GRID[: len(values)] > -8) & (GRID[: len(values)] < 8)] if len(values) == len(GRID) else values
    if not bound.low_attained:
        assert (middle > low).all()
    if not bound.high_attained and math.isfinite(high):
        assert (middle < high).all()


@pytest.mark.parametrize("row", [r for r in ROWS if r.value_bound], ids=lambda r: r.name)
def test_bounds_of_the_value_hold(row):
    x = np.linspace(-5, 5, 401) + 0.003
    _check_bound(np.array([row.value(FLOAT, v) for v in x if row.defined(v)]), row.value_bound)


@pytest.mark.parametrize("row", [r for r in ROWS if r.derivative_bound], ids=lambda r: r.name)
def test_bounds_of_the_derivative_hold(row):
    x = np.array([v for v in np.linspace(-5, 5, 401) + 0.003 if row.defined(v)])
    d = sb.derive(sb.formula(f"input x[N]\ny[n] = {row.name}(x[n])"))
    _, g = d.compile()(x=x, dy=np.ones_like(x))
    _check_bound(g["x"], row.derivative_bound)


@pytest.mark.parametrize(("name", "maximum"), [("sigmoid", sympy.Rational(1, 4)), ("tanh", 1)])
def test_the_largest_slope_is_attained_exactly_at_zero(name, maximum):
    z = sympy.Symbol("z", real=True)
    slope = sympy.diff(FUNCTIONS[name].to_sympy(z), z)
    assert slope.subs(z, 0) == maximum == FUNCTIONS[name].derivative_bound.high
    at_zero = sb.derive(sb.formula(f"input x\ny = {name}(x)")).compile()(x=0.0)[1]["x"]
    assert at_zero == float(maximum)
    nearby = sb.derive(sb.formula(f"input x\ny = {name}(x)")).compile()(x=0.01)[1]["x"]
    assert nearby < float(maximum)


@pytest.mark.parametrize("row", [r for r in ROWS if r.kinks], ids=lambda r: r.name)
def test_at_a_kink_the_stated_convention_is_what_the_code_computes(row):
    d = sb.derive(sb.formula(f"input x[N]\ny[n] = {row.name}(x[n])"))
    _, g = d.compile()(x=np.array(row.kinks), dy=np.ones(len(row.kinks)))
    assert g["x"].tolist() == [float(row.convention)] * len(row.kinks)


@pytest.mark.parametrize("row", [r for r in ROWS if r.to_sympy], ids=lambda r: r.name)
def test_sympy_counterparts_have_the_same_values(row):
    z = sympy.Symbol("z", real=True)
    for v in filter(row.defined, (0.3, 0.7, 1.7)):
        assert float(row.to_sympy(z).subs(z, v)) == pytest.approx(row.value(FLOAT, v))


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_large_arguments_do_not_warn(row):
    x = np.array([v for v in (-1000.0, 1000.0) if row.defined(v) and row.name not in ("exp", "sinh", "cosh")])
    if len(x):
        assert np.isfinite(_compiled(f"{row.name}(x[n])", x)).all()
