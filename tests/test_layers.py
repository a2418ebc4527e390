"""Every entry of the tables of layers and losses: gradients, stable values, PyTorch's names."""

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.layers import LAYERS
from symbackprop.losses import LOSSES
from tests.torch_rows import SHAPED

FORMULA = "input x[N, D]\nparam s[D]\ny[n, i] = s[i]*sin(x[n, i])"
EXAMPLES = {
    "Linear": lambda: sb.Linear(4, 3),
    "FunctionLayer": lambda: sb.FunctionLayer(FORMULA),
    "Threshold": lambda: sb.Threshold(0.1, -2.0),
    "Embedding": lambda: sb.Embedding(5, 3),
}


def example(name):
    """A layer, and how many axes its input has."""
    if name in SHAPED:
        arguments, shape = SHAPED[name][0]
        return LAYERS[name](**arguments), len(shape)
    return EXAMPLES.get(name, LAYERS[name])(), 3 if name == "Last" else 2


def _targets(loss, shape, random):
    if loss.target == "t":
        return random.integers(0, shape[-1], shape[:-1])
    return (random.random(shape) < 0.5).astype(float)


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_passes_the_check(name):
    layer, axes = example(name)
    before = [] if name in SHAPED or name == "Embedding" else [sb.Linear(2, 4)]
    report = sb.Sequential(*before, layer, axes=axes).derive().check()
    assert report.passed, str(report)


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_passes_the_check_after_logits_and_after_probabilities(name):
    loss, axes = LOSSES[name](), 3 if name == "CosineEmbeddingLoss" else 2
    if name != "BCELoss":
        assert sb.Sequential(sb.Linear(2, 3), loss=loss, axes=axes).derive().check().passed
    if name != "CrossEntropyLoss":
        assert sb.Sequential(sb.Linear(2, 3), sb.Sigmoid(), loss=loss, axes=axes).derive().check().passed


def _by_hand(name, x, y):
    """The losses by their textbook definition, in extended precision."""
    x = x.astype(np.longdouble)
    if name == "MSELoss":
        return ((x - y) ** 2).mean()
    if name == "CrossEntropyLoss":
        shifted = x - x.max(axis=1, keepdims=True)
        return -(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))[np.arange(len(y)), y].mean()
    if name == "BCELoss":
        return -(y * np.log(x) + (1 - y) * np.log(1 - x)).mean()
    assert name == "BCEWithLogitsLoss"
    return (np.logaddexp(0, x) - y * x).mean()


@pytest.mark.parametrize("name", ["MSELoss", "CrossEntropyLoss", "BCEWithLogitsLoss", "BCELoss"])
def test_losses_have_their_textbook_value(name):
    random = np.random.default_rng(0)
    loss = LOSSES[name]()
    x = random.normal(size=(5, 3)) if name != "BCELoss" else random.uniform(0.1, 0.9, (5, 3))
    y = _targets(loss, x.shape, random)
    trainer = sb.Sequential(sb.Linear(3, 3), loss=loss).trainer()
    trainer.parameters["0.weight"][...] = np.eye(3)
    trainer.parameters["0.bias"][...] = 0
    assert trainer.loss_and_gradients(x, y)[0] == pytest.approx(float(_by_hand(name, x, y)), rel=1e-13)


@pytest.mark.parametrize("name", ["CrossEntropyLoss", "BCEWithLogitsLoss", "BCELoss"])
@pytest.mark.parametrize("scale", [1000.0, 1e-8])
def test_losses_are_finite_and_right_for_logits_of_a_thousand(name, scale):
    random = np.random.default_rng(1)
    layers = [sb.Linear(3, 3)] + ([sb.Sigmoid()] if name == "BCELoss" else [])
    loss = LOSSES[name]()
    trainer = sb.Sequential(*layers, loss=loss).trainer()
    trainer.parameters["0.weight"][...] = np.eye(3)
    trainer.parameters["0.bias"][...] = 0
    x = random.choice([-1.0, 0.5, 1.0], (6, 3)) * scale
    y = _targets(loss, x.shape, random)
    value, gradients = trainer.loss_and_gradients(x, y)
    logits_loss = "BCEWithLogitsLoss" if name == "BCELoss" else name
    assert value == pytest.approx(float(_by_hand(logits_loss, x, y)), rel=1e-12)
    assert all(np.isfinite(g).all() for g in gradients.values())
    # p - y, in the form that does not cancel
    if name == "CrossEntropyLoss":
        e = np.exp(x - x.max(axis=1, keepdims=True))
        expected = (e / e.sum(axis=1, keepdims=True) - np.eye(3)[y]) / 6
    else:
        expected = (1 / (1 + np.exp(-np.clip(x, -700, 700))) - y) / 18
    np.testing.assert_allclose(gradients["0.bias"], expected.sum(axis=0), rtol=1e-9, atol=1e-14)
    assert np.isfinite(trainer.predict_proba(x)).all()


