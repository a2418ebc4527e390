"""Brackets of all faces: what stands in them, by commas, and whether they close what they opened.

Bars close with the face they open with; ``||`` is a norm; an interval may open with one bracket and close with another.
"""

from typing import TYPE_CHECKING

from symbackprop.claims.latex.syntax.environments import braced_cases
from symbackprop.claims.latex.syntax.tree import Blocks, Group, Node
from symbackprop.claims.latex.text.tokens import Token
from symbackprop.claims.latex.text.vocabulary import OPENERS

if TYPE_CHECKING:
    from symbackprop.claims.latex.syntax.parser import Parser

_INTERVALS = (("(", "]"), ("[", ")"))


def braces(p: "Parser", t: Token) -> Node:
    """A group that only TeX sees."""
    return p.braced()


def group(p: "Parser", t: Token) -> Node:
    """The rest of what a bracket opens. Raises ``ReadError`` where another bracket closes it."""
    kind, closers = OPENERS[t.text]
    if kind == "{" and (cases := braced_cases(p, t)) is not None:
        return cases
    if t.text == "|" and p.peek() == "|" and p.opens("||"):
        return _norm(p, t)
    items = [p.within(closers[0], p.relation)]
    if t.text == "[" and p.peek() == "\\mid":
        return _blocks(p, t, items[0])
    while p.peek() in (",", ";") or (kind == "{" and p.peek() == ":"):
        p.k += 1
        items.append(p.within(closers[0], p.relation))
    if p.peek() not in closers:
        raise p.unexpected(closers[0])
    closer = p.take().text
    return Group(t.at, "interval" if (t.text, closer) in _INTERVALS else kind, tuple(items))


def _blocks(p: "Parser", t: Token, first: Node) -> Node:
    """The rest of ``[A \\mid B]``, after its first block."""
    items = [first]
    while p.accept("\\mid"):
        items.append(p.within("]", p.relation))
    p.expect("]")
    return Blocks(t.at, tuple(items))


def _norm(p: "Parser", t: Token) -> Node:
    """Bars written twice: both kinds of closer are open inside."""
    p.k += 1
    node = p.within("|", lambda: p.within("||", p.relation))
    p.expect("|")
    p.expect("|")
    return Group(t.at, "norm", (node,))
