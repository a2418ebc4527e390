"""The code of one block (an equation, or a recurrence) with marks for names, made once for all its renamed copies."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr, Symbol

from symbackprop.codegen.emission import Emitter
from symbackprop.codegen.layout import Layout
from symbackprop.codegen.lines import Setup
from symbackprop.codegen.lowering import Lowering
from symbackprop.codegen.sizes import MARK, code
from symbackprop.codegen.values import Value, indexed
from symbackprop.equations import Equation, Formula
from symbackprop.functions import FUNCTIONS
from symbackprop.indices import Index, MaxOver
from symbackprop.schedule import Block, Recurrence
from symbackprop.stabilise import stabilise
from symbackprop.terms import Entry, Flat


@dataclass(frozen=True)
class Piece:
    """Lines that compute one equation; ``guarded``: values that are computed and not taken may overflow."""

    equation: Equation
    lines: tuple[str, ...]
    guarded: bool = False


@dataclass(frozen=True)
class Template:
    """``setup`` runs once, ``before`` each step, ``pieces`` each step or, with ``loop``, each time step."""

    setup: tuple[Setup, ...]
    before: tuple[Piece, ...]
    pieces: tuple[Piece, ...]
    loop: str = ""


@dataclass(frozen=True)
class Context:
    """What an equation's code depends on beside the equation; stable laws look through the names in ``defined``.

    ``maxima``: those of them that are maxima.
    """

    layouts: Mapping[str, Layout]
    defined: Mapping[str, Equation]
    maxima: tuple[Equation, ...] = ()


def single(e: Equation, context: Context) -> Template:
    """The code of one equation that refers to nothing later."""
    emitter = Emitter({})
    piece = _piece(e, context, emitter, _whole(e, context.layouts[e.name], emitter))
    return Template(_used(emitter.setup, [piece]), (), (piece,) if piece.lines else ())


def _used(setup: list[Setup], pieces: list[Piece]) -> tuple[Setup, ...]:
    """The locals that something reads: a view of a view leaves the first one without a reader."""
    seen = {int(m[2]) for p in pieces for line in p.lines for m in MARK.finditer(line) if m[1] == "v"}
    kept = []
    for s in reversed(setup):
        if s.kind == "do" or s.local in seen:
            seen.update(int(m[2]) for m in MARK.finditer(s.code) if m[1] == "v")
            kept.append(s)
    return tuple(kept[::-1])


def recurrence(block: Recurrence, context: Context) -> Template:
    """The code of a recurrence: boundaries, then a loop over the steps."""
    before: list[Piece] = []
    pieces: list[Piece] = []
    emitter: Emitter | None = None
    stepped = frozenset(e.name for e in (*block.equations, *block.boundaries))
    name = f"«l:{block.equations[0].slots[block.axis[block.equations[0].name]]}»"
    for e in (*block.boundaries, *block.equations):
        time = e.slots[block.axis[e.name]]
        loop = {} if e.is_boundary else {time: name}
        emitter = Emitter(loop, emitter)
        layout = context.layouts[e.name]
        target = _edge(e, layout) if e.is_boundary else _step(e, layout, emitter)
        piece = _piece(e, context, emitter, target, stepped)
        if emitter.before:
            before.append(Piece(e, tuple(emitter.before), emitter.guarded_before))
        if piece.lines:
            (before if e.is_boundary else pieces).append(piece)
    assert emitter is not None
    total = code(block.steps)
    over = f"range({total})" if block.direction > 0 else f"range({total} - 1, -1, -1)"
    return Template(_used(emitter.setup, [*before, *pieces]), tuple(before), tuple(pieces), f"for {name} in {over}:")


def _piece(
    e: Equation, context: Context, emitter: Emitter, target: Value, stepped: frozenset[str] = frozenset()
) -> Piece:
    emitter.order = tuple(i for i in _lying(e, context.layouts[e.name]) if i not in emitter.loop)
    lowering = Lowering(context.layouts, e.indices, emitter.loop, context.maxima, stepped)
    root = lowering.root(stabilise(e.rhs, context.defined))
    emitter.equation(root, target)
    return Piece(e, tuple(emitter.lines), emitter.guarded)


def _whole(e: Equation, layout: Layout, emitter: Emitter) -> Value:
    text, indices = f"«t:{e.name}»", _lying(e, layout)
    if any(isinstance(s, Flat) for s in e.slots):
        text = emitter.kept(f"{text}.reshape({', '.join(code(i.size) for i in indices)})")
    return Value(text, indices, layout.contiguous, lasting=True, integer=layout.integer)


def _lying(e: Equation, layout: Layout) -> tuple[Index, ...]:
    """The indices of the left side in the order in which its axes lie."""
    if not layout.order:
        return e.indices
    parts = [p for s in layout.arranged(e.slots) for p in (s.args if isinstance(s, Flat) else (s,))]
    return tuple(p for p in parts if isinstance(p, Index))


def _step(e: Equation, layout: Layout, emitter: Emitter) -> Value:
    """The current step of the left side."""
    loop, indices = emitter.loop, _lying(e, layout)
    marks = [loop.get(s, ":") for s in layout.arranged(e.slots)]
    axes = tuple(i for i in indices if i not in loop)
    text = f"«t:{e.name}»"
    if any(isinstance(s, Flat) for s in e.slots):
        text = emitter.kept(f"{text}.reshape({', '.join(code(i.size) for i in indices)})")
        marks = [loop.get(i, ":") for i in indices]
    contiguous = layout.contiguous and marks[0] != ":"
    return Value(emitter.current(indexed(text, marks)), axes, contiguous, integer=layout.integer)


def _edge(e: Equation, layout: Layout) -> Value:
    """The boundary step that the left side fixes, in the buffer that holds it."""
    marks = [code(s + layout.before) if not isinstance(s, Index | Flat) else ":" for s in layout.arranged(e.slots)]
    return Value(indexed(f"«x:{e.name}»", marks), _lying(e, layout), marks[0] != ":", integer=layout.integer)


class Templates:
    """The templates of a formula's blocks; renamed copies of one equation share theirs."""

    def __init__(self, formula: Formula, layouts: Mapping[str, Layout]) -> None:
        self.layouts, self.context = (
            layouts,
            Context(
                layouts,
                formula.defining,
                tuple(e for e in formula.defining.values() if isinstance(e.base.rhs, MaxOver)),
            ),
        )
        self._known: dict[tuple, Template] = {}
        self._sharable: dict[int, tuple[tuple[str, ...], tuple[tuple[str, int, Symbol], ...]] | None] = {}

    def of(self, block: Block) -> tuple[Template, Equation | None]:
        """The template, and the equation whose renaming its marks still want (None: they are names already)."""
        if isinstance(block, Recurrence):
            return recurrence(block, self.context), None
        e = block.equation
        key = self._key(e) if e.renaming is not None else None
        if key is None:
            return single(e, self.context), None
        if key not in self._known:
            self._known[key] = single(e.base, Context(self._base_layouts(e), {}))
        return self._known[key], e

    def _key(self, e: Equation) -> tuple | None:
        """What the text depends on; None where it depends on more than that."""
        base = e.base
        if id(base) not in self._sharable:
            self._sharable[id(base)] = _plain_reads(base)
        plain = self._sharable[id(base)]
        if plain is None or e.renaming is None:
            return None
        names, axes = plain
        renaming = e.renaming
        for name, k, s in axes:
            layout = self.layouts[renaming.name(name)]
            if layout.lengths[layout.order.index(k) if layout.order else k] != renaming.sizes.get(s, s):
                return None
        return (id(base), *(self.layouts[renaming.name(n)].key for n in names))

    def _base_layouts(self, e: Equation) -> dict[str, Layout]:
        assert e.renaming is not None
        found = {}
        for entry in (e.base.left, *e.base.rhs.atoms(Entry)):
            layout = self.layouts[e.renaming.name(entry.name)]
            shape = layout.arranged([i.size for i in entry.slots])
            found[entry.name] = replace(layout, name=entry.name, shape=shape)
        return found


def _plain_reads(base: Equation) -> tuple[tuple[str, ...], tuple[tuple[str, int, Symbol], ...]] | None:
    """Names and axes of an equation all of whose slots are indices over a named size; None for any other."""
    axes: set[tuple[str, int, Any]] = set()
    if base.rhs.has(FUNCTIONS["log"].cls):
        return None  # a stable law may look through the names that it reads
    for entry in (base.left, *base.rhs.atoms(Entry)):
        for k, slot in enumerate(entry.slots):
            if not isinstance(slot, Index) or not _is_plain(slot.size):
                return None
            axes.add((entry.name, k, slot.size))
    names = sorted({a[0] for a in axes} | {x.name for x in (base.left, *base.rhs.atoms(Entry))})
    return tuple(names), tuple(sorted(axes, key=str))


def _is_plain(size: Expr) -> bool:
    return isinstance(size, Symbol) or bool(size.is_Integer)
