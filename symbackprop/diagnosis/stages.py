"""The network as layers: which equations belong to which weights, and where the bound begins.

A layer is a run of equations from the first that reads some weights to the last before other weights are read, so that
an activation belongs to the weights before it. In a ``Sequential`` weights belong together by the place in their keys,
in a formula by the equation that reads them first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symbackprop.derivation import Derivation
from symbackprop.diagnosis.bounding import Graph
from symbackprop.equations import Formula
from symbackprop.network import Network


@dataclass(frozen=True)
class Stage:
    """``place`` is the layer's, ``keys`` those of its parameters, ``tensors`` what it computes.

    ``output`` is the last of them through which everything passes, the last one without such.
    """

    place: str
    keys: tuple[str, ...]
    tensors: tuple[str, ...]
    output: str


def between(network: Network, derivation: Derivation) -> tuple[str, ...]:
    """The tensors that depend on data and have an adjoint, in the order of the formula; the cost is the last."""
    formula = network.formula
    dependent = _dependents(formula, network.input)
    wanted = {n for n in derivation.adjoints if n in formula.defining} | {derivation.cost.name}
    return tuple(n for n in formula.defining if n in dependent and n in wanted)


def _dependents(formula: Formula, name: str) -> set[str]:
    found: set[str] = set()
    todo = [name]
    while todo:
        for e in formula.consumers[todo.pop()]:
            if e.name not in found:
                found.add(e.name)
                todo.append(e.name)
    return found


def stages(network: Network, graph: Graph, head: str | None) -> list[Stage]:
    """The layers with weights, first to last; what comes behind the last one's output is in none of them."""
    order, narrow = graph.order, set(waists(graph, network.input))
    read = weights_read(network, order)
    owner = _owners(network, read)
    found: list[tuple[str, list[str]]] = []
    for name in order[:-1] if head is None else order[: order.index(head) + 1]:
        places = dict.fromkeys(owner[n] for n in read[name])
        new = [p for p in places if all(p != q for q, _ in found)]
        if new:
            norm = _last_of(found[-1][1], graph.skipped | graph.normalised) if found else []
            found += [(p, []) for p in new]
            found[-1][1].extend(norm)
        if found:
            found[-1][1].append(name)
    keys = {p: tuple(k for k, n in network.parameters.items() if owner.get(n) == p) for p, _ in found}
    outputs = {p: next((n for n in reversed(tensors) if n in narrow), tensors[-1]) for p, tensors in found if tensors}
    return [Stage(_place(p, keys[p]), keys[p], tuple(tensors), outputs[p]) for p, tensors in found if tensors]


def _last_of(tensors: list[str], wanted: frozenset[str]) -> list[str]:
    """The wanted tensors at the end of the list, taken from it: a normalisation belongs to its own weights."""
    count = next((k for k, n in enumerate(reversed(tensors)) if n not in wanted), len(tensors) - 1)
    taken = tensors[len(tensors) - count :]
    del tensors[len(tensors) - count :]
    return taken


def _place(place: str, keys: tuple[str, ...]) -> str:
    """The place in a ``Sequential``; in a formula its params are the name of a layer."""
    return place if any("." in k for k in keys) else ", ".join(keys)


def weights_read(network: Network, order: tuple[str, ...]) -> dict[str, list[str]]:
    """The parameters that each tensor is computed from, those by way of others that no data reach included."""
    parameters, defining = set(network.parameters.values()), network.formula.defining
    found: dict[str, list[str]] = {}
    for name in order:
        todo, seen = sorted(defining[name].reads), set(order)
        for n in todo:
            if n in defining and n not in seen:
                seen.add(n)
                todo += sorted(defining[n].reads)
        found[name] = [n for n in dict.fromkeys(todo) if n in parameters]
    return found


def _owners(network: Network, read: Mapping[str, list[str]]) -> Mapping[str, str]:
    """The place of each parameter's tensor."""
    owner: dict[str, str] = {}
    for name, parameters in read.items():
        for n in parameters:
            owner.setdefault(n, name)
    for key, n in network.parameters.items():
        if "." in key and n in owner:
            owner[n] = key.rpartition(".")[0]
    return owner


def waists(graph: Graph, data: str) -> Iterator[str]:
    """The tensors through which everything passes on its way from the data to the cost, in order."""
    places = {n: k for k, n in enumerate((data, *graph.order))}
    # What reads a tensor that is computed after it does so a step later: a recurrence, which leads nowhere else.
    left = {n: sum(places[r] > places[n] for r in _readers(graph, n)) for n in places}
    open_ends = {data}
    for name in graph.order:
        for read in graph.point.formula.defining[name].reads & open_ends:
            left[read] -= 1
            if not left[read]:
                open_ends.discard(read)
        open_ends.add(name)
        if open_ends == {name}:
            yield name


def _readers(graph: Graph, name: str) -> set[str]:
    return {e.name for e in graph.point.formula.consumers[name]} & set(graph.order)


def head_of(graph: Graph, network: Network) -> str | None:
    """The last layer's output: the last waist behind all weights to which steps with a bound lead; None without one."""
    *before, cost = graph.order
    places = {n: k for k, n in enumerate(graph.order)}
    read = weights_read(network, graph.order)
    last = max((places[n] for n in before if read[n]), default=0)
    behind = [n for n in waists(graph, network.input) if places[n] >= last and n != cost]
    behind = [n for n in behind if network.formula.tensors[n].lengths[:1] == (graph.point.batch,)]
    if not behind:
        return None
    head = behind[0]
    for following in behind[1:]:
        if graph.edges.get((head, following)) is None or graph.readers(head) != [following]:
            break
        head = following
    return head
