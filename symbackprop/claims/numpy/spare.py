"""Values that may have been meant instead: inputs, what the code computed, slopes of the forward pass's activations."""

from collections.abc import Iterator
from typing import Any

from sympy import Expr

from symbackprop.claims.numpy.arrays import IndexArray
from symbackprop.claims.numpy.changes import Change
from symbackprop.claims.numpy.lift import input_array
from symbackprop.claims.numpy.reading import Reading
from symbackprop.claims.numpy.trace import Site, Trace, size_one

_MOST_SPARE = 10


def other_inputs(
    reading: Reading, spare: list[IndexArray], slopes: list[IndexArray]
) -> Iterator[tuple[Change, dict[str, IndexArray]]]:
    """An input replaced wherever the code uses it: by another, or multiplied by one."""
    for name, shape in reading.trace.inputs.items():
        own = input_array(name, shape)
        for other in spare:
            if other.sizes == shape and other.expr != own.expr:
                yield Change("wrong_variable", frozenset(), _same), {name: other}
        for kind, others in (("missing_activation_derivative", slopes), ("factor", spare)):
            for other in others:
                if other.ndim and other.sizes == shape[len(shape) - other.ndim :]:
                    yield Change(kind, frozenset(), _same), {name: own * other}


def spare_values(reading: Reading, trace: Trace) -> list[IndexArray]:
    """Values that may have been meant: inputs, and what the code computed by functions."""
    inputs = [input_array(n, s) for n, s in reading.trace.inputs.items() if n not in reading.trace.labels]
    named = ("exp", "tanh", "log", "sqrt", "matmul", "dot", "add", "divide")
    results = [s.result for s in (*reading.forward_sites, *trace.sites) if s.name in named]
    scalars = [a.reshape(()) for a in inputs if all(size_one(n) for n in a.sizes)]
    found: dict[tuple, IndexArray] = {}
    for a in (*scalars, *inputs, *results):
        if isinstance(a, IndexArray):
            found.setdefault((a.expr, a.sizes), a)
    return list(found.values())[: len(inputs) + _MOST_SPARE]


def slopes_of(reading: Reading) -> list[IndexArray]:
    """The derivatives of the forward pass's activations, as a hand writes them."""
    found: dict[Expr, IndexArray] = {}
    for s in reading.forward_sites:
        y = s.result
        if not isinstance(y, IndexArray) or not y.ndim:
            continue
        if s.name == "tanh":
            found[y.expr] = 1 - y * y
        elif s.name in ("divide", "expit"):
            found[y.expr] = y * (1 - y)
        elif s.name == "maximum":
            found[y.expr] = y > 0
    return list(found.values())


def has_slopes(reading: Reading) -> bool:
    return any(s.name in ("tanh", "expit", "maximum", "divide") for s in reading.forward_sites)


def key_of(site: Site) -> tuple:
    """What a site does, to be found again in the forward pass."""
    value = site.result
    return (site.name, value.expr, value.sizes) if isinstance(value, IndexArray) else (site.name, id(value))


def _same(f: Any, *args: Any, **kwargs: Any) -> Any:
    return f(*args, **kwargs)
