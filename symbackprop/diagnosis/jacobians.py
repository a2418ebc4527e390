"""Table of what is known of an equation's Jacobian by a tensor that it reads: its largest norm, and why.

Each rule takes an equation and a tensor and says how much longer an adjoint can get on its way back through it, or
None. A rule never estimates: spectral norms come from singular values, slopes from certified bounds, and both are
raised by more than their rounding.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from sympy import Add, Expr, Mul, S, Symbol

from symbackprop.diagnosis.linear import coefficients, degree, mentions
from symbackprop.diagnosis.local import Local
from symbackprop.diagnosis.slopes import function_of, numbers_of, steepest
from symbackprop.equations import Equation, Formula
from symbackprop.indices import Index, MaxOver, Total
from symbackprop.terms import Entry, Where

ROUNDING = 1 + 1e-9
_EXACT = 4_000_000  # entries of a Jacobian whose singular values are computed
_MOST = 200_000_000  # entries that are added up
_FIXED = ("param", "const")


@dataclass(frozen=True)
class Edge:
    """At most ``norm`` times as long comes back as went in; ``why`` names the factor.

    ``mixes``: samples of the batch act on one another, so that the norm is that of the whole batch.
    """

    norm: float
    why: str
    mixes: bool = False


@dataclass(frozen=True)
class Point:
    """A formula with all its forward values: ``arrays`` by tensor, ``sizes`` by name, ``batch`` how many samples."""

    formula: Formula
    arrays: Mapping[str, np.ndarray]
    sizes: Mapping[str, int]
    batch: Expr

    def role(self, name: str) -> str:
        return self.formula.tensors[name].role


Rule = Callable[[Point, Equation, str], Edge | None]
RULES: list[Rule] = []


def edge(point: Point, equation: Equation, name: str) -> Edge | None:
    """The largest norm of the equation's Jacobian by the tensor, by the first rule that knows it."""
    if not _keeps_samples(point, equation, name):
        return None
    found = next((e for rule in RULES if (e := rule(point, equation, name)) is not None), None)
    if found is None or not math.isfinite(found.norm):
        return None
    return Edge(found.norm * ROUNDING, found.why, found.mixes)


def _keeps_samples(point: Point, equation: Equation, name: str) -> bool:
    """Whether each sample depends on its own entries alone: the first slot is the batch, everywhere."""
    batch = equation.slots[0] if equation.slots else None
    read = [e for e in equation.rhs.atoms(Entry) if e.name == name]
    is_batch = isinstance(batch, Index) and batch.size == point.batch
    return is_batch and all(e.slots and e.slots[0] == batch for e in read)


def _rule(function: Rule) -> Rule:
    RULES.append(function)
    return function


@_rule
def weights(point: Point, equation: Equation, name: str) -> Edge | None:
    """Σ W[j,i] x[..., i] + b: the spectral norm of W, whatever b and the axes in front are."""
    terms = [t for t in Add.make_args(equation.rhs) if mentions(t, name)]
    if len(terms) != 1 or not isinstance(terms[0], Total) or degree(terms[0], name) != 1:
        return None
    factors = {e for e in Mul.make_args(terms[0].body) if isinstance(e, Entry)}
    if len(factors) != 2 or Mul(*factors) != terms[0].body:
        return None
    x, w = sorted(factors, key=lambda e: e.name != name)
    *lead, last = equation.slots
    if x.slots != (*lead, terms[0].index) or set(w.slots) != {last, terms[0].index} or len(w.slots) != 2:
        return None
    return Edge(_largest_singular(point.arrays[w.name]), w.name) if point.role(w.name) in _FIXED else None


@_rule
def diagonal(point: Point, equation: Equation, name: str) -> Edge | None:
    """c x[same place] + ...: the largest |c|; an entry of a mask is taken as 1."""
    read = {e for e in equation.rhs.atoms(Entry) if e.name == name}
    if degree(equation.rhs, name) != 1 or read != {Entry(name, *equation.slots)}:
        return None
    by = coefficients(equation.rhs, name)
    terms = [t for t in Add.make_args(equation.rhs) if mentions(t, name)]
    if not all(point.role(n) in (*_FIXED, "mask") for n in by):
        return None
    if not by:
        coefficient = equation.rhs.diff(Entry(name, *equation.slots))
        if coefficient.is_number:
            return Edge(abs(float(coefficient)), "" if abs(coefficient) == 1 else f"|{coefficient}|")
    masks = {n for n in by if point.role(n) == "mask"}
    if masks and not (len(terms) == 1 and _are_factors(terms[0], masks)):
        return None
    full = {n: np.ones_like(a) if n in masks else a for n, a in point.arrays.items()}
    ones = np.ones(point.arrays[equation.name].shape)
    largest = np.abs(Local(point.formula, equation, name).pull_back(full, ones, point.sizes)).max(initial=0.0)
    return Edge(float(largest), ", ".join(sorted(by)) or "scale")


def _are_factors(term: Expr, names: set[str]) -> bool:
    """Whether the tensors are read as plain factors of the term and nowhere else in it."""
    rest = [f for f in Mul.make_args(term) if not (isinstance(f, Entry) and f.name in names)]
    return not any(mentions(f, n) for f in rest for n in names)


