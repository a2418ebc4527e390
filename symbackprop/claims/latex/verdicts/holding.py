"""Whether a claim holds in one reading: numbers sieve first, since most candidates differ at the first point."""

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.meaning.options import Options
from symbackprop.claims.latex.syntax.tree import Node
from symbackprop.claims.latex.verdicts.asking import ask, context_of
from symbackprop.claims.latex.verdicts.sides import Sides, elaborated
from symbackprop.errors import SymbackpropError
from symbackprop.proof.refute import Question, search

_LONGER = 0.5  # seconds for the proof of what the numbers let pass


def holds(document: Document, claim: Pending, options: Options, until: float, right: Node | None = None) -> bool:
    """Whether the claim, with another right side where one is given, is proved in the reading of the options."""
    try:
        return hold(document, elaborated(document, claim, options, right)[0], until)
    except (SymbackpropError, RecursionError):
        return False


def hold(document: Document, sides: Sides, until: float) -> bool:
    """Whether two sides are proved equal (or in their relation). Raises what the engine does not support."""
    if sides.sign == "=":
        question = Question(sides.right, sides.left, context_of(document, sides), sides.indices)
        point, agreeing = search(question, 1, until)
        if point is not None or not agreeing:
            return False
    return ask(document, sides, until + _LONGER).verdict == "proved"
