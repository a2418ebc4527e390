"""Which symbol a letter with scripts names, and which scripts are left for indices."""

from dataclasses import replace
from typing import TYPE_CHECKING

from symbackprop.claims.latex.meaning.labels import label_node, label_of, layer_number, size_name
from symbackprop.claims.latex.meaning.layers import by_subscripts, instantiate, is_one_layer
from symbackprop.claims.latex.meaning.scope import Alias, Found, Key, Local, Symbol
from symbackprop.claims.latex.meaning.sequences import is_step, key_of_sequence, rest_of, step_below, step_of
from symbackprop.claims.latex.meaning.wholes import found_whole
from symbackprop.claims.latex.syntax.scripts import flattened, key_parts, shown, text_of
from symbackprop.claims.latex.syntax.tree import Letter, Node, Number, Product, Script, Superscript, Words
from symbackprop.claims.latex.text.vocabulary import LETTERS
from symbackprop.errors import ReadError

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


class Over(ReadError):
    """A symbol of an example that is over, under its key."""

    def __init__(self, key: Key, name: str) -> None:
        super().__init__(f"{name} was defined before what it rests on began a new example")
        self.key = key


def find(el: "Elaborator", node: Node, local: Local) -> Found | None:
    """The symbol or alias that a letter with scripts names, and the scripts that are left."""
    parts = key_parts(node)
    if parts is None:
        return None
    base, below, above = parts
    if el.scope.wholes and (whole := found_whole(el.scope, node, local)) is not None:
        return whole
    if base in el.scope.batches and above is not None and above.label is not None and above.bracket == "(":
        return _of_batch(el, base, below, above, local)
    if base in el.scope.sequences and isinstance(node, Script) and _is_of_sequence(el, base, node):
        return _of_sequence(el, base, node)
    label, left = label_of(el, base, above, local)
    if base in el.scope.layered and label == "" and above is None:
        label = ""
    slots = _multiple(el, base, label, below) or flattened(below)
    keys: list[tuple[Key, tuple[Node, ...]]] = []
    if below:
        keys.append(((base, ",".join(text_of(s) for s in slots), label), ()))
        keys.append(((base, "".join(text_of(s) for s in slots), label), ()))
    keys += _with_entries(el, base, slots, label)
    if not any(map(is_word, slots)):  # a word is no index
        keys.append(((base, "", label), slots))
    if left is not None and isinstance(left.power, Number) and left.power.value == 2:
        for (b, sub, _), rest in keys:  # σ² that was defined as such
            square = el.scope.symbols.get((b, sub, "^2"))
            if square is not None and label == "":
                return Found(square, rest, replace(left, power=None), local.layers)
    for key, rest in keys:
        found = _lookup(el, key, local)
        if found is not None:
            if key[1] in local.indices and not rest:
                raise ReadError(f"{base}_{key[1]} is the name of one symbol here, and {key[1]} counts")
            layers = local.layers
            if isinstance(found, Alias) and found.layer and above is not None:
                layers = {found.layer: layer_number(el, label_node(el, above), local)}
            return Found(found, rest, left, layers)
    if base.islower() and slots and len(base) == 1 and size_name(shown(node)) not in el.sizes:
        found = _lookup(el, (base.upper(), "", label), local)
        if isinstance(found, Symbol) and len(found.shape) == len(slots):
            return Found(found, slots, left, local.layers)
    return None


def _of_batch(el: "Elaborator", base: str, below: tuple[Node, ...], above: Superscript, local: Local) -> Found | None:
    """``a^{[2](i)}``: one example of a batch, and what else stands at it."""
    whole = find(el, el.scope.batches[base], local)
    left = replace(above, label=None, bracket="")
    return None if whole is None else replace(whole, slots=flattened(below), above=left, example=above.label)


def _multiple(el: "Elaborator", base: str, label: str, below: tuple[Node, ...]) -> tuple[Node, ...]:
    """``x_{2i}`` of a vector x that the document declares: the entry 2 i, and no pair of subscripts."""
    whole = el.scope.symbols.get((base, "", label))
    if whole is None or len(whole.shape) != 1 or len(below) != 1 or not isinstance(below[0], Product):
        return ()
    factors = below[0].factors
    return below if len(factors) == 2 and isinstance(factors[0][1], Number) and factors[1][0] == "" else ()


def is_word(node: Node) -> bool:
    """Whether a subscript is a word of two letters or more."""
    if isinstance(node, Words):
        return len(node.text) > 1
    return isinstance(node, Letter) and len(node.name) > 1 and "\\" + node.name not in LETTERS


def _with_entries(
    el: "Elaborator", base: str, slots: tuple[Node, ...], label: str
) -> list[tuple[Key, tuple[Node, ...]]]:
    """``y_{\\text{pred}, i}`` and ``z_{2,i}``: an entry of y_pred, and of z_2 where z has no two axes of its own.

    So is ``b_{t,j}`` of b_t where there is no b and t counts nothing.
    """
    whole = el.scope.symbols.get((base, "", label))
    if len(slots) < 2:
        return []
    key = (base, text_of(slots[0]), label)
    known = el.scope.symbols.get(key)
    if whole is not None and len(whole.shape) == len(slots) and key[1] != "0":
        return []
    label_alone = isinstance(slots[0], Letter) and whole is None and slots[0].name not in el.free
    names = is_word(slots[0]) or isinstance(slots[0], Number) or label_alone  # the bias b_t of a gate t
    return [(key, slots[1:])] if names and known is not None and len(known.shape) == len(slots) - 1 else []


def _of_sequence(el: "Elaborator", base: str, node: Script) -> Found | None:
    """``h_t``, ``h_{t-1,j}``, ``h^{(t)}``: a step of a sequence; ``h_0`` may be a symbol of its own."""
    step = step_of(node)
    if step is None:
        return None  # a subscript that is no step
    rest, above = rest_of(node), node.above
    if above is not None and above.label is step:
        above = replace(above, label=None, bracket="")
    if isinstance(step, Number):
        for key in ((base, text_of(step), ""), (base, "", text_of(step))):
            if key in el.scope.symbols:
                return Found(el.scope.symbols[key], rest, above, {})
    known = _lookup(el, key_of_sequence(base), Local())
    return None if known is None else Found(known, (step, *rest), above, {})


def _is_of_sequence(el: "Elaborator", base: str, node: Script) -> bool:
    """Whether a step is meant; labels may be written both as ``y^{(t)}`` and as ``y_t``."""
    if is_step(node, el.scope.labelled):
        return True
    known = el.scope.symbols.get(key_of_sequence(base))
    return known is not None and known.role == "label" and step_below(node, known.step or "")


def _lookup(el: "Elaborator", key: Key, local: Local) -> Symbol | Alias | None:
    scope = el.scope
    if key in scope.stale:
        raise Over(key, scope.stale[key])
    if key in scope.symbols:
        return scope.symbols[key]
    if key in scope.aliases:
        return scope.aliases[key]
    base, below, label = key
    if label and not below:
        general = scope.aliases.get((base, "", "*"))
        if general is not None:
            return general
        if base in scope.families:
            return instantiate(el, base, label, local)
        if base in scope.layered and (el.claiming or ((el.pending or el.shaping) and is_one_layer(label))):
            return by_subscripts(el, base, label)
    return None
