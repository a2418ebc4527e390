"""The smallest whole things of a formula: each token that may begin one has a reader, in one table.

A reader takes the parser, which stands after the token, and the token. Letters come last into the table: a command
that is also something else is a letter.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from symbackprop.claims.latex.syntax.derivative_notation import fraction
from symbackprop.claims.latex.syntax.environments import environment
from symbackprop.claims.latex.syntax.grouping import braces, group
from symbackprop.claims.latex.syntax.numpy_notation import call
from symbackprop.claims.latex.syntax.tree import Letter, Node, Number, Root, Special
from symbackprop.claims.latex.syntax.typography import DRESSING, accented, font, words
from symbackprop.claims.latex.text.tokens import REFUSED, Token
from symbackprop.claims.latex.text.vocabulary import (
    ACCENTS,
    DOTS,
    FONTS,
    FRACTIONS,
    FUNCTIONS,
    LETTERS,
    OPENERS,
    REDUCERS,
)

if TYPE_CHECKING:
    from symbackprop.claims.latex.syntax.parser import Parser


def atom(p: "Parser") -> Node:
    """What begins with the token that stands here. Raises ``ReadError`` where nothing does."""
    t = p.take()
    read = _KINDS.get(t.kind) or _ATOMS.get(t.text)
    if read is None:
        raise p.error(f"{t.text} is not known here" if t.text[:1] == "\\" else f"cannot read {t.text!r} here", t.at)
    return read(p, t)


_MOST_DIGITS = 100


def _number(p: "Parser", t: Token) -> Node:
    if len(t.text) > _MOST_DIGITS:
        raise p.error(f"a number of more than {_MOST_DIGITS} digits", t.at)
    return Number(t.at, Fraction(t.text))


def _letter(p: "Parser", t: Token) -> Node:
    return Letter(t.at, t.text.lstrip("\\"))


def _special(p: "Parser", t: Token) -> Node:
    return Special(t.at, _SPECIALS[t.text])


def _root(p: "Parser", t: Token) -> Node:
    degree = None
    if p.accept("["):
        degree = p.sum()
        p.expect("]")
    return Root(t.at, p.argument(), degree)


def _refused(p: "Parser", t: Token) -> Node:
    raise p.error(f"{t.text} is not mathematics: refused", t.at)


def _unclear(p: "Parser", t: Token) -> Node:
    raise p.unclear(t.text, t.at)


_SPECIALS = {
    **{command: "function:" + name for command, name in FUNCTIONS.items()},
    **{command: "reduce:" + command[1:] for command in REDUCERS},
    **dict.fromkeys(DOTS, "dots"),
    "\\nabla": "nabla",
    "\\partial": "partial",
    "\\infty": "infinity",
}
_KINDS: dict[str, Callable[["Parser", Token], Node]] = {
    "number": _number,
    "letter": _letter,
    "text": words,
    "unclear": _unclear,
    "numpy": call,
}
_ATOMS: dict[str, Callable[["Parser", Token], Node]] = {
    "{": braces,
    "\\sqrt": _root,
    "\\begin": environment,
    **dict.fromkeys(OPENERS, group),
    **dict.fromkeys(FRACTIONS, fraction),
    **dict.fromkeys(_SPECIALS, _special),
    **dict.fromkeys(ACCENTS, accented),
    **dict.fromkeys(FONTS, font),
    **DRESSING,
    **dict.fromkeys(REFUSED, _refused),
    **dict.fromkeys(LETTERS, _letter),
}
