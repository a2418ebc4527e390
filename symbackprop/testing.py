"""For people's own test suites: a gradient in NumPy that must be right."""

from collections.abc import Callable, Mapping
from typing import Any

from symbackprop.claims.gradient import verify_gradient


def assert_gradient(
    forward: Callable[..., Any],
    gradient: Callable[..., Any],
    wrt: str,
    shapes: Mapping[str, Any],
    assume: Mapping[str, Any] | None = None,
    allow: tuple[str, ...] = ("proved", "agrees"),
) -> None:
    """Raises ``AssertionError`` with the counterexample and both numbers unless the verdict is one that is allowed.

    >>> import numpy as np
    >>> assert_gradient(lambda x: np.sum(x**2), lambda x: 2*x, "x", {"x": "N"})
    >>> assert_gradient(lambda x: np.sum(x**2), lambda x: x, "x", {"x": "N"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AssertionError: ✗ dx ... claimed ... true ...
    """
    claim = verify_gradient(forward, gradient, wrt, shapes, assume)
    if claim.verdict not in allow:
        raise AssertionError(str(claim))
