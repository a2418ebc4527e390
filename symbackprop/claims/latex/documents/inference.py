"""Kinds and shapes of symbols that a document uses without declaring them.

Subscripts by index letters give the number of axes, or the letter does (``ranks``). Sizes stay open until uses fix
them. Where that does not conform, the definition is unread.
"""

from collections.abc import Sequence

from sympy import Expr

from symbackprop.claims.latex.documents.conventions import has_turned_entries
from symbackprop.claims.latex.documents.labels_by_use import infer_labels
from symbackprop.claims.latex.documents.ranks import guessed_rank
from symbackprop.claims.latex.documents.spoken_of import counted_layers, defines_layer, is_variable, is_zeroth
from symbackprop.claims.latex.documents.written_indices import count_of_indices, is_indexed
from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.labels import label_of, size_name
from symbackprop.claims.latex.meaning.layers import by_subscripts
from symbackprop.claims.latex.meaning.lookup import find
from symbackprop.claims.latex.meaning.pairs import function_name
from symbackprop.claims.latex.meaning.scope import UNITS_FIRST, Key, Local, Scope
from symbackprop.claims.latex.meaning.sequences import is_step, key_of_sequence, rest_of, totals_of_steps
from symbackprop.claims.latex.meaning.unknown_costs import is_application
from symbackprop.claims.latex.meaning.values import Algebra, is_unknown, unknown_size
from symbackprop.claims.latex.meaning.wholes import whole_at
from symbackprop.claims.latex.syntax.scripts import flattened, key_parts, names_extremum, refusal, shown, text_of
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Group,
    Letter,
    Node,
    Number,
    Product,
    Reduce,
    Script,
    Slice,
    Sum,
    children,
    walk,
)
from symbackprop.claims.latex.text.vocabulary import COSTS, LETTERS
from symbackprop.indices import size
from symbackprop.terms import Delta

_NUMBERS = ("e", "pi", "I", "d")
_LAST_LAYER = "L"


def infer(el: Elaborator, node: Node, indices: set[str], found: Sequence[Statement]) -> None:
    """Enter the symbols of a right side that nothing declares or defines, as inputs."""
    local = Local()
    bound = indices | _bound(node)
    counted = counted_layers(el, node)
    for n in (x for x in symbols_of(node) if id(x) not in counted):
        parts = key_parts(n)
        if parts is not None and parts[0] in el.scope.batches and find(el, n, local) is None:
            parts = key_parts(el.scope.batches[parts[0]])
        if _is_dimension(n):
            el.sizes.add(size_name(shown(n)))
        if (
            parts is None
            or (parts[0] in _NUMBERS and not is_variable(parts[0], found))
            or parts[0] in bound
            or parts[0].startswith(("bar ", "mathbb"))
        ):
            continue
        base, below, _ = parts
        whole = whole_at(el.scope.wholes, n)
        if whole is not None and key_of_sequence(whole.base) not in el.scope.symbols and find(el, n, local) is None:
            _infer_sequence(el, whole.base, found)
        if base in el.scope.sequences and is_step(n, el.scope.labelled) and is_zeroth(n):
            _infer_zeroth(el, base, found)
        if _has_own_name(el, n) and (base, text_of(below[0]), "") not in el.scope.symbols:
            _infer_whole(el, (base, text_of(below[0]), ""), found, False)
        if _is_intercept(el, base, below, bound):
            el.scope.add((base, "0", ""), shape=(unknown_size(),), how="by use", indexed=True)
            continue
        if base in el.sizes or base in el.free or find(el, n, local) is not None or el.scope.families.get(base):
            continue
        if isinstance(n, Letter) and base in el.scope.sequences.values():
            raise refusal(f"{base} counts the steps, and stands for a number too", n)
        if _is_head(n, node) or _is_unknown_cost(n, node):
            if _is_unknown_cost(n, node) or function_name(el, n, local) is not None:
                continue
            if len(base.rpartition(" ")[2]) > 1 and "\\" + base not in LETTERS:
                raise refusal(f"the function {base} is not known", n)
        if base in el.scope.sequences and is_step(n, el.scope.labelled):
            _infer_sequence(el, base, found)
            continue
        if base.startswith("star ") and (base[-1:].isupper() or _is_head(n, node)):
            raise refusal("a star above a matrix or a function: a symbol of its own, or made of it? define it", n)
        if names_extremum(below) and is_indexed(base, found):
            continue  # z_{max} of the entries z_j
        slots = flattened(below)
        label, _ = label_of(el, base, parts[2], local)
        if base in el.scope.layered and not label.isdigit() and parts[2] is not None:
            if label == _LAST_LAYER and not defines_layer(base, found):
                _infer_last_layer(el, base, label, slots, bound)
            continue
        as_indices = bool(slots) and all(_is_index(s, bound) for s in slots)
        if as_indices:
            rank = max(len(slots) + has_turned_entries(base, found), el.scope.tried.get(base, 0))
            shape = tuple(unknown_size() for _ in range(rank))
            el.scope.add((base, "", label), shape=shape, row=_is_row(el, shape), how="by use", indexed=True)
        elif not any(isinstance(x, Letter) and x.name in bound for s in slots for x in walk(s)):
            if slots and all(isinstance(x, Number) for x in slots) and count_of_indices(base, found) == _digits(slots):
                el.scope.add((base, "".join(text_of(s) for s in slots), label), how="by use")  # w_{21} beside w_{ij}
                continue
            turned = parts[2] is not None and parts[2].transposed
            _infer_whole(el, (base, "".join(text_of(s) for s in slots), label), found, turned)
    infer_labels(el, node)


