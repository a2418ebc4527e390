"""``dX`` is the derivative of the cost by X, or a differential: where it may be the latter, nothing is judged."""

from itertools import pairwise

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.syntax.tree import Letter, Product, Script, walk
from symbackprop.claims.latex.verdicts.judgement import Judgement


def may_be_differential(document: Document, claim: Pending, _: Judgement) -> str | None:
    """``df = \\operatorname{tr}(G^\\top dX)`` of a cost f, or any ``dX`` where words speak of differentials."""
    ends = [_after_d(n) for x in (claim.left, claim.right) for n in walk(x) if isinstance(n, Product)]
    whole = _after_d(claim.left) if isinstance(claim.left, Product) else ()
    if not whole or sum(map(len, ends)) < 2:
        return None
    cost = claim.cost.key[0] if claim.cost is not None else None
    if document.differentials or cost in whole:
        return f"d{whole[0]} may be a differential, or the derivative of the cost by {whole[0]}"
    return None


def _after_d(node: Product) -> tuple[str, ...]:
    """The letters that stand after a d in a product."""
    pairs = pairwise(f for _, f in node.factors)
    bare = [(a, b.base if isinstance(b, Script) else b) for a, b in pairs]
    return tuple(b.name for a, b in bare if isinstance(a, Letter) and a.name == "d" and isinstance(b, Letter))
