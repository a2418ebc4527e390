"""Layers told apart by their index letters alone: ``a_j = Σ_i w_{ji} x_i``, ``a_k = Σ_j w_{kj} z_j``, ``δ_k``, ``δ_j``.

Textbooks name units so: i counts inputs, j hidden units, k outputs, and one letter stands for the same thing in each
layer. Two definitions with different letters are of two layers where one rests on the other, or where they name the
derivatives by different things; there each letter gets a symbol of its own. Weights that nothing defines follow them.
Where one letter of a layer is also a dummy of another, as in a softmax over j of ``a_k``, nothing is told apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Derivative, Letter, Node, Relation, Script, Sum, mapped, walk
from symbackprop.claims.latex.text.vocabulary import INDICES

TAG = "·"  # between a letter and the indices that tell its layer
_COUNTING = INDICES - {"t"} | {"h"}
Unit = tuple[str, str]  # a letter and its indices


@dataclass(frozen=True)
class _Definition:
    unit: Unit
    right: Node


def with_layers_by_letters(found: Sequence[Statement]) -> list[Statement]:
    """The statements, each letter that stands for several layers with the indices that tell them apart."""
    definitions = list({d.unit: d for d in reversed(list(_definitions(found)))}.values())  # the first of each
    several = {u.unit[0] for u in definitions for v in definitions if u.unit[0] == v.unit[0] and u.unit[1] != v.unit[1]}
    if not several:
        return list(found)
    apart = _told_apart(definitions, several)
    if not apart or any(_mixes(d.right, {base for base, _ in apart}) for d in definitions):
        return list(found)
    letters = {letter for _, letter in apart}
    defined = {d.unit[0] for d in definitions}
    used = {u for s in found if s.node is not None for u in _units(s.node)}
    free: dict[str, list[Unit]] = {}
    for unit in sorted(u for u in used if u[0] not in defined):
        free.setdefault(unit[0], []).append(unit)
    weights = {u for units in free.values() for u in units if any(_is_beside(u, v, letters) for v in units)}
    return [s if s.node is None else replace(s, node=_tagged(s.node, apart | weights)) for s in found]


def _definitions(found: Sequence[Statement]) -> Iterator[_Definition]:
    for s in found:
        if isinstance(s.node, Relation) and s.node.signs[0] in ("=", ":="):
            unit = _unit(s.node.items[0])
            if unit is not None and len(unit[1]) == 1:
                yield _Definition(unit, s.node.items[1])


def _unit(node: Node) -> Unit | None:
    """A letter whose subscripts are all letters that count."""
    if not isinstance(node, Script) or not isinstance(node.base, Letter) or node.above is not None or node.primes:
        return None
    slots = flattened(node.below)
    if not slots or not all(isinstance(x, Letter) and x.name in _COUNTING for x in slots):
        return None
    return node.base.name, "".join(x.name for x in slots if isinstance(x, Letter))


def _units(node: Node) -> set[Unit]:
    return {unit for n in walk(node) if (unit := _unit(n)) is not None}


def _told_apart(definitions: Sequence[_Definition], several: set[str]) -> set[Unit]:
    """What is of a layer of its own: it rests on another of that letter, or on what is told apart already."""
    reads = {d.unit: _units(d.right) for d in definitions}
    apart: set[Unit] = set()
    while True:
        new = {
            unit
            for u in definitions for v in definitions
            if u.unit[0] == v.unit[0] and u.unit[1] != v.unit[1] and u.unit[0] in several
            and (_rests_on(reads, u.unit, v.unit) or _are_of_different(u, v) or _is_of(u, v, apart))
            for unit in (u.unit, v.unit)
        }  # fmt: skip
        if new <= apart:
            return apart
        apart |= new


def _rests_on(reads: dict[Unit, set[Unit]], one: Unit, other: Unit) -> bool:
    reached: set[Unit] = set()
    todo = [one]
    while todo:
        for unit in reads.get(todo.pop(), set()):
            if unit == other:
                return True
            if unit not in reached:
                reached.add(unit)
                todo.append(unit)
    return False


def _by(d: _Definition) -> set[Unit]:
    """By what the derivative is taken that a definition is a name of, ``δ_k = -∂E/∂a_k``; nothing for a formula."""
    right = d.right.terms[0][1] if isinstance(d.right, Sum) and len(d.right.terms) == 1 else d.right
    return {unit for by in right.by if (unit := _unit(by)) is not None} if isinstance(right, Derivative) else set()


def _are_of_different(u: _Definition, v: _Definition) -> bool:
    one, other = {base for base, _ in _by(u)}, {base for base, _ in _by(v)}
    return bool(one and other) and not one & other


def _is_of(u: _Definition, v: _Definition, apart: set[Unit]) -> bool:
    """Whether both are made of one thing in layers that are told apart, each in its own."""
    mine = {base for base, letter in _units(u.right) & apart if letter == u.unit[1]}
    return any((base, v.unit[1]) in _units(v.right) & apart for base in mine)


def _mixes(right: Node, bases: set[str]) -> bool:
    """Whether one side has a letter with two indices, as a softmax has: then they are of one layer."""
    units = [u for u in _units(right) if u[0] in bases]
    return len({base for base, _ in units}) < len(units)


def _is_beside(u: Unit, v: Unit, letters: set[str]) -> bool:
    """Whether two weights of one letter have units of different layers at one place: ``w_{ji}``, ``w_{kj}``."""
    return len(u[1]) == len(v[1]) and any(a != b and {a, b} <= letters for a, b in zip(u[1], v[1], strict=True))


def _tagged(node: Node, apart: set[Unit]) -> Node:
    unit = _unit(node)
    if unit is None or unit not in apart or not isinstance(node, Script) or not isinstance(node.base, Letter):
        return mapped(node, lambda n: _tagged(n, apart))
    return replace(node, base=replace(node.base, name=f"{unit[0]}{TAG}{unit[1]}"))
