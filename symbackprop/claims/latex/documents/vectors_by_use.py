"""Greek letters that are vectors by what stands beside them: gamma and beta of ``\\gamma \\odot \\hat x + \\beta``.

People write a Greek letter for a number as a rule. But nobody multiplies by a number with ⊙, and what is added to such
a product is shifted as that scales, entry by entry. It is what people mean, and no more: no refutation rests on it.
"""

from collections.abc import Sequence

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Letter, Node, Product, Sum, walk


def is_vector_by_use(base: str, found: Sequence[Statement]) -> bool:
    """Whether a letter stands alone beside a ⊙, or is added to a product in which another one does."""
    nodes = [n for s in found if s.node is not None for n in walk(s.node)]
    if any(base in _scales(n) for n in nodes):
        return True
    sums = (
        n for n in nodes if isinstance(n, Sum) and any(isinstance(t, Letter) and t.name == base for _, t in n.terms)
    )
    return any(_scales(t) for n in sums for _, t in n.terms)


def _scales(node: Node) -> set[str]:
    """The letters that stand alone as factors of products by ⊙ throughout."""
    factors = node.factors if isinstance(node, Product) else ()
    if len(factors) < 2 or any(op != "odot" for op, _ in factors[1:]):
        return set()
    return {f.name for _, f in factors if isinstance(f, Letter)}
