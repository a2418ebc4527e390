"""What a sheet says beside a formula: textbooks' names for it, where it has that shape and nowhere else."""

import pytest

import symbackprop as sb
from symbackprop.sheet.context import Context
from symbackprop.sheet.remarks import remarks

FLIPPED, SELECTED, REVERSED = "full correlation with the flipped kernel: $W^{(1)}$", "a selection", "a recurrence"
STEPS = "a sum over the steps"
SOFTMAX = (
    r"$\mathrm{d}s^{(1)} = P^{(1)} \odot (\mathrm{d}P^{(1)} - "
    r"\operatorname{rowsum}(\mathrm{d}P^{(1)} \odot P^{(1)}))$"
)
BOTH_WAYS = dict.fromkeys(("h1", "h_r1"), REVERSED) | dict.fromkeys(("W1", "U1", "W_r1", "U_r1"), STEPS)
# The layers of a net, and by which tensors the gradient gets which remark.
ROWS = [
    ([sb.Conv1d(2, 3, 3)], {"x": FLIPPED}),
    ([sb.Conv2d(2, 3, (3, 2), padding=1)], {"x": FLIPPED}),
    ([sb.MaxPool1d(2)], {"x": SELECTED}),
    ([sb.Conv2d(2, 4, 3), sb.MaxPool2d(3, 2, 1)], {"x": FLIPPED, "z1": SELECTED, "t1": SELECTED}),
    ([sb.RNN(2, 3)], {"h1": REVERSED, "W1": STEPS, "U1": STEPS}),
    ([sb.RNN(2, 3, bidirectional=True)], BOTH_WAYS),
    ([sb.LSTM(2, 3), sb.Last()], {"h1": REVERSED, "s1": REVERSED, "W1": STEPS, "U1": STEPS}),
    ([sb.GRU(2, 3)], {"h1": REVERSED, "W1": STEPS, "U1": STEPS}),
    ([sb.FunctionLayer("input x[N,T]\nindex t < T\ny[n,t] = x[n,t] - x[n,t-1]")], {}),
    ([sb.Linear(3, 4), sb.BatchNorm1d(4), sb.ReLU(), sb.Linear(4, 2)], {}),
    ([sb.SelfAttention(4, 2), sb.LayerNorm(4)], {"s1": SOFTMAX}),
    ([sb.SelfAttention(4, 2, causal=True)], {"r1": SOFTMAX.replace("}s^", "}r^")}),
    ([sb.Linear(3, 4), sb.Softmax()], {"z1": r"$\mathrm{d}z^{(1)} = p"}),
    ([sb.AvgPool1d(2)], {}),
]


@pytest.mark.parametrize(("layers", "expected"), ROWS, ids=lambda v: str(v)[:60])
def test_remarks(layers, expected):
    d = sb.Sequential(*layers, loss=sb.MSELoss()).derive()
    context = Context(d)
    found = {name: texts for name, a in d.adjoints.items() if (texts := remarks(context, a))}
    assert found.keys() == expected.keys()
    for name, part in expected.items():
        assert part in found[name][0]


def test_they_stand_on_the_sheet():
    text = sb.Sequential(sb.Conv1d(2, 3, 3), loss=sb.MSELoss()).derive().sheet(check=False).to_md()
    assert "full correlation with the flipped kernel" in text
