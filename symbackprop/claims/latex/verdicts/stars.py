"""What a star between arrays may be: the kernel as it is or turned round, or a convolution where numbers were read."""

from itertools import pairwise

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.syntax.tree import Letter, Node, Product, walk
from symbackprop.claims.latex.verdicts.judgement import Judgement

TURNED = (
    "could be read in two ways: * slides the kernel as it is, as a layer does, or turned round; as it is, this is wrong"
)


def turned_kernel(document: Document, claim: Pending, _: Judgement) -> str | None:
    """A claim that rests on a star, where nothing says how it lays the kernel."""
    return TURNED if claim.scope.starred and not document.correlates else None


def star_of_numbers(document: Document, claim: Pending, _: Judgement) -> str | None:
    """``A * K`` of capitals that nothing shows to be arrays, where words speak of a convolution."""
    for side in (claim.left, claim.right) if document.convolves else ():
        for n in walk(side):
            for (_op, one), (op, other) in pairwise(n.factors) if isinstance(n, Product) else ():
                if op == "*" and (_is_number_by_use(claim, one) or _is_number_by_use(claim, other)):
                    return "could be read in two ways: * is the convolution of which the words speak, or a product"
    return None


def _is_number_by_use(claim: Pending, node: Node) -> bool:
    known = claim.scope.symbols.get((node.name, "", "")) if isinstance(node, Letter) and node.name.isupper() else None
    return known is not None and known.how == "by use" and not known.shape
