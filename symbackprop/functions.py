"""Table of scalar functions: each row says everything about one function (``function_rows`` says what a row holds).

Differentiation, printing, evaluation, code generation, sheets and tests read this table and nothing else: adding a
function is adding a row.
"""

import sympy
from sympy import Rational, S

from symbackprop.elementary import HYPERBOLIC, TRIGONOMETRIC
from symbackprop.function_rows import Bound, Elementwise, Scalar, apply, row_of, table_of
from symbackprop.terms import Less

# Proofs of bounds: (LaTeX, reason) a line.
_SIGMOID_PROOF = (
    (r"s := \sigma(x), \quad 0 < s < 1", r"$1 + e^{-x} > 1$"),
    (r"\tfrac{1}{4} - s(1 - s) = \left(\tfrac{1}{2} - s\right)^{2} \ge 0", r"expand the square"),
    (r"\sigma'(x) = s(1 - s) \le \tfrac{1}{4}", r"the line above"),
    (
        r"\sigma'(x) = \tfrac{1}{4} \iff s = \tfrac{1}{2} \iff e^{-x} = 1 \iff x = 0",
        r"the square vanishes only there",
    ),
    (r"\sigma'(x) = s(1 - s) > 0", r"both factors are positive"),
)
_RELU_PROOF = (
    (r"x < 0: \; \mathrm{ReLU}(x) = 0, \quad \mathrm{ReLU}'(x) = 0", r"a constant near $x$"),
    (r"x > 0: \; \mathrm{ReLU}(x) = x, \quad \mathrm{ReLU}'(x) = 1", r"the identity near $x$"),
    (
        r"x = 0: \; \lim_{h \uparrow 0} \tfrac{\mathrm{ReLU}(h)}{h} = 0"
        r" \ne 1 = \lim_{h \downarrow 0} \tfrac{\mathrm{ReLU}(h)}{h}",
        r"undefined; the value 0 is taken by convention",
    ),
)
_STEP_PROOF = (
    (r"x \ne 0: \; \mathrm{step}'(x) = 0", r"a constant near $x$"),
    (r"x = 0: \; \mathrm{step} \text{ jumps}", r"no derivative: no gradient ever passes through a step"),
)

