"""Letters that are numbers by what stands beside them, in documents that declare no shapes.

What is added to a product of two vectors, ``\\mathbf{w}^\\top \\mathbf{x} + b``, is a number; so is a small letter in
plain type where the document has the same letter in bold for a vector. It is what people mean, and no more: where such
a letter has to be a vector for the formulas to conform, that is tried.
"""

from collections.abc import Iterator, Sequence

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Letter, Node, Product, Script, Sum, walk

_BOLD = "mathbf "


def is_number_by_use(base: str, found: Sequence[Statement]) -> bool:
    """Whether a letter is a number by its bold twin, or by an inner product that it is added to."""
    accents, _, letter = base.rpartition(" ")
    if not letter.islower() or _BOLD.strip() in accents:
        return False
    twin = f"{accents} {_BOLD}{letter}".strip()
    nodes = [n for s in found if s.node is not None for n in walk(s.node)]
    if any(isinstance(n, Letter) and n.name == twin for n in nodes):
        return True
    sums = (n for n in nodes if isinstance(n, Sum) and any(_is_inner_product(t) for _, t in n.terms))
    return any(base in _bare(n) for n in sums)


def _bare(node: Sum) -> Iterator[str]:
    return (t.name for _, t in node.terms if isinstance(t, Letter))


def _is_inner_product(node: Node) -> bool:
    """``w^\\top x`` of two small letters."""
    if not isinstance(node, Product) or len(node.factors) != 2:
        return False
    (_, first), (op, second) = node.factors
    letters = (isinstance(first, Script) and isinstance(first.base, Letter), isinstance(second, Letter))
    if not all(letters) or op not in ("", "cdot"):
        return False
    small = first.base.name[-1].islower() and second.name[-1].islower()  # type: ignore[attr-defined]
    return small and first.above is not None and first.above.transposed  # type: ignore[attr-defined]
