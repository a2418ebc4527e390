"""How a formula is dressed: fonts, accents, words, colours, braces over and under.

A font tells one symbol from another only where that is the custom (a bold or blackboard 1, upright names of several
letters); otherwise it is passed over.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symbackprop.claims.latex.syntax.tree import Letter, Node, Number, Script, Special, Words
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import ACCENTS, NAMED

if TYPE_CHECKING:
    from symbackprop.claims.latex.syntax.parser import Parser

_FACES_OF_ONES = ("\\mathbf", "\\mathbb", "\\boldsymbol", "\\bm")
_FACES_OF_ONES_IN_WORDS = (*_FACES_OF_ONES, "\\mathds", "\\vec")
_LAYOUT_WORDS = ("hspace", "vspace", "label", "tag", "ref", "eqref")


def accented(p: "Parser", t: Token) -> Node:
    """A symbol with an accent, which belongs to its name."""
    inner = p.argument()
    if isinstance(inner, Letter):
        return Letter(t.at, f"{ACCENTS[t.text]} {inner.name}")
    if isinstance(inner, Script) and isinstance(inner.base, Letter):
        base = Letter(t.at, f"{ACCENTS[t.text]} {inner.base.name}")
        return Script(t.at, base, inner.below, inner.above, inner.primes)
    raise p.error(f"{t.text} over more than one symbol", t.at)


_DIGITS = re.compile(r"\d{1,100}(?:\.\d{1,100})?", re.A)


def font(p: "Parser", t: Token) -> Node:
    """A word in a font: ones, a function, a name; or whatever the font is laid over."""
    word = p.plain_word()
    if word is not None:
        return _word(p, t, word)
    node = p.argument()
    inner = node.base if isinstance(node, Script) and node.below else node  # \\mathbf{1_n^T}
    if isinstance(inner, Number) and inner.value == 1 and t.text in _FACES_OF_ONES:
        ones = Special(t.at, "ones")
        return replace(node, base=ones) if isinstance(node, Script) else ones
    return node


def _word(p: "Parser", t: Token, word: str) -> Node:
    face, key = t.text, _key(word)
    indicator = face == "\\mathbb" and word == "I" and p.peek() in ("[", "(", "\\{")
    if indicator or (face in _FACES_OF_ONES_IN_WORDS and word == "1"):
        return Special(t.at, "ones")
    if _is_function(p, key):
        return _named(t, key)
    if _DIGITS.fullmatch(word):
        return Number(t.at, Fraction(word))
    if key == "argmax":
        return Special(t.at, "reduce:argmax")
    if face == "\\mathbb":
        return Letter(t.at, "mathbb " + word)
    return Letter(t.at, word.replace(" ", "_"))


def words(p: "Parser", t: Token) -> Node:
    """Words inside a formula: a function's name, or words."""
    command, _, text = t.text.partition(":")
    if command in _LAYOUT_WORDS:
        raise p.error(f"\\{command} in the middle of a formula", t.at)
    key = _key(text.strip())
    return _named(t, key) if _is_function(p, key) else Words(t.at, text.strip())


def _is_function(p: "Parser", key: str) -> bool:
    """Whether a word names a function here; what is turned round is set in brackets, or else K^{flip} is a name."""
    return key in NAMED and (NAMED[key] != "flip" or p.peek() in ("(", "[", "\\{"))


def _key(word: str) -> str:
    return word.lower().replace(" ", "").replace("-", "")


def _named(t: Token, key: str) -> Special:
    return Special(t.at, f"reduce:{key}" if key in ("max", "min") else "function:" + NAMED[key])


def _marked(p: "Parser", t: Token) -> Node:
    """A mark, a label or a colour first, then what it is laid on."""
    p.skip_group()
    return p.argument()


def _with_brace(p: "Parser", t: Token) -> Node:
    """A brace over or under, with what is written at it."""
    node = p.argument()
    if p.peek() in ("_", "^"):
        p.k += 1
        p.skip_group()
    return node


def _coloured(p: "Parser", t: Token) -> Node:
    p.skip_group()
    return p.scripted()


DRESSING: dict[str, Callable[["Parser", Token], Node]] = {
    **dict.fromkeys(("\\underset", "\\overset", "\\stackrel", "\\textcolor", "\\colorbox"), _marked),
    **dict.fromkeys(("\\underbrace", "\\overbrace"), _with_brace),
    "\\color": _coloured,
    "\\operatorname*": font,
}
