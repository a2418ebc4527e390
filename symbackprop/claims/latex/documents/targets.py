"""What the left side of an equation could define, and whether the right side lets it."""

from collections.abc import Sequence
from itertools import pairwise

from sympy import Expr

from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.labels import label_of
from symbackprop.claims.latex.meaning.lookup import find, is_word
from symbackprop.claims.latex.meaning.pairs import at_a_value
from symbackprop.claims.latex.meaning.scope import Alias, Key, Local, Scope
from symbackprop.claims.latex.meaning.sequences import is_step, key_of_sequence, rest_of, step_of
from symbackprop.claims.latex.syntax.scripts import flattened, key_parts, text_of
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Cases,
    Derivative,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Relation,
    Script,
    Special,
    same,
    walk,
)
from symbackprop.errors import ReadError


def target_of(el: Elaborator, left: Node) -> tuple[Key, tuple[str, ...], str | None, str | None] | None:
    """Key, index letters, letter of the layer and parameter of what a left side could define."""
    parameter = None
    if isinstance(left, Product) and len(left.factors) == 2:
        head, tail = left.factors[0][1], left.factors[1][1]
        if not isinstance(tail, Group) or tail.kind != "(" or at_a_value(tail):
            return None
        parameter = text_of(tail.items[0]) if len(tail.items) == 1 else ""
        left = head
    parts = key_parts(left)
    if parts is None:
        return None
    base, below, above = parts
    scope = el.scope
    if _is_bar_of_known(el, base):
        return None
    if base in scope.sequences and isinstance(left, Script) and is_step(left, scope.labelled):
        return _target_of_step(base, left, parameter)
    label, rest = label_of(el, base, above, Local())
    if rest is not None and isinstance(rest.power, Number) and rest.power.value == 2 and not label:
        slots = flattened(below)
        plain = (base, "".join(text_of(x) for x in slots), "")
        if plain not in scope.symbols:  # σ² defined as such, σ never
            indices = all(isinstance(x, Letter) and not is_word(x) for x in slots)
            if slots and indices and (base, "", "") not in scope.symbols:
                return (base, "", "^2"), tuple(text_of(x) for x in slots), None, parameter
            return (*plain[:2], "^2"), (), None, parameter
    if rest is not None and (rest.transposed or rest.inverse or rest.power is not None):
        return None
    letter = label if len(label) == 1 and label.isalpha() and _is_layer_letter(el, base, label) else None
    slots = flattened(below)
    whole = (base, ",".join(text_of(x) for x in slots), label)
    plain = (base, "".join(text_of(x) for x in slots), label)
    for key in (whole, plain):
        if slots and (key in scope.symbols or key in scope.aliases):
            return key, (), letter, parameter
    named = (base, text_of(slots[0]), label) if len(slots) > 1 else plain
    if len(slots) > 1 and (is_word(slots[0]) or (isinstance(slots[0], Number) and named in scope.symbols)):
        if all(isinstance(x, Letter) and not is_word(x) for x in slots[1:]):  # an entry of y_pred, of z_2
            return named, tuple(text_of(x) for x in slots[1:]), letter, parameter
    if slots and all(isinstance(x, Letter) for x in slots):
        return (base, "", label), tuple(text_of(x) for x in slots), letter, parameter
    return plain, (), letter, parameter


def key_of_one(base: str) -> Key:
    """Where the scope has what is written without the label of an example; ``2 a`` is a in the layer 2.

    >>> key_of_one("hat y"), key_of_one("2 a")
    (('hat y', '', ''), ('a', '', '2'))
    """
    layer, _, letter = base.partition(" ")
    return (letter, "", layer) if layer.isdigit() else (base, "", "")


def keys_of(node: Node, scope: Scope) -> set[Key]:
    """The keys under which a letter with scripts could have been defined."""
    parts = key_parts(node)
    if parts is None:
        return set()
    base, below, above = parts
    if base in scope.of_one_example and above is not None and above.label is not None:
        return {key_of_one(base)}
    if base in scope.sequences and isinstance(node, Script) and node.below + ((node.above,) if node.above else ()):
        return {key_of_sequence(base)}
    return {(base, "", ""), (base, "".join(text_of(b) for b in flattened(below)), "")}


