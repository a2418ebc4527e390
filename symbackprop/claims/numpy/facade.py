"""A person's function under a stand-in for NumPy: the same code object with other globals.

``np`` (by any name), functions imported from it, ``math``, and the builtins that insist on plain numbers are replaced,
each found by identity; helper functions of the same program likewise, however deep. Nothing of the person's modules is
changed.
"""

import builtins
import math
from collections.abc import Callable, Mapping
from types import CellType, CodeType, FunctionType
from typing import Any

import numpy as np

from symbackprop.claims.numpy import functions, linear, moving, scatter  # noqa: F401  (their rows are in TABLE)
from symbackprop.claims.numpy.arrays import TABLE, IndexArray, lifted, operate
from symbackprop.claims.numpy.constants import exact
from symbackprop.claims.numpy.programs import Interpreted
from symbackprop.claims.numpy.trace import NotLifted

_CONSTANTS = ("pi", "inf", "newaxis", "e", "euler_gamma")
_LIBRARIES = ("numpy", "scipy", "symbackprop.")
_PASSED = ("ndarray", "int64", "int32", "bool_", "ndindex", "errstate", "generic", "dtype")


class _Ufunc:
    """A function with the methods of NumPy's ufuncs."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return operate(self.name, *args, **kwargs)

    def __getattr__(self, method: str) -> Any:
        name = f"{self.name}.{method}"
        if name not in TABLE:
            raise NotLifted(f"np.{name}")
        return TABLE[name]


class Facade:
    """Stands for ``np`` or one of its parts."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix

    def __getattr__(self, name: str) -> Any:
        full = self._prefix + name
        if full in ("linalg", "random"):
            return Facade(f"{full}.")
        if full in ("lib", "stride_tricks"):  # names of places alone
            return Facade()
        if full == "pi":
            return _number(math.pi)
        if full in ("float64", "float32"):
            return _float
        if full in _CONSTANTS or full in _PASSED:
            return getattr(np, full)
        if full in TABLE:
            return _Ufunc(full)
        raise NotLifted(f"np.{full}")


class MathFacade:
    """Stands for ``math``."""

    inf, e = math.inf, math.e

    def __getattr__(self, name: str) -> Any:
        if name == "pi":
            return _number(math.pi)
        return _either(getattr(math, name), name)


def _number(x: float) -> IndexArray:
    return IndexArray(exact(x), ())


def _either(plain: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Ours, where there is one; the plain function for what is only about whole numbers."""
    if name in TABLE:
        return lambda *args: operate(name, *args)
    return plain


def _sum(values: Any, start: Any = 0) -> Any:
    if isinstance(values, IndexArray) and values.ndim and not all(isinstance(n, int) for n in values.shape[:1]):
        return TABLE["sum"](values, axis=0)
    return builtins.sum(values, start)


def _extremum(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        if not any(isinstance(a, IndexArray) for a in args):
            return plain(*args, **kwargs)
        if len(args) == 1:
            return TABLE[name.removesuffix("imum")](args[0])
        result = args[0]
        for a in args[1:]:
            result = TABLE[name](result, a)
        return result

    return function


def _len(x: Any) -> Any:
    return x.shape[0] if isinstance(x, IndexArray) and x.ndim else len(x)


def _range(*args: Any) -> Any:
    if len(args) == 1 and isinstance(args[0], IndexArray) and not args[0].expr.is_number:
        return TABLE["arange"](args[0])
    return range(*(int(a) for a in args))


def _float(x: Any = 0.0) -> Any:
    return x if isinstance(x, IndexArray) else lifted(float(x))


REPLACED = {
    sum: _sum,
    len: _len,
    range: _range,
    max: _extremum("maximum", max),
    min: _extremum("minimum", min),
    float: _float,
    np.float64: _float,
    np.float32: _float,
}


def stand_in(value: Any) -> Any:
    """What a global stands for under the facade; the value itself where it needs no stand-in."""
    if value is np:
        return Facade()
    if value is np.linalg:
        return Facade("linalg.")
    if value is math:
        return MathFacade()
    name = _numpy_name(value)
    return value if name is None else _Ufunc(name)


def _numpy_name(value: Any) -> str | None:
    """NumPy's name of a function that was imported by itself."""
    if isinstance(value, np.ufunc):
        return value.__name__ if value.__name__ in TABLE else None
    module, name = getattr(value, "__module__", None), getattr(value, "__name__", "")
    if not callable(value) or not isinstance(module, str) or isinstance(value, type):
        return None
    if module.startswith("numpy.linalg") or getattr(np.linalg, name, None) is value:
        return f"linalg.{name}" if f"linalg.{name}" in TABLE else None
    if module == "math":
        return name if name in TABLE else None
    return name if module.startswith("numpy") and name in TABLE else None


class Rebuilder:
    """Functions with the globals that they use replaced, each rebuilt once."""

    def __init__(self, stand_in: Callable[[Any], Any] = stand_in, replaced: Mapping[Any, Any] | None = None) -> None:
        self._functions: dict[int, FunctionType] = {}
        self._stand_in = stand_in
        self._replaced = {id(k): v for k, v in (REPLACED if replaced is None else replaced).items()}
        self._builtins = {k: self._replaced.get(id(v), v) for k, v in vars(builtins).items()}

    def value(self, value: Any) -> Any:
        if isinstance(value, FunctionType) and not (value.__module__ or "").startswith(_LIBRARIES):
            return self.function(value)
        return self._replaced.get(id(value)) or self._stand_in(value)

    def program(self, f: Callable[..., Any]) -> Callable[..., Any]:
        """Whatever is judged, under the facade; other callables as they are."""
        if isinstance(f, Interpreted):
            return f.under(self.value)
        return self.function(f) if isinstance(f, FunctionType) else f

    def function(self, f: FunctionType) -> FunctionType:
        """The same code under the facade."""
        if id(f) in self._functions:
            return self._functions[id(f)]
        cells = tuple(CellType() for _ in f.__closure__ or ())
        names: dict[str, Any] = {"__builtins__": self._builtins, "__name__": f.__module__ or "__main__"}
        new = FunctionType(f.__code__, names, f.__name__, f.__defaults__, cells)
        new.__kwdefaults__ = f.__kwdefaults__
        self._functions[id(f)] = new
        for name in _names(f.__code__):
            if name in f.__globals__:
                names[name] = self.value(f.__globals__[name])
        for cell, old in zip(cells, f.__closure__ or (), strict=True):
            try:
                cell.cell_contents = self.value(old.cell_contents)
            except ValueError:  # a name that is not bound yet
                continue
        return new


def _names(code: CodeType) -> set[str]:
    """Every name that the code, or code nested in it, looks up."""
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _names(constant)
    return found
