"""How weights must start so that neither signal nor gradient fades: the condition, derived, and met by measurement."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from sympy import latex

import symbackprop as sb
from derivations._pieces import checked, section, text_number
from symbackprop.codegen.compile import compile_program
from symbackprop.derivation import Step
from symbackprop.moments.expectation import second_moment
from symbackprop.moments.gain import Gain, Moment
from symbackprop.sheet.blocks import Block, Equations, Paragraph, Plot, Row, Section, Series, Table
from symbackprop.sheet.build import build
from symbackprop.sheet.context import Context
from symbackprop.sheet.sheet import Sheet
from symbackprop.terms import Entry, Partial

TITLE = "Initialisation that keeps the variance"
COVERS = ("S20",)
SHOWS = (
    "Var W = 2/(fan_in + fan_out) and 2/fan_in, derived from the equations; gains of two dozen activations; 20 layers"
)

NET = """input x[N, D]
param W[M, D], V[K, M]
z[n, j] = sum(i, W[j, i]*x[n, i])
a[n, j] = tanh(z[n, j])
u[n, k] = sum(j, V[k, j]*a[n, j])"""
DEPTH, WIDTH, SAMPLES = 20, 128, 64
_LONGEST = 40  # characters of an exact moment that is shown as such
_LAWS = {
    "square": "the square as a double sum",
    "independent": r"$E\, W_p W_{p'} = v\, \delta_{pp'}$, independent of all else",
    "contract_delta": "contract the Kronecker deltas",
    "moments": "the same second moment for every entry",
}
_ACTIVATIONS = (
    "Sigmoid", "Tanh", "ReLU", "LeakyReLU", "ELU", "SELU", "GELU", "SiLU", "Mish", "Softplus", "Softsign", "Hardtanh",
    "Hardswish", "ReLU6",
)  # fmt: skip


@cache
def net() -> sb.Derivation:
    """Two dense layers with an activation between them."""
    return sb.derive(sb.formula(NET))


def forward() -> tuple[Step, ...]:
    """From E z² to v D q."""
    d = net()
    return second_moment(d.program.defining["z"], d.program.tensors, "W", Entry("v"), {"x": Entry("q")})


def backward() -> tuple[Step, ...]:
    """From E (∂C/∂a)² to v K g."""
    d = net()
    assert d.upstream is not None
    return second_moment(d.adjoint_of("a"), d.program.tensors, "V", Entry("v"), {d.upstream.name: Entry("g")})


def convolution() -> tuple[sb.Derivation, tuple[Step, ...]]:
    """The same of a convolution: the kernel's length joins the fan."""
    d = sb.derive(sb.formula(sb.Conv1d(2, 3, 3, bias=False).text(3)))
    return d, second_moment(d.program.defining["z"], d.program.tensors, "W", Entry("v"), {"x": Entry("q")})


@cache
def gains() -> Mapping[str, Gain]:
    """The moments of the activations that have no argument that must be given."""
    return {name: sb.gain(getattr(sb, name)()) for name in _ACTIVATIONS}


def starts(activation: str) -> dict[str, tuple[str, float | None]]:
    """How weights may start: by what name and with what gain."""
    own = float(gains()[activation])
    return {
        "too small": ("xavier_normal", 0.5),
        "Xavier": ("xavier_normal", None),
        "its gain": ("kaiming_normal", own),
        "orthogonal, gain": ("orthogonal", own),
    }


@cache
def measured(activation: str, init: tuple[str, float | None]) -> tuple[list[float], list[float]]:
    """Mean squares of the pre-activations and of their gradients, layer by layer, of a deep net on normal data."""
    layers = [part for _ in range(DEPTH) for part in (sb.Linear(WIDTH, WIDTH, bias=False), getattr(sb, activation)())]
    trainer = sb.Sequential(*layers, loss=sb.MSELoss()).trainer(seed=0, init=init)
    random = np.random.default_rng(1)
    X, y = (random.normal(size=(SAMPLES, WIDTH)) for _ in range(2))
    d = trainer.derivation
    names = [f"z{k}" for k in range(1, DEPTH + 1)]
    adjoints = [d.adjoint_of(n).name for n in names]
    found = compile_program(d.program, [*names, *adjoints])(**trainer.arrays(X, y))
    forwards, backwards = ([float(np.mean(found[n] ** 2)) for n in side] for side in (names, adjoints))
    return forwards, backwards


