"""The matrix form of an equation means what its index form says; what has none is declined."""

import numpy as np
import pytest
from sympy import Integer

import symbackprop as sb
from symbackprop.evaluation import evaluate
from symbackprop.matrix_form import matrix_form, matrix_tree
from symbackprop.sampling import draw, small_sizes
from symbackprop.sheet.context import Context
from tests.formulas import FORMULAS
from tests.matrix_value import value

# name -> (formula, {tensor: matrix form of its equation or of its adjoint's; None where there is none})
FORMS = {
    "batch": (
        "input x[N,D]\nparam W[M,D], b[M]\nz[n,j] = sum(i, x[n,i]*W[j,i]) + b[j]\na[n,j] = sigmoid(z[n,j])\n"
        "target y[N,M]\nC = sum(n, j, (a[n,j] - y[n,j])**2)/(2*N)",
        {
            "z": r"z = x W^{\top} + \mathbf{1}_{N} \, b^{\top}",
            "a": r"a = \sigma(z)",
            "C": r"C = \frac{1}{2 N} \, \lVert a - y \rVert_{F}^{2}",
            "da": r"\frac{\partial C}{\partial a} = \frac{1}{N} \, (a - y)",
            "dz": r"\frac{\partial C}{\partial z} = \frac{\partial C}{\partial a} \odot a \odot (1 - a)",
            "dW": r"\frac{\partial C}{\partial W} = \left(\frac{\partial C}{\partial z}\right)^{\top} \, x",
            "db": r"\frac{\partial C}{\partial b} = \left(\frac{\partial C}{\partial z}\right)^{\top} \, "
            r"\mathbf{1}_{N}",
            "dx": r"\frac{\partial C}{\partial x} = \frac{\partial C}{\partial z} W",
        },
    ),
    "one example": (
        "input x[D]\nparam W[M,D], b[M]\nz[j] = sum(i, W[j,i]*x[i]) + b[j]\nC = sum(j, z[j]**2)",
        {
            "z": r"z = W x + b",
            "C": r"C = \lVert z \rVert^{2}",
            "dz": r"\frac{\partial C}{\partial z} = 2 z",
            "dW": r"\frac{\partial C}{\partial W} = \frac{\partial C}{\partial z} x^{\top}",
            "dx": r"\frac{\partial C}{\partial x} = W^{\top} \, \frac{\partial C}{\partial z}",
        },
    ),
    "scales": (
        "input x[N,D]\nparam u[N], v[D]\ny[n,d] = u[n]*x[n,d]*v[d]\nC = sum(n, d, tanh(y[n,d]))",
        {"y": r"y = \operatorname{diag}(u) \, x \, \operatorname{diag}(v)"},
    ),
    "softmax": (
        "input z[N,K]\np[n,k] = exp(z[n,k])/sum(j, exp(z[n,j]))",
        {"p": r"p = \operatorname{diag}(e^{z} \, \mathbf{1}_{K})^{-1} \, e^{z}"},
    ),
    "labels": (
        "input z[N,K]\nlabel t[N] < K\np[n,k] = exp(z[n,k])/sum(j, exp(z[n,j]))\n"
        "C = sum(n, log(sum(k, exp(z[n,k]))) - z[n,t[n]])/N",
        {"C": None, "dz": r"\frac{\partial C}{\partial z} = \frac{1}{N} \, (p - \operatorname{onehot}(t))"},
    ),
    "inner": (
        "input x[D]\nparam w[D]\nC = sum(i, w[i]*x[i])",
        {"C": r"C = w^{\top} \, x", "dw": r"\frac{\partial C}{\partial w} = x"},
    ),
    "quadratic": ("input x[D]\nparam A[D,D]\nC = sum(i, j, x[i]*A[i,j]*x[j])/2", {}),
    "weighted": (
        "param A[J,I], B[J,K], s[J]\nG[i,k] = sum(j, s[j]*A[j,i]*B[j,k])",
        {"G": r"G = A^{\top} \, \operatorname{diag}(s) \, B"},
    ),
    "broadcasts": (
        "input x[N,D]\nparam b[D], c[N]\ny[n,d] = tanh(x[n,d] + b[d])*c[n] + b[d]/c[n] + 3 + N\nC = sum(n, d, y[n,d])",
        {},
    ),
    "means": (
        "input x[N,D]\nm[d] = mean(n, x[n,d])\nv[d] = mean(n, (x[n,d] - m[d])**2)\n"
        "C = sum(d, sqrt(v[d])/(1 + m[d]**2))",
        {},
    ),
    "diagonal": ("input s[I,I]\nC = sum(i, s[i,i]**2)", {"C": None}),
    "positions": ("input x[N]\nC = sum(n, n*x[n])", {"C": None}),
    "three axes": ("input x[N,T,D]\nC = sum(n, t, d, x[n,t,d]**2)", {"C": None}),
    "affine": ("input x[N]\nC = sum(n, x[n]*x[n+1])", {"C": None}),
}


@pytest.mark.parametrize("name", FORMS)
def test_forms_are_those_of_a_textbook(name):
    text, forms = FORMS[name]
    d = sb.derive(sb.formula(text))
    style = Context(d).style
    found = {e.name: matrix_form(e, d.program.tensors, style) for e in d.program.equations}
    assert {k: found[k] for k in forms} == forms


TEXTS = {name: text for name, (text, _) in FORMS.items()} | FORMULAS


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_matrix_form_has_the_value_of_the_index_form(text):
    d = sb.derive(sb.formula(text))
    sizes = small_sizes(d.formula)
    arrays = draw(
        d.program if d.upstream is not None else d.formula, sizes, seed=3, positive="sqrt" in text or "log" in text
    )
    found = {**arrays, **evaluate(d.program, arrays, sizes)}
    numbers = {s: Integer(sizes[s.name]) for s in d.formula.sizes}
    for e in d.program.equations:
        tree = None if e.is_boundary else matrix_tree(e)
        if tree is not None and max(len(d.program.tensors[n].shape) for n in (e.name, *e.reads)) <= 2:
            expected = np.asarray(found[e.name], dtype=float)
            expected = expected.reshape(expected.shape + (1,) * (2 - expected.ndim))
            got = np.broadcast_to(value(tree, found, numbers), expected.shape)
            assert np.allclose(got, expected, rtol=1e-9, atol=1e-12), f"{e}"
