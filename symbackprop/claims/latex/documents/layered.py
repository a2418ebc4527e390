"""Which letters carry a layer as superscript: those only ever written so."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise

from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.documents.updates import is_update
from symbackprop.claims.latex.meaning.layers import instantiate
from symbackprop.claims.latex.meaning.scope import Family, Local
from symbackprop.claims.latex.syntax.scripts import flattened, text_of
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Derivative,
    Letter,
    Node,
    Number,
    Product,
    Relation,
    Script,
    Sum,
    same,
    walk,
    with_replaced,
)
from symbackprop.errors import SymbackpropError

_COUNTS_LAYERS = frozenset(("l", "L", "ell"))


def layered_letters(found: Sequence[Statement]) -> set[str]:
    """Bases that are only ever written with a bare superscript, one of which is a letter: layers.

    ``\\nabla_a C`` says of no superscript that it is missing. A base that stands bare here and there is one of them
    too, where it mostly carries the letter that such bases count by.
    """
    seen: dict[str, list[Node | None]] = {}
    for s in found:
        passed: set[int] = set()
        for n in walk(s.node) if s.node is not None else ():
            if isinstance(n, Derivative) and n.kind == "nabla":
                passed |= {id(x) for x in n.by}
            if isinstance(n, Script) and isinstance(n.base, Letter):
                passed.add(id(n.base))
                plain = n.above is None or n.above.label is not None
                seen.setdefault(n.base.name, []).append(None if plain or n.above is None else n.above.power)
            elif isinstance(n, Letter) and id(n) not in passed:
                seen.setdefault(n.name, []).append(None)
    seen = {b: ps for b, ps in seen.items() if b != "e" and not b.startswith("mathbb")}
    raised = {b: [p for p in ps if p is not None] for b, ps in seen.items()}
    layers = {b: ps for b, ps in raised.items() if ps and len(ps) == len(seen[b]) and all(map(_is_layer, ps))}
    counting = {x for ps in layers.values() for p in ps if (x := _letter_of(p)) is not None}
    shifted = any(isinstance(p, Sum) for ps in layers.values() for p in ps)
    bare = set(layers) if shifted or counting & _COUNTS_LAYERS else set()
    mostly = {
        b
        for b, ps in raised.items()
        if 2 * len(ps) > len(seen[b]) and all(_letter_of(p) in counting & _COUNTS_LAYERS for p in ps)
    }
    return bare | (mostly if bare else set()) | _bracketed_layers(found)


def _bracketed_layers(found: Sequence[Statement]) -> set[str]:
    """Bases with ``[l]`` or ``(l)`` above, where some label is l plus or minus a number."""
    labels: dict[str, list[Node]] = {}
    for s in found:
        for n in walk(s.node) if s.node is not None and not _is_update(s.node) else ():
            if (
                isinstance(n, Script)
                and isinstance(n.base, Letter)
                and n.above is not None
                and n.above.label is not None
            ):
                labels.setdefault(n.base.name, []).append(n.above.label)
    shifted = {text_of(x.terms[0][1]) for xs in labels.values() for x in xs if isinstance(x, Sum) and _is_layer(x)}
    return {b for b, xs in labels.items() if all(map(_is_layer, xs)) and any(_letter_of(x) in shifted for x in xs)}


def _is_update(node: Node) -> bool:
    """``w^{(t+1)} = w^{(t)} - ...``: the labels count what is done over and over, no layers."""
    if not isinstance(node, Relation) or node.signs[0] not in ("=", ":="):
        return False
    left, right = node.items[0], node.items[1]
    first = right.terms[0][1] if isinstance(right, Sum) else None
    if not isinstance(left, Script) or not isinstance(first, Script) or not isinstance(left.base, Letter):
        return False
    same = isinstance(first.base, Letter) and first.base.name == left.base.name
    return same and any(isinstance(n, Derivative) for n in walk(right))


def _letter_of(node: Node) -> str | None:
    inner = node.terms[0][1] if isinstance(node, Sum) else node
    return inner.name if isinstance(inner, Letter) else None


def _is_layer(node: Node) -> bool:
    if isinstance(node, Sum):
        return len(node.terms) == 2 and isinstance(node.terms[0][1], Letter) and isinstance(node.terms[1][1], Number)
    return isinstance(node, Letter | Number)


def ranks(found: Sequence[Statement], layered: set[str]) -> dict[str, int]:
    """How many axes each letter with a layer has, from its subscripts if there are any, where nothing defines it."""
    result: dict[str, int] = {}
    equations = (s.node for s in found if isinstance(s.node, Relation) and s.node.signs[0] in ("=", ":="))
    lefts = (n.items[0] for n in equations if not is_update(n))
    defined = {n.base.name for n in lefts if isinstance(n, Script) and isinstance(n.base, Letter)}
    for s in found:
        for n in walk(s.node) if s.node is not None else ():
            if isinstance(n, Script) and isinstance(n.base, Letter) and n.base.name in layered:
                slots = flattened(n.below)
                if slots and all(isinstance(x, Letter | Number) for x in slots):
                    result[n.base.name] = max(result.get(n.base.name, 0), len(slots))
    turned = (_turned(found) | _multiplying(found, layered)) & {"w", "v", "u"}
    for base in layered - result.keys():  # in matrix notation, as people mean such letters
        result[base] = 2 if base.rpartition(" ")[2].isupper() or base in turned else 1
    return {base: count for base, count in result.items() if base not in defined}


def _turned(found: Sequence[Statement]) -> set[str]:
    """Bases whose layers stand transposed, ``(w^{l+1})^T``: of the letters for weights, matrices though small."""
    groups = (n for s in found if s.node is not None for n in walk(s.node) if isinstance(n, Script))
    inside = [n for n in groups if n.above is not None and n.above.transposed]
    return {x.name for n in inside for x in walk(n.base) if isinstance(x, Letter)}


def _multiplying(found: Sequence[Statement], layered: set[str]) -> set[str]:
    """Bases that stand right before what a layer below puts out, ``w^l a^{l-1}``: matrices, if it is a vector."""
    products = (n for s in found if s.node is not None for n in walk(s.node) if isinstance(n, Product))
    pairs = (pair for n in products for pair in pairwise(n.factors))
    whole = [(a, b) for (_, a), (op, b) in pairs if op == "" and isinstance(a, Script) and isinstance(b, Script)]
    return {
        a.base.name for a, b in whole
        if isinstance(a.base, Letter) and isinstance(b.base, Letter) and not a.below and not b.below
        and b.base.name in layered and b.base.name.islower() and b.above is not None
        and isinstance(b.above.label or b.above.power, Sum)
    }  # fmt: skip


def put_names_in(families: Mapping[str, Family], new: Family) -> list[str]:
    """``a^l = \\sigma(w^l a^{l-1} + b^l)``, and "let z^l = w^l a^{l-1} + b^l": what was written out reads z^l.

    So it does where z^l comes first. ``new`` is what was defined last; the result says which others read it now.
    """
    changed = []
    for base, other in families.items():
        before = other.node
        if other is not new and other.letter == new.letter:
            for name, reader in ((other, new), (new, other)):
                inside = name.node is not None and reader.node is not None and not same(name.node, reader.node)
                if inside and name.left is not None and isinstance(name.node, Sum | Product):
                    reader.node = with_replaced(reader.node, name.node, name.left)
        changed += [base] if other.node is not before else []
    return changed


def fit_layers(document: Document) -> None:
    """The sizes of what stands in every layer's definition follow from one of them."""
    for base, family in document.scope.families.items():
        if family.node is not None:
            el = document.elaborator()
            el.scope, el.claiming = el.scope.copy(), True
            with suppress(SymbackpropError, RecursionError):
                instantiate(el, base, family.letter, Local())
