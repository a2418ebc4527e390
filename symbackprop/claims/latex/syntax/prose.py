"""Inline relations in running prose: what the words before one make of it.

A sign or an order between the lines says where something else holds ("which is 1 if $z > 0$") far more often than it
claims anything. So it is a claim only where the words before it assert, as "hence" and "we have" do; an equation, or
a relation with a derivative, is one whatever the words.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import replace

from symbackprop.claims.latex.syntax.said import Said
from symbackprop.claims.latex.syntax.sentences import end_of, start_of
from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Apply, Derivative, Letter, Number, Relation, Script, Sum, walk

_ORDER = frozenset(("<", "<=", ">", ">=", "!="))
# Before a case: it holds for the entries of that case, and says nothing of all others.
_CASE = re.compile(
    r"(?:(?<![-\w])(?:if|when|whenever|wherever|si|se|cuando|quando|wenn|falls|lorsque|quand|если|при|когда)"
    r"|当|若|如果|もし)[\s*_]*$",
    re.I,
)
_SUPPOSING = re.compile(
    r"(?<![-\w])(?:suppose|assume|assuming|consider|case|sup[oó]n\w*|supo\w*|angenommen|sei|soit|пусть|предположим|"
    r"случай)\b[^.!?]*$|(?:假设|假定|考虑|仮定)[^。！？]*$",
    re.I,
)
_VALUE = re.compile(
    r"(?<![-\w])(?:if|when|whenever|si|se|cuando|quando|wenn|falls|lorsque|quand|at|case|caso|cas|fall)[\s*_]*$", re.I
)
_WHEN_AFTER = re.compile(
    r"\s*(?:の(?:とき|時|場合)|である(?:とき|場合)|ならば|なら|时|時|的时候|일\s*때|인\s*경우|이면|라면)"
)
_FOR = re.compile(r"(?<![-\w])(?:for|para|f[uü]r|pour|em|en)[\s*_]*$", re.I)
_AND = re.compile(r"[\s,]*(?:and|or|und|oder|et|ou|e|y|o)?[\s,]*")
_SENTENCE_START = re.compile(r"(?:[.!?:;]\s[\s*_>]*\w+|(?:^|[\s*_>(-])[A-ZÀ-Ý]\w*)[\s*_]*$")
_OTHERWISE = re.compile(
    r"\b(?:otherwise|else|whereas|if|when|caso contr[aá]rio|sen[aã]o|sino|en caso contrario|sonst|sinon)\b", re.I
)
_RESTRICTING = re.compile(
    r"\b(?:for|where|with|while|until|unless|on|of|that|units|entries|para|donde|onde|con|com|f[uü]r|pour|avec|mit|wo|per|bei|при|для)"
    r"(?: all| each| every| any| which| todo| cada)?[\s*_]*$",
    re.I,
)
_ITEM = re.compile(r"(?:^|\n)[ \t]*(?:[-*+•][ \t]+|\\item(?:\[\])?\s*)(?:\*\*|__)?$")
_ASSERTING = re.compile(
    r"\b(?:hence|so|thus|therefore|have|has|get|gives?|obtain|follows|then|implies|always|means|show|conclude|is|"
    r"logo|portanto|assim|temos|ent[aã]o|segue(?: que)?|luego|entonces|tenemos|por lo tanto|donc|also|folgt|gilt)"
    r"(?: that| que)?[\s*_,:]*$",
    re.I,
)


def is_case(s: Statement, node: Relation) -> bool:
    """Whether an inline relation says where what its sentence says holds: no claim, and nothing of the rest."""
    return s.inline and _ORDER.issuperset(node.signs) and _CASE.search(s.before) is not None


def premise(found: Sequence[Statement], k: int) -> Said | None:
    """What "If $z > 0$, then ..." assumes for its sentence; None where the sentence speaks of other cases too."""
    s = found[k]
    node = s.node
    if not isinstance(node, Relation) or node.signs != (">",) or _SENTENCE_START.search(s.before) is None:
        return None
    left, right = node.items
    if not isinstance(left, Letter) or not isinstance(right, Number) or right.value != 0:
        return None
    last = end_of(found, k, True, True)
    if any(s.at < x.at <= last and _OTHERWISE.search(x.before) for x in found):
        return None
    return Said(left.name, "positive", s.at, s.at, last)


def is_value_case(s: Statement) -> bool:
    """Whether "if $y = 1$" or "at $x = 0$" says for which value something else holds: y is not defined by it."""
    node = s.node
    if not s.inline or not isinstance(node, Relation) or node.signs != ("=",):
        return False
    left, right = node.items
    if isinstance(right, Sum) and len(right.terms) == 1:
        right = right.terms[0][1]
    if not isinstance(left, Letter | Script) or not isinstance(right, Number):
        return False
    return _VALUE.search(s.before) is not None or (right.value in (0, 1) and _FOR.search(s.before) is not None)


def is_value_of(s: Statement, node: Relation, letters: Container[str]) -> bool:
    """Whether words mention a value of one of the letters that count something: "down to $t = 1$"."""
    return s.inline and node.signs == ("=",) and isinstance(node.items[0], Letter) and node.items[0].name in letters


def cases(found: Sequence[Statement]) -> tuple[set[int], list[tuple[int, int]]]:
    """The places of statements that are cases of values, and from where to where each case reaches."""
    places: set[int] = set()
    reaches = []
    for k, s in enumerate(found):
        follows = k - 1 in places and _AND.fullmatch(s.before) is not None
        after = found[k + 1].before if k + 1 < len(found) and s.inline else ""
        if _WHEN_AFTER.match(after) and is_value_case(replace(s, before="if ")):
            places.add(k)
            reaches.append((s.at, end_of(found, k, True, True)))
        elif is_value_case(s) or (follows and is_value_case(replace(s, before="if "))):
            places.add(k)
            reaches.append((start_of(found, k), end_of(found, k, True, True)))
    return places, reaches


def is_remark(s: Statement, node: Relation) -> bool:
    """Whether an inline relation of order among what is defined is no claim."""
    if s.inline and _ITEM.search(s.before) and _is_case_of_difference(node):
        return True
    if not s.inline or not _ORDER.issuperset(node.signs) or any(isinstance(n, Derivative) for n in walk(node)):
        return False
    if _CASE.search(s.before) or _RESTRICTING.search(s.before):
        return True
    plain = all(isinstance(n, Letter | Script | Number) for n in node.items) and not _has_prime(node)
    return plain and _ASSERTING.search(s.before) is None


def _is_case_of_difference(node: Relation) -> bool:
    """``- $p_k - y_k > 0$: too high``, or ``= 0``: an item that begins with the sign of a difference says no more."""
    left, right = node.items[0], node.items[-1]
    terms = [x for _, x in left.terms] if isinstance(left, Sum) else []
    zero = isinstance(right, Number) and right.value == 0 and len(node.signs) == 1
    plain = len(terms) == 2 and all(isinstance(x, Letter | Script) for x in terms) and not _has_prime(node)
    return zero and plain and node.signs[0] in (*_ORDER, "=")


def case_of_remark(found: Sequence[Statement], s: Statement, known: Container[str]) -> list[tuple[int, int]]:
    """From where to where "For $d < m$:" holds, where it is about what is known; what is supposed, for a display.

    What a sentence says of an order among sizes, or of nothing that has a name, restricts no value.
    """
    letters = {n.name for n in walk(s.node) if isinstance(n, Letter)} if s.node is not None else set()
    item = _ITEM.search(s.before) and isinstance(s.node, Relation) and _is_case_of_difference(s.node)
    if item or not any(x in known for x in letters):
        return []
    k = next(k for k, x in enumerate(found) if x is s)
    first, last = start_of(found, k), end_of(found, k, True, True)
    if _SUPPOSING.search(s.before) and not any(first <= x.at <= last and not x.inline for x in found):
        last = next((end_of(found, m, True, True) for m in range(k, len(found)) if not found[m].inline), last)
    return [(first, last)]


def _has_prime(node: Relation) -> bool:
    return any((isinstance(n, Script) and n.primes) or (isinstance(n, Apply) and n.primes) for n in walk(node))
