"""A layer of any formula."""

from collections.abc import Mapping
from typing import Any

from symbackprop.errors import DataError
from symbackprop.layers.table import Init, Layer, as_init, layer


@layer
def FunctionLayer(text: str, sizes: Mapping[str, int] | None = None, init: Mapping[str, Any] | None = None) -> Layer:
    """A layer of any formula: its one ``input`` is the layer's input, its last equation the output.

    ``sizes`` gives the sizes that the input does not fix, ``init`` for a param an initialiser, as in
    ``"xavier_normal"`` or ``("orthogonal", 1.4)`` (default ``xavier_uniform``; vectors start at zero). Raises
    ``DataError`` where the formula has not exactly one input, and ``ReadError`` where it cannot be read.

    >>> FunctionLayer("input x[N, D]\\nparam s[D]\\ny[n, i] = s[i]*sin(x[n, i])").keys
    {'s': 's'}
    """
    from symbackprop.notation import formula  # the parser loads SymPy; the table of layers alone does not need it

    read = formula(text)
    inputs = [t.name for t in read.tensors_by_role("input")]
    others = [t.name for t in read.declared if t.role not in ("input", "param")]
    if len(inputs) != 1 or others:
        raise DataError(
            f"FunctionLayer: a layer's formula has one input and params; this one has the inputs {inputs or 'none'}"
            + (f" and {', '.join(others)}" if others else "")
        )
    params = {t.name: len(t.shape) for t in read.tensors_by_role("param")}
    for name in init or {}:
        if name not in params:
            raise DataError(f"FunctionLayer: no param {name!r} to initialise; there are {', '.join(params) or 'none'}")
    starts: dict[str, Init] = {n: ("xavier_uniform" if rank > 1 else "zeros", None) for n, rank in params.items()}
    starts |= {n: as_init(start) for n, start in (init or {}).items()}
    arguments = {"text": text, "sizes": dict(sizes or {}), "init": dict(init or {})}
    return Layer("FunctionLayer", arguments, lambda axes: text, dict(sizes or {}), {n: n for n in params}, starts)
