"""What is true of a derivation, by NumPy and finite differences alone: nothing here asks the judge."""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from typing import Any

import numpy as np

from tests.latex_rows import DERIVATIONS, Derivation

SIZES = {"N": 3, "D": 4, "M": 2, "K": 5, "n": 3, "d": 2, "e": 4, "m": 4}
_STEP = 1e-5
_KEY = re.compile(r"(\w+)(?:\[([\w,]+)\])?(?: by (\w+)(?:\[([\w,]+)\])?)?$")


def sigma(u):
    return 1 / (1 + np.exp(-u))


FUNCTIONS = {"np": np, "sigma": sigma, "dsigma": lambda u: sigma(u) * (1 - sigma(u)), "range": range, "sum": sum}


@dataclass(frozen=True)
class About:
    """What a formula is about: a tensor or its entries, or a derivative of an entry by an entry."""

    name: str
    indices: tuple[str, ...] = ()
    by: str | None = None
    by_indices: tuple[str, ...] = ()

    @classmethod
    def of(cls, key: str) -> "About":
        found = _KEY.match(key)
        assert found is not None
        name, indices, by, by_indices = found.groups()
        return cls(name, _letters(indices), by, _letters(by_indices))


def _letters(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


class Point:
    """A derivation at one point: the values of all its tensors, and the derivatives by them."""

    def __init__(self, row: Derivation, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.row = row
        self.sizes = {k: SIZES[k] for shape in row.shapes.values() for k in shape}
        self.inputs = {k: _drawn(rng, row.kinds.get(k), [SIZES[s] for s in v]) for k, v in row.shapes.items()}
        self.values = self.run({})
        last = self.values[row.upstream] if row.upstream else None
        self.upstream = None if last is None else rng.normal(size=np.shape(last))

    def run(self, replaced: dict[str, Any]) -> dict[str, Any]:
        """The forward pass; what is replaced is not computed."""
        values = {k: replaced.get(k, v) for k, v in self.inputs.items()}
        for key, source in self.row.forward.items():
            name = About.of(key).name
            values[name] = replaced[name] if name in replaced else self.of(source, About.of(key).indices, values)
        return values

    def of(self, source: str, indices: tuple[str, ...], values: dict[str, Any]) -> Any:
        """The value of an expression; with indices the tensor of all its entries."""
        names = FUNCTIONS | values | self.sizes  # a tensor may bear the name of a function or a size
        code = _code(source)
        if not indices:
            # The code is compiled from the rows of this folder alone: no document's text ever gets here.
            return eval(code, dict(names))
        lengths = [self.lengths[i] for i in indices]
        entries = [eval(code, names | dict(zip(indices, at, strict=True))) for at in product(*map(range, lengths))]
        return np.array(entries, dtype=float).reshape(lengths)

    @cached_property
    def lengths(self) -> dict[str, int]:
        """The length of each index: of the axis at which it stands in a declared tensor, or of its sum."""
        found: dict[str, int] = {}
        texts = " ".join([*self.row.forward.values(), *self.row.claims.values(), *self.row.forward, *self.row.claims])
        for index, length in re.findall(r"for (\w) in range\((\w)\)", texts):
            found[index] = self.sizes[length]
        for name, indices in re.findall(r"(\w+)\[([\w,]+)\]", texts):
            shape = self.row.shapes.get(name.removeprefix("d"), ())
            found |= {i: SIZES[s] for i, s in zip(indices.split(","), shape, strict=False)}
        return found | {i: SIZES[s] for i, s in self.row.indices.items()}

    def cost(self, replaced: dict[str, Any]) -> float:
        values = self.run(replaced)
        return float(values["C"] if self.upstream is None else np.sum(self.upstream * values[self.row.upstream]))

    @cached_property
    def names(self) -> dict[str, Any]:
        """Everything that claims may name, the derivatives of the cost by all tensors included."""
        slopes = {f"d{k}": self.slope(k) for k in self.values if k != "C"}
        return FUNCTIONS | self.values | self.sizes | slopes

    def slope(self, name: str, of: str | None = None) -> Any:
        """The derivative of the cost, or of a tensor, by a tensor, by central differences."""
        x = np.asarray(self.values[name], dtype=float)
        run = self.cost if of is None else lambda r: self.run(r)[of]
        found = {}
        for at in np.ndindex(x.shape):
            step = np.zeros_like(x)
            step[at] = _STEP
            found[at] = (np.asarray(run({name: x + step})) - run({name: x - step})) / (2 * _STEP)
        shape = np.shape(found[next(iter(found))])
        return np.moveaxis(np.array(list(found.values())).reshape(x.shape + shape), range(x.ndim), range(-x.ndim, 0))

    def true(self, about: About) -> Any:
        if about.by is None:
            return np.asarray(self.names[f"d{about.name}"])
        return self.slope(about.by, about.name)

    def claimed(self, about: About, source: str) -> Any:
        """The value of a right side: a tensor of the entries that it is about."""
        return np.asarray(self.of(source, about.indices + about.by_indices, self.names), dtype=float)


def _drawn(rng: np.random.Generator, kind: str | None, shape: list[int]) -> Any:
    if kind == "binary":
        return rng.integers(2, size=shape).astype(float)
    if kind == "positive":
        return rng.uniform(0.5, 1.5, size=shape)
    drawn = rng.normal(size=shape)
    return drawn + (1 - drawn.sum()) / drawn.size if kind == "sums_to_one" else drawn


@cache
def _code(source: str) -> Any:
    return compile(source, "claim", "eval")


@cache
def points(name: str) -> tuple[Point, ...]:
    row = next(r for r in DERIVATIONS if r.name == name)
    return Point(row, 11), Point(row, 12)
