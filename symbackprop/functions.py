"""Table of scalar functions: each row says everything about one function.

A row gives the derivative as a hand writes it (in terms of the output ``y`` where that is shorter), LaTeX, a NumPy
body, the value in any number type (``value(o, x)``: ``o`` is a ``number_types.Numbers`` and has exp, log, sin, cos,
tanh, erf, sqrt), where it is defined, its kinks with the convention taken there, and its bounds with their proof.
Differentiation, printing, evaluation, code generation, sheets and tests read this table and nothing else: adding a
function is adding a row.

Every function, exp included, is a class of ours. SymPy's own would rewrite behind our back (``exp(a)*exp(b)`` becomes
``exp(a + b)``, and a softmax is no longer to be recognised), ``Max(0, z)`` differentiates to Heaviside and
``1/(1 + exp(-z))`` to a form that nobody writes. ``to_sympy`` names SymPy's counterpart, for export.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Function, Rational, S

from symbackprop.terms import Less


class Elementwise(Function):
    """A scalar function of the table; SymPy's chain rule asks ``fdiff`` for its derivative."""

    nargs = 1
    row: "Scalar"

    def fdiff(self, argindex: int = 1) -> Expr:
        return self.row.derivative(self.args[0], self)


@dataclass(frozen=True)
class Bound:
    """low <= f <= high, strict where not attained; ``at`` says where it is; ``proof`` has a (LaTeX, reason) a line."""

    low: Any
    high: Any
    low_attained: bool
    high_attained: bool
    at: str = ""
    proof: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Scalar:
    """One row: see the module's docstring. ``latex`` and ``numpy`` are templates around ``{x}``."""

    name: str
    latex: str
    derivative: Callable[[Expr, Expr], Any]
    derivative_latex: str
    numpy: str
    value: Callable[[Any, Any], Any]
    to_sympy: Callable[[Expr], Any] | None = None
    formula: str = ""  # the definition in LaTeX, where the name alone does not say it
    domain: str = r"\mathbb{R}"
    defined: Callable[[float], bool] = lambda x: True
    kinks: tuple[float, ...] = ()
    convention: str = ""  # what is taken as the derivative at a kink
    analytic: bool = True  # the complex step applies
    value_bound: Bound | None = None
    derivative_bound: Bound | None = None
    cls: Any = None  # SymPy's node for the function, made from the row


# Proofs of bounds: (LaTeX, reason) a line.
_TANH_PROOF = (
    (r"\tanh' x = 1 - \tanh^{2} x \le 1", "a square is not negative"),
    (r"\tanh' x = 1 \iff \tanh x = 0 \iff x = 0", r"$\tanh$ is strictly increasing and $\tanh 0 = 0$"),
    (
        r"\lvert\tanh x\rvert < 1 \implies \tanh' x > 0",
        r"$\lvert e^{x} - e^{-x}\rvert < e^{x} + e^{-x}$, both exponentials being positive",
    ),
)
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


def _with_class(row: Scalar) -> Scalar:
    if row.name not in ("identity", "sqrt"):  # the one is its argument, the other a power
        object.__setattr__(row, "cls", type(row.name, (Elementwise,), {"row": row}))
    return row


FUNCTIONS: dict[str, Scalar] = {row.name: _with_class(row) for row in _ROWS}


def apply(name: str, x: Any) -> Expr:
    """The function of that name applied to an expression.

    >>> apply("sqrt", sympy.Symbol("z")), apply("identity", sympy.Symbol("z")), apply("tanh", sympy.Symbol("z"))
    (sqrt(z), z, tanh(z))
    """
    if name == "identity":
        return x
    return sympy.sqrt(x) if name == "sqrt" else FUNCTIONS[name].cls(x)


def row_of(expr: Any) -> Scalar | None:
    """The row of the function at the root of an expression, or None.

    >>> row_of(apply("sigmoid", sympy.Symbol("z"))).name
    'sigmoid'
    """
    return expr.row if isinstance(expr, Elementwise) else None
