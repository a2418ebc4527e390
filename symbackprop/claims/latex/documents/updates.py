"""Update rules: the same symbol on both sides, or under the marks of the next value and of the last one.

They are never judged and define nothing: ``w = w - \\eta\\,dw``, ``w_{new} = w_{old} - ...``, ``w^{(t+1)} = w^{(t)} -
...``, ``w^+ = w - ...``. Of ``\\Delta w = -\\eta \\frac{\\partial E}{\\partial w} = \\eta (t - o) x`` the first
link is one, and the second a claim.
"""

from collections.abc import Sequence

from symbackprop.claims.latex.meaning.scope import Scope
from symbackprop.claims.latex.syntax.scripts import flattened, text_of
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Derivative,
    Group,
    Letter,
    Node,
    Number,
    Product,
    Relation,
    Script,
    Sum,
    same,
    walk,
)
from symbackprop.claims.latex.text.tokens import Token

# The next value and what the last one may be called beside it: by a word, or by a step.
_NEXT = {
    "new": ("old", ""),
    "updated": ("old", ""),
    "nuevo": ("viejo", "anterior", "antiguo", "actual", ""),
    "novo": ("velho", "antigo", "atual", ""),
    "neu": ("alt", ""),
    "nouveau": ("ancien", ""),
    "t+1": ("t",),
    "k+1": ("k",),
    "n+1": ("n",),
    "i+1": ("i",),
}
_DESCENDS = frozenset(("eta", "alpha", "lr", "gamma", "epsilon", "mu"))


def is_update(node: Relation) -> bool:
    """Whether an equation is a step of an iteration over its left side."""
    if node.signs[0] not in ("=", ":="):
        return False
    left = node.items[0]
    if _is_step(left):
        return len(node.items) == 2
    if node.signs == (":=",) and any(same(left, n) for n in walk(node.items[1])):
        return isinstance(left, Letter | Script)  # x_i := (x_i - \mu_i) / \sigma_i
    if not isinstance(left, Letter | Script) or not isinstance(node.items[1], Sum):
        return False
    if len(node.items) == 2 and _is_average(left, node.items[1]):
        return True
    sign, first = node.items[1].terms[0]
    if sign == 1 and len(node.items) == 2 and _is_decayed(left, first):
        return True
    if sign != 1:
        return False
    again = same(first, left) and all(_begins_with(left, n) for n in node.items[2:])  # w = w - a dw = w - a (y - t) x
    return again or (_follows(left, first) and _descends(node.items[1]))


def _is_average(left: Node, right: Sum) -> bool:
    """``m = \\beta m + (1 - \\beta) g``: a running average, of the last value and of what is new."""
    if len(right.terms) != 2 or any(sign != 1 for sign, _ in right.terms):
        return False
    for (_, last), (_, new) in (right.terms, right.terms[::-1]):
        parts = [f for _, f in last.factors] if isinstance(last, Product) else []
        if len(parts) != 2 or any(same(left, n) for n in walk(new)):
            continue
        for rate, value in (parts, parts[::-1]):
            if (same(value, left) or _follows(left, value)) and _is_rest_of(rate, new):
                return True
    return False


def _is_decayed(left: Node, first: Node) -> bool:
    """``(1 - \\lambda \\eta) W`` at the beginning of ``W = (1 - \\lambda \\eta) W - ...``: weight decay."""
    parts = [f for _, f in first.factors] if isinstance(first, Product) else []
    if len(parts) != 2 or not same(parts[1], left) or not isinstance(parts[0], Group) or len(parts[0].items) != 1:
        return False
    inside = parts[0].items[0]
    one = inside.terms[0][1] if isinstance(inside, Sum) and [sign for sign, _ in inside.terms] == [1, -1] else None
    return isinstance(one, Number) and one.value == 1


def _is_rest_of(rate: Node, new: Node) -> bool:
    """Whether what is new is taken with 1 less the rate of the last value, or the last value with 1 less that of it."""
    first = new.factors[0][1] if isinstance(new, Product) else None
    return first is not None and (_is_one_less(first, rate) or _is_one_less(rate, first))


