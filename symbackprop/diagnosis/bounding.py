"""The bound by layer: how long the adjoint of each tensor can be, given that of the last layer's output.

‖∂C/∂u‖ ≤ Σ ‖∂e/∂u‖ ‖∂C/∂e‖ over the equations e that read u: the total derivative and the triangle inequality. Two
norms travel together: the largest of one sample, and that of the whole batch. Where samples act on one another (batch
norm) only the second has a bound by itself, and no sample's norm is above it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from symbackprop.diagnosis.jacobians import Edge, Point, edge
from symbackprop.diagnosis.normalisation import Normalised, normalisations
from symbackprop.equations import Equation


@dataclass(frozen=True)
class Bound:
    """At most so long: the adjoint of each ``sample``, and of the ``batch``. ``missing``: why there is no bound."""

    sample: float
    batch: float
    missing: str = ""


_RECURRENT = Bound(0.0, 0.0, "a recurrence is passed as often as there are steps")


@dataclass(frozen=True)
class Graph:
    """The tensors between data and cost that have an adjoint, in the order in which they are computed."""

    point: Point
    order: tuple[str, ...]
    edges: Mapping[tuple[str, str], Edge | None] = field(default_factory=dict)  # (read tensor, computed one)
    skipped: frozenset[str] = frozenset()  # means and variances, whose paths are in the bound of their normalisation
    normalised: frozenset[str] = frozenset()  # what they make of their input

    def readers(self, name: str) -> list[str]:
        """The tensors that are computed from this one."""
        return [b for a, b in self.edges if a == name]


def graph(point: Point, order: tuple[str, ...], data: str) -> Graph:
    """The graph with the norm of each Jacobian in it; ``data`` is the network's input."""
    relevant = set(order)
    known = {n.output: n for n in normalisations(point, relevant)}
    inside = {t for n in known.values() for t in n.inside}
    edges: dict[tuple[str, str], Edge | None] = {}
    for name in order:
        if name in inside:
            continue
        equation = point.formula.defining[name]
        for read in sorted(equation.reads & (relevant | {data})):
            if name not in known:
                edges[read, name] = None if _is_recurrent(point, equation) else edge(point, equation, read)
            elif read not in inside:
                edges[read, name] = _through(known[name], read)
    return Graph(point, order, edges, frozenset(inside), frozenset(known))


def _through(found: Normalised, read: str) -> Edge | None:
    return found.edge if read == found.input else None


def _is_recurrent(point: Point, equation: Equation) -> bool:
    return bool(point.formula.boundaries.get(equation.name)) or equation.name in equation.reads


def bounds_from(graph: Graph, head: str, start: Bound) -> dict[str, Bound]:
    """The bound of every tensor before ``head``, through which all of them reach the cost."""
    found = {head: start}
    for name in reversed(graph.order[: graph.order.index(head)]):
        if name not in graph.skipped:
            found[name] = _added(name, graph, found)
    return found


def _added(name: str, graph: Graph, found: Mapping[str, Bound]) -> Bound:
    sample = batch = 0.0
    for reader in graph.readers(name):
        step, onward = graph.edges[name, reader], found.get(reader, _RECURRENT)
        if onward.missing or step is None:
            return Bound(0.0, 0.0, onward.missing or f"no bound is known for {reader} by {name}")
        sample += step.norm * (onward.batch if step.mixes else onward.sample)
        batch += step.norm * onward.batch
    return Bound(min(sample, batch), batch)