def sheet() -> Sheet:
    """The condition forwards and backwards, the gains, and what happens in twenty layers."""
    d = net()
    context = Context(d)
    sections = [_forwards(context), _backwards(context), _both(), _convolved(), _gains(), _drawn(), _deep()]
    return build(d, check=checked(d), title=TITLE, extra=sections)


def _steps(context: Context, left: str, steps: Sequence[Step]) -> Equations:
    """Each step under its law; the mean stays in front until it is taken."""
    rows = []
    for k, step in enumerate(steps):
        shown = context.latex(step.after)
        right = shown if step.law == "moments" else rf"E \left[ {shown} \right]"
        rows.append(Row(left if k == 0 else "", "=", right, _LAWS[step.law]))
    return Equations(tuple(rows))


def _forwards(context: Context) -> Section:
    opening = (
        "Draw the weights independently, with mean 0 and variance $v$, and let every entry of $x$ have the second "
        "moment $q = E x_{ni}^2$. Nothing is assumed of how the entries of $x$ depend on one another."
    )
    closing = (
        "A sum over $D$ inputs, the layer's fan-in, of weights of variance $1/D$ has the second moment of its "
        "inputs. The inputs of the next layer are $f(z)$. Is $z$ normal with mean 0 and variance 1, as sums of many "
        r"independent terms nearly are, their second moment is $E f(\zeta)^2$, a number that belongs to $f$ alone, "
        r"and the signal keeps its size through $f$ and the next layer for"
    )
    condition = Row(r"\operatorname{Var} W", "=", r"\frac{1}{\text{fan-in} \cdot E f(\zeta)^2}", "forwards")
    return section(
        "The signal on its way up",
        Paragraph(opening),
        _steps(context, r"E\, z_{nj}^{2}", forward()),
        Paragraph(closing),
        Equations((condition,)),
    )


def _backwards(context: Context) -> Section:
    d = net()
    references = context.references
    text = (
        f"The gradient by $a$ is a sum over the $K$ outputs of the layer above (equation "
        f"{references[d.adjoint_of('a').name]}): the same steps, with the fan-out in the place of the fan-in. Let $g$ "
        "be the second moment of the entries that arrive."
    )
    after = (
        f"Then equation {references[d.adjoint_of('z').name]} multiplies by $f'(z)$, which is taken to be independent "
        r"of the gradient that arrives: a factor $E f'(\zeta)^2$. So the gradient keeps its size for"
    )
    condition = Row(r"\operatorname{Var} W", "=", r"\frac{1}{\text{fan-out} \cdot E f'(\zeta)^2}", "backwards")
    left = context.latex(Partial(Entry(d.cost.name), Entry("a", *d.formula.defining["a"].slots)))
    return section(
        "The gradient on its way down",
        Paragraph(text),
        _steps(context, rf"E \left[ \left( {left} \right)^{{2}} \right]", backward()),
        Paragraph(after),
        Equations((condition,)),
    )


def _both() -> Section:
    rows = (
        Row(r"f(z) \approx z", r"\Rightarrow", r"E f(\zeta)^2 = E f'(\zeta)^2 = 1", "tanh near 0"),
        Row(
            r"\operatorname{Var} W", "=", r"\frac{2}{\text{fan-in} + \text{fan-out}}", "Xavier Glorot: between the two"
        ),
        Row(
            r"f = \mathrm{ReLU}",
            r"\Rightarrow",
            rf"E f(\zeta)^2 = E f'(\zeta)^2 = {_exact('ReLU')}",
            "half of the line counts",
        ),
        Row(r"\operatorname{Var} W", "=", r"\frac{2}{\text{fan-in}}", "Kaiming He"),
    )
    text = (
        "Both conditions hold together only where fan-in and fan-out are alike. A net whose layers lose a factor $c$ "
        "each has lost $c^M$ after $M$ of them: this is decided by the start, before anything is learned."
    )
    return section("Xavier and He", Equations(rows), Paragraph(text))


