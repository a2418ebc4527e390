"""The layout in which a document writes derivatives: numerator, denominator, or both ("mixed layout").

Only claims that hold in one layout alone tell: Jacobians, gradients by a matrix, gradients by a vector that stand as
rows or columns. ∇ is a column in every layout, and tells nothing. A gradient by a matrix has the matrix's shape, so
that its transpose is wrong; but where several claims are right only transposed, that is how the document writes.
"""

from collections.abc import Sequence
from dataclasses import replace

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.options import Options
from symbackprop.claims.latex.meaning.scope import Local
from symbackprop.claims.latex.syntax.tree import Derivative
from symbackprop.claims.latex.verdicts.holding import hold, holds
from symbackprop.claims.latex.verdicts.judgement import Judgement
from symbackprop.claims.latex.verdicts.sides import Sides, elaborated, elaborator_for
from symbackprop.errors import SymbackpropError

NUMERATOR, DENOMINATOR, MIXED = "numerator", "denominator", "mixed layout"
TRANSPOSED = "holds in numerator layout, where the gradient by a matrix is transposed"
_SEVERAL = 2


def transposed(document: Document, claim: Pending, j: Judgement, until: float) -> bool:
    """Whether a wrong claim is right where gradients by a matrix are transposed."""
    if j.verdict != "refuted" or (j.sides is not None and not j.sides.elaborator.used_matrix_gradient):
        return False
    try:
        for numerator in (True, False):
            options = Options(numerator, matrices_transposed=True, scale=document.scale)
            sides, el = elaborated(document, claim, options)
            if el.used_matrix_gradient and hold(document, sides, until):
                return True
            if not el.used_jacobian:
                return False
    except (SymbackpropError, RecursionError):
        pass
    return False


def is_numerator(layouts: Sequence[str | None], count: int) -> bool:
    """Whether wrong claims that are right transposed are several, and more than those right as they stand."""
    return count >= _SEVERAL and count > sum(x == DENOMINATOR for x in layouts)


def layout_of(document: Document, claim: Pending, j: Judgement, until: float) -> str | None:
    """The layout in which alone a proved claim holds; None where it holds in both, or layout does not matter."""
    sides = j.sides
    if j.verdict != "proved" or sides is None or claim.sign not in ("=", ":="):
        return None
    if sides.elaborator.used_jacobian:
        other = replace(sides.options, numerator=not sides.options.numerator)
        if holds(document, claim, other, until):
            return None
        return NUMERATOR if sides.options.numerator else DENOMINATOR
    left = claim.left
    if not isinstance(left, Derivative) or left.kind == "nabla":
        return None
    if sides.elaborator.used_matrix_gradient:
        other = replace(sides.options, matrices_transposed=not sides.options.matrices_transposed)
        if holds(document, claim, other, until):
            return None
        return NUMERATOR if sides.options.matrices_transposed else DENOMINATOR
    return _of_vector(document, claim, sides)


def _of_vector(document: Document, claim: Pending, sides: Sides) -> str | None:
    """A gradient by a column that is set equal to a row, or to a column."""
    el = elaborator_for(document, claim, sides.options, False)
    el.free = dict(sides.elaborator.free)
    try:
        left, right = el.value(claim.left, Local()), el.value(claim.right, Local())
    except (SymbackpropError, RecursionError):
        return None
    if left.rank != 1 or right.rank != 1 or left.row or right.loose:
        return None
    return NUMERATOR if right.row else DENOMINATOR


def layout_of_document(document: Document, layouts: Sequence[str | None]) -> str:
    """One word for all claims; a document whose claims do not tell is what it says it is."""
    seen = {x for x in layouts if x is not None}
    if len(seen) > 1:
        return MIXED
    return seen.pop() if seen else NUMERATOR if document.numerator else DENOMINATOR
