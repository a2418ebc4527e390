"""``h^t`` with ``h^{t-1}``: time as a bare superscript, read as the subscript that it stands for.

That t is no exponent, some ``h^{t-1}`` says, of an h that never stands without a superscript. A letter that is raised
to another number than 0 and 1 somewhere, or that carries a transposition, an inverse or a label, is left as it is.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from symbackprop.claims.latex.syntax.tree import Letter, Node, Number, Script, Sum, Superscript, mapped, walk

_TIME = ("t", "tau")


def with_steps_below(nodes: Sequence[Node | None]) -> list[Node | None]:
    """The trees of a document, time above symbols as their first subscript.

    >>> from symbackprop.claims.latex.syntax.parser import Parser
    >>> from symbackprop.claims.latex.syntax.writing import latex_of
    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> read = [Parser(tokens(t), len(t)).formula() for t in ("h^t = v h^{t-1} + x^t", "f = y^2")]
    >>> [latex_of(n) for n in with_steps_below(read)]
    ['h_{t} = v h_{t - 1} + x_{t}', 'f = y^{2}']
    """
    raised: dict[str, list[Superscript]] = {}
    bare = _bare([n for n in nodes if n is not None])
    counted_below: set[str] = set()
    for n in (n for node in nodes if node is not None for n in walk(node)):
        if isinstance(n, Script) and isinstance(n.base, Letter):
            counted_below |= {x.name for b in n.below for x in walk(b) if isinstance(x, Letter)}
            if n.above is not None:
                raised.setdefault(n.base.name, []).append(n.above)
    for letter in _TIME:
        steps = {b for b, aboves in raised.items() if all(_is_step(a, letter) for a in aboves)}
        steps = {b for b in steps if any(_counts(a, letter) for a in raised[b])}
        shifted = any(isinstance(a.power, Sum) for b in steps - bare for a in raised[b])
        if shifted and letter not in counted_below and "e" not in steps:
            return [None if n is None else _rewritten(n, steps) for n in nodes]
    return list(nodes)


def _bare(nodes: Sequence[Node]) -> set[str]:
    """Letters that stand without a superscript somewhere."""
    scripts = [n for node in nodes for n in walk(node) if isinstance(n, Script)]
    raised = {id(n.base) for n in scripts if n.above is not None}
    return {n.name for node in nodes for n in walk(node) if isinstance(n, Letter) and id(n) not in raised}


def _is_step(above: Superscript, letter: str) -> bool:
    if isinstance(above.label, Number):  # h^0, which beside h^l would be a layer
        return above.label.value in (0, 1) and above == Superscript(label=above.label, bracket=above.bracket)
    return above == Superscript(power=above.power) and (
        _counts(above, letter) or (isinstance(above.power, Number) and above.power.value in (0, 1))
    )


def _counts(above: Superscript, letter: str) -> bool:
    """t, t - 1, t + 1."""
    node = above.power
    if isinstance(node, Sum) and len(node.terms) == 2 and node.terms[0][0] > 0 and isinstance(node.terms[1][1], Number):
        node = node.terms[0][1]
    return isinstance(node, Letter) and node.name == letter


def _rewritten(tree: Any, steps: set[str]) -> Any:
    tree = mapped(tree, lambda x: _rewritten(x, steps))
    if (
        isinstance(tree, Script)
        and isinstance(tree.base, Letter)
        and tree.base.name in steps
        and tree.above is not None
    ):
        step = tree.above.power or tree.above.label
        assert step is not None
        return replace(tree, below=(step, *tree.below), above=None)
    return tree