def _is_one_less(node: Node, rate: Node) -> bool:
    """``(1 - \\beta)``, or 0.1 beside 0.9."""
    if isinstance(node, Number) and isinstance(rate, Number):
        return node.value + rate.value == 1
    inside = node.items[0] if isinstance(node, Group) and len(node.items) == 1 else None
    if not isinstance(inside, Sum) or [sign for sign, _ in inside.terms] != [1, -1]:
        return False
    one, other = (term for _, term in inside.terms)
    return isinstance(one, Number) and one.value == 1 and same(other, rate)


def _is_step(left: Node) -> bool:
    """``\\Delta w``."""
    return isinstance(left, Product) and isinstance(left.factors[0][1], Letter) and left.factors[0][1].name == "Delta"


Links = tuple[list[Node], list[str], list[int]]


def without_step(scope: Scope, links: Links) -> Links:
    """The links of a chain without the ``\\Delta w`` that it begins with; the rate of the step is any number."""
    items, signs, places = links
    if len(items) < 3 or not _is_step(items[0]) or signs[0] not in ("=", ":="):
        return links
    if not any(isinstance(n, Derivative) for n in walk(items[1])):
        return links
    for name in {n.name for n in walk(items[1]) if isinstance(n, Letter)} & _DESCENDS - scope.bases():
        scope.add((name, "", ""), how="by use")
    return items[1:], signs[1:], places[1:]


def _begins_with(left: Node, node: Node) -> bool:
    return isinstance(node, Sum) and same(node.terms[0][1], left)


def is_marked(tokens: Sequence[Token]) -> bool:
    """Whether what stands before the first = ends in a raised +, as in ``w_5^{+}``: a value after an update.

    So is that of ``x := ...`` where x stands on the right side too, whatever else is there.
    """
    texts = [t.text for t in tokens]
    given = next((k for k, t in enumerate(texts) if t == ":=" or texts[k : k + 2] == [":", "="]), 0)
    if given and any(texts[k : k + given] == texts[:given] for k in range(given + 1, len(texts))):
        return True
    left = [t for t in texts[: texts.index("=")] if t != "}"] if "=" in texts else []
    return len(left) > 2 and left[-1] == "+" and (left[-2] in ("^", "{", ")") and "^" in left)


def _descends(right: Sum) -> bool:
    """Whether something is taken from the last value that a derivative or a rate is in."""
    rest = [n for _, term in right.terms[1:] for n in walk(term)]
    if right.terms[1][0] > 0 and len(right.terms) == 2 and _moves_by_function(right):
        return False  # h_{t+1} = h_t + epsilon tanh(W h_t): a step of what is computed
    return any(isinstance(n, Derivative) or (isinstance(n, Letter) and n.name in _DESCENDS) for n in rest)


def _moves_by_function(right: Sum) -> bool:
    """Whether to the last value a function of itself is added, and no derivative."""
    added = list(walk(right.terms[1][1]))
    inside = (x for n in added if isinstance(n, Apply) for x in walk(n))
    return not any(isinstance(n, Derivative) for n in added) and any(same(right.terms[0][1], x) for x in inside)


def _follows(left: Node, first: Node) -> bool:
    """Whether two symbols are one but for the marks of the next and of the last value."""
    if not isinstance(left, Script) or not isinstance(left.base, Letter):
        return False
    base = first.base if isinstance(first, Script) else first
    if not isinstance(base, Letter) or base.name != left.base.name:
        return False
    after, before = _marks(left), _marks(first)
    return any(
        mark in after
        and any(_without(after, mark) == _without(before, last) for last in lasts if last in (*before, ""))
        for mark, lasts in _NEXT.items()
    )


def _marks(node: Node) -> tuple[str, ...]:
    """What stands below, and what stands above, as texts."""
    if not isinstance(node, Script):
        return ()
    above = node.above
    raised = (above.label or above.power) if above is not None else None
    below = "".join(text_of(x) for x in flattened(node.below))
    return tuple(t.replace(" ", "") for t in (below, text_of(raised) if raised is not None else "") if t)


def _without(marks: tuple[str, ...], mark: str) -> tuple[str, ...]:
    return tuple(m for m in marks if m != mark)
