"""What one look over a document tells of how it is written: from where it counts, its sizes, where examples lie."""

from collections.abc import Sequence

from symbackprop.claims.latex.meaning.products import units_of
from symbackprop.claims.latex.syntax.scripts import flattened, key_parts
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Derivative,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Reduce,
    Relation,
    Script,
    Slice,
    Special,
    Sum,
    walk,
)


def examples_as_rows(found: Sequence[Statement]) -> bool | None:
    """Whether examples are rows, as in ``X W + b``, or columns, as in ``W X + b``; None where nothing shows it.

    The bias may be written for all examples, ``\\mathbf{1} b^\\top``.
    """
    nodes = (n for s in found if s.node is not None for n in walk(s.node))
    sums = [n.terms for n in nodes if isinstance(n, Sum) and len(n.terms) == 2]
    sides = {units_of(a) for (_, a), (_, b) in sums if _is_bias(b)} - {None}
    return bool(sides.pop()) if len(sides) == 1 else None


def _is_bias(node: Node) -> bool:
    """A symbol, or one beside a vector of ones."""
    if isinstance(node, Product) and len(node.factors) == 2:
        bases = [f.base if isinstance(f, Script) else f for _, f in node.factors]
        return sum(isinstance(b, Special) and b.name == "ones" for b in bases) == 1
    return isinstance(node, Letter | Script)


def begun_with_d(found: Sequence[Statement]) -> set[str]:
    """X, where an equation begins with dX, if several do: nobody begins them with products of a size d."""
    lefts = (s.node.items[0] for s in found if isinstance(s.node, Relation) and s.node.signs[0] == "=")
    pairs = (n.factors for n in lefts if isinstance(n, Product) and len(n.factors) == 2)
    parts = (key_parts(x) for (_, d), (op, x) in pairs if op == "" and isinstance(d, Letter) and d.name == "d")
    begun = {p[0] for p in parts if p is not None}
    return begun if len(begun) > 1 else set()


def counted_from_zero(found: Sequence[Statement]) -> set[str]:
    """Letters that some sum counts from 0, and none from 1."""
    firsts: dict[str, set[int]] = {}
    for n in (n for s in found if s.node is not None for n in walk(s.node)):
        if isinstance(n, Reduce) and isinstance(n.below, Relation) and isinstance(n.below.items[0], Letter):
            first = n.below.items[1]
            if isinstance(first, Number) and first.value in (0, 1):
                firsts.setdefault(n.below.items[0].name, set()).add(int(first.value))
    return {letter for letter, values in firsts.items() if values == {0}}


def said_from_zero(found: Sequence[Statement]) -> set[str]:
    """Letters of ``j = 0, \\dots, K`` and ``j \\in \\{0, \\dots, K\\}``, and of no such list that begins elsewhere."""
    firsts: dict[str, set[Node]] = {}
    for s in found:
        if isinstance(s.node, Relation) and isinstance(s.node.items[0], Letter) and s.node.signs in (("=",), ("in",)):
            last = s.node.items[-1]
            if isinstance(last, Group) and any(isinstance(i, Special) and i.name == "dots" for i in last.items):
                firsts.setdefault(s.node.items[0].name, set()).add(last.items[0])
    return {x for x, nodes in firsts.items() if all(isinstance(n, Number) and n.value == 0 for n in nodes)}


def axes_from_zero(found: Sequence[Statement], letters: set[str]) -> set[tuple[str, int]]:
    """The axes, by base and place, at which letters that are counted from 0 stand bare."""
    nodes = (n for s in found if s.node is not None for n in walk(s.node))
    scripts = ((n.base.name, flattened(n.below)) for n in nodes if isinstance(n, Script) and isinstance(n.base, Letter))
    places = ((base, k, x) for base, slots in scripts for k, x in enumerate(slots))
    return {(base, k) for base, k, x in places if isinstance(x, Letter) and x.name in letters}


