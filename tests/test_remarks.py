"""What a sheet says beside a formula: textbooks' names for it, where it has that shape and nowhere else."""

import pytest

import symbackprop as sb
from symbackprop.sheet.context import Context
from symbackprop.sheet.remarks import remarks

FLIPPED, SELECTED, REVERSED = "full correlation with the flipped kernel: $W^{(1)}$", "a selection", "a recurrence"
# The layers of a net, and by which tensors the gradient gets which remark.
ROWS = [
    ([sb.Conv1d(2, 3, 3)], {"x": FLIPPED}),
    ([sb.Conv2d(2, 3, (3, 2), padding=1)], {"x": FLIPPED}),
    ([sb.MaxPool1d(2)], {"x": SELECTED}),
    ([sb.Conv2d(2, 4, 3), sb.MaxPool2d(3, 2, 1)], {"x": FLIPPED, "z1": SELECTED, "t1": SELECTED}),
    ([sb.RNN(2, 3)], {"h1": REVERSED}),
    ([sb.Linear(3, 4), sb.BatchNorm1d(4), sb.ReLU(), sb.Linear(4, 2)], {}),
    ([sb.SelfAttention(4, 2), sb.LayerNorm(4)], {}),
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
