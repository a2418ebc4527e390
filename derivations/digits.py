"""Handwritten digits: a convolution, a maximum over windows and a linear layer, trained with the derived gradients."""

from dataclasses import dataclass
from functools import cache
from inspect import getsource

import numpy as np

import symbackprop as sb
from derivations._pieces import checked, section, text_number
from symbackprop.data import load_digits, stratified_split
from symbackprop.sheet.blocks import Listing, Paragraph, Plot, Section, Series, Table
from symbackprop.sheet.build import build
from symbackprop.sheet.sheet import Sheet
from symbackprop.training.formula_model import FormulaModel
from symbackprop.training.history import History
from symbackprop.training.trainer import Trainer

TITLE = "Handwritten digits: a convolutional net, trained"
COVERS = ("S23",)
SHOWS = "kernels, ReLU, max pooling and a softmax, derived and checked; 98 % of the digits held out are read right"

FORMULA = """
input x[N,8,8]
param K[F,3,3], b[F], W[10,F,4,4], c[10]
index i < 8, j < 8
z[n,f,i,j] = sum(r, s, K[f,r,s]*x[n, i + r - 1, j + s - 1]) + b[f]
a[n,f,i,j] = relu(z[n,f,i,j])
index u < 4, v < 4, p < 2, q < 2
m[n,f,u,v] = max(p, q, a[n, f, 2*u + p, 2*v + q])
o[n,k] = sum(f, u, v, W[k,f,u,v]*m[n,f,u,v]) + c[k]
y[n,k] = exp(o[n,k])/sum(l, exp(o[n,l]))
label t[N] < 10
C = mean(n, log(sum(l, exp(o[n,l]))) - o[n,t[n]])
"""

KERNELS, EPOCHS, BATCH, RATE, HELD_OUT = 16, 15, 32, 0.01, 1 / 4
SEED, SEEDS = 0, 3
_LEAST = 0.97
_KEYS = {"K": "0.weight", "b": "0.bias", "W": "4.weight", "c": "4.bias"}
_IN_A_ROW = 7


@dataclass(frozen=True)
class Trained:
    """A training: the trainer, what happened, and the digits that it did not see."""

    trainer: Trainer
    history: History
    X: np.ndarray
    y: np.ndarray


def model() -> FormulaModel:
    """16 kernels of 3 by 3 over 8 by 8 pixels, the largest of each 2 by 2, and ten classes."""
    return FormulaModel(sb.formula(FORMULA), {"F": KERNELS})


def in_layers() -> sb.Sequential:
    """The same net, put together of layers."""
    return sb.Sequential(
        sb.Conv2d(1, KERNELS, 3, padding=1),
        sb.ReLU(),
        sb.MaxPool2d(2),
        sb.Flatten(),
        sb.Linear(KERNELS * 4 * 4, 10),
        loss=sb.CrossEntropyLoss(),
    )


def difference(trained: Trained) -> float:
    """The largest difference between the gradients of the formula and those of the layers, at the same weights."""
    ours, layers = trained.trainer, in_layers().trainer()
    for name, key in _KEYS.items():
        layers.parameters[key][...] = ours.parameters[name].reshape(layers.parameters[key].shape)
    found, wanted = ours.gradients(trained.X, trained.y), layers.gradients(trained.X[:, None], trained.y)
    return max(float(np.abs(found[n].ravel() - wanted[k].ravel()).max()) for n, k in _KEYS.items())


@cache
def train(seed: int) -> Trained:
    """Adam on mini-batches of three quarters of the digits, the learning rate falling to zero along a cosine."""
    digits = load_digits()
    images = digits.X.reshape(-1, 8, 8) / 16
    rows, held = stratified_split(digits.y, HELD_OUT, seed)
    trainer = model().trainer(sb.Adam(lr=RATE), seed=seed)
    history = trainer.fit(
        images[rows], digits.y[rows], EPOCHS, BATCH, (images[held], digits.y[held]),
        schedule=sb.CosineAnnealingLR(T_max=EPOCHS), progress=False,
    )  # fmt: skip
    return Trained(trainer, history, images[held], digits.y[held])


def accuracy(trained: Trained) -> float:
    """The part of the digits held out that is read right."""
    return float(np.mean(trained.trainer.predict(trained.X) == trained.y))


