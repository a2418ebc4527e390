"""Running a person's function on index arrays, every path through its decisions on data included.

An ``if`` on data is run both ways; the results are joined by a choice on the condition. At most ``_MOST_PATHS`` paths
are followed.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sympy import Expr

from symbackprop.claims.numpy.arrays import IndexArray, lifted
from symbackprop.claims.numpy.axes import Shape, axis_index, show
from symbackprop.claims.numpy.facade import under_facade
from symbackprop.claims.numpy.trace import NotLifted, Trace, tracing
from symbackprop.terms import Entry, Where

_MOST_PATHS = 32


def inputs_of(trace: Trace) -> dict[str, IndexArray]:
    """Fresh arrays for the inputs: the person's code may write into them."""
    return {name: input_array(name, shape) for name, shape in trace.inputs.items()}


def input_array(name: str, shape: Shape) -> IndexArray:
    """The array whose entries are the input's."""
    return IndexArray(Entry(name, *(axis_index(shape, k) for k in range(len(shape)))), shape)


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


def lift(function: Callable[..., Any], trace: Trace, first: Sequence[str] = (), skip: Sequence[str] = ()) -> Any:
    """What the function returns, as index arrays. ``first``: inputs handed over by position, the rest by name.

    Raises ``NotLifted`` with what has no reading.
    """
    code = under_facade(function)
    count = 0

    def run(prefix: tuple[bool, ...]) -> Any:
        nonlocal count
        count += 1
        if count > _MOST_PATHS:
            raise NotLifted(f"more than {_MOST_PATHS} paths through the decisions on data")
        trace.plan, trace.taken = prefix, []
        arrays = inputs_of(trace)
        positional = [arrays.pop(n) for n in first]
        result = call(code, positional, {n: a for n, a in arrays.items() if n not in skip})
        if len(trace.taken) <= len(prefix):
            return result
        condition = trace.taken[len(prefix)][0]
        return _joined(condition, run((*prefix, True)), run((*prefix, False)))

    with tracing(trace):
        return _as_arrays(run(()))


def _as_arrays(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_as_arrays(v) for v in value)
    if isinstance(value, dict):
        return {k: _as_arrays(v) for k, v in value.items()}
    return lifted(value)


def _joined(condition: Expr, a: Any, b: Any) -> Any:
    """The choice between two results of the same structure."""
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        return tuple(_joined(condition, x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        return {k: _joined(condition, a[k], b[k]) for k in a}
    x, y = lifted(a), lifted(b)
    if x.sizes != y.sizes:
        raise NotLifted(f"a result of shape {show(x.sizes)} or {show(y.sizes)}, by the data")
    return IndexArray(Where(condition, x.expr, y.expr), x.sizes, x.weight + y.weight)
