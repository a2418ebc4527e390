"""The bound of ``sb.diagnose`` holds: over random networks, against PyTorch's Jacobians, and only where it is known."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import symbackprop as sb
from symbackprop.diagnosis.bounding import Bound, bounds_from
from symbackprop.diagnosis.measuring import Run

ACTIVATIONS = [
    "Sigmoid", "Tanh", "ReLU", "LeakyReLU", "PReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish", "Softplus",
    "Softsign", "Hardtanh", "Hardsigmoid", "Hardswish", "ReLU6", "LogSigmoid", "Tanhshrink",
]  # fmt: skip
ROOM = 1 + 1e-12


@st.composite
def networks(draw):
    """(network, its parameters, X, y)."""
    seed = draw(st.integers(0, 10_000))
    random = np.random.default_rng(seed)
    width = draw(st.integers(1, 6))
    parts = [sb.Linear(3, width)]
    for _ in range(draw(st.integers(1, 4))):
        activation = getattr(sb, draw(st.sampled_from(ACTIVATIONS)))()
        kind = draw(st.sampled_from(["plain", "batch", "layer", "residual", "dropout"]))
        before = {"batch": [sb.BatchNorm1d(width)], "layer": [sb.LayerNorm(width)]}.get(kind, [])
        parts += [sb.Residual(sb.Linear(width, width), activation)] if kind == "residual" else [*before, activation]
        parts += [sb.Dropout(0.4)] if kind == "dropout" else []
        parts += [sb.Linear(width, width := draw(st.integers(1, 6)))]
    loss, y = draw(st.sampled_from([(sb.MSELoss(), random.normal(size=(7, width))),
                                    (sb.CrossEntropyLoss(), random.integers(0, width, 7))]))  # fmt: skip
    net = sb.Sequential(*parts, loss=loss)
    scale = draw(st.sampled_from([0.1, 1.0, 3.0, 20.0]))
    values = {k: random.normal(size=a.shape) * scale for k, a in net.trainer().parameters.items()}
    return net, values, random.normal(size=(7, 3)), y


@given(networks())
@settings(max_examples=12)
def test_no_norm_is_above_its_bound(case):
    net, values, X, y = case
    report = sb.diagnose(net, X, y, parameters=values, cures=False)
    assert report.head is not None
    for layer in report.layers:
        assert layer.bound is not None, layer.no_bound
        assert layer.arrives <= layer.bound * ROOM


CONVOLUTIONS = {
    "strided": ([sb.Conv2d(2, 3, 3, stride=2, padding=1), sb.Tanh(), sb.Conv2d(3, 2, 2), sb.ReLU()], (4, 2, 9, 9)),
    "pooled": ([sb.Conv2d(1, 3, 3), sb.ReLU(), sb.MaxPool2d(3, stride=2), sb.Conv2d(3, 2, 2)], (4, 1, 9, 9)),
    "averaged": ([sb.Conv1d(2, 3, 3), sb.BatchNorm1d(3), sb.GELU(), sb.AvgPool1d(2), sb.Conv1d(3, 2, 2)], (4, 2, 12)),
    "grouped": ([sb.Conv2d(2, 4, 3), sb.GroupNorm(2, 4), sb.SiLU(), sb.Conv2d(4, 2, 1)], (4, 2, 6, 6)),
}  # fmt: skip


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_no_norm_of_a_convolutional_net_is_above_its_bound(name):
    layers, shape = CONVOLUTIONS[name]
    random = np.random.default_rng(1)
    X = random.normal(size=shape)
    net = sb.Sequential(*layers, loss=sb.MSELoss(), axes=len(shape))
    y = random.normal(size=net.trainer().predict(X).shape)
    report = sb.diagnose(net, X, y, cures=False)
    for layer in report.layers:
        assert layer.bound is not None and layer.arrives <= layer.bound * ROOM
        assert layer.bound < 100 * layer.arrives, "a bound that says something"


# One equation at a time, against PyTorch's Jacobian for one sample ---------------------------------------------------

# (layer, shape of a sample, whether the norm is the Jacobian's own rather than above it for any input)
SINGLE = [
    ("Linear", {"in_features": 4, "out_features": 3}, (4,), True),
    ("Linear", {"in_features": 4, "out_features": 3}, (2, 4), True),
    ("Conv1d", {"in_channels": 2, "out_channels": 3, "kernel_size": 3, "padding": 1}, (2, 7), True),
    ("Conv2d", {"in_channels": 2, "out_channels": 3, "kernel_size": 3, "stride": 2}, (2, 7, 7), True),
    ("AvgPool1d", {"kernel_size": 2}, (2, 8), True),
    ("AvgPool2d", {"kernel_size": 3, "stride": 1}, (1, 5, 5), True),
    ("MaxPool1d", {"kernel_size": 3, "stride": 1}, (2, 9), False),
    ("MaxPool1d", {"kernel_size": 3, "stride": 2, "padding": 1}, (2, 9), False),
    ("MaxPool2d", {"kernel_size": 2}, (2, 6, 6), False),
    ("Flatten", {}, (2, 3, 3), True),
    ("LayerNorm", {"normalized_shape": 5}, (5,), False),
    ("GroupNorm", {"num_groups": 2, "num_channels": 4}, (4, 3, 3), False),
    *((name, {}, (6,), False) for name in ACTIVATIONS),
]


@pytest.mark.parametrize(("name", "arguments", "shape", "exact"), SINGLE, ids=lambda v: str(v) if v else "-")
def test_the_norm_of_one_layer_against_pytorchs_jacobian(name, arguments, shape, exact):
    random = np.random.default_rng(2)
    ours = getattr(sb, name)(**arguments)
    # A factor for each entry comes first, so that the layer's input has an adjoint.
    axes = "CHLQ"[: len(shape)]
    inside = ", ".join(axes.lower())
    text = f"input x[N, {', '.join(axes)}]\nparam s[{', '.join(axes)}]\ny[n, {inside}] = s[{inside}]*x[n, {inside}]"
    first = sb.FunctionLayer(text, sizes=dict(zip(axes, shape, strict=True)), init={"s": "ones"})
    net = sb.Sequential(first, ours, loss=sb.MSELoss(), axes=1 + len(shape))
    trainer = net.trainer()
    for values in list(trainer.parameters.values())[1:]:
        values[...] = random.normal(size=values.shape)
    X = random.normal(size=(3, *shape)) * 2
    run = Run(trainer, X, np.zeros_like(trainer.predict(X)))
    source = net.network.formula.equations[0].name
    norm = bounds_from(run.graph, net.network.output, Bound(1.0, 1.0))[source].sample
    theirs = getattr(torch.nn, name)(**arguments).double()
    theirs.load_state_dict({k[2:]: torch.tensor(v) for k, v in trainer.parameters.items() if k.startswith("1.")})
    true = 0.0
    for sample in X:
        jacobian = torch.autograd.functional.jacobian(lambda x: theirs(x[None])[0], torch.tensor(sample))
        true = max(true, np.linalg.norm(jacobian.reshape(-1, sample.size).numpy(), 2))
    assert norm >= true * (1 - 1e-7 * (name == "Hardsigmoid")), "where PyTorch has 1/6 in float32"
    assert norm == pytest.approx(true, rel=1e-8) if exact else norm < 5 * true + 1


def test_batch_norm_is_bounded_over_the_batch():
    random = np.random.default_rng(4)
    net = sb.Sequential(sb.Linear(3, 4), sb.BatchNorm1d(4), loss=sb.MSELoss())
    trainer = net.trainer()
    trainer.parameters["1.weight"][...] = random.normal(size=4)
    X = random.normal(size=(6, 3))
    run = Run(trainer, X, np.zeros((6, 4)))
    (source,) = (n for n in run.order if n.startswith("z"))
    norm = bounds_from(run.graph, net.network.output, Bound(1.0, 1.0))[source].batch
    theirs = torch.nn.BatchNorm1d(4).double()
    with torch.no_grad():
        theirs.weight[...] = torch.tensor(trainer.parameters["1.weight"])
    z = torch.tensor(run.point.arrays[source])
    true = np.linalg.norm(torch.autograd.functional.jacobian(theirs, z).reshape(24, 24).numpy(), 2)
    assert true <= norm <= 3 * true


ALMOST = [
    "m[c] = mean(n, z[n,c]); v[c] = mean(n, (z[n,c] - 2*m[c])**2); y[n,c] = (z[n,c] - m[c])/sqrt(v[c] + 0.1)",
    "m[c] = sum(n, z[n,c]); v[c] = mean(n, (z[n,c] - m[c])**2); y[n,c] = (z[n,c] - m[c])/sqrt(v[c] + 0.1)",
    "m[c] = mean(n, z[n,c]); v[c] = mean(n, (z[n,c] - m[c])**2); y[n,c] = (z[n,c] + m[c])/sqrt(v[c] + 0.1)",
    "m[c] = mean(n, z[n,c]); v[c] = mean(n, (z[n,c] - m[c])**2); y[n,c] = (z[n,c] - m[c])/(v[c] + 0.1)",
    "m[c] = mean(n, z[n,c]); v[c] = mean(n, (z[n,c] - m[c])**2); y[n,c] = (z[n,c] - m[c])/sqrt(v[c]/9 + 0.1)",
    "m[c] = mean(n, z[n,c]); v[c] = mean(n, (z[n,c] - m[c])**2); y[n,c] = z[n,c]*(z[n,c] - m[c])/sqrt(v[c] + 0.1)",
    "m[c] = mean(n, z[n,c]**2); v[c] = mean(n, (z[n,c] - m[c])**2); y[n,c] = (z[n,c] - m[c])/sqrt(v[c] + 0.1)",
]


FEW = np.random.default_rng(0).normal(size=(8, 3))


@pytest.mark.parametrize("text", ALMOST)
def test_what_only_looks_like_a_normalisation_has_no_bound(text):
    report = sb.diagnose(_formula(text), FEW, np.ones((8, 2)), sizes={"C": 5, "M": 4}, cures=False)
    assert report.layers[-1].bound is not None
    assert report.layers[0].bound is None and "no bound is known" in report.layers[0].no_bound


def test_the_normalisation_that_these_look_like_has_one():
    text = "m[c] = mean(n, z[n,c]); v[c] = mean(n, (z[n,c] - m[c])**2); y[n,c] = (z[n,c] - m[c])/sqrt(v[c] + 0.1)"
    report = sb.diagnose(_formula(text), FEW, np.ones((8, 2)), sizes={"C": 5, "M": 4}, cures=False)
    assert report.layers[0].bound is not None and report.layers[0].arrives <= report.layers[0].bound


def _formula(middle):
    return sb.formula("\n".join([
        "input x[N,D]", "param W[D,C], Q[C,M], V[M,K]", "target t[N,K]", "u[n,c] = tanh(sum(i, x[n,i]*W[i,c]))",
        "z[n,j] = sum(c, u[n,c]*Q[c,j])", *middle.split("; "), "o[n,k] = sum(c, y[n,c]*V[c,k])",
        "L = mean(n, k, (o[n,k] - t[n,k])**2)",
    ]))  # fmt: skip


# Where nothing is known -------------------------------------------------------------------------------------------


def test_behind_a_softmax_there_is_a_bound_and_before_it_none():
    net = sb.Sequential(sb.Linear(4, 4), sb.Tanh(), sb.Linear(4, 4), sb.Softmax(), sb.Linear(4, 3), sb.Tanh(),
                        sb.Linear(3, 3), loss=sb.MSELoss())  # fmt: skip
    report = sb.diagnose(net, np.ones((5, 4)), np.zeros((5, 3)), cures=False)
    assert [x.bound is not None for x in report.layers] == [False, True, True, True]
    assert report["0"].no_bound.startswith("no bound is known for p")
    assert "no bound for layer 0:" in str(report) and "none" in str(report)


SEQUENCES = [
    [sb.LSTM(3, 4), sb.Last(), sb.Linear(4, 2)],
    [sb.Linear(3, 4), sb.SelfAttention(4, 2), sb.Linear(4, 2), sb.Last()],
    [sb.Linear(3, 4), sb.RNN(4, 4), sb.Last(), sb.Linear(4, 2)],
]


@pytest.mark.parametrize("layers", SEQUENCES, ids=lambda v: type(v).__name__ + str(v[1]))
def test_recurrence_and_attention_have_norms_and_no_bound_of_their_own(layers):
    random = np.random.default_rng(0)
    net = sb.Sequential(*layers, loss=sb.MSELoss(), axes=3)
    report = sb.diagnose(net, random.normal(size=(4, 5, 3)), random.normal(size=(4, 2)))
    assert all(x.arrives > 0 for x in report.layers)
    assert report.layers[-1].bound is not None
    if len(report.layers) > 2:
        assert report.layers[0].bound is None
