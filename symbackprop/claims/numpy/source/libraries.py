"""The libraries that interpreted code may import, and the functions, methods and attributes of each: lists, by name.

All of them compute with numbers alone: none reads or writes files, calls back, or makes arrays of anything else.
"""

import builtins
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.special

from symbackprop.claims.numpy.programs import StandIn
from symbackprop.claims.numpy.source.bounds import bound
from symbackprop.claims.numpy.source.limits import Budget, Unread, measured
from symbackprop.claims.numpy.source.values import ARRAYS, Closure, LibraryFunction, Text, checked, iterable

_NUMPY = """
abs absolute add all allclose amax amin any append arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax
argmin argsort array array_equal array_split asarray ascontiguousarray atleast_1d atleast_2d average bitwise_and
bitwise_or bool_ broadcast_to cbrt clip column_stack concatenate convolve copy correlate cos cosh count_nonzero cross
cumprod cumsum deg2rad diag diagflat diagonal diff divide dot e einsum empty empty_like equal euler_gamma exp exp2
expand_dims expm1 eye fabs fill_diagonal flip fliplr flipud float32 float64 float_power floor fmax fmin
full full_like greater
greater_equal heaviside hstack hypot identity inf inner int32 int64 invert isclose isfinite isinf isnan kron less
less_equal linspace log log10 log1p log2 logaddexp logical_and logical_not logical_or matmul max maximum mean median
min minimum mod moveaxis multiply nan_to_num nansum negative newaxis nonzero not_equal ones ones_like outer pad pi
positive power prod ravel real reciprocal repeat reshape roll row_stack shape sign sin sinc sinh size sort split sqrt
square squeeze stack std subtract sum swapaxes take take_along_axis tan tanh tensordot tile trace transpose tri tril
triu true_divide var vdot vstack where zeros zeros_like ndim linalg
lib
"""
_LINALG = "cond det inv matrix_power matrix_rank norm pinv slogdet solve"
_MATH = """
acos acosh asin asinh atan atanh ceil cos cosh e erf exp expm1 fabs floor hypot inf isfinite isinf isnan log log10
log1p log2 pi pow sin sinh sqrt tan tanh
"""
_SPECIAL = "erf expit log_softmax logsumexp softmax xlogy"
LIBRARIES: Mapping[str, tuple[Any, frozenset[str]]] = {
    "numpy": (np, frozenset(_NUMPY.split())),
    "numpy.linalg": (np.linalg, frozenset(_LINALG.split())),
    "numpy.lib": (np.lib, frozenset(["stride_tricks"])),
    "numpy.lib.stride_tricks": (np.lib.stride_tricks, frozenset(["sliding_window_view"])),  # as_strided reads anything
    "math": (math, frozenset(_MATH.split())),
    "scipy": (scipy, frozenset(["special"])),
    "scipy.special": (scipy.special, frozenset(_SPECIAL.split())),
}
_VALUES = ("pi", "inf", "e", "euler_gamma", "newaxis")
_PARTS = ("at", "reduce", "accumulate", "outer")  # of NumPy's universal functions

BUILTINS: Mapping[str, Any] = {
    f.__name__: f
    for f in (
        abs, all, any, bool, dict, enumerate, float, int, len, list, max, min, pow, print, range, reversed, round,
        slice, sum, tuple, zip,
    )
}  # fmt: skip
TAKE_GENERATORS = ("all", "any", "list", "max", "min", "sum", "tuple")

_ARRAY_VALUES = ("T", "dtype", "ndim", "shape", "size")
_ARRAY_METHODS = """
all any argmax argmin argsort astype clip conj copy cumprod cumsum diagonal dot fill flatten item max mean min nonzero
prod ravel repeat reshape round sort squeeze std sum swapaxes take tolist trace transpose var
""".split()
METHODS: Mapping[type, Sequence[str]] = {
    list: ("append", "copy", "extend", "insert", "pop", "reverse"),
    dict: ("copy", "get", "items", "keys", "update", "values"),
}
_WORDS = frozenset(
    "C F A K ij xy fro nuc same full valid constant edge reflect symmetric wrap left right optimal greedy stable "
    "float float32 float64 int int32 int64 bool".split()
)
_PRINTING: Mapping[str, Any] = {"print": None, ".format": Text()}  # calls that do nothing, by what they give
_TYPES = ("bool", "float", "int", "numpy.float32", "numpy.float64", "numpy.int32", "numpy.int64", "numpy.bool_")


@dataclass(frozen=True)
class Library:
    """A module from the list, or what stands for it."""

    name: str
    stand_in: StandIn

    def member(self, name: str) -> Any:
        """A function, constant or part. Raises ``Unread`` for what is not on the list."""
        full = f"{self.name}.{name}"
        module, names = LIBRARIES[self.name]
        if name not in names:
            raise Unread(f"{full} is none of the functions that are interpreted")
        if full in LIBRARIES:
            return Library(full, self.stand_in)
        holder = self.stand_in(module)
        found = self.stand_in(getattr(module, name)) if holder is module else getattr(holder, name)
        return found if name in _VALUES else LibraryFunction(full, found)


