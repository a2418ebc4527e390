"""An array whose entries are one index expression, with NumPy's operators.

What NumPy does with numbers these arrays do with the expression: ``A @ B`` is a sum over a shared index. Functions
(``np.exp`` and the like) are in ``functions``; an array asks there by NumPy's own protocols, so that code is lifted
even where its ``np`` could not be replaced.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import Expr, Integer, Number

from symbackprop.claims.numpy.axes import Shape, broadcast, indices, show
from symbackprop.claims.numpy.constants import exact
from symbackprop.claims.numpy.scalars import negation, sympy_floor
from symbackprop.claims.numpy.trace import NotLifted, current
from symbackprop.terms import Delta, Entry, NotEqual

HEAVY = 14  # an expression of that many operations gets a name

# NumPy's functions by dotted name, filled by the modules that define them.
TABLE: dict[str, Callable[..., Any]] = {}
METHODS = (
    "sum mean max min prod dot argmax argmin cumsum var std any all clip trace diagonal reshape ravel flatten squeeze "
    "swapaxes transpose astype repeat take conj round"
).split()


class IndexArray:
    """``expr`` over the indices that ``axes.indices(shape)`` names. ``is_truth``: made by a comparison."""

    __array_priority__ = 1000.0

    def __init__(self, expr: Expr, shape: Shape, weight: int = 1, is_truth: bool = False) -> None:
        if weight >= HEAVY and not isinstance(expr, Number | Entry):
            expr, weight = current().named(expr, indices(shape)), 1
        self.expr, self._shape, self.weight, self.is_truth = expr, shape, weight, is_truth
        self.mask: IndexArray | None = None  # set where these are the entries chosen by a mask

    # What NumPy arrays tell about themselves -----------------------------------------------------------------

    @property
    def shape(self) -> tuple[Any, ...]:
        return tuple(int(n) if isinstance(n, Integer) else IndexArray(n, ()) for n in self._shape)

    @property
    def sizes(self) -> Shape:
        """The shape as size expressions."""
        return self._shape

    @property
    def ndim(self) -> int:
        return len(self._shape)

    @property
    def size(self) -> Any:
        product: Expr = Integer(1)
        for n in self._shape:
            product *= n
        return int(product) if isinstance(product, Integer) else IndexArray(product, ())

    @property
    def dtype(self) -> Any:
        return np.dtype(bool if self.is_truth else float)

    @property
    def T(self) -> "IndexArray":
        return operate("transpose", self)

    def copy(self, order: str = "C") -> "IndexArray":
        return self.like(self.expr)

    def like(self, expr: Expr, weight: int | None = None) -> "IndexArray":
        """Another expression of the same shape."""
        return IndexArray(expr, self._shape, self.weight if weight is None else weight)

    def item(self, *where: int) -> Any:
        return self[where] if where else self.reshape(())

    def tolist(self) -> Any:
        return [x.tolist() for x in self] if self.ndim else self

    def __repr__(self) -> str:
        return f"IndexArray({self.expr}, shape={show(self._shape)})"

    def __getattr__(self, name: str) -> Any:
        if name not in METHODS:
            if name.startswith("__"):
                raise AttributeError(name)
            raise NotLifted(f"the array attribute .{name}")
        return lambda *args, **kwargs: operate(name, self, *args, **kwargs)

    # NumPy's protocols ---------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        out = kwargs.pop("out", None)
        result = _function(name)(*inputs, **kwargs)
        if out is not None:
            raise NotLifted("out= of a NumPy array")
        return result

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        module = function.__module__.removeprefix("numpy").lstrip(".")
        return _function(f"{module}.{function.__name__}" if module == "linalg" else function.__name__)(*args, **kwargs)

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotLifted("np.array of values that depend on the data, outside of what could be replaced")

    # Operators -----------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> "IndexArray":
        return operate("add", self, other)

    def __sub__(self, other: Any) -> "IndexArray":
        return operate("subtract", self, other)

    def __rsub__(self, other: Any) -> "IndexArray":
        return operate("subtract", other, self)

    def __mul__(self, other: Any) -> "IndexArray":
        return operate("multiply", self, other)

    def __truediv__(self, other: Any) -> "IndexArray":
        return operate("divide", self, other)

    def __rtruediv__(self, other: Any) -> "IndexArray":
        return operate("divide", other, self)

    def __floordiv__(self, other: Any) -> "IndexArray":
        return combine(sympy_floor, self, other)

    def __pow__(self, other: Any) -> "IndexArray":
        return operate("power", self, other)

    def __rpow__(self, other: Any) -> "IndexArray":
        return operate("power", other, self)

    def __matmul__(self, other: Any) -> Any:
        return operate("matmul", self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return operate("matmul", other, self)

    def __neg__(self) -> "IndexArray":
        return operate("negative", self)

    def __pos__(self) -> "IndexArray":
        return self

    def __abs__(self) -> "IndexArray":
        return operate("abs", self)

    def __invert__(self) -> "IndexArray":
        return IndexArray(negation(self.expr), self._shape, self.weight, is_truth=True)

    def __and__(self, other: Any) -> "IndexArray":
        return combine(lambda a, b: a * b, self, other, is_truth=True)

    def __or__(self, other: Any) -> "IndexArray":
        return combine(lambda a, b: a + b - a * b, self, other, is_truth=True)

    def __lt__(self, other: Any) -> "IndexArray":
        return operate("less", self, other)

    def __le__(self, other: Any) -> "IndexArray":
        return operate("less_equal", self, other)

    def __gt__(self, other: Any) -> "IndexArray":
        return operate("greater", self, other)

    def __ge__(self, other: Any) -> "IndexArray":
        return operate("greater_equal", self, other)

    def __eq__(self, other: Any) -> Any:
        return combine(Delta, self, other, is_truth=True)

    def __ne__(self, other: Any) -> Any:
        return combine(NotEqual, self, other, is_truth=True)

    __hash__ = None  # type: ignore[assignment]
    __radd__, __rmul__, __rand__, __ror__ = __add__, __mul__, __and__, __or__

    def __iadd__(self, other: Any) -> "IndexArray":
        return self._become(self + other)

    def __isub__(self, other: Any) -> "IndexArray":
        return self._become(self - other)

    def __imul__(self, other: Any) -> "IndexArray":
        return self._become(self * other)

    def __itruediv__(self, other: Any) -> "IndexArray":
        return self._become(self / other)

    def _become(self, new: "IndexArray") -> "IndexArray":
        """In place: other names for this array see the change, as in NumPy."""
        if new._shape != self._shape:
            raise NotLifted(f"an in-place update of shape {show(self._shape)} with shape {show(new._shape)}")
        self.expr, self.weight = new.expr, new.weight
        return self

    # Python's conversions ------------------------------------------------------------------------------------

    def __bool__(self) -> bool:
        return current().decide(self._scalar())

    def __float__(self) -> Any:
        raise NotLifted("float() of a value that depends on the data")

    def __int__(self) -> int:
        scalar = self._scalar()
        if self.is_truth:
            return int(current().decide(scalar))
        return self.__index__()

    def __index__(self) -> int:
        scalar = self._scalar()
        if isinstance(scalar, Integer):
            return int(scalar)
        raise NotLifted(f"{scalar} as a plain number: its value is not known")

    def _scalar(self) -> Expr:
        if indices(self._shape):
            raise NotLifted("the truth or the value of a whole array")
        return self.expr

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("len() of a number")
        if not isinstance(self._shape[0], Integer):
            raise NotLifted(f"len() of an axis of size {self._shape[0]}")
        return int(self._shape[0])

    def __iter__(self) -> Any:
        return iter([self[k] for k in range(len(self))])

    def __getitem__(self, key: Any) -> "IndexArray":
        return TABLE["getitem"](self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._become(TABLE["setitem"](self, key, value))


def operate(name: str, *args: Any, **kwargs: Any) -> Any:
    """The function of that name, as a place in the person's code where a repair may be tried."""
    return current().at_site(name, TABLE[name], args, kwargs)


def _function(name: str) -> Callable[..., Any]:
    if name not in TABLE:
        raise NotLifted(f"np.{name}")
    return lambda *args, **kwargs: operate(name, *args, **kwargs)


def lifted(value: Any) -> IndexArray:
    """A number, list or array as an ``IndexArray``."""
    if isinstance(value, IndexArray):
        return value
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value.item()
    if isinstance(value, list | tuple | np.ndarray | range):
        return TABLE["array"](value)
    return IndexArray(exact(value), (), is_truth=isinstance(value, bool))


def combine(f: Callable[..., Expr], *operands: Any, is_truth: bool = False) -> IndexArray:
    """The function entry by entry, broadcast."""
    if any(isinstance(x, str) or x is None for x in operands):
        raise NotLifted("arithmetic with what is no number")
    arrays = [lifted(x) for x in operands]
    shape = broadcast(*(a._shape for a in arrays))
    weight = 1 + sum(a.weight for a in arrays if not isinstance(a.expr, Number))
    result = IndexArray(f(*(a.expr for a in arrays)), shape, weight, is_truth)
    result.mask = next((a.mask for a in arrays if a.mask is not None), None)
    return result
