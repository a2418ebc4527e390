"""The class that words name: "where $k$ is the index of the correct class".

Such a k is no index: it is the number of one class, as a declared label is, and what is said of z_k is said of that
entry alone. It is read so where the document says it once and for all, neither "if $k$ is the correct class" nor "of
class $k$". The vector whose only 1 is at k is the one of which the cost says so, as ``-\\sum_i y_i \\log p_i`` beside
``-\\log p_k`` does, or the only one that words call one-hot. What has y_k in it stays unread: k may count there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.documents.targets import named_class
from symbackprop.claims.latex.meaning.values import unknown_size
from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
    Apply,
    Letter,
    Node,
    Product,
    Reduce,
    Relation,
    Script,
    same,
    walk,
    with_replaced,
)
from symbackprop.equations import Equation
from symbackprop.indices import Index
from symbackprop.terms import Delta, Entry

_TRUE = r"(?:correct|true|target|right|actual|ground[- ]truth)"
_NAMED = re.compile(
    rf"\$([a-z])\$,?\s+(?:is|be|denotes|represents)\s+(?:the\s+)?(?:index\s+(?:of|for)\s+)?(?:the\s+)?{_TRUE}"
    rf"\s+(?:class|label)|{_TRUE}\s+class(?:\s+(?:is|be|index))?,?\s+\$([a-z])\$",
    re.I,
)
_COUNTS = (
    r"(?:\bif|\bwhen|\bwhenever|\biff|\bwhether|\bunless)\s+(?:the\s+)?(?:class\s+)?\${0}\$|\${0}\$[- ]?th\b"
    r"|(?<!correct )(?<!true )(?<!target )(?<!right )(?<!actual )(?<!truth )\bclass(?:es)?\s+\${0}\$"
)
_OTHERS = re.compile(r"\b(?:others?|incorrect|wrong|remaining|else|otherwise|not|false)\b", re.I)
_SPARE = "ijnmrs"


def classes_in_words(text: str) -> frozenset[str]:
    """The letters by which the words of a document call the class of an example.

    >>> sorted(classes_in_words("where $k$ is the index of the correct class; the true class is $c$"))
    ['c', 'k']
    """
    return frozenset(letter for found in _NAMED.findall(text) for letter in found if letter)


def is_one_class(letter: str, text: str) -> bool:
    """Whether a letter is nothing but the class of the example, wherever it stands free.

    >>> is_one_class("k", "where $k$ is the true class"), is_one_class("k", "1 if $k$ is the true class")
    (True, False)
    """
    return re.search(_COUNTS.format(letter), text, re.I) is None


def class_by_use(found: Sequence[Statement]) -> str:
    """y of ``-\\log p_y``, where y stands nowhere but as a subscript and in comparisons: nobody counts by y."""
    nodes = [s.node for s in found if s.node is not None]
    if any(isinstance(n, Reduce) and n.below is not None and _has(n.below, "y") for x in nodes for n in walk(x)):
        return ""
    parts = [n for x in nodes for n in walk(x)]
    below = sum(_entry(n) == "y" for n in parts if isinstance(n, Script))
    pairs = sum(_compared(n, "y") for n in parts)
    every = sum(isinstance(n, Letter) and n.name == "y" for n in parts)
    pairs_or_logarithms = pairs or any(_entry(x) == "y" for n in nodes for x in _logarithms(n))  # W_y alone is a name
    heads = any(isinstance(x, Relation) and _counts(x.items[0], "y") for x in nodes)
    return "y" if below and pairs_or_logarithms and below + pairs == every and not heads else ""


def _has(node: Node, letter: str) -> bool:
    return any(isinstance(n, Letter) and n.name == letter for n in walk(node))


def _compared(node: Node, letter: str) -> int:
    """How often a letter is compared with another, or stands in the subscript of Kronecker's delta."""
    if isinstance(node, Relation) and node.signs in (("=",), ("!=",)):
        plain = all(isinstance(x, Letter) for x in node.items)
        return sum(isinstance(x, Letter) and x.name == letter for x in node.items) if plain else 0
    if isinstance(node, Script) and isinstance(node.base, Letter) and node.base.name == "delta":
        slots = flattened(node.below)
        return sum(isinstance(x, Letter) and x.name == letter for x in slots) if len(slots) == 2 else 0
    return 0


