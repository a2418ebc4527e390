"""The page about layers of one's own: every formula on it derives, checks and compiles; layers train in a network."""

import re
from pathlib import Path

import numpy as np
import pytest

import symbackprop as sb

PAGE = (Path(__file__).parent.parent / "docs" / "layers_of_your_own.md").read_text(encoding="utf-8")
FORMULAS = {
    title: (text, {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", sizes)})
    for title, sizes, text in re.findall(r"### ([^\n]+)\n\n```formula([^\n]*)\n(.*?)```", PAGE, re.S)
}
LAYERS = [t for t, (text, _) in FORMULAS.items() if "C = " not in text]


def test_the_page_has_ten():
    assert len(FORMULAS) == 10 and len(LAYERS) == 7


@pytest.mark.parametrize("title", FORMULAS)
def test_formula_derives_and_checks(title):
    d = sb.derive(sb.formula(FORMULAS[title][0]))
    report = d.check()
    assert report.passed, str(report)
    assert d.sheet().to_tex() and d.source()


@pytest.mark.parametrize("title", LAYERS)
def test_layer_trains_between_others(title):
    text, sizes = FORMULAS[title]
    axes = text.split("]")[0].count(",") + 1
    random = np.random.default_rng(0)
    layers = [sb.Linear(4, 4), sb.FunctionLayer(text, sizes=sizes)]
    output = len(sb.formula(text).output.shape)
    if output > axes:
        layers.append(sb.Flatten())
    features = {"Fourier features": 6}.get(title, sizes.get("M", 4))
    net = sb.Sequential(*layers, sb.Linear(features, 1), loss=sb.MSELoss(), axes=axes)
    trainer = net.trainer(sb.SGD(lr=0.1))
    X = random.normal(size=(16, *(3,) * (axes - 2), 4))
    y = np.sin(X.sum(axis=-1, keepdims=True))
    first = trainer.step(X, y)
    for _ in range(60):
        last = trainer.step(X, y)
    assert last < 0.9 * first


def test_the_example_of_the_page_runs():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    gated = sb.FunctionLayer(re.search(r'"""(.*?)"""', code, re.S)[1], sizes={"D": 4, "M": 8})
    trainer = sb.Sequential(gated, sb.Linear(8, 1), loss=sb.MSELoss()).trainer()
    assert "0.W" in trainer.parameters
