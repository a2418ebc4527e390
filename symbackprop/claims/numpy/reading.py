"""Both functions of a problem as one formula: the forward pass, its derived adjoints, and what is claimed for them."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Expr, Integer

from symbackprop.claims.numpy.arrays import IndexArray
from symbackprop.claims.numpy.axes import Shape, axis_index, show
from symbackprop.claims.numpy.lift import WHOLE, Style, input_array, lift, placed
from symbackprop.claims.numpy.problem import Problem
from symbackprop.claims.numpy.tape import adjoints
from symbackprop.claims.numpy.trace import Site, Trace, tracing
from symbackprop.differentiation import derive
from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.errors import DataError
from symbackprop.indices import totals
from symbackprop.terms import Entry


@dataclass(frozen=True)
class Reading:
    """``claimed`` and ``true`` by the name of the input; ``program`` defines every name in them."""

    trace: Trace
    program: Formula
    cost: Expr
    claimed: Mapping[str, IndexArray]
    true: Mapping[str, Expr]
    outputs: tuple[IndexArray, ...]
    forward: frozenset[str]  # the names of the forward pass
    start: Trace  # as it was before the backward function ran
    forward_sites: Sequence[Site]


def read(problem: Problem, wrt: Sequence[str] | None = None, style: Style = WHOLE) -> Reading:
    """Raises ``NotLifted`` with what has no reading. ``wrt`` None: whatever the backward function returns."""
    trace = Trace(dict(problem.shapes))
    result = lift(problem.forward, trace, style=style)
    outputs = result if isinstance(result, tuple) else (result,)
    with tracing(trace):
        cost = _cost(problem, trace, outputs)
    equations, start, sites = dict(trace.equations), trace.branch(), list(trace.sites)
    value = lift(problem.backward, trace, first=problem.upstream, style=style)
    claimed = gradients(problem, value, wrt, trace.labels)
    claimed = {n: v for n, v in claimed.items() if n not in trace.labels}
    derive_all = _derived if style is WHOLE else _taped
    true, program = derive_all(trace, equations, cost, tuple(claimed))
    return Reading(trace, program, cost, claimed, true, outputs, frozenset(equations), start, sites)


def labels_of(problem: Problem, style: Style = WHOLE) -> dict[str, Any]:
    """The inputs that the forward function uses as indices, with their classes, as far as it can be lifted."""
    trace = Trace(dict(problem.shapes))
    try:
        lift(problem.forward, trace, style=style)
    except Exception:  # what was seen until then stands
        pass
    return dict(trace.labels)


def _derived(trace: Trace, forward: dict[str, Equation], cost: Expr, wanted: tuple[str, ...]) -> tuple[dict, Formula]:
    """The gradients by the package's own derivation."""
    whole = trace.formula()
    tensors = {n: t for n, t in whole.tensors.items() if n in trace.inputs or n in forward}
    last = Equation(trace.free_name("cost"), (), cost)
    formula = Formula({**tensors, last.name: Tensor(last.name, "defined")}, (*forward.values(), last))
    derivation = derive(formula, wanted)
    true = {n: _adjoint(derivation, n, trace.inputs[n]) for n in wanted}
    program = derivation.program
    own = {e.name for e in program.equations}
    equations = (*program.equations, *(e for e in whole.equations if e.name not in own))
    return true, Formula({**whole.tensors, **program.tensors}, equations)


def _taped(trace: Trace, forward: dict[str, Equation], cost: Expr, wanted: tuple[str, ...]) -> tuple[dict, Formula]:
    """The gradients of numbers, entry by entry."""
    shapes = {n: [int(k) for k in trace.inputs[n]] for n in wanted}
    entries = {n: [Entry(n, *where) for where in np.ndindex(*shapes[n])] for n in wanted}
    prefix = trace.free_name("d")
    equations, by_entry = adjoints(forward, cost, [e for n in wanted for e in entries[n]], prefix)
    true = {n: placed(trace.inputs[n], {e.slots: by_entry[e] for e in entries[n]}) for n in wanted}
    return true, trace.formula(*equations)


def _cost(problem: Problem, trace: Trace, outputs: tuple[IndexArray, ...]) -> Expr:
    if not problem.upstream:
        (output,) = outputs
        if any(n != 1 for n in output.sizes):
            raise DataError(f"the forward function returns shape {show(output.sizes)}, not a scalar")
        return output.reshape(()).expr
    cost: Expr = Integer(0)
    if len(outputs) != len(problem.upstream):
        raise DataError(f"{len(outputs)} outputs, but {len(problem.upstream)} upstream gradients")
    for name, y in zip(problem.upstream, outputs, strict=True):
        trace.inputs = {**trace.inputs, name: y.sizes}
        product = input_array(name, y.sizes).expr * y.expr
        cost += totals(product, *(i for k in range(y.ndim) if not isinstance(i := axis_index(y.sizes, k), Integer)))
    return cost


def _adjoint(derivation: Any, name: str, shape: Shape) -> Expr:
    if name not in derivation.adjoints:
        return Integer(0)
    equation = derivation.adjoints[name].equation
    return Entry(equation.name, *(axis_index(shape, k) for k in range(len(shape))))


def gradients(problem: Problem, value: Any, wrt: Sequence[str] | None, labels: Any = ()) -> dict[str, Any]:
    """What the backward function returned, by the input that it is the gradient of.

    A tuple follows the order of the forward function's arguments; a dict says ``x`` or ``dx``. None is no claim.
    """
    names = list(wrt) if wrt is not None else arguments(problem)
    if isinstance(value, dict):
        found = {_input_of(key, names): v for key, v in value.items()}
    elif wrt is not None and len(wrt) == 1:
        found = {names[0]: value}
    else:
        values = value if isinstance(value, tuple | list) else (value,)
        if len(values) != len(names):
            names = [n for n in names if n not in labels]
        if len(values) > len(names):
            raise DataError(f"{len(values)} gradients for the arguments {', '.join(names)}")
        if len(values) < len(names):
            raise DataError(
                f"{len(values)} gradients for the arguments {', '.join(names)}: return a dict to leave some out"
            )
        found = dict(zip(names, values, strict=True))
    return {n: v for n, v in found.items() if v is not None}


def _input_of(key: str, names: Sequence[str]) -> str:
    for candidate in (key, str(key).removeprefix("d").removeprefix("_"), str(key).removeprefix("grad_")):
        if candidate in names:
            return candidate
    raise DataError(f"a gradient called {key!r}; the arguments are {', '.join(names)}")


def arguments(problem: Problem) -> list[str]:
    """The inputs in the order of the forward function's parameters."""
    try:
        order = [p for p in inspect.signature(problem.forward).parameters if p in problem.shapes]
    except (TypeError, ValueError):
        order = []
    return order if len(order) == len(problem.shapes) else list(problem.shapes)
