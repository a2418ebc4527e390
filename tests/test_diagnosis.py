"""``sb.diagnose``: norms as PyTorch has them, units counted rightly, each finding reachable, cures that cure."""

import json
import math

import numpy as np
import pytest
import torch

import symbackprop as sb
from symbackprop.diagnosis.verdicts import FINDINGS
from symbackprop.errors import DataError

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 4))
T = np.arange(40) % 3
NEXT = RANDOM.normal(size=(40, 3))


def deep(activation, depth=8, width=8, **more):
    """Many layers of that activation; the weights as PyTorch's layers start."""
    layers = [sb.Linear(4, width), activation()]
    for _ in range(depth):
        layers += [sb.Linear(width, width), activation()]
    return sb.Sequential(*layers, sb.Linear(width, 3), loss=sb.CrossEntropyLoss(), **more)


def scaled(net, factor, shift=0.0):
    """Its parameters, weights times a factor and biases moved."""
    parameters = net.trainer().parameters
    return {k: a * factor if a.ndim > 1 else a + shift for k, a in parameters.items()}


# The numbers -----------------------------------------------------------------------------------------------------


NETS = {
    "sigmoids": (lambda s: [s.Linear(4, 6), s.Sigmoid(), s.Linear(6, 5), s.Sigmoid(), s.Linear(5, 3)], X, NEXT),
    "norms": (
        lambda s: [s.Linear(4, 6), s.BatchNorm1d(6), s.LeakyReLU(), s.Linear(6, 5), s.LayerNorm(5), s.GELU(),
                   s.Linear(5, 3), s.Tanh()],
        X, NEXT,
    ),
    "convolution": (
        lambda s: [s.Conv2d(2, 3, 3, padding=1), s.ReLU(), s.MaxPool2d(2), s.Conv2d(3, 4, 3), s.Tanh(), s.Flatten(),
                   s.Linear(16, 3)],
        RANDOM.normal(size=(5, 2, 8, 8)), RANDOM.normal(size=(5, 3)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NETS)
def test_norms_are_those_of_autograd(name):
    layers, data, target = NETS[name]
    net = sb.Sequential(*layers(sb), loss=sb.MSELoss(), axes=data.ndim)
    trainer = net.trainer(seed=3)
    report = sb.diagnose(trainer, data, target, cures=False)
    theirs = torch.nn.Sequential(*layers(torch.nn)).double()
    theirs.load_state_dict({k: torch.tensor(v) for k, v in trainer.parameters.items()}, strict=False)
    outputs, at = [], torch.tensor(data)
    for module in theirs:
        at = module(at)
        at.retain_grad()
        outputs.append(at)
    cost = torch.nn.functional.mse_loss(at, torch.tensor(target))
    cost.backward()
    assert report.loss == pytest.approx(cost.item())
    ends = [int(x.place) - 1 for x in report.layers[1:]] + [len(outputs) - 1]
    for layer, end in zip(report.layers, ends, strict=True):
        norms = outputs[end].grad.flatten(1).norm(dim=1)
        assert layer.arrives == pytest.approx(norms.max().item(), rel=1e-9)
        assert layer.mean == pytest.approx(norms.mean().item(), rel=1e-9)
        weight = theirs[int(layer.place)].weight.grad.norm().item()
        bias = theirs[int(layer.place)].bias.grad.norm().item()
        both = math.hypot(weight, bias) if theirs[int(layer.place)].weight.ndim == 1 else weight
        assert layer.gradient == pytest.approx(both, rel=1e-9)


def test_a_formula_is_diagnosed_like_the_network_that_it_is():
    net = sb.Sequential(sb.Linear(4, 5), sb.Sigmoid(), sb.Linear(5, 3), loss=sb.CrossEntropyLoss())
    values = net.trainer(seed=1).parameters
    formula = sb.formula("""
        input x[N,D]
        param W[M,D], b[M], V[K,M], c[K]
        label t[N] < K
        h[n,j] = sigmoid(sum(i, x[n,i]*W[j,i]) + b[j])
        z[n,k] = sum(j, h[n,j]*V[k,j]) + c[k]
        p[n,k] = exp(z[n,k])/sum(j, exp(z[n,j]))
        C = -sum(n, log(p[n,t[n]]))/N
    """)
    named = dict(zip("WbVc", values.values(), strict=True))
    ours = sb.diagnose(net, X, T, parameters=values)
    same = sb.diagnose(formula, X, T, parameters=named, sizes={"M": 5, "K": 3})
    assert [x.place for x in same.layers] == ["W, b", "V, c"] and same.head == "z"
    for a, b in zip(ours.layers, same.layers, strict=True):
        assert a.activation == b.activation and a.verdicts == b.verdicts
        for number in ("gradient", "arrives", "mean", "bound"):
            assert getattr(a, number) == pytest.approx(getattr(b, number), rel=1e-12)


def test_weights_that_are_computed_have_norms_and_no_bound_of_their_own():
    formula = sb.formula("""
        input x[N,D]
        param W[D,M], V[M,K]
        target y[N,K]
        U[i,j] = exp(W[i,j])
        Q[j,k] = V[j,k]**2
        h[n,j] = tanh(sum(i, x[n,i]*U[i,j]))
        z[n,k] = sum(j, h[n,j]*Q[j,k])
        C = mean(n, k, (z[n,k] - y[n,k])**2)
    """)
    report = sb.diagnose(formula, X, NEXT, sizes={"M": 5})
    assert report.head == "z" and report.layers[-1].bound is not None
    assert all(x.arrives > 0 for x in report.layers)


def test_a_trainer_is_looked_at_and_left_as_it_is():
    net = sb.Sequential(
        sb.Linear(4, 8), sb.BatchNorm1d(8), sb.ReLU(), sb.Dropout(0.5), sb.Linear(8, 3), loss=sb.CrossEntropyLoss()
    )
    trainer, again = net.trainer(seed=5), net.trainer(seed=5)
    for _ in range(3):
        assert trainer.step(X, T) == again.step(X, T)
        sb.diagnose(trainer, X, T)
    assert all(np.array_equal(a, again.parameters[k]) for k, a in trainer.parameters.items())
    assert all(np.array_equal(a, again.buffers[k]) for k, a in trainer.buffers.items())


def test_the_root_of_a_variance_is_no_activation():
    net = sb.Sequential(sb.Linear(4, 4), sb.LayerNorm(4), sb.Linear(4, 3), loss=sb.MSELoss())
    assert [x.activation for x in sb.diagnose(net, X, NEXT, cures=False).layers] == ["", "", ""]


def test_the_same_seed_gives_the_same_report():
    net = deep(sb.Sigmoid)
    assert sb.diagnose(net, X, T, seed=4, steps=2) == sb.diagnose(net, X, T, seed=4, steps=2)
    assert sb.diagnose(net, X, T, seed=4, cures=False) != sb.diagnose(net, X, T, seed=5, cures=False)


# Units -----------------------------------------------------------------------------------------------------------


def test_dead_units_are_counted_and_named():
    net = sb.Sequential(sb.Linear(4, 5), sb.ReLU(), sb.Linear(5, 3), loss=sb.CrossEntropyLoss())
    bias = [0.0, -100.0, 0.0, 100.0, -100.0]
    report = sb.diagnose(net, X, T, parameters={"0.bias": bias})
    layer = report["0"]
    assert (layer.units, layer.dead, layer.verdicts) == (5, (1, 4), ("dead",))
    assert "layer 0: 1, 4" in str(report)
    trainer = net.trainer()
    trainer.parameters["0.bias"][...] = bias
    assert list(np.flatnonzero(~trainer.gradients(X, T)["0.weight"].any(axis=1))) == [1, 4]


def test_a_channel_with_all_its_places_is_one_unit():
    net = sb.Sequential(sb.Conv2d(1, 3, 2), sb.ReLU(), sb.Flatten(), sb.Linear(27, 2), loss=sb.CrossEntropyLoss())
    data = np.random.default_rng(0).normal(size=(6, 1, 4, 4))
    report = sb.diagnose(net, data, np.arange(6) % 2, parameters={"0.bias": [0, -50, 0]}, cures=False)
    assert (report["0"].units, report["0"].dead) == (3, (1,))


def test_a_unit_that_one_sample_reaches_is_not_dead():
    net = sb.Sequential(sb.Linear(1, 2, bias=False), sb.ReLU(), sb.Linear(2, 1), loss=sb.MSELoss())
    data = np.array([[-1.0]] * 99 + [[1.0]])
    report = sb.diagnose(net, data, data, parameters={"0.weight": [[1.0], [-1.0]]}, cures=False)
    assert (report[0].dead, report[0].saturated) == ((), (0,))


# Findings --------------------------------------------------------------------------------------------------------


def test_units_of_a_saturated_layer():
    net = sb.Sequential(sb.Linear(4, 4), sb.Tanh(), sb.Linear(4, 3), loss=sb.CrossEntropyLoss())
    bias = np.array([9.0, 0.0, -9.0, 9.0])
    layer = sb.diagnose(net, X, T, parameters={"0.bias": bias}, cures=False)["0"]
    assert layer.saturated == (0, 2, 3) and layer.verdicts == ("saturated",)


FOUND = [
    ("vanishing", lambda: (deep(sb.Sigmoid), {})),
    ("exploding", lambda: (net := deep(sb.ReLU, width=32), scaled(net, 6.0))),
    ("dead", lambda: (net := deep(sb.ReLU, depth=1), scaled(net, 1.0, -30.0))),
    ("saturated", lambda: (net := deep(sb.Tanh, depth=1), scaled(net, 100.0))),
]


def linear_chain(factor, depth=8):
    net = sb.Sequential(*[sb.Linear(3, 3, bias=False) for _ in range(depth)], loss=sb.MSELoss())
    return net, {f"{k}.weight": factor * np.eye(3) for k in range(depth)}


@pytest.mark.parametrize(
    ("factor", "verdicts"),
    [(0.1, ["vanishing"] * 5 + ["healthy"] * 3), (1.0, ["healthy"] * 8), (10.0, ["exploding"] * 8)],
)
def test_a_chain_of_scaled_identities_says_where_a_thousandth_is_passed(factor, verdicts):
    net, parameters = linear_chain(factor)
    report = sb.diagnose(net, NEXT, NEXT + 1, parameters=parameters, cures=False)
    assert [x.verdict for x in report.layers] == verdicts
    for k, layer in enumerate(report.layers):
        assert layer.relative == pytest.approx(factor ** (7 - k))
        assert layer.ratio == pytest.approx(1.0), "the bound is attained by multiples of the identity"


@pytest.mark.parametrize(("finding", "case"), FOUND, ids=[f for f, _ in FOUND])
def test_each_finding_is_reached(finding, case):
    net, parameters = case()
    report = sb.diagnose(net, X, T, parameters=parameters, cures=False)
    assert finding in report[0].verdicts
    assert report.layers[-1].verdict == ("exploding" if finding == "exploding" else "healthy")
    assert {f for f, _ in FOUND} == set(FINDINGS) and not report.healthy


def test_a_gradient_far_longer_than_the_weights_is_an_explosion():
    net = sb.Sequential(sb.Linear(4, 4), sb.Tanh(), sb.Linear(4, 3), loss=sb.MSELoss())
    assert sb.diagnose(net, X, NEXT, cures=False).healthy
    report = sb.diagnose(net, X, 1e4 * NEXT, cures=False)
    assert report["2"].verdicts == ("exploding",) and 0.1 < report["0"].relative < 10


def test_numbers_that_overflow_are_an_explosion():
    net, parameters = linear_chain(1e60)
    report = sb.diagnose(net, NEXT, NEXT, parameters=parameters)
    assert report.findings[0] == "exploding"
    assert json.loads(json.dumps(report.to_dict(), allow_nan=False))["loss"] in ("inf", "nan")
    report.sheet().to_tex()


def test_a_shallow_network_is_healthy_and_needs_no_cure():
    net = sb.Sequential(sb.Linear(4, 8), sb.Tanh(), sb.Linear(8, 3), loss=sb.CrossEntropyLoss())
    report = sb.diagnose(net, X, T)
    assert report.healthy and report.trials == () and "every layer is healthy" in str(report)


# Cures -----------------------------------------------------------------------------------------------------------


# Ways out and mistakes -------------------------------------------------------------------------------------------


def test_the_report_shows_itself():
    report = sb.diagnose(deep(sb.Sigmoid), X, T)
    page = report._repr_html_()
    assert "<svg" in page and "vanishing" in page and "<html" not in page and "<code>" not in page
    text = str(report)
    assert "■" in text and "cures, tried" in text and all(len(line) <= 130 for line in text.splitlines())
    assert report.to_dict()["layers"][0]["verdicts"] == ["vanishing"]
    json.dumps(report.to_dict(), allow_nan=False)


@pytest.mark.parametrize("suffix", [".html", ".md", ".tex"])
def test_the_sheet_holds_tables_and_plots(tmp_path, suffix):
    report = sb.diagnose(deep(sb.Sigmoid, depth=5), X, T, steps=2)
    text = report.sheet().save(tmp_path / f"d{suffix}").read_text()
    assert "Layer by layer" in text and "Cures, tried" in text and "batch norm" in text


REFUSED = [
    (lambda: sb.diagnose([sb.Linear(4, 3)], X, T), "not list; of layers: sb.Sequential"),
    (lambda: sb.diagnose(sb.Sequential(sb.Linear(4, 3)), X, T), "needs a loss"),
    (lambda: sb.diagnose(deep(sb.Tanh), X[:, :2], T), "4"),
    (lambda: sb.diagnose(deep(sb.Tanh), X, T + 1), "label"),
    (lambda: sb.diagnose(deep(sb.Tanh), X, T, parameters={"0.wight": 0}), "no parameter '0.wight'; it has 0.weight"),
    (lambda: sb.diagnose(deep(sb.Tanh), X, T, parameters={"0.bias": [0.0]}), r"0.bias has shape \(8,\)"),
    (lambda: sb.diagnose(deep(sb.Tanh), X, T, steps=-1), "steps must be a whole number from 0 on"),
    (lambda: sb.diagnose(deep(sb.Tanh), X, T, lr="fast"), "lr must be a number"),
    (lambda: sb.diagnose(deep(sb.Tanh), X, T, sizes={"M": 3}), "sizes are for formulas"),
    (
        lambda: sb.diagnose(sb.formula("input x[N,D]\nparam w[D]\nC = sum(n, i, x[n,i]*w[i])"), X, T),
        "one label or target",
    ),
]


@pytest.mark.parametrize(("wrong", "message"), REFUSED, ids=lambda v: v if isinstance(v, str) else "")
def test_mistakes_are_named(wrong, message):
    with pytest.raises(DataError, match=message):
        wrong()


def test_an_unknown_place_lists_the_places():
    with pytest.raises(KeyError, match="there are 0, 2"):
        sb.diagnose(deep(sb.Tanh, depth=0), X, T, cures=False)["9"]
