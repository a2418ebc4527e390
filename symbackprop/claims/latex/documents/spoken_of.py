"""Symbols that formulas speak of in passing: last layers, first steps, letters with other meanings."""

from collections.abc import Sequence

from symbackprop.claims.latex.meaning.elaborate import Elaborator
from symbackprop.claims.latex.meaning.sequences import step_of
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Derivative, Letter, Node, Number, Relation, Script, walk


def counted_layers(el: Elaborator, node: Node) -> set[int]:
    """The letters above symbols that carry layers: no inputs."""
    scripts = (n for n in walk(node) if isinstance(n, Script) and n.above is not None and n.above.power is not None)
    return {
        id(x)
        for n in scripts
        if isinstance(n.base, Letter) and n.base.name in el.scope.layered and n.above and n.above.power
        for x in walk(n.above.power)
    }


def defines_layer(base: str, found: Sequence[Statement]) -> bool:
    """Whether some equation, read or not, has a layer of a symbol on its left side."""
    lefts = (s.node.items[0] for s in found if isinstance(s.node, Relation) and s.node.signs[0] in ("=", ":="))
    return any(isinstance(x, Script) and isinstance(x.base, Letter) and x.base.name == base for x in lefts)


def is_variable(letter: str, found: Sequence[Statement]) -> bool:
    """Whether something is differentiated by a letter, ``\\frac{\\partial L}{\\partial d}``: d is a symbol there."""
    slopes = (n for s in found if s.node is not None for n in walk(s.node) if isinstance(n, Derivative))
    return any(isinstance(x, Letter) and x.name == letter for n in slopes if n.kind == "partial" for x in n.by)


def is_zeroth(node: Node) -> bool:
    """Whether a symbol carries the step 0."""
    step = step_of(node) if isinstance(node, Script) else None
    return isinstance(step, Number) and step.value == 0