def _exact(name: str) -> str:
    """E f² as LaTeX; it must be E f'², too."""
    found = gains()[name]
    if found.forward.exact is None or found.forward.exact != found.backward.exact:
        raise AssertionError(f"the moments of {name} and of its slope differ")
    return latex(found.forward.exact)


def _convolved() -> Section:
    d, steps = convolution()
    context = Context(d)
    text = "The kernel's places join the fan: each output of a convolution sums over the channels and the kernel."
    return section(
        "A convolution",
        Paragraph(text),
        _steps(context, r"E\, z_{nou}^{2}", steps),
    )


def _gains() -> Section:
    rows = tuple(
        (name, _moment(g.mean), _moment(g.forward), _moment(g.backward), text_number(float(g), 4))
        for name, g in gains().items()
    )
    header = ("Activation", r"$E f(\zeta)$", r"$E f(\zeta)^2$", r"$E f'(\zeta)^2$", r"gain $1/\sqrt{E f(\zeta)^2}$")
    text = (
        r"Integrals against the normal density, exact where they close, else enclosed by interval arithmetic and "
        r"rounded here. Weights of deviation gain$/\sqrt{\text{fan-in}}$ keep the signal. SELU's constants "
        r"were chosen so that its mean is 0 and its second moment 1. Where the last two moments differ, no start keeps "
        r"both signal and gradient: the signal's is the one to take, as it decides where on $f$ the net works."
    )
    return section("Every activation has its own", Table(header, rows, numeric=(1, 2, 3, 4)), Paragraph(text))


def _moment(moment: Moment) -> str:
    exact = moment.exact
    if exact is not None and len(str(exact)) <= _LONGEST:
        return f"${latex(exact)}$"
    return text_number(float(moment), 6)


def _drawn() -> Section:
    rows = (
        Row(r"E\, U^2", "=", r"\frac{1}{2b} \int_{-b}^{b} x^2 \, dx = \frac{b^2}{3}", "uniform on $[-b, b]$"),
        Row("b", "=", r"\sqrt{3 \operatorname{Var} W}", r"$\sqrt{6/(\text{fan-in} + \text{fan-out})}$ for Xavier"),
        Row(
            r"Q^{\top} Q = I",
            r"\Rightarrow",
            r"\lVert Q x \rVert^2 = x^{\top} Q^{\top} Q x = \lVert x \rVert^2",
            "orthogonal",
        ),
    )
    text = (
        "Normal or uniform entries do alike, the deviation counts. Orthonormal rows or columns keep every length, not "
        "only the mean one: no direction fades while another grows."
    )
    return section("What is drawn", Equations(rows), Paragraph(text))


def _deep() -> Section:
    for activation in ("ReLU", "Tanh"):
        kept, faded = (measured(activation, starts(activation)[init]) for init in ("its gain", "too small"))
        if not all(0.01 < side[-1] / side[0] < 100 for side in kept) or not faded[1][0] < 1e-9 * faded[1][-1]:
            raise AssertionError(f"a deep net of {activation} is not what was said")
    blocks: list[Block] = [Paragraph(
        f"{DEPTH} dense layers of {WIDTH} units, {SAMPLES} normal samples: mean squares of the gradients by $z$, "
        "layer by layer, from the derived equations, before any training. The gain of ReLU is He's."
    )]  # fmt: skip
    for activation in ("ReLU", "Tanh"):
        series = tuple(
            Series(name, tuple(enumerate(measured(activation, init)[1], start=1)))
            for name, init in starts(activation).items()
        )
        blocks.append(Plot(f"Gradients in a deep net of {activation}.", series, "layer", "mean square", log_y=True))
    blocks.append(_ends())
    return section("Twenty layers", *blocks)


def _ends() -> Table:
    rows = []
    for activation in ("ReLU", "Tanh"):
        for name, init in starts(activation).items():
            up, down = measured(activation, init)
            rows.append((activation, name, *(_power(v) for v in (up[0], up[-1], down[-1], down[0]))))
    header = (
        "Activation",
        "start",
        "$z$, first",
        "$z$, last",
        "gradient, last",
        "gradient, first",
    )
    return Table(header, tuple(rows), numeric=(2, 3, 4, 5))


def _power(value: float) -> str:
    mantissa, exponent = f"{value:.1e}".split("e")
    return rf"${mantissa} \cdot 10^{{{int(exponent)}}}$"