@_rule
def activation(point: Point, equation: Equation, name: str) -> Edge | None:
    """f(x) on every entry: the certified bound of |f'|."""
    function = function_of(equation, name, numbers_of(equation, _fixed_arrays(point)))
    largest = None if function is None else steepest(function)
    return None if largest is None else Edge(largest, "|f'|")


def _fixed_arrays(point: Point) -> dict[str, np.ndarray]:
    return {n: a for n, a in point.arrays.items() if n in point.formula.tensors and point.role(n) in _FIXED}


@_rule
def affine(point: Point, equation: Equation, name: str) -> Edge | None:
    """Any other linear map with fixed coefficients, as a convolution: its Jacobian for one sample is written out."""
    if degree(equation.rhs, name) != 1:
        return None
    if not all(point.role(n) in _FIXED for n in coefficients(equation.rhs, name)):
        return None
    found = _norm(point, equation, name)
    return None if found is None else Edge(found, ", ".join(sorted(coefficients(equation.rhs, name))) or "linear map")


@_rule
def largest_of_window(point: Point, equation: Equation, name: str) -> Edge | None:
    """max over windows of x: a row passes its adjoint to one entry, an entry gets it from the windows it is in.

    The Jacobian is at most, entry by entry, that of the sum over the window; its rows have one entry, 1. Its norm is
    at most √(largest row sum · largest column sum).
    """
    opened, bound = equation.rhs, []
    while isinstance(opened, MaxOver):
        opened, index = opened.open()
        bound.append(index)
    opened = _inside_edges(opened)
    if not bound or not isinstance(opened, Entry) or opened.name != name:
        return None
    summed = opened
    for index in reversed(bound):
        summed = Total(summed, index)
    sums = _sums(point, Equation(equation.name, equation.slots, summed), name)
    return None if sums is None else Edge(math.sqrt(sums[1]), "windows")


def _inside_edges(expr: Expr) -> Expr:
    """What is read inside of the axes, where beyond them is nothing: -inf."""
    while isinstance(expr, Where) and not expr.args[0].atoms(Entry) and S.NegativeInfinity in expr.args[1:]:
        (expr,) = [a for a in expr.args[1:] if a != S.NegativeInfinity]
    return expr


def _largest_singular(matrix: np.ndarray) -> float:
    return float(np.linalg.norm(np.asarray(matrix, dtype=float), 2)) if np.isfinite(matrix).all() else math.inf


def _norm(point: Point, equation: Equation, name: str) -> float | None:
    """The spectral norm of the Jacobian for one sample, or √(‖J‖₁ ‖J‖∞) where it is large."""
    shape = _shapes(point, equation, name)
    if shape is None:
        return None
    if math.prod(shape[0]) * math.prod(shape[1]) <= _EXACT:
        return _largest_singular(np.concatenate(list(_rows(point, equation, name, *shape))))
    sums = _sums(point, equation, name)
    return None if sums is None else math.sqrt(sums[0] * sums[1])


def _sums(point: Point, equation: Equation, name: str) -> tuple[float, float] | None:
    """The largest sum of absolute values in a row and in a column of the Jacobian for one sample."""
    shape = _shapes(point, equation, name)
    if shape is None or math.prod(shape[0]) * math.prod(shape[1]) > _MOST:
        return None
    row, columns = 0.0, np.zeros(math.prod(shape[1]))
    for part in _rows(point, equation, name, *shape):
        row = max(row, float(np.abs(part).sum(axis=1).max(initial=0.0)))
        columns += np.abs(part).sum(axis=0)
    return row, float(columns.max(initial=0.0))


def _shapes(point: Point, equation: Equation, name: str) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Shapes of what goes out and comes in for one sample; None where the batch's size stands in the equation."""
    batch = equation.slots[0].size
    if not isinstance(batch, Symbol) or _uses(equation.rhs, batch, equation.slots[0]):
        return None
    return point.arrays[equation.name].shape[1:], point.arrays[name].shape[1:]


def _uses(expr: Expr, size: Symbol, but: Index) -> bool:
    sizes = {s for i in expr.atoms(Index) if i != but for s in i.size.free_symbols}
    return size in sizes or size in expr.atoms(Symbol)


def _rows(
    point: Point, equation: Equation, name: str, out: tuple[int, ...], into: tuple[int, ...]
) -> Iterator[np.ndarray]:
    """The rows of the Jacobian: each a sample whose upstream is a row of the identity."""
    local, count, width = Local(point.formula, equation, name), math.prod(out), math.prod(into)
    others = {n: point.arrays[n] for n in equation.reads if point.role(n) in _FIXED}
    step = max(1, min(count, _EXACT // max(1, width)))
    for k in range(0, count, step):
        part = min(step, count - k)
        upstream = np.zeros((part, count))
        upstream[np.arange(part), k + np.arange(part)] = 1.0
        rest = {n: np.zeros((part, *point.arrays[n].shape[1:])) for n in equation.reads if n not in others}
        sizes = {s: v for s, v in point.sizes.items() if s != str(equation.slots[0].size)}
        pulled = local.pull_back({**others, **rest}, upstream.reshape(part, *out), sizes)
        yield pulled.reshape(part, width)