def test_the_gradient_of_cross_entropy_is_p_minus_y_over_n():
    d = sb.Sequential(sb.Linear(4, 3), loss=sb.CrossEntropyLoss()).derive()
    assert str(d.gradient("z1")) == "dz1[n,k] = (p[n,k] - (t[n] == k))/N"


def test_bce_after_a_sigmoid_is_written_in_the_logits():
    d = sb.Sequential(sb.Linear(4, 1), sb.Sigmoid(), loss=sb.BCELoss()).derive()
    assert "a1[n,k] - y[n,k]" in str(d.gradient("z1"))


@pytest.mark.parametrize("axes", [2, 3, 4])
def test_layers_act_on_the_last_axis_of_any_input(axes):
    from symbackprop.layers import lead

    sizes, indices = lead(axes)
    for name in ("Linear", "Softmax", "ReLU"):
        f = sb.formula(example(name)[0].text(axes))
        assert len(f.output.shape) == axes and indices and sizes
        assert sb.derive(f).check().passed


def test_keys_and_shapes_are_those_of_a_state_dict():
    shared = sb.Linear(4, 4)
    net = sb.Sequential(
        sb.Linear(3, 4), sb.Residual(shared, sb.Tanh(), sb.Linear(4, 4, bias=False)), shared, sb.FunctionLayer(FORMULA),
        loss=sb.MSELoss(),
    )  # fmt: skip
    shapes = {k: w.shape for k, w in net.trainer().parameters.items()}
    assert shapes == {
        "0.weight": (4, 3), "0.bias": (4,), "1.0.weight": (4, 4), "1.0.bias": (4,), "1.2.weight": (4, 4),
        "2.weight": (4, 4), "2.bias": (4,), "3.s": (4,),
    }  # fmt: skip
    trainer = net.trainer()
    assert trainer.parameters["2.weight"] is trainer.parameters["1.0.weight"]
    assert net.derive().check().passed


