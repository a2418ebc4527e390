"""The sheet of every layer and every loss: nothing unreadable, nothing beyond the margin, nothing shrunk to fit."""

import re
from functools import cache

import pytest

import symbackprop as sb
from symbackprop.layers import LAYERS
from symbackprop.losses import LOSSES
from symbackprop.sheet import pdf
from symbackprop.sheet.blocks import Plot, Section, Statement
from symbackprop.sheet.sheet import Sheet
from tests.torch_rows import ARGUMENTS, LOSS_ARGUMENTS, SHAPED

# What an entry of the catalogue needs before it, and how many axes the input of the net has.
BEFORE = {"Last": [sb.RNN(3, 2)], "Dropout": [sb.Linear(3, 2)]}
GIVEN = {"Dropout": [{"p": 0.5}], "Embedding": [{"num_embeddings": 7, "embedding_dim": 4}],
         "FunctionLayer": [{"text": "input x[N,D]\nparam s[D]\ny[n,i] = s[i]*sin(x[n,i])"}]}  # fmt: skip
PAIRS = "input x[N,D]\nindex e < 2\ny[n,e,i] = x[n,i]*(e == 0) + (e == 1)*tanh(x[n,i])"
UNREADABLE = re.compile(r"\?_|\?'|\\#|object at|~p\d|None")


def _layers():
    for name in LAYERS:
        rows = SHAPED.get(name) or [(a, (5, 4)) for a in GIVEN.get(name) or ARGUMENTS.get(name, [{}])]
        for arguments, shape in rows[: 2 if "Pool" in name else 1]:
            axes = None if name in ("Last", "Embedding") else len(shape)
            yield name, [*BEFORE.get(name, []), LAYERS[name](**arguments)], sb.MSELoss(), axes


def _losses():
    for name in LOSSES:
        for arguments in [{}, *LOSS_ARGUMENTS.get(name, [])]:
            first = sb.FunctionLayer(PAIRS) if name == "CosineEmbeddingLoss" else sb.Linear(3, 4)
            yield name, [first], LOSSES[name](**arguments), 2


ROWS = [*_layers(), *_losses()]
NETS = [
    ("cnn", [sb.Conv2d(1, 4, 3, padding=1), sb.ReLU(), sb.MaxPool2d(2), sb.Conv2d(4, 8, 3), sb.MaxPool2d(2),
             sb.Flatten(), sb.Linear(8 * 6 * 6, 10)], sb.CrossEntropyLoss(), None),
    ("normalised", [sb.Linear(4, 8), sb.BatchNorm1d(8), sb.GELU(), sb.Linear(8, 3)], sb.CrossEntropyLoss(), None),
    ("recurrent", [sb.LSTM(3, 4), sb.Last(), sb.Linear(4, 2)], sb.CrossEntropyLoss(), None),
]  # fmt: skip


@cache
def sheet(k):
    _, layers, loss, axes = (ROWS + NETS)[k]
    return sb.Sequential(*layers, loss=loss, axes=axes).derive().sheet(check=False)


def _without_plots(blocks):
    for b in blocks:
        if isinstance(b, Statement):
            yield Statement(b.kind, tuple(_without_plots(b.blocks)))
        elif not isinstance(b, Plot):
            yield b


@pytest.mark.parametrize("k", range(len(ROWS + NETS)), ids=[f"{k}-{n}" for k, (n, *_) in enumerate(ROWS + NETS)])
def test_it_is_readable(k):
    tex = sheet(k).to_tex()
    assert not UNREADABLE.findall(tex.partition(r"\begin{document}")[2])
    assert r"\resizebox" not in tex


@pytest.mark.skipif(pdf.find_tex() is None, reason="no pdflatex")
def test_tex_keeps_all_of_them_within_the_page():
    kept = [
        (s.title, tuple(_without_plots(s.blocks)), s.level) for k in range(len(ROWS + NETS)) for s in sheet(k).sections
    ]
    _, log = pdf.compile_tex(Sheet("All", tuple(Section(*s) for s in kept)).to_tex())
    assert [w for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log) if float(w) > 2] == []
    assert [w for w in re.findall(r"Overfull \\vbox \(([\d.]+)pt", log) if float(w) > 2] == []
