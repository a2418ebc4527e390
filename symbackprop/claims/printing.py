"""Formulas of a document for print: from our own tree alone, and only where the print is read back as the same tree.

What a person wrote is never handed to TeX or a browser. A formula is printed from its reading; the print is read
again and must give the same tree, so that nothing is lost or altered on the way, and every command in it must be one
of those below. Whatever fails is shown as program text instead.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from symbackprop.claims.latex.syntax.parser import Parser
from symbackprop.claims.latex.syntax.tree import Apply, Group, Node, Relation
from symbackprop.claims.latex.syntax.writing import latex_of
from symbackprop.claims.latex.text.tokens import tokens
from symbackprop.errors import SymbackpropError

_RELATIONS = {
    "=": "=", "<": "<", ">": ">", "<=": r"\le", ">=": r"\ge", "!=": r"\neq", "in": r"\in", ":=": ":=", ":": ":",
    "<-": r"\leftarrow", "~": r"\approx", "->": r"\to",
}  # fmt: skip
_SAFE = frozenset(
    r"alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho varrho sigma"
    r" varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell"
    r" frac sqrt sum prod max min partial nabla cdot odot oslash otimes times top mathbf mathrm mathbb operatorname"
    r" text tanh exp log ln sin cos tan det hat tilde bar dot check breve widehat widetilde overline dots infty left"
    r" right lvert rvert lVert rVert langle rangle le ge neq in approx to leftarrow quad".split()
) | frozenset(("{", "}", ","))
_CHARACTERS = re.compile(r"[A-Za-z0-9 +\-*/=<>()\[\]{},.;:!|'^_?]*")


_LONGEST = 8000  # characters


@dataclass(frozen=True)
class Line:
    """A relation and what stands right of it; ``left`` is empty in a line that goes on."""

    left: str
    relation: str
    right: str


def printed(node: Node) -> str | None:
    r"""The formula as LaTeX that is safe to set, None where it cannot be printed faithfully or would fill pages.

    >>> printed(Parser(tokens(r"{W}^T \delta"), 12).formula())
    'W^{\\top} \\delta'
    """
    latex = latex_of(node)
    return latex if len(latex) <= _LONGEST and _is_safe(latex) and _reads_as(latex, node) else None


def printed_lines(node: Node) -> list[Line] | None:
    """The links of a chain, one a line; a formula without a relation is one line. None where one cannot be printed."""
    items: Sequence[Node] = node.items if isinstance(node, Relation) else (node,)
    sides = [printed(item) for item in items]
    signs = [_RELATIONS.get(s) for s in node.signs] if isinstance(node, Relation) else []
    if None in sides or None in signs:
        return None
    if not signs:
        return [Line("", "", str(sides[0]))]
    lefts = [str(sides[0])] + [""] * (len(signs) - 1)
    return [Line(a, str(r), str(b)) for a, r, b in zip(lefts, signs, sides[1:], strict=True)]


def _is_safe(latex: str) -> bool:
    commands = re.findall(r"\\([A-Za-z]+|.)", latex, re.DOTALL)
    rest = re.sub(r"\\([A-Za-z]+|.)", "", latex, flags=re.DOTALL)
    return all(c in _SAFE for c in commands) and _CHARACTERS.fullmatch(rest) is not None and "^^" not in latex


def _reads_as(latex: str, node: Node) -> bool:
    try:
        return _bare(Parser(tokens(latex), len(latex)).formula()) == _bare(node)
    except (SymbackpropError, RecursionError):
        return False


def _bare(value: Any) -> Any:
    """A tree without places, and without the brackets around the argument of a function."""
    if isinstance(value, Apply) and isinstance(value.argument, Group) and len(value.argument.items) == 1:
        argument = _bare(value.argument.items[0])
        return ("Apply", value.name, argument, _bare(value.power), _bare(value.below), value.primes)
    if isinstance(value, Apply):
        return ("Apply", value.name, _bare(value.argument), _bare(value.power), _bare(value.below), value.primes)
    if is_dataclass(value):
        parts = ((f.name, getattr(value, f.name)) for f in fields(value) if f.name not in ("at", "places"))
        return (type(value).__name__, *((name, _bare(v)) for name, v in parts))
    return tuple(map(_bare, value)) if isinstance(value, tuple) else value
