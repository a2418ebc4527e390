"""The column of remarks beside a derivation: ``&= W^\\top \\delta & \\text{since } z = W x``.

What stands there belongs to its row alone. The next row goes on from the formula, not from the remark, and a remark
that only says which index is meant, as in "nonzero for m = i", says nothing of the letter m.
"""

import re
from collections.abc import Sequence

from symbackprop.claims.latex.text.pieces import depths
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import NAMED, RELATIONS

_REASON = re.compile(
    r"\W*(?:since|because|as|by|using|recall|note|remember|where|weil|denn|da|car|puisque|comme|pois|porque|ya que)\b",
    re.I,
)
_CONDITION = re.compile(
    r"\W*(?:if|when|whenever|for|unless|where|with|otherwise|wenn|falls|f[uü]r|si|se|para|pour)\b", re.I
)
_ANOTHER = frozenset("and und et y e or oder ou o".split())  # a formula like the first
_BESIDE = frozenset(("&", "(", ")", ".", ",", "\\\\"))
_EQUALS = (["letter", "sign", "letter"], ["letter", "sign", "number"])
_COMMANDS = ("text", "textrm", "textit", "mbox", "mathrm")


def cut(row: list[Token]) -> tuple[list[Token], list[Token]]:
    """The formula of a row, and the remark beside it.

    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> formula, remark = cut(tokens(r"&= a b &\\text{since } z = a b"))
    >>> [t.text for t in formula], [t.text for t in remark][-3:]
    (['&', '=', 'a', 'b', '&'], ['=', 'a', 'b'])
    """
    nesting = depths(row, True)
    said = False  # a formula stands before
    for k, (t, depth) in enumerate(zip(row, nesting, strict=True)):
        if depth == 0 and said and _begins(row, k):
            return row[:k], _of_letters(_closed(row[k:]))
        said = said or (depth == 0 and t.text in RELATIONS)
    return row, []


def _begins(row: Sequence[Token], k: int) -> bool:
    if row[k].text == "\\because":
        return True
    words = _words(row[k])
    beside = k > 0 and row[k - 1].text == "&"
    if not words or words.split()[0].lower() in NAMED or words.lower() in _ANOTHER:
        return False
    return beside or (_REASON.match(words) is not None and (words[0] != "(" or words[-1] != ")"))


def _words(t: Token) -> str:
    command, _, words = t.text.partition(":")
    return words.strip() if t.kind == "text" and command in _COMMANDS else ""


def _closed(remark: list[Token]) -> list[Token]:
    """A remark without the bracket that only words open, as in ``\\text{(since } a = b)``."""
    signs = [t.text for t in remark]
    return remark[:-1] if signs[-1] == ")" and signs.count(")") > signs.count("(") else remark


def _of_letters(remark: list[Token]) -> list[Token]:
    """A remark without ``m = i``, unless its words make a condition of that."""
    words = _words(remark[0])
    if words and _CONDITION.match(words) is None:
        plain = [t for t in remark if t.kind != "text" and t.text not in _BESIDE]
        if [t.kind for t in plain] in _EQUALS and plain[1].text == "=":
            return []
    return remark