_ROWS = [
    Scalar(
        "identity",
        latex=r"{x}",
        derivative=lambda x, y: S.One,
        derivative_latex="1",
        numpy="{x}",
        value=lambda o, x: x,
        formula="x",
        derivative_bound=Bound(1, 1, True, True, "everywhere"),
    ),
    Scalar(
        "exp",
        latex=r"e^{{{x}}}",
        derivative=lambda x, y: y,
        derivative_latex="e^{x}",
        numpy="np.exp({x})",
        value=lambda o, x: o.exp(x),
        to_sympy=sympy.exp,
        value_bound=Bound(0, sympy.oo, False, False),
    ),
    Scalar(
        "log",
        latex=r"\log {x}",
        derivative=lambda x, y: 1 / x,
        derivative_latex=r"\frac{1}{x}",
        numpy="np.log({x})",
        value=lambda o, x: o.log(x),
        to_sympy=sympy.log,
        domain="x > 0",
        defined=lambda x: x > 0,
    ),
    Scalar(
        "sqrt",
        latex=r"\sqrt{{{x}}}",
        derivative=lambda x, y: 1 / (2 * y),
        derivative_latex=r"\frac{1}{2\sqrt{x}}",
        numpy="np.sqrt({x})",
        value=lambda o, x: o.sqrt(x),
        to_sympy=sympy.sqrt,
        domain="x > 0",
        defined=lambda x: x > 0,
    ),
    *TRIGONOMETRIC,
    *HYPERBOLIC,
    Scalar(
        "sigmoid",
        latex=r"\sigma\left({x}\right)",
        derivative=lambda x, y: y * (1 - y),
        derivative_latex=r"\sigma(x)\,(1 - \sigma(x))",
        numpy="expit({x})",
        value=lambda o, x: 1 / (1 + o.exp(-x)),
        to_sympy=lambda x: 1 / (1 + sympy.exp(-x)),
        formula=r"\frac{1}{1 + e^{-x}}",
        value_bound=Bound(0, 1, False, False),
        derivative_bound=Bound(0, Rational(1, 4), False, True, "x = 0", _SIGMOID_PROOF),
    ),
    Scalar(
        "relu",
        latex=r"\mathrm{{ReLU}}\left({x}\right)",
        derivative=lambda x, y: Less(0, x),
        derivative_latex=r"[x > 0]",
        numpy="np.maximum({x}, 0)",
        value=lambda o, x: x if o.less(0, x) else 0 * x,
        to_sympy=lambda x: sympy.Max(x, 0),
        formula=r"\max(0, x)",
        kinks=(0.0,),
        convention="0",
        analytic=False,
        value_bound=Bound(0, sympy.oo, True, False, r"x \le 0"),
        derivative_bound=Bound(0, 1, True, True, r"x < 0 \text{ and } x > 0", _RELU_PROOF),
    ),
    Scalar(
        "step",
        latex=r"\mathrm{{step}}\left({x}\right)",
        derivative=lambda x, y: S.Zero,
        derivative_latex="0",
        numpy="np.heaviside({x}, 0)",
        value=lambda o, x: 0 * x + (1 if o.less(0, x) else 0),
        to_sympy=lambda x: sympy.Heaviside(x, 0),
        formula=r"[x > 0]",
        kinks=(0.0,),
        convention="0",
        analytic=False,
        value_bound=Bound(0, 1, True, True, r"x \le 0 \text{ and } x > 0"),
        derivative_bound=Bound(0, 0, True, True, r"x \ne 0", _STEP_PROOF),
    ),
    Scalar(
        "softplus",
        latex=r"\mathrm{{softplus}}\left({x}\right)",
        derivative=lambda x, y: apply("sigmoid", x),
        derivative_latex=r"\sigma(x)",
        numpy="np.logaddexp({x}, 0)",
        value=lambda o, x: x + o.log(1 + o.exp(-x)) if o.less(0, x) else o.log(1 + o.exp(x)),
        to_sympy=lambda x: sympy.log(1 + sympy.exp(x)),
        formula=r"\log(1 + e^{x})",
        value_bound=Bound(0, sympy.oo, False, False),
        derivative_bound=Bound(0, 1, False, False),
    ),
    Scalar(
        "abs",
        latex=r"\left|{x}\right|",
        derivative=lambda x, y: apply("sign", x),
        derivative_latex=r"\operatorname{sign} x",
        numpy="np.abs({x})",
        value=lambda o, x: x if o.less(0, x) else -x,
        to_sympy=sympy.Abs,
        kinks=(0.0,),
        convention="0",
        analytic=False,
        value_bound=Bound(0, sympy.oo, True, False, "x = 0"),
        derivative_bound=Bound(-1, 1, True, True, r"x \ne 0"),
    ),
    Scalar(
        "sign",
        latex=r"\operatorname{{sign}}\left({x}\right)",
        derivative=lambda x, y: S.Zero,
        derivative_latex="0",
        numpy="np.sign({x})",
        value=lambda o, x: 0 * x + (1 if o.less(0, x) else -1 if o.less(x, 0) else 0),
        to_sympy=sympy.sign,
        kinks=(0.0,),
        convention="0",
        analytic=False,
        value_bound=Bound(-1, 1, True, True, r"x \ne 0"),
        derivative_bound=Bound(0, 0, True, True, r"x \ne 0"),
    ),
    Scalar(
        "floor",
        latex=r"\left\lfloor {x} \right\rfloor",
        derivative=lambda x, y: S.Zero,
        derivative_latex="0",
        numpy="np.floor({x})",
        value=lambda o, x: o.floor(x),
        to_sympy=sympy.floor,
        kinks=(0.0,),
        period=1.0,
        convention="0",
        analytic=False,
        derivative_bound=Bound(0, 0, True, True, r"x \notin \mathbb{Z}"),
    ),
    Scalar(
        "erf",
        latex=r"\operatorname{{erf}}\left({x}\right)",
        derivative=lambda x, y: 2 / sympy.sqrt(sympy.pi) * apply("exp", -(x**2)),
        derivative_latex=r"\frac{2}{\sqrt{\pi}} e^{-x^{2}}",
        numpy="erf({x})",
        value=lambda o, x: o.erf(x),
        to_sympy=sympy.erf,
        formula=r"\frac{2}{\sqrt{\pi}} \int_0^x e^{-t^2}\,dt",
        value_bound=Bound(-1, 1, False, False),
    ),
]

FUNCTIONS: dict[str, Scalar] = table_of(_ROWS)

__all__ = ["FUNCTIONS", "Bound", "Elementwise", "Scalar", "apply", "row_of"]
