"""LaTeX of expressions: as a hand writes it, within the common subset, and safe whatever names hold."""

import pytest
from math_core import LatexToMathML
from sympy import Rational, oo, pi, sqrt

import symbackprop as sb
from symbackprop.functions import apply
from symbackprop.indices import ArgMax, Index, MaxOver, Total, size, totals
from symbackprop.latex import Style, equation, latex
from symbackprop.latex.symbols import escape, tensor
from symbackprop.sheet.context import Context
from symbackprop.terms import Delta, Entry, Flat, FloorDiv, Less, LessEqual, Maximum, NotEqual, Partial, Where
from tests.formulas import FORMULAS

N, D, M = map(size, "NDM")
n, i, j, k = Index("n", N), Index("i", D), Index("j", M), Index("k", M)
x, z, a, dz = Entry("x", n, i), Entry("z", n, j), Entry("a", n, j), Entry("dz", n, j)
W, C, v = Entry("W", j, i), Entry("C"), Entry("v", j)
NAMES = {N: ("n",), D: ("i",), M: ("j", "k")}

PRINTED = [
    (Entry("z1", n, j), "z^{(1)}_{nj}"),
    (Entry("W_hh", j, k), r"W^{(\mathrm{hh})}_{jk}"),
    (Entry("gamma", j), r"\gamma_{j}"),
    (Entry("loss"), r"\mathrm{loss}"),
    (dz, r"\frac{\partial C}{\partial z_{nj}}"),
    (Partial(a, z), r"\frac{\partial a_{nj}}{\partial z_{nj}}"),
    (Entry("x", n, i + 1), "x_{n,i + 1}"),
    (Entry("y", n, Flat(i, j)), "y_{n,(i,j)}"),
    (Entry("z", n, Entry("t", n)), "z_{n,t_{n}}"),
    (Total(x * W, i), r"\sum_{i} W_{ji} x_{ni}"),
    (totals(z**2, n, j) / (2 * N), r"\frac{1}{2 N} \sum_{n, j} z_{nj}^{2}"),
    (z * Total(x, i) * Total(W, i), r"z_{nj} \, \left(\sum_{i} W_{ji}\right) \sum_{i} x_{ni}"),
    ((a - Entry("y", n, j)) / N, r"\frac{a_{nj} - y_{nj}}{N}"),
    (dz / N, r"\frac{1}{N} \, \frac{\partial C}{\partial z_{nj}}"),
    (-Rational(3, 2) * z, r"-\frac{3 z_{nj}}{2}"),
    (Rational(44715, 1000000) * z**3, r"0.044715 z_{nj}^{3}"),
    (Entry("z1", n, j) ** 2, "(z^{(1)}_{nj})^{2}"),
    (1 / sqrt(v + Entry("eps")), r"\frac{1}{\sqrt{\varepsilon + v_{j}}}"),
    (apply("sigmoid", z), r"\sigma(z_{nj})"),
    (apply("sigmoid", z) ** 2, r"\sigma(z_{nj})^{2}"),
    (apply("sigmoid", Total(x, i) + v), r"\sigma\left(\sum_{i} x_{ni} + v_{j}\right)"),
    (apply("tanh", z) ** 2, r"\tanh^{2} z_{nj}"),
    (apply("log", z + 1), r"\log (z_{nj} + 1)"),
    (apply("exp", -z), "e^{-z_{nj}}"),
    (apply("exp", z) ** 2, "(e^{z_{nj}})^{2}"),
    (apply("exp", Total(x, i)), r"\exp\left(\sum_{i} x_{ni}\right)"),
    (apply("abs", z), r"\left|z_{nj}\right|"),
    (Delta(j, k) * z, r"z_{nj} \delta_{jk}"),
    (Delta(Entry("t", n), k), "[t_{n} = k]"),
    (Less(0, z), "[z_{nj} > 0]"),
    (LessEqual(z, a), r"[z_{nj} \le a_{nj}]"),
    (NotEqual(z, 0), r"[z_{nj} \ne 0]"),
    (MaxOver(z, j), r"\max_{j} z_{nj}"),
    (ArgMax(z, j), r"\arg\max_{j} z_{nj}"),
    (Maximum(z, 0), r"\max(z_{nj}, 0)"),
    (FloorDiv(N, D), r"\lfloor N / D \rfloor"),
    (2 * pi * oo, r"\infty"),
    (pi * z, r"\pi z_{nj}"),
    (
        Where(Less(0, z), z, -oo),
        r"\begin{cases} z_{nj} & \text{if } z_{nj} > 0 \\ -\infty & \text{otherwise} \end{cases}",
    ),
    (
        Where(LessEqual(0, i) * Less(i, M), x, 0),
        r"\begin{cases} x_{ni} & \text{if } 0 \le i < M \\ 0 & \text{otherwise} \end{cases}",
    ),
]


@pytest.mark.parametrize(("expr", "expected"), PRINTED, ids=[e for _, e in PRINTED])
def test_printed_as_a_hand_writes_it(expr, expected):
    assert latex(expr, NAMES, {"dz": "z"}) == expected


def test_a_bound_index_never_takes_the_name_of_a_free_one():
    softmax = apply("exp", z) / Total(apply("exp", Entry("z", n, k)), k)
    assert latex(softmax, NAMES) == r"\frac{e^{z_{nj}}}{\sum_{k} e^{z_{nk}}}"
    both = Entry("u", j) * Entry("u", k) * Total(v, j)
    assert r"\sum_{j'} v_{j'}" in latex(both, NAMES)


@pytest.mark.parametrize("text", FORMULAS.values(), ids=FORMULAS)
def test_every_equation_of_every_derivation_is_in_the_common_subset(text):
    d = sb.derive(sb.formula(text))
    style = Context(d).style
    converter = LatexToMathML()
    for e in d.program.equations:
        for side in equation(e, style):
            assert converter.convert_with_local_state(side, displaystyle=True).startswith("<math")
            assert side.count("{") == side.count("}") and side.count(r"\left") == side.count(r"\right")


@pytest.mark.parametrize("name", ["a}\\input{/etc/passwd}", "x$y", "\\write18", "a%b", "x{", "a&b", "a^b"])
def test_names_cannot_carry_tex(name):
    assert all(c.isalnum() or c in r"\{}()[]^_," for c in tensor(name))
    shown = tensor(name).replace(r"\mathrm", "")
    assert "\\" not in shown and shown.count("{") == shown.count("}")


def test_text_is_escaped():
    assert escape(r"50% & \input{x}_#~") == r"50\% \& \textbackslash{}input\{x\}\_\#\textasciitilde{}"


def test_an_adjoint_is_shown_as_a_derivative_of_the_cost_under_its_own_name():
    style = Style(NAMES, {"dz": "z"}, "J")
    assert style.entry("dz", "nj") == r"\frac{\partial J}{\partial z_{nj}}"