def confusion(trained: Trained) -> np.ndarray:
    """counts[true, predicted] on the digits held out."""
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (trained.y, trained.trainer.predict(trained.X)), 1)
    return counts


def sheet() -> Sheet:
    """The network's sheet, and what the trained net reads."""
    derivation, trained = model().derive(), train(SEED)
    found = [accuracy(train(seed)) for seed in range(SEEDS)]
    if min(found) < _LEAST:
        raise AssertionError(f"only {min(found):.3f} of the digits held out are read right")
    return build(
        derivation, check=checked(derivation), history=trained.history, title=TITLE,
        extra=[_layers(trained), _outcome(trained, found), _images(trained), _kernels(trained)],
    )  # fmt: skip


def _layers(trained: Trained) -> Section:
    apart = difference(trained)
    if apart > 1e-12:
        raise AssertionError(f"the gradients of formula and layers differ by {apart}")
    text = "The same net, put together of layers; at the weights found below its gradients are these, to rounding."
    return section("In layers", Paragraph(text), Listing(getsource(in_layers)))


def _outcome(trained: Trained, found: list[float]) -> Section:
    counts, right = confusion(trained), round(accuracy(trained) * len(trained.y))
    rows = tuple(
        (str(k), *(str(n) if n else "" for n in line), f"{100 * line[k] / line.sum():.1f} %")
        for k, line in enumerate(counts)
    )
    setting = (
        "1797 digits by 13 writers, 8 × 8 pixels between 0 and 16, divided by 16; a quarter of each class is held out. "
        f"{EPOCHS} passes of Adam over mini-batches of {BATCH}, the learning rate falling from ${RATE:g}$ to 0 along a "
        f"cosine. The net has {sum(p.size for p in trained.trainer.parameters.values())} parameters."
    )
    outcome = (
        f"Of {len(trained.y)} digits held out {right} were read right, {100 * right / len(trained.y):.1f} %. With the "
        f"seeds 0 to {SEEDS - 1} for the split and the weights: "
        f"{', '.join(f'{100 * a:.1f} %' for a in found)}. What each digit (left) was taken for (top):"
    )
    header = ("", *map(str, range(10)), "right")
    return section("Trained on digits", Paragraph(setting), Paragraph(outcome),
                   Table(header, rows, numeric=tuple(range(1, 12))))  # fmt: skip


def _images(trained: Trained) -> Section:
    predicted = trained.trainer.predict(trained.X)
    right, wrong = (np.flatnonzero((predicted == trained.y) == b) for b in (True, False))
    some = sorted(right[: 2 * _IN_A_ROW], key=lambda k: int(trained.y[k]))
    series = (
        Series("read right", _ink([*some], trained.X, 0), "dots"),
        Series("misread", _ink([*wrong[:_IN_A_ROW]], trained.X, 2), "dots"),
    )
    told = ", ".join(f"{trained.y[k]} taken for {predicted[k]}" for k in wrong[:_IN_A_ROW])
    text = (
        f"Some of the digits held out, a dot for each pixel that is more dark than light: {2 * _IN_A_ROW} that were "
        f"read right, and below them {len(wrong[:_IN_A_ROW])} that were not ({told}):"
    )
    return section("Right and misread", Paragraph(text), Plot("Digits held out.", series, "", ""), level=2)


def _ink(chosen: list[int], images: np.ndarray, row: int) -> tuple[tuple[float, float], ...]:
    """The dark pixels of images side by side, from that row of images on."""
    return tuple(
        (float(10 * (place % _IN_A_ROW) + c), -float(10 * (row + place // _IN_A_ROW) + r))
        for place, k in enumerate(chosen)
        for r, c in np.argwhere(images[k] > 0.5)
    )


def _kernels(trained: Trained) -> Section:
    kernels = trained.trainer.parameters["K"]
    largest = np.argsort(-np.square(kernels).sum(axis=(1, 2)))[:4]
    rows = tuple(tuple(text_number(v, 1) for k in largest for v in kernels[k, r]) for r in range(3))
    header = tuple(f"kernel {k + 1}" if c == 1 else "" for k in range(4) for c in range(3))
    text = (
        "The four kernels of the largest norm, side by side. Nobody told them what to look for; where one side of a "
        "kernel is positive and the other negative, it answers to an edge of ink in that direction:"
    )
    return section("What the kernels look for", Paragraph(text),
                   Table(header, rows, numeric=tuple(range(12))), level=2)  # fmt: skip
