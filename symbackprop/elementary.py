"""Rows of the table of functions: trigonometric and hyperbolic functions and their inverses."""

import math
from typing import Any

import sympy

from symbackprop.function_rows import Bound, Scalar, apply

# Proof of a bound: (LaTeX, reason) a line.
_TANH_PROOF = (
    (r"\tanh' x = 1 - \tanh^{2} x \le 1", "a square is not negative"),
    (r"\tanh' x = 1 \iff \tanh x = 0 \iff x = 0", r"$\tanh$ is strictly increasing and $\tanh 0 = 0$"),
    (
        r"\lvert\tanh x\rvert < 1 \implies \tanh' x > 0",
        r"$\lvert e^{x} - e^{-x}\rvert < e^{x} + e^{-x}$, both exponentials being positive",
    ),
)


def _asinh(o: Any, x: Any) -> Any:
    return o.log(x + o.sqrt(x * x + 1))


TRIGONOMETRIC = (
    Scalar(
        "sin",
        latex=r"\sin {x}",
        derivative=lambda x, y: apply("cos", x),
        derivative_latex=r"\cos x",
        numpy="np.sin({x})",
        value=lambda o, x: o.sin(x),
        to_sympy=sympy.sin,
        value_bound=Bound(-1, 1, True, True, r"x = \pm\tfrac{\pi}{2} + 2k\pi"),
        derivative_bound=Bound(-1, 1, True, True, r"x = k\pi"),
    ),
    Scalar(
        "cos",
        latex=r"\cos {x}",
        derivative=lambda x, y: -apply("sin", x),
        derivative_latex=r"-\sin x",
        numpy="np.cos({x})",
        value=lambda o, x: o.cos(x),
        to_sympy=sympy.cos,
        value_bound=Bound(-1, 1, True, True, r"x = k\pi"),
        derivative_bound=Bound(-1, 1, True, True, r"x = \pm\tfrac{\pi}{2} + 2k\pi"),
    ),
    Scalar(
        "tan",
        latex=r"\tan {x}",
        derivative=lambda x, y: 1 + y**2,
        derivative_latex=r"1 + \tan^{2} x",
        numpy="np.tan({x})",
        value=lambda o, x: o.sin(x) / o.cos(x),
        to_sympy=sympy.tan,
        formula=r"\frac{\sin x}{\cos x}",
        domain=r"\cos x \ne 0",
        defined=lambda x: math.cos(x) != 0,
        derivative_bound=Bound(1, sympy.oo, True, False, r"x = k\pi"),
    ),
    Scalar(
        "asin",
        latex=r"\arcsin {x}",
        derivative=lambda x, y: 1 / sympy.sqrt(1 - x**2),
        derivative_latex=r"\frac{1}{\sqrt{1 - x^{2}}}",
        numpy="np.arcsin({x})",
        value=lambda o, x: o.atan(x / o.sqrt(1 - x * x)),
        to_sympy=sympy.asin,
        domain="-1 < x < 1",
        defined=lambda x: -1 < x < 1,
        value_bound=Bound(-sympy.pi / 2, sympy.pi / 2, False, False),
        derivative_bound=Bound(1, sympy.oo, True, False, "x = 0"),
    ),
    Scalar(
        "acos",
        latex=r"\arccos {x}",
        derivative=lambda x, y: -1 / sympy.sqrt(1 - x**2),
        derivative_latex=r"-\frac{1}{\sqrt{1 - x^{2}}}",
        numpy="np.arccos({x})",
        value=lambda o, x: o.pi() / 2 - o.atan(x / o.sqrt(1 - x * x)),
        to_sympy=sympy.acos,
        domain="-1 < x < 1",
        defined=lambda x: -1 < x < 1,
        value_bound=Bound(0, sympy.pi, False, False),
        derivative_bound=Bound(-sympy.oo, -1, False, True, "x = 0"),
    ),
    Scalar(
        "atan",
        latex=r"\arctan {x}",
        derivative=lambda x, y: 1 / (1 + x**2),
        derivative_latex=r"\frac{1}{1 + x^{2}}",
        numpy="np.arctan({x})",
        value=lambda o, x: o.atan(x),
        to_sympy=sympy.atan,
        value_bound=Bound(-sympy.pi / 2, sympy.pi / 2, False, False),
        derivative_bound=Bound(0, 1, False, True, "x = 0"),
    ),
)
HYPERBOLIC = (
    Scalar(
        "tanh",
        latex=r"\tanh {x}",
        derivative=lambda x, y: 1 - y**2,
        derivative_latex=r"1 - \tanh^{2} x",
        numpy="np.tanh({x})",
        value=lambda o, x: o.tanh(x),
        to_sympy=sympy.tanh,
        formula=r"\frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
        value_bound=Bound(-1, 1, False, False),
        derivative_bound=Bound(0, 1, False, True, "x = 0", _TANH_PROOF),
    ),
    Scalar(
        "sinh",
        latex=r"\sinh {x}",
        derivative=lambda x, y: apply("cosh", x),
        derivative_latex=r"\cosh x",
        numpy="np.sinh({x})",
        value=lambda o, x: (o.exp(x) - o.exp(-x)) / 2,
        to_sympy=sympy.sinh,
        formula=r"\frac{e^{x} - e^{-x}}{2}",
        derivative_bound=Bound(1, sympy.oo, True, False, "x = 0"),
    ),
    Scalar(
        "cosh",
        latex=r"\cosh {x}",
        derivative=lambda x, y: apply("sinh", x),
        derivative_latex=r"\sinh x",
        numpy="np.cosh({x})",
        value=lambda o, x: (o.exp(x) + o.exp(-x)) / 2,
        to_sympy=sympy.cosh,
        formula=r"\frac{e^{x} + e^{-x}}{2}",
        value_bound=Bound(1, sympy.oo, True, False, "x = 0"),
    ),
    Scalar(
        "asinh",
        latex=r"\operatorname{{arsinh}} {x}",
        derivative=lambda x, y: 1 / sympy.sqrt(1 + x**2),
        derivative_latex=r"\frac{1}{\sqrt{1 + x^{2}}}",
        numpy="np.arcsinh({x})",
        value=lambda o, x: -_asinh(o, -x) if o.less(x, 0) else _asinh(o, x),
        to_sympy=sympy.asinh,
        formula=r"\log\left(x + \sqrt{x^{2} + 1}\right)",
        derivative_bound=Bound(0, 1, False, True, "x = 0"),
    ),
    Scalar(
        "acosh",
        latex=r"\operatorname{{arcosh}} {x}",
        derivative=lambda x, y: 1 / sympy.sqrt(x**2 - 1),
        derivative_latex=r"\frac{1}{\sqrt{x^{2} - 1}}",
        numpy="np.arccosh({x})",
        value=lambda o, x: o.log(x + o.sqrt(x * x - 1)),
        to_sympy=sympy.acosh,
        formula=r"\log\left(x + \sqrt{x^{2} - 1}\right)",
        domain="x > 1",
        defined=lambda x: x > 1,
        value_bound=Bound(0, sympy.oo, False, False),
    ),
    Scalar(
        "atanh",
        latex=r"\operatorname{{artanh}} {x}",
        derivative=lambda x, y: 1 / (1 - x**2),
        derivative_latex=r"\frac{1}{1 - x^{2}}",
        numpy="np.arctanh({x})",
        value=lambda o, x: o.log((1 + x) / (1 - x)) / 2,
        to_sympy=sympy.atanh,
        formula=r"\tfrac{1}{2} \log\frac{1 + x}{1 - x}",
        domain="-1 < x < 1",
        defined=lambda x: -1 < x < 1,
        derivative_bound=Bound(1, sympy.oo, True, False, "x = 0"),
    ),
)
