"""Entry by entry: NumPy object arrays whose elements hold one expression each.

Where whole arrays have no reading (a reshape that merges axes, strides, repeats), NumPy itself can move the entries
about, at integer sizes: slices, ``np.add.at``, ``kron`` and loops are then its own. What is proved so is proved for
those sizes.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
from sympy import Add, Expr, Integer, Number, oo

from symbackprop.claims.numpy.constants import exact
from symbackprop.claims.numpy.functions import ONE_ARGUMENT, TRUTHS, TWO_ARGUMENTS
from symbackprop.claims.numpy.scalars import divided, negation, raised
from symbackprop.claims.numpy.trace import NotLifted, current
from symbackprop.indices import ArgMax, Index, MaxOver
from symbackprop.terms import Delta, Entry, Less, LessEqual, Maximum, Minimum, Where

_HEAVY = 10
_FOLDS: dict[str, Callable[[Expr, Expr], Expr]] = {
    "maximum": Maximum,
    "minimum": Minimum,
    "logical_or": lambda a, b: a + b - a * b,
    "logical_and": lambda a, b: a * b,
}
_FUNCTIONS: dict[str, Callable[..., Expr]] = {
    **ONE_ARGUMENT, **TWO_ARGUMENTS, **TRUTHS, "logical_not": negation, "invert": negation,
    "equal": lambda a, b: equal(a, b), "not_equal": lambda a, b: 1 - equal(a, b),
}  # fmt: skip
_FUNCTIONS.pop("conj")


def equal(a: Expr, b: Expr) -> Expr:
    """[a == b]; whether an entry is the maximum of a line is whether its place is the maximum's.

    Only inputs' entries and numbers are lines of that kind: what a ReLU makes may tie on an open set.
    """
    for most, x in ((a, b), (b, a)):
        if most in current().maxima:
            i, body, line = current().maxima[most]
            if x in line:
                return Add(*(Delta(ArgMax(body, i), k) for k, entry in enumerate(line) if entry == x))
    return Delta(a, b)


class Cell:
    """One number that depends on the data; NumPy takes it for an opaque object."""

    __slots__ = ("expr", "is_truth", "weight")

    def __init__(self, expr: Expr, weight: int = 1, is_truth: bool = False) -> None:
        if weight >= _HEAVY and not isinstance(expr, Number | Entry):
            expr, weight = current().named(expr, ()), 1
        self.expr, self.weight, self.is_truth = expr, weight, is_truth

    def __getattr__(self, name: str) -> Any:  # np.exp(x) asks an object for x.exp()
        if name in ONE_ARGUMENT:
            return lambda: combined(ONE_ARGUMENT[name], self)
        raise AttributeError(name)

    def conjugate(self) -> "Cell":
        return self

    @property
    def real(self) -> "Cell":
        return self

    def __add__(self, other: Any) -> Any:
        return _binary(lambda a, b: a + b, self, other)

    def __sub__(self, other: Any) -> Any:
        return _binary(lambda a, b: a - b, self, other)

    def __rsub__(self, other: Any) -> Any:
        return _binary(lambda a, b: b - a, self, other)

    def __mul__(self, other: Any) -> Any:
        return _binary(lambda a, b: a * b, self, other)

    def __truediv__(self, other: Any) -> Any:
        return _binary(divided, self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _binary(lambda a, b: divided(b, a), self, other)

    def __pow__(self, other: Any) -> Any:
        return _binary(raised, self, other)

    def __rpow__(self, other: Any) -> Any:
        return _binary(lambda a, b: raised(b, a), self, other)

    def __neg__(self) -> "Cell":
        return Cell(-self.expr, self.weight)

    def __abs__(self) -> "Cell":
        return combined(ONE_ARGUMENT["abs"], self)

    def __lt__(self, other: Any) -> Any:
        return _binary(Less, self, other, True)

    def __le__(self, other: Any) -> Any:
        return _binary(LessEqual, self, other, True)

    def __gt__(self, other: Any) -> Any:
        return _binary(lambda a, b: Less(b, a), self, other, True)

    def __ge__(self, other: Any) -> Any:
        return _binary(lambda a, b: LessEqual(b, a), self, other, True)

    def __eq__(self, other: Any) -> Any:
        return _binary(equal, self, other, True)

    def __ne__(self, other: Any) -> Any:
        return _binary(lambda a, b: 1 - equal(a, b), self, other, True)

    __hash__ = None  # type: ignore[assignment]
    __radd__, __rmul__ = __add__, __mul__

    def __bool__(self) -> bool:
        return current().decide(self.expr)

    def __int__(self) -> int:
        if self.is_truth:
            return int(bool(self))
        if isinstance(self.expr, Integer):
            return int(self.expr)
        raise NotLifted("a whole number that depends on the data")

    __index__ = __int__

    def __float__(self) -> float:
        raise NotLifted("float() of a value that depends on the data")


def _binary(f: Callable[..., Expr], a: Cell, b: Any, is_truth: bool = False) -> Any:
    if isinstance(b, np.ndarray) and b.ndim:
        return NotImplemented
    return combined(f, a, b, is_truth=is_truth)


def expr_of(value: Any) -> Expr:
    """The expression of an element: a cell's, or an exact number."""
    if isinstance(value, Cell):
        return value.expr
    if isinstance(value, np.ndarray):
        return expr_of(value[()])
    return exact(value)