def _target_of_step(
    base: str, left: Script, parameter: str | None
) -> tuple[Key, tuple[str, ...], str | None, str | None] | None:
    """``h_t = ...`` defines all steps at once, ``h_0 = ...`` the start."""
    step = step_of(left)
    rest = rest_of(left)
    if isinstance(step, Number):
        return (base, text_of(step), ""), tuple(map(text_of, rest)), None, parameter
    if not isinstance(step, Letter) or not all(isinstance(x, Letter) for x in rest):
        return None
    return key_of_sequence(base), (step.name, *map(text_of, rest)), None, parameter


def _is_bar_of_known(el: Elaborator, base: str) -> bool:
    """Whether a letter with a bar stands over one that is known, under whatever subscript: a derivative."""
    return base.startswith("bar ") and any(key[0] == base[4:] for key in el.scope.symbols)


def _is_layer_letter(el: Elaborator, base: str, label: str) -> bool:
    """l is generic; L, which the document uses as one number, is generic too where a family is not there."""
    return (label.islower() and base in el.scope.layered) or label == "l"


def mentions_derivative(el: Elaborator, node: Node) -> bool:
    for n in walk(node):
        if isinstance(n, Derivative):
            return True
        if isinstance(n, Letter | Script):
            parts = key_parts(n)
            if parts is None:
                continue
            if (parts[0], "", "*") in el.scope.aliases:
                return True
            if parts[0] in el.scope.families:
                continue  # made when a claim asks for it: other families may still come
            try:
                found = find(el, n, Local())
            except ReadError:
                continue  # of an example that is over: no derivative, and refused where it is read
            if found is not None and isinstance(found.what, Alias):
                return True
            if found is None and _is_bar_of_known(el, parts[0]):
                return True
    return False


def is_function(el: Elaborator, left: Node, right: Node, parameter: str, found: Sequence[Statement]) -> bool:
    """``\\sigma(z) = ...`` defines a function, ``f(x) = ...`` of a declared x the symbol f.

    So does ``J(w) = ...`` of other symbols too, where J is never primed nor applied to anything else.
    """
    if not parameter:
        return False
    if not any(isinstance(n, Letter) and n.name == parameter for n in walk(right)):
        return False
    others = {n.name for n in walk(right) if isinstance(n, Letter) and n.name not in (parameter, "e", "pi")}
    head = left.factors[0][1] if isinstance(left, Product) else left
    if (parameter, "", "") in el.scope.symbols and not _is_applied_to_example(left, parameter, found):
        return not others and _is_applied_in_definition(head, parameter, found)
    return not others or _is_applied_to_other(head, parameter, found)


def is_kronecker(node: Relation) -> bool:
    """``\\delta_{ij} = 1`` (if i = j) and ``\\delta_{ij} = 0``: the words around it say where."""
    left, right = node.items[0], node.items[-1]
    if node.signs != ("=",) or not isinstance(left, Script) or not isinstance(right, Number) or left.above is not None:
        return False
    slots = flattened(left.below)
    named = isinstance(left.base, Letter) and left.base.name == "delta" and right.value in (0, 1)
    return named and len(slots) == 2 and all(isinstance(x, Letter) for x in slots) and not same(*slots)


def is_indicator(node: Relation) -> bool:
    """``\\mathbf 1(i = j)`` by cases, 1 where i = j and 0 where i ≠ j: it says what everybody means."""
    left, right = node.items[0], node.items[-1]
    if node.signs not in (("=",), (":=",)) or not isinstance(left, Product) or not isinstance(right, Cases):
        return False
    heads = [f for _, f in left.factors]
    said = heads[1].items[0] if len(heads) == 2 and isinstance(heads[1], Group) else None
    if not isinstance(heads[0], Special) or heads[0].name != "ones" or not isinstance(said, Relation):
        return False
    (one, when), *others = right.branches
    is_one = isinstance(one, Number) and one.value == 1 and when is not None and same(when, said)
    nothing = [n for n, case in others if isinstance(n, Number) and n.value == 0 and _is_opposite(case, said)]
    return is_one and len(others) == len(nothing) == 1


def _is_opposite(case: Node | None, said: Relation) -> bool:
    """Whether a case is all others than one: it says nothing, or that two things differ that were equal."""
    if case is None or not isinstance(case, Relation):
        return case is None
    return (said.signs, case.signs) == (("=",), ("!=",)) and same(case.items, said.items)


