"""``J = \\sum_i y_i \\log p_i + (1 - y_i) \\log(1 - p_i)``: a sum of a definition that people meant to reach further.

A sum sign reaches to the next + or - of its level. Where its index recurs after that, the definition would have an
index that its left side lacks, and define nothing: there it reaches to the last term with the index. After a minus
that could be ``-\\sum_i (a_i + b_i)`` as well as ``-\\sum_i a_i + \\sum_i b_i``: only of ``y \\log p`` and
``(1 - y) \\log(1 - p)`` nobody means the second. Claims are left as they are.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from symbackprop.claims.latex.syntax.implicit_sums import is_forward
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Group,
    Letter,
    Node,
    Number,
    Product,
    Reduce,
    Relation,
    Script,
    Sum,
    children,
    mapped,
    same,
    walk,
)

Term = tuple[int, Node]


def with_reaching_sums(found: Sequence[Statement]) -> tuple[list[Statement], set[str]]:
    """The statements with such sums of definitions over all that they are meant to reach, and the letters of these.

    >>> from symbackprop.claims.latex.syntax.parser import Parser
    >>> from symbackprop.claims.latex.syntax.writing import latex_of
    >>> from symbackprop.claims.latex.text.tokens import tokens
    >>> text = r"\\frac{1}{m} \\sum_i a_i + b_i + c"
    >>> latex_of(_reaching(Parser(tokens(text), len(text)).formula(), set()))
    '\\\\frac{1}{m} \\\\sum_{i} (a_{i} + b_{i}) + c'
    """
    result, letters, known = list(found), set[str](), list[Node]()
    for k, s in enumerate(found):
        node = s.node
        if not isinstance(node, Relation) or node.signs[0] not in ("=", ":="):
            continue
        left = node.items[0]
        if is_forward(node) and not any(same(left, x) for x in known):
            met = set[str]()
            right = _reaching(node.items[1], met)
            if not met & {n.name for n in walk(left) if isinstance(n, Letter)} and right is not node.items[1]:
                result[k] = replace(s, node=replace(node, items=(left, right, *node.items[2:])))
                letters |= met
        known.append(left)
    return result, letters


def recurs_after(node: Node) -> str:
    """The index of a sum that stands in a later term of the same level, where there is one."""
    for n in (x for x in walk(node) if isinstance(x, Sum)):
        for k, (_, term) in enumerate(n.terms):
            letter = _letter(_last_sum(term))
            if letter and any(_has_free(x, letter) for _, x in n.terms[k + 1 :]):
                return letter
    return ""


def _reaching(tree: Any, met: set[str]) -> Any:
    tree = mapped(tree, lambda x: _reaching(x, met))
    if not isinstance(tree, Sum):
        return tree
    for k, (sign, term) in enumerate(tree.terms):
        letter = _letter(_last_sum(term))
        reached = [j for j in range(k + 1, len(tree.terms)) if letter and _has_free(tree.terms[j][1], letter)]
        if not reached:
            continue
        end = reached[-1] + 1
        whole = _over_all(sign, term, tree.terms[k + 1 : end]) if len(reached) == end - k - 1 else None
        if whole is None:
            return tree
        met.add(letter)
        terms = (*tree.terms[:k], (sign, whole), *tree.terms[end:])
        return whole if len(terms) == 1 and sign > 0 else replace(tree, terms=terms)
    return tree


def _over_all(sign: int, term: Node, further: tuple[Term, ...]) -> Node | None:
    """A term with its sum over what follows too; None where it is not said which sign that has."""
    inside = _last_sum(term)
    assert inside is not None
    own = inside.body.terms if isinstance(inside.body, Sum) else ((1, inside.body),)
    if sign < 0:
        if len(own) != 1 or own[0][0] < 0 or len(further) != 1 or not _is_complement(own[0][1], further[0][1]):
            return None
        further = ((1, further[0][1]),)
    body = Sum(inside.body.at, (*own, *further))
    whole = replace(inside, body=Group(inside.body.at, "(", (body,)))
    if not isinstance(term, Product):
        return whole
    return replace(term, factors=(*term.factors[:-1], (term.factors[-1][0], whole)))


def _last_sum(term: Node) -> Reduce | None:
    """The sum with which a term ends: all of it, or its last factor."""
    if isinstance(term, Product) and term.factors[-1][0] in ("", "cdot"):
        term = term.factors[-1][1]
    return term if isinstance(term, Reduce) and term.kind == "sum" else None


def _letter(total: Reduce | None) -> str:
    """The one index of a sum: ``i`` and ``i = 1``."""
    below = total.below if total is not None else None
    if isinstance(below, Relation) and below.signs == ("=",):
        below = below.items[0]
    return below.name if isinstance(below, Letter) else ""


def _has_free(tree: Node, letter: str) -> bool:
    """Whether a letter stands in a tree where no sum there binds it."""
    if isinstance(tree, Reduce) and tree.below is not None:
        if any(isinstance(n, Letter) and n.name == letter for n in walk(tree.below)):
            return False
    if isinstance(tree, Letter):
        return tree.name == letter
    return any(_has_free(x, letter) for x in children(tree))


def _is_complement(first: Node, second: Node) -> bool:
    """``y \\log p`` and ``(1 - y) \\log(1 - p)``."""
    if not isinstance(first, Product) or not isinstance(second, Product):
        return False
    y, group = first.factors[0][1], second.factors[0][1]
    inside = group.items[0] if isinstance(group, Group) and len(group.items) == 1 else None
    if not isinstance(inside, Sum) or [sign for sign, _ in inside.terms] != [1, -1]:
        return False
    one, less = (x for _, x in inside.terms)
    return isinstance(one, Number) and one.value == 1 and isinstance(y, Letter | Script) and same(y, less)
