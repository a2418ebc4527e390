"""The formula that a run of NumPy code writes down: inputs, and intermediates under names of their own.

Intermediates get a name once they grow, so that nothing is expanded twice, and the same expression gets the same name
wherever it is computed: forward and gradient share what they both compute. Decisions on data (``if x > 0``) are
replayed from a list, see ``paths``.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sympy import Expr, Integer, Number

from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.errors import NotSupported
from symbackprop.indices import Index
from symbackprop.terms import Entry, Less, LessEqual

_MOST_EQUATIONS = 4000
MOST_PATHS = 32  # through the decisions on data; a run of so many decisions is on no fewer paths


class NotLifted(NotSupported):
    """A piece of NumPy that has no reading in index notation here; the message names it."""


@dataclass(frozen=True)
class Site:
    """One operation that the person's code did, with what it was done to and what came out."""

    name: str
    args: tuple
    kwargs: Mapping[str, Any]
    result: Any


@dataclass
class Trace:
    """Equations by name, in the order of computation; ``labels`` are inputs used as indices, with their classes."""

    inputs: Mapping[str, tuple[Expr, ...]]
    equations: dict[str, Equation] = field(default_factory=dict)
    labels: dict[str, Expr] = field(default_factory=dict)
    plan: tuple[bool, ...] = ()
    taken: list[tuple[Expr, bool]] = field(default_factory=list)
    sites: list["Site"] = field(default_factory=list)
    change: tuple[frozenset[int], Callable[..., Any]] | None = None
    maxima: dict[Expr, tuple[Index, Expr, list[Expr]]] = field(default_factory=dict)
    _inside: bool = False
    _known: dict[tuple, Expr] = field(default_factory=dict)

    def named(self, expr: Expr, indices: tuple[Index, ...]) -> Expr:
        """The expression under a name; the same name for the same expression."""
        key = (expr, indices)
        if key not in self._known:
            if len(self.equations) >= _MOST_EQUATIONS:
                raise NotLifted("the code computes more intermediate values than can be followed")
            name = self.free_name()
            self.equations[name] = Equation(name, indices, expr)
            self._known[key] = Entry(name, *indices)
        return self._known[key]

    def free_name(self, stem: str = "v") -> str:
        """A name that no input and no intermediate has."""
        k = len(self.equations) + 1
        while f"{stem}{k}" in self.inputs or f"{stem}{k}" in self.equations:
            k += 1
        return f"{stem}{k}"

    def at_site(self, name: str, function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> Any:
        """One operation of the person's code; where ``change`` names this one, another is done instead.

        Operations that an operation is made of are no sites.
        """
        if self._inside:
            return function(*args, **kwargs)
        self._inside = True
        try:
            place = len(self.sites)
            self.sites.append(Site(name, args, kwargs, None))
            if self.change is not None and place in self.change[0]:
                function = partial(self.change[1], function)
            result = function(*args, **kwargs)
            self.sites[place] = Site(name, args, kwargs, result)
            return result
        finally:
            self._inside = False

    def branch(self, change: tuple[frozenset[int], Callable[..., Any]] | None = None) -> "Trace":
        """A trace that goes on from here by itself."""
        copy = Trace(self.inputs, dict(self.equations), dict(self.labels), change=change)
        copy._known = dict(self._known)
        return copy

    def decide(self, condition: Expr) -> bool:
        """Which way a decision on data goes in this run."""
        if isinstance(condition, Number):
            return bool(condition != 0)
        for known, way in self.taken:
            if known == condition:
                return way
            if _negated(known) == condition:
                return not way
        if len(self.taken) >= MOST_PATHS:
            raise NotLifted(f"more than {MOST_PATHS} paths through the decisions on data")
        way = self.plan[len(self.taken)] if len(self.taken) < len(self.plan) else True
        self.taken.append((condition, way))
        return way

    def formula(self, *extra: Equation) -> Formula:
        """The inputs and every equation so far."""
        tensors: dict[str, Tensor] = {}
        for name, shape in self.inputs.items():
            classes = self.labels.get(name)
            tensors[name] = Tensor(name, "input" if classes is None else "label", shape, classes)
        equations = (*self.equations.values(), *extra)
        for e in equations:
            tensors[e.name] = Tensor(e.name, "defined", e.shape)
        return Formula(tensors, equations)


def _negated(condition: Expr) -> Expr | None:
    if isinstance(condition, Less):
        return LessEqual(condition.args[1], condition.args[0])
    return Less(condition.args[1], condition.args[0]) if isinstance(condition, LessEqual) else None


_CURRENT: ContextVar[Trace] = ContextVar("trace")


def current() -> Trace:
    """The trace of the run under way."""
    return _CURRENT.get()


@contextmanager
def tracing(trace: Trace) -> Iterator[Trace]:
    """Everything computed inside is written to this trace."""
    token = _CURRENT.set(trace)
    try:
        yield trace
    finally:
        _CURRENT.reset(token)


def size_one(size: Expr) -> bool:
    """Whether an axis has one entry only: its index is the constant 0."""
    return isinstance(size, Integer) and size == 1
