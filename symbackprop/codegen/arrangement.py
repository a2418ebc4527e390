"""In which order the axes of a tensor lie in memory, where that is not the order in which they are written.

* Where windows slide, the batch lies innermost: a window's entries then are whole rows, so that copying, adding and
  comparing them goes through memory in long runs, and a convolution is one matrix product without any transposing.
* In a recurrence time lies outermost: the current step is one contiguous block.

What a step takes lies as it is written; where windows slide over it, it is copied with the batch innermost.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Symbol

from symbackprop.equations import Equation, Formula, Tensor
from symbackprop.indices import Index
from symbackprop.schedule import Block, Recurrence, Single
from symbackprop.terms import Entry

Order = tuple[int, ...]


def orders(formula: Formula, blocks: Iterable[Block]) -> Mapping[str, Order]:
    """For tensors that lie otherwise than they are written: the axes as written, in the order in which they lie.

    >>> import symbackprop as sb
    >>> from symbackprop.schedule import schedule
    >>> f = sb.formula("input x[N,L], k[R]" + chr(10) + "index u < L-R+1" + chr(10)
    ...                + "param w[C]" + chr(10) + "y[n,c,u] = sum(r, w[c]*k[r]*x[n,u+r])")
    >>> dict(orders(f, schedule(f)))
    {'y': (1, 2, 0)}
    """
    blocks = list(blocks)
    found: dict[str, Order] = {}
    for b in blocks:
        if isinstance(b, Recurrence):
            found |= {e.name: _first(b.axis[e.name], len(e.slots)) for e in b.equations}
    singles = [b.equation for b in blocks if isinstance(b, Single)]
    batches = _batches(formula, singles)
    if batches:
        own = [formula.tensors[e.name] for e in singles if e.name not in formula.boundaries]
        found |= {t.name: (*range(1, len(t.lengths)), 0) for t in own if _is_batch(t, batches)}
    return {name: order for name, order in found.items() if order != tuple(range(len(order)))}


def turned(formula: Formula, blocks: Iterable[Block]) -> frozenset[str]:
    """What a step takes with the batch first and reads by windows: its copies have the batch innermost."""
    batches = _batches(formula, [b.equation for b in blocks if isinstance(b, Single)])
    return frozenset(t.name for t in formula.declared if _is_batch(t, batches))


def _first(axis: int, count: int) -> Order:
    return (axis, *(k for k in range(count) if k != axis))


def _batches(formula: Formula, equations: Iterable[Equation]) -> set[Any]:
    """The sizes of first axes beside which a window slides."""
    found: set[Any] = set()
    known: dict[int, set[tuple[str, Any]]] = {}
    for e in equations:
        if id(e.base) not in known:
            known[id(e.base)] = {(x.name, x.slots[0].size) for x in e.base.rhs.atoms(Entry) if _slides_beside(x)}
        for name, size in known[id(e.base)]:
            renaming = e.renaming
            size = renaming.sizes.get(size, size) if renaming is not None else size
            if formula.tensors[renaming.name(name) if renaming is not None else name].lengths[0] == size:
                found.add(size)
    return {s for s in found if isinstance(s, Symbol)}


def _slides_beside(entry: Entry) -> bool:
    """Whether the first slot is an index, and a later one the sum of two or more."""
    if not entry.slots or not isinstance(entry.slots[0], Index):
        return False
    return any(s.is_Add and len(s.atoms(Index)) > 1 and not s.atoms(Entry) for s in entry.slots[1:])


def _is_batch(t: Tensor, batches: set[Any]) -> bool:
    axes = sum(len(s) if isinstance(s, tuple) else 1 for s in t.shape)
    return axes > 2 and t.lengths[0] in batches and t.lengths[0] not in t.lengths[1:]
