"""``\\delta , a^\\top``: a thin space ``\\,`` of which the backslash was lost on the way through Markdown.

A comma with spaces on both sides after an equation, before what is no equation, joins factors: a comma that separates
stands right behind what it follows.
"""

from collections.abc import Sequence

from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import RELATIONS

_OPENING, _CLOSING = frozenset(("(", "[", "{", "\\{")), frozenset((")", "]", "}", "\\}"))
_ENDS = frozenset((",", ";", "\\\\", "&", "\\quad", "\\qquad"))
_NO_FACTORS = frozenset(("+", "-", "\\dots", "\\ldots", "\\cdots", "\\forall", "\\begin", "\\end"))


def without_lost_spaces(given: list[Token]) -> list[Token]:
    """The tokens without the commas that were thin spaces.

    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> texts = ["W = d , a", "x = a, b", "f(x) = x , x > 0"]
    >>> [len(tokens(t)) - len(without_lost_spaces(tokens(t))) for t in texts]
    [1, 0, 0]
    """
    return [t for k, t in enumerate(given) if not _is_space(given, k)]


def _is_space(given: Sequence[Token], k: int) -> bool:
    if given[k].text != "," or not 0 < k < len(given) - 1:
        return False
    spaced = given[k - 1].at + len(given[k - 1].text) < given[k].at and given[k + 1].at > given[k].at + 1
    if not spaced or given[k + 1].kind in ("text", "number") or given[k + 1].text in (_NO_FACTORS | _ENDS):
        return False
    before, after = given[:k], given[k + 1 :]
    if _depth(before) or not any(t.text in ("=", "\\leftarrow", ":=") for t in before):
        return False
    depth = 0
    for t in after:
        depth += (t.text in _OPENING) - (t.text in _CLOSING)
        if depth < 0 or (not depth and (t.text in RELATIONS or t.kind == "text")):
            return False
        if not depth and t.text in _ENDS:
            return t.text != "&"
    return True


def _depth(given: Sequence[Token]) -> int:
    return sum((t.text in _OPENING) - (t.text in _CLOSING) for t in given)
