"""Gradients as a textbook has them, and right: against the loop evaluator's own finite differences."""

import numpy as np
import pytest

import symbackprop as sb
from tests.formulas import FORMULAS


def _derive(text, **options):
    return sb.derive(sb.formula(text), **options)


@pytest.mark.parametrize("name", list(FORMULAS))
@pytest.mark.parametrize("seed", [0, 7])
def test_all_gradients_of_the_table_pass_the_check(name, seed):
    report = _derive(FORMULAS[name]).check(seed=seed)
    assert report.passed, str(report)
    assert report.rows


def _renamed(text, names):
    import re

    return re.sub(r"\b([A-Za-z]\w*)\b", lambda m: names.get(m.group(1), m.group(1)), text)


def test_results_do_not_depend_on_the_names_of_symbols():
    text = "input x[N,D]\nparam W[M,D]\nz[n,j] = sum(i, x[n,i]*W[j,i])\nC = sum(n, j, z[n,j]**3)"
    other = _renamed(text, {"x": "W", "W": "x", "z": "a", "i": "p", "j": "b", "n": "z1"})
    original, renamed = _derive(text), _derive(other)
    x, w = np.random.default_rng(0).normal(size=(4, 3)), np.random.default_rng(1).normal(size=(2, 3))
    _, g = original.compile()(x=x, W=w)
    _, h = renamed.compile()(W=x, x=w)
    np.testing.assert_allclose(g["x"], h["W"])
    np.testing.assert_allclose(g["W"], h["x"])


MLP = """
input x[N,D]
param W1[M,D], b1[M], W2[K,M], b2[K]
label t[N] < K
z1[n,j] = sum(i, x[n,i]*W1[j,i]) + b1[j]
a1[n,j] = relu(z1[n,j])
z2[n,k] = sum(j, a1[n,j]*W2[k,j]) + b2[k]
p[n,k] = exp(z2[n,k])/sum(l, exp(z2[n,l]))
C = mean(n, log(sum(k, exp(z2[n,k]))) - z2[n,t[n]])
"""


def test_softmax_and_cross_entropy_give_p_minus_y():
    assert str(_derive(MLP).gradient("z2")) == "dz2[n,k] = (p[n,k] - (t[n] == k))/N"


def test_gradients_are_written_in_named_intermediates():
    d = _derive(MLP)
    assert str(d.gradient("W1")) == "dW1[j,i] = sum(n, dz1[n,j]*x[n,i])"
    assert str(d.gradient("b2")) == "db2[k] = sum(n, dz2[n,k])"
    assert str(d.gradient("z1")) == "dz1[n,j] = da1[n,j]*(z1[n,j] > 0)"


@pytest.mark.parametrize(
    ("function", "derivative"),
    [("sigmoid", "da[i]*a[i]*(1 - a[i])"), ("tanh", "da[i]*(1 - a[i]**2)"), ("exp", "da[i]*a[i]")],
)
def test_activation_derivatives_fold_into_the_output(function, derivative):
    d = _derive(f"input z[N]\na[i] = {function}(z[i])")
    # Written in the output alone: the input z does not occur on the right.
    assert {e.name for e in d.gradient("z").rhs.atoms(sb.terms.Entry)} == {"da", "a"}
    expected = sb.formula(f"input z[N], da[N]\na[i] = {function}(z[i])\ndz[i] = {derivative}").equations[-1].rhs
    assert (d.gradient("z").rhs - expected).expand() == 0


def test_one_consumer_is_the_chain_rule_and_several_the_total_derivative():
    d = _derive("input x[N]\na[n] = tanh(x[n])\nC = sum(n, a[n]*x[n])")
    laws = {name: adjoint.law for name, adjoint in d.adjoints.items()}
    assert laws == {"a": "chain_rule", "x": "total_derivative"}
    assert [p.consumer.name for p in d.adjoints["x"].paths] == ["a", "C"]


