"""How large a result will be, before it is computed: one row for each kind of function.

A function without a row gives at most the common shape of its arguments.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from sympy import Number

from symbackprop.claims.numpy.arrays import IndexArray
from symbackprop.claims.numpy.cells import Cell, Cells
from symbackprop.claims.numpy.source.limits import ENTRIES, EXPONENT, ROUNDS, WORK, Budget, Unread
from symbackprop.claims.numpy.source.values import SYMBOLIC, entries, held, shape_of, whole

Bound = Callable[[Sequence[Any], Mapping[str, Any]], int]
_PER_STEP = 1000  # entries of an array that count as a step


def product(shape: Any) -> int:
    """The entries of a shape as code gives it."""
    return math.prod(max(1, abs(whole(n))) for n in (shape if isinstance(shape, tuple | list) else (shape,)))


def common(args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
    """The entries of the arguments broadcast together, or of the arrays in a list."""
    if "shape" in kwargs:
        return product(kwargs["shape"])
    arrays = [shape_of(a) for a in (*args, *kwargs.values()) if isinstance(a, np.ndarray | IndexArray)]
    lists = sum(held(a) for a in (*args, *kwargs.values()) if isinstance(a, list | tuple))
    try:
        return max(math.prod(np.broadcast_shapes(*arrays)), lists)
    except ValueError:  # the function itself says what does not fit
        return max(lists, *(math.prod(s) for s in arrays))


def all_pairs(args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
    return math.prod(
        max(1, entries(a)) for a in (*args, *kwargs.values()) if isinstance(a, np.ndarray | IndexArray | list)
    )


def products(args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
    """The products of numbers in a matrix product, a tenth part of which counts."""
    first = shape_of(args[0]) if args else ()
    return all_pairs(args, kwargs) // max(1, first[-1] if first else 1) // (WORK // ENTRIES)


def cube(args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
    return math.isqrt(entries(args[0]) ** 3) // (WORK // ENTRIES) if args else 1


def summation(args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
    """The products in an ``einsum``: every letter runs through its axis."""
    if not args or not isinstance(args[0], str):
        raise Unread("np.einsum without a text of letters")
    if "..." in args[0]:
        return all_pairs(args[1:], {})
    sizes: dict[str, int] = {}
    for letters, a in zip(args[0].partition("->")[0].replace(" ", "").split(","), args[1:], strict=False):
        sizes |= {c: max(n, sizes.get(c, 1)) for c, n in zip(letters, shape_of(a), strict=False)}
    return math.prod(sizes.values()) // (WORK // ENTRIES)


def counted(at: int, *keys: str, otherwise: Any = 1) -> Bound:
    """The entries of an array times what one argument says."""

    def bound(args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
        count = args[at] if len(args) > at else next((kwargs[k] for k in keys if k in kwargs), otherwise)
        if isinstance(count, np.ndarray):
            count = int(np.abs(count).max(initial=1))
        return entries(args[0] if at and args else 1) * product(count)

    return bound


def padded(args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
    width = np.abs(np.array(args[1] if len(args) > 1 else kwargs.get("pad_width", 0))).max(initial=0)
    return math.prod(n + 2 * int(width) for n in shape_of(args[0])) if args else 1


def square(args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
    sizes = [whole(a) for a in args[:2] if isinstance(a, int | np.integer | IndexArray | Cell) and entries(a) == 1]
    return max(1, *sizes, 1) ** 2 if sizes else 1


def spread(args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
    return entries(args[0]) ** 2 if args and len(shape_of(args[0])) < 2 else common(args, kwargs)


def steps(args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
    """The numbers of an ``arange``."""
    ends = [float(x) if isinstance(x, int | float | np.number) else float(whole(x)) for x in (*args, *kwargs.values())
            if not callable(x) and hasattr(x, "__abs__")]  # fmt: skip
    gap = abs(ends[2]) if len(ends) > 2 else 1.0
    length = abs(ends[1] - ends[0]) if len(ends) > 1 else max(ends, default=1.0)
    return int(min(length / (gap or 1.0), 1e18)) if length == length else 1


BOUNDS: dict[str, Bound] = {
    **dict.fromkeys(("zeros", "ones", "empty", "full"), counted(0, "shape")),
    **dict.fromkeys(("eye", "identity", "tri"), square),
    **dict.fromkeys(("outer", "kron", "tensordot", "convolve", "correlate", "meshgrid", "cross", "take"), all_pairs),
    **dict.fromkeys(("matmul", "dot", "inner", "vdot", ".dot"), products),
    **dict.fromkeys(("linalg.inv", "linalg.det", "linalg.solve", "linalg.slogdet", "linalg.pinv"), cube),
    **dict.fromkeys(("tile", "repeat"), counted(1, "reps", "repeats")),
    **dict.fromkeys(("diag", "diagflat"), spread),
    "linspace": counted(2, "num", otherwise=50),
    "broadcast_to": lambda args, kwargs: product(args[1] if len(args) > 1 else kwargs["shape"]),
    "arange": steps,
    "einsum": summation,
    "pad": padded,
}


def bound(name: str, args: Sequence[Any], kwargs: Mapping[str, Any], budget: Budget) -> None:
    """Raises ``Unread`` where a function's result, or the work for it, would be too large."""
    row = BOUNDS.get(name) or (all_pairs if name.endswith(".outer") else common)
    size = row(args, kwargs)
    if size > ENTRIES:
        raise Unread(f"an array of {size} entries")
    budget.spend(size // _PER_STEP)
    if name in ("prod", "cumprod") and isinstance(args[0], SYMBOLIC) and entries(args[0]) > ROUNDS:
        raise Unread(f"a product of more than {ROUNDS} factors")
    if name in ("power", "float_power", "linalg.matrix_power") and len(args) > 1:
        exponent(args[0], args[1], is_exact=name == "linalg.matrix_power")


def chosen(array: Any, key: Any) -> None:
    """Raises ``Unread`` where indexing by arrays would give too many entries."""
    parts = [k for k in (key if isinstance(key, tuple) else (key,)) if isinstance(k, np.ndarray | list)]
    if (
        parts
        and common([np.asarray(p, dtype=object) if isinstance(p, list) else p for p in parts], {}) * entries(array)
        > WORK
    ):
        raise Unread("an array of that many chosen entries")


def exponent(base: Any, power: Any, is_exact: bool = False) -> None:
    """Raises ``Unread`` for exact powers with exponents that only serve to fill the memory."""
    if is_exact or isinstance(base, SYMBOLIC) or isinstance(power, SYMBOLIC):
        for p in _numbers(power):
            if not -EXPONENT <= p <= EXPONENT:
                raise Unread(f"an exponent beyond {EXPONENT}")


def _numbers(value: Any) -> list[Any]:
    """The known numbers in an exponent."""
    if isinstance(value, IndexArray | Cell):
        return [value.expr] if isinstance(value.expr, Number) else []
    if isinstance(value, Cells | list | tuple):
        return [n for v in (value.flat if isinstance(value, Cells) else value) for n in _numbers(v)]
    if isinstance(value, np.ndarray):
        return [float(np.abs(value).max(initial=0))]
    return [value] if isinstance(value, int | float | np.number) else []
