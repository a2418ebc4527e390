"""Keys of terms that do not depend on how indices are called, and canonical names for bound ones.

``anonymous`` sees an index only by its size: what is chosen by it (a leading term, a sign) is chosen alike before and
after a renaming; where it cannot tell two candidates apart, no choice is made. ``canonical_order`` refines colours of
bound indices by the terms in which they occur; what stays alike is tried in every order within its class.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

from symbackprop.proof.atoms import Atom, Idx, Number, Term, Workspace

_MOST_ORDERS = 60
_MARK = 4_294_967_311  # the colour of the index whose place in its atoms is being looked at


def _text(value: Any) -> int:
    return crc32(str(value).encode())


def anonymous(value: Any) -> int:
    """A hash of the structure of an argument in which indices count by size alone."""
    if isinstance(value, Atom):
        if value.anonymous is None:
            value.anonymous = hash((_text(value.kind), *_arguments(value, {}, anonymous)))
        return value.anonymous
    if isinstance(value, Idx):
        return _text(value.size)
    return _of_container(value, anonymous)


def _of_container(value: Any, inner: Any) -> int:
    if isinstance(value, frozenset):
        return hash(tuple(sorted(map(inner, value))))
    if isinstance(value, tuple):
        if (
            value and isinstance(value[0], tuple) and value[0] and isinstance(value[0][0], Atom)
        ):  # a term: the order is by number
            return hash(tuple(sorted(map(inner, value))))
        return hash(tuple(map(inner, value)))
    return _text(value) if isinstance(value, str) else hash(value)


def _arguments(atom: Atom, colours: Mapping[Idx, int], inner: Any) -> Iterable[int]:
    if atom.kind == "entry" and atom.args[2]:  # symmetric: the order of the slots says nothing
        return (_text(atom.args[0]), *sorted(map(inner, atom.args[1])))
    return map(inner, atom.args)


def term_key(term: Term) -> tuple:
    """A degree-lexicographic key of a monomial; equal keys are no ground for a choice."""
    degree: Number = sum(e for _, e in term)
    return (degree, tuple(sorted(((anonymous(a), e) for a, e in term), reverse=True)))


def coloured(value: Any, colours: Mapping[Idx, int], memo: dict) -> int:
    """A hash of the structure in which the given indices count by their colour, all others by name."""
    if isinstance(value, Atom):
        if not any(i in colours for i in value.free):
            return value.uid
        if value not in memo:

            def inner(part: Any) -> int:
                return coloured(part, colours, memo)

            memo[value] = hash((_text(value.kind), *_arguments(value, colours, inner)))
        return memo[value]
    if isinstance(value, Idx):
        return colours[value] if value in colours else value.uid + 1_000_003
    return _of_container(value, lambda part: coloured(part, colours, memo))


def canonical_order(w: Workspace, bound: Sequence[Idx], term: Term) -> list[Idx]:
    """The bound indices in an order that depends on the term alone, not on their names."""
    if len(bound) == 1:
        return list(bound)
    colours = _refined({b: _text(b.size) for b in bound}, term)
    return _individualised(w, colours, term, [_MOST_ORDERS])[1]


def _refined(colours: dict[Idx, int], term: Term) -> dict[Idx, int]:
    where = {b: [(a, e) for a, e in term if b in a.free] for b in colours}
    classes = len(set(colours.values()))
    while True:
        new = {}
        for b, colour in colours.items():
            marked = {**colours, b: hash((_MARK, colour))}
            memo: dict = {}
            seen = sorted(hash((coloured(a, marked, memo), e)) for a, e in where[b])
            new[b] = hash((colour, *seen))
        count = len(set(new.values()))
        if count == classes:
            return colours
        colours, classes = new, count


def _individualised(w: Workspace, colours: dict[Idx, int], term: Term, left: list[int]) -> tuple[int, list[Idx]]:
    w.tick()
    by_colour: dict[int, list[Idx]] = {}
    for b, colour in colours.items():
        by_colour.setdefault(colour, []).append(b)
    tied = [(c, bs) for c, bs in sorted(by_colour.items()) if len(bs) > 1]
    if not tied:
        order = [by_colour[c][0] for c in sorted(by_colour)]
        places = {b: 7919 + k for k, b in enumerate(order)}
        return coloured(term, places, {}), order
    colour, members = tied[0]
    best: tuple[int, list[Idx]] | None = None
    for b in members:
        if best is not None and left[0] <= 0:
            break
        left[0] -= 1
        found = _individualised(w, _refined({**colours, b: hash((colour, 1))}, term), term, left)
        if best is None or found[0] < best[0]:
            best = found
    assert best is not None
    return best
