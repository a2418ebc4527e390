"""``H(p, q) = -\\sum_x p(x) \\log q(x)``: distributions over a set are vectors, their values at x the entries p_x.

That holds of letters which a document applies to nothing but the letter of such sums, in them or where it
differentiates by a value; ``p(x_i)`` in a sum over i is p_i in the same way, where x has no other meaning. A function
that is applied to anything else, to a number or in a formula of its own, stays one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Group,
    Letter,
    Node,
    Product,
    Reduce,
    Relation,
    Script,
    mapped,
    walk,
)

_DISTRIBUTIONS = frozenset("pqPQyt")


def with_distributions(found: Sequence[Statement]) -> list[Statement]:
    """The statements, such functions as vectors by their entries."""
    trees = [s.node for s in found if s.node is not None]
    summed = {pair for tree in trees for pair in _summed(tree)}
    wanted = {name for name, _ in summed}
    for tree in trees:
        for node, applied in _applications(tree):
            if (node.name, _argument(applied)) not in summed and not _is_conditional(applied):
                wanted.discard(node.name)
    for x in {x for _, x in summed if "_" in x}:  # x of p(x_i): a symbol elsewhere too?
        if _stands_elsewhere(trees, x.partition("_")[0], wanted):
            wanted -= {name for name, y in summed if y == x}
    if not wanted:
        return list(found)
    return [s if s.node is None else replace(s, node=_as_entries(s.node, wanted)) for s in found]


def _summed(tree: Node) -> Iterator[tuple[str, str]]:
    """p with x of each ``\\sum_x ... p(x)``."""
    for n in walk(tree):
        letter = _counting(n)
        if isinstance(n, Reduce) and letter is not None:
            for node, applied in _applications(n.body):
                x = _argument(applied)
                if node.name in _DISTRIBUTIONS and letter in (x, x.partition("_")[2]):
                    yield node.name, x


def _counting(node: Node) -> str | None:
    """x of a sum over x, or over x in a set that a letter names."""
    if not isinstance(node, Reduce) or node.kind != "sum" or node.below is None:
        return None
    below = node.below
    if isinstance(below, Relation) and below.signs in (("in",), ("=",)):
        below = below.items[0]
    return below.name if isinstance(below, Letter) else None


def _applications(tree: Node) -> Iterator[tuple[Letter, Group]]:
    """Letters before brackets, be they raised to a power."""
    for n in walk(tree):
        for (_, f), (op, x) in pairwise(n.factors) if isinstance(n, Product) else ():
            brackets = x.base if isinstance(x, Script) else x
            if op == "" and isinstance(f, Letter) and isinstance(brackets, Group) and brackets.kind == "(":
                yield f, brackets


def _argument(applied: Group) -> str:
    """``x``, and ``x_i`` as such; nothing else has a name."""
    inside = applied.items[0] if len(applied.items) == 1 else None
    if isinstance(inside, Script) and isinstance(inside.base, Letter) and inside.above is None and not inside.primes:
        below = inside.below[0] if len(inside.below) == 1 else None
        return f"{inside.base.name}_{below.name}" if isinstance(below, Letter) else "?"
    return inside.name if isinstance(inside, Letter) else "?"


def _is_conditional(applied: Group) -> bool:
    """``p(y = 1 | x)``: another notation, with a letter of its own meaning."""
    return any(isinstance(n, Relation) for n in applied.items)


def _stands_elsewhere(trees: Sequence[Node], base: str, applied: set[str]) -> bool:
    inside = {id(n) for t in trees for f, x in _applications(t) if f.name in applied for n in walk(x)}
    return any(isinstance(n, Letter) and n.name == base and id(n) not in inside for t in trees for n in walk(t))


def _as_entries(tree: Any, wanted: set[str]) -> Any:
    if isinstance(tree, Product):
        factors, k = list[tuple[str, Node]](), 0
        while k < len(tree.factors):
            op, f = tree.factors[k]
            after = tree.factors[k + 1] if k + 1 < len(tree.factors) else ("?", f)
            if isinstance(f, Letter) and f.name in wanted and after[0] == "" and _is_value(after[1]):
                factors.append((op, _entry(f, after[1])))
                k += 2
            else:
                factors.append((op, _as_entries(f, wanted)))
                k += 1
        return factors[0][1] if len(factors) == 1 else replace(tree, factors=tuple(factors))
    if isinstance(tree, Reduce) and isinstance(tree.below, Relation) and tree.below.signs == ("in",):
        if any(f.name in wanted for f, _ in _applications(tree.body)):
            tree = replace(tree, below=tree.below.items[0])
    return mapped(tree, lambda n: _as_entries(n, wanted))


def _is_value(node: Node) -> bool:
    if isinstance(node, Script):  # q(x)^2
        return _is_value(node.base) and not node.below and not node.primes
    return isinstance(node, Group) and node.kind == "(" and _argument(node) != "?"


def _entry(f: Letter, applied: Node) -> Script:
    """``p_x`` of ``p(x)``, ``p_i`` of ``p(x_i)``."""
    if isinstance(applied, Script):
        return replace(_entry(f, applied.base), above=applied.above)
    inside = applied.items[0] if isinstance(applied, Group) else applied
    return Script(f.at, f, inside.below if isinstance(inside, Script) else (inside,))
