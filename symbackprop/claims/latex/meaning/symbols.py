"""Letters to values: inputs, definitions, indices, sizes, numbers, and bars for derivatives."""

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import S, pi

from symbackprop.claims.latex.meaning.functions_of import applied
from symbackprop.claims.latex.meaning.labels import size_name
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Alias, Found, Local, Symbol
from symbackprop.claims.latex.meaning.sequences import first_step, free_step, length_of
from symbackprop.claims.latex.meaning.slots import entry_of, example_of, of_one_output, row_of, slots_of, step_slots
from symbackprop.claims.latex.meaning.superscripts import raised
from symbackprop.claims.latex.meaning.values import Value, scalar
from symbackprop.claims.latex.syntax.scripts import key_parts, refusal
from symbackprop.claims.latex.syntax.tree import (
    Derivative,
    Letter,
    Node,
    Script,
)
from symbackprop.indices import Index, fresh, size
from symbackprop.terms import Entry

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


def symbol_value(el: "Elaborator", node: Node, local: Local) -> Value:
    name = node.name if isinstance(node, Letter) else getattr(node, "text", "")
    if name in local.parameters:
        return local.parameters[name]
    if name in local.indices:
        index, first = local.indices[name]
        return scalar(index + first)
    found = find(el, node, local)
    if found is not None:
        return of_found(el, found, node, local)
    if name in el.free:
        index, first = el.free[name]
        return scalar(index + first)
    gradient = gradient_bar(el, node, local)
    if gradient is not None:
        return gradient
    if name in el.sizes:
        return scalar(size(size_name(name)))
    if name == "I":
        return el.algebra.identity()
    if name == "pi":
        return scalar(pi)
    if name == "e":
        return scalar(applied("exp", S.One))
    raise refusal(f"unknown symbol {name!r}: nothing declares or defines it", node)


def gradient_bar(el: "Elaborator", node: Node, local: Local) -> Value | None:
    """``\\bar x``: the derivative of the cost."""
    parts = key_parts(node)
    if parts is None or not parts[0].startswith("bar "):
        return None
    plain = Letter(node.at, parts[0][4:])
    inner: Node = plain if isinstance(node, Letter) else replace(node, base=plain)  # type: ignore[call-arg]
    if find(el, inner, local) is None:
        return None
    above = parts[2]
    transposed = above is not None and above.transposed
    if isinstance(inner, Script) and above is not None and transposed:
        inner = replace(inner, above=replace(above, transposed=False))
    v = el.value(Derivative(node.at, "d", None, (inner,)), local)
    return el.algebra.transposed(v) if transposed else v


def of_found(el: "Elaborator", found: Found, node: Node, local: Local) -> Value:
    if found.example is not None:
        whole = of_found(el, replace(found, slots=(), above=None, example=None), node, local)
        v = example_of(el, whole, found.example, local)
        return raised(el, entry_of(el, v, found.slots, node, local) if found.slots else v, found.above, node, local)
    if isinstance(found.what, Alias) and found.what.slots and found.what.slots[0] in el.scope.steps and found.slots:
        v = _of_alias_at_step(el, found.what, found.slots, node, local)
    elif isinstance(found.what, Alias):
        alias = found.what
        inner = Local(layers=found.layers)
        free = el.free
        el.free = {x: known for x, known in free.items() if x not in alias.slots}  # its letters are its own
        v = el.value(alias.node, inner)
        if alias.slots:
            known = [el.free.get(s) or free.get(s) for s in alias.slots]
            bound = [k[0] for k in known if k is not None]
            if len(bound) < len(known):
                raise refusal("a subscript whose range is not known", node)
            v = Value(tuple(fresh(i) for i in bound), v.expr)
            v = replace(v, expr=v.expr.xreplace(dict(zip(bound, v.axes, strict=True))))
        el.free = free
        if found.slots:
            v = entry_of(el, v, found.slots, node, local)
    else:
        v = _of_symbol(el, found.what, found.slots, node, local)
    return raised(el, v, found.above, node, local)


def _of_symbol(el: "Elaborator", symbol: Symbol, slots: tuple[Node, ...], node: Node, local: Local) -> Value:
    if symbol.role == "label" and not symbol.shape and not slots:
        return scalar(Entry(symbol.name) + 1)
    if symbol.step is not None:
        return _of_step(el, symbol, slots, node, local)
    if len(slots) == 1 and len(symbol.shape) == 2:
        row = row_of(el, _of_symbol(el, symbol, (), node, local), slots, local)
        if row is not None:
            return row
    if slots:
        expr = Entry(symbol.name, *slots_of(el, symbol, slots, node, local))
        return scalar(expr + 1 if symbol.role == "label" else expr)
    axes = tuple(fresh(Index("~", el.algebra.size(s))) for s in symbol.shape)
    if symbol.role == "label":
        raise refusal("a vector of labels as a whole", node)
    return Value(axes, Entry(symbol.name, *axes), symbol.row, symbol.loose)


def _of_step(el: "Elaborator", symbol: Symbol, slots: tuple[Node, ...], node: Node, local: Local) -> Value:
    """One step of a sequence as a whole, or an entry of it."""
    if not slots:
        raise refusal(f"{symbol.name} without a step", node)
    given = step_slots(el, symbol, slots, node, local)
    axes = tuple(fresh(Index("~", el.algebra.size(s))) for s in symbol.shape[len(given) :])
    if symbol.role == "label":
        return scalar(Entry(symbol.name, *given) + 1)
    v = Value(axes, Entry(symbol.name, *given, *axes), row=symbol.row and len(axes) == 1)
    return of_one_output(el, v) if symbol.key[0] in el.scope.labelled else v


def _of_alias_at_step(el: "Elaborator", alias: Alias, slots: tuple[Node, ...], node: Node, local: Local) -> Value:
    """``\\delta_{t+1}`` where ``\\delta_t`` names a derivative."""
    letter = alias.slots[0]
    index = fresh(Index("~", length_of(el, letter)))
    others = [s for s in alias.slots[1:] if s not in el.free]
    v = el.value(alias.node, Local().with_index(letter, index, first_step(el, letter)))
    bound = [el.free[s][0] for s in alias.slots[1:]]
    axes = tuple(fresh(i) for i in bound)
    v = replace(v, expr=v.expr.xreplace(dict(zip(bound, axes, strict=True))), axes=(*axes, *v.axes))
    for s in others:
        del el.free[s]
    v = replace(v, expr=v.expr.xreplace({index: free_step(el, letter, slots[0], local)}))
    return entry_of(el, v, slots[1:], node, local) if slots[1:] else v
