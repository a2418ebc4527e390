"""A formula as a model: what is predicted, sizes from the data, targets in the form that the formula takes."""

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.data import Table, load_iris
from symbackprop.training.checking import check_trained
from symbackprop.training.formula_model import FormulaModel
from symbackprop.training.matching import model_of

SOFTMAX = """
input x[N,D]
param W[D,K], b[K]
label t[N] < K
z[n,k] = sum(i, x[n,i]*W[i,k]) + b[k]
p[n,k] = exp(z[n,k])/sum(j, exp(z[n,j]))
C = -sum(n, log(p[n,t[n]]))/N
"""
LOGITS = SOFTMAX.replace("p[n,k] = exp(z[n,k])/sum(j, exp(z[n,j]))\n", "").replace(
    "-sum(n, log(p[n,t[n]]))", "sum(n, log(sum(j, exp(z[n,j]))) - z[n,t[n]])"
)
ONE_HOT = SOFTMAX.replace("label t[N] < K", "target y[N,K]").replace(
    "-sum(n, log(p[n,t[n]]))", "-sum(n, k, y[n,k]*log(p[n,k]))"
)
LOGISTIC = """
input x[N,D]
param w[D], b
target y[N]
p[n] = sigmoid(sum(i, x[n,i]*w[i]) + b)
C = -mean(n, y[n]*log(p[n]) + (1 - y[n])*log(1 - p[n]))
"""
RIDGE = """
input x[N,D]
param w[D], b
const lam > 0
target y[N]
a[n] = sum(i, x[n,i]*w[i]) + b
r[n] = a[n] - y[n]
C = mean(n, r[n]**2) + lam*sum(i, w[i]**2)
"""


def flowers(classes=3):
    iris = load_iris()
    rows = iris.y < classes
    X = (iris.X - iris.X.mean(axis=0)) / iris.X.std(axis=0)
    return Table(X[rows], iris.y[rows], iris.classes[:classes])


def fitted(text, table, constants=None, epochs=150):
    model, X, y, _ = model_of(sb.formula(text), table, {}, constants or {})
    trainer = model.trainer(sb.SGD(lr=0.5), seed=0)
    trainer.fit(X, y, epochs)
    return trainer, X, y


@pytest.mark.parametrize(
    ("text", "predicted", "task"),
    [(SOFTMAX, "p", "classes"), (LOGITS, "z", "classes"), (ONE_HOT, "p", "classes"), (LOGISTIC, "p", "binary"),
     (RIDGE.replace("const lam > 0\n", "").replace(" + lam*sum(i, w[i]**2)", ""), "a", "values")],
)  # fmt: skip
def test_what_is_predicted(text, predicted, task):
    f = sb.formula(text)
    model = FormulaModel(f, {s.name: 3 for s in f.sizes if s.name != "N"})
    assert (model.network.output, model.network.task) == (predicted, task)


@pytest.mark.parametrize("text", [SOFTMAX, LOGITS, ONE_HOT])
def test_the_same_classifier_however_it_is_written(text):
    trainer, X, y = fitted(text, flowers())
    reference, _, labels = fitted(SOFTMAX, flowers())
    np.testing.assert_allclose(trainer.parameters["W"], reference.parameters["W"], rtol=1e-9)
    assert trainer.evaluate(X, y)[1] == reference.evaluate(X, labels)[1] > 0.9
    assert np.array_equal(trainer.predict(X), reference.predict(X))
    assert check_trained(trainer, X, y).passed


def test_two_classes_are_zero_and_one_for_a_logistic_regression():
    trainer, X, y = fitted(LOGISTIC, flowers(2))
    assert set(y) == {0.0, 1.0}
    assert trainer.evaluate(X, y)[1] == 1.0
    with pytest.raises(sb.DataError, match="3 classes, but y takes one number a row"):
        fitted(LOGISTIC, flowers(3))


def test_ridge_regression_reaches_the_solution_of_the_normal_equations():
    random = np.random.default_rng(0)
    X = random.normal(size=(40, 3))
    y = X @ [1.0, -2.0, 0.5] + 3 + 0.1 * random.normal(size=40)
    trainer, *_ = fitted(RIDGE, Table(X, y), {"lam": "0.1"}, epochs=400)
    A = np.column_stack([X, np.ones(40)])
    expected = np.linalg.solve(A.T @ A / 40 + np.diag([0.1, 0.1, 0.1, 0]), A.T @ y / 40)
    np.testing.assert_allclose(trainer.parameters["w"], expected[:3], rtol=1e-8)
    assert float(trainer.parameters["b"]) == pytest.approx(expected[3])
    assert trainer.parameters["b"].shape == ()


def test_a_saved_formula_goes_on_bit_for_bit(tmp_path):
    trainer, X, y = fitted(RIDGE, Table(*_line()), {"lam": "0.1"}, epochs=3)
    trainer.save(tmp_path / "m.npz")
    loaded = sb.load(tmp_path / "m.npz")
    assert loaded.step(X, y) == trainer.step(X, y)
    assert all(np.array_equal(loaded.parameters[k], w) for k, w in trainer.parameters.items())


def _line():
    X = np.random.default_rng(0).normal(size=(10, 2))
    return X, X.sum(axis=1)


def test_matrices_start_by_xavier_and_the_rest_at_zero():
    parameters = FormulaModel(sb.formula(SOFTMAX), {"D": 4, "K": 3}).trainer(seed=0).parameters
    assert not parameters["b"].any()
    assert 0 < np.abs(parameters["W"]).max() <= np.sqrt(6 / 7)


BAD = {
    SOFTMAX.replace("param W[D,K], b[K]", "input W[D,K], b[K]"): "has one input; this one has x, W, b",
    SOFTMAX + "q[n] = p[n,0]": "q, which is no scalar",
    RIDGE.replace("target y[N]", "input y[N]"): "has one input",
    "input x[N,D]\ntarget y[N]\nC = sum(n, i, x[n,i]*y[n])": "no param",
    "input x[D]\nparam w[D]\ntarget y[N]\nC = sum(n, i, x[i]*w[i]*y[n])": "must be the rows",
    "input x[N]\nparam w\ntarget y[N]\nC = mean(n, (x[n]*w - y[n])**2)": "nothing is predicted",
}


@pytest.mark.parametrize("text", BAD)
def test_formulas_that_cannot_be_trained_say_why(text):
    with pytest.raises(sb.DataError, match=BAD[text]):
        FormulaModel(sb.formula(text), {"D": 2, "K": 3})


def test_constants_must_have_numbers():
    with pytest.raises(sb.DataError, match="const lam has no number"):
        FormulaModel(sb.formula(RIDGE), {"D": 2})
    with pytest.raises(sb.DataError, match="const lam > 0, but -1"):
        FormulaModel(sb.formula(RIDGE), {"D": 2}, {"lam": "-1"})
    with pytest.raises(sb.DataError, match="no const 'q'; it has lam"):
        FormulaModel(sb.formula(RIDGE), {"D": 2}, {"lam": "1", "q": "2"})


def test_sizes_that_nothing_fixes_are_asked_for():
    with pytest.raises(sb.DataError, match=r"how large D, K is: give --size D=\.\.\. K=\.\.\."):
        FormulaModel(sb.formula(SOFTMAX), {})
