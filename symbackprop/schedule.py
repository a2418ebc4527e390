"""The order in which a formula's equations are computed: single equations, and recurrences run step by step.

Equations that refer to one another form a recurrence when they do so at earlier entries along one index (or all at
later ones: then it runs backwards). The strongly connected components are found without recursion, since a deep
network is a long chain of equations.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sympy import Expr, Integer

from symbackprop.equations import Equation, Formula
from symbackprop.errors import ShapeError
from symbackprop.indices import Index
from symbackprop.terms import Entry


@dataclass(frozen=True)
class Single:
    """One equation that refers to nothing later."""

    equation: Equation


@dataclass(frozen=True)
class Recurrence:
    """Equations computed together, step by step along one axis.

    ``axis`` gives for each tensor the slot that is time; ``steps`` is the number of steps; ``direction`` +1 when they
    refer to earlier entries, -1 when to later ones; ``equations`` are in the order within one step.
    """

    equations: tuple[Equation, ...]
    boundaries: tuple[Equation, ...]
    axis: Mapping[str, int]
    steps: Expr
    direction: int


Block = Single | Recurrence


def schedule(formula: Formula) -> list[Block]:
    """The blocks of a formula in an order in which each reads only what came before.

    >>> import symbackprop as sb
    >>> text = "input x[T], h0; h[t] = tanh(h[t-1] + x[t]); h[-1] = h0; C = sum(t, h[t])"
    >>> f = sb.formula(text.replace("; ", chr(10)))
    >>> [type(b).__name__ for b in schedule(f)]
    ['Recurrence', 'Single']
    """
    defining = formula.defining
    graph = {name: [r for r in sorted(e.reads) if r in defining] for name, e in defining.items()}
    for name, boundaries in formula.boundaries.items():
        graph[name] += [r for b in boundaries for r in sorted(b.reads) if r in defining and r != name]
    blocks: list[Block] = []
    for component in components(graph):
        (first, *rest) = component
        if not rest and first not in defining[first].reads:
            blocks.append(Single(defining[first]))
        else:
            blocks.append(_recurrence(formula, sorted(component, key=list(defining).index)))
    return blocks


def components(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Strongly connected components, dependencies first (Tarjan's algorithm with an explicit stack).

    >>> components({"a": [], "b": ["a", "c"], "c": ["b"]})
    [['a'], ['c', 'b']]
    """
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    is_open: set[str] = set()
    found: list[list[str]] = []
    for root in graph:
        if root in order:
            continue
        work = [(root, iter(graph[root]))]
        order[root] = low[root] = len(order)
        open_nodes.append(root)
        is_open.add(root)
        while work:
            node, successors = work[-1]
            for successor in successors:
                if successor not in order:
                    order[successor] = low[successor] = len(order)
                    open_nodes.append(successor)
                    is_open.add(successor)
                    work.append((successor, iter(graph[successor])))
                    break
                if successor in is_open:
                    low[node] = min(low[node], order[successor])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    cut = open_nodes.index(node)
                    component = open_nodes[cut:][::-1]
                    del open_nodes[cut:]
                    is_open.difference_update(component)
                    found.append(component)
    return found


def _recurrence(formula: Formula, names: list[str]) -> Recurrence:
    members = {n: formula.defining[n] for n in names}
    axis = _time_axes(members)
    offsets: dict[str, list[tuple[str, int]]] = {n: _offsets(e, members, axis) for n, e in members.items()}
    signs = {1 if o > 0 else -1 for refs in offsets.values() for _, o in refs if o}
    if len(signs) != 1:
        raise ShapeError(f"{', '.join(names)} refer to one another both at earlier and at later entries")
    within = {n: [m for m, o in refs if not o] for n, refs in offsets.items()}
    ordered = components(within)
    if any(len(c) > 1 for c in ordered) or any(n in within[n] for n in names):
        raise ShapeError(f"{', '.join(names)} refer to one another at the same entry: a circle within one step")
    first = members[names[0]]
    time = first.slots[axis[names[0]]]
    return Recurrence(
        tuple(members[c[0]] for c in ordered),
        tuple(b for n in names for b in formula.boundaries.get(n, ())),
        axis,
        time.size,
        -signs.pop(),
    )


def _time_axes(members: Mapping[str, Equation]) -> dict[str, int]:
    """Which slot of each member is time: where some reference is shifted, then wherever that index goes."""
    axis: dict[str, int] = {}
    for e in members.values():
        for ref in e.rhs.atoms(Entry):
            if ref.name in members:
                for k, slot in enumerate(ref.slots):
                    if any(isinstance(slot - i, Integer) and slot != i for i in e.indices):
                        axis.setdefault(ref.name, k)
    changed = True
    while changed and len(axis) < len(members):
        changed = False
        for e in members.values():
            for ref in e.rhs.atoms(Entry):
                if ref.name not in members:
                    continue
                if ref.name in axis and e.name not in axis:
                    time = [k for k, s in enumerate(e.slots) if s in ref.slots[axis[ref.name]].atoms(Index)]
                    if time:
                        axis[e.name], changed = time[0], True
                elif e.name in axis and ref.name not in axis:
                    here = [k for k, s in enumerate(ref.slots) if s == e.slots[axis[e.name]]]
                    if here:
                        axis[ref.name], changed = here[0], True
    if len(axis) < len(members):
        names = ", ".join(sorted(members))
        raise ShapeError(f"{names} refer to one another, but not at earlier or later entries along an index")
    return axis


def _offsets(e: Equation, members: Mapping[str, Equation], axis: Mapping[str, int]) -> list[tuple[str, int]]:
    """What the equation refers to among the members, and by how many steps later (negative: earlier)."""
    found = []
    for ref in e.rhs.atoms(Entry):
        if ref.name in members:
            gap = ref.slots[axis[ref.name]] - e.slots[axis[e.name]]
            if not isinstance(gap, Integer):
                raise ShapeError(f"{e.name} refers to {ref} at a step that is not a fixed number away")
            found.append((ref.name, int(gap)))
    return sorted(set(found))
