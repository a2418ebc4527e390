"""Text to tokens with their places, one list for each logical line (a newline inside brackets is blank).

All limits on size are kept here, before anything is built: length of the text, of a line, of a name, of a number, depth
of brackets. Brackets are matched here too, so that an open one is shown where it was opened.
"""

import re
from typing import NamedTuple

from symbackprop.notation.messages import Refusal
from symbackprop.notation.syntax import Place

MAX_TEXT = 200_000
MAX_TOKENS = 4_000  # in one logical line
MAX_NAME = 64
MAX_DIGITS = 40
MAX_SCALE = 308  # the decimal exponent of a number, 1e-5
MAX_DEPTH = 60

_TOKEN = re.compile(
    r"(?P<blank>[ \t\r]+|\#[^\n]*)"
    r"|(?P<newline>\n)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>\*\*|//|==|!=|<=|>=|[-+*/<>=()\[\],])"
)
_CLOSES = {")": "(", "]": "["}
_MEANT = {
    "^": "a power is written x**2",
    "·": "a product is written a*b",
    "×": "a product is written a*b",
    "−": "minus is the ASCII sign -",
    "²": "a square is written x**2",
    ";": "one equation a line",
    "'": "a derivative by z is the tensor dz",
    "@": "a product of matrices is a sum: sum(i, x[n,i]*W[i,j])",
    "!": "not equal is !=",
    "{": "brackets are ( ) and [ ]",
}


class Token(NamedTuple):
    kind: str  # "number", "name", "end", or the sign itself
    text: str
    at: Place


def tokenize(text: str) -> list[list[Token]]:
    """The tokens of each logical line, an ``end`` token last; blank lines are left out.

    >>> [[t.text for t in line] for line in tokenize("a = b[\\n i] # c")]
    [['a', '=', 'b', '[', 'i', ']', '']]
    """
    if len(text) > MAX_TEXT:
        raise Refusal("too_long", Place(1, 1), length=len(text), limit=MAX_TEXT)
    lines: list[list[Token]] = [[]]
    opened: list[Token] = []
    line, start, position = 1, 0, 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        at = Place(line, position - start + 1)
        if match is None:
            _refuse_character(text[position], at)
        assert match is not None
        position, kind = match.end(), match.lastgroup
        if kind == "newline":
            if not opened:
                _end(lines, at)
            line, start = line + 1, position
        elif kind != "blank":
            lines[-1].append(_token(str(kind), match.group(), at, opened))
            if len(lines[-1]) > MAX_TOKENS:
                raise Refusal("long_line", at, limit=MAX_TOKENS)
    if opened:
        raise Refusal("unclosed", opened[-1].at, bracket=opened[-1].text)
    _end(lines, Place(line, position - start + 1))
    return lines[:-1]


def _end(lines: list[list[Token]], at: Place) -> None:
    if lines[-1]:
        lines[-1].append(Token("end", "", at))
        lines.append([])


def _token(kind: str, text: str, at: Place, opened: list[Token]) -> Token:
    if kind == "name":
        _check_name(text, at)
    elif kind == "number":
        _check_number(text, at)
    else:
        kind = text
        token = Token(kind, text, at)
        if text in "([":
            opened.append(token)
            if len(opened) > MAX_DEPTH:
                raise Refusal("too_deep", at, limit=MAX_DEPTH)
        elif text in _CLOSES:
            if not opened or opened[-1].text != _CLOSES[text]:
                raise Refusal("unopened", at, bracket=text)
            opened.pop()
    return Token(kind, text, at)


def _check_name(text: str, at: Place) -> None:
    if text[0] == "_":
        raise Refusal("underscore", at, name=text[:MAX_NAME])
    if len(text) > MAX_NAME:
        raise Refusal("long_name", at, start=text[:16], limit=MAX_NAME)


def _check_number(text: str, at: Place) -> None:
    mantissa, _, scale = text.lower().partition("e")
    # The length comes first: Python itself refuses to read integers of more than 4300 digits.
    if len(mantissa) > MAX_DIGITS + 1 or len(scale) > 5 or (scale and abs(int(scale)) > MAX_SCALE):
        raise Refusal("long_number", at, limit=MAX_DIGITS, scale=MAX_SCALE)


def _refuse_character(char: str, at: Place) -> None:
    hint = _MEANT.get(char, "names are made of ASCII letters, digits and _")
    raise Refusal("character", at, char=char, hint=hint)
