"""What the worked derivations train: learnt, remembered, copied and read as they say."""

from itertools import pairwise

import numpy as np
import pytest

from derivations import (
    copying,
    digits,
    iris,
    learning_rate,
    minima_and_plateaus,
    through_time,
    xor,
)


def test_iris_is_learnt_with_the_derived_gradients():
    trained = iris.train()
    assert trained.history.loss[-1] < 0.1 < 0.9 < trained.history.loss[0]
    assert all(b < a for a, b in pairwise(trained.history.loss))
    assert np.mean([iris.accuracy(iris.train(seed)) for seed in range(iris.SEEDS)]) >= 0.94
    assert len(trained.history.gradient_norms) == 4


def test_xor_needs_two_hidden_units():
    alone, history = xor.train_neuron()
    assert not xor.solved(alone) and history.loss[-1] == pytest.approx(np.log(2), abs=1e-4)
    trainer, history = xor.train()
    p = trainer.parameters
    h = np.tanh(xor.X @ p["0.weight"].T + p["0.bias"])
    logits = h @ p["2.weight"][0] + p["2.bias"][0]
    assert list(logits > 0) == [False, True, True, False] and history.loss[-1] < 0.01


def test_gradients_fade_through_time_and_the_state_is_used():
    norms = through_time.fading(through_time.derivation(), 0.5)
    assert norms[0] < 0.5 ** (len(norms) - 1) * norms[-1] * 1.001 and norms[0] > 0
    assert through_time.accuracy(through_time.LONGER) >= 0.99
    X, y = through_time.sequences(4, 12, 0)
    assert np.array_equal(y[:, 2:, 0], (X[:, 2:, 0] != X[:, :-2, 0]) * 1.0)


def test_descents_stop_in_minima_and_stand_on_plateaus():
    zeros = np.sort(np.roots([1, 0, -1, 0.2]).real)
    assert np.allclose(minima_and_plateaus.stationary(), zeros)
    ends = [minima_and_plateaus.descend(start)[-1] for start in minima_and_plateaus.STARTS]
    assert np.allclose(ends, [zeros[0], zeros[0], zeros[2], zeros[2]])
    w, x = minima_and_plateaus.FAR, minima_and_plateaus.INPUTS
    a = 1 / (1 + np.exp(-w * x))
    wanted = {"SQUARED": np.mean(2 * (a - 1) * a * (1 - a) * x), "LOGARITHMIC": np.mean((a - 1) * x)}
    for name, slope in wanted.items():
        assert minima_and_plateaus.unit(getattr(minima_and_plateaus, name), w)[1][0] == pytest.approx(slope)
    assert abs(wanted["SQUARED"]) < 1e-4 < 1 < abs(wanted["LOGARITHMIC"])


def test_few_points_are_overfitted_and_two_things_cure_it():
    (seen, new), *cured = (minima_and_plateaus.errors(*of) for of in ((10, 0.0), (10, 0.02), (200, 0.0)))
    assert seen < 0.05 < 0.5 < new and all(low > seen and high < 0.75 * new for low, high in cured)
    assert all(minima_and_plateaus.laws(k) == minima_and_plateaus.laws(1) for k in (2, 5))


def test_a_schedule_is_fast_at_first_and_exact_at_last():
    large, small, falling = (learning_rate.excess(*of)[1] for of in ((0.2, False), (0.002, False), (0.2, True)))
    assert min(large.min(), small.min(), falling.min()) > 0, "nothing is below least squares"
    assert falling[-1] < large[-1] / 100 and falling[-1] < small[-1] / 100 and falling[4] < small[4]


def test_a_transformer_copies_what_it_was_never_shown():
    shown, never = copying.split()
    assert not set(map(tuple, shown)) & set(map(tuple, never)) and len(never) > 1000
    read, asked = copying.sequences(never)
    assert (copying.train()[0].predict(read) == asked).all(axis=1).mean() >= 0.99
    assert np.allclose(np.triu(copying.weights(), 1), 0) and np.allclose(copying.weights().sum(axis=1), 1)


def test_digits_are_read_by_a_convolutional_net():
    trained = digits.train(digits.SEED)
    assert digits.accuracy(trained) >= 0.97 and len(trained.y) == 450
    assert np.trace(digits.confusion(trained)) == round(digits.accuracy(trained) * 450)
    assert digits.difference(trained) < 1e-12
