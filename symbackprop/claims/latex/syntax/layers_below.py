"""``z_l = W_l a_{l-1} + b_l``: layers as subscripts, read as if their numbers stood above, ``z^{[l]}``.

That holds in documents which speak of layers, write l - 1 or l + 1 below some letter, and never l beside another index;
``(W_l)_{jk}`` is an entry of ``W_l``. A letter that carries l somewhere carries numbers of layers everywhere. What
stands above a sum or in a shape, as n_l, is a size and stays as it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Group,
    Letter,
    Node,
    Number,
    Reduce,
    Relation,
    Script,
    Sum,
    Superscript,
    mapped,
    walk,
)

_LETTERS = frozenset(("l", "ell"))
_SPEAKS = re.compile(r"layer|schicht|couche|\bcapas?\b|camada|strat[oi]\b|\bl[aä]ag|\bсло[йяюе]|层|層", re.I)


def with_layers_below(found: Sequence[Statement], text: str) -> list[Statement]:
    """The statements, subscripts that are numbers of layers as labels above."""
    trees = [s.node for s in found if s.node is not None]
    letters = {x for t in trees for n in _scripts(t) if (x := _shifted(n)) is not None}
    if len(letters) != 1 or not _SPEAKS.search(text) or any(_is_beside(n, letters) for t in trees for n in _scripts(t)):
        return list(found)
    sizes = {x for t in trees for x in _sizes(t)}
    carrying = {
        n.base.name for t in trees for n in _scripts(t)
        if isinstance(n.base, Letter) and len(n.below) == 1 and _letter_of(n.below[0]) in letters
    }  # fmt: skip
    bases = carrying - sizes
    mixed = {n.base.name for t in trees for n in _scripts(t) if isinstance(n.base, Letter) and _is_other(n, letters)}
    if not bases or bases & mixed:
        return list(found)
    return [s if s.node is None else replace(s, node=_raised(s.node, bases)) for s in found]


def _scripts(tree: Node) -> Iterator[Script]:
    yield from (n for n in walk(tree) if isinstance(n, Script) and n.below)


def _letter_of(node: Node) -> str | None:
    """l of ``l`` and of ``l + 1``."""
    if isinstance(node, Sum) and len(node.terms) == 2 and isinstance(node.terms[1][1], Number):
        node = node.terms[0][1]
    return node.name if isinstance(node, Letter) else None


def _shifted(node: Script) -> str | None:
    """l of ``a_{l-1}``."""
    below = node.below[0] if len(node.below) == 1 else None
    letter = _letter_of(below) if isinstance(below, Sum) else None
    return letter if letter in _LETTERS else None


def _is_beside(node: Script, letters: set[str]) -> bool:
    """Whether l stands beside another index, as in ``w_{lk}``: it counts units there."""
    slots = flattened(node.below)
    return len(slots) > 1 and any(_letter_of(x) in letters for x in slots)


def _is_other(node: Script, letters: set[str]) -> bool:
    """Whether a subscript is neither l, nor L, nor a number: what it says is not known."""
    slots = flattened(node.below)
    known = letters | {x.upper() for x in letters} | {"L"}
    layer = len(slots) == 1 and (isinstance(slots[0], Number) or _letter_of(slots[0]) in known)
    labelled = node.above is not None and (node.above.label is not None or node.above.layer is not None)
    return not layer or labelled


def _sizes(tree: Node) -> Iterator[str]:
    """The letters above sums and in shapes."""
    for n in walk(tree):
        places = [n.above] if isinstance(n, Reduce) and n.above is not None else []
        if isinstance(n, Relation) and "in" in n.signs:
            places += list(n.items[1:])
        yield from (x.name for p in places for x in walk(p) if isinstance(x, Letter) and x.name not in _LETTERS)


def _raised(node: Any, bases: set[str]) -> Any:
    inside = _inside(node)
    if inside is not None and _is_carrying(inside, bases):  # (W_l)_{jk}
        whole = _raised(inside, bases)
        return replace(whole, below=node.below) if isinstance(whole, Script) and whole.above else node
    if isinstance(node, Script) and _is_carrying(node, bases):
        above = node.above or Superscript()
        label = replace(above, label=node.below[0], bracket="[", power=None)
        raised = replace(node, below=(), above=label)
        return raised if above.power is None else Script(node.at, Group(node.at, "(", (raised,)), (), node.above)
    return mapped(node, lambda n: _raised(n, bases))


def _is_carrying(node: Script, bases: set[str]) -> bool:
    return isinstance(node.base, Letter) and node.base.name in bases and len(node.below) == 1


def _inside(node: Any) -> Script | None:
    """``W_l`` of ``(W_l)_{jk}``."""
    if not isinstance(node, Script) or node.above is not None or node.primes or not node.below:
        return None
    group = node.base
    one = group.items[0] if isinstance(group, Group) and group.kind == "(" and len(group.items) == 1 else None
    return one if isinstance(one, Script) and one.below else None