def _is_intercept(el: Elaborator, base: str, below: tuple[Node, ...], bound: set[str]) -> bool:
    """``\\alpha_{0m}`` beside ``\\alpha_m``: what is added to the unit m, where nothing is counted from 0."""
    slots, symbols = flattened(below), el.scope.symbols
    zero = len(slots) == 2 and isinstance(slots[0], Number) and slots[0].value == 0
    counted = base in el.scope.layered or base in el.scope.sequences or el.scope.zero_based
    if not zero or not _is_index(slots[1], bound) or counted:
        return False
    whole = symbols.get((base, "", ""))
    return (base, "0", "") not in symbols and (whole is None or whole.how == "by use")


def _has_own_name(el: Elaborator, node: Node) -> bool:
    """``u_o`` beside negative samples ``u_k``."""
    if not isinstance(node, Script) or not isinstance(node.base, Letter):
        return False
    slots = flattened(node.below)
    return len(slots) == 1 and (node.base.name, text_of(slots[0])) in el.scope.own_names


def _infer_last_layer(el: Elaborator, base: str, label: str, slots: Sequence[Node], bound: set[str]) -> None:
    """Enter the outputs of a net whose layers are only spoken of: with as many axes as they have subscripts."""
    if not slots or not all(_is_index(s, bound) for s in slots):
        by_subscripts(el, base, label)
        return
    shape = tuple(unknown_size() for _ in slots)
    el.scope.add((base, "", label), shape=shape, row=_is_row(el, shape), how="by use", indexed=True)


def _infer_whole(el: Elaborator, key: Key, found: Sequence[Statement], turned: bool) -> None:
    """Enter a symbol without indices, with as many axes as people mean by it; b of ``x W^T + b^T`` is a column."""
    alone = UNITS_FIRST in el.scope.tried and not key[2]
    rank = 0 if alone and key[0] not in el.scope.tried else guessed_rank(el, key[0], found)
    rank = el.scope.tried.get(one_alone(key), rank)
    shape = tuple(unknown_size() for _ in range(rank))
    guessed = not is_indexed(key[0], found)
    el.scope.add(key, shape=shape, row=_is_row(el, shape) and not turned, how="by use", guessed=guessed)


def _digits(slots: Sequence[Node]) -> int:
    """How many entries' numbers there are: 2 in ``w_{21}`` and ``w_{2,1}``."""
    return len(slots) if len(slots) > 1 else len(text_of(slots[0]))


def _is_index(slot: Node, bound: set[str]) -> bool:
    """``i``, or ``i+j`` of such letters: a place in a window."""
    if isinstance(slot, Sum):
        return all(isinstance(t, Number) or _is_index(t, bound) for _, t in slot.terms) and any(
            isinstance(t, Letter) for _, t in slot.terms
        )
    return isinstance(slot, Letter) and slot.name in bound


def _is_row(el: Elaborator, shape: tuple[Expr, ...]) -> bool:
    return el.scope.rows and len(shape) == 1


def _is_dimension(node: Node) -> bool:
    """``d_k``, ``d_{model}``: the dimension of something."""
    if not isinstance(node, Script) or not isinstance(node.base, Letter):
        return False
    return node.base.name == "d" and len(flattened(node.below)) == 1 and node.above is None


