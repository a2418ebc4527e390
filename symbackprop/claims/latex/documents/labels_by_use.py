"""Labels that nothing declares: y in ``p_{n y_n}``, ``\\hat y^{(t)}_{y_t}`` or ``1\\{y^{(i)} = k\\}`` numbers a class.

A symbol with an index of its own that stands as a subscript is a whole number, and no more than the axis at which it
stands is long. It is entered as a label of that many classes, one for each value of its index.
"""

from dataclasses import replace

from sympy import Expr

from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.labels import size_of
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.scope import Local, Symbol
from symbackprop.claims.latex.meaning.sequences import is_step, key_of_sequence, step_below, step_of
from symbackprop.claims.latex.meaning.values import unknown_size
from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.tree import Letter, Node, Reduce, Relation, Script, walk


def infer_labels(el: Elaborator, node: Node) -> None:
    """Enter the labels that stand as subscripts in a right side whose other symbols are entered."""
    for n in walk(node):
        found = find(el, n, Local()) if isinstance(n, Script) and isinstance(n.base, Letter) else None
        if found is None or not isinstance(found.what, Symbol) or len(found.slots) != len(found.what.shape):
            continue
        for slot, length in zip(found.slots, found.what.shape, strict=True):
            if isinstance(slot, Script) and isinstance(slot.base, Letter) and find(el, slot, Local()) is None:
                _enter(el, slot, slot.base.name, el.algebra.size(length))
    _enter_compared(el, node)


def _enter_compared(el: Elaborator, node: Node) -> None:
    """Make labels of inputs that are compared with the index of a sum, ``\\sum_{k=1}^K 1\\{y^{(i)} = k\\}``."""
    sums = [n for n in walk(node) if isinstance(n, Reduce) and isinstance(n.below, Relation)]
    bounds = {id(n.below) for n in sums}
    lengths = {n.below.items[0].name: n.above for n in sums if isinstance(n.below, Relation)
               and isinstance(n.below.items[0], Letter) and n.above is not None}  # fmt: skip
    for n in walk(node):
        if not isinstance(n, Relation) or id(n) in bounds or n.signs != ("=",):
            continue
        for one, other in (n.items, n.items[::-1]):
            if isinstance(one, Script) and isinstance(other, Letter) and other.name in lengths:
                found = find(el, one, Local())
                known = found.what if found is not None else None
                read = {r for e in el.scope.equations.values() for r in e.reads} | el.scope.equations.keys()
                if found is None or not isinstance(known, Symbol) or known.how != "by use" or known.name in read:
                    continue
                if known.role == "input" and len(known.shape) == len(found.slots):
                    classes = size_of(el, lengths[other.name], Local())
                    label = replace(known, name=el.scope.free_name(known.key), role="label", classes=classes)
                    el.scope.symbols[known.key] = replace(label, guessed=False)


def _enter(el: Elaborator, node: Script, base: str, classes: Expr) -> None:
    above = node.above
    if base not in el.scope.sequences and above is not None and above.label is not None and above.bracket == "(":
        if isinstance(above.label, Letter) and above.label.name in el.scope.steps and not node.below:
            el.scope.sequences[base] = above.label.name  # nowhere else is it written than as a subscript
            el.scope.labelled.add(base)
    if base in el.scope.sequences:
        letter = el.scope.sequences[base]
        step = step_of(node)
        both = is_step(node, el.scope.labelled) or step_below(node, letter)
        if both and isinstance(step, Letter) and step.name == letter:
            shape = (el.scope.steps[letter],)
            el.scope.add(key_of_sequence(base), shape=shape, role="label", how="by use", classes=classes, step=letter)
        return
    slots = flattened(node.below)
    if node.above is None and not node.primes and len(slots) == 1 and isinstance(slots[0], Letter):
        if len(slots[0].name) == 1:  # an index, no word
            el.scope.add((base, "", ""), shape=(unknown_size(),), role="label", how="by use", classes=classes)
