"""A net of PyTorch carried over predicts the same, and what has no counterpart is refused by name."""

import numpy as np
import pytest
import torch
from torch import nn

import symbackprop as sb

NETS = [
    (lambda: nn.Sequential(nn.Linear(4, 6), nn.GELU(approximate="tanh"), nn.Identity(), nn.Linear(6, 3, bias=False)),
     (5, 4)),
    (lambda: nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                           nn.Linear(16, 3), nn.Softmax(dim=-1)), (3, 2, 4, 4)),
    (lambda: nn.Sequential(nn.Linear(3, 8), nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True),
                           nn.LayerNorm(8), nn.Linear(8, 2)), (2, 5, 3)),
    (lambda: nn.Sequential(nn.Conv1d(4, 6, 3, stride=2, groups=2), nn.PReLU(6), nn.GroupNorm(3, 6), nn.AvgPool1d(2),
                           nn.Flatten(), nn.Dropout(0.3), nn.Linear(12, 2)), (3, 4, 10)),
]  # fmt: skip


@pytest.mark.parametrize(("make", "shape"), NETS, ids=["dense", "convolution", "transformer", "one axis"])
def test_a_net_carried_over_predicts_the_same(make, shape):
    torch.manual_seed(0)
    theirs = make().double().eval()
    for module in theirs.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_()
    ours = sb.from_torch(theirs, loss=sb.MSELoss(), axes=len(shape)).trainer()
    X = np.random.default_rng(1).normal(size=shape)
    with torch.no_grad():
        np.testing.assert_allclose(ours.predict(X), theirs(torch.tensor(X)).numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (nn.Sequential(nn.Linear(2, 2), nn.Bilinear(2, 2, 2)), "module 1, Bilinear"),
        (nn.Sequential(nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect")), "padding_mode='reflect'"),
        (nn.Sequential(nn.Softmax(dim=0)), "dim=0"),
        (nn.Sequential(nn.LSTM(2, 3, batch_first=True)), "module 0, LSTM"),
        (nn.Linear(2, 2), "not Linear"),
        (nn.Sequential(), "with layers"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_has_no_counterpart_is_refused_by_name(module, said):
    with pytest.raises(sb.NotSupported, match=said):
        sb.from_torch(module)
