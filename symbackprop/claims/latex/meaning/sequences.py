"""Sequences: symbols written with a step as their subscript, ``h_t`` with ``h_{t-1}``, or as a label, ``h^{(t)}``.

All steps of one are a tensor with the step as its first axis, so that a recurrence is one equation. A step before the
first is a boundary: ``h_0`` is a symbol of its own, an input unless the document defines it.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sympy import Expr

from symbackprop.claims.latex.meaning.scope import Key, Local, Symbol
from symbackprop.claims.latex.syntax.scripts import flattened, refusal
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Group,
    Letter,
    Node,
    Number,
    Product,
    Reduce,
    Relation,
    Script,
    Slice,
    Sum,
    Words,
    children,
    walk,
)
from symbackprop.claims.latex.text.vocabulary import COSTS, INDICES
from symbackprop.errors import ReadError
from symbackprop.indices import Index

if TYPE_CHECKING:
    from symbackprop.claims.latex.meaning.elaborate import Elaborator


_LAYERS = ("l", "ell")


def is_step(node: Node, labelled: set[str]) -> bool:
    """Whether a letter with scripts is a step of a sequence, written at the place where the document writes it."""
    if not isinstance(node, Script) or not isinstance(node.base, Letter):
        return False
    return step_of(node) is not None and (_round_label(node) is not None) == (node.base.name in labelled)


def labelled(found: Sequence[Statement]) -> set[str]:
    """The bases that are written with a label in round brackets."""
    return set(_written(found)[1])


def sequences(found: Sequence[Statement]) -> dict[str, str]:
    """The bases of the sequences of a document, each with the letter of its step.

    A letter counts steps where some definition of ``B_t`` stands in a document that also writes ``B`` a fixed number
    of steps before or after. It counts examples where it is a label, ``x^{(i)}``, and some sum runs over it.
    """
    steps, labels, whole = _written(found)
    defined = set(_defined(found))
    whole -= {base for base, letter in defined if letter is None}  # L = ... beside L_t = ...: two symbols
    totals = set(totals_of_steps(found)) & defined | set(_terms_of_costs(found, defined))
    letters = {
        letter
        for base, nodes in (steps | labels).items()
        for letter in map(_shifted, nodes)
        if letter is not None and (base, letter) in defined and base not in whole
    }
    result = dict(sorted(totals))
    sums, dots = _summed(found), _summed(found, ("column", "row"))
    for candidates, good, excluded in ((steps, letters, whole), (labels, letters | sums, set[str]())):
        for name, nodes in candidates.items():
            mine = {x for x in map(letter_of, nodes) if x is not None} & good
            mine = mine - dots or mine  # nobody wrote those
            if name not in excluded and len(mine) == 1 and all(map(_is_step, nodes)):
                result[name] = mine.pop()
    return result


def _terms_of_costs(found: Sequence[Statement], defined: set[tuple[str, str | None]]) -> Iterator[tuple[str, str]]:
    """Base and letter of ``J_i = -y_i \\log p_i`` beside ``J(w, b) = -\\sum_i y_i \\log p_i``: one term of the cost."""
    for s in found:
        node = s.node
        if isinstance(node, Relation) and node.signs[0] in ("=", ":="):
            left = node.items[0]
            head = left.factors[0][1] if isinstance(left, Product) and isinstance(left.factors[-1][1], Group) else left
            if isinstance(head, Letter) and head.name in COSTS:
                sums = (n.below for n in walk(node.items[1]) if isinstance(n, Reduce) and n.below is not None)
                bound = {x.name for below in sums for x in walk(below) if isinstance(x, Letter)}
                yield from ((head.name, x) for x in sorted(bound) if (head.name, x) in defined)


def totals_of_steps(found: Sequence[Statement]) -> Iterator[tuple[str, str]]:
    """Base and letter where B is defined by a sum over B_k, as ``y = \\sum_k \\pi_k y_k``: B_k is no entry of B."""
    for s in found:
        node = s.node
        if not isinstance(node, Relation) or node.signs[0] not in ("=", ":=") or not isinstance(node.items[0], Letter):
            continue
        base = node.items[0].name
        for n in walk(node.items[1]):
            if isinstance(n, Reduce) and n.below is not None:
                bound = {x.name for x in walk(n.below) if isinstance(x, Letter)}
                for x in _symbols(n.body):
                    if isinstance(x, Script) and isinstance(x.base, Letter) and x.base.name == base:
                        step = step_of(x)
                        if isinstance(step, Letter) and step.name in bound:
                            yield base, step.name


def _written(found: Sequence[Statement]) -> tuple[dict[str, list[Node]], dict[str, list[Node]], set[str]]:
    """What stands at the place of a step, as a subscript and as a label; and the letters without such a place."""
    steps: dict[str, list[Node]] = {}
    labels: dict[str, list[Node]] = {}
    whole: set[str] = set()
    for s in found:
        node = s.node if isinstance(s.node, Relation) or not s.inline else None  # a letter that words mention is none
        for n in _symbols(node) if node is not None else ():
            step = step_of(n) if isinstance(n, Script) else None
            base = n.base if isinstance(n, Script) else n
            if not isinstance(base, Letter):
                continue
            if step is None:
                whole.add(base.name)
            elif not isinstance(step, Words):  # h_{next} is another symbol
                place = labels if isinstance(n, Script) and _round_label(n) is not None else steps
                place.setdefault(base.name, []).append(step)
    return steps, labels, whole - _sizes(found)


def _sizes(found: Sequence[Statement]) -> set[str]:
    """Letters in the shapes of spaces, as H of ``\\mathbb{R}^{4H}``: H alone is that size, beside a sequence H_t."""
    found_sizes: set[str] = set()
    for s in found:
        links = zip(s.node.signs, s.node.items[1:], strict=True) if isinstance(s.node, Relation) else ()
        for sign, space in links:
            if sign == "in" and isinstance(space, Script) and space.above is not None and space.above.power is not None:
                found_sizes |= {n.name for n in walk(space.above.power) if isinstance(n, Letter)}
    return found_sizes


def _summed(found: Sequence[Statement], kinds: Sequence[str] = ()) -> set[str]:
    """Letters that some sum runs over, or something of other kinds."""
    nodes = (n for s in found if s.node is not None for n in walk(s.node))
    below = (n.below for n in nodes if isinstance(n, Reduce) and n.below and (not kinds or n.kind in kinds))
    return {x.name for b in below for x in walk(b) if isinstance(x, Letter)}


def _symbols(node: Node) -> Iterator[Node]:
    """Letters with their scripts; what stands in subscripts, labels and under sums left out."""
    stack = [node]
    while stack:
        n = stack.pop()
        if isinstance(n, Letter) or (isinstance(n, Script) and isinstance(n.base, Letter)):
            yield n
        elif isinstance(n, Reduce):
            stack.append(n.body)
        elif isinstance(n, Slice):
            stack.append(n.of)
        elif isinstance(n, Script):
            stack.append(n.base)
        else:
            stack += children(n)
        if isinstance(n, Script) and n.above is not None and n.above.power is not None:
            stack.append(n.above.power)


def key_of_sequence(base: str) -> Key:
    """Where the scope has all steps of a sequence; the bare letter may be another symbol."""
    return base, "~", ""


def step_of(node: Script) -> Node | None:
    """What stands where a step could: a label in round brackets, else the first subscript; l labels layers."""
    label = _round_label(node)
    slots = flattened(node.below)
    return label or (slots[0] if slots else None)


def step_below(node: Script, letter: str) -> bool:
    """Whether nothing but the letter of the step stands at a symbol, as its subscript."""
    slots = flattened(node.below)
    return node.above is None and len(slots) == 1 and isinstance(slots[0], Letter) and slots[0].name == letter


def rest_of(node: Script) -> tuple[Node, ...]:
    """The subscripts beside the step."""
    return flattened(node.below)[0 if _round_label(node) else 1 :]


def _round_label(node: Script) -> Node | None:
    above = node.above
    if above is None or above.label is None or above.bracket != "(":
        return None
    return None if letter_of(above.label) in _LAYERS else above.label


def _defined(found: Sequence[Statement]) -> Iterator[tuple[str, str | None]]:
    """Base and letter of every left side ``B_t``; no letter for ``B``."""
    for s in found:
        node = s.node
        if isinstance(node, Relation) and node.signs[0] in ("=", ":="):
            left = node.items[0]
            if isinstance(left, Letter):
                yield left.name, None
            elif isinstance(left, Script) and isinstance(left.base, Letter):
                step = step_of(left)
                if isinstance(step, Letter):
                    yield left.base.name, step.name


def _shifted(node: Node) -> str | None:
    return letter_of(node) if isinstance(node, Sum) else None


def letter_of(node: Node) -> str | None:
    """t of ``t``, ``t-1``, ``t+1``."""
    if isinstance(node, Letter):
        return node.name if node.name.islower() else None
    if isinstance(node, Sum) and len(node.terms) == 2:
        (sign, head), (_, tail) = node.terms
        if sign > 0 and isinstance(head, Letter) and isinstance(tail, Number):
            return head.name
    return None


def shifted_step(node: Node) -> tuple[Node, int]:
    """t and -1 of ``t - 1``."""
    if isinstance(node, Sum) and len(node.terms) == 2:
        (_, head), (sign, amount) = node.terms
        if isinstance(amount, Number):
            return head, sign * int(amount.value)
    return node, 0


def _is_step(node: Node) -> bool:
    """``t``, ``t-1``, a number, ``T-1``."""
    is_end = isinstance(node, Sum) and isinstance(node.terms[0][1], Letter) and node.terms[0][1].name.isupper()
    return isinstance(node, Number | Letter) or letter_of(node) is not None or is_end


def length_of(el: "Elaborator", letter: str) -> Expr:
    """The number of steps that a letter counts."""
    if letter not in el.scope.steps:
        raise ReadError(f"how far {letter} counts is not known")
    return el.algebra.size(el.scope.steps[letter])


def slot_of_step(el: "Elaborator", symbol: Symbol, node: Node, local: Local) -> Expr:
    """The 0-based slot of a step of a symbol."""
    assert symbol.step is not None
    slot = free_step(el, symbol.step, node, local)
    if slot.is_Integer and slot < 0 and symbol.step in el.scope.first_members:
        raise refusal("an entry 0: entries are counted from 1", node)
    if symbol.name not in el.scope.equations and (slot - length_of(el, symbol.step)).is_nonnegative:
        raise refusal(f"a step of {symbol.name} after the last", node)
    return slot


def free_step(el: "Elaborator", letter: str, node: Node, local: Local) -> Expr:
    """The slot of a step; its letter stands free where nothing binds it, and so does another letter alone, as j."""
    other = node.name if isinstance(node, Letter) and _names_nothing(el, node.name) else letter
    if any(isinstance(n, Letter) and n.name == other for n in walk(node)):
        if other not in local.indices and other not in el.free:
            el.free[other] = (Index(other, length_of(el, letter)), first_step(el, letter))
    return el.number(node, local) - first_step(el, letter)


def first_step(el: "Elaborator", letter: str) -> int:
    """The number of the first step that a letter counts."""
    return el.scope.first_members.get(letter, 1)


def _names_nothing(el: "Elaborator", name: str) -> bool:
    """Whether a letter can only be an index: neither a symbol nor a size has it."""
    known = name in el.sizes or any(key[0] == name for key in (*el.scope.symbols, *el.scope.aliases))
    return name in INDICES and not known
