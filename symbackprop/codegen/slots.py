"""What the slots of an entry ask for: an axis as it is, one place of it, a window that slides, or places looked up.

Grouped slots are taken apart first: the axis is viewed as one axis a part.
"""

from dataclasses import dataclass
from math import prod
from typing import Any

from sympy import Add, Expr, Integer, Mul

from symbackprop.codegen.layout import Layout
from symbackprop.errors import NotSupported
from symbackprop.indices import ArgMax, Index
from symbackprop.terms import Bracket, Entry, Flat, FloorDiv, is_affine


@dataclass(frozen=True)
class Bare:
    """The axis itself."""

    index: Index


@dataclass(frozen=True)
class Place:
    """One fixed place."""

    at: int


@dataclass(frozen=True)
class Affine:
    """offset + Σ coefficient·index; zero outside the axis."""

    terms: tuple[tuple[Index, Expr], ...]
    offset: Expr


@dataclass(frozen=True)
class Gather:
    """Places computed from integer values; zero outside the axis where the slot is affine."""

    position: Expr
    guarded: bool


@dataclass(frozen=True)
class Read:
    """An entry taken apart: one slot and one length for each axis (grouped axes split into their parts)."""

    layout: Layout
    slots: tuple[Any, ...]
    lengths: tuple[Expr, ...]
    starts: tuple[int, ...]  # for each axis of the tensor the first of its slots

    @property
    def split(self) -> bool:
        return len(self.slots) != len(self.starts)

    @property
    def axes(self) -> tuple[Index, ...]:
        found: dict[Index, None] = {}
        for s in self.slots:
            if isinstance(s, Bare):
                found[s.index] = None
            elif isinstance(s, Affine):
                found.update(dict.fromkeys(i for i, _ in s.terms))
        return tuple(found)

    @property
    def gathers(self) -> tuple[Expr, ...]:
        return tuple(s.position for s in self.slots if isinstance(s, Gather))

    @property
    def plain(self) -> bool:
        """Whether it is the tensor's own axes, some of them at a fixed place."""
        bare = [s.index for s in self.slots if isinstance(s, Bare)]
        return len(bare) == len(set(bare)) and all(isinstance(s, Bare | Place) for s in self.slots)


def classify(e: Entry, layout: Layout) -> Read:
    """The entry taken apart, axes in the order in which they lie.

    Raises ``NotSupported`` for a slot that is none of the kinds.
    """
    slots: list[Any] = []
    lengths: list[Expr] = []
    starts: list[int] = []
    for slot, shape, whole in zip(layout.arranged(e.slots), layout.shape, layout.lengths, strict=True):
        starts.append(len(slots))
        if isinstance(slot, Flat):
            sizes = shape if isinstance(shape, tuple) else _part_sizes(slot, whole)
            slots += [_slot(p, n) for p, n in zip(slot.args, sizes, strict=True)]
            lengths += sizes
        else:
            slots.append(_slot(slot, whole))
            lengths.append(whole)
    return Read(layout, tuple(slots), tuple(lengths), tuple(starts))


def _part_sizes(slot: Flat, whole: Expr) -> tuple[Expr, ...]:
    """The lengths of the parts of an axis that was not declared as grouped: what indices run over, and what is left."""
    fixed = [p for p in slot.args if not isinstance(p, Index)]
    left = whole / prod(p.size for p in slot.args if isinstance(p, Index))
    if len(fixed) > 1 or (fixed and not isinstance(left, Integer)):
        raise NotSupported(f"the grouped slot {slot} of an axis that was not declared as grouped")
    return tuple(p.size if isinstance(p, Index) else left for p in slot.args)


def _slot(slot: Expr, length: Expr) -> Any:
    if isinstance(slot, Index) and slot.size == length:
        return Bare(slot)
    if isinstance(slot, Integer) and slot >= 0:
        return Place(int(slot))
    if slot.atoms(Entry, ArgMax, Bracket) or any(f.atoms(Index) for f in slot.atoms(FloorDiv)):
        return Gather(slot, is_affine(slot))
    return affine(slot)


def affine(slot: Expr) -> Affine:
    """A linear combination of indices with coefficients in sizes.

    >>> from symbackprop.indices import size
    >>> h = Index("h", size("H"))
    >>> affine(2 * h - 1)
    Affine(terms=((h, 2),), offset=-1)
    """
    terms: dict[Index, Expr] = {}
    offset: Expr = Integer(0)
    for term in Add.make_args(slot.expand()):
        found = [f for f in Mul.make_args(term) if isinstance(f, Index)]
        if not found and not term.atoms(Index):
            offset += term
        elif len(found) == 1 and not (term / found[0]).atoms(Index):
            terms[found[0]] = terms.get(found[0], Integer(0)) + term / found[0]
        else:
            raise NotSupported(f"the slot {slot}: not a linear combination of indices")
    return Affine(tuple(terms.items()), offset)
