r"""``A \circledast K`` on a page whose words speak of a convolution: there ⊛ may be that, or the product by entries.

Neither is guessed, so that what has the sign in it is neither right nor wrong, unless words beside the sign itself say
that it multiplies entry by entry.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from symbackprop.claims.latex.syntax.statements import Statement
from symbackprop.claims.latex.syntax.tree import Relation
from symbackprop.errors import ReadError, located

_CONVOLUTION = re.compile(
    r"[ck]onvol|[ck]onv(?:net|[123]d\b|\b)|\bCNNs?\b|\b(?:ge)?falte[tn]|faltung|faltning|foldning|evrişim|tích chập"
    r"|\bsplot|cross[- ]?correl|kreuzkorrel|corr[ée]lation crois|correl\w+ (?:cruzada|incrociata)|св[её]рт[кочы]"
    r"|згорт[ко]|корреляц|кореляц|卷积|卷積|互相关|互相關|畳み?込|相互相関|합성곱|컨볼루션|상호상관", re.I
)  # fmt: skip
_BY_ENTRIES = (
    r"(?:(?:element|entry|component|coordinate|point)[- ]?(?:wise|by)|Hadamard|element[eo] (?:a|por) element"
    r"|elementweise|komponentenweise|punktweise|termo a termo|t[eé]rmino a t[eé]rmino|entrada (?:a|por) entrada"
    r"|terme [àa] terme|[ée]l[ée]ment par [ée]l[ée]ment|поэлементн|покомпонентн|поелементн|Адамар"
    r"|逐元素|逐点|哈达玛|阿达马|要素ごと|アダマール|요소별|원소별|아다마르)"
)
_BETWEEN = r"(?:(?!n't|\b(?:not|no|nicht|kein\w*|pas|non|und|and|y|et|or|oder|ou|e|и|не)\b|[.,;:。,；、不非和与]).)"
_SIGN = r"(?:\\circledast(?![A-Za-z])|⊛)"
_SAID = re.compile(
    rf"{_SIGN}[^$]{{0,20}}\$?{_BETWEEN}{{0,40}}?{_BY_ENTRIES}|{_BY_ENTRIES}[^$.,;:\n]{{0,30}}\$[^$]{{0,20}}{_SIGN}",
    re.I,
)
# A convolution too multiplies entry by entry, and then sums: over a window, a patch.
_SUMS = re.compile(
    r"\bsum|\bsom|slid|window|patch|Fenster|ventana|janela|fen[êe]tre|finestra|сумм|окн|求和|相加|窗口|和", re.I
)
_NEXT_WORD = 20
_TWO_WAYS = "could be read in two ways: ⊛ is the convolution of which the words speak, or the product entry by entry"


def speaks_of_convolution(text: str) -> bool:
    """Whether the words of a document speak of a convolution, in any of some languages.

    >>> speaks_of_convolution("The convolution of A and K"), speaks_of_convolution("an involution")
    (True, False)
    """
    return _CONVOLUTION.search(text) is not None


def without_convolutions(found: Sequence[Statement], text: str) -> list[Statement]:
    r"""The statements, those with a ⊛ that may be a convolution as errors that say so.

    >>> from symbackprop.claims.latex.syntax.statements import statements
    >>> from symbackprop.claims.latex.text.displays import displays
    >>> text = r"A convolution: $$Z = A \circledast K$$"
    >>> print(without_convolutions(statements(displays(text), {}), text)[0].error)
    could be read in two ways: ⊛ is the convolution of which the words speak, or the product entry by entry
    """
    if not speaks_of_convolution(text) or any(_says_entries(text, m) for m in _SAID.finditer(text)):
        return list(found)
    return [_doubted(s) for s in found]


def _says_entries(text: str, said: re.Match[str]) -> bool:
    """Whether the sentence in which a product by entries stands beside the sign speaks of nothing else."""
    first = max(text.rfind(end, 0, said.start()) for end in (". ", ".\n", "\n\n", "。"))
    ends = [k for end in (". ", ".\n", "\n\n", "。") if (k := text.find(end, said.end())) >= 0]
    sentence = text[first + 1 : min(ends, default=len(text))]
    return not _SUMS.search(sentence) and not _CONVOLUTION.search(text, said.start(), said.end() + _NEXT_WORD)


def _doubted(s: Statement) -> Statement:
    if not isinstance(s.node, Relation):
        return s
    at = next((t.at for t in s.tokens if t.text == "\\circledast"), None)
    return s if at is None else replace(s, node=None, error=located(ReadError(_TWO_WAYS), at))
