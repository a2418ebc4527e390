"""``\\frac{\\partial L}{\\partial c} += f``: added to what the same left side was set to before.

The first equation is then a step of a computation, and no claim; both together are one. Where nothing was set before,
something is only added to, as in an update, which is never judged.
"""

from collections.abc import Sequence
from itertools import pairwise

from symbackprop.claims.latex.syntax.parser import Parser
from symbackprop.claims.latex.syntax.tree import Node, Relation, Sum, same
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.errors import ReadError


def added_to(given: Sequence[Token]) -> Relation | None:
    """The left side and what is added to it, with the sign of an update; None for all other formulas.

    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> added_to(tokens("w += a b")).signs, added_to(tokens("w + = a"))
    (('<-',), None)
    """
    k = next((k for k, (a, b) in enumerate(pairwise(given)) if _is_sign(a, b)), 0)
    if not 0 < k < len(given) - 2:
        return None
    try:
        left, right = _formula(given[:k]), _formula(given[k + 2 :])
    except (ReadError, RecursionError):
        return None
    if isinstance(left, Relation) or isinstance(right, Relation):
        return None
    return Relation(left.at, (left, right), ("<-",), (given[k].at,))


def together(first: Node | None, added: Relation) -> tuple[Relation, Relation] | None:
    """``c = a`` and ``c += b`` as the step ``c <- a`` and the claim ``c = a + b``; None where another c was set."""
    if not isinstance(first, Relation) or first.signs not in (("=",), ("<-",)):
        return None
    if not same(first.items[0], added.items[0]):
        return None
    right = Sum(first.items[1].at, ((1, first.items[1]), (1, added.items[1])))
    step = Relation(first.at, first.items, ("<-",), first.places)
    return step, Relation(added.at, (added.items[0], right), ("=",), added.places)


def _is_sign(a: Token, b: Token) -> bool:
    return a.text == "+" and b.text == "=" and b.at == a.at + 1


def _formula(given: Sequence[Token]) -> Node:
    return Parser(list(given), given[-1].at + len(given[-1].text)).formula()
