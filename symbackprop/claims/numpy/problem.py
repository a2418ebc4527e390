"""What is asked about a pair of NumPy functions: inputs with shapes, assumptions, what is differentiated."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Integer

from symbackprop.claims.numpy.axes import Shape
from symbackprop.errors import DataError
from symbackprop.indices import size
from symbackprop.proof.facts import Assumption

ASSUMPTIONS = ("one_hot", "positive", "unit", "binary", "symmetric", "positive_definite", "antisymmetric", "orthogonal")


@dataclass(frozen=True)
class Problem:
    """``upstream``: the inputs of the backward function that stand for the outputs' adjoints; none for a scalar."""

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    shapes: Mapping[str, Shape]
    assumptions: tuple[Assumption, ...] = ()
    upstream: tuple[str, ...] = field(default=())

    @property
    def names_sizes(self) -> bool:
        """Whether some size is a name: then a proof holds for every size."""
        return any(not isinstance(n, Integer) for s in self.shapes.values() for n in s)

    def at(self, sizes: Mapping[str, int]) -> "Problem":
        """The same at integer sizes."""
        rule = {size(n): Integer(v) for n, v in sizes.items()}
        shapes = {name: tuple(n.xreplace(rule) for n in s) for name, s in self.shapes.items()}
        return Problem(self.forward, self.backward, shapes, self.assumptions, self.upstream)

    @property
    def size_names(self) -> tuple[str, ...]:
        return tuple(sorted({x.name for s in self.shapes.values() for n in s for x in n.free_symbols}))


def read_shapes(shapes: Mapping[str, Any]) -> dict[str, Shape]:
    """Shapes of integers and names. Raises ``DataError`` for anything else.

    >>> read_shapes({"x": ("N", 3), "b": 4, "c": ()})
    {'x': (N, 3), 'b': (4,), 'c': ()}
    """
    return {name: _shape(name, shape) for name, shape in shapes.items()}


def _shape(name: str, shape: Any) -> Shape:
    if not isinstance(name, str) or not name.isidentifier():
        raise DataError(f"{name!r} is no name of an argument")
    sizes: Sequence[Any] = shape if isinstance(shape, tuple | list) else (shape,)
    return tuple(_size(name, n) for n in sizes)


def _size(name: str, n: Any) -> Expr:
    if isinstance(n, str) and n.isidentifier():
        return size(n)
    if isinstance(n, str) and n.isdigit():
        n = int(n)
    if isinstance(n, int) and not isinstance(n, bool) and n >= 1:
        return Integer(n)
    raise DataError(f"the shape of {name} has the size {n!r}; a size is a positive integer or a name")


def read_assumptions(assume: Mapping[str, Any], shapes: Mapping[str, Shape]) -> tuple[Assumption, ...]:
    """One assumption an input, or several as a list. Raises ``DataError`` for unknown ones."""
    found = []
    for name, kinds in assume.items():
        if name not in shapes:
            raise DataError(f"an assumption about {name!r}, which has no shape; there are {', '.join(shapes)}")
        for kind in (kinds,) if isinstance(kinds, str) else kinds:
            if kind not in ASSUMPTIONS:
                raise DataError(f"unknown assumption {kind!r}; known are {', '.join(ASSUMPTIONS)}")
            needs_square = kind in ("symmetric", "positive_definite", "antisymmetric", "orthogonal")
            if needs_square and (len(shapes[name]) != 2 or shapes[name][0] != shapes[name][1]):
                raise DataError(f"{name} is assumed {kind}, but is no square matrix")
            found.append(Assumption(kind, name))
    return tuple(found)
