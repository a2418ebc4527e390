"""``\\text{softmax(x)}``: a function of the table of names with its argument, all of it set as text."""

import re
from collections.abc import Iterator, Sequence

from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import NAMED

_APPLIED = re.compile(r"(?:text|textrm|mbox|hbox):\s*([A-Za-z]+)\(([A-Za-z])\)\s*")


def with_applied_words(given: Sequence[Token]) -> list[Token]:
    """The tokens with such a word as a function and its argument.

    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> [t.text for t in with_applied_words(tokens(r"\\text{softmax(x)}_i"))]
    ['text:softmax', '(', 'x', ')', '_', 'i']
    """
    return [x for t in given for x in _split(t)]


def _split(t: Token) -> Iterator[Token]:
    found = _APPLIED.fullmatch(t.text) if t.kind == "text" else None
    if found is None or found[1].lower() not in NAMED:
        yield t
        return
    yield Token("text", f"text:{found[1]}", t.at)
    yield from (Token("sign", "(", t.at), Token("letter", found[2], t.at), Token("sign", ")", t.at))