def builtin(name: str, stand_in: StandIn) -> LibraryFunction:
    """A function of Python itself. Raises ``Unread`` for what is not on the list."""
    if name not in BUILTINS:
        known = f"{name}() is not interpreted" if hasattr(builtins, name) else f"there is no {name!r} in the file"
        raise Unread(known)
    return LibraryFunction(name, stand_in(BUILTINS[name]))


def attribute(value: Any, name: str) -> Any:
    """What ``value.name`` is. Raises ``Unread`` for what is not on the lists."""
    if isinstance(value, Library):
        return value.member(name)
    if isinstance(value, LibraryFunction) and value.name.startswith("numpy.") and name in _PARTS:
        return _part(value, name)
    if isinstance(value, ARRAYS) and name in _ARRAY_VALUES:
        return checked(getattr(value, name))
    if isinstance(value, ARRAYS) and name in _ARRAY_METHODS:
        return LibraryFunction(f".{name}", getattr(value, name), (value,))
    if name in METHODS.get(type(value), ()):
        return LibraryFunction(f".{name}", getattr(value, name), (value,))
    if isinstance(value, str) and name == "format":
        return LibraryFunction(".format", None)
    raise Unread(f"the attribute .{name} is not interpreted")


def _part(function: LibraryFunction, name: str) -> LibraryFunction:
    full = f"{function.name}.{name}"
    if isinstance(function.target, type) or not hasattr(function.target, name):
        raise Unread(f"{full} is none of the functions that are interpreted")
    return LibraryFunction(full, getattr(function.target, name))


def call(function: Any, args: Sequence[Any], kwargs: Mapping[str, Any], budget: Budget) -> Any:
    """The value of a call. Raises ``Unread`` for what is no function, and for arguments that it is not handed."""
    if isinstance(function, Closure):
        return function(*args, **kwargs)
    if not isinstance(function, LibraryFunction):
        raise Unread(f"a call of what is no function but {type(function).__name__}")
    if function.name in _PRINTING:
        return _PRINTING[function.name]
    if "." not in function.name or isinstance(next(iter(function.of), None), list | dict):
        return _of_python(function, args, kwargs, budget)
    name = function.name.removeprefix("numpy.").removeprefix(".")
    args = [_handed(a, function.name, k == 0 and name == "einsum") for k, a in enumerate(args)]
    kwargs = {k: _handed(a, function.name) for k, a in kwargs.items()}
    bound(name, (*function.of, *args), kwargs, budget)
    return checked(function.target(*args, **kwargs))


def _of_python(function: LibraryFunction, args: Sequence[Any], kwargs: Mapping[str, Any], budget: Budget) -> Any:
    """A call of a builtin, or of a method of a list. Its ``ValueError`` says nothing of shapes."""
    held = sum(measured(a) for a in (*function.of, *args, *kwargs.values()))
    budget.spend(held // 100)
    if any(isinstance(a, Closure | Text) for a in (*args, *kwargs.values())) and function.name not in (".append",):
        raise Unread(f"{function.name}() of a function or a text")
    if function.name == "sum" and _holds_lists(args):
        raise Unread("sum() of lists")
    if function.name == "pow":
        raise Unread("pow(); write **")
    if function.name not in ("len", "range", ".append"):
        args = [iterable(a) for a in args]
    try:
        return checked(function.target(*args, **kwargs))
    except ValueError as error:
        raise Unread(f"{function.name}: {error}") from error


def _holds_lists(args: Sequence[Any]) -> bool:
    parts = [x for a in args if isinstance(a, list | tuple) for x in a]
    return any(isinstance(x, list | tuple | str) for x in (*parts, *args[1:]))


def _handed(value: Any, to: str, is_letters: bool = False) -> Any:
    """The argument as a library is handed it. Raises ``Unread`` for what it is not handed."""
    if isinstance(value, LibraryFunction):
        if value.name not in _TYPES:
            raise Unread(f"a function handed to {to}")
        return value.target
    if isinstance(value, str) and value not in _WORDS and not is_letters:
        raise Unread(f"the text {value[:40]!r} handed to {to}")
    if isinstance(value, list | tuple):
        measured(value)
        for x in value:
            if not isinstance(x, (*ARRAYS, int, float, list, tuple, slice, type(None), type(Ellipsis))):
                raise Unread(f"a list of {type(x).__name__} handed to {to}")
            if isinstance(x, list | tuple):
                _handed(x, to)
    elif isinstance(value, Closure | Library | Text | dict):
        raise Unread(f"a function or a text handed to {to}")
    return value
