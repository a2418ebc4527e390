"""Moments of activations: closed forms against certified integrals, both against plain quadrature, and what they do."""

import numpy as np
import pytest
import sympy
from sympy import Rational, S, asin, pi, sqrt

import symbackprop as sb
from symbackprop.errors import NotSupported, ReadError
from tests.test_bounds import ACTIVATIONS, values

TYPED = [
    "x", "x**2", "x**3 - x", "exp(x/2)", "sin(2*x)", "cos(x)", "erf(x)", "atan(x)", "sqrt(1 + x**2)", "exp(x**2/9)",
         "maximum(x, 2*x - 1)", "x*exp(-x**2/2)", "x*erf(x)"]  # fmt: skip
EXACT = [
    ("relu(x)", "forward", Rational(1, 2)),
    ("relu(x)", "backward", Rational(1, 2)),
    ("where(x > 0, x, 0.2*x)", "forward", Rational(13, 25)),
    ("sigmoid(x)", "mean", Rational(1, 2)),
    ("tanh(x)", "mean", S.Zero),
    ("erf(x)", "forward", 2 * asin(Rational(2, 3)) / pi),
    (sb.GELU(), "forward", Rational(1, 3) + sqrt(3) / (6 * pi)),
    ("x/(1 + abs(x))", "mean", S.Zero),
    ("abs(x)", "forward", S.One),
]


def quadrature(function):
    """E f, E f² and E f'² by the midpoint rule on a fine grid, of which no kink is a point."""
    text = getattr(function, "function", function)
    xs = (np.arange(-400_000, 400_000) + 0.5) * 3e-5
    weight = np.exp(-(xs**2) / 2) / np.sqrt(2 * np.pi) * 3e-5
    y, slope = values(text, xs)
    return (y * weight).sum(), (y**2 * weight).sum(), (slope**2 * weight).sum()


@pytest.mark.parametrize("function", [*ACTIVATIONS, *TYPED], ids=str)
def test_moments_are_those_of_plain_quadrature(function):
    g = sb.gain(function)
    for moment, plain in zip((g.mean, g.forward, g.backward), quadrature(function), strict=True):
        assert float(moment) == pytest.approx(plain, rel=1e-4, abs=1e-6)
        if moment.exact is not None:
            assert sympy.N(moment.exact, 25) == pytest.approx(float(moment), rel=1e-14, abs=1e-14)


@pytest.mark.parametrize(("function", "which", "expected"), EXACT, ids=str)
def test_moments_close(function, which, expected):
    assert sympy.simplify(getattr(sb.gain(function), which).exact - expected) == 0


@pytest.mark.parametrize("text", ["1/x", "log(x)", "exp(x**2/2)", "tan(x)"])
def test_infinite_moments_are_refused(text):
    with pytest.raises(NotSupported):
        sb.gain(text)


@pytest.mark.parametrize(
    ("what", "message"), [("x*y", "one letter"), (3, "no function"), (sb.Linear(2, 3), "no function")]
)
def test_what_is_no_function_is_refused(what, message):
    with pytest.raises(ReadError, match=message):
        sb.gain(what)


@pytest.mark.parametrize("layer", [sb.ReLU, sb.Tanh, sb.GELU, sb.SELU], ids=lambda a: a.__name__)
def test_weights_with_the_gain_keep_the_second_moment(layer):
    random, width = np.random.default_rng(0), 1500
    z = random.normal(size=width)
    for _ in range(4):
        weights = random.normal(size=(width, width)) * float(sb.gain(layer())) / np.sqrt(width)
        z = weights @ values(layer().function, z)[0]
    assert np.mean(z**2) == pytest.approx(1, rel=0.3)
