"""Every layer and loss against PyTorch's autograd: the same weights give the same cost and the same gradients."""

import numpy as np
import pytest
import torch

import symbackprop as sb
from symbackprop.layers import LAYERS
from tests.torch_rows import ARGUMENTS, OURS, ROUGH, SHAPES, TOLD

LAYER_ROWS = [(n, a, s) for n in LAYERS if n not in OURS for a in ARGUMENTS.get(n, [{}]) for s in SHAPES]


def theirs(net, trainer, criterion, X, y):
    """PyTorch's cost and gradients, by the keys of its ``state_dict``."""
    net = net.double()
    net.load_state_dict({k: torch.tensor(v) for k, v in trainer.parameters.items()})
    cost = criterion(net(torch.tensor(X)), torch.tensor(y))
    cost.backward()
    return cost.item(), {k: p.grad.numpy() for k, p in net.named_parameters()}


def assert_same(trainer, net, criterion, X, y, tolerance=1e-10):
    cost, gradients = trainer.loss_and_gradients(X, y)
    true_cost, true = theirs(net, trainer, criterion, X, y)
    assert cost == pytest.approx(true_cost, rel=1e-12, abs=1e-12)
    assert gradients.keys() == true.keys()
    for key, gradient in gradients.items():
        np.testing.assert_allclose(gradient, true[key], rtol=tolerance, atol=tolerance / 100, err_msg=key)


@pytest.mark.parametrize(("name", "arguments", "shape"), LAYER_ROWS, ids=lambda v: str(v) if v else "-")
def test_layer_is_pytorchs(name, arguments, shape):
    random = np.random.default_rng(3)
    # A layer before it, so that the gradient of its input is seen.
    width = 4
    if name == "PReLU" and arguments.get("num_parameters", 1) > 1 and len(shape) > 2:
        shape = (shape[0], width, shape[2])
    ours = sb.Sequential(sb.Linear(shape[-1], width), LAYERS[name](**arguments), loss=sb.MSELoss(), axes=len(shape))
    ours = ours.trainer()
    first = torch.nn.Linear(shape[-1], width)
    net = torch.nn.Sequential(first, getattr(torch.nn, name)(**arguments, **TOLD.get(name, {})))
    X = random.normal(size=shape) * 2
    y = random.normal(size=ours.predict(X).shape)
    assert_same(ours, net, torch.nn.MSELoss(), X, y, ROUGH.get(name, 1e-10))