def combined(f: Callable[..., Expr], *values: Any, is_truth: bool = False) -> Cell:
    """The function of elements."""
    weight = 1 + sum(v.weight for v in values if isinstance(v, Cell) and not isinstance(v.expr, Number))
    return Cell(f(*map(expr_of, values)), weight, is_truth)


class Cells(np.ndarray):
    """An object array of cells; what would compare or decide entry by entry is done on the expressions."""

    mask: Any = None

    def __array_finalize__(self, source: Any) -> None:
        self.mask = getattr(source, "mask", None) if np.shape(source) == self.shape else None

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **kwargs: Any) -> Any:
        plain = [_plain(x) for x in inputs]
        name = ufunc.__name__
        kwargs.pop("dtype", None)
        if method == "__call__" and name in _FUNCTIONS and not kwargs:
            result = entrywise(_FUNCTIONS[name], *plain, is_truth=name in TRUTHS or name in ("logical_not", "invert"))
        elif method == "reduce" and name in _FOLDS:
            result = folded(name, plain[0], **kwargs)
        else:
            result = getattr(ufunc, method)(*plain, **kwargs)
        if out:
            _plain(out[0])[...] = result
            return out[0]
        result = wrapped(result)
        if isinstance(result, Cells):
            masks = [x.mask for x in inputs if isinstance(x, Cells) and x.mask is not None]
            result.mask = masks[0] if masks else None
        return result

    def max(self, axis: Any = None, out: Any = None, keepdims: bool = False, **_: Any) -> Any:  # type: ignore[override]
        return wrapped(folded("maximum", _plain(self), axis=axis, keepdims=keepdims))

    def min(self, axis: Any = None, out: Any = None, keepdims: bool = False, **_: Any) -> Any:  # type: ignore[override]
        return wrapped(folded("minimum", _plain(self), axis=axis, keepdims=keepdims))

    def clip(self, min: Any = None, max: Any = None, **_: Any) -> Any:  # type: ignore[override]
        result = self if min is None else np.maximum(self, min)
        return result if max is None else np.minimum(result, max)

    def argmax(self, *_: Any, **__: Any) -> Any:
        raise NotLifted("argmax entry by entry")

    argmin = argsort = sort = argmax

    def astype(self, dtype: Any = None, *_: Any, **__: Any) -> Any:
        return self

    def __getitem__(self, key: Any) -> Any:
        if is_mask(key) and key.shape == self.shape:
            chosen = self.copy()
            chosen.mask = key
            return chosen
        return super().__getitem__(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        if not is_mask(key):
            super().__setitem__(key, value)
            return
        if getattr(value, "mask", None) is None and np.ndim(value):
            raise NotLifted("values assigned through a mask")
        key = key.reshape(key.shape + (1,) * (self.ndim - key.ndim))
        super().__setitem__(..., entrywise(Where, _plain(key), _plain(value), _plain(self)))


def is_mask(key: Any) -> bool:
    """Whether an index array is the outcome of a comparison of cells."""
    return isinstance(key, Cells) and key.size > 0 and isinstance(key.flat[0], Cell) and key.flat[0].is_truth


def _plain(x: Any) -> Any:
    return x.view(np.ndarray) if isinstance(x, Cells) else x


def wrapped(result: Any) -> Any:
    """Object arrays as ``Cells``."""
    if isinstance(result, np.ndarray) and result.dtype == object and not isinstance(result, Cells):
        return result.view(Cells)
    return result


def entrywise(f: Callable[..., Expr], *operands: Any, is_truth: bool = False) -> Any:
    """The function on broadcast object arrays."""
    return np.frompyfunc(lambda *v: combined(f, *v, is_truth=is_truth), len(operands), 1)(*operands)


def folded(name: str, array: Any, axis: Any = 0, keepdims: bool = False, **_: Any) -> Any:
    """``np.maximum.reduce`` and the like; the maximum is one term, which cancels as such."""
    chosen = range(array.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = sorted(k % array.ndim for k in chosen)
    last = np.moveaxis(array, axes, range(array.ndim - len(axes), array.ndim))
    lines = last.reshape(*last.shape[: array.ndim - len(axes)], -1)
    result = np.apply_along_axis(lambda line: _folded(name, line), -1, lines)
    return np.expand_dims(result, axes) if keepdims else result


def _folded(name: str, line: Any) -> Any:
    result = np.empty((), dtype=object)
    if name in ("maximum", "minimum") and len(line) > 1:
        result[()] = _most(1 if name == "maximum" else -1, [expr_of(x) for x in line])
    else:
        result[()] = reduce(lambda a, b: combined(_FOLDS[name], a, b), line)
    return result


def _most(sign: int, line: list[Expr]) -> Cell:
    """The largest entry, or the smallest; an infinite one that is never attained counts for nothing."""
    line = [x for x in line if x != -sign * oo] or line[:1]
    i = Index("i", len(line))
    body = Add(*(sign * Delta(i, k) * x for k, x in enumerate(line)))
    result = Cell(sign * MaxOver(body, i) if len(line) > 1 else line[0], len(line))
    trace = current()
    if len(line) > 1 and all(x.is_number or (isinstance(x, Entry) and x.name in trace.inputs) for x in line):
        trace.maxima[result.expr] = (i, body, line)
    return result


def input_cells(name: str, shape: tuple[int, ...]) -> Any:
    """The input's entries."""
    array = np.empty(shape, dtype=object)
    for where in np.ndindex(*shape):
        array[where] = Cell(Entry(name, *map(Integer, where)))
    return array.view(Cells) if shape else array[()]
