"""Symbols of one layer, made from what a document says of every layer.

For a symbolic l the layers l, l+1, ... are unrolled as far as a claim mentions them; what lies below is a free input,
and the cost depends in any way on what the highest of them puts out. A claim proved so holds for every layer of a
net of any depth in which its symbols exist.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import Expr, Integer
from sympy import Symbol as SymbolicName

from symbackprop.claims.latex.meaning.labels import size_of
from symbackprop.claims.latex.meaning.scope import LAYER_ROWS, Family, Key, Local, Symbol
from symbackprop.claims.latex.meaning.values import Value, unknown_size
from symbackprop.equations import Equation
from symbackprop.errors import ReadError
from symbackprop.indices import Index, fresh

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def parsed_label(label: str) -> Expr | None:
    """``l+1`` and ``2`` as expressions; None where a label is a word.

    >>> parsed_label("l+1"), parsed_label("h1x") is None
    (l + 1, True)
    """
    for sign in "+-":
        head, found, tail = label.partition(sign)
        if found and head.isalpha() and tail.isdigit():
            return SymbolicName(head, integer=True) + (int(tail) if sign == "+" else -int(tail))
    if label.lstrip("-").isdigit():
        return Integer(label)
    return SymbolicName(label, integer=True) if label.isalpha() and len(label) == 1 else None


def offset(label: Expr) -> int:
    """k of l + k; for a number, the number."""
    return int(label.as_coeff_Add()[0])


def instantiate(el: "Elaborator", base: str, label: str, local: Local) -> Symbol | None:
    """The symbol ``base`` of the layer ``label``; None where nothing is said of it."""
    family = el.scope.families[base]
    layer = parsed_label(label)
    if layer is None:
        return None
    key = (base, "", label)
    defined = family.node is not None and _within(el, layer)
    if family.shape is None and family.node is None:
        return None
    if defined:
        assert family.node is not None
        return _define(el, key, family, Local(layers={family.letter: layer}))
    if family.shape is not None:
        inner = Local(layers={family.shape_letter: layer})
        shape = tuple(size_of(el, n, inner) for n in family.shape)
        return el.scope.add(key, shape=shape, role="input", how="declared")
    assert family.node is not None
    if base in el.shaping:  # z^l by a^{l-1} by z^{l-1}: the rank is that of the net's input, the size follows
        shape = (unknown_size(), *_input_shape(el)[1:])
        return Symbol(key, "~shape", shape, row=LAYER_ROWS in el.scope.tried and len(shape) == 1)
    v = _value(el, base, family, Local(layers={family.letter: layer}))
    # Below what a claim mentions: an input of the shape that its definition has.
    shape = tuple(el.algebra.size(i.size) for i in v.axes)
    return el.scope.add(key, shape=shape, row=v.row, role="input", how="layer below")


def _within(el: "Elaborator", layer: Expr) -> bool:
    return (bool(layer.free_symbols) and offset(layer) >= el.lowest) or (layer.is_Integer and int(layer) > 0)


def _input_shape(el: "Elaborator") -> tuple[Expr, ...]:
    """The shape of the net's input: its axes beyond the first are those of every layer."""
    if "~input" in el.scope.tried:  # a batch
        return (Integer(1), unknown_size())
    weights = el.scope.ranks  # of what nothing defines: W^{(0)} is made below an input that nothing declares
    shapes = [s.shape for (base, _, label), s in el.scope.symbols.items() if label == "0" and base not in weights]
    return max(shapes, key=len, default=(Integer(1),))


def _value(el: "Elaborator", base: str, family: Family, local: Local) -> Value:
    """The value of a definition at a layer, nothing of what lies below it defined."""
    kept, el.lowest = el.lowest, 10**6
    scope = el.scope
    el.scope = scope.copy()
    el.shaping.add(base)
    try:
        return _defining_value(el, family, local)
    finally:
        el.scope, el.lowest = scope, kept
        el.shaping.discard(base)


