"""``S(z)_i``: an entry of the value of a function, read as ``S_i(z)``, which is written as often.

That holds of the letters that some equation defines with an argument, as a whole or by their entries. Of any other
letter it could be a factor: ``\\lambda (w)_i`` is λ times an entry of w.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Product, Relation, Script, Superscript, mapped


def with_entries_of_values(found: Sequence[Statement]) -> list[Statement]:
    """The statements with the subscripts behind the arguments of functions at the functions.

    >>> from symbackprop.claims.latex.syntax.statements import statements
    >>> from symbackprop.claims.latex.syntax.writing import latex_of
    >>> from symbackprop.claims.latex.text.displays import displays
    >>> found = statements(displays("$$S(z)_i = a (z)_i$$ $$f = 1 - S(z)_j^2$$"), {})
    >>> [latex_of(s.node) for s in with_entries_of_values(found)]
    ['S_{i} (z) = a (z)_{i}', 'f = 1 - (S_{j} (z))^{2}']
    """
    lefts = (s.node.items[0] for s in found if isinstance(s.node, Relation) and s.node.signs[0] in ("=", ":="))
    functions = {name for left in lefts if (name := _defined(left))}
    if not functions:
        return list(found)
    trees = [(s, _rewritten(s.node, functions)) for s in found]
    return [s if tree is s.node else replace(s, node=tree) for s, tree in trees]


def _defined(left: Node) -> str:
    """S of ``S(z)`` and ``S(z)_i``."""
    factors = left.factors if isinstance(left, Product) else ()
    if len(factors) != 2 or factors[1][0]:
        return ""
    head, argument = (x for _, x in factors)
    group = argument.base if isinstance(argument, Script) and argument.below and argument.above is None else argument
    is_called = isinstance(group, Group) and group.kind == "(" and isinstance(group.items[0], Letter)
    return head.name if isinstance(head, Letter) and is_called else ""


def _rewritten(tree: Any, functions: set[str]) -> Any:
    tree = mapped(tree, lambda x: _rewritten(x, functions))
    if not isinstance(tree, Product):
        return tree
    factors, changed = list[tuple[str, Node]](), False
    for op, x in tree.factors:
        head = factors[-1][1] if factors and not op else None
        if isinstance(head, Letter) and head.name in functions and _is_entry(x):
            factors[-1] = (factors[-1][0], _entry(head, x))
            changed = True
        else:
            factors.append((op, x))
    if not changed:
        return tree
    return factors[0][1] if len(factors) == 1 and not factors[0][0] else replace(tree, factors=tuple(factors))


def _is_entry(node: Node) -> bool:
    """``(z)_i`` and ``(z)_i^2``."""
    is_called = isinstance(node, Script) and isinstance(node.base, Group) and node.base.kind == "("
    if not isinstance(node, Script) or not is_called or not node.below or node.primes:
        return False
    return node.above is None or node.above == Superscript(power=node.above.power)


def _entry(head: Letter, node: Any) -> Node:
    """``S_i(z)`` for S and ``(z)_i``."""
    value = Product(head.at, (("", Script(head.at, head, node.below)), ("", node.base)))
    return value if node.above is None else Script(head.at, Group(head.at, "(", (value,)), (), node.above)
