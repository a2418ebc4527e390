"""The class that words name: "where $k$ is the index of the correct class".

Such a k is no index: it is the number of one class, as a declared label is, and what is said of z_k is said of that
entry alone. It is read so where the document says it once and for all, neither "if $k$ is the correct class" nor "of
class $k$". The vector whose only 1 is at k is the one of which the cost says so, as ``-\\sum_i y_i \\log p_i`` beside
``-\\log p_k`` does, or the only one that words call one-hot. What has y_k in it stays unread: k may count there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbackprop.claims.latex.documents.classes_by_use import counts, entry, logarithms
from symbackprop.claims.latex.documents.document import Document
from symbackprop.claims.latex.documents.targets import named_class
from symbackprop.claims.latex.meaning.values import unknown_size
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import (
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
_KLASSE = (
    r"(?:클래스|类别|類別|类|クラス|Klasse|classe|clase|класс\w*)"
    r"(?:의 인덱스|の番号|の添字|索引|下标)?(?:가|는|은|를|이|为|是|は|が|の)?"
)  # a class, in other languages
_RIGHT_KLASSE = (
    r"(?:(?:정답|실제|올바른|참)\s*|(?:真实|正确|目标|真實|正確)的?|正解の?|(?:richtige[nr]?|korrekte[nr]?|wahre[nr]?)\s+"
    rf"|(?:правильн|истинн|верн)\w+\s+){_KLASSE}\s*\$([a-z])\$"
    r"|(?:classe|clase)\s+(?:correc?ta|verdadeira|verdadera|correcte|vraie|vera|corretta)\s*,?\s+\$([a-z])\$"
)
_NAMED_ELSEWHERE = re.compile(_RIGHT_KLASSE, re.I)
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
    >>> sorted(classes_in_words("정답 클래스 $c$, 正解クラス $k$, classe correta $m$, 클래스 $j$"))
    ['c', 'k', 'm']
    """
    named = _NAMED.findall(text) + _NAMED_ELSEWHERE.findall(text)
    return frozenset(letter for found in named for letter in found if letter)


def is_one_class(letter: str, text: str) -> bool:
    """Whether a letter is nothing but the class of the example, wherever it stands free.

    >>> is_one_class("k", "where $k$ is the true class"), is_one_class("k", "1 if $k$ is the true class")
    (True, False)
    """
    of_class = len(re.findall(rf"{_KLASSE}\s*\${letter}\$", text, re.I))
    right = sum(letter in found for found in _NAMED_ELSEWHERE.findall(text))
    return re.search(_COUNTS.format(letter), text, re.I) is None and of_class <= right


def speaks_of_others(s: Statement) -> bool:
    """Whether the words before a formula are about what is not the class: "for the other words"."""
    return _OTHERS.search(s.before) is not None


def with_general_definitions(found: Sequence[Statement], letter: str) -> list[Statement]:
    """The statements, where ``p_k = e^{z_k} / ...`` that defines p says so of every k, with another letter."""
    seen: set[str] = set()
    result = []
    for s in found:
        relation = s.node if isinstance(s.node, Relation) and s.node.signs[0] in ("=", ":=") else None
        head = relation.items[0] if relation is not None else None
        base = head.base.name if isinstance(head, Script) and isinstance(head.base, Letter) else ""
        if relation is not None and base and base not in seen and counts(head, letter) and not named_class(relation):
            names = {n.name for n in walk(relation) if isinstance(n, Letter)}
            spare = next((x for x in _SPARE if x not in names), letter)
            s = replace(s, node=with_replaced(relation, Letter(0, letter), Letter(s.at, spare)))
        seen.add(base or (head.name if isinstance(head, Letter) else ""))
        result.append(s)
    return result


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
    named = [x for item in node.items for x in logarithms(item) if entry(x) == letter]
    for n in (n for item in node.items for n in walk(item) if isinstance(n, Reduce) and n.kind == "sum"):
        factors = [f for _, f in n.body.factors] if isinstance(n.body, Product) else []
        counted = [x for f in factors for x in logarithms(f)]
        vectors = [f.base.name for f in factors if isinstance(f, Script) and isinstance(f.base, Letter)]
        if (
            len(factors) == 2
            and len(counted) == len(vectors) == 1
            and any(same(counted[0].base, x.base) for x in named)
        ):
            yield vectors[0]


def counts_again(document: Document, s: Statement, item: Node) -> int | None:
    """Where a letter that is the class of the example seems to count nevertheless; None where it does not.

    Nobody writes y_k, which is 1, of the class itself; and "for the other classes" k is another class.
    """
    letter, vector = document.one_class, document.class_vector
    of_others = speaks_of_others(s)
    for n in walk(item) if letter else ():
        if isinstance(n, Script) and entry(n) == letter and isinstance(n.base, Letter):
            if of_others or n.base.name == vector:
                return n.at
    return None