def _defining_value(el: "Elaborator", family: Family, local: Local) -> Value:
    """The right side of a layer's definition; that of an entry becomes the whole by its index letters."""
    assert family.node is not None
    kept, el.free = el.free, {}
    try:
        v = el.algebra.settled(el.value(family.node, local))
        if not family.slots:
            return v
        if v.rank or set(el.free) != set(family.slots):
            raise ReadError("a layer's entry whose indices stand on one side alone")
        given = [el.free[x][0] for x in family.slots]
        axes = tuple(fresh(Index("~", el.algebra.size(i.size))) for i in given)
        rule = {a: b for i, b in zip(given, axes, strict=True) for a in (i, Index(i.name, el.algebra.size(i.size)))}
        return Value(axes, v.expr.xreplace(rule))
    finally:
        el.free = kept


def below_defined(el: "Elaborator", layer: Expr) -> None:
    """Define what was an input of one layer, as a^{L-1} below a cost of a^L: a claim goes further down."""
    for base, family in el.scope.families.items():
        known = el.scope.symbols.get((base, "", label := str(layer).replace(" ", "")))
        if family.node is None or (known is not None and known.name in el.scope.equations):
            continue
        el.lowest = min(el.lowest, offset(layer))
        if known is None:
            instantiate(el, base, label, Local())
            continue
        v = _defining_value(el, family, Local(layers={family.letter: layer}))
        if len(v.axes) != len(known.shape):
            raise ReadError(f"{known.name} is read with another shape")
        if not all(el.algebra.same(i.size, n) for i, n in zip(v.axes, known.shape, strict=True)):
            raise ReadError(f"{known.name} is read with another shape")
        v = el.algebra.settled(v)
        el.scope.symbols[known.key] = replace(known, role="defined", how="layer")
        el.scope.equations[known.name] = Equation(known.name, v.axes, v.expr)
        el.forward_changed()


def renew(el: "Elaborator", base: str) -> None:
    """Define again the single layers of a symbol that were made of its definition as it was before."""
    family = el.scope.families[base]
    for symbol in [s for s in el.scope.symbols.values() if s.key[0] == base and s.how == "layer"]:
        layer = parsed_label(symbol.key[2])
        if layer is not None and family.node is not None:
            v = _defining_value(el, family, Local(layers={family.letter: layer}))
            same = len(v.axes) == len(symbol.shape) and all(
                el.algebra.same(i.size, n) for i, n in zip(v.axes, symbol.shape, strict=True)
            )
            if same:
                v = el.algebra.settled(v)
                el.scope.equations[symbol.name] = Equation(symbol.name, v.axes, v.expr)
                el.forward_changed()


def is_one_layer(label: str) -> bool:
    """Whether a label names one layer, as 2, L and L-1 do, and not each of them.

    >>> is_one_layer("L-1"), is_one_layer("l+1")
    (True, False)
    """
    return label.lstrip("-")[:1].isdigit() or label[:1].isupper()


def by_subscripts(el: "Elaborator", base: str, label: str) -> Symbol | None:
    """A symbol of one layer that nothing declares: an input with as many axes as it is written with subscripts."""
    if parsed_label(label) is None or not el.scope.ranks.get(base):
        return None
    shape = tuple(unknown_size() for _ in range(el.scope.ranks[base]))
    row = LAYER_ROWS in el.scope.tried and len(shape) == 1
    return el.scope.add((base, "", label), shape=shape, row=row, how="by use", guessed=True)


def _define(el: "Elaborator", key: Key, family: Family, local: Local) -> Symbol:
    if key in el.pending:
        raise ReadError(f"{key[0]} at layer {key[2]} is defined by itself")
    el.pending.add(key)
    try:
        v = _defining_value(el, family, local)
    finally:
        el.pending.discard(key)
    symbol = el.scope.add(key, shape=tuple(i.size for i in v.axes), row=v.row, role="defined", how="layer")
    el.scope.equations[symbol.name] = Equation(symbol.name, v.axes, v.expr)
    el.forward_changed()
    return symbol
