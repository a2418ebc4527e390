"""Matrices and vectors, one for each k: V_k and b_k of ``f_k = V_k x + b_k`` where every f_k is shown to be a vector.

One subscript on a letter that nothing declares is an entry, or the row of a matrix, as a rule. But where f_k is
transposed, multiplied from the left by what is, or averaged to a vector, ``f_k = V_k x`` leaves a capital V_k
no choice. Nothing is told of V_k where nothing shows what f_k is: an outer product that is its derivative does not,
x^T may be a row by itself.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from symbackprop.claims.latex.meaning.step_counts import lengths
from symbackprop.claims.latex.syntax.scripts import flattened, key_parts
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Derivative,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Quotient,
    Reduce,
    Relation,
    Script,
    Sum,
    walk,
)

_TIMES = ("", "cdot")


def matrices_by_use(found: Sequence[Statement]) -> dict[str, tuple[str, int]]:
    """The letters that are a matrix or a vector for each value of a letter: that letter, and the number of axes."""
    result: dict[str, tuple[str, int]] = {}
    layers = list(_layers(found))
    counting = _counting(found, {letter for _, letter, *_ in layers})
    layers = [x for x in layers if x[1] in counting and all(x[2] != y[2] or x[1] == y[1] for y in layers)]
    vectors = _vectors(found, {left for left, *_ in layers}) if layers else set()
    for left, letter, matrix, argument, rest in layers:
        if left in vectors and (isinstance(argument, Letter) or _base(argument) in vectors):
            result[matrix] = (letter, 2)
            beside = (*rest, argument, *_beside(found, left))
            result.update({_base(n): (letter, 1) for n in beside if _letter_of(n) == letter and _base(n) != left})
    return result


def _layers(found: Sequence[Statement]) -> Iterator[tuple[str, str, str, Node, list[Node]]]:
    """f, k, V, x and what is added, of ``f_k = V_k x + b_k`` and of a function of its right side."""
    for left, right in _equations(found):
        letter = _letter_of(left)
        terms = [t for _, t in right.terms] if isinstance(right := _inside(right), Sum) else [right]
        products = [p.factors for p in terms if isinstance(p, Product) and len(p.factors) == 2]
        rest: list[Node] = [t for t in terms if isinstance(t, Letter | Script)]
        if letter and len(products) == 1 and len(rest) == len(terms) - 1:
            (_, matrix), (op, argument) = products[0]
            capital = _base(matrix).isupper() and _letter_of(matrix) == letter
            small = _base(argument).rpartition(" ")[2][:1].islower()
            if capital and op in _TIMES and small and (isinstance(argument, Letter) or _letter_of(argument) == letter):
                yield _base(left), letter, _base(matrix), argument, rest


def _counting(found: Sequence[Statement], letters: set[str]) -> set[str]:
    """The letters that count: over which a sum runs, or of which the document says how far."""
    reduces = (n.below for s in found if s.node is not None for n in walk(s.node) if isinstance(n, Reduce) and n.below)
    summed = {x.name for below in reduces for x in walk(below) if isinstance(x, Letter)}
    return letters & (lengths(found, letters).keys() | summed)


def _equations(found: Sequence[Statement]) -> Iterator[tuple[Node, Node]]:
    for s in found:
        if isinstance(s.node, Relation) and s.node.signs[0] in ("=", ":="):
            yield s.node.items[0], s.node.items[1]


def _inside(node: Node) -> Node:
    """What a function is applied to, ``\\sigma(z)``; anything else as it is."""
    if isinstance(node, Apply):
        return _inside(node.argument)
    if isinstance(node, Product) and len(node.factors) == 2 and isinstance(node.factors[0][1], Letter):
        tail = node.factors[1][1]
        if isinstance(tail, Group) and tail.kind in "([" and len(tail.items) == 1 and node.factors[1][0] == "":
            return _inside(tail)
    one = isinstance(node, Group) and node.kind in "([" and len(node.items) == 1
    return _inside(node.items[0]) if isinstance(node, Group) and one else node


def _vectors(found: Sequence[Statement], layers: set[str]) -> set[str]:
    """Letters that are vectors by how they are written, and those of ``f_k`` of which these are averages."""
    nodes = [n for s in found if s.node is not None for n in walk(s.node)]
    shown = {b for n in nodes for b in _shown(n)}
    numbers = {_base(left) for left, right in _equations(found) if isinstance(right, Quotient)}
    numbers |= {n.name for s in found if s.node is not None for n in _bare(s.node)}
    links = [pair for left, right in _equations(found) for pair in _links(left, right, layers, numbers)]
    for _ in range(2):  # delta, y of which it is the derivative, f_k of which that is the average
        shown |= {b for a, b in links if a in shown}
    return shown


def _beside(found: Sequence[Statement], base: str) -> Iterator[Node]:
    """What f_k is added to or taken from: y_k of ``f_k - y_k``."""
    for n in (n for s in found if s.node is not None for n in walk(s.node)):
        terms = [t for _, t in n.terms] if isinstance(n, Sum) else []
        if any(_base(t) == base and _letter_of(t) for t in terms):
            yield from (t for t in terms if isinstance(t, Letter | Script))


def _links(left: Node, right: Node, layers: set[str], numbers: set[str]) -> Iterator[tuple[str, str]]:
    """Pairs of letters of which the second is a vector if the first is."""
    if isinstance(right, Derivative) and len(right.by) == 1:
        yield _base(left), _base(right.by[0])
    if isinstance(right, Reduce) and right.kind == "sum" and isinstance(left, Letter):
        body = right.body
        bases = [_base(f) for _, f in body.factors] if isinstance(body, Product) else [_base(body)]
        one = [b for b in bases if b in layers]
        if len(one) == 1 and all(b in numbers for b in bases if b not in layers):
            yield left.name, one[0]


def _shown(node: Node) -> Iterator[str]:
    """The letters that a node shows to be vectors."""
    if isinstance(node, Script) and _is_turned(node):
        yield from _terms(node.base)
    elif isinstance(node, Group) and node.kind == "norm":
        yield from (b for x in node.items for b in _terms(x))
    elif isinstance(node, Product):
        for k, ((_, a), (op, b)) in enumerate(pairwise(node.factors)):
            if op == "odot":
                yield from (*_terms(a), *_terms(b))
            elif op in _TIMES and _is_turned(a) and not any(map(_is_array, (f for _, f in node.factors[:k]))):
                yield from _terms(b)
    elif isinstance(node, Relation) and node.signs == ("in",) and isinstance(node.items[1], Script):
        above, left = node.items[1].above, node.items[0]
        power = above.power if above is not None else None
        if power is not None and not isinstance(power, Number):
            yield from (b for x in (left.items if isinstance(left, Group) else (left,)) for b in _terms(x))


def _is_turned(node: Node) -> bool:
    return isinstance(node, Script) and node.above is not None and node.above.transposed


def _is_array(node: Node) -> bool:
    """Whether a factor before a transposed one may be a column: anything but numbers and entries."""
    return not isinstance(node, Number) and not _letter_of(node)


def _terms(node: Node) -> Iterator[str]:
    """The letters that are added up in brackets, in small type; those of a derivative's denominator."""
    if isinstance(node, Group):
        yield from (b for x in node.items for b in _terms(x))
    elif isinstance(node, Sum):
        yield from (b for _, x in node.terms for b in _terms(x))
    elif isinstance(node, Derivative):
        yield from (b for x in node.by for b in _terms(x))
    elif (base := _base(node)).rpartition(" ")[2][:1].islower():
        yield base


def _bare(node: Node) -> Iterator[Letter]:
    scripted = {id(n.base) for n in walk(node) if isinstance(n, Script)}
    yield from (n for n in walk(node) if isinstance(n, Letter) and id(n) not in scripted)


def _base(node: Node) -> str:
    parts = key_parts(node) if isinstance(node, Letter | Script) else None
    return parts[0] if parts is not None else ""


def _letter_of(node: Node) -> str:
    """The one small letter below a symbol."""
    slots = flattened(node.below) if isinstance(node, Script) else ()
    letter = slots[0].name if len(slots) == 1 and isinstance(slots[0], Letter) else ""
    return letter if len(letter) == 1 and letter.isascii() and letter.islower() else ""
