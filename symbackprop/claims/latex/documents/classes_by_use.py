"""Letters that number one class or one word by their use: y of ``-\\log p_y``, o of ``u_o`` in skip-gram.

Such a letter stands nowhere but as a subscript and in comparisons, and nobody counts by it. Beside a sum over all, as
in ``-u_o^\\top v + \\log \\sum_w e^{u_w^\\top v}``, it is one of those over which the sum runs; beside negative samples
that words name, ``u_o`` is none of them, and a vector of its own.
"""

import re
from collections.abc import Iterator, Sequence

from symbackprop.claims.latex.syntax.scripts import flattened
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Apply, Letter, Node, Reduce, Relation, Script, walk

_NEGATIVES = re.compile(
    r"negative[- ](?:sampl|word|example)|noise (?:words|samples)|muestr\w+ negativ|amostra\w* negativ"
    r"|(?:échantillon\w*|exemples) négatif|negative\w* (?:Stichprobe|Beispiel|Wörter|Wort)|负(?:采样|样本)|負例"
    r"|отрицательн",
    re.I,
)


def class_by_use(found: Sequence[Statement]) -> str:
    """y of ``-\\log p_y``, or o of ``u_o`` beside ``\\sum_w e^{u_w^\\top v}``: a letter by which nobody counts.

    It stands nowhere but as a subscript and in comparisons.
    """
    nodes = [s.node for s in found if s.node is not None]
    heads = any(isinstance(x, Relation) and counts(x.items[0], "y") for x in nodes)
    if not heads and _counts_nothing(nodes, "y") and (_pairs(nodes, "y") or _in_logarithms(nodes, "y")):
        return "y"  # W_y alone is a name
    nodes = [n for n in nodes if not isinstance(n, Letter)]  # "the word $o$"
    return "o" if _counts_nothing(nodes, "o") and any(_is_one_of_all(n, "o") for n in nodes) else ""


def _counts_nothing(nodes: Sequence[Node], letter: str) -> bool:
    """Whether a letter is a subscript somewhere, and elsewhere compared at most."""
    if any(isinstance(n, Reduce) and n.below is not None and _has(n.below, letter) for x in nodes for n in walk(x)):
        return False
    parts = [n for x in nodes for n in walk(x)]
    below = sum(entry(n) == letter for n in parts if isinstance(n, Script))
    every = sum(isinstance(n, Letter) and n.name == letter for n in parts)
    return below > 0 and below + _pairs(nodes, letter) == every


def _pairs(nodes: Sequence[Node], letter: str) -> int:
    return sum(_compared(n, letter) for x in nodes for n in walk(x))


def _in_logarithms(nodes: Sequence[Node], letter: str) -> bool:
    return any(entry(x) == letter for n in nodes for x in logarithms(n))


def _is_one_of_all(node: Node, letter: str) -> bool:
    """``-u_o^\\top v + \\log \\sum_w \\exp(u_w^\\top v)``: one of those that a sum of exponentials has."""
    sums = (n for n in walk(node) if isinstance(n, Reduce) and n.kind == "sum" and _is_exponential(n.body))
    return any(set(_with_entry(node, letter)) & set(_with_entry(n.body, *_counted(n))) for n in sums)


def _counted(node: Reduce) -> list[str]:
    """The letters over which a sum runs."""
    return [n.name for n in walk(node.below) if isinstance(n, Letter)] if node.below is not None else []


def _with_entry(node: Node, *letters: str) -> Iterator[str]:
    """The bases that have one of the letters as their subscript."""
    for n in walk(node):
        if isinstance(n, Script) and isinstance(n.base, Letter) and entry(n) in letters:
            yield n.base.name


def beside_negatives(found: Sequence[Statement], text: str) -> frozenset[tuple[str, str]]:
    """u and o of ``u_o`` beside a sum over negative samples ``u_k``, as the words call them: none of those is o."""
    nodes = [s.node for s in found if s.node is not None and not isinstance(s.node, Letter)]
    if _NEGATIVES.search(text) is None or not _counts_nothing(nodes, "o") or any(_is_one_of_all(n, "o") for n in nodes):
        return frozenset()
    sums = ((x, n) for x in nodes for n in walk(x) if isinstance(n, Reduce) and n.kind == "sum")
    others = ((x, n) for x, n in sums if not _has(n.body, "o"))
    names = (set(_with_entry(x, "o")) & set(_with_entry(n.body, *_counted(n))) for x, n in others)
    return frozenset((base, "o") for bases in names for base in bases)


def _is_exponential(node: Node) -> bool:
    if isinstance(node, Apply):
        return node.name == "exp"
    return isinstance(node, Script) and isinstance(node.base, Letter) and node.base.name == "e"


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


def counts(head: Node | None, letter: str) -> bool:
    if not isinstance(head, Script) or head.above is not None or head.primes:
        return False
    return [x.name for x in flattened(head.below) if isinstance(x, Letter)] == [letter]


def logarithms(node: Node) -> list[Script]:
    """The entries of which logarithms are taken."""
    taken = (n.argument for n in walk(node) if isinstance(n, Apply) and n.name in ("log", "ln"))
    return [x for a in taken for x in walk(a) if isinstance(x, Script)]


def entry(node: Script) -> str:
    slots = flattened(node.below)
    return slots[0].name if len(slots) == 1 and isinstance(slots[0], Letter) else ""
