"""Examples of a batch: where a document multiplies X and Y as a whole, ``x^{(i)}`` and ``y^{(i)}`` are parts of them.

So is ``a^{[2](i)}`` of ``A^{[2]}``. The document says it by defining the batch and never the example: one that is
defined or declared itself is a sequence of its own.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from symbackprop.claims.latex.syntax.scripts import text_of
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Letter,
    Matrix,
    Node,
    Number,
    Product,
    Quotient,
    Relation,
    Script,
    Superscript,
    walk,
)

_NO_BATCH = frozenset("ltjc")  # L, T, J and C are a cost, a number of steps, a transposition


def batches(found: Sequence[Statement]) -> dict[str, Node]:
    """The bases that carry the letter of an example, each with the batch that it is part of."""
    examples = dict.fromkeys(_examples(n for s in found if s.node is not None for n in walk(s.node)))
    own = set(_stated(found))
    wholes = {base: whole for base in examples if base not in own and (whole := _whole(base)) is not None}
    defined, used, read = _batches(found)
    linked = {b for b, w in wholes.items() if _name(w) in defined | used}
    if not any(_name(wholes[b]) in defined for b in linked):
        return {}
    return {b: w for b, w in wholes.items() if b in linked or _name(w) in read}


def is_batch_net(found: Sequence[Statement]) -> bool:
    """Whether a document defines layers of a batch: ``Z^{[1]} = W^{[1]} X + b^{[1]}``."""
    return any(label.isdigit() for _, label in _batches(found)[0])


def sizes_of_batches(found: Sequence[Statement]) -> set[str]:
    """m of ``\\frac1m`` in a net of batches, where nothing else says what m is: the number of examples."""
    if not is_batch_net(found):
        return set()
    stated = {s.node.items[0] for s in found if isinstance(s.node, Relation)}
    known = {n.name for left in stated for n in walk(left) if isinstance(n, Letter)}
    return {name for s in found if s.node is not None for n in walk(s.node) for name in _divisors(n)} - known


def _divisors(node: Node) -> Iterator[str]:
    """The letter of ``\\frac1m`` and ``1/m``."""
    pairs = [(node.above, node.below)] if isinstance(node, Quotient) else []
    if isinstance(node, Product):
        pairs = [(a, b) for (_, a), (op, b) in pairwise(node.factors) if op == "/"]
    for above, below in pairs:
        if isinstance(above, Number) and isinstance(below, Letter) and below.name in ("m", "N"):
            yield below.name


def _examples(nodes: Iterator[Node]) -> Iterator[str]:
    for n in nodes:
        if isinstance(n, Script) and isinstance(n.base, Letter) and n.above is not None and n.above.bracket == "(":
            if isinstance(n.above.label, Letter) and n.above.label.name not in ("l", "ell", "L"):
                yield n.base.name


def _stated(found: Sequence[Statement]) -> Iterator[str]:
    """The bases of which an equation or a declaration states the value or the shape at an example."""
    for s in found:
        if isinstance(s.node, Relation) and s.node.signs[0] in ("=", ":=", "in"):
            yield from _examples(iter(s.node.items[:1]))


def _whole(base: str) -> Node | None:
    """``A^{[2]}`` for ``a`` in the layer 2, ``X`` for x; None for what is no example of a batch."""
    *marks, letter = base.split(" ")
    layer = marks.pop(0) if marks and marks[0].isdigit() else ""
    if len(letter) != 1 or not letter.isalpha() or letter in _NO_BATCH or (letter.isupper() and not layer):
        return None
    whole = Letter(0, " ".join((*marks, letter.upper())))
    return Script(0, whole, (), Superscript(label=Number(0, Fraction(layer)), bracket="[")) if layer else whole


def _name(node: Node) -> tuple[str, str]:
    if isinstance(node, Script) and isinstance(node.base, Letter) and node.above is not None and node.above.label:
        return node.base.name, text_of(node.above.label)
    return (node.name, "") if isinstance(node, Letter) else ("", "")


def _batches(found: Sequence[Statement]) -> tuple[set[tuple[str, str]], set[tuple[str, str]], set[tuple[str, str]]]:
    """What capital letters are defined, not by numbers alone; what those definitions read; all that stand somewhere."""
    defined, used, read = set(), set(), set()
    for s in found:
        if not isinstance(s.node, Relation):
            continue
        read |= {name for n in walk(s.node) if (name := _name(n))[0]}
        left = _name(s.node.items[0])
        if s.node.signs[0] in ("=", ":=") and left[0][-1:].isupper() and not _is_of_numbers(s.node.items[1]):
            defined.add(left)
            used |= {name for n in walk(s.node.items[1]) if (name := _name(n))[0]}
    return defined, used, read


def _is_of_numbers(node: Node) -> bool:
    """Whether a matrix is written out in numbers: an example to a text that may speak of any."""
    return isinstance(node, Matrix) and not any(isinstance(n, Letter) for n in walk(node))
