"""Members of a family: ``c_k \\in \\mathbb{R}^d`` where k counts, one vector for each k and not one named c_k.

That k counts, the document says: a sum over k reaches ``c_k``, ``k = 1, \\dots, K`` stands somewhere, or what defines
the entry k of something reads it. A letter declared with several such subscripts, ``W_i, W_f, W_o``, is names. What is
defined for each k from the members, ``u_k = c_k - \\mu``, is a family too.
"""

from collections.abc import Iterator, Mapping, Sequence

from symbackprop.claims.latex.meaning.step_counts import lengths
from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Number, Reduce, Relation, Script, walk


def members(found: Sequence[Statement], shown: Mapping[str, str]) -> dict[str, str]:
    """The bases of families, declared or ``shown`` by their use, each with the letter that counts its members."""
    letters: dict[str, set[str]] = {}
    for base, letter in (*_declared(found), *shown.items()):
        letters.setdefault(base, set()).add(letter)
    counted = {(base, x) for base, (x, *more) in ((b, tuple(xs)) for b, xs in letters.items()) if not more}
    said = lengths(found, {letter for _, letter in counted})
    read = set(_read_by_member(found))
    plain = {n.name for s in found if s.node is not None for n in _bare(s.node)}
    whole = {b: x for b, x in counted if (x in said or (b, x) in read) and b not in plain and _is_step_of(found, b)}
    return _with_made_of(whole, plain, found)


def _with_made_of(families: dict[str, str], plain: set[str], found: Sequence[Statement]) -> dict[str, str]:
    """The families, and those that equations make of them, member by member, in the order of the text."""
    result = dict(families)
    for s in found if families else ():
        if not isinstance(s.node, Relation) or s.node.signs[0] not in ("=", ":="):
            continue
        left = s.node.items[0]
        if isinstance(left, Script) and isinstance(left.base, Letter) and len(flattened(left.below)) == 1:
            base, letter = left.base.name, _counter(flattened(left.below)[0])
            counting = [result[b] for b, x in _subscripts(s.node.items[1]) if b in result and x == letter]
            summed = any(b in result and x != letter for b, x in _summed(s.node.items[1]))
            if summed and letter is not None and letter in result.values():  # o_i = \sum_j a_{ij} v_j
                counting.append(letter)
            if counting and base not in plain and base not in result and _is_step_of(found, base):
                result[base] = counting[0]  # k_j = W x_j counts by the letter of the declared x_i
    return result


def _declared(found: Sequence[Statement]) -> Iterator[tuple[str, str]]:
    """Base and subscript of ``c_k \\in S`` and ``s_k > 0``; any other subscript counts as one more letter."""
    for s in found:
        if not isinstance(s.node, Relation) or not _is_declaration(s.node):
            continue
        left = s.node.items[0]
        for n in left.items if isinstance(left, Group) and left.kind == "list" else (left,):
            if isinstance(n, Script) and isinstance(n.base, Letter) and n.above is None:
                slots = flattened(n.below)
                if len(slots) == 1:
                    yield n.base.name, _counter(slots[0]) or "?"


def _is_declaration(node: Relation) -> bool:
    last = node.items[-1]
    return node.signs == ("in",) or (node.signs in ((">",), (">=",)) and isinstance(last, Number) and last.value == 0)


def _counter(node: Node) -> str | None:
    """The letter that a subscript is, where it could count."""
    counts = isinstance(node, Letter) and len(node.name) == 1 and node.name.isascii() and node.name.islower()
    return node.name if counts and isinstance(node, Letter) else None


def _read_by_member(found: Sequence[Statement]) -> Iterator[tuple[str, str]]:
    """Bases under a sum over their subscript, or read by what defines the entry of that subscript."""
    for s in found:
        yield from _summed(s.node) if s.node is not None else ()
        if isinstance(s.node, Relation) and s.node.signs[0] in ("=", ":="):
            entry = dict.fromkeys(x for _, x in _subscripts(s.node.items[0]))
            yield from ((b, x) for b, x in _subscripts(s.node.items[1]) if x in entry)


def _summed(node: Node) -> Iterator[tuple[str, str]]:
    """Bases under a sum over their subscript."""
    for n in walk(node):
        if isinstance(n, Reduce) and n.below is not None:
            bound = {x.name for x in walk(n.below) if isinstance(x, Letter)}
            yield from ((b, x) for b, x in _subscripts(n.body) if x in bound)


def _subscripts(node: Node) -> Iterator[tuple[str, str]]:
    for n in walk(node):
        if isinstance(n, Script) and isinstance(n.base, Letter):
            for slot in flattened(n.below):
                letter = _counter(slot)
                if letter is not None:
                    yield n.base.name, letter


def _bare(node: Node) -> Iterator[Letter]:
    """Letters without a subscript."""
    scripted = {id(n.base) for n in walk(node) if isinstance(n, Script) and n.below}
    yield from (n for n in walk(node) if isinstance(n, Letter) and id(n) not in scripted)


def _is_step_of(found: Sequence[Statement], base: str) -> bool:
    """Whether all that stands below a letter counts, and no label stands above it."""
    nodes = [n for s in found if s.node is not None for n in walk(s.node) if isinstance(n, Script)]
    mine = [n for n in nodes if isinstance(n.base, Letter) and n.base.name == base]
    return all(_counter(x) or isinstance(x, Number) for n in mine for x in flattened(n.below)[:1]) and all(
        n.above is None or n.above.label is None for n in mine
    )