def named_class(node: Relation) -> str | None:
    """c of ``y_c = 1``, which says of a one-hot y what its class is called."""
    left, right = node.items[0], node.items[-1]
    if node.signs != ("=",) or not isinstance(left, Script) or not isinstance(right, Number) or right.value != 1:
        return None
    slots = flattened(left.below)
    named = len(slots) == 1 and left.above is None and isinstance(left.base, Letter) and left.base.name[-1:] in "yt"
    return slots[0].name if named and isinstance(slots[0], Letter) and len(slots[0].name) == 1 else None


def _is_letter(node: Node, name: str) -> bool:
    return isinstance(node, Letter) and node.name == name


def _is_applied_to_other(head: Node, parameter: str, found: Sequence[Statement]) -> bool:
    for s in found:
        for n in walk(s.node) if s.node is not None else ():
            if isinstance(n, Script) and n.primes and same(n.base, head):
                return True
            if isinstance(n, Product):
                for (_, a), (op, b) in pairwise(n.factors):
                    if op == "" and same(a, head) and isinstance(b, Group) and b.kind == "(":
                        if len(b.items) == 1 and not _is_letter(b.items[0], parameter):
                            return True
    return False


def _is_applied_in_definition(head: Node, parameter: str, found: Sequence[Statement]) -> bool:
    """Whether f of ``f(x) = ...`` is what another definition applies, ``h(x) = f(a(x))``: then x of f is any number."""
    for s in found:
        if isinstance(s.node, Relation) and s.node.signs[0] in ("=", ":=") and not s.inline:
            left = s.node.items[0]
            own = left.factors[0][1] if isinstance(left, Product) else left
            for n in walk(s.node.items[1]) if not same(own, head) and not isinstance(own, Derivative) else ():
                for (_, a), (op, b) in pairwise(n.factors) if isinstance(n, Product) else ():
                    if op == "" and same(a, head) and isinstance(b, Group) and b.kind == "(" and len(b.items) == 1:
                        if not any(_is_letter(x, parameter) for x in b.items) and not at_a_value(b):
                            return True
    return False


def _is_applied_to_example(left: Node, parameter: str, found: Sequence[Statement]) -> bool:
    """Whether f of ``f(x) = ...`` is applied to ``x^{(i)}`` somewhere."""
    head = left.factors[0][1] if isinstance(left, Product) else left
    pairs = (
        pair for s in found if s.node is not None for n in walk(s.node) if isinstance(n, Product)
        for pair in pairwise(n.factors)
    )  # fmt: skip
    for (_, a), (op, b) in pairs:
        if op == "" and same(a, head) and isinstance(b, Group) and b.kind == "(" and len(b.items) == 1:
            x = b.items[0]
            if isinstance(x, Script) and _is_letter(x.base, parameter) and x.above is not None and x.above.label:
                return True
    return False


def _is_name(el: Elaborator, node: Script) -> bool:
    """Whether a letter with its subscript is declared as one symbol: the z of ``U_z`` does not count."""
    parts = key_parts(node)
    return parts is not None and (parts[0], "".join(map(text_of, flattened(parts[1]))), "") in el.scope.symbols


def are_indices(el: Elaborator, slots: tuple[str, ...], right: Node, ranges: dict[str, Expr]) -> bool:
    """Whether subscripts are indices: the right side uses them as such, or their range was said."""
    if not slots:
        return False
    scripts = [n for n in walk(right) if isinstance(n, Script) and not _is_name(el, n)]
    used = {text_of(b) for n in scripts for b in flattened(n.below)}
    used |= {x.name for n in scripts for b in n.below for x in walk(b) if isinstance(x, Letter)}
    used |= set(classes_compared(el, right))
    return all(x in used or x in ranges for x in slots)


def classes_compared(el: Elaborator, right: Node) -> dict[str, Expr]:
    """i of ``[i = t]`` where t is the number of a class: how many values it has, by letter."""
    found = {}
    for n in walk(right):
        pair = n.items if isinstance(n, Relation) and n.signs in (("=",), ("!=",)) else ()
        for one, other in (pair, pair[::-1]) if pair else ():
            known = el.scope.symbols.get((other.name, "", "")) if isinstance(other, Letter) else None
            if isinstance(one, Letter) and known is not None and known.classes is not None and not known.shape:
                found[one.name] = known.classes
    return found