def test_a_recurrence_has_a_reverse_recurrence_as_adjoint():
    d = _derive("input x[T], h0\nparam w\nh[t] = tanh(w*h[t-1] + x[t])\nh[-1] = h0\nC = sum(t, h[t]**2)")
    assert "dh[t + 1]" in str(d.gradient("h"))
    assert [str(b.left) for b in d.adjoints["h"].boundaries] == ["dh[T]"]
    assert d.check(sizes={"T": 7}).passed


def test_shared_weights_add_up():
    d = _derive("input x[D]\nparam W[D,D]\na[i] = sum(j, W[i,j]*x[j])\nb[i] = sum(j, W[i,j]*a[j])\nC = sum(i, b[i]**2)")
    assert len(d.adjoints["W"].paths) == 2
    assert d.check().passed


def test_repeated_labels_accumulate():
    d = _derive("label t[N] < V\nparam E[V,D]\nC = sum(n, d, E[t[n],d]**2)")
    _, g = d.compile()(t=np.array([1, 1, 1]), E=np.ones((2, 3)), V=2)
    assert g["E"].tolist() == [[0, 0, 0], [6, 6, 6]]


def test_a_tensor_without_influence_has_a_zero_gradient():
    d = _derive("input x[N], u[M]\nC = sum(n, x[n]**2)")
    value, g = d.compile()(x=np.ones(3), u=np.ones(2))
    assert value == 3 and g["u"].tolist() == [0, 0]


def test_outputs_that_are_not_scalar_take_an_upstream_gradient():
    d = _derive("input x[N]\ny[n] = x[n]**2")
    _, g = d.compile()(x=np.array([1.0, 2.0]), dy=np.array([10.0, 1.0]))
    assert g["x"].tolist() == [20, 4]


def test_a_recurrent_output_takes_an_upstream_gradient_at_every_step():
    d = _derive("input x[T]\nh[t] = h[t-1]/2 + x[t]\nh[-1] = 0")
    _, g = d.compile()(x=np.zeros(3), dh=np.array([0.0, 0.0, 1.0]))
    np.testing.assert_allclose(g["x"], [0.25, 0.5, 1])


def test_closed_form_holds_only_inputs():
    gradient = _derive("input x[N]\nparam w\na[n] = tanh(w*x[n])\nC = sum(n, a[n])").gradient("w", closed=True)
    assert {e.name for e in gradient.rhs.atoms(sb.terms.Entry)} == {"x", "w"}


def test_wrong_names_are_refused_with_those_that_there_are():
    f = sb.formula("input x[N]\nC = sum(n, x[n])")
    with pytest.raises(sb.DataError, match=r"no tensor 'v' to differentiate by; there are x, C"):
        sb.derive(f, wrt=["v"])
    with pytest.raises(sb.DataError, match="no equation defines 'v'"):
        sb.derive(f, outputs=["v"])
    with pytest.raises(sb.DataError, match="no gradient by 'v'"):
        sb.derive(f).gradient("v")


def test_results_print_as_text_latex_and_sympy():
    import sympy

    gradient = _derive("input x[N,D]\nparam W[D,M]\nz[n,j] = sum(i, x[n,i]*W[i,j])").gradient("W")
    assert str(gradient) == "dW[i,j] = sum(n, x[n,i]*dz[n,j])"
    assert r"\sum_{n}" in gradient.latex() and gradient._repr_latex_().startswith("$")
    assert gradient.to_sympy().rhs.has(sympy.Sum)


def test_independent_of_width_and_linear_in_depth():
    parts = [p for _ in range(200) for p in (sb.Linear(3, 3), sb.Tanh())]
    d = sb.Sequential(*parts, loss=sb.MSELoss()).derive()
    assert len(d.adjoints) == 200 * 4 + 1
    # Renamed copies of a few bases: the derivative of a layer type is taken once.
    assert len({id(a.equation.base) for a in d.adjoints.values()}) <= 8
