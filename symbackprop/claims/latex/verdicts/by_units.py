"""Jacobians of one unit alone: ``\\partial a / \\partial z = a (1 - a)`` where nobody says how many units there are.

What is applied to each entry has a diagonal Jacobian, and people write what each unit does: its diagonal, with
products and quotients entry by entry. Such a line is accepted where the whole Jacobian is that diagonal matrix, with a
note; where it is not, nothing is known, since nobody says that vectors are meant.
"""

from symbackprop.claims.latex.documents.document import Document, Pending
from symbackprop.claims.latex.documents.echo import text_of_sides
from symbackprop.claims.latex.meaning.options import Options
from symbackprop.claims.latex.meaning.values import Mismatch
from symbackprop.claims.latex.syntax.scripts import key_parts
from symbackprop.claims.latex.syntax.tree import Derivative, Group, Letter, Node, Product, Script
from symbackprop.claims.latex.verdicts.judgement import Judgement
from symbackprop.claims.latex.verdicts.sides import elaborated
from symbackprop.claims.latex.verdicts.stretches import asked
from symbackprop.errors import NotSupported, ReadError

DIAGONAL = "read for each unit alone: the Jacobian is diagonal, and this is its diagonal"
ENTRYWISE = "read for each unit alone: products of vectors entry by entry"
TWO_PRODUCTS = "products of vectors can be read in two ways: as numbers this is refuted, entry by entry it is proved"


def by_units(document: Document, claim: Pending, deadline: float) -> Judgement | None:
    """The proof of a claim about a derivative by undeclared vectors, read for each unit alone; None without one."""
    if not (
        isinstance(claim.left, Derivative)
        or _is_with_d(claim.left)
        or primes_two(claim.left)
        or _is_named_derivative(claim)
    ):
        return None
    options = Options(by_units=True)
    try:
        sides, el = elaborated(document, claim, options)
        written, _ = elaborated(document, claim, options, echo=True)
    except (Mismatch, ReadError, NotSupported):
        return None
    found = asked(document, claim, sides, deadline)
    if found.verdict != "proved" or el.unreached:
        return None
    reading = text_of_sides(written.left, written.right, claim.sign)
    note = DIAGONAL if el.used_jacobian else ENTRYWISE
    return Judgement("proved", reading, found, notes=(*found.notes, note), sides=sides)


def of_inner_products(document: Document, claim: Pending, j: Judgement, guessed: bool, deadline: float) -> Judgement:
    """A judgement; what is wrong with inner products of vectors, and right entry by entry, is not refuted."""
    if j.verdict != "refuted" or j.sides is None or not j.sides.elaborator.used_inner:
        return j
    alone = by_units(document, claim, deadline)
    if alone is None or guessed:
        return alone or j
    return Judgement("unread", j.reading, reason=TWO_PRODUCTS)


def primes_two(node: Node) -> bool:
    """Whether this is ``C'(a, y)``, where nothing but habit says by which of the two is differentiated."""
    if not isinstance(node, Product) or len(node.factors) != 2:
        return False
    (_, head), (op, after) = node.factors
    primed = isinstance(head, Script) and head.primes == 1
    return primed and op == "" and isinstance(after, Group) and after.kind == "(" and len(after.items) == 2


def _is_with_d(node: Node) -> bool:
    """``db``: the derivative of the cost by b."""
    head = node.factors[0][1] if isinstance(node, Product) and len(node.factors) == 2 else None
    return isinstance(head, Letter) and head.name == "d"


def _is_named_derivative(claim: Pending) -> bool:
    parts = key_parts(claim.left)
    return parts is not None and any(key[0] == parts[0] for key in claim.scope.aliases)
