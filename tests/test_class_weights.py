"""Weights of classes: rare ones count as much as frequent ones."""

import numpy as np
import pytest

import symbackprop as sb
from symbackprop.errors import DataError


def test_every_class_has_the_same_part_of_the_cost():
    y = np.array([0] * 30 + [1] * 6 + [2] * 4)
    weights = sb.class_weights(y)
    parts = [weights[k] * (y == k).sum() for k in range(3)]
    assert parts == pytest.approx([len(y) / 3] * 3)
    net = sb.Sequential(sb.Linear(1, 3), loss=sb.CrossEntropyLoss(weight=weights)).trainer()
    X = np.zeros((len(y), 1))
    for values in net.parameters.values():
        values[...] = 0
    # At equal chances of all classes nothing pulls towards the frequent one.
    assert np.abs(net.gradients(X, y)["0.bias"]).max() < 1e-15


@pytest.mark.parametrize(
    ("y", "classes", "message"),
    [
        ([0, 0, 2], None, "no row is of class 1"),
        ([0, 1], 3, "no row is of class 2"),
        ([0, 5], 3, "labels run from 0 to 2"),
        ([[0, 1]], None, "one label a row"),
        ([], None, "one label a row"),
        ([0.5, 1], None, "whole"),
        (["a", "b"], None, "whole numbers"),
        ([-1, 1], None, "run from 0 to 1"),
    ],
)
def test_what_has_no_weights_is_refused(y, classes, message):
    with pytest.raises(DataError, match=message):
        sb.class_weights(y, classes)
