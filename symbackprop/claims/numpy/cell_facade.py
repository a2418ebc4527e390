"""The stand-in for ``np`` over arrays of cells: NumPy's own functions, save those that make arrays or need numbers."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import Add, Expr, Integer

from symbackprop.claims.numpy.cells import Cell, Cells, combined, entrywise, expr_of, wrapped
from symbackprop.claims.numpy.constants import exact
from symbackprop.claims.numpy.functions import ONE_ARGUMENT
from symbackprop.claims.numpy.trace import NotLifted
from symbackprop.functions import apply
from symbackprop.indices import Index
from symbackprop.matrix_terms import Determinant, Inverse
from symbackprop.terms import Delta, Where

ROWS: dict[str, Callable[..., Any]] = {}
_KEPT = ("dtype", "order", "casting", "subok", "like", "copy", "optimize")


def row(name: str) -> Any:
    """Registers a function under NumPy's name for it."""

    def register(f: Any) -> Any:
        ROWS[name] = f
        return f

    return register


def _made(name: str) -> None:
    def make(*args: Any, dtype: Any = None, **kwargs: Any) -> Any:
        return getattr(np, name)(*args, **kwargs).astype(object).view(Cells)

    ROWS[name] = make


for _name in ("zeros", "ones", "eye", "identity", "full", "tri"):
    _made(_name)
ROWS["empty"] = ROWS["zeros"]
for _name, _value in (("zeros_like", 0), ("ones_like", 1), ("empty_like", 0)):
    ROWS[_name] = lambda a, _value=_value, **_: ROWS["full"](np.shape(a), _value)
ROWS["full_like"] = lambda a, value, **_: np.full(np.shape(a), value, dtype=object).view(Cells)


@row("array")
def array(value: Any, *_: Any, **__: Any) -> Any:
    if isinstance(value, Cells):
        return value.copy()
    plain = np.array(value)
    if plain.dtype == object:
        return plain.view(Cells)
    return plain if plain.dtype.kind in "iub" else plain.astype(object).view(Cells)


ROWS["asarray"] = ROWS["ascontiguousarray"] = array


@row("where")
def where(condition: Any, a: Any, b: Any) -> Any:
    return wrapped(entrywise(Where, *(np.asarray(x).view(np.ndarray) for x in (condition, a, b))))


@row("clip")
def clip(a: Any, low: Any = None, high: Any = None, **_: Any) -> Any:
    result = a if low is None else np.maximum(array(a), low)
    return result if high is None else np.minimum(result, high)


@row("linalg.inv")
def inv(m: Any) -> Any:
    body, i, j = _matrix(m)
    result = np.empty(np.shape(m), dtype=object)
    for r, c in np.ndindex(*result.shape):
        result[r, c] = Cell(Inverse(body, i, j, Integer(r), Integer(c)), 2)
    return result.view(Cells)


@row("linalg.det")
def det(m: Any) -> Cell:
    body, i, j = _matrix(m)
    return Cell(Determinant(body, i, j), 2)


def _matrix(m: Any) -> tuple[Expr, Index, Index]:
    if np.ndim(m) != 2 or np.shape(m)[0] != np.shape(m)[1]:
        raise NotLifted(f"a square matrix is wanted, not shape {np.shape(m)}")
    i, j = (Index(c, exact(np.shape(m)[0])) for c in "ij")
    terms = [Delta(i, r) * Delta(j, c) * expr_of(np.asarray(m)[r, c]) for r, c in np.ndindex(*np.shape(m))]
    return Add(*terms), i, j


@row("linalg.solve")
def solve(a: Any, b: Any) -> Any:
    return inv(a) @ b


@row("linalg.slogdet")
def slogdet(m: Any) -> tuple[Any, Any]:
    value = det(m)
    return combined(ONE_ARGUMENT["sign"], value), combined(lambda x: apply("log", apply("abs", x)), value)


@row("linalg.norm")
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if ord not in (None, 2, "fro") or (ord == 2 and axis is None and np.ndim(x) > 1):
        raise NotLifted(f"the norm of order {ord}")
    return np.sqrt(np.sum(array(x) ** 2, axis=axis, keepdims=keepdims))


class CellFacade:
    """Stands for ``np`` (or one of its parts): results of floats become exact."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix

    def __getattr__(self, name: str) -> Any:
        full = self._prefix + name
        if full == "linalg":
            return CellFacade("linalg.")
        if full == "pi":
            return Cell(exact(math.pi))
        if full in ("float64", "float32"):
            return lambda x=0.0: x
        if full in ROWS:
            return ROWS[full]
        if self._prefix or name == "random":
            raise NotLifted(f"np.{full}")
        plain = getattr(np, name)
        return _Passed(plain) if callable(plain) and not isinstance(plain, type) else plain


class _Passed:
    """NumPy's function with cells made arrays first, so that it does not look into them."""

    def __init__(self, plain: Any) -> None:
        self.plain = plain

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        kept = {k: v for k, v in kwargs.items() if k not in _KEPT}
        return _scalar(wrapped(self.plain(*(_prepared(a) for a in args), **kept)))

    def __getattr__(self, name: str) -> Any:
        return _Passed(getattr(self.plain, name))


def _prepared(x: Any) -> Any:
    if isinstance(x, Cell) or (isinstance(x, float) and not isinstance(x, bool)):
        scalar = np.empty((), dtype=object)
        scalar[()] = x if isinstance(x, Cell) else Cell(exact(x))
        return scalar.view(Cells)
    return x


def _scalar(x: Any) -> Any:
    return x[()] if isinstance(x, Cells) and not x.ndim else x


def under_cell_facade(value: Any) -> Any:
    """What a global stands for; the value itself where it needs no stand-in."""
    if value is np:
        return CellFacade()
    if value is np.linalg:
        return CellFacade("linalg.")
    if value is math:
        return _MathFacade()
    if isinstance(value, np.ufunc):
        return _Passed(value)
    module, name = getattr(value, "__module__", None), getattr(value, "__name__", "")
    if callable(value) and isinstance(module, str) and not isinstance(value, type) and module.startswith("numpy"):
        is_linalg = getattr(np.linalg, name, None) is value
        return getattr(CellFacade("linalg.") if is_linalg else CellFacade(), name)
    return value


class _MathFacade:
    """Stands for ``math``."""

    inf, e = math.inf, math.e

    def __getattr__(self, name: str) -> Any:
        if name == "pi":
            return Cell(exact(math.pi))
        if name in ONE_ARGUMENT:
            return lambda x: combined(ONE_ARGUMENT[name], x)
        return getattr(math, name)


def _float(x: Any = 0.0) -> Any:
    return x if isinstance(x, Cell) else float(x)


REPLACED = {float: _float, np.float64: _float, np.float32: _float}
