"""Every layer and loss against PyTorch's autograd: the same weights give the same cost and the same gradients."""

import numpy as np
import pytest
import torch

import symbackprop as sb
from symbackprop.layers import LAYERS
from symbackprop.losses import LOSSES
from tests.torch_rows import ARGUMENTS, LOSS_ARGUMENTS, OURS, ROUGH, SHAPED, SHAPES, TOLD

LAYER_ROWS = [
    (n, a, s) for n in LAYERS if n not in OURS and n not in SHAPED for a in ARGUMENTS.get(n, [{}]) for s in SHAPES
]
SHAPED_ROWS = [(n, a, s) for n, rows in SHAPED.items() for a, s in rows]


def theirs(net, trainer, criterion, X, y):
    """PyTorch's cost and gradients, by the keys of its ``state_dict``."""
    net = net.double()
    state = {k: torch.tensor(v) for k, v in (trainer.parameters | trainer.buffers).items()}
    assert not net.load_state_dict(state, strict=False).unexpected_keys
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


@pytest.mark.parametrize(("name", "arguments", "shape"), SHAPED_ROWS, ids=str)
def test_layer_of_several_axes_is_pytorchs(name, arguments, shape):
    random = np.random.default_rng(5)
    # Each entry of the input has a factor of its own before the layer: its gradient is that of the input.
    scale = Scale(shape[1:])
    ours = sb.Sequential(scale.ours(), LAYERS[name](**arguments), loss=sb.MSELoss(), axes=len(shape)).trainer()
    net = torch.nn.Sequential(scale, counterpart(name, arguments))
    for values in ours.parameters.values():
        values[...] = random.normal(size=values.shape)
    X = random.normal(size=shape) * 2
    y = random.normal(size=ours.predict(X).shape)
    assert_same(ours, net, torch.nn.MSELoss(), X, y)


def counterpart(name, arguments):
    """PyTorch's module that gives the output alone, its parameters named as there."""
    if name in ("RNN", "LSTM", "GRU"):
        base = getattr(torch.nn, name)
        kind = type(name, (base,), {"forward": lambda self, x: base.forward(self, x)[0]})
        return kind(**arguments, batch_first=True)
    if name == "Bilinear":
        return Bilinear(**arguments)
    if name == "SelfAttention":
        return Attention(**arguments)
    return getattr(torch.nn, name)(**arguments)


class Bilinear(torch.nn.Bilinear):
    """PyTorch's, its two inputs beside one another."""

    def forward(self, x):
        return super().forward(*x.split([self.in1_features, self.in2_features], dim=-1))


class Attention(torch.nn.MultiheadAttention):
    def __init__(self, embed_dim, num_heads, bias=True, causal=False):
        super().__init__(embed_dim, num_heads, bias=bias, batch_first=True)
        self.causal = causal

    def forward(self, x):
        T = x.shape[1]
        mask = torch.ones(T, T, dtype=torch.bool).triu(1) if self.causal else None
        return super().forward(x, x, x, need_weights=False, attn_mask=mask)[0]


def test_embedding_and_last_are_pytorchs():
    random = np.random.default_rng(6)
    ours = sb.Sequential(sb.Embedding(7, 3), sb.LSTM(3, 4), sb.Last(), sb.Linear(4, 2), loss=sb.CrossEntropyLoss())
    ours = ours.trainer()

    class Net(torch.nn.Sequential):
        def forward(self, t):
            return self[3](self[1](self[0](t))[:, -1])

    net = Net(torch.nn.Embedding(7, 3), counterpart("LSTM", {"input_size": 3, "hidden_size": 4}), torch.nn.Identity(),
              torch.nn.Linear(4, 2))  # fmt: skip
    labels = random.integers(0, 7, (3, 5))  # some twice
    assert_same(ours, net, torch.nn.CrossEntropyLoss(), labels, random.integers(0, 2, 3))


@pytest.mark.parametrize(("name", "arguments", "shape"), [r for r in SHAPED_ROWS if "Batch" in r[0]], ids=str)
def test_running_statistics_are_pytorchs(name, arguments, shape):
    random = np.random.default_rng(7)
    scale = Scale(shape[1:])
    ours = sb.Sequential(scale.ours(), LAYERS[name](**arguments), loss=sb.MSELoss(), axes=len(shape)).trainer(
        sb.SGD(lr=0)
    )
    net = torch.nn.Sequential(scale, getattr(torch.nn, name)(**arguments)).double()
    for values in ours.parameters.values():
        values[...] = random.normal(size=values.shape)
    net.load_state_dict({k: torch.tensor(v) for k, v in ours.parameters.items()}, strict=False)
    for _ in range(3):
        X = random.normal(size=shape) * 2 + 1
        ours.step(X, X)
        net(torch.tensor(X))
    for key, values in ours.buffers.items():
        np.testing.assert_allclose(values, dict(net.named_buffers())[key].numpy(), rtol=1e-12)
    net.eval()
    np.testing.assert_allclose(ours.predict(X), net(torch.tensor(X)).detach().numpy(), rtol=1e-10)
    true = torch.nn.functional.mse_loss(net(torch.tensor(X)), torch.tensor(X)).item()
    assert ours.evaluate(X, X)[0] == pytest.approx(true, rel=1e-12)


