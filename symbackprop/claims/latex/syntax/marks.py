"""Marks beside a symbol: primes in all the ways of writing them, and stars, which make another symbol of a letter."""

from typing import TYPE_CHECKING

from symbackprop.claims.latex.syntax.tree import Letter, Node
from symbackprop.claims.latex.text.primes import PRIMED

if TYPE_CHECKING:
    from symbackprop.claims.latex.syntax.parser import Parser

_STARS = ("*", "\\star", "\\ast")


def prime_length(p: "Parser") -> int:
    """How many tokens the prime that stands here takes: ``'``, ``^\\prime``, ``^{\\prime}``; 0 for none."""
    return 1 if p.peek() in ("'", "\\prime") else _raised(p, ("\\prime",))


def primed_length(p: "Parser") -> int:
    """How many tokens a prime takes that makes another symbol of a letter; 0 for none."""
    return int(not p.ended and p.tokens[p.k].kind == PRIMED)


def star_length(p: "Parser") -> int:
    """How many tokens the star that stands here takes, ``^*`` or ``^{\\star}``; 0 for none."""
    return _raised(p, _STARS)


def _raised(p: "Parser", marks: tuple[str, ...]) -> int:
    if p.peek() == "^" and p.peek(1) in marks:
        return 2
    braced = p.peek() == "^" and p.peek(1) == "{" and p.peek(2) in marks and p.peek(3) == "}"
    return 4 if braced else 0


def marked(p: "Parser", node: Node, mark: str) -> Letter:
    """``y^*`` and ``c'``: another symbol than y or c. Raises ``ReadError`` for what is no letter."""
    if not isinstance(node, Letter):
        raise p.error(f"a {mark} above something that is no letter")
    return Letter(node.at, f"{mark} {node.name}")
