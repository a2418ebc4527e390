"""Vectors by their components: ``x = (x_1, \\dots, x_n)^\\top`` says what x_k is, and how many there are.

It is a declaration, not an equation, where the entries are those of the left side and nothing says what one of them
is by itself. A list in brackets that is one side of an equation is a vector. The same of a layer, ``b^{[l]}`` by its
entries ``b_1^{[l]}``, says nothing that the rest does not: it stands for b alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from symbackprop.claims.latex.syntax.patterns import entries
from symbackprop.claims.latex.syntax.scripts import flattened, key_parts
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Group,
    Letter,
    Matrix,
    Node,
    Number,
    Product,
    Reduce,
    Relation,
    Script,
    Sum,
    Superscript,
    mapped,
    same,
    walk,
)

_EQUAL = ("=", ":=")


def with_vectors(nodes: Sequence[Node | None]) -> list[Node | None]:
    """The formulas of a document with lists read as vectors, and components as declarations."""
    listed = [_lists_as_vectors(n) for n in nodes]
    own = _said_of_entries(listed)
    return [_declaration(n, own) or _layer(n) or n for n in listed]


def written_entries(nodes: Sequence[Node | None]) -> set[str]:
    """The letters that stand as entries of vectors and matrices that are written out: they are numbers."""
    matrices = [m for n in nodes if n is not None for m in walk(n) if isinstance(m, Matrix)]
    return {e.name for m in matrices for row in m.rows for entry in row for e in _letters(entry)}


def _letters(node: Node) -> Iterator[Letter]:
    """The letters of a sum or product of letters."""
    if isinstance(node, Letter):
        yield node
    elif isinstance(node, Sum):
        for _, term in node.terms:
            yield from _letters(term)
    elif isinstance(node, Product) and all(op in ("", "cdot") for op, _ in node.factors):
        factors = [f for _, f in node.factors]
        if all(isinstance(f, Letter | Number) for f in factors):
            for f in factors:
                yield from _letters(f)


def with_single_entries(node: Node | None) -> list[Node | None]:
    """An equation whose left side is a vector of names, as one equation for each of them."""
    if not isinstance(node, Relation) or node.signs not in (("=",), (":=",)) or not isinstance(node.items[0], Matrix):
        return [node]
    names = [entry for row in node.items[0].rows for entry in row]
    if len(node.items[0].rows[0]) > 1 or not all(isinstance(n, Letter | Script) and key_parts(n) for n in names):
        return [node]
    if any(same(a, b) for k, a in enumerate(names) for b in names[:k]):
        return [node]
    right = node.items[1]
    if isinstance(right, Matrix) and [len(row) for row in right.rows] == [1] * len(names):
        return [Relation(n.at, (n, row[0]), node.signs, node.places) for n, row in zip(names, right.rows, strict=True)]
    places = (Number(right.at, Fraction(k)) for k in range(1, len(names) + 1))
    rights = (Script(right.at, Group(right.at, "(", (right,)), (k,)) for k in places)
    return [Relation(n.at, (n, r), node.signs, node.places) for n, r in zip(names, rights, strict=True)]


def _lists_as_vectors(node: Node | None) -> Node | None:
    if not isinstance(node, Relation):
        return node
    items = [_vector(item) if node.signs[k - 1 if k else 0] in _EQUAL else item for k, item in enumerate(node.items)]
    return Relation(node.at, tuple(items), node.signs, node.places)


def _vector(node: Node) -> Node:
    """``(a, b)`` and ``(a, b)^\\top`` as a column, and so what ``\\operatorname{diag}(a, b)`` has on its diagonal."""
    if isinstance(node, Apply) and node.name == "diag":
        return replace(node, argument=_vector(node.argument))
    base = node.base if isinstance(node, Script) and not node.below and _is_transposition(node.above) else node
    if isinstance(base, Group) and base.kind in ("(", "[") and len(base.items) > 1:
        rows = tuple((item,) for item in base.items)
        return entries(rows) or Matrix(node.at, rows)
    return node


def _is_transposition(above: Superscript | None) -> bool:
    return above is not None and above == Superscript(transposed=True)


def _said_of_entries(nodes: Sequence[Node | None]) -> set[str]:
    """The letters of which an entry, x_1, is declared or defined by itself."""
    found = set()
    for node in nodes:
        if isinstance(node, Relation):
            for item in node.items[0].items if isinstance(node.items[0], Group) else (node.items[0],):
                if isinstance(item, Script) and isinstance(item.base, Letter):
                    if any(isinstance(s, Number) for s in flattened(item.below)):
                        found.add(item.base.name)
    return found


def _declaration(node: Node | None, own: set[str]) -> Node | None:
    """``x \\in \\mathbb{R}^n`` in place of x by its components; None where they are not those of x."""
    if not isinstance(node, Relation) or node.signs not in (("=",), (":=",), ("=", "in"), (":=", "in")):
        return None
    left, right = node.items[:2]
    if not isinstance(left, Letter) or left.name in own:
        return None
    if isinstance(right, Script) and not right.below and _is_transposition(right.above):
        sizes = _sizes(left, right.base)
        sizes = sizes[::-1] if sizes is not None else None
    else:
        sizes = _sizes(left, right)
    if sizes is None:
        return None
    at = right.at
    shape = sizes[0] if sizes[1] is None else sizes[1] if sizes[0] is None else None
    if shape is None:
        shape = Product(at, (("", _known(sizes[0])), ("times", _known(sizes[1]))))
    reals = Script(at, Letter(at, "mathbb R"), (), Superscript(power=shape))
    return Relation(node.at, (left, reals), ("in",), (at,))


def _layer(node: Node | None) -> Node | None:
    """``b^{[l]}`` in place of b of a layer by its entries, ``b_1^{[l]}`` and so on; None for all else."""
    if not isinstance(node, Relation) or node.signs not in (("=",), (":=",)):
        return None
    left, right = node.items
    if (
        not isinstance(left, Script)
        or left.below
        or left.primes
        or left.above is None
        or left.above.label is None
        or not isinstance(left.base, Letter)
    ):
        return None
    bare = _without_label(right, left.above)
    return left if _sizes(left.base, bare) is not None or _is_by_rows(left.base, bare) else None


def _is_by_rows(left: Letter, right: Node) -> bool:
    """Whether a matrix is written as the column of its rows, by their small letter: W as w_1, ..., w_n."""
    counted = _counted(right) if isinstance(right, Reduce) and right.kind == "column" else None
    entry = right.body if isinstance(right, Reduce) else right
    if counted is None or not isinstance(entry, Script) or not isinstance(entry.base, Letter) or entry.above:
        return False
    letter, capital = (n.name.rpartition(" ")[2] for n in (entry.base, left))
    return letter != capital == letter.upper() and same(flattened(entry.below), (counted[0],))


def _without_label(tree: Any, label: Superscript) -> Any:
    """A tree without that label at its letters."""
    if isinstance(tree, Script) and tree.above is not None and same(tree.above, label):
        return replace(tree, above=None)
    return mapped(tree, lambda n: _without_label(n, label))


def _known(size: Node | None) -> Node:
    assert size is not None
    return size


def _sizes(left: Letter, right: Node) -> tuple[Node | None, Node | None] | None:
    """Height and width of what is written out, None for a side of one; None where an entry is not that of ``left``."""
    if isinstance(right, Matrix):
        return _of_matrix(left, right)
    if not isinstance(right, Reduce) or right.kind not in ("column", "row"):
        return None
    outer = _counted(right)
    inner = _counted(right.body) if isinstance(right.body, Reduce) else None
    if outer is None or (inner is None and isinstance(right.body, Reduce)):
        return None
    entry = right.body.body if isinstance(right.body, Reduce) else right.body
    letters = (outer[0],) if inner is None else (outer[0], inner[0])
    if not _is_entry(entry, left, letters):
        return None
    if inner is not None:
        return outer[1], inner[1]
    return (outer[1], None) if right.kind == "column" else (None, outer[1])


def _of_matrix(left: Letter, matrix: Matrix) -> tuple[Node | None, Node | None] | None:
    height, width = len(matrix.rows), len(matrix.rows[0])
    for a, row in enumerate(matrix.rows, 1):
        for b, entry in enumerate(row, 1):
            place = [n for n, extent in ((a, height), (b, width)) if extent > 1]
            if not _is_entry(entry, left, tuple(Number(0, Fraction(n)) for n in place)):
                return None
    sizes = [Number(matrix.at, Fraction(n)) if n > 1 else None for n in (height, width)]
    return sizes[0], sizes[1]


def _counted(node: Reduce) -> tuple[Node, Node] | None:
    """Letter and end of a count from 1."""
    below = node.below
    if not isinstance(below, Relation) or node.above is None or not same(below.items[1], Number(0, Fraction(1))):
        return None
    return below.items[0], node.above


def _is_entry(entry: Node, left: Letter, slots: tuple[Node, ...]) -> bool:
    """Whether an entry is that of the left side, written alike or with the small letter for a matrix."""
    if not isinstance(entry, Script) or not isinstance(entry.base, Letter) or entry.above is not None or entry.primes:
        return False
    if entry.base.name != left.name and not (len(slots) == 2 and entry.base.name.upper() == left.name):
        return False
    below = flattened(entry.below)
    if len(below) == 1 and len(slots) == 2 and isinstance(below[0], Number):  # x_{11}
        digits = str(below[0].value)
        below = tuple(Number(0, Fraction(int(d))) for d in digits) if len(digits) == 2 else below
    return same(below, slots)