def test_dropout_drops_while_training_and_never_afterwards():
    X = np.ones((4000, 3))
    net = sb.Sequential(sb.Linear(3, 3), sb.Dropout(0.25), loss=sb.MSELoss(reduction="sum"))
    ours = net.trainer(sb.SGD(lr=0), seed=1)
    ours.parameters["0.weight"][...], ours.parameters["0.bias"][...] = np.eye(3), 0.0
    np.testing.assert_array_equal(ours.predict(X), X)
    # Σ (4/3 k - 0)² for k = 1 with chance 3/4: on average 4/3 for each entry.
    assert ours.step(X, 0 * X) / X.size == pytest.approx(4 / 3, rel=0.03)
    assert ours.evaluate(X, 0 * X)[0] == pytest.approx(X.size)
    again = net.trainer(sb.SGD(lr=0), seed=1), net.trainer(sb.SGD(lr=0), seed=1)
    assert again[0].step(X, X) == again[1].step(X, X)


@pytest.mark.parametrize(
    "more", [{}, {"norm_first": True, "activation": "gelu"}, {"bias": False}, {"causal": True}], ids=str
)
def test_transformer_encoder_layer_is_pytorchs(more):
    random = np.random.default_rng(8)
    block = sb.TransformerEncoderLayer(6, 2, 8, dropout=0.0, **more)
    ours = sb.Sequential(sb.Linear(3, 6), block, loss=sb.MSELoss(), axes=3).trainer()
    more = dict(more)
    causal = more.pop("causal", False)
    theirs = torch.nn.TransformerEncoderLayer(6, 2, 8, dropout=0.0, batch_first=True, **more)
    mask = torch.ones(4, 4, dtype=torch.bool).triu(1) if causal else None

    class Net(torch.nn.Sequential):
        def forward(self, x):
            return self[1](self[0](x), src_mask=mask)

    for values in ours.parameters.values():
        values[...] = random.normal(size=values.shape)
    X, y = random.normal(size=(2, 4, 3)), random.normal(size=(2, 4, 6))
    assert_same(ours, Net(torch.nn.Linear(3, 6), theirs), torch.nn.MSELoss(), X, y)


class Scale(torch.nn.Module):
    """x times a weight for each entry of an example."""

    def __init__(self, shape):
        super().__init__()
        self.s = torch.nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        return x * self.s

    def ours(self):
        sizes, indices = (", ".join(x[: self.s.ndim]) for x in ("CHLQ", "chlq"))
        text = f"input x[N, {sizes}]\nparam s[{sizes}]\ny[n, {indices}] = s[{indices}]*x[n, {indices}]"
        return sb.FunctionLayer(text, sizes=dict(zip("CHLQ", self.s.shape, strict=False)))


LOSS_ROWS = [
    (n, {"reduction": r, **a}, s)
    for n in LOSSES
    for a in [{}, *LOSS_ARGUMENTS.get(n, [])]
    for r in ("mean", "sum")
    for s in ([(5, 2, 3)] if n == "CosineEmbeddingLoss" else SHAPES)
]
# What stands before a loss that wants probabilities or their logarithms.
BEFORE = {"BCELoss": "Sigmoid", "NLLLoss": "LogSoftmax", "KLDivLoss": "LogSoftmax"}


def targets(name, arguments, shape, random):
    """Targets that the loss admits, for an output of that shape."""
    if arguments.get("soft_targets") or name == "KLDivLoss":
        y = random.dirichlet(np.ones(shape[-1]), shape[:-1])
        if name == "KLDivLoss" and not arguments.get("log_target"):
            y[..., 0] = 0.0  # a probability may be zero
        return np.log(y) if arguments.get("log_target") else y
    if name in ("CrossEntropyLoss", "NLLLoss", "MultiMarginLoss"):
        return random.integers(0, shape[-1], shape[:-1])
    if name == "CosineEmbeddingLoss":
        return random.choice([-1.0, 1.0], shape[0])
    if name == "HingeEmbeddingLoss":
        return random.choice([-1.0, 1.0], shape)
    return random.integers(0, 2, shape) * 1.0 if "BCE" in name else random.normal(size=shape)


def criterion_of(name, arguments):
    """PyTorch's loss, which takes classes on axis 1 and vectors apart."""
    given = {k: v for k, v in arguments.items() if k != "soft_targets"}
    for k in ("weight", "pos_weight"):
        if k in given:
            given[k] = torch.tensor(given[k], dtype=torch.float64)
    theirs = getattr(torch.nn, name)(**given)
    if name in ("CrossEntropyLoss", "NLLLoss", "MultiMarginLoss"):
        soft = arguments.get("soft_targets")
        return lambda x, y: theirs(x.flatten(0, -2), y.flatten(0, -2) if soft else y.flatten())
    return (lambda x, y: theirs(x[:, 0], x[:, 1], y)) if name == "CosineEmbeddingLoss" else theirs


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides:UserWarning")  # what PyTorch says of KLDivLoss
@pytest.mark.parametrize(("name", "arguments", "shape"), LOSS_ROWS, ids=str)
def test_loss_is_pytorchs(name, arguments, shape):
    random = np.random.default_rng(4)
    before = [getattr(sb, BEFORE[name])()] if name in BEFORE else []
    ours = sb.Sequential(sb.Linear(shape[-1], 4), *before, loss=LOSSES[name](**arguments), axes=len(shape)).trainer()
    more = [getattr(torch.nn, BEFORE[name])(**TOLD.get(BEFORE[name], {}))] if name in BEFORE else []
    net = torch.nn.Sequential(torch.nn.Linear(shape[-1], 4), *more)
    X = random.normal(size=shape) * 2
    y = targets(name, arguments, (*shape[:-1], 4), random)
    assert_same(ours, net, criterion_of(name, arguments), X, y)
