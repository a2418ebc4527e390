"""``\\text{Cost}(h_\\theta(x^{(i)}), y^{(i)})``: a number of an example, by a letter applied to nothing else."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from symbackprop.claims.latex.syntax.example_labels import Label, label_of, labelled
from symbackprop.claims.latex.syntax.tree import Group, Letter, Node, Product, Script, mapped, same, walk


def costs_of_examples(trees: Sequence[Node], value: str) -> Iterator[str]:
    """Letters that are applied to the value and one letter more, always the same ones, and stand nowhere else."""
    uses: dict[str, list[tuple[str, ...]]] = {}
    for t in trees:
        for n in walk(t):
            if isinstance(n, Letter):
                uses.setdefault(n.name, [])
            if isinstance(n, Product):
                for (_, a), (op, b) in pairwise(n.factors):
                    of_two = _of_two(b)
                    if isinstance(a, Letter) and not op and of_two is not None:
                        uses.setdefault(a.name, []).append(of_two[0])
    for name, of in uses.items():
        times = sum(isinstance(n, Letter) and n.name == name for t in trees for n in walk(t))
        if of and len(of) == times and len(set(of)) == 1 and value in of[0] and name not in of[0]:
            yield name


def _of_two(group: Node) -> tuple[tuple[str, ...], Label] | None:
    """The two letters in brackets and their label."""
    if not isinstance(group, Group) or group.kind != "(" or len(group.items) != 2:
        return None
    bases = [x.base if isinstance(x, Script) else x for x in group.items]
    if not all(isinstance(x, Letter) for x in bases):
        return None
    names = tuple(x.name for x in bases if isinstance(x, Letter))
    labels = [label_of(x, name) for x, name in zip(group.items, names, strict=True)]
    first = labels[0]
    if first is None or any(x is None or x[0] != first[0] or not same(x[1], first[1]) for x in labels):
        return None
    return names, first


def with_costs(node: Any, costs: Collection[str]) -> Any:
    """A tree with such applications as letters that have the label of what they are applied to."""
    if not isinstance(node, Product):
        return mapped(node, lambda x: with_costs(x, costs))
    factors, k = list[tuple[str, Node]](), 0
    while k < len(node.factors):
        op, a = node.factors[k]
        of = _of_two(node.factors[k + 1][1]) if k + 1 < len(node.factors) else None
        if of is not None and isinstance(a, Letter) and a.name in costs:
            factors.append((op, labelled(a.at, a.name, of[1])))
            k += 2
        else:
            factors.append((op, with_costs(a, costs)))
            k += 1
    if len(factors) == 1 and not factors[0][0]:
        return factors[0][1]
    return replace(node, factors=tuple(factors))
