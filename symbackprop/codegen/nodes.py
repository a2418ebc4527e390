"""The values that an equation's right side is computed through: a graph in which equal subterms are one node.

A node says which indices its array runs over (``axes``), not in which memory it lies; that is decided when code is
emitted. Equal subterms being one node is what makes the maximum of a softmax be computed once.
"""

from dataclasses import dataclass, field
from typing import Any

from symbackprop.indices import Index

# What compares: as numbers these are 0 or 1.
BRACKETS = ("np.equal", "np.not_equal", "np.less", "np.less_equal")


@dataclass(eq=False)
class Node:
    """``op`` applied to ``args``; ``data`` is what else it needs. Compared by identity: see ``Graph.node``."""

    op: str
    args: tuple["Node", ...]
    axes: tuple[Index, ...]
    data: Any
    constant: bool  # depends on sizes alone, so it is computed when the buffers are allocated
    uses: int = field(default=0)


class Graph:
    """Makes nodes, one for each distinct operation on the same arguments."""

    def __init__(self) -> None:
        self._known: dict[tuple, Node] = {}

    def node(self, op: str, args: tuple[Node, ...], axes: tuple[Index, ...], data: Any, constant: bool) -> Node:
        key = (op, tuple(map(id, args)), data)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Node(op, args, axes, data, constant)
            for a in args:
                a.uses += 1
        return found

    def scalar(self, text: str, constant: bool = True) -> Node:
        """A Python number: an expression in sizes, or the step of a recurrence."""
        return self.node("scalar", (), (), text, constant)

    def map(self, function: str, *args: Node) -> Node:
        """A function applied entry by entry, operands broadcast."""
        return self.node("map", args, union(args), function, all(a.constant for a in args))


def union(nodes: tuple[Node, ...]) -> tuple[Index, ...]:
    """All axes of the nodes: in the order of the one with most, so that memory is walked as it lies."""
    ordered = sorted(nodes, key=lambda n: -len(n.axes))
    axes: list[Index] = []
    for n in ordered:
        axes += [i for i in n.axes if i not in axes]
    return tuple(axes)
