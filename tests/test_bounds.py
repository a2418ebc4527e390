"""Certified ranges: no value lies outside, some value comes near each end, and known ends are named exactly."""

import math
import re

import numpy as np
import pytest
from sympy import E, Rational, exp, pi, sqrt

import symbackprop as sb
from symbackprop.errors import NotSupported, ReadError
from symbackprop.functions import FUNCTIONS
from symbackprop.layers import LAYERS
from tests.torch_rows import SHAPED

ACTIVATIONS = [
    LAYERS[name](*{"Threshold": (0.5, -2.0)}.get(name, ()))
    for name in LAYERS
    if name not in SHAPED and name not in ("Linear", "FunctionLayer", "Embedding")
]
ACTIVATIONS = [a for a in ACTIVATIONS if a.function]
# Functions with poles or kinks without end, of which nothing is promised.
ENDLESS = {"tan", "floor", "asin", "acos", "acosh", "atanh"}
TYPED = [
    "x*exp(-x)",
    "x*log(x)",
    "1/(1 + x**2)",
    "sin(2*u)*cos(u)",
    "maximum(x, -x/3) - 1",
    "sqrt(x) - x",
    "tanh(x)**2",
    "1/x",
]
EXACT = [
    ("sigmoid(x)", "derivative", "high", Rational(1, 4), "0", True),
    ("tanh(x)", "derivative", "high", 1, "0", True),
    ("tanh(x)", "range", "low", -1, "x -> -inf", False),
    ("x*exp(-x)", "range", "high", exp(-1), "1", True),
    ("x*(1 + erf(x/sqrt(2)))/2", "derivative", "high", None, "sqrt(2) = 1.41421356237...", True),
    ("atan(x)", "range", "high", pi / 2, "x -> inf", False),
    ("sin(x) + cos(x)", "range", "high", sqrt(2), "pi/4 = 0.785398163397...", True),
    ("minimum(6, relu(x))", "range", "high", 6, "6", True),
    ("x/(1 + abs(x))", "derivative", "high", 1, "0", True),  # no kink: both sides have the slope 1
    ("abs(x)", "range", "low", 0, "0", True),
    ("x*log(x)", "range", "low", None, None, True),
]


def values(text, xs):
    """Values and derivatives, by the generated code."""
    letter = "u" if re.search(r"\bu\b", text) else "x"
    d = sb.derive(sb.formula(f"input {letter}[N]\ny[n] = " + re.sub(rf"\b{letter}\b", f"{letter}[n]", text)))
    with np.errstate(all="ignore"):
        value, gradients = d.compile()(**{letter: xs, "dy": np.ones_like(xs)})
    defined = np.isfinite(value)
    return value[defined], gradients[letter][defined]


def texts():
    yield from (a.function for a in ACTIVATIONS)
    yield from (f"{name}(x)" for name in FUNCTIONS if name not in ENDLESS)
    yield from TYPED


@pytest.mark.parametrize("text", list(dict.fromkeys(texts())))
def test_no_value_is_outside_and_some_value_is_near(text):
    found = sb.bounds(text)
    xs = np.concatenate([np.linspace(-9, 9, 4001), np.geomspace(1e-3, 1e4, 500), -np.geomspace(1e-3, 1e4, 500)]) + 1e-7
    for extent, seen in zip((found.range, found.derivative), values(text, xs), strict=True):
        seen = seen[np.isfinite(seen)]
        low, high = (-math.inf if extent.low.value is None else float(extent.low), 
                     math.inf if extent.high.value is None else float(extent.high))  # fmt: skip
        slack = 1e-12 * (1 + np.abs(seen).max())
        assert low - slack <= seen.min() and seen.max() <= high + slack
        for end, extreme in ((low, seen.min()), (high, seen.max())):
            assert not math.isfinite(end) or abs(end - extreme) < 2e-2 * max(1.0, abs(end)), (text, end, extreme)


@pytest.mark.parametrize(("text", "what", "end", "exact", "at", "attained"), EXACT)
def test_ends_are_named_exactly(text, what, end, exact, at, attained):
    found = getattr(getattr(sb.bounds(text), what), end)
    assert exact is None or found.exact == exact
    assert at is None or found.at == at
    assert found.attained == attained


def test_the_slope_of_gelu_is_at_most_1_12890():
    high = sb.bounds(sb.GELU()).derivative.high
    assert str(high).startswith("1.12890")
    assert float(high) == pytest.approx((1 + math.erf(1)) / 2 + 1 / (math.sqrt(math.pi) * float(E)), rel=1e-15)


@pytest.mark.parametrize("text", ["x*y", "3", "__import__('os')", "sum(i, x[i])", "x +", sb.Linear(2, 3), 7])
def test_what_is_no_function_of_one_variable_is_refused(text):
    with pytest.raises((ReadError, NotSupported)):
        sb.bounds(text)
