"""Symbols as people write them, for the repairs that name one."""

from fractions import Fraction

from symbackprop.claims.latex.meaning.scope import Symbol
from symbackprop.claims.latex.syntax.tree import Letter, Node, Number, Script, Superscript


def number(place: Node, value: int) -> Number:
    return Number(place.at, Fraction(value))


def written(symbol: Symbol, at: int = 0) -> Node:
    """A symbol as a person writes it."""
    base, below, label = symbol.key
    node: Node = Letter(at, base)
    if symbol.step is not None:
        return Script(at, node, (Letter(at, symbol.step),))
    if label == "^2":
        return Script(at, node, word(below, at), Superscript(power=Number(at, Fraction(2))))
    above = Superscript(label=word(label, at)[0], bracket="[") if label else None
    return Script(at, node, word(below, at), above) if below or above else node


def word(text: str, at: int) -> tuple[Node, ...]:
    if not text:
        return ()
    return (Number(at, Fraction(text)) if text.isdigit() else Letter(at, text),)
