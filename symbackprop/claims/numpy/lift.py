"""Running a person's function on index arrays, every path through its decisions on data included.

An ``if`` on data is run both ways; the results are joined by a choice on the condition. At most ``MOST_PATHS`` paths
are followed.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Add, Expr, Integer, Mul

from symbackprop.claims.numpy import cell_facade, facade
from symbackprop.claims.numpy.arrays import IndexArray, lifted
from symbackprop.claims.numpy.axes import Shape, axis_index, show
from symbackprop.claims.numpy.cells import Cell, expr_of, input_cells
from symbackprop.claims.numpy.trace import MOST_PATHS, NotLifted, Trace, tracing
from symbackprop.terms import Delta, Entry, Where


def input_array(name: str, shape: Shape) -> IndexArray:
    """The array whose entries are the input's."""
    return IndexArray(Entry(name, *(axis_index(shape, k) for k in range(len(shape)))), shape)


@dataclass(frozen=True)
class Style:
    """A way to run the code: what inputs are, what stands in for its globals, what its results are as index arrays."""

    an_input: Callable[[str, Shape], Any]
    rebuilder: Callable[[], facade.Rebuilder]
    result: Callable[[Any], IndexArray]


def from_cells(value: Any) -> IndexArray:
    """An object array as one expression: a sum over its entries, each under its place's deltas."""
    array = np.asarray(value, dtype=object) if not isinstance(value, Cell) else None
    if array is None or not array.ndim:
        return IndexArray(expr_of(value), ())
    shape = tuple(Integer(n) for n in array.shape)
    return IndexArray(placed(shape, {where: expr_of(array[where]) for where in np.ndindex(*array.shape)}), shape)


def placed(shape: Shape, entries: Mapping[Any, Expr]) -> Expr:
    """Entries as one expression over the axes' indices, each under its place's deltas."""
    at = [axis_index(shape, k) for k in range(len(shape))]
    return Add(*(Mul(*(Delta(i, k) for i, k in zip(at, where, strict=True)), e) for where, e in entries.items()))


def _cells(name: str, shape: Shape) -> Any:
    return input_cells(name, tuple(int(n) for n in shape))


def _cell_rebuilder() -> facade.Rebuilder:
    return facade.Rebuilder(cell_facade.under_cell_facade, cell_facade.REPLACED)


WHOLE = Style(input_array, facade.Rebuilder, lifted)
ENTRYWISE = Style(_cells, _cell_rebuilder, from_cells)


def call(function: Callable[..., Any], first: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """``function(*first, **named)``, names left out that the function does not take."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return function(*first, **named)
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return function(*first, **named)
    free = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)][len(first) :]
    return function(*first, **{n: named[n] for n in free if n in named})


def lift(
    function: Callable[..., Any],
    trace: Trace,
    first: Sequence[str] = (),
    style: Style = WHOLE,
    instead: Mapping[str, IndexArray] | None = None,
) -> Any:
    """What the function returns, as index arrays. ``first``: inputs handed over by position, the rest by name;
    ``instead``: what some inputs are replaced by.

    Raises ``NotLifted`` with what has no reading.
    """
    code = style.rebuilder().program(function)
    count = 0

    def run(prefix: tuple[bool, ...]) -> Any:
        nonlocal count
        count += 1
        if count > MOST_PATHS:
            raise NotLifted(f"more than {MOST_PATHS} paths through the decisions on data")
        trace.plan, trace.taken, trace.sites = prefix, [], []
        arrays = {name: style.an_input(name, shape) for name, shape in trace.inputs.items()}
        arrays |= {name: a.copy() for name, a in (instead or {}).items()}
        positional = [arrays.pop(n) for n in first]
        result = _as_arrays(call(code, positional, arrays), style)
        if len(trace.taken) <= len(prefix):
            return result
        condition = trace.taken[len(prefix)][0]
        return _joined(condition, run((*prefix, True)), run((*prefix, False)))

    with tracing(trace):
        return run(())


def _as_arrays(value: Any, style: Style) -> Any:
    if isinstance(value, tuple):
        return tuple(_as_arrays(v, style) for v in value)
    if isinstance(value, dict):
        return {k: _as_arrays(v, style) for k, v in value.items()}
    return None if value is None else style.result(value)


def _joined(condition: Expr, a: Any, b: Any) -> Any:
    """The choice between two results of the same structure."""
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        return tuple(_joined(condition, x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        return {k: _joined(condition, a[k], b[k]) for k in a}
    if a is None or b is None:
        return None
    x, y = lifted(a), lifted(b)
    if x.sizes != y.sizes:
        raise NotLifted(f"a result of shape {show(x.sizes)} or {show(y.sizes)}, by the data")
    return IndexArray(Where(condition, x.expr, y.expr), x.sizes, x.weight + y.weight)
