"""``FL = ...``, ``\\frac{d FL}{dp}``: two capitals that are the name of a cost, and no product.

They are where an equation says what they are, standing alone on its left side, and neither letter stands anywhere
without the other in the whole document: of a product somebody would speak of the factors.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from symbackprop.claims.latex.text.tokens import Token

_EDGES = ("", "&", "\\\\", "\\quad", "\\qquad", ",", ";")
_EQUAL = ("=", ":=", "\\coloneqq")


def with_acronyms(found: Sequence[list[Token]]) -> list[list[Token]]:
    """The tokens of all displays, each such name as one token.

    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> texts = (["FL = -x", "d FL"], ["AB = C", "A x"], ["AB C = D"])
    >>> [[len(t) for t in with_acronyms([tokens(x) for x in one])] for one in texts]
    [[4, 2], [4, 2], [5]]
    """
    pairs = [list(_pairs(given)) for given in found]
    joined = list(zip(found, pairs, strict=True))
    names = {_name(given, k) for given, places in joined for k in places if _is_defined(given, k)}
    if not names:
        return list(found)
    inside = [{k + j for k in places for j in (0, 1) if _name(given, k) in names} for given, places in joined]
    apart = {t.text for given, own in zip(found, inside, strict=True) for k, t in enumerate(given) if k not in own}
    names = {name for name in names if not set(name) & apart}
    return [list(_together(given, {k for k in places if _name(given, k) in names})) for given, places in joined]


def _pairs(given: Sequence[Token]) -> Iterator[int]:
    """The places where two capitals stand directly side by side, and no third letter with them."""
    near = [a.kind == b.kind == "letter" and b.at - a.at <= 1 for a, b in pairwise(given)]
    for k, here in enumerate(near):
        if here and not any(near[j] for j in (k - 1, k + 1) if 0 <= j < len(near)) and _name(given, k).isupper():
            yield k


def _name(given: Sequence[Token], k: int) -> str:
    return given[k].text + given[k + 1].text


def _is_defined(given: Sequence[Token], k: int) -> bool:
    following = [t.text for t in given[k + 2 : k + 4] if t.text != "&"][:1]
    return (given[k - 1].text if k else "") in _EDGES and bool(following) and following[0] in _EQUAL


def _together(given: Sequence[Token], places: set[int]) -> Iterator[Token]:
    for k, t in enumerate(given):
        if k in places:
            yield Token("letter", _name(given, k), t.at)
        elif k - 1 not in places:
            yield t
