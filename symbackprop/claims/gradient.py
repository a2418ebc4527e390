"""``verify_gradient`` and ``verify_backward``: plain NumPy gradients, proved or refuted.

The forward function is read into index notation and derived; what the gradient function computes is read the same way
and judged against it. The ladder: the whole array with its sizes as they were given; entry by entry at integer sizes;
numbers alone. Each rung says what it may say: only the first two prove, and only after the guard.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from symbackprop.claims.numpy.judging import Judging, parameters
from symbackprop.claims.numpy.problem import Problem, read_assumptions, read_shapes
from symbackprop.claims.report import Claim, Report
from symbackprop.errors import DataError


def verify_gradient(
    forward: Callable[..., Any],
    gradient: Callable[..., Any],
    wrt: str,
    shapes: Mapping[str, Any],
    assume: Mapping[str, Any] | None = None,
) -> Claim:
    """Whether ``gradient(**arrays)`` is the gradient of the scalar ``forward(**arrays)`` by ``wrt``.

    Sizes in ``shapes`` are integers, or names: then a proof holds for every size. Raises ``DataError`` for arguments
    that make no question. The functions are run.

    >>> import numpy as np
    >>> def loss(x, w): return np.sum((x @ w)**2)
    >>> def by_w(x, w): return 2 * x.T @ (x @ w)
    >>> verify_gradient(loss, by_w, "w", {"x": ("N", "D"), "w": ("D",)}).verdict
    'proved'
    """
    (claim,) = gradient_claims(forward, gradient, (wrt,), shapes, assume)
    return claim


def gradient_claims(
    forward: Callable[..., Any],
    gradient: Callable[..., Any],
    wrt: Sequence[str],
    shapes: Mapping[str, Any],
    assume: Mapping[str, Any] | None = None,
) -> list[Claim]:
    """A claim for each name in ``wrt``; ``gradient`` returns one gradient, or all as a tuple in that order or a dict.

    Raises ``DataError`` for arguments that make no question.
    """
    problem = _problem(forward, gradient, shapes, assume, ())
    for name in wrt:
        if name not in problem.shapes:
            raise DataError(f"no input {name!r} to differentiate by; there are {', '.join(problem.shapes)}")
    return Judging(problem, tuple(wrt)).claims()


def verify_backward(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    shapes: Mapping[str, Any],
    assume: Mapping[str, Any] | None = None,
) -> Report:
    """Whether ``backward(dout, **arrays)`` returns the gradients of every argument of ``forward``; a claim for each.

    The gradients come as a tuple in the order of the arguments, or as a dict; None makes no claim.

    >>> import numpy as np
    >>> def linear(x, w): return x @ w
    >>> def back(dout, x, w): return dout @ w.T, x.T @ dout
    >>> str(verify_backward(linear, back, {"x": ("N", "D"), "w": ("D", "M")}).summary["proved"])
    '2'
    """
    upstream = tuple(n for n in parameters(backward) if n not in shapes)
    problem = _problem(forward, backward, shapes, assume, upstream or ("dout",))
    claims = Judging(problem, None).claims()
    inputs = tuple({"name": n, "shape": [str(k) for k in s], "how": "declared"} for n, s in problem.shapes.items())
    assumptions = tuple(f"{a.tensor} is {a.kind.replace('_', ' ')}" for a in problem.assumptions)
    return Report(None, tuple(claims), inputs=inputs, assumptions=assumptions)


def _problem(
    forward: Callable[..., Any], backward: Callable[..., Any], shapes: Mapping, assume: Any, upstream: tuple[str, ...]
) -> Problem:
    read_ = read_shapes(shapes)
    return Problem(forward, backward, read_, read_assumptions(assume or {}, read_), upstream)