def counting_rows(found: Sequence[Statement]) -> set[str]:
    """Letters that stand first in pairs of subscripts, ``A_{i,j}``, and never second: ``S_i`` means a row.

    So does ``\\theta_k`` where ``\\theta_k^\\top x`` stands.
    """
    nodes = [n for s in found if s.node is not None for n in walk(s.node) if isinstance(n, Script)]
    pairs = [p for n in nodes if len(p := flattened(n.below)) == 2]
    first, second = ({x.name for p in pairs if isinstance(x := p[k], Letter)} for k in (0, 1))
    turned = [n.below[0] for n in nodes if n.above is not None and n.above.transposed and len(n.below) == 1]
    return (first | {x.name for x in turned if isinstance(x, Letter)}) - second


def has_turned_entries(base: str, found: Sequence[Statement]) -> bool:
    """Whether a letter with an index is transposed somewhere, ``\\theta_k^\\top x``: it is a vector for each k."""
    nodes = (n for s in found if s.node is not None for n in walk(s.node) if isinstance(n, Script))
    mine = (n for n in nodes if isinstance(n.base, Letter) and n.base.name == base and len(n.below) == 1)
    return any(n.above is not None and n.above.transposed for n in mine)


def sets_of_indices(found: Sequence[Statement]) -> dict[str, str]:
    """B of ``\\sum_{k \\in B}`` by k, where no other set is written for k, and nothing defines or declares B."""
    sets: dict[str, set[str]] = {}
    stated: set[str] = set()
    for s in found:
        if isinstance(s.node, Relation) and isinstance(s.node.items[0], Letter):
            stated.add(s.node.items[0].name)
        for n in walk(s.node) if s.node is not None else ():
            below = n.below if isinstance(n, Reduce) else None
            if isinstance(below, Relation) and below.signs == ("in",) and isinstance(below.items[0], Letter):
                domain = below.items[1]
                sets.setdefault(below.items[0].name, set()).add(domain.name if isinstance(domain, Letter) else "")
    return {k: next(iter(names)) for k, names in sets.items() if len(names) == 1 and not names & (stated | {""})}


def sizes_of_sums(found: Sequence[Statement]) -> set[str]:
    """Letters that sums run up to, and that nothing defines: sizes, wherever else they stand.

    A number that is given after derivatives, as for an example, defines none of what was said of any size.
    """
    ends, before, defined = set[str](), set[str](), set[str]()
    for node in (s.node for s in found if s.node is not None):
        left = node.items[0] if isinstance(node, Relation) else None
        if isinstance(left, Letter) and not (left.name in before and gives_number(node)):
            defined.add(left.name)
        ends |= {n.above.name for n in walk(node) if isinstance(n, Reduce) and isinstance(n.above, Letter)}
        claims = isinstance(node, Relation) and any(isinstance(n, Derivative) for n in walk(node))
        before = ends.copy() if claims else before
    return ends - defined


def gives_number(node: Node | None) -> bool:
    """``m = 3``."""
    return isinstance(node, Relation) and node.signs == ("=",) and isinstance(node.items[1], Number)


def runs_of_sums(found: Sequence[Statement]) -> dict[str, str]:
    """N by n, where every sum with bounds over n has the bounds 1 and N."""
    ends: dict[str, set[str]] = {}
    for n in (n for s in found if s.node is not None for n in walk(s.node)):
        below = n.below if isinstance(n, Reduce) else None
        if isinstance(n, Reduce) and isinstance(below, Relation) and isinstance(below.items[0], Letter):
            first = isinstance(below.items[1], Number) and below.items[1].value == 1
            last = n.above.name if first and isinstance(n.above, Letter) else ""
            ends.setdefault(below.items[0].name, set()).add(last)
    return {
        letter: last for letter, (last, *more) in ((x, tuple(names)) for x, names in ends.items()) if last and not more
    }


def slices_from_zero(found: Sequence[Statement]) -> bool:
    """Whether some slice begins at 0 or at the beginning, as programs count."""
    nodes = (n for s in found if s.node is not None for n in walk(s.node) if isinstance(n, Slice))
    return any(n.first is None or (isinstance(n.first, Number) and n.first.value == 0) for n in nodes)
