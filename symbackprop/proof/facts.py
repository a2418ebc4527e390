"""What is assumed of the inputs, as the normal form and the sampler read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr

KINDS = (
    "one_hot", "positive", "unit", "binary", "plus_or_minus_one", "symmetric", "antisymmetric", "positive_definite",
    "orthogonal", "orthonormal_rows", "sum", "norm",
)  # fmt: skip


@dataclass(frozen=True)
class Assumption:
    """``kind`` (one of ``KINDS``) holds of the input ``tensor``.

    ``one_hot`` and ``sum`` (entries along the last axis sum to ``value``) are about the last axis; ``orthogonal`` is
    AᵀA = I and ``orthonormal_rows`` AAᵀ = I, the same of square matrices; ``norm`` says that the Euclidean norm along
    the last axis is ``value``.
    A symmetry of the variable of differentiation is to be given for the comparison of gradients, not for deriving.
    """

    kind: str
    tensor: str
    value: Any = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown assumption {self.kind!r}; known are {', '.join(KINDS)}")


@dataclass(frozen=True)
class Facts:
    """Assumptions by kind; ``classes`` and ``lengths`` (one for each axis) by tensor."""

    one_hot: frozenset[str] = frozenset()
    positive: frozenset[str] = frozenset()
    binary: frozenset[str] = frozenset()
    signs: frozenset[str] = frozenset()  # entries that are -1 or 1
    unit: frozenset[str] = frozenset()
    symmetric: frozenset[str] = frozenset()
    antisymmetric: frozenset[str] = frozenset()
    orthogonal: frozenset[str] = frozenset()
    orthonormal_rows: frozenset[str] = frozenset()
    definite: frozenset[str] = frozenset()
    defined: frozenset[str] = frozenset()  # names that stand for something: it may have kinks
    definitions: Mapping[str, Any] = field(default_factory=dict)  # their equations, where they are known
    sums: Mapping[str, Any] = None  # type: ignore[assignment]
    norms: Mapping[str, Any] = None  # type: ignore[assignment]
    classes: Mapping[str, Expr] = None  # type: ignore[assignment]
    lengths: Mapping[str, tuple[Expr, ...]] = None  # type: ignore[assignment]

    def free(self, name: str) -> bool:
        """Whether the entries of an input can move by themselves: nothing ties them to one another or to a grid."""
        tied: tuple[Any, ...] = (
            self.one_hot, self.binary, self.signs, self.symmetric, self.antisymmetric, self.orthogonal,
            self.orthonormal_rows, self.defined, self.sums or (), self.norms or (), self.classes or (),
        )  # fmt: skip
        return not any(name in kind for kind in tied)

    def behind(self, names: Iterable[str]) -> set[str] | None:
        """The names and all that their definitions read; None where a definition is not known."""
        found: set[str] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            if name in found:
                continue
            found.add(name)
            if name in self.defined:
                if name not in self.definitions:
                    return None
                todo += self.definitions[name].reads
        return found


def facts(
    assumptions: Iterable[Assumption],
    classes: Mapping[str, Expr],
    lengths: Mapping[str, tuple[Expr, ...]],
    defined: Iterable[str] = (),
    definitions: Mapping[str, Any] | None = None,
) -> Facts:
    """The assumptions sorted by kind, with what follows from them.

    >>> facts([Assumption("positive_definite", "A")], {}, {}).symmetric
    frozenset({'A'})
    """
    given = list(assumptions)

    def named(*kinds: str) -> frozenset[str]:
        return frozenset(a.tensor for a in given if a.kind in kinds)

    return Facts(
        one_hot=named("one_hot"),
        positive=named("positive", "unit"),
        binary=named("binary", "one_hot"),
        signs=named("plus_or_minus_one"),
        unit=named("unit"),
        symmetric=named("symmetric", "positive_definite"),
        antisymmetric=named("antisymmetric"),
        orthogonal=named("orthogonal"),
        orthonormal_rows=named("orthonormal_rows"),
        defined=frozenset(defined),
        definitions=definitions or {},
        definite=named("positive_definite"),
        sums={a.tensor: a.value for a in given if a.kind == "sum"},
        norms={a.tensor: a.value for a in given if a.kind == "norm"},
        classes=dict(classes),
        lengths=dict(lengths),
    )