def test_a_list_of_layers_is_as_good():
    a, b = sb.Sequential([sb.Linear(2, 3), sb.Tanh()]), sb.Sequential(sb.Linear(2, 3), sb.Tanh())
    assert repr(a) == repr(b)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sb.Sequential(sb.Linear(2, 3), sb.Linear(4, 1)), r"layer 1, Linear\(in_features=4.*wants 4 on axis 1"),
        (lambda: sb.Sequential(sb.Linear(2, 3), sb.ReLU), r"part 1 is .*write ReLU\(\.\.\.\)"),
        (lambda: sb.Sequential(), "needs at least one layer"),
        (lambda: sb.Sequential(sb.Linear(2, 3), loss=sb.MSELoss), r"write loss=MSELoss\(\)"),
        (lambda: sb.Linear(0, 3), "in_features must be a positive integer, not 0"),
        (lambda: sb.Linear(2, 2.5), "out_features must be a positive integer, not 2.5"),
        (lambda: sb.Sequential(sb.Linear(2, 3), sb.Residual(sb.Linear(3, 2))), r"\(N, 3\), its output \(N, 2\)"),
        (lambda: sb.FunctionLayer("input x[N], u[N]\ny[n] = x[n]*u[n]"), "one input and params"),
        (lambda: sb.FunctionLayer("param W[D]\ny[i] = W[i]"), "one input and params"),
        (lambda: sb.FunctionLayer(FORMULA, init={"v": "zeros"}), "no param 'v'"),
        (lambda: sb.Sequential(sb.Linear(2, 3)).trainer(), "a trainer needs a loss"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused_with_what_would_fit(make, message):
    with pytest.raises(sb.DataError, match=message):
        make()


def test_softmax_before_cross_entropy_is_warned_of():
    with pytest.warns(UserWarning, match="takes logits"):
        sb.Sequential(sb.Linear(2, 3), sb.Softmax(), loss=sb.CrossEntropyLoss())


def test_a_function_layer_trains_inside_a_network():
    net = sb.Sequential(
        sb.Linear(2, 8),
        sb.FunctionLayer("input x[N,D]\nparam c[M,D]\nphi[n,m] = exp(-sum(i, (x[n,i] - c[m,i])**2))", sizes={"M": 6}),
        sb.Linear(6, 1),
        loss=sb.MSELoss(),
    )
    random = np.random.default_rng(0)
    X = random.normal(size=(40, 2))
    y = np.sin(X[:, 0])
    history = net.trainer(sb.SGD(lr=0.1, momentum=0.9), seed=3).fit(X, y, epochs=300)
    assert history.loss[-1] < 0.1 * history.loss[0]
    assert net.derive().check().passed


REFUSED = {
    "a kernel larger than its input": (lambda: [sb.Conv2d(1, 2, 5)], np.ones((2, 1, 3, 3)), "kernel larger"),
    "a window larger than its input": (lambda: [sb.MaxPool2d(4)], np.ones((1, 1, 3, 3)), "kernel larger"),
    "groups that do not divide": (lambda: [sb.Conv1d(3, 4, 2, groups=2)], None, "2 groups do not divide 3 channels"),
    "groups of a norm": (lambda: [sb.GroupNorm(3, 4)], None, "do not divide 4 channels"),
    "heads that do not divide": (lambda: [sb.SelfAttention(6, 4)], None, "4 heads do not divide"),
    "labels out of range": (lambda: [sb.Embedding(5, 2)], [[1, 7]], r"X\[0, 1\] is 7, but labels run from 0 to 4"),
    "parts that do not add up": (lambda: [sb.Linear(3, 4), sb.Bilinear(2, 3, 1)], None, "wants 5 on axis 1"),
    "no time": (lambda: [sb.RNN(2, 3), sb.Last()], np.ones((2, 0, 2)), "empty"),
    "another width": (
        lambda: [sb.Conv2d(1, 2, 3), sb.Flatten(), sb.Linear(8, 2)],
        np.ones((2, 1, 5, 5)),
        "18 features",
    ),
    "neighbours": (lambda: [sb.Linear(2, 3), sb.LayerNorm(4)], None, r"layer 1, LayerNorm.*wants 4.*\(N, 3\)"),
    "labels in the middle": (lambda: [sb.Linear(2, 3), sb.Embedding(4, 2)], None, "must be the first layer"),
    "an argument": (lambda: [sb.Dropout(1.0)], None, "less than 1, not 1.0"),
    "an odd axis": (lambda: [sb.Linear(2, 3), sb.GLU()], None, r"2 equal parts.*\(N, 3\)"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_and_said(name):
    layers, X, said = REFUSED[name]
    with pytest.raises(sb.DataError, match=said):
        trainer = sb.Sequential(*layers(), loss=sb.MSELoss()).trainer()
        trainer.predict(X)


@pytest.mark.parametrize(
    "first",
    [
        lambda: sb.TransformerEncoderLayer(6, 2, 5, dropout=0.0),
        lambda: sb.Residual(sb.Linear(6, 4), sb.Linear(4, 6)),
        lambda: sb.Residual(sb.SelfAttention(6, 3)),
    ],
)
def test_a_block_may_be_the_first_layer(first):
    trainer = sb.Sequential(first(), loss=sb.MSELoss(), axes=3).trainer()
    X = np.random.default_rng(0).normal(size=(2, 3, 6))
    assert trainer.predict(X).shape == X.shape
    assert np.isfinite(trainer.step(X, X))


def test_the_parts_of_an_input_are_as_long_as_the_layer_before_makes_it():
    net = sb.Sequential(sb.Linear(3, 5), sb.Bilinear(2, 3, 1), loss=sb.MSELoss())
    assert net.derive().check().passed
    first, second = (net.network.formula.tensors[n].lengths for n in ("W1", "W2"))
    assert first[0] == second[1] + second[2]


def test_batch_norm_refuses_to_train_on_one_sample_and_predicts_one():
    trainer = sb.Sequential(sb.Linear(2, 3), sb.BatchNorm1d(3), loss=sb.MSELoss()).trainer()
    with pytest.raises(sb.DataError, match="2 values or more"):
        trainer.step(np.ones((1, 2)), np.ones((1, 3)))
    assert trainer.predict(np.ones((1, 2))).shape == (1, 3)
