"""Cures are tried before they are named: what helps, what does not, and what does not fit."""

import math

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.training.trainer import Trainer
from tests.test_diagnosis import T, X, deep, scaled


def by_name(report):
    assert report.trials[0].name == "as it is"
    return {t.name: t for t in report.trials}


def test_vanishing_sigmoids_are_cured_by_batch_norm_and_not_by_clipping():
    report = sb.diagnose(deep(sb.Sigmoid, depth=7), X, T)
    tried = by_name(report)
    assert "gradient clipping" not in tried, "clipping is against explosion alone"
    assert tried["batch norm"].result == "cured"
    assert tried["batch norm"].gradients[0] > 1e4 * tried["as it is"].gradients[0]
    assert tried["batch norm"].loss_after < tried["as it is"].loss_after
    assert "leaky ReLU" not in tried, "nothing is dead"


def test_weights_that_are_too_small_are_cured_by_matched_ones():
    net = deep(sb.ReLU, width=32)
    report = sb.diagnose(net, X, T, parameters=scaled(net, 0.3))
    tried = by_name(report)
    assert report.findings[0] == "vanishing" not in tried["matched initialisation"].findings
    assert tried["matched initialisation"].gradients[0] > 100 * tried["as it is"].gradients[0]
    assert 0.1 < tried["matched initialisation"].relative < 10


def test_clipping_keeps_an_explosion_in_hand():
    net = deep(sb.ReLU, width=32)
    report = sb.diagnose(net, X, T, parameters=scaled(net, 6.0))
    tried = by_name(report)
    assert "exploding" in report.findings
    assert not tried["as it is"].loss_after < tried["as it is"].loss_before
    clipped = tried["gradient clipping"]
    assert clipped.result == "cured" and clipped.loss_after < clipped.loss_before
    assert math.sqrt(sum(g**2 for g in clipped.gradients)) <= 1 + 1e-9
    shares = np.array(clipped.gradients) / np.array(tried["as it is"].gradients)
    assert np.allclose(shares, shares[0]), "the proportions stay"
    assert "exploding" not in tried["matched initialisation"].findings


def test_leaky_relu_brings_dead_units_back():
    net = deep(sb.ReLU, depth=1)
    report = sb.diagnose(net, X, T, parameters={"0.bias": np.full(8, -30.0)})
    tried = by_name(report)
    assert tried["as it is"].dead == 1.0 and tried["leaky ReLU"].dead == 0.0
    assert tried["leaky ReLU"].result == "cured"
    assert tried["as it is"].gradients[0] == 0.0 < tried["leaky ReLU"].gradients[0]


def test_what_does_not_fit_is_not_tried():
    net = sb.Sequential(sb.Linear(4, 4), sb.Hardtanh(), sb.Linear(4, 3), loss=sb.CrossEntropyLoss())
    tried = by_name(sb.diagnose(net, X, T, parameters={"0.bias": np.full(4, 30.0)}))
    assert (tried["leaky ReLU"].result, tried["leaky ReLU"].reason) == ("not tried", "there is no ReLU to make leaky")
    one = by_name(sb.diagnose(net, X[:1], T[:1], parameters={"0.bias": np.full(4, 30.0)}))
    assert one["batch norm"].reason == "it takes two samples or more"


def test_inserted_batch_norm_is_the_layer():
    plain = sb.Sequential(sb.Linear(4, 6), sb.Tanh(), sb.Linear(6, 3), loss=sb.CrossEntropyLoss())
    normed = sb.Sequential(sb.Linear(4, 6), sb.BatchNorm1d(6), sb.Tanh(), sb.Linear(6, 3), loss=sb.CrossEntropyLoss())
    kept = plain.trainer().parameters
    kept["0.bias"][...] = [9, 9, 9, 9, 0, 0]
    tried = by_name(sb.diagnose(plain, X, T, parameters=kept, steps=5))["batch norm"]
    trainer = Trainer(normed, normed.network, sb.SGD(lr=0.1))
    for ours, theirs in (("0.weight",) * 2, ("0.bias",) * 2, ("2.weight", "3.weight"), ("2.bias", "3.bias")):
        trainer.parameters[theirs][...] = kept[ours]
    gradients = trainer.gradients(X, T)
    assert tried.gradients == pytest.approx([np.linalg.norm(gradients[k]) for k in ("0.weight", "3.weight")])
    losses = [trainer.step(X, T) for _ in range(6)]
    assert (tried.loss_before, tried.loss_after) == (pytest.approx(losses[0]), pytest.approx(losses[-1]))


def test_steps_and_rate_are_those_given():
    net = deep(sb.Sigmoid)
    report = sb.diagnose(net, X, T, steps=3, lr=0.5, seed=2)
    trainer = net.trainer(sb.SGD(lr=0.5), seed=2)
    losses = [trainer.step(X, T) for _ in range(4)]
    assert (report.trials[0].loss_before, report.trials[0].loss_after) == (pytest.approx(losses[0]), losses[-1])
