r"""``a = \varphi(z)`` and then ``\frac{\partial a}{\partial w} = \varphi' x``: the slope at a z unsaid.

It is that of the function's one argument so far, where there has been only one. A formula that says what a slope is, or
that has brackets with a prime, is a rule of calculus, and stays as it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from symbackprop.claims.latex.syntax.activations import FUNCTIONS
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Product, Relation, Script, mapped, same, walk


def with_arguments_of_slopes(found: Sequence[Statement]) -> list[Statement]:
    """The statements, such slopes with their arguments.

    >>> from symbackprop.claims.latex.syntax.statements import statements
    >>> from symbackprop.claims.latex.syntax.writing import latex_of
    >>> from symbackprop.claims.latex.text.displays import displays
    >>> read = with_arguments_of_slopes(statements(displays(r"$$a = f(z)$$ $$b = f' x$$ $$c = f(b) f'$$"), {}))
    >>> [latex_of(s.node) for s in read[1:]]
    ["b = f' (z) x", "c = f (b) f'"]
    """
    symbols = {x.name for s in found for x in _heads(s.node)}
    arguments: dict[str, list[Group]] = {}
    result: list[Statement] = []
    for s in found:
        for f, group in _applied(s.node) if s.node is not None else ():
            known = arguments.setdefault(f, [])
            if not any(same(group, other) for other in known):
                known.append(group)
        meant = {f: groups[0] for f, groups in arguments.items() if len(groups) == 1 and f not in symbols}
        plain = s.node is None or not meant or _is_rule(s.node)
        result.append(s if plain else replace(s, node=_completed(s.node, meant)))
    return result


def _heads(node: Node | None) -> Iterator[Letter]:
    """Letters that an equation defines by themselves."""
    if isinstance(node, Relation) and isinstance(node.items[0], Letter):
        yield node.items[0]


def _applied(node: Node) -> Iterator[tuple[str, Group]]:
    """Functions before brackets with one symbol in them."""
    for n in walk(node):
        for (_, f), (op, x) in pairwise(n.factors) if isinstance(n, Product) else ():
            base = f.base if isinstance(f, Script) and not f.below and f.above is None else f
            if isinstance(base, Letter) and base.name in FUNCTIONS and not op and isinstance(x, Group):
                yield base.name, x


def _is_rule(node: Node) -> bool:
    if isinstance(node, Relation) and _slope(node.items[0]):
        return True
    return any(isinstance(n, Script) and n.primes and isinstance(n.base, Group) for n in walk(node))


def _slope(node: Node) -> str:
    """The letter of a function with one prime and nothing else."""
    alone = isinstance(node, Script) and node.primes == 1 and not node.below and node.above is None
    return node.base.name if alone and isinstance(node, Script) and isinstance(node.base, Letter) else ""


def _completed(node: Any, meant: dict[str, Group]) -> Any:
    if _slope(node) in meant:
        return Product(node.at, (("", node), ("", meant[_slope(node)])))
    if not isinstance(node, Product):
        return mapped(node, lambda n: _completed(n, meant))
    factors: list[tuple[str, Node]] = []
    for k, (op, f) in enumerate(node.factors):
        after = node.factors[k + 1] if k + 1 < len(node.factors) else None
        before_brackets = after is not None and not after[0] and isinstance(after[1], Group)
        if _slope(f) in meant and not before_brackets:
            factors += [(op, f), ("", meant[_slope(f)])]
        else:
            factors.append((op, f if _slope(f) else _completed(f, meant)))
    return node if same(tuple(factors), node.factors) else replace(node, factors=tuple(factors))