def _infer_sequence(el: Elaborator, base: str, found: Sequence[Statement]) -> None:
    """A sequence that is read before it is defined: of the shape of its start, or of one that use will fix."""
    letter = el.scope.sequences[base]
    start = el.scope.symbols.get((base, "0", "")) or el.scope.symbols.get((base, "", "0"))
    shown = start is not None or base in el.scope.axes_of_members
    rest = start.shape if start is not None else tuple(unknown_size() for _ in range(_rank_of_step(el, base, found)))
    guessed = not shown and not any(rest_of(n) for n in _written_with(base, found))
    row = start.row if start is not None else _is_row(el, rest)
    shape = (el.scope.steps[letter], *rest)
    el.scope.add(key_of_sequence(base), shape=shape, row=row, how="by use", guessed=guessed, step=letter)


def _infer_zeroth(el: Elaborator, base: str, found: Sequence[Statement]) -> None:
    """x_0 of a sequence of inputs x_t: an input of its own, of the shape of the others."""
    if key_of_sequence(base) not in el.scope.symbols:
        _infer_sequence(el, base, found)
    known = el.scope.symbols[key_of_sequence(base)]
    if known.name not in el.scope.equations and not {(base, "0", ""), (base, "", "0")} & el.scope.symbols.keys():
        el.scope.add((base, "0", ""), shape=known.shape[1:], row=known.row, how=known.how, guessed=known.guessed)


def _rank_of_step(el: Elaborator, base: str, found: Sequence[Statement]) -> int:
    if base in COSTS and any(total == base for total, _ in totals_of_steps(found)):
        return 0  # L_t of L = \sum_t L_t
    if base in el.scope.axes_of_members:
        return el.scope.axes_of_members[base]
    slots = [len(rest_of(n)) for n in _written_with(base, found)]
    if not any(slots) and any(w.numbers and w.base == base for w in el.scope.wholes.values()):
        return 0  # X w - y
    return max(slots, default=0) or min(1, guessed_rank(el, base, found))


def _written_with(base: str, found: Sequence[Statement]) -> list[Script]:
    nodes = (n for s in found if s.node is not None for n in walk(s.node))
    return [n for n in nodes if isinstance(n, Script) and isinstance(n.base, Letter) and n.base.name == base]


def one_alone(key: Key) -> str:
    """Under which name a number of axes is tried of one symbol, as b^{[2]}, and not of all with its letter."""
    return "|".join(key)


def symbols_of(node: Node) -> list[Node]:
    """Letters with their scripts, subscripts and labels left out."""
    result: list[Node] = []
    stack = [node]
    while stack:
        n = stack.pop()
        if isinstance(n, Letter):
            result.append(n)
        elif isinstance(n, Script) and isinstance(n.base, Letter):
            result.append(n)
            if n.above is not None and n.above.power is not None:
                stack.append(n.above.power)
        elif isinstance(n, Reduce):
            stack.append(n.body)
        elif isinstance(n, Slice):
            stack.append(n.of)
        elif isinstance(n, Script):
            stack += [n.base] if n.above is None or n.above.power is None else [n.base, n.above.power]
        else:
            stack += children(n)
    return result


def _bound(node: Node) -> set[str]:
    below = [n.below for n in walk(node) if isinstance(n, Reduce) and n.below is not None]
    return {x.name for b in below for x in walk(b) if isinstance(x, Letter) and x.name.islower()}


def _is_unknown_cost(head: Node, node: Node) -> bool:
    products = (n for n in walk(node) if isinstance(n, Product))
    pairs = (pair for n in products for pair in zip(n.factors, n.factors[1:], strict=False))
    return any(a is head and op == "" and is_application(a, b) for (_, a), (op, b) in pairs)


def _is_head(head: Node, node: Node) -> bool:
    """Whether a letter stands before brackets somewhere: a function."""
    for n in walk(node):
        if isinstance(n, Product):
            for (_, a), (op, b) in zip(n.factors, n.factors[1:], strict=False):
                if a is head and op == "" and isinstance(b, Group) and b.kind in ("(", "["):
                    return True
    return False


def name_open_sizes(scope: Scope, algebra: Algebra, ended: bool = False) -> None:
    """Sizes that no use has fixed get names: they may be any.

    Until the document has ``ended``, the vector of a class that words name waits for its first use.
    """
    read = {r for e in scope.equations.values() for r in e.reads}
    waiting = {n for n, e in scope.equations.items() if not ended and isinstance(e.rhs, Delta) and n not in read}
    for s in (s for s in scope.symbols.values() if s.name not in waiting):
        for k, n in enumerate(s.shape):
            open_size = algebra.size(n)
            if is_unknown(open_size):
                algebra.solved[open_size] = size(f"n_{s.name}" + (str(k + 1) if len(s.shape) > 1 else ""))
