"""Inline relations in running prose: what the words before one make of it.

A sign or an order between the lines says where something else holds ("which is 1 if $z > 0$") far more often than it
claims anything. So it is a claim only where the words before it assert, as "hence" and "we have" do; an equation, or
a relation with a derivative, is one whatever the words.
"""

import re

from symbackprop.claims.latex.statements import Statement
from symbackprop.claims.latex.tree import Apply, Derivative, Letter, Number, Relation, Script, walk

_ORDER = frozenset(("<", "<=", ">", ">=", "!="))
# Before a case: it holds for the entries of that case, and says nothing of all others.
_CASE = re.compile(r"\b(?:if|when|whenever|wherever|si|se|cuando|quando|wenn|falls|lorsque|quand)[\s*_]*$", re.I)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n-]|\d\))[\s*_>]*\w+[\s*_]*$")
_RESTRICTING = re.compile(
    r"\b(?:for|where|with|while|until|unless|on|of|that|units|entries|para|donde|onde|con|com|f[uü]r|pour|avec|mit|wo)"
    r"(?: all| each| every| any| which| todo| cada)?[\s*_]*$",
    re.I,
)
_ASSERTING = re.compile(
    r"\b(?:hence|so|thus|therefore|have|has|get|gives?|obtain|follows|then|implies|always|means|show|conclude|is|"
    r"logo|portanto|assim|temos|ent[aã]o|segue(?: que)?|luego|entonces|tenemos|por lo tanto|donc|also|folgt|gilt)"
    r"(?: that| que)?[\s*_,:]*$",
    re.I,
)


def is_case(s: Statement, node: Relation) -> bool:
    """Whether an inline relation says where what stands before it holds: no claim, and nothing is assumed.

    "If $x > 0$, then ..." at the start of a sentence is for what follows.
    """
    if not s.inline or not _ORDER.issuperset(node.signs):
        return False
    return _CASE.search(s.before) is not None and _SENTENCE_START.search(s.before) is None


def is_remark(s: Statement, node: Relation) -> bool:
    """Whether an inline relation of order among what is defined is no claim."""
    if not s.inline or not _ORDER.issuperset(node.signs) or any(isinstance(n, Derivative) for n in walk(node)):
        return False
    if _CASE.search(s.before) or _RESTRICTING.search(s.before):
        return True
    plain = all(isinstance(n, Letter | Script | Number) for n in node.items) and not _has_prime(node)
    return plain and _ASSERTING.search(s.before) is None


def _has_prime(node: Relation) -> bool:
    return any((isinstance(n, Script) and n.primes) or (isinstance(n, Apply) and n.primes) for n in walk(node))