def with_general_definitions(found: Sequence[Statement], letter: str) -> list[Statement]:
    """The statements, where ``p_k = e^{z_k} / ...`` that defines p says so of every k, with another letter."""
    seen: set[str] = set()
    result = []
    for s in found:
        relation = s.node if isinstance(s.node, Relation) and s.node.signs[0] in ("=", ":=") else None
        head = relation.items[0] if relation is not None else None
        base = head.base.name if isinstance(head, Script) and isinstance(head.base, Letter) else ""
        if relation is not None and base and base not in seen and _counts(head, letter) and not named_class(relation):
            names = {n.name for n in walk(relation) if isinstance(n, Letter)}
            spare = next((x for x in _SPARE if x not in names), letter)
            s = replace(s, node=with_replaced(relation, Letter(0, letter), Letter(s.at, spare)))
        seen.add(base or (head.name if isinstance(head, Letter) else ""))
        result.append(s)
    return result


def _counts(head: Node | None, letter: str) -> bool:
    if not isinstance(head, Script) or head.above is not None or head.primes:
        return False
    return [x.name for x in flattened(head.below) if isinstance(x, Letter)] == [letter]


def enter_true_class(document: Document, found: Sequence[Statement], letter: str) -> bool:
    """Enter the class as a label, and the vector with its only 1 there; False where the letter is something else."""
    scope = document.scope
    vector = _one_hot(document, found, letter)
    known = scope.symbols.get((vector, "", "")) if vector else None
    several = vector in scope.batches or vector in scope.sequences or vector in scope.layered
    if several or (known is not None and len(known.shape) != 1):
        return False  # a class for each example
    if (letter, "", "") in scope.symbols or letter in scope.steps:
        return False
    length = known.shape[0] if known is not None else unknown_size()
    label = scope.add((letter, "", ""), role="label", how="by use", classes=length)
    if vector:
        symbol = known or scope.add((vector, "", ""), shape=(length,), loose=True)  # a row beside rows
        symbol.role = "defined"
        i = Index("i", length)
        scope.equations[symbol.name] = Equation(symbol.name, (i,), Delta(i, Entry(label.name)))
        document.notes.append(f"{symbol.name} is 1 at {letter}, the class that words name, and 0 elsewhere")
        document.class_vector = vector
    return True


def _one_hot(document: Document, found: Sequence[Statement], letter: str) -> str:
    """The base of the vector of the class; "" where nothing says which."""
    by_cost = {y for s in found if isinstance(s.node, Relation) for y in _of_cost(s.node, letter)}
    by_words = {p.letter for p in document.said if p.kind == "one_hot"} - {letter}
    names = by_cost or by_words
    return next(iter(names)) if len(names) == 1 else ""


def _of_cost(node: Relation, letter: str) -> Iterator[str]:
    """y of ``-\\sum_i y_i \\log p_i``, where ``\\log p_k`` stands beside it in the chain."""
    named = [x for item in node.items for x in _logarithms(item) if _entry(x) == letter]
    for n in (n for item in node.items for n in walk(item) if isinstance(n, Reduce) and n.kind == "sum"):
        factors = [f for _, f in n.body.factors] if isinstance(n.body, Product) else []
        counted = [x for f in factors for x in _logarithms(f)]
        vectors = [f.base.name for f in factors if isinstance(f, Script) and isinstance(f.base, Letter)]
        if (
            len(factors) == 2
            and len(counted) == len(vectors) == 1
            and any(same(counted[0].base, x.base) for x in named)
        ):
            yield vectors[0]


def _logarithms(node: Node) -> list[Script]:
    """The entries of which logarithms are taken."""
    taken = (n.argument for n in walk(node) if isinstance(n, Apply) and n.name in ("log", "ln"))
    return [x for a in taken for x in walk(a) if isinstance(x, Script)]


def _entry(node: Script) -> str:
    slots = flattened(node.below)
    return slots[0].name if len(slots) == 1 and isinstance(slots[0], Letter) else ""


def counts_again(document: Document, s: Statement, item: Node) -> int | None:
    """Where a letter that is the class of the example seems to count nevertheless; None where it does not.

    Nobody writes y_k, which is 1, of the class itself; and "for the other classes" k is another class.
    """
    letter, vector = document.one_class, document.class_vector
    of_others = _OTHERS.search(s.before) is not None
    for n in walk(item) if letter else ():
        if isinstance(n, Script) and _entry(n) == letter and isinstance(n.base, Letter):
            if of_others or n.base.name == vector:
                return n.at
    return None
