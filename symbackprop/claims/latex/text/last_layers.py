"""The last layers of a net by name: ``a^{(L)} = \\sigma(z^{(L)})``, ``z^{(L)} = w^{(L)} a^{(L-1)} + b^{(L)}``.

A document that defines symbols of the layer L by such of L-1, and speaks of no layer l in general, is about a few
layers of which L and L-1 are the names: what no formula gives, a^{(L-1)}, is an input as any other. L counts nothing
there, so that the labels become words, ``a^{[\\text{L}]}``. Where layers l are written too, L is the last of many.
"""

import re
from collections.abc import Sequence

from symbackprop.claims.latex.text.layer_numbers import Base, Raised, raised
from symbackprop.claims.latex.text.standing import states
from symbackprop.claims.latex.text.tokens import Token

_LABEL = re.compile(r"[(\[]?(L(?:[+-]\d)?)[)\]]?((?:T|\\top|\\intercal)?)")
_LAYER = re.compile(r"[(\[]?(?:\d|[lL](?:[+-]\d)?)[)\]]?")
_GENERAL = ("l", "\\ell")


def with_last_layers(found: Sequence[list[Token]]) -> list[list[Token]]:
    """The tokens of all displays, with words in square brackets for the labels L, L-1 and so on.

    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> given = tokens("a^{(L)} = w^{(L)} a^{(L-1)}")
    >>> [t.text for t in with_last_layers([given])[0] if t.kind == "text"]
    ['text:L', 'text:L', 'text:L-1']
    """
    rows = [list(raised(given)) for given in found]
    if not _are_names(found, rows):
        return list(found)
    return [_named(given, [r for r in row if _LABEL.fullmatch(r.text)]) for given, row in zip(found, rows, strict=True)]


def _are_names(found: Sequence[list[Token]], rows: Sequence[Sequence[Raised]]) -> bool:
    """Whether something of the layer L is defined, L-1 is spoken of, and neither l nor numbers beside them."""
    if any(t.text in _GENERAL for given in found for t in given if t.kind in ("letter", "cmd")):
        return False
    defined: set[Base] = set()
    labels: set[str] = set()
    counted: set[Base] = set()
    for given, row in zip(found, rows, strict=True):
        for r in row:
            match = _LABEL.fullmatch(r.text)
            if match is None:
                counted |= {r.base} if _LAYER.fullmatch(r.text) else set()
                continue
            labels.add(match[1])
            if match[1] == "L" and states(given, r.o.k):
                defined.add(r.base)
    return bool(defined) and "L-1" in labels and not defined & counted


def _named(given: list[Token], labels: Sequence[Raised]) -> list[Token]:
    result: list[Token] = []
    k = 0
    for r in sorted(labels, key=lambda r: r.start):
        match = _LABEL.fullmatch(r.text)
        assert match is not None
        at = given[r.start].at
        inside = [Token("sign", "[", at), Token("text", f"text:{match[1]}", at), Token("sign", "]", at)]
        turned = [t for t in given[r.start : r.end] if match[2] and t.text == match[2]]
        result += [*given[k : r.start], Token("sign", "{", at), *inside, *turned, Token("sign", "}", at)]
        k = r.end
    return result + given[k:]
